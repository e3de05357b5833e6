"""`user-cluster.yaml` and its IP block file from the model (B1-B8, B40-B48)."""

from __future__ import annotations

from model.config.onprem_balancer import LoadBalancerKind
from model.config.onprem_cluster import IpMode, UserCluster, VcenterOverride
from model.config.source import Data
from model.config.types import AddressRange
from model.estate import Environment
from model.planning.hosts import worker_hosts
from model.planning.versions import Version
from model.planning.vsphere_names import escaped
from model.rendering import parts
from model.rendering.files import IP_BLOCK, VCENTER_CA, FileKind, on_workstation, path_of
from model.rendering.gates import exists
from model.rendering.node_pools import node_pool


def user_cluster(env: Environment, cluster: UserCluster, version: Version) -> dict[str, Data]:
    """Return a user cluster's file for a version."""
    advanced: dict[str, Data] = {}
    if exists(FileKind.USER_CLUSTER, "enableAdvancedCluster", version.minor):
        advanced["enableAdvancedCluster"] = parts.is_advanced(cluster, version.minor)
    nodes = cluster.control_plane
    return {
        "apiVersion": "v1",
        "kind": "UserCluster",
        # The membership carries the cluster's id, so that is its name here as in the API (B1).
        "name": cluster.id,
        "gkeOnPremVersion": str(version),
        **advanced,
        "enableControlplaneV2": cluster.control_plane_v2,
        "enableDataplaneV2": cluster.dataplane_v2,
        **({"vCenter": _vcenter(cluster.vcenter)} if cluster.vcenter is not None else {}),
        "network": _network(env, cluster),
        "loadBalancer": _balancer(cluster),
        "advancedNetworking": cluster.advanced_networking,
        "disableBundledIngress": not cluster.bundled_ingress,
        "multipleNetworkInterfaces": cluster.multiple_network_interfaces,
        "storage": {"vSphereCSIDisabled": not cluster.vsphere_csi},
        "masterNode": {
            "cpus": nodes.cpus,
            "memoryMB": nodes.memory_mib,
            "replicas": nodes.replicas,
            "autoResize": {"enabled": cluster.control_plane_auto_resize},
        },
        "nodePools": [node_pool(env, pool) for pool in sorted(cluster.node_pools, key=lambda pool: pool.name)],
        "antiAffinityGroups": {"enabled": cluster.anti_affinity},
        **parts.google(env, cluster, version.minor),
        "autoRepair": {"enabled": cluster.auto_repair},
    }


def user_ip_block(env: Environment, cluster: UserCluster) -> dict[str, Data] | None:
    """Return a user cluster's IP block file: what its workers may get, None where DHCP gives it (B40)."""
    if cluster.ip_mode is IpMode.DHCP:
        return None
    network = env.onprem.networks[cluster.network]
    return parts.ip_block(network, ((host.address, host.name) for host in worker_hosts(cluster)))


def _vcenter(wanted: VcenterOverride) -> dict[str, Data]:
    """Return what is not as in the admin cluster (B4); another vCenter is reached with the same account."""
    fields: dict[str, str | None] = {
        "address": wanted.address,
        "datacenter": wanted.datacenter,
        "cluster": wanted.compute_cluster,
        "resourcePool": wanted.resource_pool,
        "datastore": wanted.datastore,
        "storagePolicyName": wanted.storage_policy,
    }
    section: dict[str, Data] = {name: value for name, value in fields.items() if value is not None}
    if wanted.address is not None:
        section["caCertPath"] = on_workstation(VCENTER_CA if wanted.ca is None else _own_certificate(wanted))
        section["credentials"] = parts.file_reference(parts.VCENTER_ENTRY)
    if wanted.folder is not None:
        section["folder"] = wanted.folder
    return section


def _own_certificate(wanted: VcenterOverride) -> str:
    return f"certificates/{wanted.address}.pem"


def _network(env: Environment, cluster: UserCluster) -> dict[str, Data]:
    network = env.onprem.networks[cluster.network]
    mode: dict[str, Data] = {"type": cluster.ip_mode.value}
    if cluster.ip_mode is IpMode.STATIC:
        mode["ipBlockFilePath"] = on_workstation(path_of(IP_BLOCK, cluster.name))
    section: dict[str, Data] = {
        "hostConfig": parts.host_config(env),
        "ipMode": mode,
        "serviceCIDR": str(cluster.services),
        "podCIDR": str(cluster.pods),
        "vCenter": {"networkName": escaped(network.port_group)},
    }
    if cluster.control_plane_v2:
        section["controlPlaneIPBlock"] = parts.control_plane_block(network, cluster.control_plane)
    return section


def _balancer(cluster: UserCluster) -> dict[str, Data]:
    wanted = cluster.load_balancer
    vips: dict[str, Data] = {"controlPlaneVIP": str(cluster.control_plane.vip)}
    if cluster.bundled_ingress:
        # Without the bundled ingress its VIP has to be absent; a mesh takes an address of the pools by itself.
        vips["ingressVIP"] = str(wanted.ingress_vip)
    section: dict[str, Data] = {"vips": vips, "kind": parts.BALANCER_KINDS[wanted.kind]}
    if wanted.kind is LoadBalancerKind.METAL_LB:
        section["metalLB"] = {"addressPools": _pools(cluster)}
    if wanted.ports is not None:
        section["manualLB"] = _ports(cluster)
    if wanted.f5 is not None:
        section["f5BigIP"] = parts.big_ip(cluster, wanted.f5)
    return section


def _pools(cluster: UserCluster) -> list[Data]:
    return [
        {
            "name": name,
            "addresses": [_range(each) for each in sorted(pool.addresses)],
            "avoidBuggyIPs": pool.avoid_buggy_ips,
            "manualAssign": pool.manual_assign,
        }
        for name, pool in sorted(cluster.load_balancer.pools.items())
    ]


def _range(addresses: AddressRange) -> str:
    """Return a range as `a-b`, a single address as a block of one (B46)."""
    return f"{addresses.first}/32" if len(addresses) == 1 else f"{addresses.first}-{addresses.last}"


def _ports(cluster: UserCluster) -> dict[str, Data]:
    """Return the node ports behind a load balancer of one's own; the API's only where it runs elsewhere (B.2, B48)."""
    ports = cluster.load_balancer.ports
    if ports is None:
        return {}
    section: dict[str, Data] = {}
    if cluster.bundled_ingress:
        section |= {"ingressHTTPNodePort": ports.ingress_http, "ingressHTTPSNodePort": ports.ingress_https}
    if cluster.control_plane_v2:
        # What migrations from the older form leave behind has to be 0, and stands for none.
        section |= {"controlPlaneNodePort": 0}
        return section
    if ports.control_plane is not None:
        section["controlPlaneNodePort"] = ports.control_plane
    if ports.konnectivity is not None:
        section["konnectivityServerNodePort"] = ports.konnectivity
    return section
