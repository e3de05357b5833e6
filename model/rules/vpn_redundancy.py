"""The VPN of production, and drills; `vpn_proof` says what a loss leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from model.config.problems import Severity
from model.estate import Environment
from model.planning.bgp.links import links
from model.planning.bgp.proof import Direction
from model.planning.drill import left_by_drill
from model.planning.names import Names
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest
from model.rules.vpn_rotation import LONGEST


@environment_rules.rule("X8", title="production has a second device at a second site", source=pages.HA_VPN_TOPOLOGIES)
def production_has_two_sites(env: Environment) -> Iterator[Finding]:
    """Refuse a VPN of production that ends at one device, or at devices of one site."""
    vpn, devices = env.vpn, env.organisation.vpn.peers
    to_sites = [link for link in links(env).values() if link.to_sites]
    if not env.facts.production or not to_sites:
        return
    word = "tunnels" if vpn.interconnect is None else "links"
    peers = sorted({link.far for link in to_sites})
    sites = sorted({devices[name].site for name in peers if name in devices})
    elsewhere = [name for name, device in devices.items() if device.site not in sites]
    remedy = f"lead half of the {word} to {elsewhere[0]}" if elsewhere else "lead half of them to another site"
    if len(peers) == 1:
        message = f"all {len(to_sites)} {word} of {env.name} end at one peer, {peers[0]}: its loss cuts production off"
        yield Finding(vpn.at("tunnels"), message, remedy)
    elif len(sites) == 1:
        message = f"all {len(to_sites)} {word} of {env.name} end at site {sites[0]}: its loss cuts production off"
        yield Finding(vpn.at("tunnels"), message, remedy)


@environment_rules.rule("D20", title="drills are short and leave a path", source=pages.ROUTER_PEER)
def drill(env: Environment) -> Iterator[Finding]:
    """Warn of sessions that are switched off; refuse unknown ones, any without a day to end, and what leaves no path.

    In production a drill is allowed by someone, and for a week at most.
    """
    vpn = env.vpn
    disabled = vpn.drill.disabled_peers
    if not disabled:
        return
    attachments = vpn.interconnect.attachments if vpn.interconnect is not None else {}
    known = [Names.peer(name) for name in (*vpn.links, *attachments)]
    for position, name in enumerate(disabled):
        if name not in known:
            yield Finding(vpn.drill.at("disabled_peers", position), f"no BGP peer '{name}'", suggest(name, known))
    yield from _ending(env)
    expires, place = vpn.drill.expires, vpn.drill.at("disabled_peers")
    state = left_by_drill(env)
    if state.cut:
        cut = ", ".join(sorted({str(path.prefix) for path in state.cut}))
        message = f"the drill would leave {env.name} no path for {cut}: that is an outage and no drill"
        yield Finding(place, message, "leave at least one session enabled that carries them")
    elif expires is not None and expires >= env.today:
        left = ", ".join(sorted(state.used(Direction.TO_SITES) | state.used(Direction.TO_CLOUD)))
        enough = "enough" if state.kpps >= vpn.peak_kpps else "NOT enough"
        message = (
            f"drill until {expires.isoformat()}: {', '.join(disabled)} switched off; {left} carry "
            f"{state.kpps} kpps, {enough} for the peak of {vpn.peak_kpps}"
        )
        yield Finding(place, message, "empty disabled_peers when the drill is over", Severity.WARNING)


def _ending(env: Environment) -> Iterator[Finding]:
    """Refuse a drill that nobody ends, one that is over, and in production one that is long or that nobody allowed."""
    given = env.vpn.drill
    place = given.at("disabled_peers")
    last = env.today + timedelta(days=LONGEST)
    if given.expires is None:
        message = "a drill without `expires`: a session that is switched off and forgotten is lost redundancy"
        yield Finding(place, message, f'add `expires:`, "{env.today.isoformat()}" or a day soon after')
    elif given.expires < env.today:
        message = f"the drill ended on {given.expires.isoformat()}, and today is {env.today.isoformat()}"
        yield Finding(given.at("expires"), message, "empty disabled_peers, or give a new day on purpose")
    elif env.facts.production and given.expires > last:
        message = f"production would be without {', '.join(given.disabled_peers)} until {given.expires.isoformat()}"
        yield Finding(given.at("expires"), message, f"end it by {last.isoformat()}: {LONGEST} days at most")
    if not env.facts.production:
        return
    groups = env.organisation.groups
    if given.approval is None:
        message = "nobody has allowed this drill in production"
        yield Finding(place, message, 'add `approval: {by: <group>, on: "<day>"}`')
    elif given.approval.by not in groups:
        message = f"no group '{given.approval.by}' of the directory"
        yield Finding(given.approval.at("by"), message, suggest(given.approval.by, groups))
    elif given.approval.on > env.today:
        message = f"allowed on {given.approval.on.isoformat()}, which is not yet"
        yield Finding(given.approval.at("on"), message, "write the day on which it was allowed")
