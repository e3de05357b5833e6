"""A picture of one environment's topology, drawn from the model as Mermaid text."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.attached import AttachedCluster
from model.config.baremetal import BareMetalCluster
from model.config.gke import GkeCluster
from model.config.onprem_cluster import UserCluster
from model.estate import Environment
from model.planning.names import Names


def _id(text: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in text)


def _box(name: str, *lines: object) -> str:
    """Return the node of a cluster: its name in bold, then a line for each fact."""
    return f'      {_id(name)}["{"<br/>".join([f"<b>{name}</b>", *(str(line) for line in lines)])}"]'


def _onprem_cluster(cluster: UserCluster) -> str:
    pools = sorted(cluster.node_pools, key=lambda each: each.name)
    counts = [f"{pool.name} {pool.nodes.min}-{pool.nodes.max}" for pool in pools]
    return _box(cluster.name, cluster.version, *counts, f"VIP {cluster.control_plane.vip}")


def _gke_cluster(cluster: GkeCluster, zones: int) -> str:
    pools = sorted(cluster.node_pools, key=lambda each: each.name)
    counts = [f"{pool.name} {pool.nodes_per_zone.min * zones}-{pool.nodes_per_zone.max * zones}" for pool in pools]
    return _box(cluster.name, cluster.release_channel.value, *counts, f"control plane {cluster.control_plane}")


def _baremetal_cluster(cluster: BareMetalCluster) -> str:
    pools = sorted(cluster.node_pools, key=lambda each: each.name)
    counts = [f"{pool.name} {len(pool.nodes)}" for pool in pools]
    return _box(cluster.name, cluster.version, *counts, f"VIP {cluster.control_plane.vip}")


def _attached_cluster(cluster: AttachedCluster) -> str:
    state = cluster.platform_version if cluster.manifest_applied else "waits for its owner"
    return _box(cluster.name, f"{cluster.distribution} {cluster.kubernetes_version}", state)


def _metal(env: Environment) -> Iterator[str]:
    """Give the machines of the site, where there are any."""
    clusters = sorted(env.baremetal.clusters, key=lambda each: each.name)
    if not (clusters or env.baremetal.admin_clusters):
        return
    yield '    subgraph metal["bare metal"]'
    for admin in sorted(env.baremetal.admin_clusters, key=lambda each: each.name):
        yield _box(admin.name, admin.version, f"VIP {admin.control_plane.vip}")
    for cluster in clusters:
        yield _baremetal_cluster(cluster)
        yield f"      {_id(cluster.admin_cluster)} -.->|manages| {_id(cluster.name)}"
    yield "    end"


def _elsewhere(env: Environment) -> Iterator[str]:
    """Give the clusters that others run, where there are any."""
    clusters = sorted(env.attached.clusters, key=lambda each: each.name)
    if not clusters:
        return
    yield '  subgraph elsewhere["attached"]'
    for cluster in clusters:
        yield _attached_cluster(cluster)
    yield "  end"


def topology(env: Environment) -> str:
    """Return the topology of `env` as a Mermaid flowchart: sites, clusters, tunnels, fleet."""
    return "\n".join(_lines(env)) + "\n"


def _lines(env: Environment) -> Iterator[str]:
    """Give the lines from top to bottom: people, fleet, the clusters of both sites, the tunnels between them."""
    names = Names.of(env)
    zones = len(env.organisation.zones)
    onprem = sorted(env.onprem.user_clusters, key=lambda each: each.name)
    gke = sorted(env.gke.clusters, key=lambda each: each.name)
    yield "flowchart TB"
    yield '  people(["people and delivery"]) -->|"Connect gateway"| fleet'
    yield f'  fleet(["fleet {env.fleet.display_name}"])'
    yield f'  subgraph onprem["on-prem {env.network.on_prem}"]'
    yield f'    subgraph vsphere["vSphere {env.onprem.vsphere.compute_cluster}"]'
    for admin in sorted(env.onprem.admin_clusters, key=lambda each: each.name):
        yield _box(admin.name, admin.version, f"VIP {admin.control_plane.vip}")
    for cluster in onprem:
        yield _onprem_cluster(cluster)
        yield f"      {_id(cluster.admin_cluster)} -.->|manages| {_id(cluster.name)}"
    yield "    end"
    yield from _metal(env)
    for device, peer in sorted(env.vpn.peers.items()):
        yield f'    {_id(device)}["{device}<br/>{peer.address}<br/>AS {env.organisation.vpn.on_prem_asn}"]'
    yield "  end"
    yield f'  subgraph cloud["{env.facts.projects.network.id} {env.network.cloud}"]'
    yield f'    subgraph vpc["VPC {names.vpc}"]'
    for cluster in gke:
        yield _gke_cluster(cluster, zones)
    egress = "<br/>".join(sorted(env.network.nat.egress))
    yield f'      nat["Cloud NAT<br/>{egress}"]'
    yield "    end"
    yield f'    gateway["{names.vpn_gateway}<br/>AS {env.vpn.asn}"]'
    yield "  end"
    yield from _elsewhere(env)
    others = (*env.baremetal.clusters, *(each for each in env.attached.clusters if each.manifest_applied))
    for cluster in (*onprem, *gke, *sorted(others, key=lambda each: each.name)):
        yield f"  fleet --- {_id(cluster.name)}"
    # Links that are not drawn put the ends of the tunnels below the clusters.
    for device in sorted(env.vpn.peers):
        for cluster in onprem:
            yield f"  {_id(cluster.name)} ~~~ {_id(device)}"
    for cluster in gke:
        yield f"  {_id(cluster.name)} ~~~ gateway"
    for name, tunnel in sorted(env.vpn.tunnels.items()):
        yield f'  {_id(tunnel.peer)} <-->|"{name}<br/>{tunnel.range}"| gateway'
