"""Hand edits under the real engine: what a refresh and the preview after it say, and what the program leaves alone.

The catalogue is run once, in dev; the tests read its report. How the simulated clouds come to an answer is tested in
`tests/rehearsal`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from model.config.load import load
from model.estate import Environment
from operations.project import ROOT
from operations.rehearse.drift import Managed, NotSettledError, judged, run_drift
from operations.rehearse.drift_report import DriftReport, Finding
from operations.rehearse.editing import Edited, carry_out, planned, take_back
from operations.rehearse.hand_edits import (
    ADMIN_CLUSTER,
    NAMESPACE,
    NAT,
    PEER,
    ROLE_BINDING,
    TUNNEL,
    Add,
    Delete,
    HandEdit,
    Joined,
    Set,
    Verdict,
    Which,
    catalogue,
)
from operations.rehearse.ignoring import why_ignored
from rehearsal.engine.acquire import Engine
from rehearsal.world import Record, World, WorldInUseError, WorldMissingError
from tests.engine.bench import Bench, operations

# One worker runs the catalogue, for all that is asked of its report.
pytestmark = pytest.mark.xdist_group("drift")

WorldsOf = Callable[[str], Path]


def fingerprint(folder: Path) -> dict[str, str]:
    """Return what every file below a folder holds, but for locks, which say who looked last."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


@pytest.fixture(scope="module")
def dev() -> Environment:
    loaded = load(ROOT)
    assert loaded.estate is not None
    return loaded.estate.environments["dev"]


@pytest.fixture(scope="module")
def ran(engine: Engine, dev: Environment, worlds_of: WorldsOf) -> tuple[DriftReport, bool]:
    """Return the report of the whole catalogue in dev, and whether the world that it began from is as it was."""
    home = worlds_of("dev") / "dev"
    before = fingerprint(home)
    report = run_drift(dev, home, engine=engine)
    return report, fingerprint(home) == before


@pytest.fixture(scope="module")
def report(ran: tuple[DriftReport, bool]) -> DriftReport:
    return ran[0]


def found(report: DriftReport, key: str) -> Finding:
    return next(each for each in report.findings if each.edit.key == key)


class TestTheCatalogue:
    """Each edit leads to the verdict that the catalogue states; a person relies on that when a preview is quiet."""

    def test_every_edit_comes_to_its_verdict_and_nothing_else_moves(self, report: DriftReport) -> None:
        wrong = [f"{each.edit.key}: {each.verdict}, expected {each.edit.expected}" for each in report.findings]
        assert report.succeeded, "\n".join([*wrong, *report.unexplained])
        assert not report.unexplained

    def test_every_edit_was_made_or_is_named_as_having_no_object_here(self, report: DriftReport) -> None:
        made = [each.edit.key for each in report.findings] + [edit.key for edit in report.absent]
        assert Counter(made) == Counter(edit.key for edit in catalogue())
        assert [edit.key for edit in report.absent] == ["gke-pool-resized"]

    def test_the_persons_own_world_and_state_stay_as_they_are(self, ran: tuple[DriftReport, bool]) -> None:
        assert ran[1]

    def test_an_incident_is_seen_by_the_refresh_and_says_how_to_undo_and_how_to_keep_it(
        self, report: DriftReport
    ) -> None:
        incidents = [each for each in report.findings if each.verdict is Verdict.INCIDENT]
        assert len(incidents) > 20
        for each in incidents:
            assert each.refresh, each.edit.key
            assert each.preview, each.edit.key
            assert each.edit.adopt, each.edit.key
            assert bool(each.revert) is each.edit.undone, each.edit.key

    def test_noise_is_quiet_and_carries_the_reason_from_the_component(self, report: DriftReport) -> None:
        noise = [each for each in report.findings if each.verdict is Verdict.NOISE]
        assert {each.edit.key for each in noise} >= {"pool-scaled", "gke-upgraded", "admin-cluster-upgraded"}
        for each in noise:
            assert not each.refresh, each.edit.key
            assert not each.preview, each.edit.key
            assert "`: " in each.reason, each.edit.key
            assert "no reason is given" not in each.reason, each.edit.key
        assert "gkectl upgrade admin" in found(report, "admin-cluster-upgraded").reason
        assert "autoscaler writes" in found(report, "pool-scaled").reason

    def test_what_a_refresh_can_not_see_is_said_to_be_invisible(self, report: DriftReport) -> None:
        assert found(report, "role-granted").reason == "The program made no such object."
        assert "subjects[1]" in found(report, "binding-widened").reason
        assert not found(report, "firewall-rule-added").preview

    def test_a_deleted_address_drags_along_what_uses_it(self, report: DriftReport) -> None:
        assert any("network-egress-nat" in each for each in found(report, "egress-deleted").preview)

    def test_a_deleted_namespace_comes_back_with_its_bindings(self, report: DriftReport) -> None:
        preview = found(report, "namespace-deleted").preview
        assert len(preview) > 1
        assert all(each.startswith("create ") for each in preview)

    def test_the_page_of_the_documentation_is_this_report(self, report: DriftReport) -> None:
        page = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
        assert page == report.page(), "docs/drift.md is old: ./hybrid rehearse drift dev writes it"
        assert all(f"| {each.edit.title} |" in page for each in report.findings)


