"""Versions of GKE on VMware: the order in which admin and user clusters may be upgraded.

Source: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/upgrading (B60 to B63). Up
to 1.30 an admin cluster comes after its user clusters, from 1.31 before them.
"""

from __future__ import annotations

from typing import Final

from rehearsal.case import Case, last
from rehearsal.computed.clusters import ADMIN, ON_PREM_POOL, USER
from rehearsal.interception import ProviderError
from rehearsal.rules.registry import rule
from rehearsal.world import Record

_ADMIN_FIRST: Final = (1, 31)
_POOL_SKEW: Final = 2


@rule("create", USER)
def admin_cluster_is_new_enough(case: Case) -> None:
    """Refuse a user cluster from 1.31 on that is newer than its admin cluster, patch included (B61)."""
    admin = _admin_of(case)
    wanted, held = case.text("onPremVersion"), admin.text("onPremVersion") if admin is not None else ""
    if not wanted or not held:
        return
    if minor(wanted) >= _ADMIN_FIRST and steps(wanted) > steps(held):
        raise _refused(
            f"user cluster {case.text('name')} cannot have version {wanted}: its admin cluster is at {held}; upgrade "
            "the admin cluster first"
        )
    if minor(wanted) < _ADMIN_FIRST and minor(wanted) < minor(held):
        raise _refused(
            f"user cluster {case.text('name')} cannot have version {wanted}: its admin cluster is at {held}, and up to "
            "1.30 a user cluster is at least at its admin cluster's minor version"
        )


@rule("update", USER)
def upgraded_user_cluster_fits(case: Case) -> None:
    """Ask the same of an upgrade, one minor version at a time (B63)."""
    admin_cluster_is_new_enough(case)
    _one_minor_at_a_time(case)


@rule("update", ADMIN)
def upgraded_admin_cluster_fits(case: Case) -> None:
    """Ask that user clusters are ready for an upgrade of their admin cluster (B60, B62)."""
    _one_minor_at_a_time(case)
    wanted = case.text("onPremVersion")
    if not wanted:
        return
    least = min(minor(wanted), (1, 30))
    for record in case.world.objects(USER):
        held = record.text("onPremVersion")
        if last(record.text("adminClusterMembership")) == last(case.id) and held and minor(held) < least:
            raise _refused(
                f"admin cluster {last(case.id)} cannot go to version {wanted}: its user cluster {last(record.id)} is "
                f"at {held} and must be at {least[0]}.{least[1]} first"
            )


@rule("create", ON_PREM_POOL)
def pool_is_not_too_old(case: Case) -> None:
    """Refuse a pool that is more than two minor versions behind its cluster (B63)."""
    cluster_id = f"projects/{case.project}/locations/{case.location}/vmwareClusters/{last(case.text('vmwareCluster'))}"
    cluster = case.world.get(USER, cluster_id)
    wanted, held = case.text("onPremVersion"), cluster.text("onPremVersion") if cluster is not None else ""
    if wanted and held and minor(held)[1] - minor(wanted)[1] > _POOL_SKEW:
        raise _refused(f"node pool version {wanted} is more than two minor versions behind its cluster's {held}")


def minor(version: str) -> tuple[int, int]:
    """Return major and minor: (1, 32) of `1.32.300-gke.41`."""
    found = steps(version)
    return (found[0], found[1]) if len(found) > 1 else (0, 0)


def steps(version: str) -> tuple[int, ...]:
    """Return every number of a version, in order: (1, 32, 300, 41) of `1.32.300-gke.41`."""
    return tuple(int(step) for step in version.replace("-gke", "").split(".") if step.isdigit())


def _one_minor_at_a_time(case: Case) -> None:
    wanted, held = case.text("onPremVersion"), case.old.text("onPremVersion") if case.old is not None else ""
    if not wanted or not held or wanted == held:
        return
    if steps(wanted) < steps(held):
        raise _refused(f"{last(case.id)} cannot go back from version {held} to {wanted}")
    if minor(wanted)[1] - minor(held)[1] > 1:
        raise _refused(f"{last(case.id)} cannot go from version {held} to {wanted}: one minor version at a time")


def _admin_of(case: Case) -> Record | None:
    name = last(case.text("adminClusterMembership"))
    return next((record for record in case.world.objects(ADMIN) if last(record.id) == name), None)


def _refused(reason: str) -> ProviderError:
    return ProviderError(f"googleapi: Error 400: {reason}., failedPrecondition")
