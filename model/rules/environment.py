"""Which environment a stack file is: its projects, its state, its ring, and how hard production is to hurt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model.config.environment import Protect
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.problems import Place
from model.config.shape import Shape
from model.config.team import TeamEnvironment
from model.estate import Environment, Estate
from model.planning.protection import Kind, guarded
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding
from model.rules.repeats import Named, readable, repeats

_BUCKET: Final = re.compile(r"gs://[a-z0-9][-_.a-z0-9]{1,61}[a-z0-9]")
_KEY: Final = re.compile(r"projects/[-a-z0-9]+/locations/[-a-z0-9]+/keyRings/[-_A-Za-z0-9]+/cryptoKeys/[-_A-Za-z0-9]+")
_FOLDER: Final = re.compile(r"folders/[0-9]+")
SWITCHES: Final = {
    Kind.GKE_CLUSTER: "GKE clusters",
    Kind.USER_CLUSTER: "user clusters",
}
"""Resources of ours whose provider refuses deletion by a switch."""


@environment_rules.rule("F18", title="a stack file says which environment it is", source=pages.PULUMI_STATE)
def name(env: Environment) -> Iterator[Finding]:
    """Refuse a name that is not the file's: the wrong environment would be changed."""
    if env.facts.name != env.name:
        message = f"the file is that of {env.name}, and the environment in it is '{env.facts.name}'"
        yield Finding(env.facts.at("name"), message, f"write {env.name}, or rename the file")


@environment_rules.rule(
    "X7", title="the stack's secrets are encrypted with the environment's key", source=pages.PULUMI_SECRETS
)
def secrets(env: Environment) -> Iterator[Finding]:
    """Refuse keys and buckets that can not be ones, and a secrets provider that is not the environment's key."""
    state = env.facts.state
    if not _BUCKET.fullmatch(state.bucket):
        yield Finding(state.at("bucket"), f"'{state.bucket}' is no bucket for state", "write gs://<bucket>")
    if not _KEY.fullmatch(state.key):
        message = f"'{state.key}' is no KMS key"
        yield Finding(state.at("key"), message, "write projects/<p>/locations/<l>/keyRings/<r>/cryptoKeys/<k>")
    expected = f"gcpkms://{state.key}"
    found = env.source.data.get("secretsprovider") if isinstance(env.source.data, dict) else None
    if found != expected:
        place = env.source.place(("secretsprovider",))
        message = (
            f"secretsprovider is {found or 'missing'}, so secrets of {env.name} would not be encrypted with its key"
        )
        yield Finding(place, message, f"write secretsprovider: {expected}")


@environment_rules.rule("format", title="folders of environments have their form", source=pages.PROJECTS)
def folder(env: Environment) -> Iterator[Finding]:
    """Refuse folders that can not be ones."""
    if not _FOLDER.fullmatch(env.facts.folder):
        message = f"'{env.facts.folder}' is no folder"
        yield Finding(env.facts.at("folder"), message, "write one such as folders/123456789012")


@estate_rules.rule("X7", title="each environment has its own state", source=pages.PULUMI_STATE)
def state(estate: Estate) -> Iterator[Finding]:
    """Refuse a state bucket or a key of two environments."""
    every = list(readable(estate, lambda env: env.facts.state))
    for field, why in (("bucket", "one could overwrite the other"), ("key", "whoever reads one could read the other")):
        named = (Named(getattr(found, field), found, (field,), env.name) for env, found in every)
        for first, again in repeats(named):
            message = f"{again.what} and {first.what} keep their state with one {field}: {why}"
            yield Finding(again.place, message, f"give {again.what} a {field} of its own")


