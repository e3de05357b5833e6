"""Names in both directions between VPC and sites, and between VPCs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.network import Purpose
from model.config.problems import Severity
from model.config.resolution import Inbound
from model.estate import Environment, Estate
from model.planning.advertised import PRIVATE, RESTRICTED
from model.planning.forwarders import GOOGLE_ZONES
from model.planning.names import Names
from model.planning.register import ring_order
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding, Unavailable, suggest
from model.rules.repeats import Named, repeats

TAKEN: Final = frozenset({"internal", "googleapis", "gcr", "pkg"})
"""Names of zones that the program makes."""


def vpc(env: Environment) -> str:
    """Return an environment's VPC in full."""
    return f"projects/{env.facts.projects.network.id}/global/networks/{Names.of(env).vpc}"


def _below(name: str, zone: str) -> bool:
    return name == zone or name.endswith(f".{zone}")


@environment_rules.rule("D23", title="zones of other VPCs are ones that this VPC lacks", source=pages.DNS_PEERING)
def peered_zones(env: Environment) -> Iterator[Finding]:
    """Refuse peered zones that the program makes itself, of one name, or of this VPC."""
    dns, own = env.network.dns, vpc(env)
    mine = (env.organisation.dns.internal, *GOOGLE_ZONES)
    for name, peered in dns.peerings.items():
        if name in TAKEN:
            message = f"'{name}' is the name of a zone that the program makes"
            yield Finding(dns.at("peerings", name), message, "give it another name")
        if peered.network == own:
            message = f"{name} asks {own} for {peered.zone}, which is this VPC: questions would go in circles"
            yield Finding(peered.at("network"), message, "name the VPC that has the zone")
        if peered.zone in mine:
            message = f"{peered.zone} is a zone of this VPC already, and a name has one zone that answers"
            yield Finding(peered.at("zone"), message, "leave it out; forward_from hands the internal zone on")
    for first, again in repeats(Named(each.zone, each, ("zone",)) for each in dns.peerings.values()):
        message = f"{again.name} is peered twice, the other time on line {first.place.line}"
        yield Finding(again.place, message, "keep one of them")


@environment_rules.rule("D23", title="the response policy answers each name once", source=pages.RESPONSE_POLICIES)
def answers(env: Environment) -> Iterator[Finding]:
    """Refuse two answers for one name."""
    answered = env.network.dns.answers
    for first, again in repeats(Named(each.name, each, ("name",)) for each in answered.values()):
        message = f"{again.name} has two answers, the other on line {first.place.line}"
        yield Finding(again.place, message, "keep one of them, with all its addresses")


@environment_rules.rule("D23", title="sites ask the VPC for what it answers", source=pages.DNS_SERVER_POLICIES)
def inbound(env: Environment) -> Iterator[Finding]:
    """Refuse zones that would come back to the sites or that nobody here has, and entry points that can not be."""
    dns = env.network.dns
    if dns.inbound is None:
        return
    internal = env.organisation.dns.internal
    answered = {*GOOGLE_ZONES, *(each.zone for each in dns.peerings.values())}
    if not dns.inbound.zones:
        message = "the sites may ask, and for no zone: the policy would open name resolution to no end"
        yield Finding(dns.inbound.at("zones"), message, "name the zones, or take inbound out")
    for position, zone in enumerate(dns.inbound.zones):
        place = dns.inbound.at("zones", position)
        if _below(zone, internal) or _below(internal, zone):
            message = f"{zone} is asked of the sites by the VPC: questions would go in circles"
            yield Finding(place, message, "leave it out: the sites' name servers hold it")
        elif not any(_below(zone, each) for each in answered):
            message = f"no zone of the VPC holds {zone}, so it would answer what the internet does"
            yield Finding(place, message, suggest(zone, sorted(answered), lead="Zones"))
    yield from _entry_points(env, dns.inbound)


def _entry_points(env: Environment, inbound: Inbound) -> Iterator[Finding]:
    subnets = {name: each for name, each in env.network.subnets.items() if each.purpose is Purpose.PRIVATE}
    for name, address in inbound.addresses.items():
        place = inbound.at("addresses", name)
        if name not in subnets:
            message = f"Cloud DNS has no entry point in '{name}': it makes one in each subnet for machines"
            yield Finding(place, message, suggest(name, subnets))
            continue
        subnet = subnets[name]
        if address is None:
            continue
        if address not in subnet.range:
            message = f"entry point {address} lies outside subnet {name}, {subnet.range}"
            yield Finding(place, message, "write down the address that Google picked in it")
        for use, other in subnet.addresses.items():
            if other == address:
                message = f"entry point {address} of subnet {name} is the address for {use}"
                yield Finding(place, message, "write down the address that Google picked")


@estate_rules.rule("D23", title="a VPC that asks for others asks the sites itself", source=pages.DNS_PEERING)
def forwarding_vpc(estate: Estate) -> Iterator[Finding]:
    """Refuse forward_from that is this VPC, none of the environments', or one that has another ask for it."""
    readable: dict[str, Environment] = {}
    for env in ring_order(estate):
        try:
            readable[vpc(env)] = env
            _ = env.network
        except Unavailable:
            continue
    for own, env in readable.items():
        try:
            dns = env.network.dns
        except Unavailable:
            continue
        if dns.forward_from is None:
            continue
        asked, place = readable.get(dns.forward_from), dns.at("forward_from")
        if dns.forward_from == own:
            message = f"{env.name} has its own VPC ask the sites for it, and that one asks nobody"
            yield Finding(place, message, "leave forward_from out: the VPC then asks for itself")
        elif asked is None:
            others = [each for each in readable if each != own]
            message = f"no environment has the VPC {dns.forward_from}"
            yield Finding(place, message, suggest(dns.forward_from, others, lead="VPCs"))
        elif asked.network.dns.forward_from is not None:
            message = f"{asked.name} has another VPC ask the sites for it, so it can not ask for {env.name}"
            yield Finding(place, message, f"name {asked.network.dns.forward_from}")
        elif env.facts.production and not asked.facts.production:
            message = f"the names of {env.name} would depend on {asked.name}, which is not production"
            yield Finding(place, message, "let production ask for itself", Severity.WARNING)


@estate_rules.rule("C22", title="sites reach Google's APIs at addresses that Google has", source=pages.PRIVATE_ACCESS)
def google_access(estate: Estate) -> Iterator[Finding]:
    """Refuse other addresses than the two sets, and warn of the restricted one: it does not answer for all APIs."""
    space = estate.organisation.addresses
    access, place = space.private_google_access, space.at("private_google_access")
    if access == RESTRICTED:
        message = (
            f"{access} is restricted.googleapis.com, which answers only for APIs that VPC Service Controls guards: "
            "calls of other APIs by on-prem clusters fail"
        )
        yield Finding(place, message, f"compare the APIs in use, or use {PRIVATE}", Severity.WARNING)
    elif access != PRIVATE:
        message = f"Google's APIs answer at {PRIVATE} (private) and {RESTRICTED} (restricted), not at {access}"
        yield Finding(place, message, f"use {PRIVATE}")
