"""The rules of the VPC's firewall policy: rows of the order sheet that lead into the VPC, and what GKE itself needs.

Source of the ranges and ports: https://docs.cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules (what GKE
opens by itself where it may), https://docs.cloud.google.com/load-balancing/docs/health-check-concepts (probes),
https://docs.cloud.google.com/load-balancing/docs/proxy-only-subnets (proxies).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final, TypeAlias

from model.config.network import Purpose
from model.estate import Environment
from model.planning.advertised import learned
from model.planning.order_sheet import (
    TCP_443,
    End,
    Side,
    Traffic,
    gke_control_planes,
    gke_nodes,
    gke_pods,
    order_sheet,
)
from model.planning.pod_addressing import hidden

Ends: TypeAlias = tuple[End, ...]

HEALTH_CHECKS: Final = (IPv4Network("35.191.0.0/16"), IPv4Network("130.211.0.0/22"))
"""Where Google's health checks come from, and the front ends of its external Application Load Balancers."""
ANYWHERE: Final = IPv4Network("0.0.0.0/0")
DENY_PRIORITY: Final = 65534
"""The priority of the last rule."""

_ALL: Final = (Traffic("all"),)
_CONTROL_PLANE: Final = (Traffic("tcp", ("443", "8443", "9443", "10250", "15017")),)
"""Admission and conversion webhooks (443, 8443, 9443, Istio's 15017) and the kubelet (10250)."""
_BACKENDS: Final = (Traffic("tcp", ("80", "443", "8080", "8443", "30000-32767")),)
"""Ports of gateways: containers behind network endpoint groups, and node ports."""
_PROBES: Final = (Traffic("tcp", ("80", "443", "8080", "8443", "10256", "15021", "30000-32767")),)
"""Those, kube-proxy's health (10256) and the gateways' own (15021)."""


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule of the VPC's firewall policy for incoming traffic."""

    key: str
    """Its name, which never changes."""
    priority: int
    """Its place; it belongs to the key, so a new rule moves no other."""
    action: str
    """`allow` or `deny`."""
    sources: tuple[IPv4Network, ...]
    destinations: tuple[IPv4Network, ...]
    """Empty means every machine of the VPC."""
    traffic: tuple[Traffic, ...]
    description: str
    log: bool = False


def _blocks(ends: Ends) -> tuple[IPv4Network, ...]:
    return tuple(sorted({network for end in ends if end.range is not None for network in end.range.networks()}))


def _subnets(env: Environment, purpose: Purpose) -> Ends:
    chosen = sorted((name, each) for name, each in env.network.subnets.items() if each.purpose is purpose)
    return tuple(End.of(f"subnet {name}", each.range) for name, each in chosen)


def _hidden(env: Environment) -> Ends:
    """Return the nodes and pods of clusters that reach the sites through the NAT instance."""
    names, subnets = {each.name for each in hidden(env)}, {each.subnet for each in hidden(env)}
    nodes = (End.of(f"subnet {name}", env.network.subnets[name].range) for name in subnets & env.network.subnets.keys())
    pods = (end for end in gke_pods(env) if end.name.rsplit(" ", 1)[-1] in names)
    return tuple(sorted((*nodes, *pods)))


def _rules(env: Environment) -> Iterator[PolicyRule]:
    def allow(key: str, priority: int, traffic: tuple[Traffic, ...], what: str, *, to: Ends, of: Ends) -> PolicyRule:
        return PolicyRule(key, priority, "allow", _blocks(of), _blocks(to), traffic, what)

    for row in order_sheet(env):
        if row.side is Side.BOTH:
            targets = tuple(end for flow in row.flows for end in flow.targets)
            traffic = tuple(dict.fromkeys(each for flow in row.flows for each in flow.traffic))
            yield allow(row.key, 1000 + 10 * row.number, traffic, row.purpose, of=row.sources, to=targets)
    inside = (*gke_nodes(env), *gke_pods(env))
    # A passthrough load balancer leaves its own address on the packet, so its subnet is a destination too.
    proxies, private = _subnets(env, Purpose.PROXY_ONLY), _subnets(env, Purpose.PRIVATE) if inside else ()
    extra = tuple(End.of(reason, each) for reason, ranges in sorted(env.network.allow_from.items()) for each in ranges)
    probes = tuple(End.of("Google health checks", each) for each in HEALTH_CHECKS)
    yield allow("gke-internal", 2000, _ALL, "nodes and pods among themselves", of=inside, to=inside)
    # The NAT instance gets packets for the sites: to a firewall their destination is there, not the machine.
    behind = _hidden(env)
    sites = tuple(End.of("the sites", each) for each in learned(env)) if env.network.nat_instance else ()
    yield allow("nat-instance", 2005, _ALL, "pods and nodes behind the NAT instance", of=behind, to=sites)
    control_planes = gke_control_planes(env)
    yield allow("gke-control-plane", 2010, _CONTROL_PLANE, "webhooks and kubelets", of=control_planes, to=inside)
    yield allow("load-balancer-proxies", 2020, _BACKENDS, "proxies of regional load balancers", of=proxies, to=inside)
    yield allow("health-checks", 2030, _PROBES, "Google health checks", of=probes, to=(*inside, *private))
    reasons = ", ".join(sorted(env.network.allow_from))
    yield allow("allow-from", 3000, TCP_443, f"further sources: {reasons}", of=extra, to=(*gke_nodes(env), *private))


def cloud_openings(env: Environment) -> tuple[PolicyRule, ...]:
    """Return the rules of the VPC's firewall policy by priority; the last denies and logs everything else.

    A rule without a source or a destination is left out.
    """
    rules = [rule for rule in _rules(env) if rule.sources and rule.destinations]
    deny = PolicyRule("deny", DENY_PRIORITY, "deny", (ANYWHERE,), (), _ALL, "everything else", log=True)
    return (*sorted(rules, key=lambda rule: rule.priority), deny)
