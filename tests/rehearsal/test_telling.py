"""What a rehearsal tells: the line of a step, the name of a report, what the simulated clouds cost, a wrong use."""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from operations.rehearse import report
from operations.rehearse.command import add_parser
from operations.rehearse.display import operations_text
from operations.rehearse.one import Rehearsed
from operations.rehearse.summary import Summary
from rehearsal.engine.steps import COUNTED, StepResult
from rehearsal.meter import Meter, Reading, Share


def result(*, succeeded: bool = True, **operations: int) -> StepResult:
    return StepResult("up", {**dict.fromkeys(COUNTED, 0), **operations}, 10.0, (), (), succeeded)


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (result(create=2, same=3), "2 create, 3 same"),
        (result(same=3), "nothing to change (3 same)"),
        (result(succeeded=False, create=2), "2 create, 0 same"),
        (result(succeeded=False, same=3), "ended before any change (3 same)"),
    ],
)
def test_a_step_that_failed_never_says_that_there_was_nothing_to_change(step: StepResult, line: str) -> None:
    assert operations_text(step) == line


def rehearsed(name: str) -> Rehearsed:
    share = Share(Reading(calls=4, cost=0.2, busy=0.5), 10.0)
    summary = Summary(0, 0, 0, 0, 0, 0)
    return Rehearsed(name, (("up", result()),), Counter(), summary, (), (), clouds=share)


def test_two_rehearsals_at_once_write_two_reports(tmp_path: Path) -> None:
    written = {
        report.write([rehearsed(name) for name in names], tmp_path) for names in (["dev"], ["test"], ["dev", "test"])
    }
    assert len(written) == 3
    for path in written:
        machine = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        text = path.read_text(encoding="utf-8")
        for name in machine["environments"]:
            assert f"## {name}" in text
        assert "4 calls in 0.5 s of these 10.0 s (5.0%), with 0.2 s of processor time" in text


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return parser.parse_args(["rehearse", *words])


@pytest.mark.parametrize("seed", ["0", "3"])
def test_a_seed_without_faults_is_a_wrong_use(seed: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = parsed("up", "dev", "--seed", seed)
    assert arguments.run(arguments) == 2
    said = capsys.readouterr().err
    assert "--seed goes with faults" in said
    assert said.count("\n") == 1


def test_a_meter_counts_time_once_that_two_calls_share_and_not_what_another_thread_computes() -> None:
    meter = Meter()
    together = threading.Barrier(2)

    def call() -> None:
        with meter.call():
            together.wait()
            time.sleep(0.1)

    begun = time.perf_counter()
    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - begun
    shown = meter.read()
    assert shown.calls == 2
    assert 0.1 <= shown.busy <= passed
    assert shown.cost < 0.1
    with meter.call():
        pass
    assert meter.read().since(shown).calls == 1
