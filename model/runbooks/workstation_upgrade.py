"""One hop of the workstation to another gkectl: gkeadm's own command, or another gkectl on a machine of ours.

https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/upgrading
"""

from __future__ import annotations

from model.config.onprem_cluster import AdminCluster
from model.config.workstation import WorkstationMaker
from model.planning.versions import Version
from model.rendering.files import ADMIN_WORKSTATION
from model.runbooks import checks
from model.runbooks.admin_create import WHO
from model.runbooks.edits import changed
from model.runbooks.hops import target
from model.runbooks.shape import Kind, Runbook, Step, Takes
from model.runbooks.site import BUNDLES, RELEASES, Site, bundle
from model.runbooks.sources import JUDGED, UPGRADE


def workstation_upgrade(site: Site, to: str | None) -> Runbook:
    """Return the hop of the workstation: gkeadm's own command, or another gkectl on a machine of ours (A10, A11)."""
    machine = site.env.onprem.workstation
    held, wanted = Version.parse(machine.version), target(to, machine.version, machine.name)
    version, store = str(wanted), site.env.onprem.vsphere.datastores.backup.name
    first = (
        Step(
            kind=Kind.CHECK,
            text="Nothing runs on it, and it has the room that gkectl asks for (A3).",
            commands=(
                "pgrep -a gkectl || true",
                "docker ps --filter name=control-plane",
                "df -h --output=size,avail /",
            ),
            expect=f"no gkectl, no bootstrap cluster (A13), {checks.LEAST_DISK_GIB} GiB or more",
        ),
        Step(
            kind=Kind.COMMAND,
            text="Keep what only the workstation knows (A12): kubeconfigs, keys, files. The archive is a secret.",
            commands=(
                f"umask 077 && tar --create --gzip --exclude='*.tgz' --exclude=logs --file /tmp/{machine.name}.tar.gz "
                f"--directory {site.folder} .",
                f"govc datastore.upload -ds {store} /tmp/{machine.name}.tar.gz {machine.name}/before-{version}.tar.gz",
                f"shred --remove /tmp/{machine.name}.tar.gz",
            ),
            expect="a file on the datastore of backups, which only the infrastructure team reads",
            takes=Takes(5, JUDGED),
        ),
    )
    edit = Step(
        kind=Kind.EDIT,
        text="Write the version, and nothing else.",
        file=site.stack_file,
        diff=changed(machine, "version", machine.version, version),
        expect=f"./hybrid check {site.env.name} has no error: gkectl still handles every cluster (B64)",
        undo="take the edit back",
    )
    by_gkeadm = machine.made_by is WorkstationMaker.GKEADM
    middle = _gkeadm(site, version) if by_gkeadm else _own_machine(version)
    return Runbook(
        task="workstation-upgrade",
        title=f"Upgrade workstation {machine.name} from {held} to {version}",
        environment=site.env.name,
        subject=machine.name,
        purpose="gkectl goes first in every hop: it may be up to two minors above a cluster, and never a minor below "
        "the target (B64).",
        who=WHO,
        prerequisites=("no cluster is being made or upgraded from it (A12)",),
        steps=(
            edit,
            site.log_in(),
            *first,
            *middle,
            Step(
                kind=Kind.CHECK,
                text="It is the new one, and it reaches every admin cluster.",
                commands=("gkectl version", *(site.gkectl("list clusters", each) for each in _admins(site))),
                expect=f"{version}, and every cluster RUNNING",
            ),
        ),
        undo=f"gkeadm rollback admin-workstation --config {ADMIN_WORKSTATION}"
        if by_gkeadm
        else "mv ~/bin/gkectl.before ~/bin/gkectl",
        sources=(UPGRADE,),
        rules=("A3", "A10", "A11", "A12", "A13", "B64"),
    )


def _admins(site: Site) -> list[AdminCluster]:
    return sorted(site.env.onprem.admin_clusters, key=lambda each: each.name)


def _gkeadm(site: Site, version: str) -> tuple[Step, ...]:
    name = site.env.onprem.workstation.name
    return (
        Step(
            kind=Kind.COMMAND,
            text="On the machine that has gkeadm, with the rendered file and the information file of the workstation "
            "in the current folder: get the new gkeadm, and let it make the workstation anew.",
            commands=(
                f"./hybrid render {site.env.name}",
                f"gkeadm upgrade gkeadm --target-version {version}",
                f"gkeadm upgrade admin-workstation --config {site.rendered}/{ADMIN_WORKSTATION} --info-file {name}",
            ),
            expect="it keeps the home directory, makes a new machine with the same address, and deletes the old one",
            takes=Takes(30, JUDGED),
            undo=f"gkeadm rollback admin-workstation --config {site.rendered}/{ADMIN_WORKSTATION}",
        ),
    )


def _own_machine(version: str) -> tuple[Step, ...]:
    name = bundle(version).rpartition("/")[2]
    return (
        Step(
            kind=Kind.COMMAND,
            text="Put gkectl and the bundle of the version in place; the old gkectl stays beside it.",
            commands=(
                f"gcloud storage cp {RELEASES}/gkectl/{version}/gkectl ~/bin/gkectl.next",
                "chmod 755 ~/bin/gkectl.next",
                "cp ~/bin/gkectl ~/bin/gkectl.before",
                "mv ~/bin/gkectl.next ~/bin/gkectl",
                f"gcloud storage cp {RELEASES}/gke-onprem-bundle/{version}/{name} {BUNDLES}/",
            ),
            expect="two files",
            takes=Takes(15, JUDGED),
            undo="mv ~/bin/gkectl.before ~/bin/gkectl",
        ),
    )
