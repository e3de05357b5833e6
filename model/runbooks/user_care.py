"""User clusters: those that gkectl drives from their making to their end, and the backup of any."""

from __future__ import annotations

from model.config.onprem_cluster import AdminCluster, Provisioner, UserCluster
from model.runbooks import checks, keys, takes
from model.runbooks.admin_create import WHO
from model.runbooks.shape import FOREVER, Kind, Runbook, RunbookError, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import BACKUP_ADVANCED, BACKUP_USER, CREATE_USER, DELETE_USER, JUDGED, LIFECYCLE_TOOLS


def _by_gkectl(site: Site, cluster: UserCluster, instead: str) -> AdminCluster:
    if cluster.provisioner is Provisioner.API:
        raise RunbookError(f"{cluster.name} is managed through the API: {instead}")
    return site.admin_of(cluster)


def user_create(site: Site, cluster: UserCluster) -> Runbook:
    """Return how gkectl makes a user cluster from its rendered file."""
    admin = _by_gkectl(site, cluster, "`pulumi up` makes it, and no runbook is needed")
    config = site.config(cluster)
    flags = f"--config {config}"
    elsewhere = (
        (
            Step(
                kind=Kind.COMMAND,
                text="The cluster lies elsewhere in vCenter than its admin cluster: bring images there too (B4).",
                commands=(site.gkectl("prepare", admin, f"--user-cluster-config {config}"),),
                expect="it ends without an error",
                takes=Takes(30, JUDGED),
            ),
        )
        if cluster.vcenter is not None
        else ()
    )
    steps = (
        Step(
            kind=Kind.CHECK,
            text="The files are right together: addresses, names, versions, licences.",
            commands=(f"./hybrid check {site.env.name}",),
            expect="no error",
        ),
        site.log_in(),
        checks.workstation(site.env.onprem.workstation.version),
        checks.healthy(site, admin),
        site.deliver(config),
        keys.make_keys(site, cluster),
        keys.fill_in_credentials(site),
        Step(
            kind=Kind.CHECK,
            text="gkectl reads the file and finds everything as it says.",
            commands=(site.gkectl("check-config", admin, flags),),
            expect="every check is SUCCESS",
            takes=Takes(10, JUDGED),
        ),
        *elsewhere,
        Step(
            kind=Kind.COMMAND,
            text="Make the cluster."
            if cluster.control_plane_v2
            else "Make the cluster; its control plane is machines of the admin cluster, in a namespace of its name.",
            commands=(site.gkectl("create cluster", admin, flags),),
            expect=f"it ends without an error, and leaves {site.user_kubeconfig(cluster)}",
            takes=takes.creation_of(cluster),
            undo=f"./hybrid runbook {site.env.name} user-delete --cluster {cluster.name}",
        ),
        checks.healthy(site, admin, cluster),
        Step(
            kind=Kind.EDIT,
            text="Say in the stack file that it is in the fleet (`registered: true`), so that the program gives "
            "access in it; its first preview shows only access.",
            file=site.stack_file,
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take the line out again",
        ),
        Step(
            kind=Kind.UP,
            text="Apply.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"creations that name {cluster.name}, and nothing else",
            takes=takes.reviewed(),
        ),
    )
    return Runbook(
        task="user-create",
        title=f"Make user cluster {cluster.name} with gkectl",
        environment=site.env.name,
        subject=cluster.name,
        purpose="What no client of the API can make, gkectl makes from the file that the stack file is rendered to.",
        who=WHO,
        prerequisites=(f"{admin.name} runs, and its version fits (B60, B61)",),
        steps=steps,
        undo=f"./hybrid runbook {site.env.name} user-delete --cluster {cluster.name}",
        sources=(CREATE_USER, LIFECYCLE_TOOLS),
        rules=("A48", "A81", "A82", "B4", "B40", "B74"),
    )


