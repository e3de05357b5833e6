"""The workstation's file for gkeadm (A1-A6), the credentials file (A9) and the ClientConfig (B80) from the model."""

from __future__ import annotations

from typing import Final

from model.config.onprem_cluster import IpMode, Oidc
from model.config.source import Data
from model.estate import Environment
from model.planning.vsphere_names import escaped, resource_pool_path
from model.rendering import parts
from model.rendering.files import COMPONENT_ACCESS_KEY, CREDENTIALS, VCENTER_CA

REGISTRY_SECRET: Final = "registry-credentials"  # noqa: S105  the name of a secret
"""The secret of the cluster project that holds user name and password of the image registry."""
CONSOLE_REDIRECT: Final = "https://console.cloud.google.com/kubernetes/oidc"
_MIB: Final = 1024


def admin_workstation(env: Environment) -> dict[str, Data]:
    """Return gkeadm's file. It is read where gkeadm runs, so its paths are beside itself."""
    workstation, vsphere = env.onprem.workstation, env.onprem.vsphere
    network = env.onprem.networks[workstation.network]
    proxy = env.onprem.proxy.url if env.onprem.proxy is not None else ""
    return {
        "gcp": {"componentAccessServiceAccountKeyPath": COMPONENT_ACCESS_KEY},
        "vCenter": {
            "credentials": {
                "address": env.organisation.services.vcenter.name,
                "fileRef": {"path": CREDENTIALS, "entry": parts.VCENTER_ENTRY},
            },
            "datacenter": vsphere.datacenter,
            "datastore": vsphere.datastores.nodes.name,
            "cluster": vsphere.compute_cluster,
            "network": escaped(network.port_group),
            "folder": vsphere.folder,
            "resourcePool": resource_pool_path(vsphere),
            "caCertPath": VCENTER_CA,
        },
        "proxyUrl": proxy,
        "adminWorkstation": {
            "name": workstation.name,
            "cpus": workstation.cpus,
            "memoryMB": workstation.memory_mib,
            "diskGB": workstation.disk_gib,
            "dataDiskName": workstation.data_disk.path,
            "dataDiskMB": workstation.data_disk.size_gib * _MIB,
            "network": _workstation_network(env),
            "proxyUrl": proxy,
            "ntpServer": min(str(host.name) for host in env.organisation.services.ntp),
        },
    }


def _workstation_network(env: Environment) -> dict[str, Data]:
    """Return the workstation's address, or that DHCP gives it one (A5)."""
    workstation = env.onprem.workstation
    section: dict[str, Data] = {"ipAllocationMode": workstation.ip_mode.value}
    if workstation.ip_mode is IpMode.STATIC:
        network = env.onprem.networks[workstation.network]
        section["hostConfig"] = {
            "ip": str(workstation.address),
            "gateway": str(network.gateway),
            "netmask": str(network.range.netmask),
            "dns": parts.addresses(env.organisation.services.dns),
        }
    return section


def credentials(env: Environment) -> dict[str, Data]:
    """Return the credentials file with the name of a secret in the place of every value (A9)."""
    access = env.onprem.vsphere.access
    items: list[Data] = [
        {"name": parts.VCENTER_ENTRY, "username": access.account, "password": access.credentials},
        _referred(parts.REGISTRY_ENTRY, f"sm://{env.facts.projects.cluster.id}/{REGISTRY_SECRET}"),
    ]
    clusters = (*env.onprem.admin_clusters, *env.onprem.user_clusters)
    items.extend(
        _referred(parts.f5_entry(cluster), cluster.load_balancer.f5.credentials)
        for cluster in sorted(clusters, key=lambda each: each.name)
        if cluster.load_balancer.f5 is not None
    )
    return {"apiVersion": "v1", "kind": "CredentialFile", "items": items}


def _referred(name: str, secret: str) -> dict[str, Data]:
    return {"name": name, "username": secret, "password": secret}


def client_config(wanted: Oidc) -> dict[str, Data]:
    """Return the ClientConfig of a cluster, a merge patch of the one that the cluster comes with (B80)."""
    fields: dict[str, Data] = {
        "clientID": wanted.client_id,
        "issuerURI": wanted.issuer,
        "kubectlRedirectURI": wanted.kubectl_redirect,
        "cloudConsoleRedirectURI": CONSOLE_REDIRECT,
        "scopes": ",".join(wanted.scopes),
        "userClaim": wanted.user_claim,
        "userPrefix": wanted.user_prefix,
    }
    if wanted.client_secret is not None:
        fields["clientSecret"] = wanted.client_secret
    if wanted.groups_claim is not None:
        fields |= {"groupsClaim": wanted.groups_claim, "groupPrefix": wanted.group_prefix}
    return {
        "apiVersion": "authentication.gke.io/v2alpha1",
        "kind": "ClientConfig",
        "metadata": {"name": "default", "namespace": "kube-public"},
        "spec": {"authentication": [{"name": wanted.name, "oidc": fields}]},
    }
