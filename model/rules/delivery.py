"""How teams deliver: deploy accounts, workload identity pools and repositories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.estate import Estate
from model.planning.names import LIMIT_SERVICE_ACCOUNT
from model.rules import pages
from model.rules.registries import estate_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, repeats

SHORTEST_ACCOUNT: Final = 6
POOL_LENGTH: Final = range(4, 33)


@estate_rules.rule("A81", title="ids of deploy accounts have the right length", source=pages.IAM_LIMITS)
def accounts(estate: Estate) -> Iterator[Finding]:
    """Refuse ids that are too short or too long for a service account."""
    for team in estate.teams.values():
        length = len(team.deploy.sa)
        if not SHORTEST_ACCOUNT <= length <= LIMIT_SERVICE_ACCOUNT:
            message = (
                f"deploy account '{team.deploy.sa}' has {length} characters; an id has 6 to {LIMIT_SERVICE_ACCOUNT}"
            )
            yield Finding(team.deploy.at("sa"), message, "write another id, such as <slug>-deploy")


@estate_rules.rule("F14", title="workload identity pools have ids that Google takes", source=pages.WORKLOAD_IDENTITY)
def pools(estate: Estate) -> Iterator[Finding]:
    """Refuse pool ids that are too short, too long or reserved."""
    for team in estate.teams.values():
        pool = team.deploy.pool
        if len(pool) not in POOL_LENGTH:
            message = f"workload identity pool '{pool}' has {len(pool)} characters; an id has 4 to 32"
            yield Finding(team.deploy.at("pool"), message, "write another id, such as <slug>-deploy-pool")
        elif pool.startswith("gcp-"):
            message = f"workload identity pool '{pool}' begins with gcp-, which Google keeps for itself"
            yield Finding(team.deploy.at("pool"), message, "write another id, such as <slug>-deploy-pool")


@estate_rules.rule("F14", title="repositories belong to the organisation", source=pages.WORKLOAD_IDENTITY)
def repositories(estate: Estate) -> Iterator[Finding]:
    """Refuse repositories of another owner, whose tokens the pool's condition refuses, and names that stand twice."""
    owner = estate.organisation.github.organisation
    for team in estate.teams.values():
        named = [("apps_repo", team.apps_repo, team.at("apps_repo"))]
        named += [("extra_manifest_repos", each.repo, each.at("repo")) for each in team.extra_manifest_repos]
        repositories = team.github.repositories
        named += [("github", name, team.github.at("repositories", place)) for place, name in enumerate(repositories)]
        for _, name, place in named:
            if name.split("/", 1)[0] != owner:
                message = f"{name} is not a repository of {owner}, the only owner whose code may deploy"
                yield Finding(place, message, f"move it to {owner}, or correct its name")
        for _, again in repeats(Named(each.name, each, ("name",)) for each in team.extra_manifest_repos):
            message = f"team {team.slug} has two manifest repositories '{again.name}'"
            yield Finding(again.place, message, "give them different names")


@estate_rules.rule("F14", title="GitHub environments are those of the record", source=pages.WORKLOAD_IDENTITY)
def environments(estate: Estate) -> Iterator[Finding]:
    """Refuse GitHub environments for where the team is not, and places it could not deploy to."""
    for team in estate.teams.values():
        given = team.github.environments
        for name in given:
            if name not in team.environments:
                message = f"there is a GitHub environment for '{name}', where {team.slug} has nothing"
                place = team.github.at("environments", name)
                yield Finding(place, message, suggest(name, team.environments, lead="The team is in"))
        for name in team.environments:
            if name not in given:
                message = f"{team.slug} is in {name} and has no GitHub environment for it, so nothing may deploy there"
                yield Finding(
                    team.github.at("environments"), message, f"add {name}: with the GitHub environment's name"
                )