class TestFailing:
    """A verdict that is not the expected one is a failure, with the edit named."""

    def test_another_verdict_than_the_catalogues_fails_by_name(self, report: DriftReport) -> None:
        first, *others = report.findings
        otherwise = replace(first, edit=replace(first.edit, expected=Verdict.NOISE))
        changed = replace(report, findings=(otherwise, *others))
        assert not changed.succeeded
        assert f"wrong: {first.edit.key} is incident, expected noise" in changed.lines()
        assert changed.as_dict()["succeeded"] is False

    def test_something_that_no_edit_explains_fails(self, report: DriftReport) -> None:
        assert not replace(report, unexplained=("update something",)).succeeded

    def test_a_stated_value_that_changes_without_a_plan_is_missed(self) -> None:
        changed = self.edited(Set({("labels", "cost_center"): "9999"}))
        verdict, reason = judged(changed, self.STATED, planned=False)
        assert (verdict, "labels.cost_center" in reason) == (Verdict.MISSED, True)
        assert judged(changed, self.STATED, planned=True) == (Verdict.INCIDENT, "")
        assert judged(changed, replace(self.STATED, ignored=("labels",)), planned=False)[0] is Verdict.NOISE

    def test_a_deletion_without_a_plan_is_missed(self) -> None:
        assert judged(self.edited(Delete()), self.STATED, planned=False)[0] is Verdict.MISSED
        assert judged(self.edited(Delete()), None, planned=False)[0] is Verdict.INVISIBLE

    STATED = Managed("urn", "tunnel", {"labels": {"cost_center": "1000"}}, (), "components/vpn/tunnel.py", frozenset())

    @staticmethod
    def edited(action: Set | Delete) -> Edited:
        world = World()
        world.put(Record(TUNNEL, "t", {"labels": {"cost_center": "1000"}}))
        made = planned(world, HandEdit("key", "title", Which(TUNNEL), action, Verdict.INCIDENT))
        assert made is not None
        return made


class TestEditing:
    """A hand does what the catalogue says, and takes all of it back."""

    def test_every_action_is_undone(self) -> None:
        world = World()
        world.put(Record(TUNNEL, "t", {"name": "t", "labels": {"a": "b"}, "ports": [1]}, {"status": "up"}))
        world.put(Record(NAMESPACE, "n", {"metadata": {"name": "n"}}, place="c"))
        world.put(Record(ROLE_BINDING, "n/r", {"metadata": {"name": "r", "namespace": "n"}}, place="c"))
        world.put(Record(ROLE_BINDING, "n/r", {"metadata": {"name": "r", "namespace": "n"}}, place="other"))
        before = {record.key: (record.inputs, record.outputs) for record in world.all()}
        actions: list[tuple[str, Set | Delete | Add, int]] = [
            (TUNNEL, Set({("labels",): Joined(("labels",), {"c": "d"}), ("ports",): Joined(("ports",), (2,))}), 4),
            (TUNNEL, Set({("status",): "down"}), 4),
            (TUNNEL, Add({("name",): "u"}, "id of {name}"), 5),
            (TUNNEL, Delete(), 3),
            (NAMESPACE, Delete(), 2),
        ]
        for kind, action, left in actions:
            edited = planned(world, HandEdit("key", "title", Which(kind), action, Verdict.INCIDENT))
            assert edited is not None
            carry_out(world, edited)
            assert len(world) == left
            assert {record.key: (record.inputs, record.outputs) for record in world.all()} != before
            take_back(world, edited)
            assert {record.key: (record.inputs, record.outputs) for record in world.all()} == before

    def test_what_joins_a_list_or_map_is_the_new_part_alone(self) -> None:
        world = World()
        world.put(Record(TUNNEL, "t", {"labels": {"a": "b"}, "ports": [1]}))
        action = Set({("labels",): Joined(("labels",), {"c": "d"}), ("ports",): Joined(("ports",), (2,))})
        edited = planned(world, HandEdit("key", "title", Which(TUNNEL), action, Verdict.INCIDENT))
        assert edited is not None
        assert edited.paths == (("labels", "c"), ("ports", 1))
        carry_out(world, edited)
        assert world.objects(TUNNEL)[0].inputs == {"labels": {"a": "b", "c": "d"}, "ports": [1, 2]}


