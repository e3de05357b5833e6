"""The end of an admin cluster: out of the stack file, out of the API, then the machines."""

from __future__ import annotations

from model.config.onprem_cluster import AdminCluster, Provisioner, UserCluster
from model.planning.hosts import control_plane_hosts
from model.runbooks import checks
from model.runbooks.admin_create import WHO
from model.runbooks.govc import log_in_to_vcenter
from model.runbooks.shape import FOREVER, Kind, Runbook, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import CREATE_ADMIN, DELETE_ADMIN, JUDGED, LIFECYCLE_TOOLS, UNREGISTER


def admin_delete(site: Site, admin: AdminCluster) -> Runbook:
    """Return how an admin cluster ends. Taking it out of the stack file only takes it out of the API (A64)."""
    users = site.users_of(admin)
    vsphere = site.env.onprem.vsphere
    names = " ".join(host.name for host in control_plane_hosts(admin.control_plane))
    config = f"--config {site.config(admin)}"
    place = f"/{vsphere.datacenter}/vm/{vsphere.folder}"
    steps = (
        *_without(site, users),
        Step(
            kind=Kind.EDIT,
            text=f"Take the entry of {admin.name} out of admin_clusters, in a change of its own. Where the environment "
            "protects it: first a change of `protection`, applied, then this one.",
            file=site.stack_file,
            expect=f"./hybrid check {site.env.name} has no error",
            undo="put the entry back with `mode: adopt` and its import id, as long as the cluster is there",
        ),
        Step(
            kind=Kind.UP,
            text="Apply: it takes the cluster out of the API (unenrolls it), and leaves its machines and its "
            "membership.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"one deletion, {admin.name}-cluster",
            takes=Takes(2, JUDGED),
            undo=f"gcloud container vmware admin-clusters enroll, and adopt it ({CREATE_ADMIN})",
        ),
        Step(
            kind=Kind.CHECK,
            text="The API has forgotten it, and nothing depends on it.",
            commands=(
                f"gcloud container vmware admin-clusters list {site.at}",
                f"gcloud container vmware clusters list {site.at}",
            ),
            expect=f"{admin.name} is in neither list; where it is still enrolled (adopted, and kept): "
            f"gcloud container vmware admin-clusters unenroll {admin.name} {site.at}",
        ),
        site.log_in(),
        checks.recent_backup(site, admin),
        Step(
            kind=Kind.COMMAND,
            text="Remove logging and monitoring, whose pods and disks would hold the nodes.",
            commands=(
                site.kubectl(admin, "delete monitoring --all --namespace kube-system"),
                site.kubectl(admin, "delete stackdriver --all --namespace kube-system"),
                site.kubectl(admin, "get persistentvolumeclaims,statefulsets --namespace kube-system"),
            ),
            expect="neither claims nor stateful sets are left",
            takes=Takes(10, JUDGED),
            undo="as long as the machines run: gkectl update admin brings them back",
        ),
        Step(
            kind=Kind.DECIDE,
            text="Delete the cluster. Where this gkectl deletes admin clusters (`admin` stands in the list of the "
            "first command), the second one does it, and the third finds nothing. Where it does not, destroy in "
            "vCenter what the third finds, machine by machine, in the order of the list.",
            commands=(
                "gkectl delete --help",
                site.gkectl("delete admin", admin, config),
                *log_in_to_vcenter(site),
                f'for NAME in {names}; do govc find {place} -type m -name "$NAME*"; done',
            ),
            expect=f"no machine of {admin.name} is left in {vsphere.folder}",
            takes=Takes(15, JUDGED),
            undo=FOREVER,
        ),
        Step(
            kind=Kind.COMMAND,
            text="Take it out of the fleet: its Connect agent is gone, so the membership is deleted from outside "
            "(E50).",
            commands=(f"gcloud container fleet memberships delete {admin.name} {site.at}",),
            expect="the membership is gone",
            undo=FOREVER,
        ),
        Step(
            kind=Kind.COMMAND,
            text="Remove what it leaves: files, keys, kept secrets, backups. The addresses are free again.",
            commands=(
                f"rm --recursive --force {admin.name} keys/{admin.name} {site.kubeconfig(admin)}",
                f"gcloud secrets delete {admin.name}-kubeconfig --project={site.project}",
                f"gcloud secrets delete {admin.name}-ssh-key --project={site.project}",
                f"govc datastore.rm -ds {vsphere.datastores.backup.name} anthos/{admin.name}",
            ),
            expect="nothing of it is left",
            undo=FOREVER,
        ),
    )
    return Runbook(
        task="admin-delete",
        title=f"Delete admin cluster {admin.name}",
        environment=site.env.name,
        subject=admin.name,
        purpose="`pulumi up` and `pulumi destroy` take an admin cluster out of the API and delete none of its machines "
        "(A64). This ends the cluster itself.",
        who=f"{WHO}, and one of the infrastructure team, in a pair",
        prerequisites=("it manages no user cluster any more", "two people agree on the name that is typed"),
        steps=steps,
        undo=f"{FOREVER} once its machines are deleted",
        sources=(DELETE_ADMIN, UNREGISTER, LIFECYCLE_TOOLS),
        rules=("A64", "E50"),
    )


def _without(site: Site, users: tuple[UserCluster, ...]) -> tuple[Step, ...]:
    """Return the step that deletes the user clusters first; an admin cluster that manages none needs none."""
    if not users:
        return ()
    task = {Provisioner.API: "generation-remove", Provisioner.GKECTL: "user-delete"}
    return (
        Step(
            kind=Kind.DECIDE,
            text="Its user clusters go first, each by its own runbook. Nobody can look after one that outlives its "
            "admin cluster.",
            commands=tuple(
                f"./hybrid runbook {site.env.name} {task[each.provisioner]} --cluster {each.name}" for each in users
            ),
            expect=f"{site.stack_file} names none of them any more",
        ),
    )
