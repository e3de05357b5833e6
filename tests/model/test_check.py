"""Checking all files together."""

from __future__ import annotations

import pytest

from model.check import check
from model.config.problems import Severity
from tests.model.cases import DEV, ORGANISATION, PROD, ROOT, TEST, checked, edited


def test_the_project_as_it_is_has_no_errors_and_every_rule_was_run() -> None:
    result = check(ROOT)
    assert not result.errors
    assert not result.not_run


def test_problems_of_all_files_come_together_sorted_and_once() -> None:
    dev = edited(DEV, {"pods: 100.98.0.0/16": "pods: 100.96.0.0/16", "gateway_interface: 1": "gateway_interface: 0"})
    test = edited(TEST, {"        range: 169.254.30.4/30\n": "        range: 169.254.20.4/30\n"})
    found = checked(dev, test).problems
    assert {problem.rule for problem in found} >= {"A32", "D1", "D10"}
    assert list(found) == sorted(set(found))
    assert {problem.file for problem in found if problem.severity is Severity.ERROR} == {DEV, TEST}


def test_only_one_environment_shows_its_own_collision_with_another_and_not_the_others_problems() -> None:
    texts = {
        **edited(TEST, {"        range: 169.254.30.4/30\n": "        range: 169.254.20.4/30\n"}),
        **edited(PROD, {"asn: 64604": "asn: 64601", "      port_group: pg-varde-prod-node\n": "      port: none\n"}),
    }
    found = check(ROOT, texts=texts, only=["test"]).errors
    assert {(problem.rule, problem.file) for problem in found} == {("D10", TEST)}


def test_an_environment_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="devv"):
        check(ROOT, only=["devv"])


def test_a_section_that_can_not_be_read_is_a_problem_and_its_rules_are_named_as_not_run() -> None:
    result = checked(edited(DEV, {"    asn: 64602\n": "    asn: none\n"}))
    assert [(problem.rule, problem.file) for problem in result.errors] == [("format", DEV)]
    assert {"D1", "D17", "D20"} <= {note.rule for note in result.not_run}


def test_without_a_readable_organisation_there_are_problems_and_no_estate() -> None:
    result = checked({ORGANISATION: "name: Fjellverket\n"})
    assert result.loaded.estate is None
    assert {problem.file for problem in result.problems} == {ORGANISATION}
