"""VLAN attachments: the other kind of link, with what it allows and a VPN does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.interconnect import Attachment, Bfd, Interconnect, InterconnectKind
from model.config.problems import Severity
from model.estate import Environment, Estate
from model.planning.bgp.links import Edge
from model.planning.register import ring_order
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding, Unavailable, suggest
from model.rules.vpn import LINK_LOCAL, PRIVATE_ASNS

PARTNER_ASN: Final = 16550
"""The ASN that a router has with a partner, and no other router (gcp.compute.Router bgp.asn)."""
MTUS: Final = (1440, 1460, 1500, 8896)
BANDWIDTHS: Final = tuple(
    f"BPS_{each}"
    for each in ("50M", "100M", "200M", "300M", "400M", "500M", "1G", "2G", "5G", "10G", "20G", "50G", "100G", "400G")
)


def _attachments(env: Environment) -> tuple[Interconnect, dict[str, Attachment]] | None:
    link = env.vpn.interconnect
    return (link, dict(link.attachments)) if link is not None else None


@environment_rules.rule("D14", title="BFD of attachments is in range", source=pages.ROUTER_PEER)
def bfd(env: Environment) -> Iterator[Finding]:
    """Refuse intervals outside 1000 to 30000 milliseconds and a multiplier outside 5 to 16."""
    found = _attachments(env)
    for name, each in found[1].items() if found else ():
        if each.bfd is not None:
            yield from _bfd(name, each.bfd)


def _bfd(name: str, given: Bfd) -> Iterator[Finding]:
    for field, value in (("min_transmit_ms", given.min_transmit_ms), ("min_receive_ms", given.min_receive_ms)):
        if not 1000 <= value <= 30000:
            yield Finding(given.at(field), f"{field} {value} of {name} is out of range", "use 1000 to 30000")
    if not 5 <= given.multiplier <= 16:
        message = f"multiplier {given.multiplier} of {name} is out of range"
        yield Finding(given.at("multiplier"), message, "use 5 to 16")


@environment_rules.rule("D24", title="attachments are what their kind takes", source=pages.INTERCONNECT)
def kinds(env: Environment) -> Iterator[Finding]:
    """Refuse an attachment without its line, and what a partner decides; unknown devices, tags and capacities."""
    found = _attachments(env)
    if found is None:
        return
    link, attachments = found
    partner = link.kind is InterconnectKind.PARTNER
    devices = env.organisation.vpn.peers
    for name, each in attachments.items():
        if each.peer not in devices:
            message = f"no VPN device '{each.peer}' in the organisation"
            yield Finding(each.at("peer"), message, suggest(each.peer, devices))
        if partner:
            for field in ("interconnect", "vlan", "bandwidth"):
                if getattr(each, field) is not None:
                    message = f"{field} of {name} is the partner's to say"
                    yield Finding(each.at(field), message, "remove it")
        elif each.interconnect is None:
            message = f"{name} is on no line: a dedicated attachment names its Interconnect"
            yield Finding(each.at(), message, "add `interconnect: projects/<project>/global/interconnects/<name>`")
        if each.vlan is not None and not 2 <= each.vlan <= 4094:
            yield Finding(each.at("vlan"), f"VLAN {each.vlan} of {name} is no tag", "use 2 to 4094")
        if each.bandwidth is not None and each.bandwidth not in BANDWIDTHS:
            message = f"'{each.bandwidth}' of {name} is no capacity"
            yield Finding(each.at("bandwidth"), message, suggest(each.bandwidth, BANDWIDTHS))
        if each.edge_domain not in {1, 2}:
            message = f"edge domain {each.edge_domain} of {name}"
            yield Finding(each.at("edge_domain"), message, "use 1 or 2")


@environment_rules.rule(
    "D24", title="attachments come in pairs", source=pages.INTERCONNECT_SLA, severity=Severity.WARNING
)
def pairs(env: Environment) -> Iterator[Finding]:
    """Warn where no attachment of a metropolitan area is in one of its two edge domains: nothing is promised then."""
    found = _attachments(env)
    if found is None:
        return
    link, attachments = found
    for metro in sorted({each.metro or "" for each in attachments.values()}):
        used = {each.edge_domain for each in attachments.values() if (each.metro or "") == metro}
        for domain in sorted({1, 2} - used):
            edge = Edge(metro, domain)
            message = f"no attachment of {env.name} is in edge domain {edge}: maintenance of the other cuts the line"
            yield Finding(link.at("attachments"), message, f"add one with edge_domain: {domain}")


@environment_rules.rule("D24", title="a line is in one place", source=pages.INTERCONNECT_SLA)
def lines(env: Environment) -> Iterator[Finding]:
    """Refuse attachments of one line that name two places: a physical line ends in one edge domain of one area."""
    found = _attachments(env)
    seen: dict[str, tuple[str, Edge]] = {}
    for name, each in found[1].items() if found else ():
        if each.interconnect is None:
            continue
        edge = Edge(each.metro or "", each.edge_domain)
        first, place = seen.setdefault(each.interconnect, (name, edge))
        if edge != place:
            line = each.interconnect.rpartition("/")[2]
            message = f"{name} is in edge domain {edge}, and {first} on the same line, {line}, in {place}"
            remedy = "name the place where the line ends, or another line"
            yield Finding(each.at("edge_domain"), message, remedy)


@environment_rules.rule("D18", title="the MTU of attachments exists and fits the VPC", source=pages.INTERCONNECT)
def mtu(env: Environment) -> Iterator[Finding]:
    """Refuse an MTU that attachments do not have; warn of one below the VPC's."""
    found = _attachments(env)
    for name, each in found[1].items() if found else ():
        if each.mtu not in MTUS:
            message = f"an attachment can not have an MTU of {each.mtu}"
            yield Finding(each.at("mtu"), message, f"use one of {', '.join(str(number) for number in MTUS)}")
        elif each.mtu < env.network.mtu:
            message = (
                f"{name} carries {each.mtu} bytes, and the VPC sends {env.network.mtu}: packets are cut up or lost"
            )
            yield Finding(each.at("mtu"), message, "raise it, or clamp the MSS at the devices", Severity.WARNING)