def user_update(site: Site, cluster: UserCluster) -> Runbook:
    """Return how a reviewed change of a cluster's entry reaches a cluster that gkectl drives."""
    admin = _by_gkectl(site, cluster, "change its entry and run `pulumi up`")
    flags = f"--config {site.config(cluster)}"
    steps = (
        Step(
            kind=Kind.EDIT,
            text=f"Change the entry of {cluster.name}: one thing at a time, and never its version with anything else "
            "(B68). Numbers of nodes change without interruption; any other field of a pool makes its nodes anew, one "
            "by one, with one more address (B40).",
            file=site.stack_file,
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take the edit back",
        ),
        site.log_in(),
        checks.workstation(site.env.onprem.workstation.version),
        checks.healthy(site, admin, cluster),
        checks.spare_addresses(site, cluster),
        site.deliver(site.config(cluster)),
        Step(
            kind=Kind.CHECK,
            text="gkectl takes the file.",
            commands=(site.gkectl("check-config", admin, flags),),
            expect="every check is SUCCESS",
            takes=Takes(10, JUDGED),
        ),
        Step(
            kind=Kind.COMMAND,
            text="Update. It shows the difference and asks before it begins.",
            commands=(site.gkectl("update cluster", admin, flags),),
            expect="the difference is the one that was reviewed, and it ends without an error",
            takes=takes.upgrade_of(cluster),
            undo="bring the file of the commit before, and update with that",
        ),
        checks.healthy(site, admin, cluster),
    )
    return Runbook(
        task="user-update",
        title=f"Change user cluster {cluster.name} with gkectl",
        environment=site.env.name,
        subject=cluster.name,
        purpose="The reviewed change reaches the cluster through the file that it is rendered to.",
        who=WHO,
        prerequisites=("the change is reviewed and merged",),
        steps=steps,
        undo="the same with the commit before",
        sources=(CREATE_USER, LIFECYCLE_TOOLS),
        rules=("B40", "B68", "B74"),
    )


def user_delete(site: Site, cluster: UserCluster) -> Runbook:
    """Return how a cluster that gkectl drives ends, in the order that leaves nothing behind (E50)."""
    admin = _by_gkectl(site, cluster, f"./hybrid runbook {site.env.name} generation-remove --cluster {cluster.name}")
    steps = (
        Step(
            kind=Kind.EDIT,
            text=f"Move the teams away from {cluster.name} (`clusters` of their files), and take it out of the "
            "features of the fleet. In a second change, take its entry out of user_clusters.",
            file=site.stack_file,
            expect=f"./hybrid check {site.env.name} has no error",
            undo="put both back",
        ),
        Step(
            kind=Kind.UP,
            text="Apply each of the two changes: features and access go before the cluster (E50).",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"deletions that name {cluster.name}, and nothing else",
            takes=takes.reviewed(),
            undo="put it back and apply, as long as the cluster is there",
        ),
        site.log_in(),
        checks.recent_backup(site, admin),
        Step(
            kind=Kind.CHECK,
            text="Nothing in it is still wanted: no volumes, no workloads of teams.",
            commands=(
                f"kubectl --kubeconfig {site.user_kubeconfig(cluster)} get persistentvolumeclaims --all-namespaces",
                f"kubectl --kubeconfig {site.user_kubeconfig(cluster)} get deployments,statefulsets --all-namespaces",
            ),
            expect="what is listed may go; volumes go with the cluster",
        ),
        Step(
            kind=Kind.COMMAND,
            text="Delete it, machines and membership with it. --force only where its control plane is gone already.",
            commands=(site.gkectl("delete cluster", admin, f"--cluster {cluster.id}"),),
            expect="it ends without an error",
            takes=Takes(15, JUDGED),
            undo=FOREVER,
        ),
        Step(
            kind=Kind.CHECK,
            text="Nothing is left.",
            commands=(
                site.gkectl("list clusters", admin),
                f"gcloud container fleet memberships list --project={site.project}",
            ),
            expect=f"{cluster.id} is in neither; a membership that is: gcloud container fleet memberships delete "
            f"{cluster.id} {site.at}",
        ),
        Step(
            kind=Kind.COMMAND,
            text="Remove its files and keys.",
            commands=(f"rm --recursive --force {cluster.name} keys/{cluster.name} {site.user_kubeconfig(cluster)}",),
            undo=FOREVER,
        ),
    )
    return Runbook(
        task="user-delete",
        title=f"Delete user cluster {cluster.name} with gkectl",
        environment=site.env.name,
        subject=cluster.name,
        purpose="The end of a cluster that gkectl drives: what is in it first, then the cluster, then what it leaves.",
        who=f"{WHO}, in a pair",
        prerequisites=("no team has anything in it",),
        steps=steps,
        undo=f"{FOREVER} once it is deleted",
        sources=(DELETE_USER,),
        rules=("B58", "E50"),
    )


