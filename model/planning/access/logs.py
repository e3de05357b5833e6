"""Teams' logs: a bucket for what a team's namespaces write, and a view of it for the team alone (E16).

What clusters log lies in the cluster project, where every team's entries are in one bucket. A view's own filter knows
originating projects, resource types and log ids, and no namespace (gcp.logging.LogView filter): so a sink sorts the
entries by namespace into a bucket of the team's, and the view is of that bucket.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.access import Target
from model.config.team import Team
from model.estate import Environment
from model.planning.access.pending import Pending
from model.planning.access.plans import GROUP, Condition, IamGrant, Origin
from model.planning.access.scopes import LOG_VIEWER
from model.planning.access.words import local_part, short_role

VIEW: Final = "workloads"
"""The one view of a team's bucket."""


@dataclass(frozen=True)
class TeamLogsPlan:
    """A team's log bucket in one environment."""

    team: Team
    project: str
    location: str
    bucket_id: str
    retention_days: int
    sink_filter: str
    """Which entries of the project come to it."""

    @property
    def bucket(self) -> str:
        """The bucket's full name."""
        return f"projects/{self.project}/locations/{self.location}/buckets/{self.bucket_id}"

    @property
    def view_filter(self) -> str:
        """What of the bucket the view shows: what comes of the cluster project, whatever anybody else routes here."""
        return f'SOURCE("projects/{self.project}")'

    @property
    def view(self) -> str:
        """The view's full name."""
        return f"{self.bucket}/views/{VIEW}"


def team_logs(env: Environment) -> Iterator[TeamLogsPlan]:
    """Give the log bucket of every team that asks for one."""
    for slug, (team, here) in env.members.items():
        if here.logs is not None:
            yield TeamLogsPlan(
                team,
                env.facts.projects.cluster.id,
                env.organisation.region,
                f"team-{slug}",
                here.logs.retention_days,
                _filter(team),
            )


def _filter(team: Team) -> str:
    """Return which entries are a team's: those of containers and pods in namespaces with its prefixes (H2)."""
    prefixes = "|".join(sorted(team.prefixes))
    return f'resource.type=("k8s_container" OR "k8s_pod") AND resource.labels.namespace_name=~"^({prefixes})-"'


def log_grants(env: Environment, pending: Pending) -> Iterator[IamGrant]:
    """Give who reads the views: each its team, by a condition on the view's name."""
    for plan in team_logs(env):
        team = plan.team
        group = team.groups.google
        if group in pending:
            continue  # said with the team's profile
        yield IamGrant(
            f"cluster-{short_role(LOG_VIEWER)}-{local_part(group)}-logs-{team.slug}",
            Target.CLUSTER_PROJECT,
            plan.project,
            LOG_VIEWER,
            f"{GROUP}{group}",
            f"team {team.slug} reads what its namespaces log",
            Condition(f"logs-of-{team.slug}", f'resource.name == "{plan.view}"'),
            team=team.slug,
            origin=Origin(team.environments[env.name], ("logs",)),
        )
