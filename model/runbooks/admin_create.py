"""The making of an admin cluster: through the API with a bootstrap cluster, with gkectl alone, or by adoption."""

from __future__ import annotations

from typing import Final

from model.config.onprem_cluster import AdminCluster, Mode, Provisioner
from model.planning.hosts import control_plane_hosts
from model.rendering.files import VCENTER_CA
from model.runbooks import checks, keys, takes
from model.runbooks.edits import set_to
from model.runbooks.shape import Kind, Runbook, Step, Takes
from model.runbooks.site import BUNDLES, RELEASES, Site, bundle, secret
from model.runbooks.sources import CREATE_ADMIN, ENROLL, JUDGED, LIFECYCLE_TOOLS, SECRETS

WHO: Final = "an engineer of the platform, on the workstation"
_TASK: Final = "admin-create"


def admin_create(site: Site, admin: AdminCluster) -> Runbook:
    """Return how `admin` comes to be, in the way its entry of the stack file says."""
    if admin.provisioner is Provisioner.GKECTL or admin.mode is Mode.ADOPT:
        return _with_gkectl(site, admin)
    return _through_the_api(site, admin)


def have_bundle(version: str) -> Step:
    """Return the step that brings the bundle of a version to the workstation (A11, A21)."""
    path = bundle(version)
    return Step(
        kind=Kind.COMMAND,
        text=f"Bring the bundle of {version} to the workstation; its version is the cluster's (A21).",
        commands=(
            f"test -s {path} || gcloud storage cp {RELEASES}/gke-onprem-bundle/{version}/{path.rpartition('/')[2]} "
            f"{BUNDLES}/",
            f"ls -l {path}",
        ),
        expect="one file of several GiB",
        takes=Takes(10, JUDGED),
        undo=f"rm {path}",
    )


def _before(site: Site, admin: AdminCluster) -> tuple[Step, ...]:
    return (
        Step(
            kind=Kind.CHECK,
            text="The files are right together: addresses, names, versions, capacity.",
            commands=(f"./hybrid check {site.env.name}",),
            expect="no error",
        ),
        site.log_in(),
        checks.workstation(admin.version),
        have_bundle(admin.version),
        keys.make_keys(site, admin),
        keys.fetch_certificates(site),
    )


def _verify(site: Site, admin: AdminCluster) -> Step:
    names = ", ".join(host.name for host in control_plane_hosts(admin.control_plane))
    return Step(
        kind=Kind.CHECK,
        text="The cluster answers, with every control plane node.",
        commands=(
            f"chmod 600 {site.kubeconfig(admin)}",
            site.kubectl(admin, "get nodes --output wide"),
            site.gkectl("diagnose cluster", admin),
        ),
        expect=f"{names} are Ready, and the diagnosis finds no failure",
        takes=Takes(5, JUDGED),
    )


def _keep(site: Site, admin: AdminCluster) -> Step:
    return Step(
        kind=Kind.COMMAND,
        text="Keep the way in: without kubeconfig and SSH key a broken cluster cannot be reached. Both are secrets; "
        "the commands put them into Secret Manager, where only those who answer for the platform read them.",
        commands=(
            f"gcloud secrets create {admin.name}-kubeconfig --project={site.project} --replication-policy=user-managed "
            f"--locations={site.region} --data-file={site.kubeconfig(admin)}",
            site.kubectl(
                admin,
                "get secrets --namespace kube-system sshkeys --output 'jsonpath={.data.vsphere_tmp}' | base64 --decode "
                f"| gcloud secrets create {admin.name}-ssh-key --project={site.project} "
                f"--replication-policy=user-managed --locations={site.region} --data-file=-",
            ),
        ),
        expect="two secrets with one version each",
        undo="gcloud secrets delete, with the secret's name",
    )


