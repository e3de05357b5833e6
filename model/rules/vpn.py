"""The VPN's parts: gateway, peers, tunnels, keys and BGP sessions, each as its provider takes it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from model.config.problems import Place, Severity
from model.config.source import Data
from model.config.vpn import Link, PreSharedKey, Redundancy, TrafficMode, Vpn
from model.estate import Environment, Estate
from model.planning.entries import Kind, overlaps
from model.planning.free import free_block
from model.planning.names import LIMIT_COMPUTE, Names
from model.planning.register import register, ring_order
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding, Unavailable, suggest

LINK_LOCAL: Final = IPv4Network("169.254.0.0/16")
METADATA: Final = IPv4Network("169.254.169.252/30")
"""The /30 of the metadata server, 169.254.169.254."""
PRIVATE_ASNS: Final = (range(64512, 65535), range(4200000000, 4294967295))

_INTERFACES: Final = {
    Redundancy.SINGLE_IP: frozenset({0}),
    Redundancy.TWO_IPS: frozenset({0, 1}),
    Redundancy.FOUR_IPS: frozenset({0, 1, 2, 3}),
}
_PAIRS: Final = {
    Redundancy.SINGLE_IP: ((0, 0), (1, 0)),
    Redundancy.TWO_IPS: ((0, 0), (1, 1)),
    Redundancy.FOUR_IPS: ((0, 0), (0, 1), (1, 2), (1, 3)),
}
"""Which interface of our gateway must reach which interface of the peer's; further tunnels are welcome."""


def _vpns(estate: Estate) -> Iterator[tuple[Environment, Vpn]]:
    """Give the VPNs that could be read, in promotion order."""
    for env in ring_order(estate):
        try:
            yield env, env.vpn
        except Unavailable:
            continue


@environment_rules.rule("D1", title="both interfaces of the gateway carry tunnels", source=pages.HA_VPN_TOPOLOGIES)
def both_interfaces(env: Environment) -> Iterator[Finding]:
    """Refuse a gateway of which one interface has no tunnel: it has no redundancy and no availability promise."""
    vpn = env.vpn
    missing = [number for number in (0, 1) if all(each.gateway_interface != number for each in vpn.tunnels.values())]
    for number in missing:
        message = (
            f"no tunnel of {env.name} is on interface {number} of the gateway: both must carry one, or "
            "maintenance of one cuts the sites off"
        )
        yield Finding(vpn.at("tunnels"), message, f"put a tunnel on gateway_interface: {number}")


def _gateway_place(vpn: Vpn, key: str, field: str) -> Place:
    """Return where a field of an external gateway stands: the first one's are the VPN's own."""
    return vpn.external_gateways[key].at(field) if key else vpn.at(field)


@environment_rules.rule("D2", title="peers match the redundancy type", source=pages.EXTERNAL_GATEWAY)
def peers_match_redundancy(env: Environment) -> Iterator[Finding]:
    """Refuse peers that are not of the organisation, or whose interfaces are not those of the redundancy type."""
    vpn, devices = env.vpn, env.organisation.vpn.peers
    if not vpn.gateways:
        yield Finding(vpn.at("peers"), f"{env.name} has no device to reach", "add the devices' addresses to `peers`")
    for key, gateway in vpn.gateways.items():
        for name, peer in gateway.peers.items():
            if name not in devices:
                yield Finding(peer.at(), f"no VPN device '{name}' in the organisation", suggest(name, devices))
        wanted = _INTERFACES[gateway.redundancy]
        numbers = sorted(peer.interface for peer in gateway.peers.values())
        if numbers != sorted(wanted):
            have = _listed(numbers)
            message = f"{gateway.redundancy.value} has peer interfaces {_listed(wanted)}, and the peers have {have}"
            remedy = f"number the peers {_listed(wanted)}, each once, or change the redundancy"
            yield Finding(_gateway_place(vpn, key, "peers"), message, remedy)


