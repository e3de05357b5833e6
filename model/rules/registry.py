"""Rules over a subject (an environment, or the estate of all), how they are registered and how they are run.

A rule is a plain function that gives findings. It never stops at the first one, and knows nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from model.config.problems import Place, Problem, Severity
from model.config.wording import suggest

__all__ = ["Finding", "NotRun", "Outcome", "Registry", "Rule", "Unavailable", "suggest"]

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken.

    `severity` is the rule's own unless given. `rule` is the number to report, for a function that enforces several.
    """

    place: Place
    message: str
    remedy: str
    severity: Severity | None = None
    rule: str | None = None


class Unavailable(Exception):  # noqa: N818  it is no error: the rule that meets it has nothing to look at
    """Raised by a subject for a part that could not be read. The message says which part, and why."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """A rule and the function that enforces it.

    `numbers` are the rules it enforces, the first being the one it reports under; `source` is their public page.
    """

    numbers: tuple[str, ...]
    title: str
    source: str
    severity: Severity
    check: Callable[[S], Iterable[Finding]]

    @property
    def number(self) -> str:
        """The number that findings are reported under."""
        return self.numbers[0]


@dataclass(frozen=True, slots=True)
class NotRun:
    """A rule that could not look at its subject, and why."""

    rule: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of running rules: the problems in the order of the files, and the rules that could not be run."""

    problems: tuple[Problem, ...] = ()
    not_run: tuple[NotRun, ...] = ()

    @classmethod
    def together(cls, outcomes: Iterable[Outcome]) -> Outcome:
        """Return several outcomes as one; what several of them say is said once."""
        every = list(outcomes)
        return cls(
            tuple(sorted({problem for outcome in every for problem in outcome.problems})),
            tuple(dict.fromkeys(note for outcome in every for note in outcome.not_run)),
        )


class Registry(Generic[S]):
    """The rules over one kind of subject. `scope` names it: "environment", "estate"."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self._rules: dict[str, Rule[S]] = {}

    def __iter__(self) -> Iterator[Rule[S]]:
        return iter(self.rules)

    @property
    def rules(self) -> tuple[Rule[S], ...]:
        """Every rule, in the order in which they were registered."""
        return tuple(self._rules.values())

    def rule(
        self,
        number: str,
        *also: str,
        title: str,
        source: str,
        severity: Severity = Severity.ERROR,
    ) -> Callable[[Callable[[S], Iterable[Finding]]], Callable[[S], Iterable[Finding]]]:
        """Register the decorated function as the enforcement of rule `number`, and of those in `also`.

        Several functions may enforce parts of one rule; raises `ValueError` when two have the same title.
        """
        if title in self._rules:
            raise ValueError(f"two rules of the {self.scope} have the title {title!r}: give {number} its own")

        def register(check: Callable[[S], Iterable[Finding]]) -> Callable[[S], Iterable[Finding]]:
            self._rules[title] = Rule((number, *also), title, source, severity, check)
            return check

        return register

    def run(self, subject: S) -> Outcome:
        """Run every rule over `subject`.

        A rule that needs a part of the subject that could not be read is noted and left out, with what it found until
        then; that the part can not be read is a problem of its own. Any other exception is a fault of the rule and is
        not caught.
        """
        problems: set[Problem] = set()
        not_run: list[NotRun] = []
        for rule in self._rules.values():
            try:
                for finding in rule.check(subject):
                    problems.add(self._problem(rule, finding))
            except Unavailable as reason:
                not_run.append(NotRun(rule.number, rule.title, str(reason)))
        return Outcome(tuple(sorted(problems)), tuple(not_run))

    def _problem(self, rule: Rule[S], finding: Finding) -> Problem:
        return Problem.at(
            finding.place,
            rule=finding.rule or rule.number,
            message=finding.message,
            remedy=finding.remedy,
            severity=finding.severity or rule.severity,
            source=rule.source,
        )
