"""What the rendered files are called, where each lies below the directory they are written to, and on the workstation.

The layout is the same in both places, so that the directory is copied to the workstation's home as it is.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

ADMIN_WORKSTATION: Final = "admin-ws-config.yaml"
"""gkeadm's file of the admin workstation (A1), at the top."""
CREDENTIALS: Final = "credential.yaml"
"""The credentials file, with references instead of values (A9), at the top."""
ADMIN_CLUSTER: Final = "admin-cluster.yaml"
"""The admin cluster's file (A20), in the directory of the cluster."""
USER_CLUSTER: Final = "user-cluster.yaml"
"""A user cluster's file (B1), in the directory of the cluster."""
IP_BLOCK: Final = "ip-block.yaml"
"""A cluster's IP block file (A46), in the directory of the cluster."""
CLIENT_CONFIG: Final = "client-config.yaml"
"""A cluster's ClientConfig (B80), in the directory of the cluster."""
MIGRATION: Final = "migration.md"
"""The page of the migrations of an environment, at the top."""

HOME: Final = "/home/ubuntu"
"""The home of the user that gkeadm makes on the workstation, on its data disk."""
VCENTER_CA: Final = "certificates/vcenter-ca.pem"
"""vCenter's CA certificate, below the home."""
REGISTRY_CA: Final = "certificates/registry-ca.pem"
"""The image registry's CA certificate, below the home."""
COMPONENT_ACCESS_KEY: Final = "keys/component-access.json"
"""The key of the service account that fetches Google's images, below the home."""


class Account(StrEnum):
    """Service accounts that have a key for each cluster on the workstation (A82)."""

    REGISTER = "connect-register"
    """Registers the cluster in the fleet."""
    LOGGING = "logging-monitoring"
    """Sends logs and metrics."""
    AUDIT = "audit-logging"
    """Sends audit logs."""


class FileKind(StrEnum):
    """The kinds of file that gkeadm and gkectl read, and the manifest of log-in."""

    ADMIN_WORKSTATION = "admin workstation"
    CREDENTIALS = "credentials"
    ADMIN_CLUSTER = "admin cluster"
    USER_CLUSTER = "user cluster"
    IP_BLOCK = "IP block"
    CLIENT_CONFIG = "ClientConfig"


def path_of(name: str, cluster: str | None = None) -> str:
    """Return where a file lies below the directory, such as `onp1-dev/user-cluster.yaml`.

    `cluster` is the name of an admin cluster or the short name of a user cluster; None for what lies at the top.
    """
    return name if cluster is None else f"{cluster}/{name}"


def on_workstation(path: str) -> str:
    """Return where something below the home lies on the workstation."""
    return f"{HOME}/{path}"


def key_of(account: Account, cluster: str) -> str:
    """Return where the key that an account has for a cluster lies below the home."""
    return f"keys/{cluster}/{account}.json"
