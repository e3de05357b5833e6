"""What came of the hand edits: for people on a terminal, for machines, and as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from operations.rehearse.hand_edits import HandEdit, Verdict

_TITLES: Final = {
    Verdict.INCIDENT: "Incidents",
    Verdict.NOISE: "Noise",
    Verdict.INVISIBLE: "Invisible",
    Verdict.MISSED: "Missed",
}
_MEANINGS: Final = {
    Verdict.INCIDENT: "A refresh sees them, and the next `up` would undo them. So somebody decides: undo, or write it "
    "down.",
    Verdict.NOISE: "The program leaves these values to somebody else, on purpose: `ignore_changes`, with the reason "
    "from where it stands. Neither refresh nor preview speaks of them.",
    Verdict.INVISIBLE: "The program made no such object, or states no such value, so it has no opinion and a refresh "
    "does not look. Where that matters, something else has to.",
    Verdict.MISSED: "The program states the value and yet plans nothing: a mistake in the program.",
}


@dataclass(frozen=True)
class Finding:
    """What came of one edit.

    `subject` is the object: its name in the program, or its id where the program does not know it. `refresh` is what a
    refresh would write into the state, `preview` what the preview after it plans, an operation a line. `reason` is why
    the program does nothing, from where that is decided; `revert` the command that undoes an incident.
    """

    edit: HandEdit
    subject: str
    refresh: tuple[str, ...]
    preview: tuple[str, ...]
    verdict: Verdict
    reason: str = ""
    revert: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the catalogue's."""
        return self.verdict is self.edit.expected

    def as_dict(self) -> dict[str, object]:
        """Return the shape for machines."""
        return {
            "edit": self.edit.key,
            "title": self.edit.title,
            "object": self.subject,
            "refresh": list(self.refresh),
            "preview": list(self.preview),
            "verdict": self.verdict.value,
            "expected": self.edit.expected.value,
            "reason": self.reason,
            "remark": self.edit.remark,
            "revert": self.revert,
            "adopt": self.edit.adopt,
        }


@dataclass(frozen=True)
class DriftReport:
    """What came of every edit in one environment; `absent` are those that nothing there could be made to."""

    environment: str
    findings: tuple[Finding, ...]
    absent: tuple[HandEdit, ...]
    unexplained: tuple[str, ...]
    """What refresh or preview said of objects that no edit reaches."""

    @property
    def succeeded(self) -> bool:
        """Whether every verdict is the expected one, and nothing else moved."""
        return not self.unexplained and all(each.as_expected for each in self.findings)

    def as_dict(self) -> dict[str, object]:
        """Return the shape for machines."""
        return {
            "environment": self.environment,
            "succeeded": self.succeeded,
            "findings": [each.as_dict() for each in self.findings],
            "absent": [each.key for each in self.absent],
            "unexplained": list(self.unexplained),
        }

    def lines(self) -> list[str]:
        """Return the lines for people."""
        lines: list[str] = []
        for verdict in Verdict:
            findings = self._of(verdict)
            if findings:
                lines.append(f"{_TITLES[verdict]} ({len(findings)})")
                lines.extend(line for each in findings for line in _lines(each))
        lines.extend(f"nothing to edit: {each.title}" for each in self.absent)
        lines.extend(f"unexplained: {each}" for each in self.unexplained)
        wrong = [each for each in self.findings if not each.as_expected]
        lines.extend(f"wrong: {each.edit.key} is {each.verdict}, expected {each.edit.expected}" for each in wrong)
        lines.append(f"{self.environment}: {self._counts()}; {'as expected' if self.succeeded else 'NOT as expected'}")
        return lines

    def page(self) -> str:
        """Return the page of the documentation; the same edits in the same environment give the same page."""
        return "\n".join(self._page()) + "\n"

    def _page(self) -> Iterator[str]:
        env = self.environment
        yield from (
            "# Drift",
            "",
            "What people and machines change past the program, and what comes of it. Written by "
            f"`./hybrid rehearse drift {env}`, which makes each edit in a copy of the rehearsed environment and asks "
            "the engine.",
            "",
            f"Look for drift: `pulumi refresh --preview-only -s {env}`, then `pulumi preview --refresh -s {env}`; "
            "neither changes anything.",
            f"Undo an incident: `pulumi up --refresh -s {env}`. Keep it: write it where the last column says, then "
            f"`pulumi refresh -s {env}`; the next preview is empty.",
            "",
            f"In {env}: {self._counts()}.",
        )
        for verdict in Verdict:
            findings = self._of(verdict)
            if findings:
                yield from ("", f"## {_TITLES[verdict]}", "", _MEANINGS[verdict], "")
                yield from _incidents(findings) if verdict is Verdict.INCIDENT else _others(findings)
        if self.absent:
            yield from ("", f"## Nothing to edit in {env}", "")
            yield from (f"- {each.title}" for each in self.absent)
        if self.unexplained:
            yield from ("", "## Unexplained", "")
            yield from (f"- {each}" for each in self.unexplained)

    def _of(self, verdict: Verdict) -> list[Finding]:
        return [each for each in self.findings if each.verdict is verdict]

    def _counts(self) -> str:
        counts = [(len(self._of(verdict)), verdict) for verdict in Verdict]
        said = ", ".join(f"{number} {_TITLES[verdict].lower()}" for number, verdict in counts if number)
        return f"{len(self.findings)} edits: {said}"


def _lines(each: Finding) -> Iterator[str]:
    yield f"  {each.edit.title}: {each.subject}"
    yield f"      refresh   {_said(each.refresh)}"
    yield f"      preview   {_said(each.preview)}"
    for word, text in (("because", each.reason), ("note", each.edit.remark), ("undo", each.revert)):
        if text:
            yield f"      {word:9} {text}"
    if each.verdict is Verdict.INCIDENT and each.edit.adopt:
        yield f"      {'keep':9} {each.edit.adopt}"


def _incidents(findings: list[Finding]) -> Iterator[str]:
    yield "| edit | refresh | preview | to keep it |"
    yield "|---|---|---|---|"
    for each in findings:
        keep = f"{each.edit.adopt}. *{each.edit.remark}*" if each.edit.remark else each.edit.adopt
        yield f"| {each.edit.title} | {_cell(each.refresh)} | {_cell(each.preview)} | {keep} |"


def _others(findings: list[Finding]) -> Iterator[str]:
    yield "| edit | object | why |"
    yield "|---|---|---|"
    for each in findings:
        why = f"{each.reason} *{each.edit.remark}*" if each.edit.remark else each.reason
        yield f"| {each.edit.title} | `{each.subject}` | {why} |"


def _said(operations: tuple[str, ...]) -> str:
    return "; ".join(operations) or "nothing"


def _cell(operations: tuple[str, ...]) -> str:
    return "<br>".join(f"`{each}`" for each in operations) or "nothing"