class TestWhatCanNotBeTried:
    """Where nothing could be said of an edit, nothing is tried, and one line says what comes first."""

    def test_a_world_that_differs_from_its_files_already(
        self, engine: Engine, dev: Environment, tmp_path: Path, worlds_of: WorldsOf
    ) -> None:
        bench = Bench.made(tmp_path, engine, worlds=worlds_of("dev"))
        world = World(bench.home / "dev" / "world.json")
        world.edit(PEER, world.objects(PEER)[0].id, "advertisedRoutePriority", 900)
        world.close()
        elsewhere = [edit for edit in catalogue() if edit.which.type == ADMIN_CLUSTER]
        with pytest.raises(NotSettledError, match=r"\./hybrid rehearse up dev comes first") as caught:
            run_drift(dev, bench.home / "dev", engine=engine, edits=elsewhere)
        assert "\n" not in str(caught.value)

    def test_an_environment_that_is_not_up(self, engine: Engine, dev: Environment, tmp_path: Path) -> None:
        World(tmp_path / "dev" / "world.json").close()
        with pytest.raises(NotSettledError, match="dev is not up"):
            run_drift(dev, tmp_path / "dev", engine=engine)

    def test_no_world(self, engine: Engine, dev: Environment, tmp_path: Path) -> None:
        with pytest.raises(WorldMissingError):
            run_drift(dev, tmp_path / "dev", engine=engine)

    def test_a_world_in_use(self, engine: Engine, dev: Environment, tmp_path: Path) -> None:
        world = World(tmp_path / "dev" / "world.json")
        world.close()
        world = World(tmp_path / "dev" / "world.json")
        with pytest.raises(WorldInUseError):
            run_drift(dev, tmp_path / "dev", engine=engine)
        world.close()


class TestReasons:
    """The reason for ignoring an input is read where the component gives it."""

    @pytest.fixture
    def component(self, tmp_path: Path) -> Path:
        file = tmp_path / "component.py"
        file.write_text(
            "IGNORED = (\n"
            "    # Written by one owner,\n"
            "    # who knows best.\n"
            '    "one",\n'
            '    "two",\n'
            "    # Written by another.\n"
            '    "three",\n'
            ")\n"
            'SIZE = ("four",)\n'
            '"""The autoscaler\n    writes it."""\n'
            'BARE = ("five",)\n'
        )
        return file

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("one", "Written by one owner, who knows best."),
            ("two", "Written by one owner, who knows best."),
            ("three", "Written by another."),
            ("four", "The autoscaler writes it."),
            ("five", ""),
            ("six", ""),
        ],
    )
    def test_it_is_the_comment_above_or_the_words_below(self, component: Path, name: str, reason: str) -> None:
        assert why_ignored(component, name) == reason


def test_an_incident_that_was_written_down_is_one_no_longer(
    engine: Engine, tmp_path: Path, worlds_of: WorldsOf
) -> None:
    bench = Bench.made(tmp_path, engine, worlds=worlds_of("dev"))
    bench.edit("Pulumi.dev.yaml", "    nat:\n", "    nat:\n      min_ports_per_vm: 1024\n")
    with bench.opened("dev") as session:
        session.world.edit(NAT, session.world.objects(NAT)[0].id, "minPortsPerVm", 1024)
        before = operations(session.take("preview"))
        assert ("update", "network-egress-nat") in before
        assert session.take("refresh").succeeded
        # What else follows from the number, such as an alert's threshold, nobody has changed by hand.
        assert operations(session.take("preview")) == before - {("update", "network-egress-nat")}


def test_where_an_incident_is_to_be_written_down_there_is_such_a_key() -> None:
    reference = (ROOT / "docs" / "stack-files.md").read_text(encoding="utf-8")
    named = [place for edit in catalogue() for place in re.findall(r"`hybrid:([a-z_.<>]+)`", edit.adopt)]
    assert len(named) > 10
    for place in named:
        section, *keys = place.split(".")
        assert f"`hybrid:{section}`" in reference, place
        assert all(f"| `{key}` |" in reference for key in keys if not key.startswith("<")), place


def test_the_keys_of_the_catalogue_are_unique() -> None:
    keys = Counter(edit.key for edit in catalogue())
    assert max(keys.values()) == 1
    assert all(edit.expected is not Verdict.MISSED for edit in catalogue())
