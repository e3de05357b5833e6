"""Roles of groups on projects and on the billing account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import billing, projects

from components.component import Component
from model.config.access import Target
from model.planning.grants import Condition, IamGrant, short_role

GATEWAY_ROLES: Final = "roles/gkehub."
"""Seeing the fleet and passing the Connect gateway (E30)."""


class ProjectAccess(Component):
    """One additive member for each grant (F2): other owners' members of the same role stay as they are.

    `grants`    the grants; each one's key is its name.
    `after`     the projects' IAM APIs.
    `accounts`  service accounts that the program makes, by their principal: a grant to one waits for it.

    A role that the files claim for themselves is one binding of all its members instead, and whoever else had it loses
    it (https://www.pulumi.com/registry/packages/gcp/api-docs/projects/iambinding/).

    Outputs: `gateway`, the grants that let someone through the Connect gateway.
    """

    token: ClassVar[str] = "hybrid:access:ProjectAccess"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        grants: Sequence[IamGrant],
        after: Sequence[pulumi.Resource] = (),
        accounts: Mapping[str, pulumi.Resource] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self._after = after
        self._accounts = accounts or {}
        ordered = sorted(grants, key=lambda grant: grant.key)
        made = [(grant.role, self._member(grant)) for grant in ordered if not grant.authoritative]
        made += self._bindings([grant for grant in ordered if grant.authoritative])
        self.gateway: tuple[pulumi.Resource, ...] = tuple(
            resource for role, resource in made if role.startswith(GATEWAY_ROLES)
        )
        self.register_outputs({})

    def _before(self, *members: str) -> list[pulumi.Resource]:
        """Return what must exist before these members can be granted anything."""
        return [*self._after, *(self._accounts[member] for member in members if member in self._accounts)]

    def _bindings(self, grants: Sequence[IamGrant]) -> Iterator[tuple[str, pulumi.Resource]]:
        """Give (role, binding) for every project, role and condition whose members are the program's alone."""
        members: dict[tuple[str, str, Condition | None], list[str]] = {}
        for grant in grants:
            members.setdefault((grant.resource, grant.role, grant.condition), []).append(grant.member)
        for (project, role, condition), everybody in members.items():
            name = ("all", project, short_role(role), *([condition.title] if condition is not None else []))
            yield (
                role,
                projects.IAMBinding(
                    self.named(*name),
                    project=project,
                    role=role,
                    members=sorted(everybody),
                    condition=_binding_condition(condition),
                    opts=self.child(after=self._before(*sorted(everybody))),
                ),
            )

    def _member(self, grant: IamGrant) -> pulumi.Resource:
        if grant.target is Target.BILLING_ACCOUNT:
            return billing.AccountIamMember(
                self.named(grant.key),
                billing_account_id=grant.resource,
                role=grant.role,
                member=grant.member,
                condition=_billing_condition(grant.condition),
                opts=self.child(after=self._before(grant.member)),
            )
        return projects.IAMMember(
            self.named(grant.key),
            project=grant.resource,
            role=grant.role,
            member=grant.member,
            condition=_project_condition(grant.condition),
            opts=self.child(after=self._before(grant.member)),
        )


def _project_condition(condition: Condition | None) -> projects.IAMMemberConditionArgs | None:
    if condition is None:
        return None
    return projects.IAMMemberConditionArgs(title=condition.title, expression=condition.expression)


def _binding_condition(condition: Condition | None) -> projects.IAMBindingConditionArgs | None:
    if condition is None:
        return None
    return projects.IAMBindingConditionArgs(title=condition.title, expression=condition.expression)


def _billing_condition(condition: Condition | None) -> billing.AccountIamMemberConditionArgs | None:
    if condition is None:
        return None
    return billing.AccountIamMemberConditionArgs(title=condition.title, expression=condition.expression)
