"""What is lost and comes back: the admin workstation, and the state of the stack."""

from __future__ import annotations

from model.config.workstation import WorkstationMaker
from model.rendering.files import ADMIN_WORKSTATION
from model.runbooks import keys
from model.runbooks.admin_create import have_bundle
from model.runbooks.govc import log_in_to_vcenter
from model.runbooks.interrupted import WHO
from model.runbooks.shape import Kind, Runbook, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import (
    GOVC,
    IMPORT,
    JUDGED,
    KMS_ENABLE,
    KMS_RESTORE,
    STACK_IMPORT,
    STATE,
    VERSIONED,
    WORKSTATION,
)
from model.runbooks.stack import go_on, here, keep, locks, nothing_left, runs, state_object, urn


def workstation_lost(site: Site) -> Runbook:
    """Return how the admin workstation comes back, with everything that gkectl needs on it."""
    name, machine = site.env.name, site.env.onprem.workstation
    vm = f"/{site.env.onprem.vsphere.datacenter}/vm/{site.env.onprem.vsphere.folder}/{machine.name}"
    admins = sorted(site.env.onprem.admin_clusters, key=lambda each: each.name)
    users = [user for admin in admins for user in site.users_of(admin)]
    return Runbook(
        task="workstation-lost",
        title=f"The workstation {machine.name} is lost",
        environment=name,
        subject=machine.name,
        symptom=f"`ssh {site.login}` does not answer.",
        purpose="Clusters run on without it; only gkectl waits. What is on it is rendered from the stack file, or lies "
        "in "
        "Secret Manager, so it is made anew rather than mended. Where it was taken and not lost, everything on it is "
        "known to somebody else: the last step first.",
        who=WHO,
        prerequisites=("no gkectl was under way: where one was, its bootstrap cluster died with the machine (A13)",),
        steps=(
            Step(
                kind=Kind.CHECK,
                text="Is it off, or away? The last command switches it on.",
                commands=(
                    *log_in_to_vcenter(site),
                    f"govc vm.info {vm}",
                    f"govc vm.power -on {vm}",
                ),
                expect="`Power state: poweredOn`, and it answers: stop reading. No such machine: go on",
            ),
            *_machine(site),
            site.deliver(),
            site.log_in(),
            *(have_bundle(version) for version in sorted({each.version for each in (*admins, *users)})),
            Step(
                kind=Kind.COMMAND,
                text="The way in: kubeconfigs as they were kept when the clusters were made.",
                commands=(
                    "umask 077",
                    *(
                        f"gcloud secrets versions access latest --project={site.project} "
                        f"--secret={each.name}-kubeconfig --out-file={site.kubeconfig(each)}"
                        for each in admins
                    ),
                    *(site.gkectl("list clusters", each) for each in admins),
                ),
                expect="every cluster RUNNING",
                takes=Takes(5, JUDGED),
            ),
            keys.fetch_certificates(site),
            keys.fill_in_credentials(site),
            *(keys.make_keys(site, each) for each in (*admins, *users)),
            Step(
                kind=Kind.DECIDE,
                text="Was it taken, or could somebody have read its disk? Then rotate what was on it, all of it, "
                "today.",
                commands=(
                    *(f"./hybrid runbook {name} keys-rotate --cluster {each.name}" for each in (*admins, *users)),
                    *(
                        f"./hybrid runbook {name} certificates-rotate --cluster {each.name}"
                        for each in (*admins, *users)
                    ),
                    *(f"./hybrid runbook {name} vcenter-password --cluster {each.name}" for each in admins),
                ),
                expect="old keys are deleted, not only replaced: gcloud iam service-accounts keys list shows two at "
                "most",
            ),
        ),
        undo="nothing to undo",
        sources=(WORKSTATION, GOVC),
        rules=("A3", "A10", "A13", "A81"),
    )


def _machine(site: Site) -> tuple[Step, ...]:
    """Return the steps that make the machine anew, by whom it was made."""
    name, machine = site.env.name, site.env.onprem.workstation
    if machine.made_by is WorkstationMaker.GKEADM:
        return (
            Step(
                kind=Kind.COMMAND,
                text="Make it anew, on the machine that has gkeadm.",
                commands=(
                    f"./hybrid render {name}",
                    f"gkeadm create admin-workstation --config {site.rendered}/{ADMIN_WORKSTATION}",
                ),
                expect="it ends with the command that logs in",
                takes=Takes(30, JUDGED),
            ),
        )
    vm = urn(site, "hybrid:onprem:Workstation$vsphere:index/virtualMachine:VirtualMachine", "workstation-vm")
    return (
        Step(
            kind=Kind.UP,
            text="Let the state see that the machine is gone, and make it anew. Its data disk is an object of its own, "
            "and is attached again where it still exists.",
            commands=(
                f"pulumi refresh -s {name} --target '{vm}'",
                f"pulumi preview -s {name}",
                f"pulumi up -s {name}",
            ),
            expect="one creation, of workstation-vm",
            takes=Takes(15, JUDGED),
            undo="nothing to undo",
            rehearsed=True,
        ),
    )


