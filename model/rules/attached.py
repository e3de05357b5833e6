"""Attached clusters: EKS, AKS and any other conformant cluster, run by others, as members of the fleet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, cast

from model.config.attached import AttachedCluster, Distribution, Issuer, Unregistering
from model.config.onprem_cluster import Mode
from model.config.problems import Severity
from model.estate import Environment
from model.planning.versions import Minor, Version
from model.rules import pages
from model.rules.groups import is_pending, unfit
from model.rules.other_versions import Versioned, supported
from model.rules.registries import environment_rules
from model.rules.registry import Finding
from model.rules.repeats import Named, repeats

MOST_ADMINS: Final = 10
"""Groups, and users, that `authorization` takes (gcp.container.AttachedCluster authorization)."""
LONGEST_ISSUER: Final = 2000
"""An issuer has fewer characters than this (gcp.gkehub.Membership authority.issuer)."""
FIRST_WITH_GROUPS: Final = {Minor(1, 26): 8, Minor(1, 27): 5, Minor(1, 28): 2}
"""The build from which a minor's first patch knows admin groups; later minors always do, earlier ones never."""
PRIVATE_KEY_FIELDS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Fields of a JSON Web Key that only a private or a symmetric key has (RFC 7518, section 6)."""


@environment_rules.rule(
    "E40", title="platform versions follow the Kubernetes of their clusters", source=pages.ATTACHED_VERSIONS
)
def platform_version(env: Environment) -> Iterator[Finding]:
    """Refuse a platform version of a later minor than the cluster's Kubernetes, or of more than one below."""
    for cluster in env.attached.clusters:
        platform, kubernetes = Version.parse(cluster.platform_version).minor, Minor.parse(cluster.kubernetes_version)
        below = kubernetes.steps_above(platform)
        what = f"attached cluster {cluster.name} runs Kubernetes {kubernetes} and platform version {platform}"
        place = cluster.at("platform_version")
        if below < 0:
            message = f"{what}: the platform version is never ahead of Kubernetes"
            yield Finding(place, message, f"use a platform version of {kubernetes}; its owner upgrades Kubernetes")
        elif below > 1:
            message = f"{what}: it may be one minor behind, not {below}"
            yield Finding(place, message, f"use a platform version of {kubernetes}, or of the minor below")


@environment_rules.rule("E40", title="platform versions are in the catalogue and supported", source=pages.ATTACHED)
def platform_supported(env: Environment) -> Iterator[Finding]:
    """Refuse platform versions that the catalogue does not know or that have ended; warn when the end is near."""
    uses = [
        Versioned(
            f"the platform version of attached cluster {cluster.name}",
            Version.parse(cluster.platform_version),
            cluster,
            "platform_version",
        )
        for cluster in env.attached.clusters
    ]
    upgrade = "set a later platform_version, after its owner has upgraded Kubernetes where that is needed"
    yield from supported(env, env.catalogue.attached, "attached", uses, upgrade)


@environment_rules.rule("E40", "E3", title="issuers of attached clusters can be verified", source=pages.ATTACHED)
def issuer(env: Environment) -> Iterator[Finding]:
    """Refuse issuers without https, keys that are no public key set, and private issuers of EKS."""
    for cluster in env.attached.clusters:
        held, what = cluster.issuer, f"the issuer of attached cluster {cluster.name}"
        place = held.at("url")
        if not held.url.startswith("https://") or len(held.url) == len("https://"):
            message = f"{what} is '{held.url}', and tokens are only trusted from an https address"
            yield Finding(place, message, "write the issuer as the cluster's owner reads it from the cluster")
        elif len(held.url) >= LONGEST_ISSUER:
            message = f"{what} has {len(held.url)} characters; a membership takes fewer than {LONGEST_ISSUER}"
            yield Finding(place, message, "write the issuer alone, without query or fragment")
        if held.jwks is None:
            continue
        if cluster.distribution is Distribution.EKS:
            message = f"{what} has keys of its own, and EKS is attached by its public issuer alone"
            yield Finding(held.at("jwks"), message, "remove jwks:")
        yield from _key_set(held, what)


def _key_set(held: Issuer, what: str) -> Iterator[Finding]:
    """Give what is wrong with the keys of an issuer; a private key is never shown."""
    place = held.at("jwks")
    asked = "write what `kubectl get --raw /openid/v1/jwks` prints"
    try:
        data = cast("object", json.loads(held.jwks or ""))
    except ValueError:
        yield Finding(place, f"the keys of {what} are no JSON", asked)
        return
    keys = cast("dict[str, object]", data).get("keys") if isinstance(data, dict) else None
    if not isinstance(keys, list) or not keys:
        yield Finding(place, f"the keys of {what} are no JSON Web Key Set: there is no list `keys` (RFC 7517)", asked)
        return
    for number, key in enumerate(cast("list[object]", keys), start=1):
        fields = set(cast("dict[str, object]", key)) if isinstance(key, dict) else set[str]()
        if fields & PRIVATE_KEY_FIELDS:
            message = f"key {number} of {what} is a private key, with which anyone could sign as the cluster"
            yield Finding(place, message, "take it out of the file and its history, rotate it, and write public keys")
        elif not {"kty", "kid"} <= fields:
            yield Finding(place, f"key {number} of {what} lacks `kty` or `kid` (RFC 7517)", asked)