@environment_rules.rule("D3", title="tunnels pair gateway and peer interfaces", source=pages.HA_VPN)
def pairing(env: Environment) -> Iterator[Finding]:
    """Refuse tunnels to unknown peers, two between one pair of interfaces, and a peer that no tunnel reaches.

    While a rotation moves tunnels from one external gateway to another both are incomplete: that is a warning then.
    """
    vpn = env.vpn
    moving = Severity.WARNING if vpn.rotation is not None and vpn.rotation.expires >= env.today else None
    pairs: dict[tuple[int, IPv4Address], str] = {}
    joined: dict[str, set[tuple[int, int]]] = {key: set() for key in vpn.gateways}
    reached: dict[str, set[str]] = {key: set() for key in vpn.gateways}
    for name, tunnel in vpn.tunnels.items():
        key = tunnel.external_gateway or ""
        gateway, peer = vpn.gateways.get(key), vpn.peer_of(tunnel)
        if gateway is None:
            message = f"no external gateway '{key}' for {name}"
            yield Finding(tunnel.at("external_gateway"), message, suggest(key, vpn.external_gateways))
            continue
        if peer is None:
            yield Finding(tunnel.at("peer"), f"no peer '{tunnel.peer}' for {name}", suggest(tunnel.peer, gateway.peers))
            continue
        pair = (tunnel.gateway_interface, peer.address)
        if pair in pairs:
            joins = f"interface {pair[0]} and {tunnel.peer}"
            message = f"{name} joins {joins}, as {pairs[pair]} does: a path can not back itself up"
            yield Finding(tunnel.at("peer"), message, "give it another gateway interface or another peer")
        pairs.setdefault(pair, name)
        joined[key].add((tunnel.gateway_interface, peer.interface))
        reached[key].add(tunnel.peer)
    for key, gateway in vpn.gateways.items():
        for name, peer in gateway.peers.items():
            if name not in reached[key]:
                message = f"no tunnel goes to peer {name}: the other device is a single point of failure"
                yield Finding(peer.at(), message, f"add a tunnel to {name}", moving)
        numbered = {peer.interface for peer in gateway.peers.values()} == set(_INTERFACES[gateway.redundancy])
        everything_used = reached[key] == set(gateway.peers) and {each for each, _ in joined[key]} == {0, 1}
        for interface, number in _PAIRS[gateway.redundancy]:
            if numbered and everything_used and (interface, number) not in joined[key]:
                needs = f"which {gateway.redundancy.value} needs"
                message = f"no tunnel joins gateway interface {interface} and peer interface {number}, {needs}"
                yield Finding(vpn.at("tunnels"), message, "add or move a tunnel", moving)


@environment_rules.rule("D5", title="tunnels use an interface that exists", source=pages.VPN_TUNNEL)
def gateway_interfaces(env: Environment) -> Iterator[Finding]:
    """Refuse a gateway interface other than 0 and 1."""
    for name, link in env.vpn.links.items():
        if link.gateway_interface not in {0, 1}:
            message = f"{name} is on gateway interface {link.gateway_interface}, and a gateway has 0 and 1"
            yield Finding(link.at("gateway_interface"), message, "use 0 or 1")


def _keys(vpn: Vpn) -> Iterator[tuple[str, PreSharedKey]]:
    """Give every key with what it is the key of."""
    for name, link in vpn.links.items():
        yield name, link.pre_shared_key
        if link.md5 is not None:
            yield f"{name}'s BGP session", link.md5


@environment_rules.rule("D8", "D15", title="keys are in the network project", source=pages.VPN_PSK)
def keys_in_network_project(env: Environment) -> Iterator[Finding]:
    """Refuse a pre-shared key that is kept in a project other than the environment's network project."""
    project = env.facts.projects.network.id
    for name, key in _keys(env.vpn):
        kept = key.secret.removeprefix("sm://").split("/")[0]
        if kept != project:
            message = f"the key of {name} is kept in {kept}: who runs the VPN of {env.name} has no business there"
            yield Finding(key.at("secret"), message, f"keep it in {project}, the network project")