def bootstrap_command(site: Site, admin: AdminCluster) -> str:
    """Return the command that starts the bootstrap cluster for the making of `admin` (A63)."""
    vsphere, network = site.env.onprem.vsphere, site.env.onprem.networks[admin.network]
    policy = vsphere.storage_policy
    store = (
        f"--vcenter-storage-policy-name={policy.name}"
        if policy
        else f"--vcenter-datastore={vsphere.datastores.nodes.name}"
    )
    proxy = site.env.onprem.proxy
    flags = [
        f"--target-cluster-name={admin.name}",
        f"--project-id={site.project}",
        f"--location={site.region}",
        f"--vcenter-address={site.env.organisation.services.vcenter.name}",
        f"--vcenter-datacenter={vsphere.datacenter}",
        f"--vcenter-cluster={vsphere.compute_cluster}",
        f"--vcenter-resource-pool={vsphere.compute_cluster}/Resources/{vsphere.resource_pool.name}",
        store,
        f"--vcenter-folder={vsphere.folder}",
        f"--vcenter-network={network.port_group}",
        f"--vcenter-ca-cert-path={VCENTER_CA}",
        f"--bundle-path={bundle(admin.version)}",
        f"--component-access-service-account-key-path={keys.key(admin, 'componentaccess').path}",
        f"--register-service-account-key-path={keys.key(admin, 'register').path}",
        f"--stackdriver-service-account-key-path={keys.key(admin, 'stackdriver').path}",
        f"--cloud-audit-logging-service-account-key-path={keys.key(admin, 'cloudauditlogging').path}",
        f"--admin-kubeconfig-out={site.kubeconfig(admin)}",
        *((f"--proxy-url={proxy.url}", f"--no-proxy={','.join(proxy.no_proxy)}") if proxy else ()),
    ]
    return " ".join(["gkectl register bootstrap", *flags])


def _delete_bootstrap(site: Site, admin: AdminCluster) -> str:
    return (
        f"gkectl delete bootstrap --target-cluster-name={admin.name} --project-id={site.project} "
        f"--location={site.region} --register-service-account-key-path={keys.key(admin, 'register').path}"
    )


def _through_the_api(site: Site, admin: AdminCluster) -> Runbook:
    access = site.env.onprem.vsphere.access
    steps = (
        *_before(site, admin),
        Step(
            kind=Kind.COMMAND,
            text="Start the bootstrap cluster, which makes the admin cluster on behalf of the API. It asks for the "
            "user and password of vCenter, which the first command shows (clear the screen afterwards), echoes "
            "neither, and goes on running: leave it.",
            commands=(secret(access.credentials), bootstrap_command(site, admin)),
            expect='"Successfully created and registered the bootstrap cluster", then it waits',
            takes=Takes(15, JUDGED),
            undo=_delete_bootstrap(site, admin),
        ),
        Step(
            kind=Kind.UP,
            text="In the checkout, while the bootstrap cluster waits: preview and apply. Before that the API refuses.",
            commands=(
                f"pulumi preview -s {site.env.name} --diff",
                f"pulumi up -s {site.env.name}",
            ),
            expect=f"{admin.name}-cluster is created among what is new; the bootstrap cluster ends by itself",
            takes=takes.creation_of_admin(),
            undo="as long as the cluster is not there: stop, delete the bootstrap cluster, mend the cause, begin again",
        ),
        _verify(site, admin),
        _keep(site, admin),
    )
    return Runbook(
        task=_TASK,
        title=f"Make admin cluster {admin.name} through the API",
        environment=site.env.name,
        subject=admin.name,
        purpose="The API makes an admin cluster only with a bootstrap cluster of the workstation at its side (A63), "
        "from 1.28 on and highly available alone.",
        who=WHO,
        prerequisites=(
            f"the entry of {admin.name} in {site.stack_file} has `mode: create` and is reviewed",
            f"the workstation has gkectl {admin.version}",
            f"whoever runs it may read {access.credentials} and make keys of the four service accounts",
        ),
        steps=steps,
        undo=f"./hybrid runbook {site.env.name} admin-delete --cluster {admin.name}: taking it out of the stack file "
        "only takes it out of the API, its machines stay (A64)",
        sources=(CREATE_ADMIN, LIFECYCLE_TOOLS, SECRETS),
        rules=("A9", "A12", "A21", "A60", "A61", "A62", "A63", "A81", "A82"),
    )


