"""What is looked at before anything that cannot be taken back."""

from __future__ import annotations

from typing import Final

from model.config.onprem_cluster import AdminCluster, ControlPlane, UserCluster
from model.runbooks.govc import log_in_to_vcenter
from model.runbooks.shape import Kind, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import AUTO_REPAIR, JUDGED

LEAST_DISK_GIB: Final = 100
"""The boot disk that gkectl from 1.28 on asks of a workstation (A3)."""
BACKUP_HOURS: Final = 24
"""How old a backup may be before an upgrade (B70)."""


def healthy(site: Site, admin: AdminCluster, cluster: UserCluster | None = None) -> Step:
    """Return the check that a cluster is well before it is touched; the same that runs every 15 minutes by itself."""
    which = f"--cluster-name {cluster.id}" if cluster else ""
    name = cluster.id if cluster else admin.name
    commands = (
        site.gkectl("diagnose cluster", admin, which).strip(),
        site.gkectl("list clusters" if cluster else "list admin", admin),
    )
    return Step(
        kind=Kind.CHECK,
        text=f"{name} is well.",
        commands=commands,
        expect=f"no failure, and {name} is RUNNING; anything else is mended first",
        takes=Takes(5, JUDGED),
    )


def all_healthy(site: Site, admin: AdminCluster) -> tuple[Step, ...]:
    """Return the checks of an admin cluster and all its user clusters."""
    return healthy(site, admin), *(healthy(site, admin, cluster) for cluster in site.users_of(admin))


def recent_backup(site: Site, admin: AdminCluster) -> Step:
    """Return the check of the backups (B70)."""
    store = site.env.onprem.vsphere.datastores.backup.name
    names = ", ".join([admin.name, *(each.id for each in site.users_of(admin))])
    return Step(
        kind=Kind.CHECK,
        text=f"Backups of {names} are less than {BACKUP_HOURS} hours old. Where one is not, take it now: "
        f"./hybrid runbook {site.env.name} admin-backup, and user-backup for each user cluster.",
        commands=(
            *log_in_to_vcenter(site),
            f"govc datastore.ls -l -ds {store} anthos/{admin.name}/backup",
            f'find backups -name "*.db" -mmin -{BACKUP_HOURS * 60} -print',
        ),
        expect="a file of the last 24 hours for each of them",
        takes=Takes(2, JUDGED),
    )


def workstation(version: str) -> Step:
    """Return the check that the workstation can do the work: gkectl's version (B64), disk (A3), one at a time (A12)."""
    return Step(
        kind=Kind.CHECK,
        text="The workstation can do it: gkectl is new enough, there is room, nobody else is at it, and no bootstrap "
        "cluster is left over from a run that failed.",
        commands=(
            "gkectl version",
            "df -h --output=size,avail,target / /var/lib/gke",
            "pgrep -a gkectl || true",
            "docker ps --filter name=control-plane",
        ),
        expect=f"gkectl {version}; a disk of {LEAST_DISK_GIB} GiB or more with 20 GiB to spare; no other gkectl; no "
        "container. A container is the bootstrap cluster of a run that failed: do not delete it, resume that run",
        takes=Takes(2, JUDGED),
    )


def spare_addresses(site: Site, cluster: UserCluster) -> Step:
    """Return the check that a node more has an address (B40)."""
    most = sum(pool.nodes.max for pool in cluster.node_pools)
    block = len({address for each in cluster.worker_addresses for address in each})
    needed = most + len(cluster.node_pools)
    return Step(
        kind=Kind.CHECK,
        text=f"There are addresses to spare: the block of {cluster.name} has {block}, every pool at its maximum and "
        f"one more node for each takes {needed}.",
        commands=(f"./hybrid check {site.env.name}",),
        expect="no error; B40 would name a block that is too small",
    )


def control_plane_addresses(what: str, nodes: ControlPlane) -> str:
    """Say that a control plane is replaced on its own addresses (B41)."""
    count = len(nodes.addresses)
    return f"{what} has {count} control plane {'address' if count == 1 else 'addresses'}, replaced one at a time (B41)"


def disruptions(site: Site, cluster: UserCluster) -> Step:
    """Return the check that no disruption budget keeps a node from being drained."""
    allowed = '{range .items[?(@.status.disruptionsAllowed==0)]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}'
    return Step(
        kind=Kind.CHECK,
        text="No workload forbids that one of its pods goes: a disruption budget that allows none stops the drain of a "
        "node, and an upgrade with it.",
        commands=(
            site.get_credentials(site.member(cluster).membership),
            site.through_gateway(cluster, f"get poddisruptionbudget --all-namespaces --output 'jsonpath={allowed}'"),
            site.through_gateway(cluster, "get nodes --output wide"),
        ),
        expect="an empty list, and every node Ready; for each budget listed, its team adds a replica first",
        takes=Takes(5, JUDGED),
    )


def window(site: Site) -> tuple[Step, ...]:
    """Return the check of the change window, in production (X2)."""
    if not site.env.facts.production:
        return ()
    return (
        Step(
            kind=Kind.CHECK,
            text="The change window is open, no freeze holds, and the environments of the rings before have run this "
            "for the agreed time.",
            commands=(f"./hybrid check {site.env.name}",),
            expect=f"no error; the change is announced in {site.env.organisation.time_zone} time",
        ),
    )


def two_of_three(nodes: ControlPlane) -> str:
    """Say what a control plane loses while one node is away (B75)."""
    if nodes.replicas == 1:
        return "its one control plane node goes away, and the Kubernetes API with it (B75)"
    return "the control plane loses one of three nodes at a time, and the API stays"


def repair_time() -> Takes:
    """Return how long the repair of a node takes by itself: 10 minutes to notice, and a new machine."""
    return Takes(30, AUTO_REPAIR)
