"""The care of an admin cluster that runs: change, backup, repair. All of it is gkectl's work."""

from __future__ import annotations

from model.config.onprem_cluster import AdminCluster
from model.planning.hosts import control_plane_hosts
from model.runbooks import checks
from model.runbooks.admin_create import WHO
from model.runbooks.govc import log_in_to_vcenter
from model.runbooks.shape import FOREVER, Kind, Runbook, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import (
    AUTO_REPAIR,
    BACKUP,
    BACKUP_ADVANCED,
    CREATE_ADMIN,
    JUDGED,
    LIFECYCLE_TOOLS,
    REPAIR_ADMIN,
    SSH_NODES,
)


def admin_update(site: Site, admin: AdminCluster) -> Runbook:
    """Return how a reviewed change of an admin cluster's entry reaches the cluster."""
    config = site.config(admin)
    steps = (
        Step(
            kind=Kind.EDIT,
            text=f"Change the entry of {admin.name}: one thing at a time, and never its version with anything else "
            "(B68). What can be changed: automatic repair, anti-affinity, backup, logging, the CA of vCenter. Names, "
            "networks, ranges and the place in vCenter stay for its whole life (A23, A31).",
            file=site.stack_file,
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take the edit back",
        ),
        site.log_in(),
        checks.workstation(site.env.onprem.workstation.version),
        checks.recent_backup(site, admin),
        checks.healthy(site, admin),
        site.deliver(config),
        Step(
            kind=Kind.CHECK,
            text="gkectl takes the file, and the change is the one that was reviewed.",
            commands=(site.gkectl("check-config", admin, f"--config {config}"),),
            expect="every check is SUCCESS",
            takes=Takes(10, JUDGED),
        ),
        Step(
            kind=Kind.COMMAND,
            text="Update. It shows the difference and asks before it begins.",
            commands=(site.gkectl("update admin", admin, f"--config {config}"),),
            expect="the difference is the one that was reviewed, and it ends without an error",
            takes=Takes(45, "judged: fields that need other machines go through the three nodes one after another"),
            undo="bring the file of the commit before, and update with that; when it fails, keep its bootstrap cluster "
            "(A13) and run it again",
        ),
        checks.healthy(site, admin),
        site.refresh("the state has what gkectl wrote, and the stack file says the same: nothing to do"),
    )
    return Runbook(
        task="admin-update",
        title=f"Change admin cluster {admin.name}",
        environment=site.env.name,
        subject=admin.name,
        purpose="No client of the API changes an admin cluster; gkectl does, from the file that the reviewed change is "
        "rendered to, and the state follows.",
        who=WHO,
        prerequisites=("the change is reviewed, and merged without an `up`",),
        steps=steps,
        undo="the same with the commit before; fields that cannot be changed are refused by gkectl before it begins",
        sources=(LIFECYCLE_TOOLS, CREATE_ADMIN),
        rules=("A12", "A13", "A23", "A31", "A43", "A66", "B68"),
    )


def admin_backup(site: Site, admin: AdminCluster) -> Runbook:
    """Return how an admin cluster is backed up at once; the automatic backups go on beside it (A43)."""
    store = site.env.onprem.vsphere.datastores.backup.name
    config = f"--config {site.config(admin)}"
    if admin.advanced:
        command, where = site.gkectl("backup admin", admin), "gkectl-workspace/backups"
        listing = f"ls -l {where}"
    else:
        command, where = site.gkectl("backup admin", admin, config), f"anthos/{admin.name}/backup of {store}"
        listing = f"govc datastore.ls -l -ds {store} anthos/{admin.name}/backup"
    steps = (
        site.log_in(),
        checks.healthy(site, admin),
        Step(
            kind=Kind.COMMAND,
            text="Back up etcd, secrets, certificates, kubeconfig and SSH key of the admin cluster. The file is a "
            "secret. The cluster's file names the datastore (clusterBackup, A43); before and after each upgrade and "
            "update it happens by itself.",
            commands=(command,),
            expect="it ends without an error",
            takes=Takes(10, JUDGED),
            undo="nothing to undo: the three latest are kept, older ones go by themselves",
        ),
        Step(
            kind=Kind.CHECK,
            text=f"It is there, in {where}.",
            commands=(*log_in_to_vcenter(site), listing) if not admin.advanced else (listing,),
            expect="a file of this minute, between 3 and 100 MB",
        ),
    )
    restore = (
        "gkectl restore admin brings back a cluster whose three nodes have all failed, as a last resort"
        if admin.advanced
        else "a highly available admin cluster is not restored from it by gkectl: its nodes are repaired one by one "
        "(admin-repair), and the file serves Google's support"
        if admin.control_plane.replicas > 1
        else "admin-repair restores a cluster of one node from it"
    )
    return Runbook(
        task="admin-backup",
        title=f"Back up admin cluster {admin.name}",
        environment=site.env.name,
        subject=admin.name,
        purpose=f"A backup of less than {checks.BACKUP_HOURS} hours is what every upgrade begins with (B70). What "
        f"it is good for: {restore}.",
        who=WHO,
        prerequisites=(f"datastore {store} is in the datacenter of the cluster",),
        steps=steps,
        undo="nothing to undo",
        sources=(BACKUP_ADVANCED,) if admin.advanced else (BACKUP,),
        rules=("A43", "B70"),
    )


