"""Alert policies of the network: what is watched, from which value on, for how long, and how bad it is.

Queries are PromQL over Google's own metrics, whose names are written as
https://docs.cloud.google.com/monitoring/promql/promql-mapping says. The metrics:
https://docs.cloud.google.com/network-connectivity/docs/vpn/how-to/viewing-logs-metrics,
https://docs.cloud.google.com/network-connectivity/docs/router/how-to/viewing-logs-metrics,
https://docs.cloud.google.com/nat/docs/monitoring.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from model.config.alerts import Alerts
from model.estate import Environment
from model.planning.bgp.proof import prove
from model.planning.names import Names

CRITICAL: Final = "CRITICAL"
WARNING: Final = "WARNING"
"""Severities of gcp.monitoring.AlertPolicy."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A PromQL query that gives something when it is broken, and for how long it must."""

    title: str
    query: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert policy: any of its conditions opens an incident."""

    key: str
    title: str
    severity: str
    conditions: tuple[Condition, ...]
    channels: tuple[str, ...]
    advice: str
    """What whoever is called looks at first."""


class _Metric(Protocol):
    def __call__(self, name: str, resource: str, **labels: str) -> str: ...


def alerts(env: Environment, *, disabled_peers: Collection[str] = ()) -> tuple[Alert, ...]:
    """Return the environment's alert policies, none where the file names no channel.

    `disabled_peers` are BGP peers that a drill has switched off today: nobody is called for them (D20).
    """
    wanted = env.network.alerts
    return () if wanted is None else tuple(_alerts(env, wanted, frozenset(disabled_peers)))


def _alerts(env: Environment, wanted: Alerts, disabled: frozenset[str]) -> Iterator[Alert]:
    project, names = env.facts.projects.network.id, Names.of(env)
    production = env.facts.production

    def alert(key: str, title: str, conditions: Iterable[Condition], advice: str, *, cuts: bool = False) -> Alert:
        critical = cuts and production
        channels = wanted.critical if critical else wanted.warning
        severity = CRITICAL if critical else WARNING
        return Alert(key, f"{names.of_key(key)}: {title}", severity, tuple(conditions), channels, advice)

    def metric(name: str, resource: str, **labels: str) -> str:
        every = {"monitored_resource": resource, "project_id": project, **labels}
        return f"{name}{{{','.join(_matches(label, value) for label, value in every.items())}}}"

    tunnels = sorted(env.vpn.tunnels)
    if tunnels:
        established = metric("vpn_googleapis_com:tunnel_established", "vpn_gateway", tunnel_name="|".join(tunnels))
        down = Condition("not established for 5 min", f"max by (tunnel_name) ({established}) < 1", 300)
        advice = "Look at the tunnel's status and detailed status, then at the device of the site."
        yield alert("tunnel-down", "a VPN tunnel is down", [down], advice, cuts=True)
    peers = [peer for peer in map(Names.peer, tunnels) if peer not in disabled]
    if peers:
        sessions = metric("router_googleapis_com:bgp_session_up", "gce_router", bgp_peer_name="|".join(peers))
        down = Condition("not up for 3 min", f"max by (bgp_peer_name) ({sessions}) < 1", 180)
        advice = "Read the router's status: gcloud compute routers get-status."
        yield alert("bgp-down", "a BGP session is down", [down], advice, cuts=True)
    if tunnels:
        yield alert("vpn-load", "the VPN is nearly full", _load(env, wanted, metric), "Add tunnels in pairs (D17).")
    nat = names.nat
    failed = metric("router_googleapis_com:nat_nat_allocation_failed", "nat_gateway", gateway_name=nat)
    dropped = metric(
        "router_googleapis_com:nat_dropped_sent_packets_count",
        "nat_gateway",
        gateway_name=nat,
        reason="OUT_OF_RESOURCES",
    )
    used = metric("router_googleapis_com:nat_port_usage", "nat_gateway", gateway_name=nat)
    ports = env.network.nat.min_ports_per_vm
    limit = ports * wanted.nat_ports_percent // 100
    conditions = [
        Condition("no address or port is left", f"max({failed}) > 0", 60),
        Condition("packets are dropped", f"sum(rate({dropped}[5m])) > 0", 300),
        Condition(f"a machine uses over {limit} of {ports} ports", f"max({used}) > {limit}", 300),
    ]
    advice = "Add an egress address, or raise min_ports_per_vm; partners allow-list addresses."
    yield alert("nat-exhausted", "the way to the internet runs out of ports", conditions, advice)


def _matches(label: str, value: str) -> str:
    return f'{label}=~"{value}"' if "|" in value else f'{label}="{value}"'


def vpn_limit_kpps(env: Environment) -> int:
    """Return what the VPN carries after the worst single loss that it is made to survive, in kpps (D17)."""
    return min((each.state.kpps for each in prove(env).singles if each.beyond is None), default=0)


def _load(env: Environment, wanted: Alerts, metric: _Metric) -> Iterator[Condition]:
    share = wanted.vpn_load_percent
    names = "|".join(sorted(env.vpn.tunnels))
    rates = [
        f"rate({metric(f'vpn_googleapis_com:network_{way}_packets_count', 'vpn_gateway', tunnel_name=names)}[5m])"
        for way in ("sent", "received")
    ]
    left, each = vpn_limit_kpps(env), env.organisation.vpn.kpps_per_tunnel
    both = " + ".join(f"sum({rate})" for rate in rates)
    yield Condition(f"{share} % of the {left} kpps that one loss leaves", f"{both} > {left * share * 10}", 900)
    both = " + ".join(f"sum by (tunnel_name) ({rate})" for rate in rates)
    yield Condition(f"{share} % of the {each} kpps of one tunnel", f"{both} > {each * share * 10}", 900)
