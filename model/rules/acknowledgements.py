"""What is wrong with acknowledgements by themselves. Whether one matches anything, only a review can say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from model.config.acknowledgement import Acknowledged, Acknowledgement, load_acknowledgements
from model.config.problems import Problem, Severity
from model.rules.registry import Finding, Registry

acknowledgement_rules: Final[Registry[Acknowledged]] = Registry("acknowledgements")

_PROTECT: Final = "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/"


@acknowledgement_rules.rule(
    "X8", title="no acknowledgement outlives its day", source=_PROTECT, severity=Severity.WARNING
)
def not_expired(acknowledged: Acknowledged) -> Iterator[Finding]:
    """Report what has expired: a review refuses it. It does not stop a run, which days alone must not do."""
    for each in acknowledged.entries:
        if each.expires < acknowledged.today:
            message = f"the acknowledgement of {each.operation} of {each.urn} expired on {each.expires}"
            yield Finding(each.at("expires"), message, "remove it, or have a later day reviewed")


@acknowledgement_rules.rule("X8", title="nothing is acknowledged twice", source=_PROTECT)
def not_twice(acknowledged: Acknowledged) -> Iterator[Finding]:
    """Refuse a second acknowledgement of the same operation: of two days and reasons, one would not be looked at."""
    seen: dict[tuple[str, str], Acknowledgement] = {}
    for each in acknowledged.entries:
        first = seen.setdefault((each.urn, each.operation), each)
        if first is not each:
            message = f"{each.operation} of {each.urn} is acknowledged twice, first at {first.at()}"
            yield Finding(each.at(), message, "keep one of them")


def acknowledgement_problems(root: Path, today: date, texts: Mapping[str, str] | None) -> tuple[Problem, ...]:
    """Return what is wrong with the acknowledgements below `root`; nothing where there is no such file."""
    entries, problems = load_acknowledgements(root, texts=texts)
    return (*problems, *acknowledgement_rules.run(Acknowledged(entries, today)).problems)
