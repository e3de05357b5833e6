"""`./hybrid promote` as a person runs it, over histories that `pulumi stack history --json` could have printed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import pytest

from model.check import check
from model.config.source import Data
from operations import cli
from operations.project import ROOT
from operations.promote import command
from operations.promote.history import HistoryError, of_backend, of_rehearsal, parsed
from tests.model.cases import environment

NOW: Final = "2026-11-03T19:00"
"""In prod's window; local time."""
LONG_AGO: Final = datetime.fromisoformat("2026-09-01T10:00:00+00:00")
NAMES: Final = ("sandbox", "dev", "test", "prod")
PROVEN: Final = "1.32.200-gke.27"


def update(name: str, at: datetime, *, result: str = "succeeded", kind: str = "update") -> dict[str, Any]:
    """Return an update of an environment with its own file, as a backend keeps it."""
    config = cast("Mapping[str, Data]", cast("Mapping[str, Data]", environment(name).source.data)["config"])
    return {
        "version": 1,
        "kind": kind,
        "startTime": at.isoformat().replace("+00:00", ".000Z"),
        "endTime": at.isoformat().replace("+00:00", ".000Z"),
        "message": "",
        "environment": {"git.head": "a" * 40, "git.dirty": "false"},
        "config": {
            key: {"value": json.dumps(value), "objectValue": value, "secret": False} for key, value in config.items()
        },
        "result": result,
    }


