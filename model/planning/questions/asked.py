"""What a question asks for: a role, a permission, or a verb on a kind of resource of the Kubernetes API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from model.config.fleet import RoleRule
from model.config.wording import suggest
from model.planning.questions.roles import Verdict, cluster_role_verdict, role_verdict

READ_STATE: Final = "storage.objects.get"
WRITE_STATE: Final = "storage.objects.create"
_STATE: Final = {"read": READ_STATE, "write": WRITE_STATE}
_PERMISSION: Final = re.compile(r"[a-z][a-zA-Z0-9]*(\.[a-zA-Z][a-zA-Z0-9.]*/[a-zA-Z]+|\.[a-zA-Z0-9]+)*\.[a-zA-Z0-9]+")
_CLUSTER_ROLES: Final = ("view", "edit", "admin", "cluster-admin")
_VERBS: Final = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate")
_SPOKEN: Final = {
    "read": "get",
    "exec": "create",
    "attach": "create",
    "port-forward": "create",
    "logs": "get",
    "evict": "create",
}
_SUBRESOURCE: Final = {
    "exec": "exec",
    "attach": "attach",
    "port-forward": "portforward",
    "logs": "log",
    "evict": "eviction",
}
STREAMING: Final = frozenset({"pods/exec", "pods/attach", "pods/portforward"})
"""What needs a stream through the Connect gateway (E31)."""
_GATEWAY: Final = {
    "get": "get",
    "list": "get",
    "watch": "get",
    "create": "post",
    "update": "put",
    "patch": "patch",
    "delete": "delete",
    "deletecollection": "delete",
    "impersonate": "get",
}
_GKE: Final = {"watch": "list", "patch": "update", "deletecollection": "delete"}
"""Verbs that IAM of GKE has under another's name."""
_GKE_SUBRESOURCES: Final = {
    "pods/exec": "pods.exec",
    "pods/attach": "pods.attach",
    "pods/portforward": "pods.portforward",
    "pods/log": "pods.getlogs",
    "pods/eviction": "pods.evict",
    "pods/proxy": "pods.proxy",
    "services/proxy": "services.proxy",
    "nodes/proxy": "nodes.proxy",
    "serviceaccounts/token": "serviceaccounts.createtoken",
}
_GKE_PARTS: Final = frozenset({"scale", "status"})
"""Subresources that IAM of GKE has behind the verb: `getScale`."""


class NotAskedError(Exception):
    """A question that can not be understood; the text says what is wrong and how to ask."""


@dataclass(frozen=True, slots=True)
class RoleAsked:
    """Who has a role itself."""

    role: str

    def verdict(self, role: str) -> Verdict:
        """Say whether `role` is the one asked for."""
        return Verdict.YES if role == self.role else Verdict.NO


@dataclass(frozen=True, slots=True)
class PermissionAsked:
    """Who has a permission of IAM, whatever role it comes with."""

    permission: str

    def verdict(self, role: str) -> Verdict:
        """Say whether `role` holds it."""
        return role_verdict(role, self.permission)


@dataclass(frozen=True, slots=True)
class VerbAsked:
    """Who may do something with objects of a cluster."""

    verb: str
    resource: str
    """In the plural, with a subresource behind a slash: `pods/exec`."""

    def in_cluster(self, cluster_role: str) -> Verdict:
        """Say whether a cluster role allows it."""
        return cluster_role_verdict(cluster_role, self.verb, self.resource)

    def in_custom(self, rules: Sequence[RoleRule]) -> Verdict:
        """Say whether a custom role of the fleet's scopes allows it; a question names no API group, so any counts."""
        allows = any({self.verb, "*"} & {*rule.verbs} and {self.resource, "*"} & {*rule.resources} for rule in rules)
        return Verdict.YES if allows else Verdict.NO

    def in_gke(self, role: str) -> Verdict:
        """Say whether a role of IAM allows it, which GKE's API server asks after RBAC has said no."""
        if self.verb == "impersonate":
            return Verdict.NO
        resource, _, part = self.resource.partition("/")
        verb = _GKE.get(self.verb, self.verb)
        if part in _GKE_PARTS:
            named = f"{resource}.{verb}{part}"
        elif part:
            named = _GKE_SUBRESOURCES.get(self.resource, "")
        else:
            named = f"{resource}.{verb}"
        return role_verdict(role, f"container.{named}") if named else Verdict.UNKNOWN

    @property
    def through_gateway(self) -> str:
        """The permission that the Connect gateway asks for (E30, E31)."""
        return f"gkehub.gateway.{'stream' if self.resource in STREAMING else _GATEWAY[self.verb]}"


Asked: TypeAlias = RoleAsked | PermissionAsked | VerbAsked


def asked(words: str) -> tuple[Asked, str | None]:
    """Read what is asked for, and the target that it names by itself.

    `roles/storage.admin`, `cluster-admin`, `storage.objects.get`, `delete pods`, `exec pods`, `read state`. Raises
    `NotAskedError`.
    """
    parts = words.split()
    if len(parts) == 2 and parts[1] == "state" and parts[0] in _STATE:
        return PermissionAsked(_STATE[parts[0]]), "state"
    if len(parts) == 1:
        word = parts[0]
        if word.startswith("roles/") or word in _CLUSTER_ROLES:
            return RoleAsked(word), None
        if _PERMISSION.fullmatch(word) and word.count(".") >= 2:
            return PermissionAsked(word), None
    if len(parts) == 2:
        verb, resource = parts[0].lower(), parts[1].lower()
        if verb in _SUBRESOURCE and "/" not in resource:
            resource = f"{resource}/{_SUBRESOURCE[verb]}"
        verb = _SPOKEN.get(verb, verb)
        if verb in _VERBS:
            return VerbAsked(verb, resource), None
        raise NotAskedError(f"'{parts[0]}' is no verb of the Kubernetes API; {suggest(parts[0], [*_VERBS, *_SPOKEN])}")
    raise NotAskedError(
        f"'{words}' is no role (roles/storage.admin), no permission (storage.objects.get) and no verb with a resource "
        "(delete pods)"
    )
