"""The tasks of docs/day2.md, carried out as the page says, in its order, and held to the previews it promises.

dev is brought up once. Each edit is applied and does what the page says its preview shows; the next one does its own
alone, so the one before left nothing behind, and the last preview is empty. What a real cluster refuses, takes or loses
on the way is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import pytest

from model.check import check
from operations.project import ROOT
from operations.rehearse.timing import predict
from rehearsal.case import mapping
from rehearsal.engine.acquire import Engine
from rehearsal.engine.steps import StepResult
from tests.engine.bench import Bench, explained
from tests.engine.test_changes import with_second_generation

DEV: Final = "Pulumi.dev.yaml"
ADMIN: Final = "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster"
POOL: Final = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"
USER: Final = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
SIGNS: Final = {"create": "+", "update": "~", "delete": "-"}
TASK: Final = re.compile(
    r"<!-- day2: (?P<name>[a-z-]+)(?:, (?P<how>[^\n]*?))? -->\n```diff\n--- stacks/(?P<file>[^\n]+)\n(?P<diff>.*?)```\n"
    r"(?:\n```preview\n(?P<preview>.*?)```\n)?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Task:
    """A task of the page: its edit, how it is made beyond the diff, and what the preview shows."""

    name: str
    how: str
    file: str
    edits: tuple[tuple[str, str], ...]
    preview: tuple[str, ...]


def _edit(hunk: str) -> tuple[str, str]:
    lines = hunk.splitlines()
    old = [line[1:] for line in lines if not line.startswith("+")]
    new = [line[1:] for line in lines if not line.startswith("-")]
    return "\n".join(old) + "\n", "".join(f"{line}\n" for line in new)


def _read() -> dict[str, Task]:
    text = (ROOT / "docs/day2.md").read_text(encoding="utf-8")
    found = [
        Task(
            each["name"],
            each["how"] or "",
            each["file"],
            tuple(_edit(hunk) for hunk in each["diff"].split("@@\n")),
            tuple((each["preview"] or "").splitlines()),
        )
        for each in TASK.finditer(text)
    ]
    assert len(found) == text.count("<!-- day2:"), "a task of the page is not of the form that is read"
    return {task.name: task for task in found}


TASKS: Final = _read()


def shown(result: StepResult) -> set[str]:
    """Return what a preview shows, a line each as the page writes it."""
    assert result.succeeded, explained(result)
    return {
        f"{SIGNS.get(each.operation, each.operation)} {each.name}"
        + (f" {','.join(sorted(each.keys))}" if each.operation == "update" else "")
        for each in result.changes
        if not each.type.startswith(("hybrid:", "pulumi:"))
    }


def is_as_promised(result: StepResult, task: Task) -> None:
    """Hold that every line of the page is met by something, and that nothing else happens."""
    lines = shown(result)
    unmet = [want for want in task.preview if not any(fnmatchcase(line, want) for line in lines)]
    beyond = [line for line in sorted(lines) if not any(fnmatchcase(line, want) for want in task.preview)]
    assert not unmet, f"{task.name}: the page promises {unmet}\n{explained(result)}"
    assert not beyond, f"{task.name}: beyond the page: {beyond}"


@dataclass(frozen=True)
class Dev:
    """dev, up, with files to edit. The engine is given the files as they are when a step begins."""

    bench: Bench

    @property
    def file(self) -> Path:
        """The stack file."""
        return self.bench.root / "stacks" / DEV

    def take(self, step: str) -> StepResult:
        """Take one step."""
        return self.bench.take("dev", step)

    def edit(self, name: str) -> Task:
        """Make the edit of a task."""
        task = TASKS[name]
        for old, new in task.edits:
            self.bench.edit(task.file, old, new)
        return task

    def carry_out(self, name: str) -> StepResult:
        """Edit, and apply what is as promised: an `up` does what its preview shows, so one of the two is taken."""
        task = self.edit(name)
        done = self.apply()
        is_as_promised(done, task)
        return done

    def apply(self) -> StepResult:
        """Apply, and return what was done."""
        done = self.take("up")
        assert done.succeeded, explained(done)
        return done

    def gkectl(self, *, spread: bool) -> None:
        """Do what `gkectl update admin` does with anti-affinity, then let the state follow."""
        with self.bench.opened("dev") as session:
            (admin,) = session.world.objects(ADMIN)
            session.world.edit(ADMIN, admin.id, ("antiAffinityGroups", "aagConfigDisabled"), not spread)
            assert session.take("refresh").succeeded


@pytest.fixture(scope="module")
def dev(engine: Engine, tmp_path_factory: pytest.TempPathFactory, worlds_of: Callable[[str], Path]) -> Dev:
    """Return dev, brought up once for all tasks."""
    return Dev(Bench.made(tmp_path_factory.mktemp("day2"), engine, worlds=worlds_of("dev")))


def numbers_of_a_pool_are_one_update_and_its_start_is_none(dev: Dev) -> None:
    dev.carry_out("resize")
    dev.carry_out("fixed")
    with dev.bench.opened("dev") as session:
        pools = {each.inputs["name"]: each.inputs for each in session.world.objects(POOL)}
    assert pools["general"]["nodePoolAutoscaling"] == {"minReplicas": 5, "maxReplicas": 9}
    assert mapping(pools["ingress"]["config"])["replicas"] == 3


def more_nodes_than_licences_are_refused_with_the_rule(dev: Dev) -> None:
    task = dev.edit("licences")
    rule = task.how.rpartition(" ")[2]
    assert [problem.rule for problem in check(dev.bench.root).errors] == [rule]
    refused = dev.take("preview")
    assert not refused.succeeded
    assert not refused.changes
    for old, new in task.edits:
        dev.bench.edit(task.file, new, old)


def a_pool_is_replaced_by_one_creation_and_later_one_deletion(dev: Dev) -> None:
    dev.carry_out("pool-add")
    dev.carry_out("pool-remove")


def a_host_of_three_is_serviced_and_no_up_changes_the_admin_cluster(dev: Dev) -> None:
    dev.carry_out("repair-off")
    for name, spread in (("affinity-off", False), ("back", True)):
        assert TASKS[name].how == "after gkectl"
        dev.gkectl(spread=spread)
        dev.carry_out(name)


def two_generations_stand_side_by_side_with_what_a_migration_needs(dev: Dev) -> None:
    task = dev.edit("generation-add")
    dev.file.write_text(with_second_generation(dev.file.read_text(encoding="utf-8")), encoding="utf-8")
    is_as_promised(dev.take("preview"), task)
    # The teams move, and what runs is protected, as in an environment where this matters.
    for path in sorted((dev.bench.root / "stacks/teams").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("[onp1-dev", "[onp2-dev"), encoding="utf-8")
    dev.bench.edit(DEV, "protect: identity", "protect: stateful")
    dev.apply()
    with dev.bench.opened("dev") as session:
        outputs = session.workbench.outputs()
    records = {each["name"]: each["cluster"] for each in outputs["dns_records"]}
    probes = outputs["probe_matrix"]
    for cluster, network in (("onp1-dev", "10.20.17."), ("onp2-dev", "10.20.18.")):
        assert f"*.{cluster}.varde-intern.fjellverket.example" in records
        assert any(network in row["from"] for row in probes[cluster])
        assert any(network in str(row) for row in outputs["firewall_order_sheet"])
    assert {row["opening"] for row in probes["onp2-dev"]} == {
        row["opening"].replace("members-node", "members-node2") for row in probes["onp1-dev"]
    }


def the_first_generation_goes_once_unprotected_and_features_go_before_clusters(dev: Dev) -> None:
    protecting = dev.file.read_text(encoding="utf-8")
    task = _without_first_generation(dev)
    refused = dev.take("preview")
    assert not refused.succeeded
    assert any("protect" in each.message for each in refused.diagnostics), explained(refused)
    dev.file.write_text(protecting, encoding="utf-8")

    dev.carry_out("unprotect")
    assert _without_first_generation(dev) == task
    is_as_promised(dev.take("preview"), task)
    gone = [each.name for each in dev.apply().changes if each.operation == "delete"]
    assert gone.index("onp1-dev-servicemesh") < gone.index("onp1-dev-cluster")
    with dev.bench.opened("dev") as session:
        assert [each.inputs["name"] for each in session.world.objects(USER)] == ["onp2-dev-user-cluster"]
    after = dev.take("preview")
    assert after.empty, explained(after)


def _without_first_generation(dev: Dev) -> Task:
    task = dev.edit("generation-remove")
    text = dev.file.read_text(encoding="utf-8")
    text, clusters = re.subn(
        r"^ {6}- name: onp1-dev\n.*?(?=^ {6}- name: onp2-dev\n)", "", text, flags=re.MULTILINE | re.DOTALL
    )
    text, networks = re.subn(r"^ {6}node:\n(?: {8}.*\n)+", "", text, flags=re.MULTILINE)
    assert (clusters, networks) == (1, 1)
    dev.file.write_text(text, encoding="utf-8")
    return task


def test_sandbox_is_wiped_and_rebuilt_within_an_hour_beside_its_admin_cluster(
    engine: Engine, tmp_path: Path, worlds_of: Callable[[str], Path]
) -> None:
    with Bench.made(tmp_path, engine, worlds=worlds_of("sandbox")).opened("sandbox") as session:
        gone = session.take("destroy")
        assert gone.succeeded, explained(gone)
        rebuilt = session.take("up")
        assert rebuilt.succeeded, explained(rebuilt)
        prediction = predict(session, rebuilt)
    made = {step.name: step for step in prediction.steps}
    assert {"onp1-sandbox-cluster", "onp1-sandbox-general", "gcp1-sandbox-cluster"} <= made.keys()
    admin = made["onp1-sandbox-admin-cluster"]
    assert admin.critical, "the rest of the way is predicted without it"
    assert (prediction.makespan - admin.seconds) / 60 < 60, prediction.lines()


STEPS: Final = (
    numbers_of_a_pool_are_one_update_and_its_start_is_none,
    more_nodes_than_licences_are_refused_with_the_rule,
    a_pool_is_replaced_by_one_creation_and_later_one_deletion,
    a_host_of_three_is_serviced_and_no_up_changes_the_admin_cluster,
    two_generations_stand_side_by_side_with_what_a_migration_needs,
    the_first_generation_goes_once_unprotected_and_features_go_before_clusters,
)


@pytest.mark.timeout(900)
@pytest.mark.timeout(900)  # every task of the page in dev, one after the other
def test_the_tasks_of_day_two_do_what_their_pages_say_one_after_the_other(dev: Dev) -> None:
    for step in STEPS:
        step(dev)
