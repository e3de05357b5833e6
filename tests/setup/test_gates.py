"""`./hybrid test` over a small project of its own: what runs, what it prints last, and how it ends."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from operations import testing
from operations.testing import Gate

GOOD = Gate("good", ("-c", "print('fine')"))
BAD = Gate("bad", ("-c", "import sys; print('what is wrong'); sys.exit(1)"))
LAST = Gate("last", ("-c", "print('fine')"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with one test that passes and one that a quick run leaves out."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\ntestpaths = ["tests"]\nmarkers = ["engine", "cli"]\n'
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(
        "import pytest\ndef test_one(): pass\n@pytest.mark.engine\ndef test_two(): assert False\n"
    )
    monkeypatch.setattr(testing, "ROOT", tmp_path)
    return tmp_path


def run(*words: str) -> int:
    return testing.run(argparse.Namespace(words=list(words)))


def gates(monkeypatch: pytest.MonkeyPatch, *chosen: Gate) -> None:
    monkeypatch.setattr(testing, "GATES", chosen)


def test_everything_passed_is_zero_and_the_runners_line_is_the_last_on_stdout(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    gates(monkeypatch, GOOD, LAST)
    assert run("--quick") == 0
    lines = capfd.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["good", "passed"], ["last", "passed"]]
    assert lines[-1].startswith("1 passed")


def test_a_gate_that_fails_shows_why_fails_the_whole_and_stops_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    gates(monkeypatch, BAD, LAST)
    assert run("--quick") == 1
    out = capfd.readouterr().out
    assert "what is wrong" in out
    assert "last    passed" in out
    assert out.splitlines()[-1].startswith("1 passed")


def test_a_test_that_fails_fails_the_whole(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gates(monkeypatch, GOOD)
    (project / "tests" / "test_it.py").write_text("def test_one(): assert False\n")
    assert run("--quick") == 1


def test_a_run_that_finds_no_test_is_a_failure(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gates(monkeypatch, GOOD)
    (project / "tests" / "test_it.py").write_text("")
    assert run("--quick") == 1


def test_arguments_for_pytest_select_tests_and_run_nothing_else(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    gates(monkeypatch, BAD)
    assert run("-k", "one", "-q") == 0
    assert "what is wrong" not in capfd.readouterr().out
    assert run("-k", "two") == 1


def test_a_path_for_pytest_is_taken_from_where_the_person_stands(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project / "tests")
    assert run("test_it.py::test_one", "-q") == 0
    assert "1 passed" in capfd.readouterr().out


def test_for_a_machine_everything_but_the_result_goes_to_stderr(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    gates(monkeypatch, BAD, LAST)
    assert run("--quick", "--json") == 1
    captured = capfd.readouterr()
    result = json.loads(captured.out)
    assert [(gate["gate"], gate["passed"]) for gate in result["gates"]] == [("bad", False), ("last", True)]
    assert result["gates"][0]["output"] == "what is wrong"
    assert result["tests"] == {"passed": 1, "failed": 0, "errors": 0, "skipped": 0}
    assert result["passed"] is False
    assert "1 passed" in captured.err


def test_options_and_help_reach_the_command_through_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    top = argparse.ArgumentParser()
    testing.add_parser(top.add_subparsers())
    assert top.parse_args(["test", "-k", "a or b", "--json", "x.py"]).words == ["-k", "a or b", "--json", "x.py"]
    with pytest.raises(SystemExit) as left:
        run("--help")
    assert left.value.code == 0
    assert "./hybrid test --quick" in capsys.readouterr().out


def test_a_full_run_gets_the_api_server_meanwhile_and_leaves_nothing_of_it_running(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates(monkeypatch, GOOD)
    ended = tmp_path / "ended"
    getting = f"""
import pathlib, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
pathlib.Path({str(tmp_path / "begun")!r}).touch()
try:
    time.sleep(600)
except KeyboardInterrupt:
    pathlib.Path({str(ended)!r}).touch()
"""
    monkeypatch.setattr(testing, "MEANWHILE", ("-c", getting))
    monkeypatch.setattr("operations.control_plane.find", lambda: None)
    # What is to be seen here is that it has begun when the tests run.
    (project / "tests" / "test_it.py").write_text(
        "import pathlib, time\n"
        "def test_one():\n"
        f"    while not pathlib.Path({str(tmp_path / 'begun')!r}).exists(): time.sleep(0.05)\n"
    )
    run()
    assert ended.exists()


def test_a_quick_run_and_a_choice_of_tests_get_no_api_server(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates(monkeypatch, GOOD)
    begun = tmp_path / "begun"
    monkeypatch.setattr(testing, "MEANWHILE", ("-c", f"import pathlib; pathlib.Path({str(begun)!r}).touch()"))
    monkeypatch.setattr("operations.control_plane.find", lambda: None)
    assert run("--quick") == 0
    assert run("-k", "one") == 0
    assert not begun.exists()
