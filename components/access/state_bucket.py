"""A team's state bucket, who writes it, and that nobody else reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final
from urllib.parse import quote

import pulumi
from pulumi_gcp import iam, storage, tags

from components.access.labels import team_labels
from components.component import Component
from model.estate import Environment
from model.planning.access.plans import DenyPlan, ResourceGrant
from model.planning.access.state import OLD_VERSIONS_DAYS, StateBucketPlan
from model.planning.access.words import local_part, short_role

EVERYBODY: Final = "principalSet://goog/public:all"
LONGEST_NAME: Final = 63
"""Characters of a policy's display name (https://docs.cloud.google.com/iam/docs/reference/rest/v2/policies)."""


class StateBucket(Component):
    """A versioned bucket that is never public, tagged as state, and a deny policy that the tag brings into force.

    `environment`  the environment.
    `name`         the team's slug, also when the team is a former one.
    `plan`         the bucket; None: it is what a former team left, and the deny policy alone is still looked after.
    `grants`       who may write it.
    `denial`       who may read state in the team's project; everybody else may not, whatever roles they have.
    `writers`      the accounts in `grants`, which must exist.

    All but the grants outlives the team's record: state says what a team made, and stays as secret as it was. The
    policy is the project's, so that a team's record changes nothing of another team's. It is never deleted here, not
    even with everything else: whoever deletes the bucket deletes it.

    Output: `bucket`, its name, None for a former team's.
    """

    token: ClassVar[str] = "hybrid:access:StateBucket"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        plan: StateBucketPlan | None,
        grants: Sequence[ResourceGrant],
        denial: DenyPlan,
        writers: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self.bucket: pulumi.Output[str] | None = None
        if plan is not None:
            self.bucket = self._bucket(environment, plan, grants, writers)
        self._deny(denial, writers)
        self.register_outputs({"bucket": self.bucket})

    def _bucket(
        self,
        environment: Environment,
        plan: StateBucketPlan,
        grants: Sequence[ResourceGrant],
        writers: Sequence[pulumi.Resource],
    ) -> pulumi.Output[str]:
        region = environment.organisation.region
        made = storage.Bucket(
            self.named("bucket"),
            name=plan.name,
            project=plan.project,
            location=region.upper(),  # as the API answers
            storage_class="STANDARD",
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning=storage.BucketVersioningArgs(enabled=True),
            lifecycle_rules=[
                storage.BucketLifecycleRuleArgs(
                    action=storage.BucketLifecycleRuleActionArgs(type="Delete"),
                    condition=storage.BucketLifecycleRuleConditionArgs(days_since_noncurrent_time=OLD_VERSIONS_DAYS),
                )
            ],
            force_destroy=False,
            labels=team_labels(environment, plan.team),
            opts=self.child(retain=True),
        )
        tags.LocationTagBinding(
            self.named("tag"),
            parent=f"//storage.googleapis.com/projects/_/buckets/{plan.name}",
            tag_value=plan.tag_value,
            location=region,
            opts=self.child(after=[made], retain=True),
        )
        for grant in grants:
            who = local_part(grant.member.rsplit(":", 1)[-1])
            storage.BucketIAMMember(
                self.named(short_role(grant.role), who),
                bucket=made.name,
                role=grant.role,
                member=grant.member,
                opts=self.child(after=writers),
            )
        return made.name

    def _deny(self, denial: DenyPlan, writers: Sequence[pulumi.Resource]) -> None:
        """Make the deny policy (https://docs.cloud.google.com/iam/docs/deny-overview)."""
        iam.DenyPolicy(
            self.named("denial"),
            name=denial.id,
            parent=quote(f"cloudresourcemanager.googleapis.com/projects/{denial.project}", safe=""),
            display_name=denial.reason[:LONGEST_NAME],
            rules=[
                iam.DenyPolicyRuleArgs(
                    description=denial.reason,
                    deny_rule=iam.DenyPolicyRuleDenyRuleArgs(
                        denied_principals=[EVERYBODY],
                        exception_principals=[
                            f"principal://iam.googleapis.com/projects/-/serviceAccounts/{account}"
                            for account in denial.excepted
                        ],
                        denied_permissions=list(denial.permissions),
                        denial_condition=iam.DenyPolicyRuleDenyRuleDenialConditionArgs(
                            title="state",
                            expression=f"resource.matchTag('{denial.tag}', '{denial.tag_value}')",
                        ),
                    ),
                )
            ],
            # An account that does not exist can not be excepted.
            opts=self.child(after=writers, retain=True),
        )
