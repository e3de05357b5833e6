"""One hop of a user cluster to another version: an edit and `pulumi up` where the API manages it, else gkectl's.

https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/upgrading
"""

from __future__ import annotations

from model.config.onprem_cluster import AdminCluster, Provisioner, UserCluster
from model.planning.versions import Version
from model.runbooks import checks, takes
from model.runbooks.admin_create import have_bundle
from model.runbooks.edits import changed, set_to
from model.runbooks.hops import ADMIN_FIRST, ADVANCED, need_gkectl, next_of_plan, refuse_legacy, target
from model.runbooks.shape import FOREVER, Kind, Runbook, RunbookError, Step, Takes
from model.runbooks.site import Site, bundle
from model.runbooks.sources import JUDGED, UPGRADE, UPGRADE_PRACTICE


def user_upgrade(site: Site, cluster: UserCluster, to: str | None) -> Runbook:
    """Return the hop of a user cluster: an edit and `pulumi up` where the API manages it, else gkectl's."""
    admin = site.admin_of(cluster)
    held, wanted = Version.parse(cluster.version), target(to, cluster.version, cluster.name)
    version = str(wanted)
    refuse_legacy(wanted, admin, (cluster,))
    converts = wanted.minor >= ADVANCED and not cluster.advanced
    if converts and cluster.provisioner is Provisioner.API:
        raise RunbookError(
            f"{cluster.name} does not go to {wanted} by `pulumi up`: the hop makes it an advanced cluster, which only "
            "gkectl does (B64, B65). ./hybrid upgrade plan says what that takes"
        )
    if wanted.minor >= ADMIN_FIRST and wanted > Version.parse(admin.version):
        raise RunbookError(
            f"{cluster.name} does not go to {wanted} yet: its admin cluster {admin.name} is on {admin.version}, and "
            f"goes first (B61): ./hybrid runbook {site.env.name} admin-upgrade --to {wanted}"
        )
    before = (
        next_of_plan(site, version),
        *checks.window(site),
        site.log_in(),
        checks.recent_backup(site, admin),
        checks.healthy(site, admin, cluster),
        checks.spare_addresses(site, cluster),
        checks.disruptions(site, cluster),
        *_policies_before(site, cluster, held, wanted),
    )
    if cluster.provisioner is Provisioner.API:
        middle = _through_the_api(site, admin, cluster, version)
    else:
        need_gkectl(site, wanted, held, converts=converts)
        middle = _by_gkectl(site, admin, cluster, version)
    after = (
        *_policies_after(site, cluster, held, wanted),
        checks.healthy(site, admin, cluster),
        checks.disruptions(site, cluster),
    )
    return Runbook(
        task="user-upgrade",
        title=f"Upgrade user cluster {cluster.name} from {held} to {version}",
        environment=site.env.name,
        subject=cluster.name,
        purpose="Control plane and node pools go to the version; nodes are drained and made anew one at a time in each "
        "pool, pools side by side, so workloads with more than one replica stay up (J113).",
        who="an engineer of the platform"
        + (", on the workstation" if cluster.provisioner is Provisioner.GKECTL else ", and the pipeline that applies"),
        prerequisites=(
            f"the hop is the next one of ./hybrid upgrade plan {site.env.name}",
            f"{admin.name} is on {admin.version}",
            f"{checks.two_of_three(cluster.control_plane)}",
            "logs and metrics go to Google (stackdriver), as the API always sets it and gkectl's file says (B69)",
        ),
        steps=(*before, *middle, *after),
        undo=f"{FOREVER}: no cluster goes to an earlier version. What an upgrade leaves half done it goes on with",
        sources=(UPGRADE, UPGRADE_PRACTICE),
        rules=("A65", "B40", "B41", "B60", "B61", "B63", "B64", "B66", "B67", "B68", "B69", "B70", "B75"),
    )


def _through_the_api(site: Site, admin: AdminCluster, cluster: UserCluster, version: str) -> tuple[Step, ...]:
    pools = ", ".join(pool.name for pool in cluster.node_pools if pool.version is not None)
    held_back = f" Pools with a version of their own stay: {pools}." if pools else ""
    return (
        *platform_steps(site, admin, version),
        Step(
            kind=Kind.EDIT,
            text=f"Write the version, and nothing else (B68).{held_back}",
            file=site.stack_file,
            diff=changed(cluster, "version", cluster.version, version),
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take the edit back, as long as it is not applied",
        ),
        Step(
            kind=Kind.UP,
            text="Apply. The API upgrades control plane and pools; the provider waits up to four hours.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"one update, {cluster.name}-cluster, of onPremVersion alone",
            takes=takes.upgrade_of(cluster),
            undo=f"{FOREVER}; when the run is lost, docs/operations.md says how to go on",
        ),
        Step(
            kind=Kind.WAIT,
            text="While it runs, watch that no node waits for a pod that may not go.",
            commands=(
                site.gkectl("describe clusters", admin, f"--cluster {cluster.id}", "-v 5"),
                site.through_gateway(cluster, "get nodes --output wide --watch"),
            ),
            expect="no event PodEvictionTooLong; where there is one, the team of that pod adds a replica",
        ),
    )