def _projects(estate: Estate) -> Iterator[tuple[str, str | None, Shape, str]]:
    """Give (id, number, its shape, its field) for every project that any file names."""
    shared = estate.organisation.projects
    for use, each in (("seed", shared.seed), ("logs", shared.logs), ("artifacts", shared.artifacts)):
        yield each.id, each.number, each, f"the shared project '{use}'"
    for env, projects in readable(estate, lambda env: env.facts.projects):
        yield projects.cluster.id, projects.cluster.number, projects.cluster, f"the cluster project of {env.name}"
        yield projects.network.id, projects.network.number, projects.network, f"the network project of {env.name}"
    for team in estate.teams.values():
        for environment, here in team.environments.items():
            yield here.project, here.project_number, here, f"the project of {team.slug} in {environment}"


@estate_rules.rule("F18", "E1", title="every project has one use", source=pages.PROJECTS)
def projects(estate: Estate) -> Iterator[Finding]:
    """Refuse one project id or number for two uses: whoever is let into one would be in the other."""
    ids: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for project, number, owner, use in _projects(estate):
        other = ids.setdefault(project, use)
        if other != use:
            message = f"project {project} is {other} already: who is let in there would be let in here"
            place = owner.at("project") if isinstance(owner, TeamEnvironment) else owner.at("id")
            yield Finding(place, message, f"give {use} a project of its own")
        if number is None:
            continue
        first = numbers.setdefault(number, project)
        if first != project:
            message = f"number {number} is that of {first} already, and {project} has another"
            field = "project_number" if isinstance(owner, TeamEnvironment) else "number"
            yield Finding(owner.at(field), message, f"run: gcloud projects describe {project}")


@estate_rules.rule("X1", title="production goes last", source=pages.ROLLOUT)
def rings(estate: Estate) -> Iterator[Finding]:
    """Refuse rings below 0, and production before an environment that is to try things out for it."""
    every = list(readable(estate, lambda env: env.facts))
    for env, facts in every:
        if facts.ring < 0:
            yield Finding(facts.at("ring"), f"{env.name} is in ring {facts.ring}; rings begin at 0", "write 0 or more")
        later = [other.name for other, theirs in every if not theirs.production and theirs.ring >= facts.ring]
        if facts.production and later:
            message = (
                f"{env.name} is production in ring {facts.ring}, not after {', '.join(later)}: it would go untried"
            )
            yield Finding(facts.at("ring"), message, "give production the highest ring")


@environment_rules.rule("X8", "C7", title="production is protected", source=pages.PROTECT)
def protection(env: Environment) -> Iterator[Finding]:
    """Refuse production that Pulumi or the provider would delete."""
    facts = env.facts
    if not facts.production:
        return
    if facts.protection.protect is not Protect.STATEFUL:
        message = (
            f"{env.name} is production and protects '{facts.protection.protect}': a wrong change could delete clusters"
        )
        yield Finding(facts.protection.at("protect"), message, "write protect: stateful")
    bare = [words for kind, words in SWITCHES.items() if not guarded(facts, kind)]
    if bare:
        message = f"{env.name} is production, and the provider would delete its {' and '.join(bare)}"
        yield Finding(facts.protection.at("deletion_protection"), message, "write deletion_protection: [stateful]")


def _spread(env: Environment) -> Iterator[tuple[str, Place]]:
    clusters: tuple[AdminCluster | UserCluster, ...] = (*env.onprem.admin_clusters, *env.onprem.user_clusters)
    return ((each.name, each.at("anti_affinity")) for each in clusters if not each.anti_affinity)


@environment_rules.rule(
    "X8", "A37", title="production spreads its nodes and keeps backups", source=pages.ADMIN_CLUSTER_FILE
)
def resilience(env: Environment) -> Iterator[Finding]:
    """Refuse production clusters whose nodes may share a host, and GKE clusters without backups."""
    if not env.facts.production:
        return
    for cluster, place in _spread(env):
        message = f"{cluster} is in production without anti-affinity: one host lost could take its whole control plane"
        yield Finding(place, message, "set anti_affinity: true")
    for cluster in env.gke.clusters:
        if not cluster.backup_agent:
            message = (
                f"{cluster.name} is in production without the agent of Backup for GKE, so nothing of it can be restored"
            )
            yield Finding(cluster.at("backup_agent"), message, "remove backup_agent: false")
