"""Which address the sites see of a GKE pod, and what has to be set up for it (C28, C29).

    routable         the pod's own: nodes leave it on everything for private ranges, and its range is advertised.
    node_masquerade  its node's: the agent of every node puts it on whatever leaves the VPC, after a list of its own.
    nat_vm           that of one machine: a route of the cluster's nodes leads to it, and it puts on its own.

Sources: https://docs.cloud.google.com/kubernetes-engine/docs/concepts/ip-masquerade-agent,
https://docs.cloud.google.com/vpc/docs/routes. Cloud NAT is no fourth way: it translates towards the internet only.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from model.config.gke import GkeCluster, PodAddressing
from model.config.network import NatInstance
from model.estate import Environment
from model.planning.advertised import learned
from model.planning.names import Names
from model.planning.register import gke_range

DEFAULT_KEPT: Final = tuple(
    IPv4Network(each)
    for each in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24"),
        *("192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
    )
)
"""Where pods keep their own address unless a list of one's own says otherwise."""
RESYNC: Final = "60s"


def hidden(env: Environment) -> tuple[GkeCluster, ...]:
    """Return the clusters whose pods and nodes hide behind the NAT instance, by name."""
    behind = (each for each in env.gke.clusters if each.pod_addressing is PodAddressing.NAT_VM)
    return tuple(sorted(behind, key=lambda each: each.name))


@dataclass(frozen=True, slots=True)
class NatPlan:
    """The machine that clusters hide behind: where it is, what its nodes are led to it for, and what it runs."""

    instance: NatInstance
    routes: tuple[IPv4Network, ...]
    script: str


def nat_plan(env: Environment) -> NatPlan | None:
    """Return the plan of the NAT instance, None where no cluster hides behind one."""
    instance = env.network.nat_instance
    return NatPlan(instance, nat_routes(env), nat_script(env)) if instance is not None and hidden(env) else None


def node_tags(env: Environment, cluster: str) -> list[str] | None:
    """Return the network tags of a cluster's nodes: the one that the routes to the NAT instance are for, or none."""
    return [nat_tag(Names.of(env))] if cluster in {each.name for each in hidden(env)} else None


def nat_tag(names: Names) -> str:
    """Return the network tag of nodes that are led to the NAT instance."""
    return names.of_key("behind-nat")


def kept(env: Environment, cluster: GkeCluster) -> tuple[IPv4Network, ...]:
    """Return the destinations for which pods of `cluster` keep their own address.

    With a list of the cluster's own: the VPC's subnets, and the pods and services of its clusters. Everything else, the
    sites among it, sees a node. A list without the pods' own range would hide pods from each other.
    """
    if cluster.pod_addressing is not PodAddressing.NODE_MASQUERADE:
        return DEFAULT_KEPT
    ranges = (gke_range(env, each, name) for each in env.gke.clusters for name in (each.pods, each.services))
    return tuple(sorted({env.network.cloud, *(each for each in ranges if each is not None)}))


def masquerade_config(env: Environment, cluster: GkeCluster) -> str:
    """Return the agent's configuration: the value of `config` in ConfigMap ip-masq-agent of kube-system."""
    lines = ["nonMasqueradeCIDRs:", *(f"  - {block}" for block in kept(env, cluster))]
    return "\n".join([*lines, "masqLinkLocal: false", f"resyncInterval: {RESYNC}", ""])


def nat_routes(env: Environment) -> tuple[IPv4Network, ...]:
    """Return the ranges that the clusters' nodes are led to the NAT instance for: each half of what the sites announce.

    A half is more specific than the route that BGP brings, and so wins whatever the sites' MED is. The instance itself
    follows the whole.
    """
    return tuple(sorted(half for each in learned(env) for half in each.subnets() if each.prefixlen < 32))


def nat_script(env: Environment) -> str:
    """Return the start script of the NAT instance: forward, and put its own address on whatever goes to the sites."""
    rules = [f'iptables -t nat -A POSTROUTING -o "$out" -d {block} -j MASQUERADE' for block in learned(env)]
    return "\n".join(
        [
            "#!/bin/sh",
            "set -eu",
            "sysctl -w net.ipv4.ip_forward=1",
            "out=$(ip -o route show default | awk '{print $5; exit}')",
            "iptables -t nat -F POSTROUTING",
            *rules,
            "",
        ]
    )