@environment_rules.rule("D8", title="generations of keys count from one", source=pages.VPN_PSK)
def generations(env: Environment) -> Iterator[Finding]:
    """Refuse a generation below 1, which neither the program nor Secret Manager has."""
    for name, key in _keys(env.vpn):
        if key.generation is not None and key.generation < 1:
            message = f"generation {key.generation} of the key of {name}: the first one is 1"
            yield Finding(key.at("generation"), message, "use 1, or one more than the key has now")


@estate_rules.rule("D8", "D15", title="every tunnel has a key of its own", source=pages.VPN_PSK)
def keys_distinct(estate: Estate) -> Iterator[Finding]:
    """Refuse two tunnels with one pre-shared key, in any two environments."""
    seen: dict[str, str] = {}
    for env, vpn in _vpns(estate):
        for name, key in _keys(vpn):
            secret, place = key.secret, key.at("secret")
            if secret in seen:
                message = (
                    f"{name} of {env.name} has the key {secret}, as {seen[secret]} has: whoever learns it opens both"
                )
                yield Finding(place, message, "give each tunnel a secret of its own")
            seen.setdefault(secret, f"{name} of {env.name} ({place.file}:{place.line})")


@estate_rules.rule("D9", title="ASNs are private and distinct", source=pages.ROUTER_ASN)
def asns(estate: Estate) -> Iterator[Finding]:
    """Refuse an ASN that is not private (RFC 6996), is the sites' own, or is another environment's."""
    shared = estate.organisation.vpn
    place = shared.at("on_prem_asn")
    if not 1 <= shared.on_prem_asn <= 4294967294:
        yield Finding(place, f"{shared.on_prem_asn} is no ASN", "use the ASN of the sites' devices")
    seen = {shared.on_prem_asn: f"the sites' ({place.file}:{place.line})"}
    for env, vpn in _vpns(estate):
        here = vpn.at("asn")
        if not any(vpn.asn in each for each in PRIVATE_ASNS):
            message = f"ASN {vpn.asn} of {env.name} is not one that a Cloud Router takes"
            yield Finding(here, message, "use a private one: 64512 to 65534, or 4200000000 to 4294967294")
        if vpn.asn in seen:
            message = f"ASN {vpn.asn} of {env.name} is also {seen[vpn.asn]}: BGP drops routes that carry its own ASN"
            free = next(each for each in PRIVATE_ASNS[0] if each not in seen and each not in _asns(estate))
            yield Finding(here, message, f"use another, such as {free}")
        seen.setdefault(vpn.asn, f"that of {env.name} ({here.file}:{here.line})")


def _asns(estate: Estate) -> set[int]:
    return {vpn.asn for _, vpn in _vpns(estate)}


def _session(env: Environment, name: str, tunnel: Link) -> Iterator[Finding]:
    place, link = tunnel.at("range"), tunnel.range
    remedy = f"use a free /30 of {LINK_LOCAL}"
    if link.prefixlen != 30:
        yield Finding(place, f"{link} of {name} is no /30, which a BGP session takes", remedy)
        return
    if not link.subnet_of(LINK_LOCAL):
        yield Finding(place, f"{link} of {name} is not link-local: BGP sessions live in {LINK_LOCAL} alone", remedy)
    if link == METADATA:
        message = f"{link} of {name} holds 169.254.169.254, the metadata server of every machine of {env.name}"
        yield Finding(place, message, remedy)
    google, peer = link[1], link[2]
    if (tunnel.google_address, tunnel.peer_address) == (peer, google):
        message = f"the two ends of {name} are swapped: Google's is the first usable address of {link}"
        yield Finding(tunnel.at("google_address"), message, f"google_address: {google}, peer_address: {peer}")
        return
    for field, have, want in (
        ("google_address", tunnel.google_address, google),
        ("peer_address", tunnel.peer_address, peer),
    ):
        if have != want:
            message = f"{field} {have} of {name} is not {want}, its address in {link}"
            yield Finding(tunnel.at(field), message, f"write {want}")


@environment_rules.rule("D10", title="BGP sessions have both hosts of a link-local /30", source=pages.HA_VPN)
def sessions(env: Environment) -> Iterator[Finding]:
    """Refuse a range that is no link-local /30 or the metadata server's, and ends other than its two hosts in order."""
    for name, tunnel in env.vpn.links.items():
        yield from _session(env, name, tunnel)


