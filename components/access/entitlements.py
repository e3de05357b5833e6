"""Privileged access for a while, through Privileged Access Manager (F16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import privilegedaccessmanager as pam

from components.component import Component
from model.planning.access.plans import GROUP, EntitlementPlan

_PROJECT: Final = "cloudresourcemanager.googleapis.com"
_ONE: Final = 1
"""Approvals needed in a level: the API takes one."""


class Entitlements(Component):
    """What the groups of a team, or of the platform, may ask for, on which roles, how long, and who approves.

    `plans`  the entitlements.
    `after`  the API of each of their projects.

    Whoever asks says why, and so does whoever approves. An approver never approves a request of one's own; the service
    sees to that (https://docs.cloud.google.com/iam/docs/pam-approve-deny-grants). Nothing outside the program needs an
    output of it.
    """

    token: ClassVar[str] = "hybrid:access:Entitlements"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        plans: Sequence[EntitlementPlan],
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        for plan in plans:
            resource = f"projects/{plan.project}"
            pam.Entitlement(
                self.named("entitlement", plan.id),
                entitlement_id=plan.id,
                location="global",
                parent=resource,
                max_request_duration=f"{int(plan.longest.total_seconds())}s",
                eligible_users=[pam.EntitlementEligibleUserArgs(principals=_principals(plan.requesters))],
                privileged_access=pam.EntitlementPrivilegedAccessArgs(
                    gcp_iam_access=pam.EntitlementPrivilegedAccessGcpIamAccessArgs(
                        resource=f"//{_PROJECT}/{resource}",
                        resource_type=f"{_PROJECT}/Project",
                        role_bindings=[
                            pam.EntitlementPrivilegedAccessGcpIamAccessRoleBindingArgs(role=role)
                            for role in sorted(plan.roles)
                        ],
                    )
                ),
                requester_justification_config=pam.EntitlementRequesterJustificationConfigArgs(
                    unstructured=pam.EntitlementRequesterJustificationConfigUnstructuredArgs()
                ),
                approval_workflow=_workflow(plan),
                opts=self.child(after=after),
            )
        self.register_outputs({})


def _principals(groups: Sequence[str]) -> list[str]:
    return [f"{GROUP}{group}" for group in sorted(groups)]


def _workflow(plan: EntitlementPlan) -> pam.EntitlementApprovalWorkflowArgs | None:
    """Return the levels of approval, None where the request itself is enough."""
    if plan.automatic:
        return None
    steps = [
        pam.EntitlementApprovalWorkflowManualApprovalsStepArgs(
            approvals_needed=_ONE,
            approvers=pam.EntitlementApprovalWorkflowManualApprovalsStepApproversArgs(principals=_principals(level)),
        )
        for level in plan.levels
    ]
    return pam.EntitlementApprovalWorkflowArgs(
        manual_approvals=pam.EntitlementApprovalWorkflowManualApprovalsArgs(
            require_approver_justification=True, steps=steps
        )
    )
