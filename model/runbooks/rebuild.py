"""The wiping of an environment and its rebuilding from nothing, as an exercise or for real."""

from __future__ import annotations

from model.config.environment import Protect
from model.config.onprem_cluster import Mode
from model.runbooks import checks, takes
from model.runbooks.shape import FOREVER, Kind, Runbook, RunbookError, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import CREATE_ADMIN, DELETE_USER, JUDGED


def environment_rebuild(site: Site) -> Runbook:
    """Return how an environment that protects nothing is wiped and comes back, against the clock."""
    facts = site.env.facts
    if facts.production or facts.protection.protect is not Protect.NONE:
        raise RunbookError(
            f"{facts.name} protects what it has (protection of {site.stack_file}), so nothing wipes it. "
            "Rehearse it instead: ./hybrid rehearse --fresh " + facts.name
        )
    name, onprem = facts.name, site.env.onprem
    made = [each for each in onprem.admin_clusters if each.mode is Mode.CREATE]
    users = sorted(onprem.user_clusters, key=lambda each: each.name)
    longest = max((takes.creation_of(each).minutes for each in users), default=0)
    admin_minutes = takes.creation_of_admin().minutes if made else 0
    steps = (
        Step(
            kind=Kind.CHECK,
            text="Rehearse it: the simulated clouds wipe and rebuild it in a minute, and predict how long it takes for "
            "real.",
            commands=(f"./hybrid rehearse --fresh {name}",),
            expect="every step ends well, and the second preview is empty",
            takes=Takes(2, JUDGED),
        ),
        Step(
            kind=Kind.CHECK,
            text="Nobody needs what is in it, and a copy of the state lies where this exercise cannot reach it.",
            commands=(f"pulumi stack export -s {name} --file {name}-before.json",),
            expect="a file; secrets in it are encrypted",
        ),
        Step(kind=Kind.COMMAND, text="Start the clock.", commands=(f"date --iso-8601=seconds | tee {name}-begin",)),
        Step(
            kind=Kind.UP,
            text="Wipe. Keys of Cloud KMS stay: Google never deletes one. Admin clusters are only taken out of the API "
            "(A64).",
            commands=(f"pulumi destroy -s {name} --exclude-protected",),
            expect="everything goes but key rings and keys",
            takes=Takes(25, JUDGED),
            undo=FOREVER,
        ),
        *(
            Step(
                kind=Kind.COMMAND,
                text=f"Take {each.name} down itself, then start the bootstrap cluster for its next life: admin-delete "
                "as of the workstation, and admin-create until the bootstrap cluster waits. In an exercise of "
                f"the platform alone it stays as it is: adopt it (`mode: adopt`, import id of {each.name}) and go on.",
                commands=(
                    f"./hybrid runbook {name} admin-create --cluster {each.name}",
                    site.gkectl("list admin", each),
                ),
                expect="the bootstrap cluster waits, or the admin cluster is RUNNING",
                takes=Takes(20, JUDGED),
            )
            for each in made
        ),
        Step(
            kind=Kind.UP,
            text="Rebuild. A failure is mended and the same command run again: it goes on where it was.",
            commands=(f"pulumi up -s {name}",),
            expect="everything is created; nothing asks for a hand",
            takes=Takes(
                admin_minutes + longest + 10, "the longest way through clusters; ./hybrid rehearse predicts it"
            ),
            undo="begin again",
        ),
        Step(
            kind=Kind.CHECK,
            text="It is what it was, and the clock says how long it took.",
            commands=(
                f"pulumi preview -s {name} --expect-no-changes",
                f"date --iso-8601=seconds | tee {name}-end",
            ),
            expect="no change; the aim is 60 minutes of the tool's time. Write the figure down with what held it up",
        ),
        *(checks.healthy(site, site.admin_of(each), each) for each in users),
    )
    return Runbook(
        task="environment-rebuild",
        title=f"Wipe {name} and rebuild it",
        environment=name,
        subject=name,
        purpose="The exercise that shows that the whole comes back from what is reviewed, done by somebody who has not "
        "done it before, from this page alone.",
        who="a newcomer of the platform team, with somebody beside who only watches",
        prerequisites=("everybody knows the hour", "the state bucket and the keys are not part of what is wiped"),
        steps=steps,
        undo=f"{FOREVER}: what was in it comes back from delivery and backups",
        sources=(CREATE_ADMIN, DELETE_USER),
        rules=("A63", "A64", "E50"),
    )
