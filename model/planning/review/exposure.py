"""What becomes reachable and from where, and which routes and public addresses change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from model.estate import Environment
from model.planning.advertised import advertised_by, learned
from model.planning.firewall import PolicyRule, cloud_openings
from model.planning.order_sheet import End, Opening, order_sheet

_ALL: Final = "everything in the VPC"


def exposure(old: Environment, new: Environment) -> tuple[str, ...]:
    """Return what changes in firewall rules, openings at the sites, routes and public addresses, a sentence each.

    Raises `Unavailable` where a part of the files that this needs could not be read.
    """
    return (
        *_rules(old, new),
        *_openings(old, new),
        *_routes(old, new),
        *_public(old, new),
    )


def _rules(old: Environment, new: Environment) -> Iterator[str]:
    before = {rule.key: rule for rule in cloud_openings(old)}
    after = {rule.key: rule for rule in cloud_openings(new)}
    for key in sorted({*before, *after}):
        was, becomes = before.get(key), after.get(key)
        if was == becomes:
            continue
        if was is None and becomes is not None:
            yield f"opens: {_said(becomes)}"
        elif becomes is None and was is not None:
            yield f"closes: {_said(was)}"
        elif was is not None and becomes is not None:
            yield from _changed(was, becomes)


def _changed(was: PolicyRule, becomes: PolicyRule) -> Iterator[str]:
    parts = (
        ("sources", {str(each) for each in was.sources}, {str(each) for each in becomes.sources}),
        ("destinations", {str(each) for each in was.destinations}, {str(each) for each in becomes.destinations}),
        ("traffic", {str(each) for each in was.traffic}, {str(each) for each in becomes.traffic}),
    )
    for what, before, after in parts:
        if after - before:
            yield f"opens: firewall rule {becomes.key}: {what} {', '.join(sorted(after - before))}"
        if before - after:
            yield f"closes: firewall rule {becomes.key}: {what} {', '.join(sorted(before - after))}"
    if was.action != becomes.action:
        yield f"firewall rule {becomes.key}: {was.action} becomes {becomes.action}"


def _said(rule: PolicyRule) -> str:
    verb = "may reach" if rule.action == "allow" else "is kept from"
    sources = ", ".join(str(each) for each in rule.sources)
    targets = ", ".join(str(each) for each in rule.destinations) or _ALL
    traffic = ", ".join(str(each) for each in rule.traffic)
    return f"{sources} {verb} {targets} over {traffic} (firewall rule {rule.key}: {rule.description})"


def _openings(old: Environment, new: Environment) -> Iterator[str]:
    """Give what network engineers have to open or close at the sites: rows of the order sheet."""
    before, after = _rows(old), _rows(new)
    for key in sorted({*before, *after}):
        if before.get(key) == after.get(key):
            continue
        verb = "new" if key not in before else "gone" if key not in after else "changed"
        yield f"order sheet: row {key} is {verb}: {after.get(key) or before.get(key)}"


def _rows(env: Environment) -> Mapping[str, str]:
    return {row.key: _row(row) for row in order_sheet(env)}


def _row(row: Opening) -> str:
    flows = "; ".join(
        f"{', '.join(map(_end, flow.targets))} over {', '.join(str(each) for each in flow.traffic)}"
        for flow in row.flows
    )
    return f"{', '.join(map(_end, row.sources))} to {flows}"


def _end(end: End) -> str:
    return end.name if end.range is None else f"{end.name} ({end.range})"


def _routes(old: Environment, new: Environment) -> Iterator[str]:
    before = {name: {str(each.range) for each in advertised_by(old, name)} for name in old.vpn.tunnels}
    after = {name: {str(each.range) for each in advertised_by(new, name)} for name in new.vpn.tunnels}
    for name in sorted({*before, *after}):
        was, becomes = before.get(name, set[str]()), after.get(name, set[str]())
        if name not in after:
            yield f"routes: {name} is gone, and with it what it advertised: {', '.join(sorted(was))}"
        elif name not in before:
            yield f"routes: {name} is new and advertises {', '.join(sorted(becomes))}"
        else:
            if becomes - was:
                yield f"routes: {name} also advertises {', '.join(sorted(becomes - was))}"
            if was - becomes:
                yield f"routes: {name} no longer advertises {', '.join(sorted(was - becomes))}"
    sites, sites_then = {str(each) for each in learned(old)}, {str(each) for each in learned(new)}
    if sites != sites_then:
        yield f"routes: the sites advertise {', '.join(sorted(sites_then))}, before {', '.join(sorted(sites))}"
    off, off_then = set(old.vpn.drill.disabled_peers), set(new.vpn.drill.disabled_peers)
    if off_then - off:
        yield f"drill: {', '.join(sorted(off_then - off))} switched off until {new.vpn.drill.expires}"
    if off - off_then:
        yield f"drill: {', '.join(sorted(off - off_then))} switched on again"


def _public(old: Environment, new: Environment) -> Iterator[str]:
    before, after = _addresses(old), _addresses(new)
    for what in sorted({*before, *after}):
        if before.get(what) != after.get(what):
            yield f"public address: {what}: {before.get(what, 'none')} becomes {after.get(what, 'none')}"


def _addresses(env: Environment) -> dict[str, str]:
    """Return the public addresses that the files state, by use. Google picks one that is not written down yet."""
    network, vpn = env.network, env.vpn
    found = {f"egress {name}": str(each or "picked by Google") for name, each in network.nat.egress.items()}
    found |= {f"ingress {name}": str(each or "picked by Google") for name, each in network.ingress.items()}
    return found | {f"VPN peer {name}": str(peer.address) for name, peer in vpn.peers.items()}
