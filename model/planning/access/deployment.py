"""Deploy accounts of teams: who may act as them, through which pool, and what they may do (F14, F15).

A workflow of a named repository, in the GitHub environment of the record, exchanges its token for the account's. The
provider refuses every token of another owner by the owner's number, since a name can be taken over, and each subject is
bound by its repository and environment. No key exists, and nobody acts as the account but these workflows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.access import Target
from model.config.team import Team, TeamEnvironment
from model.estate import Environment
from model.planning.access.plans import SERVICE_ACCOUNT, FederationPlan, IamGrant, Origin
from model.planning.access.words import short_role

PROVIDER: Final = "github-provider"
"""The one provider of a pool."""
ISSUER: Final = "https://token.actions.githubusercontent.com"
"""Who signs the tokens of GitHub's workflows."""
MAPPING: Final = {
    "google.subject": "assertion.sub",
    "attribute.environment": "assertion.environment",
    "attribute.ref": "assertion.ref",
    "attribute.repository": "assertion.repository",
    "attribute.repository_owner_id": "assertion.repository_owner_id",
}
"""What of a token bindings and logs can name."""
ACT_AS: Final = "roles/iam.workloadIdentityUser"
"""The role of a federated principal on the account that it acts as."""


def account_address(team: Team, here: TeamEnvironment) -> str:
    """Return the address of a team's deploy account in an environment."""
    return f"{team.deploy.sa}@{here.project}.iam.gserviceaccount.com"


def subject(repository: str, github_environment: str) -> str:
    """Return the subject of a token of a job that runs in a GitHub environment, as principals write it."""
    return f"subject/repo:{repository}:environment:{github_environment}"


def condition(env: Environment, team: Team, github_environment: str) -> str:
    """Return what a pool's provider demands of every token, in CEL."""
    owner = env.organisation.github.owner_id
    repositories = ", ".join(f'"{name}"' for name in sorted(team.github.repositories))
    return (
        f'assertion.repository_owner_id == "{owner}" && assertion.repository in [{repositories}] '
        f'&& assertion.environment == "{github_environment}"'
    )


def federations(env: Environment) -> Iterator[FederationPlan]:
    """Give how the workflows of each team reach its deploy account; none for a team without a GitHub environment."""
    for slug, (team, here) in env.members.items():
        github_environment = team.github.environments.get(env.name)
        if github_environment is None:
            continue
        repositories = tuple(sorted(set(team.github.repositories)))
        yield FederationPlan(
            key=slug,
            project=here.project,
            pool=team.deploy.pool,
            provider=PROVIDER,
            account=account_address(team, here),
            repositories=repositories,
            github_environment=github_environment,
            subjects=tuple(subject(each, github_environment) for each in repositories),
            condition=condition(env, team, github_environment),
            project_number=here.project_number,
            team=slug,
            origin=Origin(team.github, ("repositories",)),
        )


def account_grants(env: Environment) -> Iterator[IamGrant]:
    """Give the roles of the deploy accounts on their own project and on the cluster project."""
    cluster_project = env.facts.projects.cluster.id
    for slug, (team, here) in env.members.items():
        member, who = f"{SERVICE_ACCOUNT}{account_address(team, here)}", team.deploy.sa
        reason = f"team {slug} deploys with it"
        for number, role in enumerate(team.deploy.roles):
            key, origin = f"{slug}-{short_role(role)}-{who}", Origin(team.deploy, ("roles", number))
            yield IamGrant(key, Target.TEAM_PROJECTS, here.project, role, member, reason, team=slug, origin=origin)
        for number, role in enumerate(team.deploy.cluster_roles):
            # Beside the team's name: two teams may call their accounts alike.
            key, origin = f"cluster-{slug}-{short_role(role)}-{who}", Origin(team.deploy, ("cluster_roles", number))
            yield IamGrant(key, Target.CLUSTER_PROJECT, cluster_project, role, member, reason, team=slug, origin=origin)
