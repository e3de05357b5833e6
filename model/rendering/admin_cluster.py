"""`admin-cluster.yaml` and its IP block file from the model (A20-A48)."""

from __future__ import annotations

from model.config.onprem_cluster import AdminCluster
from model.config.source import Data
from model.estate import Environment
from model.planning.admin_block import HIGHLY_AVAILABLE, admin_block
from model.planning.versions import Minor, Version
from model.planning.vsphere_names import escaped, resource_pool_path
from model.rendering import parts
from model.rendering.files import (
    COMPONENT_ACCESS_KEY,
    IP_BLOCK,
    REGISTRY_CA,
    VCENTER_CA,
    FileKind,
    on_workstation,
    path_of,
)
from model.rendering.gates import exists


def bundle_path(version: Version) -> str:
    """Return where the full bundle of a version lies on the workstation (A21)."""
    return f"/var/lib/gke/bundles/gke-onprem-vsphere-{version}-full.tgz"


def admin_cluster(env: Environment, cluster: AdminCluster, version: Version) -> dict[str, Data]:
    """Return the admin cluster's file for a version."""
    advanced: dict[str, Data] = {}
    if exists(FileKind.ADMIN_CLUSTER, "enableAdvancedCluster", version.minor):
        advanced["enableAdvancedCluster"] = parts.is_advanced(cluster, version.minor)
    proxy = env.onprem.proxy
    return {
        "apiVersion": "v1",
        "kind": "AdminCluster",
        "name": cluster.name,
        "bundlePath": bundle_path(version),
        **advanced,
        "vCenter": _vcenter(env),
        "network": _network(env, cluster, version.minor),
        "loadBalancer": _balancer(cluster),
        "antiAffinityGroups": {"enabled": cluster.anti_affinity},
        "adminMaster": {
            "cpus": cluster.control_plane.cpus,
            "memoryMB": cluster.control_plane.memory_mib,
            "replicas": cluster.control_plane.replicas,
        },
        **({"proxy": {"url": proxy.url, "noProxy": ",".join(proxy.no_proxy)}} if proxy is not None else {}),
        "privateRegistry": _registry(env),
        "componentAccessServiceAccountKeyPath": on_workstation(COMPONENT_ACCESS_KEY),
        **parts.google(env, cluster, version.minor),
        "clusterBackup": {"datastore": env.onprem.vsphere.datastores.backup.name},
        "autoRepair": {"enabled": cluster.auto_repair},
        "osImageType": cluster.image_type.value,
    }


def admin_ip_block(env: Environment, cluster: AdminCluster, minor: Minor) -> dict[str, Data] | None:
    """Return the admin cluster's IP block file, None where no node takes an address from it (A48).

    gkectl gives any address of it to any node, so none has a host name of its own.
    """
    block = admin_block(env, cluster, minor)
    if not block.wanted:
        return None
    network = env.onprem.networks[cluster.network]
    return parts.ip_block(network, ((address, "") for address in block.listed))


def _vcenter(env: Environment) -> dict[str, Data]:
    vsphere = env.onprem.vsphere
    policy = vsphere.storage_policy
    store: dict[str, Data] = (
        {"datastore": vsphere.datastores.nodes.name} if policy is None else {"storagePolicyName": policy.name}
    )
    return {
        "address": env.organisation.services.vcenter.name,
        "datacenter": vsphere.datacenter,
        "cluster": vsphere.compute_cluster,
        "resourcePool": resource_pool_path(vsphere),
        **store,
        "caCertPath": on_workstation(VCENTER_CA),
        "credentials": parts.file_reference(parts.VCENTER_ENTRY),
        "folder": vsphere.folder,
    }


def _network(env: Environment, cluster: AdminCluster, minor: Minor) -> dict[str, Data]:
    network = env.onprem.networks[cluster.network]
    section: dict[str, Data] = {"hostConfig": parts.host_config(env)}
    if admin_block(env, cluster, minor).wanted:
        section["ipMode"] = {"type": "static", "ipBlockFilePath": on_workstation(path_of(IP_BLOCK, cluster.name))}
    section["serviceCIDR"] = str(cluster.services)
    section["podCIDR"] = str(cluster.pods)
    section["vCenter"] = {"networkName": escaped(network.port_group)}
    if cluster.control_plane.replicas == HIGHLY_AVAILABLE:
        section["controlPlaneIPBlock"] = parts.control_plane_block(network, cluster.control_plane)
    return section


def _balancer(cluster: AdminCluster) -> dict[str, Data]:
    wanted = cluster.load_balancer
    section: dict[str, Data] = {
        "vips": {"controlPlaneVIP": str(cluster.control_plane.vip)},
        "kind": parts.BALANCER_KINDS[wanted.kind],
    }
    # A highly available control plane listens on the VIP's own port, so only a single node has a node port (A34).
    if wanted.control_plane_node_port is not None and cluster.control_plane.replicas != HIGHLY_AVAILABLE:
        section["manualLB"] = {"controlPlaneNodePort": wanted.control_plane_node_port}
    if wanted.f5 is not None:
        section["f5BigIP"] = parts.big_ip(cluster, wanted.f5)
    return section


def _registry(env: Environment) -> dict[str, Data]:
    registry = env.organisation.services.registry
    return {
        "address": f"{registry.name}{registry.path}",
        "credentials": parts.file_reference(parts.REGISTRY_ENTRY),
        "caCertPath": on_workstation(REGISTRY_CA),
    }
