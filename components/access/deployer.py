"""A team's deploy account, and the federation through which workflows act as it. No key of it exists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

import pulumi
from pulumi_gcp import iam, serviceaccount

from components.component import Component
from model.config.team import Team
from model.planning.access.deployment import ACT_AS, ISSUER, MAPPING
from model.planning.access.plans import FederationPlan, principal


class Deployer(Component):
    """A service account in the team's project, a workload identity pool, and who of the pool may act as the account.

    `team`      the team.
    `plan`      the pool, what it demands of a token, and the subjects that may act as the account (F14, F15).
    `services`  the APIs of the project by name: those that tokens are exchanged through.

    A pool and an account that are deleted keep their ids for a month
    (https://docs.cloud.google.com/iam/docs/manage-workload-identity-pools-providers).

    Outputs: `account` and its `address`, `provider_name`, which workflows name to exchange their tokens, and
    `project_number`.
    """

    token: ClassVar[str] = "hybrid:access:Deployer"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        team: Team,
        plan: FederationPlan,
        services: Mapping[str, pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self.address = plan.account
        exchange = [services[service] for service in ("iamcredentials", "sts")]
        self.account = serviceaccount.Account(
            self.named("account"),
            account_id=team.deploy.sa,
            project=plan.project,
            display_name=f"Deployments of {team.slug}",
            description="Reached by workflows through federation alone; it has no key.",
            opts=self.child(),
        )
        pool = iam.WorkloadIdentityPool(
            self.named("pool"),
            workload_identity_pool_id=plan.pool,
            project=plan.project,
            description=f"Workflows of {team.slug} on GitHub",
            opts=self.child(after=exchange),
        )
        provider = iam.WorkloadIdentityPoolProvider(
            self.named("provider"),
            workload_identity_pool_id=pool.workload_identity_pool_id,
            workload_identity_pool_provider_id=plan.provider,
            project=plan.project,
            attribute_mapping=MAPPING,
            attribute_condition=plan.condition,
            oidc=iam.WorkloadIdentityPoolProviderOidcArgs(issuer_uri=ISSUER),
            opts=self.child(),
        )
        for repository, subject in zip(plan.repositories, plan.subjects, strict=True):
            serviceaccount.IAMMember(
                self.named("federated", repository.replace("/", "-")),
                service_account_id=self.account.name,
                role=ACT_AS,
                member=_member(plan, pool, subject),
                opts=self.child(after=[provider]),
            )
        self.provider_name: pulumi.Output[str] = provider.name
        self.project_number: pulumi.Input[str] = plan.project_number or pool.name.apply(_project_number)
        self.register_outputs(
            {"account": plan.account, "provider": self.provider_name, "projectNumber": self.project_number}
        )


def _member(plan: FederationPlan, pool: iam.WorkloadIdentityPool, subject: str) -> pulumi.Input[str]:
    """Return who may act as the account; the pool says its project's number where the files do not."""
    if plan.pool_name is not None:
        return principal(plan.pool_name, subject)
    return pool.name.apply(partial(principal, subject=subject))


def _project_number(pool: str) -> str:
    """Return the number in `projects/<number>/locations/...`."""
    return pool.split("/")[1]
