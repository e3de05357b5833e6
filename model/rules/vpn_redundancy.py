"""The VPN when a part of it is lost or switched off: capacity, production, drills."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.problems import Severity
from model.estate import Environment
from model.planning.names import Names
from model.planning.redundancy import capacity, enabled_in_drill, losses, site_of
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest


@environment_rules.rule("D17", "D16", title="what is left carries the peak", source=pages.VPN_QUOTAS)
def capacity_after_a_loss(env: Environment) -> Iterator[Finding]:
    """Refuse a VPN that can not carry its peak without one gateway interface, one peer or one site."""
    vpn = env.vpn
    short = [loss for loss in losses(env) if loss.kpps < vpn.peak_kpps]
    if short:
        worst = min(short, key=lambda loss: loss.kpps)
        message = (
            f"without {worst.what}, {len(worst.left)} tunnels of {env.name} carry {worst.kpps} kpps, and the peak is "
            f"{vpn.peak_kpps} kpps: a fault would become an outage"
        )
        yield Finding(vpn.at("peak_kpps"), message, "add tunnels in pairs, one on each gateway interface")


@environment_rules.rule("X8", title="production has a second device at a second site", source=pages.HA_VPN_TOPOLOGIES)
def production_has_two_sites(env: Environment) -> Iterator[Finding]:
    """Refuse a VPN of production that ends at one device, or at devices of one site."""
    vpn = env.vpn
    if not env.facts.production or not vpn.tunnels:
        return
    peers = sorted({tunnel.peer for tunnel in vpn.tunnels.values()})
    sites = sorted({site for name in vpn.tunnels if (site := site_of(env, name)) is not None})
    elsewhere = [name for name, device in env.organisation.vpn.peers.items() if device.site not in sites]
    remedy = f"lead half of the tunnels to {elsewhere[0]}" if elsewhere else "lead half of them to another site"
    if len(peers) == 1:
        message = (
            f"all {len(vpn.tunnels)} tunnels of {env.name} end at one peer, {peers[0]}: its loss cuts production off"
        )
        yield Finding(vpn.at("tunnels"), message, remedy)
    elif len(sites) == 1:
        message = f"all {len(vpn.tunnels)} tunnels of {env.name} end at site {sites[0]}: its loss cuts production off"
        yield Finding(vpn.at("tunnels"), message, remedy)


@environment_rules.rule("D20", title="drills are short and leave a path", source=pages.ROUTER_PEER)
def drill(env: Environment) -> Iterator[Finding]:
    """Warn of sessions that are switched off; refuse unknown ones, all of them, and any without a day to end."""
    vpn = env.vpn
    disabled = vpn.drill.disabled_peers
    if not disabled:
        return
    known = [Names.peer(name) for name in vpn.tunnels]
    for position, name in enumerate(disabled):
        if name not in known:
            yield Finding(vpn.drill.at("disabled_peers", position), f"no BGP peer '{name}'", suggest(name, known))
    expires, place = vpn.drill.expires, vpn.drill.at("disabled_peers")
    if expires is None:
        message = "a drill without `expires`: a session that is switched off and forgotten is lost redundancy"
        yield Finding(place, message, f"add `expires:`, {env.today.isoformat()} or a day soon after")
    elif expires < env.today:
        message = f"the drill ended on {expires.isoformat()}, and today is {env.today.isoformat()}"
        yield Finding(vpn.drill.at("expires"), message, "empty disabled_peers, or give a new day on purpose")
    left = enabled_in_drill(env)
    if not left:
        message = f"the drill switches off every session of {env.name}: nothing would reach the sites"
        yield Finding(place, message, "leave at least one enabled")
    elif expires is not None and expires >= env.today:
        kpps = capacity(env, left)
        enough = "enough" if kpps >= vpn.peak_kpps else "NOT enough"
        message = (
            f"drill until {expires.isoformat()}: {', '.join(disabled)} switched off; {', '.join(left)} carry "
            f"{kpps} kpps, {enough} for the peak of {vpn.peak_kpps}"
        )
        yield Finding(place, message, "empty disabled_peers when the drill is over", Severity.WARNING)
