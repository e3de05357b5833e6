"""What the fleet makes inside a cluster of the scopes that a program registers, as the fleet documents it.

Each role of a scope becomes a RoleBinding in each namespace of the scope, in each member that is bound to it; a
predefined role is the cluster role of that name, a custom one the cluster role that it names
(https://docs.cloud.google.com/kubernetes-engine/fleet-management/docs/setup-teams).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from model.planning.members import Member
from operations.record import Recorded, Recording
from tests.program.programs import at, text

Object: TypeAlias = dict[str, Any]
RBAC: Final = "rbac.authorization.k8s.io"
BOUND: Final = "gcp:gkehub/membershipBinding:MembershipBinding"
NAMESPACE: Final = "gcp:gkehub/namespace:Namespace"
ROLE: Final = "gcp:gkehub/scopeRbacRoleBinding:ScopeRbacRoleBinding"


def synced(recording: Recording, member: Member) -> Iterator[Object]:
    """Give the role bindings that the fleet makes in a member."""
    for bound in recording.of_type(BOUND):
        if (text(bound, "membershipId"), text(bound, "location")) != (member.membership, member.location):
            continue
        scope = text(bound, "scope").rsplit("/", 1)[-1]
        for namespace in _of(recording, NAMESPACE, scope):
            for role in _of(recording, ROLE, scope):
                yield _binding(text(namespace, "scopeNamespaceId"), role)


def _of(recording: Recording, kind: str, scope: str) -> list[Recorded]:
    return [each for each in recording.of_type(kind) if at(each, "scopeId") == scope]


def _binding(namespace: str, role: Recorded) -> Object:
    given = role.inputs["role"]
    named = (
        text(role, "role.predefinedRole").lower() if "predefinedRole" in str(given) else text(role, "role.customRole")
    )
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": f"fleet-{text(role, 'scopeRbacRoleBindingId')}", "namespace": namespace},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": named},
        "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": text(role, "group")}],
    }
