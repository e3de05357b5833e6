"""One hop of an admin cluster to another version, which is gkectl's work alone.

https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/upgrading
"""

from __future__ import annotations

from model.config.onprem_cluster import AdminCluster
from model.planning.versions import Version
from model.runbooks import checks, takes
from model.runbooks.admin_create import WHO, have_bundle
from model.runbooks.edits import changed
from model.runbooks.hops import (
    ADMIN_FIRST,
    ADVANCED,
    need_gkectl,
    next_of_plan,
    refuse_legacy,
    refuse_order,
    target,
)
from model.runbooks.shape import FOREVER, Kind, Runbook, Step, Takes
from model.runbooks.site import Site, bundle
from model.runbooks.sources import JUDGED, LIFECYCLE_TOOLS, UPGRADE, UPGRADE_PRACTICE


def admin_upgrade(site: Site, admin: AdminCluster, to: str | None) -> Runbook:
    """Return the hop of an admin cluster, which gkectl alone can make (A65, A66)."""
    held, wanted = Version.parse(admin.version), target(to, admin.version, admin.name)
    users = site.users_of(admin)
    refuse_legacy(wanted, admin, users)
    need_gkectl(site, wanted, held, converts=wanted.minor >= ADVANCED and not admin.advanced)
    refuse_order(site, admin, users, wanted)
    config, version = site.config(admin), str(wanted)
    command = site.gkectl("upgrade admin", admin, f"--config {config}")
    steps = (
        next_of_plan(site, version),
        *checks.window(site),
        site.log_in(),
        checks.workstation(site.env.onprem.workstation.version),
        checks.recent_backup(site, admin),
        *checks.all_healthy(site, admin),
        Step(
            kind=Kind.CHECK,
            text="The target is one of the versions that gkectl offers, and every cluster is where the files say.",
            commands=(site.gkectl("version", admin, "--details"),),
            expect=f"{version} is available; {admin.name} is on {held}",
        ),
        Step(
            kind=Kind.EDIT,
            text="Write the version, and nothing else: an upgrade changes no other field (B68). The program "
            "leaves the upgrade of an admin cluster to gkectl, so its preview of this edit is empty.",
            file=site.stack_file,
            diff=changed(admin, "version", admin.version, version),
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take the edit back, as long as the upgrade has not begun",
        ),
        site.deliver(f"{config}, whose bundle is now that of {version},"),
        have_bundle(version),
        Step(
            kind=Kind.COMMAND,
            text="Bring the node images of the target to vSphere.",
            commands=(site.gkectl(f"prepare --bundle-path {bundle(version)}", admin),),
            expect="it ends without an error",
            takes=Takes(30, JUDGED),
            undo="nothing runs on the new images yet",
        ),
        Step(
            kind=Kind.COMMAND,
            text="Upgrade. A bootstrap cluster on the workstation drives it; user clusters and their workloads run on, "
            f"and {checks.two_of_three(admin.control_plane)}.",
            commands=(command,),
            expect="it ends without an error; in another window `gkectl list admin` says UPGRADING, then RUNNING",
            takes=takes.upgrade_of_admin(admin),
            undo=f"{FOREVER}: resume it. Mend the cause, keep the bootstrap cluster (A13), never run `gkectl repair "
            f"admin-master`, and run: {command} --reuse-bootstrap-cluster",
        ),
        Step(
            kind=Kind.CHECK,
            text="It is there, with all its nodes, and so are the user clusters.",
            commands=(
                site.gkectl("list admin", admin),
                site.kubectl(admin, "get nodes --output wide"),
                site.gkectl("diagnose cluster", admin),
                site.gkectl("list clusters", admin),
            ),
            expect=f"{admin.name} is RUNNING on {version}, every node Ready, every user cluster RUNNING",
            takes=Takes(5, JUDGED),
        ),
        site.refresh("the state has the new version; the preview is empty"),
        Step(
            kind=Kind.COMMAND,
            text="When the user clusters are there too, remove the bundle, which takes the room of the next one.",
            commands=(f"rm {bundle(version)}",),
        ),
    )
    after = (
        "user clusters follow, to this patch at most (B61)"
        if wanted.minor >= ADMIN_FIRST
        else "it was the last of this hop: up to 1.30 user clusters go first (B60)"
    )
    return Runbook(
        task="admin-upgrade",
        title=f"Upgrade admin cluster {admin.name} from {held} to {version}",
        environment=site.env.name,
        subject=admin.name,
        purpose=f"Only gkectl upgrades an admin cluster; `pulumi up` does not. Afterwards: {after}.",
        who=WHO,
        prerequisites=(
            f"the hop is the next one of ./hybrid upgrade plan {site.env.name}",
            f"gkectl {site.env.onprem.workstation.version} is on the workstation",
            checks.control_plane_addresses(admin.name, admin.control_plane),
            "ports of server-side preflight checks are open (B71)",
        ),
        steps=steps,
        undo=f"{FOREVER}. An upgrade that failed is resumed; a cluster that is broken is repaired (admin-repair) "
        "or, as a last resort and with Google's support, made anew",
        sources=(UPGRADE, UPGRADE_PRACTICE, LIFECYCLE_TOOLS),
        rules=("A13", "A65", "A66", "B60", "B61", "B62", "B63", "B64", "B66", "B68", "B70", "B71"),
    )
