"""Runbooks followed by their own words: trouble is made, its pages are followed, and nothing is left to do.

Pages are followed together where one `up` ends several troubles, since each costs a run of the whole program.

What a real cluster, bucket or key answers is not known here: the commands that ask one (gcloud, kubectl, govc, gkectl)
stand on the pages and are not run.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest

from model.runbooks.shape import Runbook, RunbookError, Step
from model.runbooks.tasks import TASKS, Asked, runbook
from operations.rehearse.session import Session
from rehearsal.engine.acquire import Engine
from rehearsal.faults.witness import Witness
from tests.engine.bench import Bench, explained
from tests.engine.following import Desk
from tests.model.cases import sample

NAME: Final = "sandbox"
RECORD: Final = "gcp:dns/recordSet:RecordSet"
CLUSTER: Final = "gcp:container/cluster:Cluster"
MEMBERSHIP: Final = "gcp:gkehub/membership:Membership"
MACHINE: Final = "vsphere:index/virtualMachine:VirtualMachine"

POOL: Final = "gcp:container/nodePool:NodePool"
GONE: Final = frozenset({CLUSTER, POOL, MEMBERSHIP})
MADE_ANEW: Final = frozenset(
    {
        # An estate of before has none of the program's own names, and these have ids of their cloud's choice.
        "gcp:monitoring/alertPolicy:AlertPolicy",
        "gcp:secretmanager/secretVersion:SecretVersion",
        "vsphere:index/contentLibrary:ContentLibrary",
        "vsphere:index/contentLibraryItem:ContentLibraryItem",
        "vsphere:index/virtualDisk:VirtualDisk",
        MACHINE,
    }
)
ADOPTED: Final = {
    "onp1-sandbox-admin-cluster",
    "onp1-sandbox-cluster",
    "onp1-sandbox-general",
    "gcp1-sandbox-cluster",
    "gcp1-sandbox-general",
}
FOLLOWED: Final = {
    *("adopt", "cluster-unreachable", "lock-held", "pending-operations", "state-restore", "unprotect"),
    *("up-interrupted", "workstation-lost"),
}
GKE: Final = "gcp1-sandbox"
CONNECTIONS: Final = 3
"""The step of adopt that ends with an error, as it says."""

Running = Callable[[str], Bench]

# What the program declares is recorded once for both.
pytestmark = pytest.mark.xdist_group("runbooks")


def book(task: str, **asked: str) -> Runbook:
    return runbook(sample().environments[NAME], task, Asked(**asked))


def lock(session: Session) -> Path:
    """Leave a lock as another machine's engine does."""
    folder = session.workbench.home / "state/.pulumi/locks/organization/hybrid" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "7d2e1c5e-0000-4000-8000-000000000001.json"
    held = {"pid": 1, "username": "runner", "hostname": "ci", "timestamp": "2026-11-21T01:00:00Z"}
    path.write_text(json.dumps(held), encoding="utf-8")
    return path


def forget(session: Session, type: str, name: str) -> None:  # noqa: A002  the field's own word
    """Take an object away by hand."""
    (record,) = [each for each in session.world.objects(type) if each.text("name") == name]
    session.world.remove(type, record.id)


@contextmanager
def dying(bench: Bench) -> Generator[Session]:
    """Open the environment with an engine that is killed in the middle of its first change of a cloud."""
    sessions: list[Session] = []
    killer = Witness(1, lambda: sessions[0].workbench.kill())  # noqa: PLW0108  the session is opened with it
    with bench.opened(NAME, checkpoints=True, interceptors=[killer]) as session:
        sessions.append(session)
        yield session


def patch(bench: Bench, step: Step) -> None:
    """Make the edit of a step, as its page says that it can be made."""
    diff = f"--- a/{step.file}\n+++ b/{step.file}\n{step.diff}\n"
    git = shutil.which("git")
    assert git is not None
    subprocess.run([git, "apply", "--unidiff-zero"], cwd=bench.root, input=diff, text=True, check=True)


def without_gke(bench: Bench) -> None:
    """Take the entry of the only GKE cluster out of the file."""
    path = bench.root / "stacks/Pulumi.sandbox.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?ms)^  hybrid:gke:\n.*?\n\n", "  hybrid:gke: {clusters: []}\n\n", text), encoding="utf-8")


def state_of(session: Session) -> dict[str, Any]:
    return dict(session.workbench.export().deployment or {})