def _with_gkectl(site: Site, admin: AdminCluster) -> Runbook:
    config = site.config(admin)
    steps = (
        *_before(site, admin),
        site.deliver(),
        keys.fill_in_credentials(site),
        Step(
            kind=Kind.CHECK,
            text="gkectl reads the file and finds vCenter, registry, addresses and Google as it says.",
            commands=(f"gkectl check-config --config {config}",),
            expect="every check is SUCCESS",
            takes=Takes(10, JUDGED),
        ),
        Step(
            kind=Kind.COMMAND,
            text="Bring node images to vSphere and system images to the registry (A39).",
            commands=(f"gkectl prepare --config {config}",),
            expect="it ends without an error; the templates are in the folder of the VMs",
            takes=Takes(30, JUDGED),
            undo="nothing is running yet; the templates may stay",
        ),
        Step(
            kind=Kind.COMMAND,
            text="Make the cluster. It runs a bootstrap cluster on the workstation until the admin cluster stands.",
            commands=(f"gkectl create admin --config {config}", f"mv kubeconfig {site.kubeconfig(admin)}"),
            expect="it ends without an error, and leaves a kubeconfig",
            takes=takes.creation_of_admin(),
            undo="when it fails, mend the cause and run the same command again; keep its bootstrap cluster (A13)",
        ),
        _verify(site, admin),
        _keep(site, admin),
        Step(
            kind=Kind.CHECK,
            text="The cluster is enrolled in the GKE On-Prem API (A42), so that the program can adopt it and make user "
            "clusters in it.",
            commands=(
                f"gcloud container vmware admin-clusters describe {admin.name} {site.at} --format='value(state)'",
            ),
            expect="RUNNING. Where it is not found: gcloud container vmware admin-clusters enroll, as the page says",
        ),
        *_say_that_it_exists(site, admin),
        Step(
            kind=Kind.UP,
            text="Adopt it.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"one import, {admin.name}-cluster, with no property that differs",
            takes=takes.reviewed(),
        ),
    )
    return Runbook(
        task=_TASK,
        title=f"Make admin cluster {admin.name} with gkectl, then adopt it",
        environment=site.env.name,
        subject=admin.name,
        purpose="gkectl makes every form of admin cluster, from the file that the stack file is rendered to; the "
        "program adopts it afterwards and never makes it itself. An adopted one exists: this is how it would be made "
        "again after a disaster.",
        who=WHO,
        prerequisites=(
            f"the entry of {admin.name} in {site.stack_file} is reviewed",
            f"the workstation has gkectl {admin.version}",
            f"whoever runs it may read {site.env.onprem.vsphere.access.credentials}",
        ),
        steps=steps,
        undo=f"./hybrid runbook {site.env.name} admin-delete --cluster {admin.name}",
        sources=(CREATE_ADMIN, ENROLL, SECRETS),
        rules=("A9", "A13", "A20", "A21", "A29", "A39", "A40", "A41", "A42", "A48"),
    )


def _say_that_it_exists(site: Site, admin: AdminCluster) -> tuple[Step, ...]:
    if admin.import_id is not None:
        return ()
    return (
        Step(
            kind=Kind.EDIT,
            text="Say in the stack file that it exists: the program then imports it, changes nothing, and protects it.",
            file=site.stack_file,
            diff=set_to(
                admin,
                "import_id",
                admin.import_id,
                f"projects/{site.project}/locations/{site.region}/vmwareAdminClusters/{admin.name}",
                after="name",
            ),
            expect=f"./hybrid check {site.env.name} has no error, with `mode: adopt` in the same entry",
            undo="take the line out again; the cluster itself is not touched",
        ),
    )
