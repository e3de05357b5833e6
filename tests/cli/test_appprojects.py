"""`./hybrid access appprojects` as a person runs it: what it prints, what it writes, and what a wrong question gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from operations import cli


def test_the_projects_of_several_environments_are_printed_as_one_stream(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["access", "appprojects", "dev", "test"]) == 0
    printed = list(yaml.safe_load_all(capsys.readouterr().out))
    assert {each["kind"] for each in printed} == {"AppProject"}
    by_team = {each["metadata"]["name"]: each["spec"] for each in printed}
    assert [role["name"] for role in by_team["stier"]["roles"]] == ["dev", "test"]
    assert cli.main(["access", "appprojects", "dev", "test", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["projects"] == printed


def test_a_file_for_each_team_is_written_and_the_same_the_next_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "apps" / "projects"
    command = ["access", "appprojects", "prod", "--out", str(folder)]
    assert cli.main(command) == 0
    first = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert cli.main(command) == 0
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == first
    assert "stier.yaml" in first
    assert f"{len(first)} projects in" in capsys.readouterr().out


def test_an_unknown_environment_is_said_with_what_is_like_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["access", "appprojects", "dve"]) == 2
    assert "did you mean 'dev'" in capsys.readouterr().err
