"""Problems as data, as text for a person and as a line for a machine."""

from __future__ import annotations

import dataclasses

import pytest

from model.config.problems import Place, Problem, Severity

PROBLEM = Problem("stacks/Pulumi.dev.yaml", 12, 7, "B46", "pools 'a' and 'b' overlap", "move one of them")


def test_problems_sort_by_file_then_line_then_column_as_numbers():
    places = [("b", 1, 1), ("a", 10, 2), ("a", 9, 30), ("a", 10, 1), ("a", 9, 4)]
    problems = [dataclasses.replace(PROBLEM, file=file, line=line, column=column) for file, line, column in places]
    assert [(each.file, each.line, each.column) for each in sorted(problems)] == sorted(places)


def test_two_problems_in_one_place_have_an_order_too():
    error, warning = (dataclasses.replace(PROBLEM, severity=severity) for severity in Severity)
    assert sorted([warning, error]) == sorted([error, warning])


def test_a_problem_can_not_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PROBLEM.line = 3  # pyright: ignore[reportAttributeAccessIssue]  what the test is about


def test_a_machine_gets_the_documented_keys_and_the_severity_as_a_word():
    problem = dataclasses.replace(PROBLEM, source="https://example.org/page", severity=Severity.WARNING)
    assert problem.as_dict() == {
        "file": "stacks/Pulumi.dev.yaml",
        "line": 12,
        "column": 7,
        "rule": "B46",
        "message": "pools 'a' and 'b' overlap",
        "remedy": "move one of them",
        "severity": "warning",
    }
    assert type(problem.as_dict()["severity"]) is str


def test_a_person_gets_place_and_message_first_then_the_remedy_then_where_the_rule_comes_from():
    first, second, third = dataclasses.replace(PROBLEM, source="https://example.org/page").text().split("\n")
    assert first.startswith("stacks/Pulumi.dev.yaml:12:7  error  ")
    assert first.endswith(PROBLEM.message)
    assert second.strip() == "-> move one of them"
    assert third.strip() == "[B46: https://example.org/page]"


def test_a_rule_of_the_file_format_has_no_page_and_needs_no_third_line():
    first, second = dataclasses.replace(PROBLEM, rule="format").text().split("\n")
    assert first.endswith("[format]")
    assert "move one of them" in second


def test_colours_only_wrap_the_words_and_only_when_asked_for():
    problem = dataclasses.replace(PROBLEM, source="https://example.org/page")
    plain, coloured = problem.text(), problem.text(colour=True)
    assert "\x1b" not in plain
    without = coloured
    for code in ("1", "2", "31", "0"):
        without = without.replace(f"\x1b[{code}m", "")
    assert without == plain
    assert "\x1b[31merror" in coloured
    assert "\x1b[33mwarning" in dataclasses.replace(problem, severity=Severity.WARNING).text(colour=True)


def test_what_a_file_holds_can_neither_write_to_the_terminal_nor_break_the_lines():
    text = dataclasses.replace(PROBLEM, message="bad \x1b[2J\nname\u202e", remedy="a\r\nb").text()
    assert "\x1b" not in text
    assert "\u202e" not in text
    first, second = text.split("\n")
    assert r"bad \x1b[2J name\u202e" in first
    assert "-> a b" in second


def test_a_problem_is_made_at_a_place():
    made = Problem.at(
        Place("stacks/Pulumi.dev.yaml", 12, 7), rule="B46", message=PROBLEM.message, remedy=PROBLEM.remedy
    )
    assert made == PROBLEM
