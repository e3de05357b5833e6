"""A team's scope in the fleet: its clusters, its namespaces, and who has what in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import pulumi
from pulumi_gcp import gkehub

from components.access.labels import team_labels
from components.component import Component
from model.estate import Environment
from model.planning.access.plans import ResourceGrant, ScopeBinding, ScopePlan
from model.planning.access.words import local_part, short_role


class TeamScope(Component):
    """A scope, the members that are bound to it, its namespaces, its role bindings, and roles on the scope itself.

    `environment`  the environment.
    `plan`         the scope.
    `grants`       roles of IAM on the scope (E16).
    `members`      by cluster, what must exist before it can be bound: its membership.
    `after`        the fleet, and the features that scopes need.

    The fleet makes the bindings in each namespace of each member by itself, some moments later
    (https://docs.cloud.google.com/kubernetes-engine/fleet-management/docs/setup-teams).

    Output: `name`, the scope's full name.
    """

    token: ClassVar[str] = "hybrid:fleet:TeamScope"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        plan: ScopePlan,
        grants: Sequence[ResourceGrant],
        members: Mapping[str, Sequence[pulumi.Resource]],
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        labels = team_labels(environment, plan.team)
        scope = gkehub.Scope(
            self.named("scope"), scope_id=plan.id, project=plan.project, labels=labels, opts=self.child(after=after)
        )
        for member in plan.members:
            gkehub.MembershipBinding(
                self.named("member", member.cluster),
                membership_binding_id=plan.id,
                project=plan.project,
                membership_id=member.membership,
                location=member.location,  # a binding is where its membership is (E14)
                scope=plan.name,
                labels=labels,
                opts=self.child(after=[scope, *members[member.cluster]]),
            )
        for namespace in plan.namespaces:
            gkehub.Namespace(
                self.named("namespace", namespace),
                scope_namespace_id=namespace,
                project=plan.project,
                scope_id=scope.scope_id,
                scope=plan.name,
                labels=labels,
                opts=self.child(),
            )
        for each in plan.bindings:
            gkehub.ScopeRbacRoleBinding(
                self.named("role", each.id),
                scope_rbac_role_binding_id=each.id,
                project=plan.project,
                scope_id=scope.scope_id,
                group=each.group,
                role=_role(each),
                labels=labels,
                opts=self.child(),
            )
        for grant in grants:
            gkehub.ScopeIamMember(
                self.named(short_role(grant.role), local_part(grant.member.rsplit(":", 1)[-1])),
                project=plan.project,
                scope_id=scope.scope_id,
                role=grant.role,
                member=grant.member,
                opts=self.child(),
            )
        self.name: str = plan.name
        self.register_outputs({"name": self.name})


def _role(binding: ScopeBinding) -> gkehub.ScopeRbacRoleBindingRoleArgs:
    """Return the role in the fleet's own words: a predefined one or a custom one, never both (E15)."""
    if binding.predefined is not None:
        return gkehub.ScopeRbacRoleBindingRoleArgs(predefined_role=binding.predefined)
    return gkehub.ScopeRbacRoleBindingRoleArgs(custom_role=binding.role)
