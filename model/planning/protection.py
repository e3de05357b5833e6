"""What an environment refuses to delete, and on which resources the provider refuses as well (X8)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from model.config.environment import DeletionProtection, EnvironmentFacts, Protect


class Kind(StrEnum):
    """Kinds of resource that bear data or identity."""

    VPN_GATEWAY = "vpn-gateway"
    EXTERNAL_GATEWAY = "external-gateway"
    VPN_ROUTER = "vpn-router"
    VPN_TUNNEL = "vpn-tunnel"
    EGRESS_ADDRESS = "egress-address"
    INGRESS_ADDRESS = "ingress-address"
    FLEET = "fleet"
    MEMBERSHIP = "membership"
    NETWORK = "network"
    SUBNET = "subnet"
    KEY_RING = "key-ring"
    KEY = "key"
    SECRET = "secret"  # noqa: S105  a kind of resource
    GKE_CLUSTER = "gke-cluster"
    GKE_NODE_POOL = "gke-node-pool"
    ADMIN_CLUSTER = "admin-cluster"
    USER_CLUSTER = "user-cluster"
    ONPREM_NODE_POOL = "onprem-node-pool"
    WORKSTATION_DISK = "workstation-disk"


IDENTITY: Final = frozenset(
    {
        Kind.VPN_GATEWAY,
        Kind.EXTERNAL_GATEWAY,
        Kind.VPN_ROUTER,
        Kind.VPN_TUNNEL,
        Kind.EGRESS_ADDRESS,
        Kind.INGRESS_ADDRESS,
        Kind.FLEET,
    }
)
"""What others have written down: peers, partners, members."""

UNDELETABLE: Final = frozenset({Kind.KEY_RING, Kind.KEY})
"""What KMS never deletes. Taken out of the state it would still hold its name, and the next `up` could not make it, so
it is protected in every environment (https://docs.cloud.google.com/kms/docs/object-hierarchy)."""

_GUARDS: Final = {
    DeletionProtection.GKE: frozenset({Kind.GKE_CLUSTER}),
    DeletionProtection.ONPREM: frozenset({Kind.USER_CLUSTER}),
    DeletionProtection.STATEFUL: frozenset(Kind),
}


def protected(facts: EnvironmentFacts, kind: Kind) -> bool:
    """Say whether Pulumi protects resources of `kind` in the environment."""
    if kind in UNDELETABLE:
        return True
    match facts.protection.protect:
        case Protect.NONE:
            return False
        case Protect.IDENTITY:
            return kind in IDENTITY
        case Protect.STATEFUL:
            return True


def guarded(facts: EnvironmentFacts, kind: Kind) -> bool:
    """Say whether the provider refuses to delete resources of `kind` in the environment, where it has such a switch."""
    return any(kind in _GUARDS[name] for name in facts.protection.deletion_protection)