def state_restore(site: Site) -> Runbook:
    """Return how a state that is lost, broken or cannot be decrypted is brought back, and made true again."""
    name, state = site.env.name, state_object(site)
    bucket = site.env.facts.state.bucket
    found = site.env.facts.state.key.split("/")
    where = f"--key={found[7]} --keyring={found[5]} --location={found[3]} --project={found[1]}"
    listed = f"gcloud kms keys versions list {where}"
    number = "--format='value(name.basename())'"
    return Runbook(
        task="state-restore",
        title=f"The state of {name} is lost",
        environment=name,
        subject=state,
        symptom="The state is empty, broken, of another day, or cannot be decrypted.",
        purpose="Nothing that runs needs the state: clusters, tunnels and access stay as they are while it is away. An "
        "`up` against an empty state would make everything a second time, so runs stop first.",
        who=f"{WHO}, in a pair; the bucket is read and written by the apply identity alone",
        prerequisites=(
            here(site),
            "nothing is merged that would run an `up` of this environment until the last step is done",
        ),
        steps=(
            Step(
                kind=Kind.CHECK,
                text="Stop what runs, and see what there is.",
                commands=(
                    f"gcloud storage ls --long {state}",
                    f"gcloud storage ls '{locks(site)}/**' || true",
                    runs(site),
                ),
                expect="no lock, no run in progress",
            ),
            Step(
                kind=Kind.DECIDE,
                text="Which is it? It cannot be decrypted (`failed to decrypt`, KMS in the error): the next step. It "
                "is "
                "lost, broken or of another day: the one after.",
            ),
            Step(
                kind=Kind.COMMAND,
                text="A version of the key is disabled or on its way out. The state may name any version that ever "
                "was, "
                "so all of them are brought back; one that is destroyed never comes back, and its secrets with it.",
                commands=(
                    f"{listed} --format='table(name.basename(),state,destroyTime)'",
                    f"for VERSION in $({listed} --filter=state=DESTROY_SCHEDULED {number}); do gcloud kms keys "
                    "versions "
                    f'restore "$VERSION" {where}; done',
                    f"for VERSION in $({listed} --filter=state=DISABLED {number}); do gcloud kms keys versions enable "
                    f'"$VERSION" {where}; done',
                ),
                expect="every version ENABLED within a minute or two; `pulumi stack output` answers again. Who "
                "switched "
                "it off, and why, is in the audit log of the seed project",
                takes=Takes(5, JUDGED),
                undo="gcloud kms keys versions disable, with the same flags",
            ),
            Step(
                kind=Kind.COMMAND,
                text="Object versioning kept every state before. GENERATION begins as the one before the last; where "
                "the "
                "last itself is whole and only deleted, or an older one is wanted, set it to that line of the list.",
                commands=(
                    f"gcloud storage ls --all-versions --long {state}",
                    f"GENERATION=$(gcloud storage ls --all-versions {state} | sort -t '#' -k 2 -n | tail -n 2 | head "
                    "-n 1)",
                    f'gcloud storage cp "$GENERATION" {name}-found.json && head -c 300 {name}-found.json',
                    f'gcloud storage cp "$GENERATION" {state}',
                ),
                expect="JSON with `checkpoint`, of a time before the damage. Copying adds a version and removes none",
                takes=Takes(5, JUDGED),
                undo="copy the generation that was the last",
            ),
            Step(
                kind=Kind.COMMAND,
                text="Instead of that, where the bucket itself is gone: the export that lies elsewhere. The bucket is "
                "made "
                "first, with versioning, as docs/credentials.md has it; the stack with `pulumi stack select`.",
                commands=(f"pulumi stack import -s {name} --file {name}-kept.json",),
                expect="Import complete. The key must be the one that encrypted it",
                takes=Takes(2, JUDGED),
                undo="import another one",
                rehearsed=True,
            ),
            Step(
                kind=Kind.COMMAND,
                text="Keep this state, whole and in order; then let it see what happened since it was written.",
                commands=(
                    keep(site, "restored"),
                    f"pulumi refresh -s {name} --preview-only",
                    f"pulumi refresh -s {name}",
                ),
                expect="what changed since, and nothing else. `snapshot integrity`: pulumi state repair, then again",
                takes=Takes(5, JUDGED),
                undo=f"pulumi stack import -s {name} --file {name}-restored.json",
                rehearsed=True,
            ),
            Step(
                kind=Kind.COMMAND,
                text="What was made since exists, and the state does not know it: an `up` would make it a second time. "
                "At the "
                "commit that made it, write import files for all that the state lacks, and take it in. No file: "
                "nothing "
                "is lacking.",
                commands=(
                    keep(site, "refreshed"),
                    f"./hybrid runbook {name} adopt --imports {name}-imports --state {name}-refreshed.json",
                    f"for FILE in $(ls {name}-imports); do pulumi import -s {name} --file {name}-imports/$FILE "
                    "--protect=false --generate-code=false; done",
                ),
                expect="`imported` for each. `does not exist`: it was never made; take its entry out of the file, and "
                "run "
                "the line again",
                takes=Takes(10, JUDGED),
                undo=f"pulumi stack import -s {name} --file {name}-restored.json",
                rehearsed=True,
            ),
            go_on(site, "no creation of anything that exists, no replacement; protection that the import left off"),
            nothing_left(site),
            Step(
                kind=Kind.COMMAND,
                text="So that the next time is shorter: versioning is on, and a copy lies where this bucket's loss "
                "does "
                "not reach it, after every deployment.",
                commands=(
                    f"gcloud storage buckets describe {bucket} --format='value(versioning_enabled)'",
                    keep(site, "kept"),
                ),
                expect="True, and a file whose secrets are encrypted",
            ),
        ),
        undo="every step leaves the state of before in a file or in a generation",
        sources=(STATE, VERSIONED, STACK_IMPORT, IMPORT, KMS_ENABLE, KMS_RESTORE),
    )
