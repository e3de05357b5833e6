"""How rules are registered, run and listed. What the rules themselves hold is in the tests named after their areas."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from model.config.problems import Place, Problem, Severity
from model.rules.reference import all_rules, registries, render
from model.rules.registry import Finding, Outcome, Registry, Unavailable


@dataclass(frozen=True)
class Subject:
    """Something with a part that may not be readable."""

    sizes: tuple[int, ...]
    broken: bool = False

    @property
    def network(self) -> str:
        if self.broken:
            raise Unavailable("hybrid:network could not be read")
        return "10.0.0.0/8"


HERE = Place("stacks/Pulumi.dev.yaml", 3, 1)


def place(line: int) -> Place:
    return Place(HERE.file, line, 1)


@pytest.fixture
def rules() -> Registry[Subject]:
    return Registry("environment")


def test_a_finding_becomes_a_problem_under_the_number_page_and_level_of_its_rule(rules: Registry[Subject]):
    @rules.rule("B46", title="sizes are small", source="https://example.org/sizes", severity=Severity.WARNING)
    def small(subject: Subject) -> Iterator[Finding]:
        for size in subject.sizes:
            if size > 5:
                yield Finding(HERE, f"{size} is large", "make it smaller")

    assert rules.run(Subject((1, 9))).problems == (
        Problem(
            *(HERE.file, HERE.line, HERE.column, "B46", "9 is large", "make it smaller"),
            severity=Severity.WARNING,
            source="https://example.org/sizes",
        ),
    )
    assert rules.run(Subject((1, 2))) == Outcome()
    assert list(small(Subject((7,)))) == [Finding(HERE, "7 is large", "make it smaller")]


def test_a_finding_may_have_a_level_and_a_number_of_its_own(rules: Registry[Subject]):
    @rules.rule("D8", "D9", title="two rules at once", source="page")
    def both(subject: Subject) -> Iterator[Finding]:
        yield Finding(place(1), "first", "")
        yield Finding(place(2), "second", "", severity=Severity.WARNING, rule="D9")

    found = [(problem.rule, problem.severity) for problem in rules.run(Subject(())).problems]
    assert found == [("D8", Severity.ERROR), ("D9", Severity.WARNING)]
    assert list(both(Subject(())))


def test_problems_of_all_rules_come_together_in_the_order_of_the_files_and_each_once(rules: Registry[Subject]):
    def finding(line: int) -> Iterator[Finding]:
        yield Finding(place(line), "message", "remedy")
        yield Finding(place(line), "message", "remedy")

    for line in (9, 2, 5):
        rules.rule("B1", title=f"rule {line}", source="page")(lambda _, line=line: finding(line))
    assert [problem.line for problem in rules.run(Subject(())).problems] == [2, 5, 9]


def test_a_rule_over_a_part_that_could_not_be_read_is_noted_and_the_others_run(rules: Registry[Subject]):
    @rules.rule("D8", title="the network is large", source="page")
    def large(subject: Subject) -> Iterator[Finding]:
        yield Finding(place(1), "found before", "")
        yield Finding(place(2), subject.network, "")

    @rules.rule("D9", title="sizes are there", source="page")
    def there(subject: Subject) -> Iterator[Finding]:
        if not subject.sizes:
            yield Finding(place(3), "no sizes", "")

    outcome = rules.run(Subject((), broken=True))
    assert [problem.message for problem in outcome.problems] == ["found before", "no sizes"]
    ((rule, title, why),) = [(note.rule, note.title, note.why) for note in outcome.not_run]
    assert (rule, title) == ("D8", "the network is large")
    assert "hybrid:network" in why
    assert not rules.run(Subject((1,))).not_run
    assert [rule.check for rule in rules.rules] == [large, there]


def test_a_fault_in_a_rule_is_not_taken_for_a_finding(rules: Registry[Subject]):
    @rules.rule("D8", title="divides", source="page")
    def divides(subject: Subject) -> Iterator[Finding]:
        yield Finding(place(1 // len(subject.sizes)), "", "")

    with pytest.raises(ZeroDivisionError):
        rules.run(Subject(()))
    assert list(divides(Subject((1,))))


def test_two_functions_may_enforce_parts_of_one_rule_but_not_under_one_title(rules: Registry[Subject]):
    rules.rule("B46", title="one part", source="page")(lambda _: ())
    rules.rule("B46", title="another part", source="page")(lambda _: ())
    with pytest.raises(ValueError, match="one part"):
        rules.rule("B47", title="one part", source="page")
    assert [rule.number for rule in rules] == ["B46", "B46"]


def test_several_outcomes_say_once_what_each_of_them_says(rules: Registry[Subject]):
    rules.rule("B1", title="always", source="page")(lambda _: (Finding(place(4), "m", "r"),))
    rules.rule("B2", title="needs the network", source="page")(
        lambda subject: (Finding(place(1), subject.network, ""),)
    )
    together = Outcome.together([rules.run(Subject((), broken=True)), rules.run(Subject((), broken=True))])
    assert [problem.line for problem in together.problems] == [4]
    assert [note.rule for note in together.not_run] == ["B2"]
    both = Outcome.together([rules.run(Subject(())), rules.run(Subject((), broken=True))])
    assert [problem.line for problem in both.problems] == [1, 4]


class TestReference:
    def test_rules_are_listed_by_letter_and_then_by_number(self, rules: Registry[Subject]):
        for number in ("B10", "X6", "B2", "A29"):
            rules.rule(number, title=f"title of {number}", source="page")(lambda _: ())
        assert [entry.rule.number for entry in all_rules([rules])] == ["A29", "B2", "B10", "X6"]

    def test_the_page_has_a_row_for_each_rule_with_what_the_rule_says_of_itself(self, rules: Registry[Subject]):
        source = "https://example.org/page"
        rules.rule("D8", "D9", title="a | b", source=source, severity=Severity.WARNING)(lambda _: ())
        rules.rule("B2", title="plain", source="gcp.compute.Network mtu")(lambda _: ())
        checked = render(all_rules([rules])).partition("## Held by construction")[0]
        rows = [line for line in checked.splitlines() if line.startswith("| ")][1:]
        assert rows == [
            "| B2 | plain | error | environment | gcp.compute.Network mtu |",
            f"| D8, D9 | a \\| b | warning | environment | <{source}> |",
        ]

    def test_every_registry_of_every_module_of_a_package_is_found_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        package = tmp_path / "sample_rules"
        (package / "inner").mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "base.py").write_text("from model.rules.registry import Registry\nfirst = Registry('environment')\n")
        (package / "inner" / "__init__.py").write_text("")
        (package / "inner" / "rules.py").write_text(
            "from model.rules.registry import Registry\nfrom sample_rules.base import first\n"
            "second = Registry('estate')\n"
            "first.rule('A1', title='late', source='page')(lambda subject: ())\n"
        )
        monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
        try:
            found = registries("sample_rules")
            assert [registry.scope for registry in found] == ["environment", "estate"]
            assert [entry.rule.title for entry in all_rules(found)] == ["late"]
        finally:
            for name in [name for name in sys.modules if name.split(".")[0] == "sample_rules"]:
                del sys.modules[name]
