"""The VPN's other forms: gateways of the cloud at the far end, ranges that nobody announces, route policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model.config.problems import Severity
from model.config.vpn import PolicyKind, RoutePolicy
from model.estate import Environment
from model.planning.advertised import advertised, learned
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest

_GATEWAY: Final = re.compile(r"projects/(?P<project>[^/]+)/regions/(?P<region>[^/]+)/vpnGateways/[^/]+")
_MOST: Final = 2**31
"""Priorities of a policy's terms stay below it (gcp.compute.RouterRoutePolicy terms.priority)."""


@environment_rules.rule("D5", title="the other gateway is named in full, in our region", source=pages.VPN_TUNNEL)
def other_gateways(env: Environment) -> Iterator[Finding]:
    """Refuse a gateway of the cloud that is not named in full, is in another region, or is our own."""
    region, own = env.organisation.region, env.facts.projects.network.id
    for name, peer in env.vpn.cloud_peers.items():
        match, place = _GATEWAY.fullmatch(peer.gateway), peer.at("gateway")
        if match is None:
            message = f"'{peer.gateway}' of {name} names no HA VPN gateway"
            yield Finding(place, message, "write projects/<project>/regions/<region>/vpnGateways/<name>")
        elif match["region"] != region:
            message = f"the gateway of {name} is in {match['region']}, and both ends of a tunnel are in one region"
            yield Finding(place, message, f"use a gateway of theirs in {region}")
        elif match["project"] == own:
            message = f"the gateway of {name} is in {own}, the network project of {env.name} itself"
            yield Finding(place, message, "name the other side's gateway")


@environment_rules.rule("D1", title="both interfaces reach the other gateway", source=pages.HA_VPN_TOPOLOGIES)
def both_interfaces_reach_it(env: Environment) -> Iterator[Finding]:
    """Refuse a gateway of the cloud that only one of our interfaces reaches, or that one reaches twice (D3)."""
    for name, peer in env.vpn.cloud_peers.items():
        used = sorted(link.gateway_interface for link in peer.tunnels.values())
        if {0, 1} - set(used):
            missing = ", ".join(str(each) for each in sorted({0, 1} - set(used)))
            message = f"no tunnel to {name} is on interface {missing} of the gateway: there is no promise of 99.99 %"
            yield Finding(peer.at("tunnels"), message, f"put a tunnel on gateway_interface: {missing}")
        elif len(used) != len(set(used)):
            message = f"{len(used)} tunnels to {name}: interface 0 reaches its interface 0 and 1 its 1, once each"
            yield Finding(peer.at("tunnels"), message, "keep one tunnel for each interface", rule="D3")


@environment_rules.rule("D9", title="other gateways have ASNs of their own", source=pages.ROUTER_ASN)
def other_asns(env: Environment) -> Iterator[Finding]:
    """Refuse another gateway that has our ASN or that of the sites: routes between them would be dropped."""
    taken = {env.vpn.asn: f"that of {env.name}", env.organisation.vpn.on_prem_asn: "the sites'"}
    for name, peer in env.vpn.cloud_peers.items():
        if peer.asn in taken:
            message = f"ASN {peer.asn} of {name} is also {taken[peer.asn]}: BGP drops routes that carry its own ASN"
            yield Finding(peer.at("asn"), message, "ask the other side for the ASN of its router")


@environment_rules.rule("D11", title="names of tunnels are used once", source=pages.ROUTER_PEER)
def tunnel_names(env: Environment) -> Iterator[Finding]:
    """Refuse a name that two tunnels or attachments have: one router can not hold both."""
    vpn = env.vpn
    seen = dict.fromkeys(vpn.tunnels, "a tunnel to the sites")
    for peer, cloud in vpn.cloud_peers.items():
        for name, link in cloud.tunnels.items():
            if name in seen:
                yield Finding(link.at(), f"{name} is also {seen[name]}", "give it a name of its own")
            seen.setdefault(name, f"a tunnel to {peer}")
    for name, attachment in (vpn.interconnect.attachments if vpn.interconnect is not None else {}).items():
        if name in seen:
            yield Finding(attachment.at(), f"{name} is also {seen[name]}", "give it a name of its own")


