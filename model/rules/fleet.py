"""The fleet: its name, its memberships and its features."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model.config.fleet import MeshManagement
from model.config.shape import Shape
from model.estate import Environment, Estate
from model.planning.members import MemberKind, planned_members
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, readable, repeats

SHORTEST_NAME: Final = 4
LONGEST_NAME: Final = 30
_NAME: Final = re.compile(r"[A-Za-z0-9\-'\" !]*")


@environment_rules.rule("E1", title="the fleet's display name is one that Google takes", source=pages.FLEET)
def display_name(env: Environment) -> Iterator[Finding]:
    """Refuse display names that are too short, too long or of other characters."""
    name, place = env.fleet.display_name, env.fleet.at("display_name")
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        message = (
            f"the fleet's display name '{name}' has {len(name)} characters; it has {SHORTEST_NAME} to {LONGEST_NAME}"
        )
        yield Finding(place, message, f"write a name of {SHORTEST_NAME} to {LONGEST_NAME} characters")
    odd = sorted({char for char in name if not _NAME.fullmatch(char)})
    if odd:
        message = f"the fleet's display name '{name}' has {' '.join(odd)} in it"
        yield Finding(place, message, "use letters, digits, hyphens, quotes, spaces and exclamation marks")


def _memberships(env: Environment) -> Iterator[Named]:
    """Give every membership id with the cluster that carries it."""
    clusters: list[tuple[str, Shape, str, str]] = [
        *((each.name, each, "name", f"admin cluster {each.name}") for each in env.onprem.admin_clusters),
        *((each.id, each, "id", f"user cluster {each.name}") for each in env.onprem.user_clusters),
        *((each.name, each, "name", f"GKE cluster {each.name}") for each in env.gke.clusters),
        *((each.name, each, "name", f"attached cluster {each.name}") for each in env.attached.clusters),
        *((each.name, each, "name", f"admin cluster {each.name}") for each in env.baremetal.admin_clusters),
        *((each.id, each, "id", f"bare-metal cluster {each.name}") for each in env.baremetal.clusters),
    ]
    for membership, owner, field, what in clusters:
        yield Named(membership, owner, (field,), f"{what} of {env.name}")


@estate_rules.rule("E2", "E3", "X6", title="every cluster has a membership of its own", source=pages.FLEET_MEMBERSHIP)
def memberships(estate: Estate) -> Iterator[Finding]:
    """Refuse one membership id for two clusters of the estate."""
    every = [named for _, found in readable(estate, lambda env: list(_memberships(env))) for named in found]
    for first, again in repeats(every):
        message = (
            f"membership '{again.name}' belongs to {first.what} and to {again.what}: a kubeconfig would lead to either"
        )
        yield Finding(again.place, message, "rename the newer cluster; a cluster that exists keeps its name")


@environment_rules.rule(
    "E8", title="members of the mesh exist, and Google manages only those on GKE", source=pages.FLEET_FEATURE
)
def mesh(env: Environment) -> Iterator[Finding]:
    """Refuse unknown members, and automatic management on-prem."""
    feature = env.fleet.features.servicemesh
    if feature is None:
        return
    members = {member.membership: member for member in planned_members(env)}
    for name, management in feature.members.items():
        member = members.get(name)
        if member is None:
            message = f"the mesh names membership '{name}', and no cluster that runs workloads has it"
            yield Finding(feature.at("members", name), message, suggest(name, members, lead="Memberships"))
        elif management is MeshManagement.AUTOMATIC and member.kind is not MemberKind.GKE:
            message = f"membership '{name}' is no GKE cluster, and Google manages the mesh of GKE clusters only"
            yield Finding(feature.at("members", name), message, "write MANAGEMENT_MANUAL")


@environment_rules.rule("E10", title="Policy Controller has what it needs", source=pages.POLICY_CONTROLLER)
def policy_controller(env: Environment) -> Iterator[Finding]:
    """Refuse a negative audit interval, no bundle at all, and entries that stand twice."""
    feature = env.fleet.features.policycontroller
    if feature is None:
        return
    if feature.audit_interval_seconds < 0:
        message = f"the audit interval is {feature.audit_interval_seconds} seconds; 0 means no audits"
        yield Finding(feature.at("audit_interval_seconds"), message, "write 60, or 0 to switch audits off")
    if not feature.bundles:
        message = "Policy Controller is on without a policy bundle, so it takes memory and checks nothing"
        yield Finding(
            feature.at("bundles"), message, "name a bundle, such as policy-essentials-v2022, or remove the feature"
        )
    for field, items in (("bundles", feature.bundles), ("exempt_namespaces", feature.exempt_namespaces)):
        for _, again in repeats(Named(item, feature, (field, number)) for number, item in enumerate(items)):
            yield Finding(again.place, f"'{again.name}' stands twice in {field}", "remove one of them")
