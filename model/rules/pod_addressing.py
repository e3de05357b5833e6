"""Which address the sites see of pods, and that what is told them over BGP agrees with it."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.gke import GkeCluster, PodAddressing
from model.config.network import NatInstance, Purpose
from model.config.problems import Severity
from model.estate import Environment
from model.planning.pod_addressing import hidden
from model.planning.register import gke_range
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest

ROUTABLE = PodAddressing.ROUTABLE


@environment_rules.rule("C28", title="nodes can hide pods where they are to", source=pages.IP_MASQUERADE)
def nodes_can_masquerade(env: Environment) -> Iterator[Finding]:
    """Refuse node_masquerade where GKE runs no agent for it: with default SNAT off, and on Windows nodes."""
    for cluster in env.gke.clusters:
        if cluster.pod_addressing is not PodAddressing.NODE_MASQUERADE:
            continue
        if not cluster.default_snat:
            message = (
                f"{cluster.name} hides pods behind nodes, and GKE runs no agent for it where default_snat is off: the "
                "sites would see pod addresses that they have no route to"
            )
            yield Finding(cluster.at("default_snat"), message, "take default_snat: false out")
        for pool in cluster.node_pools:
            if pool.image_type.startswith("WINDOWS"):
                message = f"pool '{pool.name}' of {cluster.name} has Windows nodes, which can not hide pods"
                yield Finding(pool.at("image_type"), message, "use nat_vm or routable, or a cluster of its own")


@environment_rules.rule(
    "C29", title="the NAT instance that clusters hide behind exists", source=pages.NEXT_HOP_INSTANCE
)
def nat_instance(env: Environment) -> Iterator[Finding]:
    """Refuse nat_vm without a machine, and one that can not be; warn of one that nothing uses or all depends on."""
    instance, behind = env.network.nat_instance, hidden(env)
    if instance is None:
        for cluster in behind:
            message = (
                f"{cluster.name} hides behind a NAT instance, and there is none: it would reach nothing at the sites"
            )
            remedy = "add nat_instance to hybrid:network, or use node_masquerade, which needs no machine"
            yield Finding(cluster.at("pod_addressing"), message, remedy)
        return
    if not behind:
        message = "no cluster has pod_addressing: nat_vm, so this machine would not be made"
        yield Finding(env.network.at("nat_instance"), message, "take it out", Severity.WARNING)
    yield from _machine(env, instance)
    for cluster in behind if env.facts.production else ():
        message = f"one machine carries all that {cluster.name} sends to the sites, and takes it along when it fails"
        remedy = "use node_masquerade: every node hides its own pods"
        yield Finding(cluster.at("pod_addressing"), message, remedy, Severity.WARNING)


def _machine(env: Environment, instance: NatInstance) -> Iterator[Finding]:
    zones, subnet = env.organisation.zones, env.network.subnets.get(instance.subnet)
    if instance.zone not in zones:
        message = f"zone {instance.zone} is none of the environment's"
        yield Finding(instance.at("zone"), message, suggest(instance.zone, zones, lead="Zones"))
    if subnet is None or subnet.purpose is not Purpose.PRIVATE:
        private = [name for name, each in env.network.subnets.items() if each.purpose is Purpose.PRIVATE]
        message = f"there is no subnet '{instance.subnet}' for machines"
        yield Finding(instance.at("subnet"), message, suggest(instance.subnet, private))
        return
    place = int(instance.address) - int(subnet.range[0])
    if instance.address not in subnet.range or not 2 <= place < subnet.range.num_addresses - 2:
        message = f"{instance.address} is no address for a machine in subnet {instance.subnet}, {subnet.range}"
        yield Finding(instance.at("address"), message, f"use one from {subnet.range[2]} to {subnet.range[-3]}")
    for use, address in subnet.addresses.items():
        if address == instance.address:
            message = f"{address} of subnet {instance.subnet} is for {use} already"
            yield Finding(instance.at("address"), message, "give the machine an address of its own")


@environment_rules.rule(
    "C30", title="pod ranges are advertised where pods are routable, and only there", source=pages.ROUTER_PEER
)
def advertised_pods(env: Environment) -> Iterator[Finding]:
    """Refuse a pod range that the sites hear of though pods hide, and one with two strategies."""
    strategies: dict[tuple[str, str], GkeCluster] = {}
    for cluster in env.gke.clusters:
        first = strategies.setdefault((cluster.subnet, cluster.pods), cluster)
        if first.pod_addressing is not cluster.pod_addressing:
            message = (
                f"{cluster.name} is {cluster.pod_addressing} and {first.name}, with the same pod range, "
                f"{first.pod_addressing}: a range is advertised or not"
            )
            yield Finding(cluster.at("pod_addressing"), message, "give each cluster a pod range of its own")
        pods = gke_range(env, cluster, cluster.pods)
        if pods is None or cluster.pod_addressing is ROUTABLE:
            continue
        if pods.overlaps(env.network.cloud):
            message = (
                f"pods of {cluster.name} hide, and their range {pods} lies in {env.network.cloud}, which is advertised"
            )
            place = env.network.subnets[cluster.subnet].at("secondary", cluster.pods)
            yield Finding(place, message, "take the pod range from outside the cloud block")
        for name, tunnel in env.vpn.tunnels.items():
            for position, extra in enumerate(tunnel.advertise):
                if extra.overlaps(pods):
                    message = f"{name} advertises {extra}, and pods of {cluster.name} in {pods} hide from the sites"
                    remedy = "leave it out, or make the cluster routable"
                    yield Finding(tunnel.at("advertise", position), message, remedy)