def platform_steps(site: Site, admin: AdminCluster, version: str) -> tuple[Step, ...]:
    """Return the steps that let the platform of an admin cluster hold a version for user clusters (A65)."""
    holds = Version.parse(admin.platform_version or admin.version)
    if holds >= Version.parse(version):
        return ()
    return (
        Step(
            kind=Kind.EDIT,
            text=f"Let the platform of {admin.name} hold {version}, which user clusters need before they go there "
            "(A65). This brings components to the admin cluster; it does not upgrade it.",
            file=site.stack_file,
            diff=set_to(admin, "platform_version", admin.platform_version, version, after="version"),
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take the edit back",
        ),
        Step(
            kind=Kind.UP,
            text="Apply it by itself, before the cluster's version.",
            commands=(
                f"pulumi preview -s {site.env.name} --diff",
                f"pulumi up -s {site.env.name}",
                f"gcloud container vmware admin-clusters describe {admin.name} {site.at} "
                "--format='value(platformConfig.bundles[].version)'",
            ),
            expect=f"one update, {admin.name}-cluster, of platformConfig alone; then {version} is in the list",
            takes=Takes(30, JUDGED),
            undo="an installed platform version does no harm",
        ),
    )


def _by_gkectl(site: Site, admin: AdminCluster, cluster: UserCluster, version: str) -> tuple[Step, ...]:
    config = site.config(cluster)
    command = site.gkectl("upgrade cluster", admin, f"--config {config}")
    prepare = (
        Step(
            kind=Kind.COMMAND,
            text="Bring the node images of the target to vSphere.",
            commands=(site.gkectl(f"prepare --bundle-path {bundle(version)}", admin),),
            expect="it ends without an error",
            takes=Takes(30, JUDGED),
        ),
    )
    wanted = Version.parse(version)
    needed = wanted.minor < ADMIN_FIRST or wanted != Version.parse(admin.version)
    return (
        Step(
            kind=Kind.EDIT,
            text="Write the version, and nothing else (B68).",
            file=site.stack_file,
            diff=changed(cluster, "version", cluster.version, version),
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take the edit back, as long as the upgrade has not begun",
        ),
        site.deliver(f"{config}"),
        checks.workstation(site.env.onprem.workstation.version),
        *((have_bundle(version), *prepare) if needed else ()),
        Step(
            kind=Kind.CHECK,
            text="The preflight checks pass; this starts nothing.",
            commands=(f"{command} --dry-run",),
            expect="every check is SUCCESS",
            takes=Takes(10, JUDGED),
        ),
        Step(
            kind=Kind.COMMAND,
            text="Upgrade; the command ends, the upgrade goes on in the admin cluster.",
            commands=(
                f"{command} --async" if cluster.control_plane_v2 else command,
                site.gkectl("list clusters", admin),
                site.gkectl("describe clusters", admin, f"--cluster {cluster.id}", "-v 5"),
            ),
            expect=f"UPGRADING, then RUNNING on {version}; PodEvictionTooLong among the events names a pod that "
            "holds a node up",
            takes=takes.upgrade_of(cluster),
            undo=f"{FOREVER}; resume an interrupted one with: {command} --skip-validation-all",
        ),
    )


def _policies_before(site: Site, cluster: UserCluster, held: Version, wanted: Version) -> tuple[Step, ...]:
    if not (held.minor < ADMIN_FIRST <= wanted.minor):
        return ()
    return (
        Step(
            kind=Kind.COMMAND,
            text="Save the network policies that are not the system's, then delete them: they stand in the way of "
            "Dataplane V2 on the way to 1.31 (B67). Until they are back, pods reach each other freely: tell the teams, "
            "and stop the delivery that would put them back too soon.",
            commands=(
                site.through_gateway(
                    cluster,
                    "get networkpolicy --all-namespaces --field-selector metadata.namespace!=kube-system "
                    f"--output yaml > {cluster.name}-networkpolicies.yaml",
                ),
                site.through_gateway(cluster, f"delete --filename {cluster.name}-networkpolicies.yaml"),
            ),
            expect="a file with all of them, and none left but in kube-system",
            takes=Takes(10, JUDGED),
            undo=site.through_gateway(cluster, f"apply --filename {cluster.name}-networkpolicies.yaml"),
        ),
    )


def _policies_after(site: Site, cluster: UserCluster, held: Version, wanted: Version) -> tuple[Step, ...]:
    if not (held.minor < ADMIN_FIRST <= wanted.minor):
        return ()
    return (
        Step(
            kind=Kind.COMMAND,
            text="Put the network policies back.",
            commands=(site.through_gateway(cluster, f"apply --filename {cluster.name}-networkpolicies.yaml"),),
            expect="each of them is created",
            takes=Takes(5, JUDGED),
        ),
    )