@environment_rules.rule(
    "E40", "E33", title="admin groups of attached clusters are few and known", source=pages.ATTACHED
)
def admin_groups(env: Environment) -> Iterator[Finding]:
    """Refuse more groups than the API takes, groups before they are supported, and groups nobody knows."""
    for cluster in env.attached.clusters:
        groups = cluster.admin_groups
        if not groups:
            continue
        if len(groups) > MOST_ADMINS:
            message = f"attached cluster {cluster.name} has {len(groups)} admin groups; the API takes {MOST_ADMINS}"
            yield Finding(cluster.at("admin_groups"), message, "nest groups in the directory and name the outer one")
        version = Version.parse(cluster.platform_version)
        if not knows_groups(version):
            message = f"platform version {version} of attached cluster {cluster.name} knows no admin groups yet"
            first = ", ".join(f"{minor}.0-gke.{build}" for minor, build in FIRST_WITH_GROUPS.items())
            yield Finding(cluster.at("admin_groups"), message, f"use {first} or later, or remove admin_groups")
        for number, group in enumerate(groups):
            place = cluster.at("admin_groups", number)
            yield from unfit(env.organisation, group, place)
            known = env.organisation.groups.get(group)
            if known is not None and is_pending(known):
                message = f"{group} is not synchronised yet, and attached cluster {cluster.name} would trust its name"
                yield Finding(place, message, "wait until its state is active", rule="F12")
        named = (Named(group, cluster, ("admin_groups", number)) for number, group in enumerate(groups))
        for _, again in repeats(named):
            yield Finding(again.place, f"{again.name} stands twice in admin_groups", "remove one of them")


def knows_groups(version: Version) -> bool:
    """Say whether a platform version takes admin groups (gcp.container.AttachedCluster authorization, E40)."""
    if version.minor in FIRST_WITH_GROUPS:
        return (version.patch, version.build) >= (0, FIRST_WITH_GROUPS[version.minor])
    return version.minor > max(FIRST_WITH_GROUPS)


@environment_rules.rule(
    "E41", title="the install manifest comes before the registration", source=pages.ATTACH, severity=Severity.WARNING
)
def manifest(env: Environment) -> Iterator[Finding]:
    """Warn of clusters that wait for their owner, and refuse to adopt one whose manifest nobody applied."""
    for cluster in env.attached.clusters:
        if cluster.manifest_applied:
            continue
        if cluster.mode is Mode.ADOPT:
            message = f"{cluster.name} is attached already, and the file says that its manifest is not applied"
            yield Finding(cluster.at("mode"), message, "set manifest_applied: true", Severity.ERROR)
            continue
        message = f"{cluster.name} is not in the fleet yet: {cluster.owner} has to apply its install manifest first"
        remedy = "hand them the stack output install_manifests, then set manifest_applied: true"
        yield Finding(cluster.at("name"), message, remedy)


@environment_rules.rule("E42", title="an attached cluster has somebody who runs it", source=pages.ATTACHED_UPDATE)
def owner(env: Environment) -> Iterator[Finding]:
    """Refuse owners that are no group of the organisation."""
    for cluster in env.attached.clusters:
        yield from unfit(env.organisation, cluster.owner, cluster.at("owner"))


@environment_rules.rule("X8", "E50", title="production unregisters completely or not at all", source=pages.ATTACHED)
def unregistering(env: Environment) -> Iterator[Finding]:
    """Refuse, in production, to forget a cluster whose agents are still in it."""
    if not env.facts.production:
        return
    for cluster in env.attached.clusters:
        if cluster.unregistering is Unregistering.DELETE_IGNORE_ERRORS:
            message = (
                f"{cluster.name} is in production, and taking it out would leave agents with access to Google in it "
                "if it does not answer"
            )
            yield Finding(cluster.at("unregistering"), message, "remove unregistering: DELETE_IGNORE_ERRORS")


def _expected(env: Environment, cluster: AttachedCluster) -> str:
    region = cluster.location or env.organisation.region
    return f"projects/{env.facts.projects.cluster.id}/locations/{region}/attachedClusters/{cluster.name}"


@environment_rules.rule("E40", title="registrations are created or adopted by their own id", source=pages.ATTACHED)
def adopted(env: Environment) -> Iterator[Finding]:
    """Refuse import ids of attached clusters that are missing, needless or another cluster's."""
    for cluster in env.attached.clusters:
        expected, what = _expected(env, cluster), f"attached cluster {cluster.name}"
        if cluster.mode is Mode.ADOPT and cluster.import_id is None:
            message = f"{what} is to be adopted, and nothing says which one that is"
            yield Finding(cluster.at("mode"), message, f"add import_id: {expected}, or set mode: create")
        elif cluster.mode is Mode.CREATE and cluster.import_id is not None:
            message = f"{what} is to be registered and has an import id: a registration that exists would be made again"
            yield Finding(cluster.at("import_id"), message, "set mode: adopt, or remove import_id")
        elif cluster.import_id not in {None, expected}:
            message = f"the import id of {what} is not its own, and another registration would be taken over"
            yield Finding(cluster.at("import_id"), message, f"write {expected}")
