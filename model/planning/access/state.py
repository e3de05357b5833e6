"""Teams' state buckets, and who may read what is in them.

Whoever has `roles/storage.admin` for an hour may read every object of a project, and state holds what deployments were
given. A deny policy on the team's project therefore takes the reading away from everybody but the accounts that deploy
with the state, in buckets that carry the organisation's tag (https://docs.cloud.google.com/iam/docs/deny-overview).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.organisation import FormerTeam
from model.config.team import Team
from model.estate import Environment
from model.planning.access.deployment import account_address
from model.planning.access.plans import SERVICE_ACCOUNT, DenyPlan, Kind, Origin, ResourceGrant
from model.planning.access.words import short_role

WRITER: Final = "roles/storage.objectAdmin"
"""What a deploy account needs in its state bucket: read, write, and remove locks."""
DENIED: Final = ("storage.googleapis.com/objects.get",)
"""Reading an object, which copying and composing need too."""
OLD_VERSIONS_DAYS: Final = 90
"""How long old versions of state are kept, as those of the platform's own."""


@dataclass(frozen=True)
class StateBucketPlan:
    """A team's state bucket in one environment."""

    team: Team
    project: str
    name: str
    tag_value: str
    """The tag's value by its namespaced name, `<organisation>/<key>/<value>`."""


def state_buckets(env: Environment) -> Iterator[StateBucketPlan]:
    """Give the state bucket of every team that has one."""
    organisation = env.organisation
    tag = f"{organisation.google.organisation_id}/{organisation.state_tag.key}/{organisation.state_tag.value}"
    for team, here in env.members.values():
        if team.state_bucket:
            yield StateBucketPlan(team, here.project, bucket_name(here.project), tag)


@dataclass(frozen=True)
class KeptState:
    """A bucket that holds the state of a team whose record is gone."""

    slug: str
    former: FormerTeam
    project: str
    name: str


def kept_state(env: Environment) -> Iterator[KeptState]:
    """Give the buckets in the environment that still hold what former teams left."""
    for slug, former in env.organisation.former_teams.items():
        project = former.state.get(env.name)
        if project is not None and slug not in env.teams:
            yield KeptState(slug, former, project, bucket_name(project))


def bucket_name(project: str) -> str:
    """Return what the state bucket of a team's project is called."""
    return f"{project}-tfstate"


def bucket_grants(env: Environment) -> Iterator[ResourceGrant]:
    """Give what deploy accounts may do in their state buckets."""
    for plan in state_buckets(env):
        slug = plan.team.slug
        account = account_address(*env.members[slug])
        yield ResourceGrant(
            key=f"{slug}-{short_role(WRITER)}-{plan.team.deploy.sa}",
            kind=Kind.BUCKET_IAM,
            project=plan.project,
            resource=plan.name,
            role=WRITER,
            member=f"{SERVICE_ACCOUNT}{account}",
            reason=f"team {slug} deploys with it",
            team=slug,
            origin=Origin(plan.team, ("state_bucket",)),
        )


def denials(env: Environment) -> Iterator[DenyPlan]:
    """Give what nobody may do in the project of a team with a state bucket, and who may nevertheless.

    What a former team left stays denied to everybody but the program for as long as the files say that it is there: its
    successor answers for the bucket and reads nothing of it before deciding what becomes of it.
    """
    organisation = env.organisation
    program = (
        each.replace("{environment}", env.name) for each in (organisation.deployers.apply, organisation.deployers.plan)
    )
    own = tuple(program)
    for plan in state_buckets(env):
        slug = plan.team.slug
        yield _denial(
            env,
            slug,
            plan.project,
            excepted=(account_address(*env.members[slug]), *own),
            reason=f"the state of team {slug} is read by its deployments alone",
            origin=Origin(plan.team, ("state_bucket",)),
        )
    for kept in kept_state(env):
        yield _denial(
            env,
            kept.slug,
            kept.project,
            excepted=own,
            reason=f"the state that {kept.slug} left is read by nobody",
            origin=Origin(kept.former, ("state", env.name)),
        )


def _denial(
    env: Environment, slug: str, project: str, *, excepted: tuple[str, ...], reason: str, origin: Origin
) -> DenyPlan:
    organisation = env.organisation
    return DenyPlan(
        key=slug,
        id=f"{slug}-state",
        project=project,
        permissions=DENIED,
        excepted=excepted,
        tag=f"{organisation.google.organisation_id}/{organisation.state_tag.key}",
        tag_value=organisation.state_tag.value,
        reason=reason,
        team=slug,
        origin=origin,
    )
