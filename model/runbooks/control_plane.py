"""A control plane node of a user cluster that is lost."""

from __future__ import annotations

from model.config.onprem_cluster import UserCluster
from model.planning.hosts import control_plane_hosts
from model.runbooks import checks
from model.runbooks.admin_create import WHO
from model.runbooks.shape import FOREVER, Kind, Runbook, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import AUTO_REPAIR, BACKUP_ADVANCED, BACKUP_USER, DIAGNOSE, JUDGED


def control_plane_repair(site: Site, cluster: UserCluster) -> Runbook:
    """Return how a control plane node of a user cluster is brought back, and what to do when two or three are gone."""
    admin = site.admin_of(cluster)
    names = ", ".join(host.name for host in control_plane_hosts(cluster.control_plane))
    inside = f"kubectl --kubeconfig {site.user_kubeconfig(cluster)}"
    own = cluster.control_plane_v2
    where = (
        f"{inside} get nodes --selector node-role.kubernetes.io/control-plane --output wide"
        if own
        else site.kubectl(admin, f"get pods,machines --namespace {cluster.id} --output wide")
    )
    one = (
        Step(
            kind=Kind.WAIT,
            text="One of three is gone: the API answers, workloads notice nothing. Automatic repair makes the node "
            "anew on its own address (B41)."
            + ("" if cluster.auto_repair else " It is off here: switch it on (nodes-repair)."),
            commands=(where, site.gkectl("describe clusters", admin, f"--cluster {cluster.id}")),
            expect="three nodes Ready again",
            takes=checks.repair_time(),
        ),
        Step(
            kind=Kind.COMMAND,
            text="Where it does not come by itself: let the admin cluster make its machine anew.",
            commands=(
                f'MACHINE=$({site.kubectl(admin, "get machines --all-namespaces --output")} "jsonpath={{range '
                ".items[?(@.status.phase!='Running')]}{.metadata.namespace} {.metadata.name}{end}\" | head -n 1)",
                'echo "$MACHINE"',
                site.kubectl(
                    admin,
                    'annotate machine --namespace "${MACHINE% *}" "${MACHINE#* }" '
                    "onprem.cluster.gke.io/repair-machine=true",
                ),
                site.kubectl(admin, 'delete machine --namespace "${MACHINE% *}" "${MACHINE#* }"'),
            ),
            expect="a new machine on the address of the old one; it joins etcd by itself",
            takes=checks.repair_time(),
            undo="nothing to undo",
        ),
    )
    if cluster.advanced:
        more = Step(
            kind=Kind.COMMAND,
            text="Two of three are gone: restore the quorum from the one that works, whose address WORKING is.",
            commands=(
                f"WORKING={cluster.control_plane.addresses.first}",
                site.gkectl(
                    "restore cluster",
                    admin,
                    f"--cluster-name {cluster.id}",
                    "--control-plane-node $WORKING",
                    f"--ssh-key {cluster.id}-ssh-key",
                ),
            ),
            expect="the API answers, then the other two are made anew",
            takes=Takes(45, JUDGED),
            undo=FOREVER,
        )
    else:
        more = Step(
            kind=Kind.DECIDE,
            text="Two or three are gone: etcd has no quorum and the API does not answer; pods go on running as "
            "they are. Open a case with Google at once, with the snapshot that the next step takes. Do not delete "
            "machines: their disks hold etcd. Where nothing can be saved, the cluster is made anew beside it "
            "(generation-add) and delivery and Velero bring everything back.",
        )
    return Runbook(
        task="control-plane-repair",
        title=f"Repair the control plane of {cluster.name}",
        environment=site.env.name,
        subject=cluster.name,
        purpose="A lost machine of the control plane comes back on its own address; how many are lost decides how.",
        who=WHO,
        prerequisites=("no upgrade of it is under way",),
        steps=(
            site.log_in(),
            Step(
                kind=Kind.CHECK,
                text=f"How many of {names} are gone?",
                commands=(where, site.gkectl("diagnose cluster", admin, f"--cluster-name {cluster.id}")),
                expect="two Ready nodes of three are a quorum; one is none",
                takes=Takes(5, JUDGED),
            ),
            *(one if cluster.control_plane.replicas > 1 else one[1:]),
            more,
            snapshot(site, cluster),
            checks.healthy(site, admin, cluster),
        ),
        undo="a repair is repeated, not undone",
        sources=(AUTO_REPAIR, DIAGNOSE, BACKUP_ADVANCED if cluster.advanced else BACKUP_USER),
        rules=("A48", "B41", "B70", "B75"),
    )


def snapshot(site: Site, cluster: UserCluster | None) -> Step:
    """Return the step that gathers what Google's support asks for."""
    admin = site.admin_of(cluster) if cluster else site.env.onprem.admin_clusters[0]
    which = (f"--cluster-name {cluster.id}",) if cluster else ()
    return Step(
        kind=Kind.COMMAND,
        text="For a case with Google: a snapshot of the configuration and logs. It holds no secrets, yet names and "
        "addresses: it goes into the case and nowhere else.",
        commands=(site.gkectl("diagnose snapshot", admin, *which, "--seed-config " + site.config(cluster or admin)),),
        expect="an archive, whose path it prints",
        takes=Takes(10, JUDGED),
        undo="remove the archive when the case is closed",
    )


def diagnose(site: Site, cluster: UserCluster) -> Runbook:
    """Return how to see what is wrong with a cluster, and what support will ask for."""
    admin = site.admin_of(cluster)
    return Runbook(
        task="diagnose",
        title=f"See what is wrong with {cluster.name}",
        environment=site.env.name,
        subject=cluster.name,
        purpose="The same checks that run every 15 minutes by themselves, their history, and the archive for a case.",
        who=WHO,
        prerequisites=(),
        steps=(
            site.log_in(),
            checks.healthy(site, admin),
            checks.healthy(site, admin, cluster),
            Step(
                kind=Kind.CHECK,
                text="What the API and the fleet think of it.",
                commands=(
                    f"gcloud container vmware clusters describe {cluster.id} {site.at} --format='yaml(state,status)'",
                    f"gcloud container fleet memberships describe {cluster.id} {site.at} --format='yaml(state)'",
                ),
                expect="state RUNNING and READY (B57)",
            ),
            snapshot(site, cluster),
        ),
        undo="nothing to undo",
        sources=(DIAGNOSE, AUTO_REPAIR),
        rules=("B57",),
    )
