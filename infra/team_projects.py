"""What the platform makes in the projects of product teams, one team at a time: a record changes nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi

from components.access.budget import Budget, PlatformBudget
from components.access.deployer import Deployer
from components.access.entitlements import Entitlements
from components.access.registry import ImageRepository
from components.access.state_bucket import StateBucket
from components.access.team_logs import TeamLogs
from components.network.services import ProjectServices
from infra.providers import Providers, given
from model.estate import Environment
from model.planning.access.budgets import budgets
from model.planning.access.budgets import platform_budget as budget_of_the_platform
from model.planning.access.images import image_repositories
from model.planning.access.logs import team_logs as log_buckets
from model.planning.access.plans import SERVICE_ACCOUNT, EntitlementPlan
from model.planning.access.privileged import PLATFORM
from model.planning.access.state import kept_state, state_buckets
from model.planning.grants import Grants

TEAM_SERVICES: Final = frozenset({"iamcredentials", "monitoring", "privilegedaccessmanager", "sts"})
"""Services of a team's project that the platform uses there, without `.googleapis.com`."""


@dataclass(frozen=True, slots=True)
class TeamProjects:
    """What was made, by team."""

    deployers: Mapping[str, Deployer] = field(default_factory=dict[str, Deployer])
    state: Mapping[str, StateBucket] = field(default_factory=dict[str, StateBucket])
    images: Mapping[str, ImageRepository] = field(default_factory=dict[str, ImageRepository])

    @property
    def accounts(self) -> dict[str, pulumi.Resource]:
        """The deploy accounts by their principal, for grants to wait for."""
        return {f"{SERVICE_ACCOUNT}{each.address}": each.account for each in self.deployers.values()}


def team_projects(environment: Environment, granted: Grants, providers: Providers) -> TeamProjects:
    """Register everything in teams' projects, and the image repositories where this stack has them."""
    services = {
        slug: ProjectServices(slug, project=here.project, services=TEAM_SERVICES, opts=given(providers.gcp)).enabled
        for slug, (_, here) in environment.members.items()
    }
    federated = {plan.team: plan for plan in granted.federation if plan.team is not None}
    deployers = {
        slug: Deployer(slug, team=team, plan=federated[slug], services=services[slug], opts=given(providers.gcp))
        for slug, (team, _) in environment.members.items()
        if slug in federated
    }
    for slug, plans in _by_team(granted.entitlements).items():
        after = [services[slug]["privilegedaccessmanager"]]
        Entitlements(slug, plans=plans, after=after, opts=given(providers.gcp))
    for plan in budgets(environment):
        slug = plan.team.slug
        if slug in deployers:
            Budget(
                slug,
                environment=environment,
                plan=plan,
                project_number=deployers[slug].project_number,
                after=services[slug]["monitoring"],
                opts=given(providers.gcp),
            )
    return TeamProjects(
        deployers, _state(environment, granted, deployers, providers), _images(environment, granted, providers)
    )


def platform_entitlements(granted: Grants, providers: Providers, *, after: Sequence[pulumi.Resource]) -> None:
    """Register the privileged access of the platform's own groups; `after` are the APIs it goes through."""
    plans = [plan for plan in granted.entitlements if plan.team is None]
    if plans:
        Entitlements(PLATFORM, plans=plans, after=after, opts=given(providers.gcp))


def platform_budget(environment: Environment, providers: Providers, *, after: pulumi.Resource) -> None:
    """Register the budget of the environment's own projects; `after` is the monitoring API of the cluster project."""
    plan = budget_of_the_platform(environment)
    if plan is not None:
        PlatformBudget(PLATFORM, environment=environment, plan=plan, after=after, opts=given(providers.gcp))


def team_logs(environment: Environment, providers: Providers, *, after: pulumi.Resource) -> None:
    """Register teams' log buckets, in the cluster project; `after` is its logging API."""
    for plan in log_buckets(environment):
        TeamLogs(plan.team.slug, plan=plan, after=after, opts=given(providers.gcp))


def _by_team(plans: Iterable[EntitlementPlan]) -> dict[str, list[EntitlementPlan]]:
    found: dict[str, list[EntitlementPlan]] = {}
    for plan in plans:
        if plan.team is not None:
            found.setdefault(plan.team, []).append(plan)
    return found


def _state(
    environment: Environment, granted: Grants, deployers: Mapping[str, Deployer], providers: Providers
) -> dict[str, StateBucket]:
    denials = {plan.key: plan for plan in granted.denials}
    kept = {
        each.slug: StateBucket(
            each.slug,
            environment=environment,
            plan=None,
            grants=[],
            denial=denials[each.slug],
            writers=[],
            opts=given(providers.gcp),
        )
        for each in kept_state(environment)
    }
    return kept | {
        plan.team.slug: StateBucket(
            plan.team.slug,
            environment=environment,
            plan=plan,
            grants=[each for each in granted.resources if each.resource == plan.name],
            denial=denials[plan.team.slug],
            writers=[deployers[plan.team.slug].account] if plan.team.slug in deployers else [],
            opts=given(providers.gcp),
        )
        for plan in state_buckets(environment)
    }


def _images(environment: Environment, granted: Grants, providers: Providers) -> dict[str, ImageRepository]:
    return {
        plan.id: ImageRepository(
            plan.id,
            environment=environment,
            plan=plan,
            grants=[each for each in granted.resources if each.resource == plan.id],
            opts=given(providers.gcp),
        )
        for plan in image_repositories(environment)
    }
