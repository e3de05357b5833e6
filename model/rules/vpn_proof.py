"""The redundancy of the VPN, proved: what a single loss leaves. A warning; in production an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from weakref import WeakKeyDictionary

from model.config.problems import Severity
from model.estate import Environment, Estate
from model.planning.advertised import advertised
from model.planning.bgp.failures import Failure, Kind
from model.planning.bgp.links import links
from model.planning.bgp.proof import Direction, Judged, Proof, prove
from model.planning.register import ring_order
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding, Unavailable

_REMEDIES: Final = {
    Kind.TUNNEL: "add a tunnel on the other gateway interface, to another device",
    Kind.SESSION: "add a tunnel on the other gateway interface, to another device",
    Kind.INTERFACE: "put half of the tunnels on the other interface",
    Kind.DEVICE: "lead half of the tunnels to another device",
    Kind.SITE: "lead half of the tunnels to a device at another site",
    Kind.ATTACHMENT: "add an attachment on another line, or a tunnel",
    Kind.LINE: "put half of the attachments on another line, or add tunnels",
    Kind.DOMAIN: "put half of the attachments into the other edge domain, or add tunnels",
    Kind.METRO: "put half of the attachments into another metropolitan area, or add tunnels",
    Kind.ROUTER: "announce what is behind it over the other router too",
}

_MADE: Final[WeakKeyDictionary[Environment, Proof]] = WeakKeyDictionary()
"""Proofs by environment: three rules look at the same one."""


def _proof(env: Environment) -> Proof:
    made = _MADE.get(env)
    if made is None:
        made = _MADE[env] = prove(env)
    return made


def _severity(env: Environment) -> Severity:
    return Severity.ERROR if env.facts.production else Severity.WARNING


def _remedy(judged: Judged) -> str:
    loss = judged.loss
    return _REMEDIES.get(loss.kind, "") if isinstance(loss, Failure) else ""


@environment_rules.rule("D20", title="no single loss cuts a path", source=pages.HA_VPN_TOPOLOGIES)
def no_path_is_cut(env: Environment) -> Iterator[Finding]:
    """Find the first loss of each kind that leaves a prefix without a path; in production an error, else a warning."""
    if not links(env):
        return
    told: set[str] = set()
    for judged in _proof(env).broken:
        cut = judged.state.cut
        kind = judged.loss.kind.value if isinstance(judged.loss, Failure) else ""
        if not cut or kind in told:
            continue
        told.add(kind)
        ranges = ", ".join(sorted({str(path.prefix) for path in cut}))
        message = f"without {judged.loss}, nothing of {env.name} reaches {ranges} any more: one fault is an outage"
        yield Finding(env.vpn.at("tunnels"), message, _remedy(judged), _severity(env))


@environment_rules.rule("D17", "D16", title="what is left carries the peak", source=pages.VPN_QUOTAS)
def what_is_left_carries_the_peak(env: Environment) -> Iterator[Finding]:
    """Find a peak that a single loss leaves no capacity for; in production an error, elsewhere a warning."""
    vpn = env.vpn
    if not links(env):
        return
    short = [judged for judged in _proof(env).broken if judged.short]
    if short:
        worst = min(short, key=lambda judged: judged.state.kpps)
        count = len(worst.state.used(Direction.TO_SITES, ""))
        word = "tunnel" if vpn.interconnect is None else "link"
        left = f"1 {word} of {env.name} carries" if count == 1 else f"{count} {word}s of {env.name} carry"
        message = (
            f"without {worst.loss}, {left} {worst.state.kpps} kpps, and the peak is "
            f"{vpn.peak_kpps} kpps: a fault would become an outage"
        )
        remedy = "add tunnels in pairs, one on each gateway interface"
        if vpn.interconnect is not None:
            remedy += "; or attachments in pairs, one in each edge domain; or give them more bandwidth"
        yield Finding(vpn.at("peak_kpps"), message, remedy, _severity(env))


@environment_rules.rule(
    "D13", title="answers take the tunnels that questions took", source=pages.HA_VPN, severity=Severity.WARNING
)
def both_directions_agree(env: Environment) -> Iterator[Finding]:
    """Warn of a range whose packets and answers take different tunnels: a device between them sees half of each."""
    if not links(env):
        return
    for path in _proof(env).intact.lopsided:
        if path.direction is Direction.TO_CLOUD:
            taken = ", ".join(sorted(path.tunnels))
            message = f"{path.prefix} is reached over {taken} alone, and answers come back over others too"
            remedy = "announce it on every tunnel that carries traffic, or let the devices share their sessions' state"
            yield Finding(env.vpn.at("tunnels"), message, remedy)


@estate_rules.rule(
    "D23",
    title="name servers answer the environment that asked",
    source=pages.DNS_FORWARDING,
    severity=Severity.WARNING,
)
def forwarding_sources_are_told_apart(estate: Estate) -> Iterator[Finding]:
    """Warn where one device hears of Cloud DNS's forwarding sources from several environments.

    Every VPC forwards from the same range, so the answer to one environment's question may be sent to another's.
    """
    space = estate.organisation.addresses
    heard: dict[str, list[str]] = {}
    for env in ring_order(estate):
        try:
            if space.dns_forwarding_sources in {each.range for each in advertised(env)}:
                for device in sorted({link.far for link in links(env).values() if link.to_sites}):
                    heard.setdefault(device, []).append(env.name)
        except Unavailable:
            continue
    several = {device: names for device, names in heard.items() if len(names) > 1}
    if several:
        device, names = next(iter(several.items()))
        message = (
            f"{device} hears of {space.dns_forwarding_sources} from {', '.join(names)} alike: answers of the sites' "
            "name servers may go to an environment that asked nothing, and questions time out"
        )
        remedy = (
            "have the devices send answers back over the tunnel of the question (a routing table for each environment, "
            "or by session), or forward from one VPC and let the others peer their zones with it"
        )
        yield Finding(space.at("dns_forwarding_sources"), message, remedy)