def user_backup(site: Site, cluster: UserCluster) -> Runbook:
    """Return how the etcd of a user cluster is kept: gkectl's own backup where it has one, else a snapshot (B70)."""
    admin = site.admin_of(cluster)
    file = f"backups/{cluster.name}-$(date +%Y%m%dT%H%M).db"
    if cluster.advanced:
        take: tuple[str, ...] = (site.gkectl("backup cluster", admin, f"--cluster-name {cluster.id}"),)
        where = "gkectl-workspace/backups"
    elif cluster.control_plane_v2:
        inside = f"kubectl --kubeconfig {site.user_kubeconfig(cluster)}"
        tls = "/etc/kubernetes/pki/etcd"
        take = (
            f"POD=$({inside} get pods --namespace kube-system --selector component=etcd --output "
            "'jsonpath={.items[0].metadata.name}')",
            f'{inside} exec --namespace kube-system "$POD" -- etcdctl --endpoints=https://127.0.0.1:2379 '
            f"--cacert={tls}/ca.crt --cert={tls}/healthcheck-client.crt --key={tls}/healthcheck-client.key "
            f"snapshot save /var/lib/etcd/{cluster.name}.db",
            f'{inside} cp kube-system/"$POD":/var/lib/etcd/{cluster.name}.db {file}',
        )
        where = "backups"
    else:
        tls = "/etcd.local.config/certificates"
        take = (
            site.kubectl(
                admin,
                f"exec --namespace {cluster.id} kube-etcd-0 --container kube-etcd -- etcdctl "
                f"--endpoints=https://127.0.0.1:2379 --cacert={tls}/etcdCA.crt --cert={tls}/etcd.crt "
                f"--key={tls}/etcd.key snapshot save /tmp/{cluster.name}.db",
            ),
            site.kubectl(admin, f"cp {cluster.id}/kube-etcd-0:tmp/{cluster.name}.db {file} --container kube-etcd"),
        )
        where = "backups"
    return Runbook(
        task="user-backup",
        title=f"Back up user cluster {cluster.name}",
        environment=site.env.name,
        subject=cluster.name,
        purpose="The objects of the cluster as they are now, for the worst case of an upgrade (B70). Volumes are "
        "not in it: Velero keeps those.",
        who=WHO,
        prerequisites=("the cluster is well: a snapshot of a broken etcd helps nobody",),
        steps=(
            site.log_in(),
            checks.healthy(site, admin, cluster),
            Step(
                kind=Kind.COMMAND,
                text="Take the snapshot. It holds every secret of the cluster.",
                commands=("umask 077 && mkdir -p backups", *take),
                expect="it ends without an error",
                takes=Takes(10, JUDGED),
                undo=f"shred --remove the file in {where}",
            ),
            Step(
                kind=Kind.CHECK,
                text="It is there and is not empty.",
                commands=(f"find {where} -type f -mmin -30 -size +1M -ls",),
                expect=f"a file of {cluster.name} of this half hour",
            ),
        ),
        undo="nothing to undo",
        sources=(BACKUP_ADVANCED,) if cluster.advanced else (BACKUP_USER,),
        rules=("B70",),
    )