@estate_rules.rule("D10", title="BGP links are used once", source=pages.HA_VPN)
def links_distinct(estate: Estate) -> Iterator[Finding]:
    """Refuse a /30 that two sessions have: the sites' devices see all environments."""
    links = [entry for entry in register(estate) if entry.kind is Kind.LINK]
    for one, other in overlaps(links):
        message = f"{other.name} is used by {one.located}: the sites' devices would mix the sessions up"
        near = [each for each in links if each.environment == other.environment and each is not other]
        parent = (near[0].network or LINK_LOCAL).supernet(new_prefix=24) if near else LINK_LOCAL
        free = free_block(parent, 30, [*(each.range for each in links)])
        yield Finding(other.place, message, f"use a free /30, such as {free}" if free else "use a free /30")


@environment_rules.rule("D11", title="names of sessions fit", source=pages.ROUTER_PEER)
def session_names(env: Environment) -> Iterator[Finding]:
    """Refuse a tunnel whose BGP peer would have a name that is too long."""
    attachments = env.vpn.interconnect.attachments if env.vpn.interconnect is not None else {}
    for name, tunnel in {**env.vpn.links, **attachments}.items():
        longest = max(Names.interface(name), Names.peer(name), key=len)
        if len(longest) > LIMIT_COMPUTE:
            message = f"{longest} has {len(longest)} characters, and a BGP peer's name at most {LIMIT_COMPUTE}"
            yield Finding(tunnel.at(), message, "shorten the tunnel's name before it is made: it can not change later")


@environment_rules.rule("D13", title="priorities say what the mode says", source=pages.HA_VPN)
def priorities(env: Environment) -> Iterator[Finding]:
    """Refuse priorities that differ in active-active, or are not of two levels in active-passive."""
    vpn = env.vpn
    attachments = vpn.interconnect.attachments if vpn.interconnect is not None else {}
    for name, each in {**vpn.links, **attachments}.items():
        if not 0 <= each.priority <= 65535:
            yield Finding(each.at("priority"), f"priority {each.priority} of {name} is no MED", "use 0 to 65535")
    levels = sorted({tunnel.priority for tunnel in vpn.tunnels.values()})
    if vpn.mode is TrafficMode.ACTIVE_ACTIVE and len(levels) > 1:
        message = f"the tunnels have priorities {_listed(levels)}, and active-active means that all carry traffic"
        for tunnel in vpn.tunnels.values():
            if tunnel.priority != levels[0]:
                yield Finding(tunnel.at("priority"), message, f"use {levels[0]} for all, or mode: active-passive")
    if vpn.mode is TrafficMode.ACTIVE_PASSIVE and len(levels) != 2:
        message = f"the tunnels have priorities {_listed(levels)}, and active-passive has two levels"
        yield Finding(vpn.at("mode"), message, "give standby tunnels a higher number, such as 100 and 200")


@environment_rules.rule("D14", title="no BFD on HA VPN", source=pages.ROUTER_PEER)
def no_bfd(env: Environment) -> Iterator[Finding]:
    """Refuse a `bfd` key anywhere but at VLAN attachments, which alone have it."""
    # The whole section is asked for first: a file without it is told that once, by what reads files.
    _ = env.vpn
    for path in _keys_named("bfd", env.source.value(("config", "hybrid:vpn"))):
        if path[0] == "interconnect":
            continue
        message = "BFD is not supported on HA VPN: a session is down when its hold time ends, three keepalives long"
        remedy = f"remove it; failover takes {3 * env.organisation.vpn.keepalive_seconds} seconds at most"
        yield Finding(env.place("hybrid:vpn", *path), message, remedy)


def _keys_named(name: str, data: Data) -> Iterator[tuple[str | int, ...]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == name:
                yield (key,)
            yield from ((key, *path) for path in _keys_named(name, value))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from ((position, *path) for path in _keys_named(name, value))


def _listed(numbers: frozenset[int] | list[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers)) or "none"
