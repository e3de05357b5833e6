"""`./hybrid render` as a person runs it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.running import checkout, run
from tests.model.rendering_cases import GOLDEN_USER


def test_every_file_of_an_environment_is_written_and_is_the_same_the_next_time(tmp_path: Path) -> None:
    first = run("render", "dev", "--out", str(tmp_path), "--json")
    assert first.code == 0, first.err
    written = json.loads(first.out)
    paths = [each["path"] for each in written["files"]]
    assert paths == [
        "admin-ws-config.yaml",
        "credential.yaml",
        "onp1-dev-admin/admin-cluster.yaml",
        "onp1-dev/user-cluster.yaml",
        "onp1-dev/ip-block.yaml",
    ]
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("**/*.yaml")) == sorted(paths)
    assert all(each["changed"] for each in written["files"])
    again = run("render", "dev", "--directory", str(tmp_path), "--json")
    assert not any(each["changed"] for each in json.loads(again.out)["files"])


def test_files_go_below_a_directory_that_git_does_not_see(tmp_path: Path) -> None:
    project = checkout(tmp_path)
    shutil.rmtree(project / ".rendered", ignore_errors=True)
    ran = run("render", "sandbox", project=project, cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert (project / ".rendered" / "sandbox" / "admin-ws-config.yaml").is_file()
    assert ".rendered/" in (project / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_one_cluster_and_a_minor_version_are_taken(tmp_path: Path) -> None:
    ran = run("render", "dev", "--cluster", "onp1-dev", "--for-version", "1.33", "--out", str(tmp_path))
    assert ran.code == 0, ran.err
    assert not (tmp_path / "onp1-dev-admin").exists()
    text = (tmp_path / "onp1-dev" / "user-cluster.yaml").read_text(encoding="utf-8")
    assert "enableAdvancedCluster: true" in text
    assert "no client of the API manages it afterwards" in ran.err


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("dve",), "did you mean 'dev'"),
        (("dev", "--cluster", "onp1-dve"), "did you mean 'onp1-dev'"),
        (("dev", "--for-version", "new"), "--for-version takes"),
        (("dev", "--for-version", "1.99"), "has no patch of 1.99"),
        ((), "say which environment"),
        (("--check", "a.yaml"), "--for-version"),
        (("dev", "--check", "a.yaml", "--for-version", "1.32"), "no environment"),
    ],
)
def test_a_command_line_that_is_wrong_says_what_is_right(words: tuple[str, ...], saying: str) -> None:
    ran = run("render", *words)
    assert ran.code == 2
    assert saying in ran.err
    assert ran.out == ""


def test_a_version_that_is_not_described_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("render", "dev", "--for-version", "1.28.0-gke.1", "--out", str(out))
    assert ran.code == 1
    assert "are not described here" in ran.out
    assert not out.exists()


def test_errors_in_the_stack_file_stop_it(tmp_path: Path) -> None:
    project = checkout(tmp_path)
    path = project / "stacks" / "Pulumi.dev.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("ingress_vip: 10.20.17.30", "ingress_vip: 10.20.17.70"), encoding="utf-8")
    ran = run("render", "dev", "--out", str(tmp_path / "out"), project=project)
    assert ran.code == 1
    assert "./hybrid check dev says which" in ran.err
    assert not (tmp_path / "out").exists()


def test_credentials_that_somebody_filled_in_are_left_as_they_are(tmp_path: Path) -> None:
    run("render", "dev", "--out", str(tmp_path))
    path = tmp_path / "credential.yaml"
    filled = path.read_text(encoding="utf-8").replace("sm://varde-k8s-dev-5e6f/vcenter-credentials", "hunter2")
    path.write_text(filled, encoding="utf-8")
    ran = run("render", "dev", "--out", str(tmp_path))
    assert path.read_text(encoding="utf-8") == filled
    assert "is left as it is" in ran.err
    assert "hunter2" not in ran.out + ran.err


def test_what_gkectl_can_not_change_and_what_is_left_over_is_said(tmp_path: Path) -> None:
    run("render", "dev", "--out", str(tmp_path))
    path = tmp_path / "onp1-dev" / "user-cluster.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("podCIDR: 100.98.0.0/16", "podCIDR: 100.97.0.0/16"), encoding="utf-8")
    gone = tmp_path / "onp9-dev" / "user-cluster.yaml"
    gone.parent.mkdir()
    gone.write_text(text, encoding="utf-8")
    ran = run("render", "dev", "--out", str(tmp_path))
    assert ran.code == 0
    assert "gkectl can not change network.podCIDR" in ran.err
    assert "onp9-dev/user-cluster.yaml is of an earlier run" in ran.err
    assert gone.is_file()


def test_the_page_of_migrations_is_printed(tmp_path: Path) -> None:
    ran = run("render", "dev", "--migration", cwd=tmp_path)
    assert ran.code == 0
    assert "# Migrations of dev" in ran.out
    data = json.loads(run("render", "dev", "--migration", "--json").out)
    assert data == {"environment": "dev", "migrations": []}
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_somebody_s_own_is_checked_by_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = GOLDEN_USER.read_text(encoding="utf-8")
    path.write_text(text.replace("kind: MetalLB", "kind: MetallB").replace("nodePools:", "nodePool:"), encoding="utf-8")
    line = 1 + text.splitlines().index("  kind: MetalLB")
    ran = run("render", "--check", str(path), "--for-version", "1.32")
    assert ran.code == 1
    assert f"mine.yaml:{line}:3  error  'kind' can not be 'MetallB'" in ran.out
    assert "unknown field 'nodePool'" in ran.out
    found = json.loads(run("render", "--check", str(path), "--for-version", "1.32", "--json").out)["problems"]
    assert [each["line"] for each in found] == sorted(each["line"] for each in found)


def test_a_file_that_is_right_is_said_to_be() -> None:
    ran = run("render", "--check", str(GOLDEN_USER), "--for-version", "1.32")
    assert ran.code == 0, ran.out
    assert "is right for 1.32" in ran.out


@pytest.mark.parametrize(
    ("text", "saying"),
    [
        ("a: [", "error"),
        ("kind: Pod\n", "nothing says what this file is"),
        ("", "nothing says what this file is"),
        ("kind: UserCluster\nkind: UserCluster\n", "error"),
    ],
)
def test_a_file_that_is_something_else_is_said_to_be(tmp_path: Path, text: str, saying: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    ran = run("render", "--check", str(path), "--for-version", "1.32")
    assert ran.code == 1
    assert saying in ran.out


def test_a_file_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    ran = run("render", "--check", str(tmp_path / "none.yaml"), "--for-version", "1.32")
    assert ran.code == 1
    assert "can not be read" in ran.out
