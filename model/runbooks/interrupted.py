"""A run that ended before its end: a lock that stayed, an `up` cut off, operations that nobody knows the end of."""

from __future__ import annotations

from typing import Final

from model.runbooks.shape import Kind, Runbook, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import CANCEL, IMPORT, INTERRUPTED, JUDGED, REFRESH
from model.runbooks.stack import go_on, here, keep, locks, nothing_left, runs, under_way, unlock

WHO: Final = "whoever is on call for the platform, as the apply identity"
_NAMES: Final = (
    """sed -n '/"pending_operations"/,$p' {file} | sed -n 's/.*"urn": ".*::\\([^":]*\\)".*/\\1/p' | sort -u"""
)


def lock_held(site: Site) -> Runbook:
    """Return how a lock is found to be nobody's, and released."""
    return Runbook(
        task="lock-held",
        title=f"The lock of {site.env.name} is held",
        environment=site.env.name,
        subject="its stack",
        symptom="`the stack is currently locked by 1 lock(s)`.",
        purpose="A run that is killed leaves its lock. It is released once nobody can be found who still works: the "
        "lock is all that keeps two runs from writing one state.",
        who=WHO,
        prerequisites=(here(site),),
        steps=(
            Step(
                kind=Kind.CHECK,
                text="Whose is it? The error names user, machine, process and time; so does the object in the bucket.",
                commands=(f"gcloud storage cat '{locks(site)}/*.json'",),
                expect="`hostname` of a runner or of somebody's machine, `pid`, and `timestamp`",
            ),
            Step(
                kind=Kind.DECIDE,
                text="Does that run still work? Look at the job, or ask the person; an `up` with clusters in it takes "
                "hours. While it works, wait, and stop reading.",
                commands=(runs(site),),
                expect="no run in progress on this environment that began before the lock's time",
            ),
            unlock(site),
            under_way(site, "after-lock"),
            go_on(site, "what the run had not done yet, and nothing else"),
            nothing_left(site),
        ),
        undo="nothing to undo",
        sources=(CANCEL, INTERRUPTED),
    )


def up_interrupted(site: Site) -> Runbook:
    """Return what is typed after the machine that ran an `up` has died."""
    name = site.env.name
    return Runbook(
        task="up-interrupted",
        title=f"The `up` of {name} was interrupted",
        environment=name,
        subject="its stack",
        symptom="The laptop or the runner died during `pulumi up`.",
        purpose="The state was written after every operation, so it knows all but what was under way. Release the "
        "lock, "
        "settle what was under way, go on. What was half made is not deleted.",
        who=WHO,
        prerequisites=(
            here(site),
            "the machine that ran it is dead, or its engine is: `pgrep -a pulumi` there prints nothing",
        ),
        steps=(
            unlock(site),
            under_way(site, "interrupted"),
            Step(
                kind=Kind.COMMAND,
                text="Look at what updates and deletions under way came to, and forget the creations. Where the copy "
                "showed a creation, go by pending-operations from here: what it made exists and is in no state.",
                commands=(f"pulumi refresh -s {name} --clear-pending-creates",),
                expect="nothing but what was under way changes",
                takes=Takes(5, JUDGED),
                undo=f"pulumi stack import -s {name} --file {name}-interrupted.json",
                rehearsed=True,
            ),
            go_on(site, "what was left to do. `409, already exists` for something of this run: pending-operations"),
            nothing_left(site),
        ),
        undo=f"{name}-interrupted.json is the state as it was found",
        sources=(CANCEL, INTERRUPTED, REFRESH),
    )


def pending_operations(site: Site) -> Runbook:
    """Return how creations are settled whose answer was lost."""
    name = site.env.name
    names = _NAMES.format(file=f"{name}-pending.json")
    return Runbook(
        task="pending-operations",
        title=f"{name} has pending operations",
        environment=name,
        subject="its stack",
        symptom="`Attempting to deploy or update resources with 1 pending operations`, or 409 for what this run made.",
        purpose="A creation happened and its answer was lost: the object exists, and the state does not hold it. It is "
        "taken into the state by its id; nothing that took half an hour to make is deleted.",
        who=WHO,
        prerequisites=(here(site), "no run is under way, and the lock is free (lock-held)"),
        steps=(
            under_way(site, "pending"),
            Step(
                kind=Kind.COMMAND,
                text="Write import files for what was being created, with the id that each would have. Kinds that "
                "may be made twice (APIs, IAM members, objects in clusters) need none and get none.",
                commands=(
                    f"./hybrid runbook {name} adopt --imports {name}-imports --only $({names})",
                    f"ls {name}-imports",
                ),
                expect="a file for each phase that has one. What it says it leaves out has an id that its cloud chose: "
                "find it in the console, and import it as the file of another shows",
                undo=f"rm -r {name}-imports",
                rehearsed=True,
            ),
            Step(
                kind=Kind.COMMAND,
                text="Let the state forget the creations, and see how updates and deletions under way ended.",
                commands=(f"pulumi refresh -s {name} --clear-pending-creates",),
                expect="`--import-pending-creates` is not the way: it ends without an error and without the resource "
                "in the state (engine 3.220.0)",
                takes=Takes(5, JUDGED),
                undo=f"pulumi stack import -s {name} --file {name}-pending.json",
                rehearsed=True,
            ),
            Step(
                kind=Kind.COMMAND,
                text="Take what exists into the state. `does not exist` for one of them: it was never made; take its "
                "entry out of the file and run the line again.",
                commands=(
                    f"for FILE in {name}-imports/*.json; do pulumi import -s {name} --file $FILE --protect=false "
                    "--generate-code=false; done",
                ),
                expect="each of them `imported`",
                undo=f"pulumi stack import -s {name} --file {name}-pending.json",
                rehearsed=True,
            ),
            go_on(
                site,
                "a preview without a replacement. One that shows up belongs to something whose secret an import can "
                "not "
                "read (a tunnel): pulumi state delete it, delete the object by hand, and let `up` make it anew",
            ),
            nothing_left(site),
        ),
        undo=f"{name}-pending.json is the state as it was found; {keep(site, 'pending')} made it",
        sources=(INTERRUPTED, REFRESH, IMPORT),
    )