def test_what_a_dead_machine_leaves_and_what_is_lost_after_it_comes_back_by_the_pages(
    running: Running, engine: Engine
) -> None:
    """A machine dies in a creation; then the state is lost, and a cluster and the workstation are deleted by hand."""
    bench = running(NAME)
    tasks = ("lock-held", "up-interrupted", "pending-operations", "state-restore", "workstation-lost")
    pages = [book(task) for task in tasks]
    pages.append(book("cluster-unreachable", cluster=GKE))
    with bench.opened(NAME) as session:
        forget(session, RECORD, "gcr.io.")
        assert session.take("refresh").succeeded
        whole = session.workbench.resource_counts() + Counter({RECORD: 1})
    with dying(bench) as session:
        assert not session.take("up").succeeded
        assert [each for each in session.world.objects(RECORD) if each.text("name") == "gcr.io."]
    with bench.opened(NAME) as session:
        hands = Desk(session, engine, *pages)
        # The copy of the state that lies elsewhere is one from before.
        state = session.workbench.home / f"state/.pulumi/stacks/hybrid/{NAME}.json"
        held = lock(session)
        assert "currently locked" in hands.run(f"pulumi refresh -s {NAME}")[1]
        assert "has been canceled" in hands.step("lock-held", 3)
        assert not held.exists()
        assert '"type": "creating"' in hands.step("lock-held", 4)
        hands.step("up-interrupted", 2)
        hands.step("pending-operations", 1)
        assert "network.json: 1 to import" in hands.step("pending-operations", 2)
        hands.step("pending-operations", 3)
        assert not state_of(session).get("pending_operations")
        assert hands.run(f"pulumi stack export -s {NAME} --file {NAME}-kept.json")[0]
        assert "1 imported" in hands.step("pending-operations", 4)

        state.write_text(json.dumps({"version": 3, "checkpoint": {"stack": "", "latest": None}}), encoding="utf-8")
        assert not session.workbench.resource_counts()
        hands.step("state-restore", 5)
        hands.step("state-restore", 6)
        assert "1 imported" in hands.step("state-restore", 7)

        forget(session, MACHINE, "onp1-sandbox-ws")
        for record in session.world.all():
            if (record.type in GONE and GKE in record.id) or GKE in record.place:
                session.world.remove(record.type, record.id, place=record.place)
        worked, said = hands.run(f"pulumi refresh -s {NAME}")
        assert not worked
        assert "unreachable" in said
        hands.step("cluster-unreachable", 2)
        assert hands.results[-1].operations["create"] == 0
        assert hands.run(hands.commands("workstation-lost", 2)[0])[0]
        hands.step("cluster-unreachable", 4)
        made = {each.name for each in hands.results[-1].changes if each.operation == "create"}
        assert {f"{GKE}-cluster", f"{GKE}-general", f"{GKE}-membership", "workstation-vm"} <= made
        hands.step("cluster-unreachable", 5)
        hands.step("cluster-unreachable", 7)
        assert hands.results[-1].empty
        assert session.workbench.resource_counts() == whole
    hands.followed()


def test_an_estate_is_adopted_in_phases_without_a_change_and_one_cluster_is_let_go_of_again(
    running: Running, engine: Engine
) -> None:
    """Everything is there, and no state knows it."""
    bench = running(NAME)
    shutil.rmtree(bench.home / NAME / "engine/state")
    page = book("adopt")
    with bench.opened(NAME) as session:
        hands = Desk(session, engine, page)
        for record in session.world.all():
            if record.type in MADE_ANEW:
                session.world.remove(record.type, record.id, place=record.place)
        *phases, clusters, first, second, last = page.rehearsed
        for number in phases:
            hands.step("adopt", number, fails=number == CONNECTIONS)
    patch(bench, next(step for step in page.steps if step.diff))
    with bench.opened(NAME) as session:
        hands.session = session
        before = {(record.type, record.id): dict(record.inputs) for record in session.world.all()}
        hands.step("adopt", clusters)
        up = hands.results[-1]
        assert {each.operation for each in up.changes} <= {"create", "import"}, explained(up)
        assert {each.name for each in up.changes if each.operation == "import"} == ADOPTED
        after = {(record.type, record.id): dict(record.inputs) for record in session.world.all()}
        assert {key: after[key] for key in before} == before, "what existed is as it was"
        for number, tunnel in ((first, "t0-if0-fw-a"), (second, "t1-if1-fw-b")):
            hands.step("adopt", number)
            replaced = {each.name for each in hands.results[-1].changes if each.operation == "replace"}
            assert f"vpn-{tunnel}-tunnel" in replaced
            assert all(tunnel in each for each in replaced)
        hands.step("adopt", last)
    hands.followed()

    # What is adopted is protected, whatever the environment protects.
    page = book("unprotect", cluster=GKE)
    without_gke(bench)
    with bench.opened(NAME) as session:
        hands = Desk(session, engine, page)
        listed, let_go, delete, key = page.rehearsed
        assert f"{GKE}-cluster" in hands.step("unprotect", listed)
        assert "3 resources unprotected" in hands.step("unprotect", let_go)
        hands.step("unprotect", delete)
        gone = {each.name for each in hands.results[-1].changes if each.operation == "delete"}
        assert {f"{GKE}-cluster", f"{GKE}-general", f"{GKE}-membership"} <= gone
        assert not session.world.objects(CLUSTER)
        hands.step("unprotect", key)
        assert hands.results[-1].empty
    hands.followed()


def test_no_other_page_calls_a_step_rehearsed() -> None:
    """The steps of those that do are compared where they are followed."""
    env = sample().environments[NAME]
    tried = {"--cluster": ("cluster", GKE), "--pool": ("pool", "general"), "--to": ("to", "1.32.400-gke.50")}
    said: set[str] = set()
    for task in TASKS.values():
        asked = dict(tried[option] for option in task.options if option in tried)
        for cluster in (GKE, "onp1-sandbox", "onp1-sandbox-admin") if "cluster" in asked else ("",):
            with suppress(RunbookError):
                if runbook(env, task.name, Asked(**{**asked, **({"cluster": cluster} if cluster else {})})).rehearsed:
                    said.add(task.name)
    assert said == FOLLOWED