def admin_repair(site: Site, admin: AdminCluster) -> Runbook:
    """Return how a control plane node of an admin cluster is brought back."""
    config = f"--config {site.config(admin)}"
    hosts = control_plane_hosts(admin.control_plane)
    names = ", ".join(host.name for host in hosts)
    three = admin.control_plane.replicas > 1
    first = (
        site.log_in(),
        Step(
            kind=Kind.CHECK,
            text=f"Which of {names} is gone? Ask the cluster, then vCenter.",
            commands=(
                site.kubectl(admin, "get nodes --output wide"),
                site.gkectl("diagnose cluster", admin),
                *log_in_to_vcenter(site),
                f"govc find /{site.env.onprem.vsphere.datacenter}/vm/{site.env.onprem.vsphere.folder} -type m -name "
                f"'{admin.name}-*' -runtime.powerState poweredOff",
            ),
            expect="two of three nodes Ready: the cluster still answers"
            if three
            else "no answer, and one machine that is off",
            takes=Takes(5, JUDGED),
        ),
        Step(
            kind=Kind.DECIDE,
            text="Did an upgrade or an update fail before? Then stop here and resume that (admin-upgrade, its undo): a "
            "repair in the middle of one leaves the cluster in a bad state. User clusters with a control plane of "
            "their own and all workloads run on meanwhile.",
        ),
    )
    if admin.advanced:
        repair = _restore_quorum(site, admin, config, str(hosts[0].address))
    elif three:
        repair = (
            *_wait_for_repair(site, admin),
            Step(
                kind=Kind.COMMAND,
                text="Repair one node. The command lists the templates of the control plane's machines: choose that of "
                "the node that failed. When all three failed, repair one after another; with the second one the "
                "cluster answers again.",
                commands=(site.gkectl("repair admin-master", admin, config),),
                expect="a new machine with the old data disk and the old address, and the node is Ready",
                takes=checks.repair_time(),
                undo="run it again for the same node",
            ),
        )
    else:
        repair = (
            Step(
                kind=Kind.COMMAND,
                text="Repair the node: a new machine with the old data disk.",
                commands=(site.gkectl("repair admin-master", admin, config),),
                expect="the node is Ready",
                takes=checks.repair_time(),
                undo="run it again",
            ),
            Step(
                kind=Kind.DECIDE,
                text="Only where the data disk itself is lost, and with Google's support: bring the cluster back "
                "from a backup. It lists the backups and asks for one.",
                commands=(site.gkectl("repair admin-master", admin, config, "--restore-from-backup"),),
                expect="the cluster of the time of the backup",
                takes=Takes(60, JUDGED),
                undo=FOREVER,
            ),
        )
    return Runbook(
        task="admin-repair",
        title=f"Repair the control plane of admin cluster {admin.name}",
        environment=site.env.name,
        subject=admin.name,
        purpose="A lost machine or boot disk of the admin cluster's control plane is made anew; what is in etcd "
        "stays on the data disk. Workloads do not notice.",
        who=WHO,
        prerequisites=("no upgrade or update of it is under way or has failed",),
        steps=(*first, *repair, checks.healthy(site, admin), site.refresh("nothing has changed for the API")),
        undo="a repair is repeated, not undone",
        sources=(REPAIR_ADMIN, AUTO_REPAIR, *((BACKUP_ADVANCED, SSH_NODES) if admin.advanced else (BACKUP,))),
        rules=("A13", "A29", "A43", "B75"),
    )


def _wait_for_repair(site: Site, admin: AdminCluster) -> tuple[Step, ...]:
    if not admin.auto_repair:
        return ()
    return (
        Step(
            kind=Kind.WAIT,
            text="Automatic repair is on: after 10 minutes NotReady a node is made anew by itself, 30 where its "
            "machine never came up. Wait for it before you do the same by hand.",
            commands=(site.kubectl(admin, "get nodes --watch"), site.kubectl(admin, "get machines --all-namespaces")),
            expect="a new machine, and the node Ready; then the rest of this page is not needed",
            takes=checks.repair_time(),
        ),
    )


def _restore_quorum(site: Site, admin: AdminCluster, config: str, working: str) -> tuple[Step, ...]:
    key = f"{admin.name}-ssh-key"
    return (
        *_wait_for_repair(site, admin),
        Step(
            kind=Kind.COMMAND,
            text="Two of three nodes failed: restore the quorum from the one that works. WORKING is its address; the "
            "SSH key is the one that was kept when the cluster was made.",
            commands=(
                f"umask 077 && gcloud secrets versions access latest --project={site.project} --secret={key} "
                f"--out-file={key}",
                f"WORKING={working}",
                site.gkectl("restore admin", admin, config, "--control-plane-node $WORKING", f"--ssh-key {key}"),
                f"shred --remove {key}",
            ),
            expect="the cluster answers, then the other two nodes are made anew",
            takes=Takes(45, JUDGED),
            undo=FOREVER,
        ),
    )