class Desk:
    """A project of one's own with histories beside it, and the command line over it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys

    def history(self, name: str, *updates: dict[str, Any]) -> None:
        (self.root / f"{name}.json").write_text(json.dumps(updates), encoding="utf-8")

    def text(self, name: str) -> str:
        return (self.root / "stacks" / f"Pulumi.{name}.yaml").read_text(encoding="utf-8")

    def promote(self, *words: str, at: str = NOW) -> tuple[int, str, str]:
        given = [each for name in NAMES for each in ("--history", f"{name}={self.root / name}.json")]
        code = cli.main(["promote", *words, "--at", at, *given])
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    made = Desk(tmp_path, capsys)
    for name in NAMES:
        made.history(name, update(name, LONG_AGO))
    return made


def test_the_status_says_where_each_stands_since_when_and_what_may_move(desk: Desk) -> None:
    code, out, _ = desk.promote("status")
    assert code == 0
    assert "prod (ring 2): may be changed now, until Tue 2026-11-03 23:00 Europe/Oslo; 2 reviewers of" in out
    assert (
        "may move    workstation onp1-*-ws        1.31.800-gke.32 -> 1.32.200-gke.27  (since Tue 2026-09-01 12:00)"
        in out
    )
    assert "support of 1.31 ends on 2027-01-31, in 89 days" in out


def test_outside_the_window_and_in_a_freeze_the_next_opening_is_told(desk: Desk) -> None:
    _, closed, _ = desk.promote("status", at="2026-11-05")
    assert "prod (ring 2): outside the change window; opens next Tue 2026-11-10 18:00 Europe/Oslo" in closed
    _, frozen, _ = desk.promote("status", at="2026-12-22")
    assert "change freeze 'christmas' from 2026-12-18 to 2027-01-05; opens next Wed 2027-01-06 18:00" in frozen


def test_the_status_for_a_machine_has_every_blocker_with_its_end(desk: Desk) -> None:
    desk.history("test", update("test", datetime.fromisoformat("2026-11-01T12:00:00+00:00")))
    code, out, _ = desk.promote("status", "--json")
    prod = next(each for each in json.loads(out)["environments"] if each["environment"] == "prod")
    workstation = next(each for each in prod["things"] if each["kind"] == "workstation")
    assert (code, prod["open"], workstation["state"]) == (0, True, "waits")
    (soak,) = workstation["blockers"]
    assert (soak["cause"], soak["until"]) == ("soak", "2026-11-08T13:00:00+01:00")


def test_next_writes_the_version_and_nothing_else_in_the_next_file(desk: Desk) -> None:
    before = desk.text("prod")
    assert desk.promote("next", "prod")[0] == 0
    assert desk.text("prod") == before
    code, out, _ = desk.promote("next", "prod", "--write")
    after = desk.text("prod")
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert (code, len(changed)) == (0, 1)
    assert "1.31.800-gke.32" in changed[0][0]
    assert changed[0][0].replace("1.31.800-gke.32", PROVEN) == changed[0][1]
    assert "workstation onp1-prod-ws" in out
    assert check(desk.root).errors == ()


def test_next_takes_the_environments_of_a_ring_together(desk: Desk) -> None:
    code, out, _ = desk.promote("next", "--write")
    assert code == 0
    assert out.startswith("dev and test: written")
    assert "by hand: dev: image onp1-*-ws to ubuntu-2204-adminws-20261020" in out
    for name in ("dev", "test"):
        assert f"name: onp1-{name}-ws" in desk.text(name)
        assert "version: 1.32.300-gke.41" in desk.text(name)
    assert check(desk.root).errors == ()


def test_step_by_step_the_whole_environment_gets_there_in_the_legal_order(desk: Desk) -> None:
    for expected in ("workstation onp1-prod-ws", "admin cluster onp1-prod-admin", "user cluster onp1-prod"):
        code, out, _ = desk.promote("next", "prod", "--write")
        assert (code, expected in out) == (0, True)
    assert check(desk.root).errors == ()
    assert desk.promote("next", "prod")[:2] == (0, "every environment is in step with the ring before\n")


def test_nothing_is_written_while_something_blocks(desk: Desk) -> None:
    before = desk.text("prod")
    code, out, _ = desk.promote("next", "prod", "--write", at="2026-12-22T19:00")
    assert (code, desk.text("prod")) == (1, before)
    assert "nothing may go on now" in out


def test_a_file_ahead_of_its_ring_ends_in_1(desk: Desk) -> None:
    file = desk.root / "stacks" / "Pulumi.dev.yaml"
    file.write_text(
        desk.text("dev").replace("template: ubuntu-2204-adminws-20261001", "template: ubuntu-2204-adminws-20261101"),
        encoding="utf-8",
    )
    code, out, _ = desk.promote("status")
    assert (code, "! ahead of ubuntu-2204-adminws-20261020" in out) == (1, True)


def test_without_a_history_nothing_is_vouched_for(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["promote", "status", "--at", NOW, "--history", f"prod={desk.root / 'prod.json'}"]) == 0
    assert "not known since when dev runs it: no --history dev=FILE was given" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("next", "prdo"), "did you mean 'prod'"),
        (("status", "--history", "prdo=x.json"), "did you mean 'prod'"),
        (("status", "--history", "prod=/no/such/file"), "/no/such/file"),
        (("status", "--history", f"prod={ROOT / 'Pulumi.yaml'}"), "no JSON"),
    ],
)
def test_wrong_use_ends_in_2_with_the_reason(desk: Desk, words: tuple[str, ...], saying: str) -> None:
    code, out, err = desk.promote(*words)
    assert (code, out) == (2, "")
    assert saying in err


def test_a_moment_that_is_none_is_a_wrong_use(desk: Desk) -> None:
    assert desk.promote("status", at="tomorrow")[0] == 2


class TestHistory:
    """What is read out of a history: only what an `up` brought, the newest first."""

    def test_refreshes_destroys_and_updates_under_way_bring_nothing(self) -> None:
        later = LONG_AGO + timedelta(hours=1)
        running = {**update("dev", later), "result": "in-progress", "endTime": None}
        found = parsed(json.dumps([update("dev", later, kind="refresh"), running, update("dev", LONG_AGO)]))
        assert [run.at for run in found.runs] == [LONG_AGO]

    def test_a_failed_update_is_kept_as_failed_and_the_newest_is_first(self) -> None:
        later = LONG_AGO + timedelta(hours=1)
        found = parsed(json.dumps([update("dev", LONG_AGO), update("dev", later, result="failed")]))
        assert [run.succeeded for run in found.runs] == [False, True]

    def test_a_program_that_was_in_no_commit_is_no_revision_to_promote(self) -> None:
        dirty = {**update("dev", LONG_AGO), "environment": {"git.head": "a" * 40, "git.dirty": "true"}}
        assert parsed(json.dumps([dirty])).runs[0].revision == f"{'a' * 40}, with changes"

    @pytest.mark.parametrize("text", ["{}", "[3]", '[{"kind": "update", "endTime": "soon"}]', "no"])
    def test_another_shape_is_refused_with_what_it_should_be(self, text: str) -> None:
        with pytest.raises(HistoryError, match="pulumi stack history --json"):
            parsed(text)

    def test_what_was_not_rehearsed_has_no_history_and_says_how_to_get_one(self, tmp_path: Path) -> None:
        missing = of_rehearsal("dev", tmp_path / "nothing").missing
        assert "./hybrid rehearse dev" in missing or "no engine" in missing

    def test_without_the_command_line_the_file_is_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        assert "--history ENV=FILE" in of_backend("dev").missing

    def test_a_backend_that_refuses_is_told_in_its_own_words(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pulumi = tmp_path / "pulumi"
        pulumi.write_text("#!/bin/sh\necho 'error: not logged in' >&2\nexit 255\n", encoding="utf-8")
        pulumi.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        assert "error: not logged in" in of_backend("dev").missing