@environment_rules.rule("D10", title="attachments have a link-local /29", source=pages.INTERCONNECT)
def ranges(env: Environment) -> Iterator[Finding]:
    """Refuse a range of an attachment that is no /29 of the link-local space."""
    found = _attachments(env)
    for name, each in found[1].items() if found else ():
        if each.range.prefixlen != 29 or not each.range.subnet_of(LINK_LOCAL):
            message = f"{each.range} of {name} is no /29 of {LINK_LOCAL}, from which Google takes both ends"
            yield Finding(each.at("range"), message, f"use a free /29 of {LINK_LOCAL}")


@estate_rules.rule("D9", title="routers of attachments have the ASN of their kind", source=pages.ROUTER_ASN)
def asns(estate: Estate) -> Iterator[Finding]:
    """Refuse 16550 on a dedicated line and anything else with a partner; and an ASN that another router has."""
    seen = {estate.organisation.vpn.on_prem_asn: "the sites'"}
    links: list[tuple[str, Interconnect]] = []
    for env in ring_order(estate):
        try:
            seen.setdefault(env.vpn.asn, f"that of {env.name}'s VPN")
            if env.vpn.interconnect is not None:
                links.append((env.name, env.vpn.interconnect))
        except Unavailable:
            continue
    for name, link in links:
        place = link.at("asn")
        if link.kind is InterconnectKind.PARTNER:
            if link.asn != PARTNER_ASN:
                message = f"ASN {link.asn} with a partner: its router has {PARTNER_ASN}"
                yield Finding(place, message, f"use {PARTNER_ASN}")
            continue
        if not any(link.asn in each for each in PRIVATE_ASNS):
            message = f"ASN {link.asn} of the attachments of {name} is not one that a Cloud Router takes"
            yield Finding(place, message, "use a private one: 64512 to 65534, or 4200000000 to 4294967294")
        elif link.asn in seen:
            message = f"ASN {link.asn} of the attachments of {name} is also {seen[link.asn]}"
            yield Finding(place, message, "use another: one ASN for each router")
        seen.setdefault(link.asn, f"that of the attachments of {name}")