@environment_rules.rule("D23", title="what is learned lies elsewhere", source=pages.ROUTER_PEER)
def learned_elsewhere(env: Environment) -> Iterator[Finding]:
    """Refuse a range taken to be behind a session that is ours: its traffic would leave by the tunnel.

    Of another gateway in the cloud, also one that the sites announce.
    """
    ours = [each.range for each in advertised(env)]
    for name, link in env.vpn.links.items():
        for position, given in enumerate(link.learn):
            for own in ours:
                if given.overlaps(own):
                    message = f"{given} is taken to be behind {name}, and {own} is ours: its traffic would leave"
                    yield Finding(link.at("learn", position), message, "name a range of the other side's")
    for name, peer in env.vpn.cloud_peers.items():
        for position, given in enumerate(peer.learned):
            for known in (*ours, *learned(env)):
                if given.overlaps(known):
                    message = f"{name} announces {given}, and {known} is ours or the sites': traffic would go astray"
                    yield Finding(peer.at("learned", position), message, "have the other side announce less")


@environment_rules.rule("D13", title="learned ranges have a priority that exists", source=pages.ROUTER_PEER)
def learned_priorities(env: Environment) -> Iterator[Finding]:
    """Refuse a priority of learned ranges that is no MED, and one without ranges."""
    for name, link in env.vpn.links.items():
        given, place = link.learn_priority, link.at("learn_priority")
        if given is None:
            continue
        if not 0 <= given <= 65535:
            yield Finding(place, f"priority {given} of what {name} learns is no MED", "use 0 to 65535")
        elif not link.learn:
            yield Finding(place, f"{name} has a priority for ranges to learn, and no such range", "add `learn:`")


@environment_rules.rule("D12", title="route policies exist and fit", source=pages.ROUTE_POLICY)
def policies(env: Environment) -> Iterator[Finding]:
    """Refuse unknown policies, those of the wrong direction, and terms that can not be told apart."""
    vpn = env.vpn
    used: set[str] = set()
    for name, link in vpn.links.items():
        for field, kind, names in (
            ("import_policies", PolicyKind.IMPORT, link.import_policies),
            ("export_policies", PolicyKind.EXPORT, link.export_policies),
        ):
            for position, each in enumerate(names):
                used.add(each)
                place = link.at(field, position)
                if each not in vpn.policies:
                    yield Finding(place, f"no route policy '{each}' for {name}", suggest(each, vpn.policies))
                elif vpn.policies[each].kind is not kind:
                    found = vpn.policies[each].kind.value
                    message = f"{each} is a policy on {found}, and {name} uses it on {kind.value}"
                    yield Finding(place, message, "use one of that direction")
    for name, policy in vpn.policies.items():
        yield from _terms(name, policy)
        if name not in used:
            message = f"no session uses route policy {name}"
            yield Finding(policy.at(), message, "name it at a tunnel, or remove it", Severity.WARNING)


def _terms(name: str, policy: RoutePolicy) -> Iterator[Finding]:
    if not policy.terms:
        yield Finding(policy.at("terms"), f"route policy {name} has no terms", "add one, or remove the policy")
    seen: set[int] = set()
    for position, term in enumerate(policy.terms):
        place = policy.at("terms", position)
        if not 0 <= term.priority < _MOST:
            message = f"a term of {name} has priority {term.priority}"
            yield Finding(place, message, f"use 0 to {_MOST - 1}")
        if term.priority in seen:
            message = f"two terms of {name} have priority {term.priority}: which comes first is not said"
            yield Finding(place, message, "give each its own")
        if not term.actions:
            yield Finding(place, f"a term of {name} does nothing", "add an action, such as drop()")
        seen.add(term.priority)
