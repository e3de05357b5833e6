"""Attached clusters and clusters on bare metal: what the API refuses of them (E40, E41).

Sources: the fields of `gcp.container.AttachedCluster` and
https://cloud.google.com/kubernetes-engine/multi-cloud/docs/attached (platform versions, prerequisites);
https://cloud.google.com/kubernetes-engine/distributed-cloud/bare-metal/docs/how-to/upgrade (order of upgrades).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rehearsal.case import Case, last, mapping, sequence, text
from rehearsal.computed.clusters import ATTACHED, BARE_METAL, BARE_METAL_ADMIN, BARE_METAL_POOL
from rehearsal.computed.other_clusters import ATTACHED_MINORS, attached_versions
from rehearsal.interception import ProviderError
from rehearsal.rules.onprem_addresses import failed, machines
from rehearsal.rules.onprem_versions import minor, steps
from rehearsal.rules.projects import require_api
from rehearsal.rules.registry import rule
from rehearsal.world import Record

_DISTRIBUTIONS: Final = ("eks", "aks", "generic")
_PLATFORM: Final = re.compile(r"\d+\.\d+\.\d+-gke\.\d+")
_MOST_ADMINS: Final = 10
_LONGEST_ISSUER: Final = 2000


@rule("create", ATTACHED)
def attached_cluster_is_possible(case: Case) -> None:
    """Ask for the fleet's project, a known distribution, an issuer on https and a version on offer (E40)."""
    fleet = text(case.block("fleet").get("project"))
    project = case.inventory.project_id(fleet.removeprefix("projects/"))
    if project is None or not fleet.removeprefix("projects/").isdigit():
        what = "was not found" if fleet.removeprefix("projects/").isdigit() else "is not projects/<number>"
        raise _refused(f"fleet.project: fleet host project '{fleet}' {what}", "INVALID_ARGUMENT")
    require_api(case, project, "gkehub", "GKE Hub API")
    if case.text("distribution") not in _DISTRIBUTIONS:
        raise _refused(
            f"distribution: '{case.text('distribution')}' is not one of {', '.join(_DISTRIBUTIONS)}", "INVALID_ARGUMENT"
        )
    issuer = text(case.block("oidcConfig").get("issuerUrl"))
    if not issuer.startswith("https://") or len(issuer) >= _LONGEST_ISSUER:
        raise _refused(
            f"oidc_config.issuer_url: '{issuer[:80]}' must be an https URL of less than {_LONGEST_ISSUER} characters",
            "INVALID_ARGUMENT",
        )
    _require_version(case)


@rule("update", ATTACHED)
def changed_attached_cluster_is_possible(case: Case) -> None:
    """Ask for a version on offer that is no step back and at most one minor ahead, and for few administrators."""
    held = case.old.text("platformVersion") if case.old is not None else ""
    wanted = case.text("platformVersion")
    _require_version(case)
    if held and steps(wanted) < steps(held):
        raise _refused(f"platform_version: {last(case.id)} cannot go back from {held} to {wanted}")
    if held and minor(wanted)[1] - minor(held)[1] > 1:
        raise _refused(f"platform_version: {last(case.id)} cannot go from {held} to {wanted}: one minor at a time")


@rule("create", BARE_METAL)
def bare_metal_admin_manages_it(case: Case) -> None:
    """Ask for an admin cluster behind the membership, and that it is not older than the new cluster."""
    admin = _admin_of(case)
    if admin is None:
        raise _refused(
            f"admin_cluster_membership: '{case.text('adminClusterMembership')}' is not the membership of an enrolled "
            "bare metal admin cluster"
        )
    wanted, held = case.text("bareMetalVersion"), admin.text("bareMetalVersion")
    if held and steps(wanted) > steps(held):
        raise _refused(
            f"bare_metal_version: user cluster {case.text('name')} cannot have version {wanted}: its admin cluster is "
            f"at {held}; upgrade the admin cluster first"
        )


@rule("update", BARE_METAL)
def upgraded_bare_metal_cluster_fits(case: Case) -> None:
    """Ask the same of an upgrade, one minor version at a time and never back."""
    bare_metal_admin_manages_it(case)
    held, wanted = case.old.text("bareMetalVersion") if case.old is not None else "", case.text("bareMetalVersion")
    if held and wanted and (steps(wanted) < steps(held) or minor(wanted)[1] - minor(held)[1] > 1):
        raise _refused(f"bare_metal_version: {last(case.id)} cannot go from {held} to {wanted}: one minor, and forward")


@rule("delete", BARE_METAL_ADMIN)
def its_user_clusters_are_gone(case: Case) -> None:
    """Refuse to unenrol an admin cluster that manages user clusters."""
    for record in case.world.objects(BARE_METAL):
        if last(record.text("adminClusterMembership")) == last(case.id):
            raise _refused(f"admin cluster {case.id} still manages user cluster {record.id}")


@rule("create", BARE_METAL, BARE_METAL_ADMIN, BARE_METAL_POOL)
def machines_are_free(case: Case) -> None:
    """Refuse a machine that is a node of another cluster or pool, and one that is named twice."""
    own = list(machines(case.inputs))
    if len(set(own)) < len(own):
        raise failed(f"[Nodes] {case.text('name')} names a machine twice: {max(own, key=own.count)}")
    for token in (BARE_METAL, BARE_METAL_ADMIN, BARE_METAL_POOL):
        for record in case.world.objects(token):
            taken = sorted(set(own) & set(machines(record.inputs)))
            if record.id != case.id and taken:
                raise failed(f"[Nodes] machine {taken[0]} of {case.text('name')} is a node of {record.id} already")


@rule("update", BARE_METAL, BARE_METAL_ADMIN, BARE_METAL_POOL)
def new_machines_are_free(case: Case) -> None:
    """Ask the same of a change."""
    machines_are_free(case)


def _require_version(case: Case) -> None:
    wanted = case.text("platformVersion")
    if not _PLATFORM.fullmatch(wanted) or ".".join(wanted.split(".")[:2]) not in ATTACHED_MINORS:
        raise _refused(
            f"platform_version: '{wanted}' is not supported; supported: {', '.join(attached_versions())}",
            "INVALID_ARGUMENT",
        )
    for field, given in _admins(case):
        if given > _MOST_ADMINS:
            raise _refused(f"authorization.{field}: {given} given, at most {_MOST_ADMINS} are", "INVALID_ARGUMENT")


def _admins(case: Case) -> Iterator[tuple[str, int]]:
    given = mapping(case.inputs.get("authorization"))
    yield "admin_users", len(sequence(given.get("adminUsers")))
    yield "admin_groups", len(sequence(given.get("adminGroups")))


def _admin_of(case: Case) -> Record | None:
    name = last(case.text("adminClusterMembership"))
    return next((record for record in case.world.objects(BARE_METAL_ADMIN) if last(record.id) == name), None)


def _refused(reason: str, status: str = "FAILED_PRECONDITION") -> ProviderError:
    return ProviderError(f"googleapi: Error 400: {reason}., {status}")
