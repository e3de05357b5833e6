"""The version catalogue: how it is read, and that it agrees with itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.check import check
from model.config.catalogue import Feature
from model.config.load import load
from tests.model.cases import ROOT, VERSIONS, checked, edited, environment, refused


def test_the_catalogue_is_read_once_for_every_environment() -> None:
    assert environment("dev").catalogue is environment("prod").catalogue
    assert Feature.KUBECEPTION in environment("dev").catalogue.onprem["1.32"].blockers


def test_a_catalogue_that_can_not_be_read_leaves_its_rules_out_and_says_so() -> None:
    result = checked(edited(VERSIONS, {"warn_days: 120": "warn_days: soon"}))
    assert [(problem.rule, problem.file) for problem in result.errors] == [("format", VERSIONS)]
    assert {"B72", "B64"} <= {note.rule for note in result.not_run}
    assert all("versions.yaml could not be read" in note.why for note in result.not_run)


def test_a_missing_catalogue_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    stacks = tmp_path / "stacks"
    stacks.mkdir()
    text = (ROOT / "stacks/organisation.yaml").read_text(encoding="utf-8")
    (stacks / "organisation.yaml").write_text(text, encoding="utf-8")
    loaded = load(tmp_path)
    assert loaded.estate is not None
    assert [problem.file for problem in loaded.problems] == [VERSIONS]


def test_an_unknown_feature_is_refused_with_those_there_are() -> None:
    found = checked(edited(VERSIONS, {"blockers: [dataplane_v1]\n": "blockers: [calico]\n"})).errors
    assert [problem.file for problem in found] == [VERSIONS]
    assert "kubeception" in found[0].remedy + found[0].message


@pytest.mark.parametrize(
    ("old", "new", "saying"),
    [
        ("patches: [1.31.700-gke.24, ", "patches: [1.30.700-gke.24, ", "1.30.700-gke.24 is no patch of 1.31"),
        (
            "patches: [1.32.200-gke.27, 1.32.300-gke.41]",
            "patches: [1.32.300-gke.41, 1.32.200-gke.27]",
            "not from the oldest to the newest",
        ),
        (
            'gkectl: {lowest: "1.32", highest: "1.34"}',
            'gkectl: {lowest: "1.32", highest: "1.35"}',
            "end with 1.34",
        ),
        (
            'gkectl: {lowest: "1.32", highest: "1.34"}',
            'gkectl: {lowest: "1.31", highest: "1.34"}',
            "begin with 1.32",
        ),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(old: str, new: str, saying: str) -> None:
    assert refused("B72", edited(VERSIONS, {old: new}), saying=saying).file == VERSIONS


def test_what_a_version_no_longer_runs_does_not_come_back() -> None:
    text = (ROOT / VERSIONS).read_text(encoding="utf-8")
    line = "    blockers: [dataplane_v1, f5, seesaw, kubeception, non_ha_admin]\n"
    head, _, tail = text.rpartition(line)
    lifted = {VERSIONS: f"{head}    blockers: [dataplane_v1, f5, seesaw, non_ha_admin]\n{tail}"}
    assert refused("B72", lifted, saying="1.33 runs kubeception again").file == VERSIONS


def test_the_sample_knows_every_version_it_uses() -> None:
    assert not [problem for problem in check(ROOT).problems if problem.file == VERSIONS]
