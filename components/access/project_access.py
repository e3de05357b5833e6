"""Roles of groups on projects and on the billing account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import billing, projects

from components.component import Component
from model.config.access import Target
from model.planning.grants import Condition, IamGrant

GATEWAY_ROLES: Final = "roles/gkehub."
"""Seeing the fleet and passing the Connect gateway (E30)."""


class ProjectAccess(Component):
    """One additive member for each grant (F2): other owners' members of the same role stay as they are.

    `grants`  the grants; each one's key is its name.
    `after`   the projects' IAM APIs.

    Outputs: `gateway`, the grants that let someone through the Connect gateway.
    """

    token: ClassVar[str] = "hybrid:access:ProjectAccess"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        grants: Sequence[IamGrant],
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self._after = after
        members = {grant.key: (grant, self._member(grant)) for grant in sorted(grants, key=lambda grant: grant.key)}
        self.gateway: tuple[pulumi.Resource, ...] = tuple(
            member for grant, member in members.values() if grant.role.startswith(GATEWAY_ROLES)
        )
        self.register_outputs({})

    def _member(self, grant: IamGrant) -> pulumi.Resource:
        if grant.target is Target.BILLING_ACCOUNT:
            return billing.AccountIamMember(
                self.named(grant.key),
                billing_account_id=grant.resource,
                role=grant.role,
                member=grant.member,
                condition=_billing_condition(grant.condition),
                opts=self.child(after=self._after),
            )
        return projects.IAMMember(
            self.named(grant.key),
            project=grant.resource,
            role=grant.role,
            member=grant.member,
            condition=_project_condition(grant.condition),
            opts=self.child(after=self._after),
        )


def _project_condition(condition: Condition | None) -> projects.IAMMemberConditionArgs | None:
    if condition is None:
        return None
    return projects.IAMMemberConditionArgs(title=condition.title, expression=condition.expression)


def _billing_condition(condition: Condition | None) -> billing.AccountIamMemberConditionArgs | None:
    if condition is None:
        return None
    return billing.AccountIamMemberConditionArgs(title=condition.title, expression=condition.expression)
