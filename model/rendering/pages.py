"""The public pages that say what may stand in the files, and which of them holds for a version."""

from __future__ import annotations

from typing import Final

from model.planning.versions import Minor
from model.rendering.files import FileKind

_DOCS: Final = "https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs"

AFFINITY: Final = f"{_DOCS}/how-to/configure-vm-host-affinity"
AUTOSCALER: Final = f"{_DOCS}/how-to/cluster-autoscaler"
BUNDLED_INGRESS: Final = f"{_DOCS}/how-to/disable-bundled-ingress"
CREATE_ADMIN: Final = f"{_DOCS}/how-to/create-admin-cluster"
CREATE_USER: Final = f"{_DOCS}/how-to/create-user-cluster"
CREDENTIALS: Final = f"{_DOCS}/how-to/credentials-configuration-file"
IDENTITY: Final = "https://docs.cloud.google.com/kubernetes-engine/enterprise/identity/setup/per-cluster"
IP_BLOCK: Final = f"{_DOCS}/how-to/ip-block-file"
IP_PLAN: Final = f"{_DOCS}/how-to/manage-node-ip-addresses"
MANUAL_LB: Final = f"{_DOCS}/how-to/manual-load-balance"
METAL_LB: Final = f"{_DOCS}/how-to/bundled-load-balance-metallb"
MIGRATE_ADMIN: Final = f"{_DOCS}/how-to/migrate-admin-cluster-recommended-features"
MIGRATE_HA: Final = f"{_DOCS}/how-to/migrate-admin-cluster-ha"
MIGRATE_KUBECEPTION: Final = f"{_DOCS}/how-to/migrate-kubeception-controlplane-v2"
MIGRATE_PLAN: Final = f"{_DOCS}/concepts/migrate-recommended-features"
MIGRATE_SEESAW: Final = f"{_DOCS}/how-to/migrate-seesaw-metallb"
MIGRATE_USER: Final = f"{_DOCS}/how-to/migrate-user-cluster-recommended-features"
NODE_POOLS: Final = f"{_DOCS}/how-to/managing-node-pools"
STORAGE_POLICY: Final = f"{_DOCS}/how-to/configure-storage-policy"
TOPOLOGY: Final = f"{_DOCS}/how-to/create-user-cluster-topology-domains"
UPGRADE: Final = f"{_DOCS}/how-to/upgrading"
WINDOWS: Final = f"{_DOCS}/how-to/user-guide-for-windows-server-os-node-pools"
WORKSTATION: Final = f"{_DOCS}/how-to/admin-workstation-configuration-file"

_LAST_OF_ITS_OWN: Final = Minor(1, 29)
"""The oldest that is described here has a page of its own; later ones share one."""


def page(kind: FileKind, minor: Minor) -> str:
    """Return the page that documents a kind of file for a minor version."""
    edition = str(_LAST_OF_ITS_OWN) if minor <= _LAST_OF_ITS_OWN else "latest"
    match kind:
        case FileKind.ADMIN_CLUSTER:
            return f"{_DOCS}/how-to/admin-cluster-configuration-file-{edition}"
        case FileKind.USER_CLUSTER:
            return f"{_DOCS}/how-to/user-cluster-configuration-file-{edition}"
        case FileKind.IP_BLOCK:
            return IP_BLOCK
        case FileKind.CREDENTIALS:
            return CREDENTIALS
        case FileKind.ADMIN_WORKSTATION:
            return WORKSTATION
        case FileKind.CLIENT_CONFIG:
            return IDENTITY
