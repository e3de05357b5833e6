"""A runbook as a page of Markdown, for people who follow it with the page beside the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from model.runbooks.shape import Runbook, Step

_LONG: Final = 100
_HOUR: Final = 60


def spoken(minutes: float) -> str:
    """Return a duration for people: `15 min`, `2 h 30 min`."""
    hours, rest = divmod(round(minutes), _HOUR)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def folded(command: str) -> str:
    """Return a command over several lines where it is long, each line but the last ending in a backslash."""
    if len(command) <= _LONG or "'" in command or '"' in command:
        return command
    return command.replace(" --", " \\\n  --")


def page(book: Runbook) -> str:
    """Return the runbook as Markdown."""
    return "\n".join(_lines(book)) + "\n"


def _lines(book: Runbook) -> Iterator[str]:
    yield f"# {book.title}"
    yield ""
    if book.symptom:
        # Read at three in the morning: what is broken and what to type stand before anything that explains.
        yield f"**{book.symptom}** First: `{book.first_command}`"
        yield ""
    yield book.purpose
    yield ""
    yield f"- **Where:** {book.environment}, {book.subject}"
    yield f"- **Who:** {book.who}"
    yield f"- **How long:** about {spoken(book.minutes)}, people's own time aside"
    yield f"- **The way back:** {book.undo}"
    if book.rehearsed:
        yield (
            f"- **Rehearsed:** {_listed(book.rehearsed)} of {len(book.steps)}, with sandbox's names, by the real "
            "engine in simulated clouds"
        )
    if book.prerequisites:
        yield ""
        yield "Before it begins:"
        yield ""
        yield from (f"- {each}" for each in book.prerequisites)
    for number, step in enumerate(book.steps, start=1):
        yield ""
        yield f"## {number}. {step.kind.value.capitalize()}"
        yield ""
        yield from _step(step)
    yield ""
    yield "Sources:"
    yield ""
    yield from (f"- <{each}>" for each in book.sources)
    if book.rules:
        yield ""
        yield f"Rules: {', '.join(book.rules)}; docs/rules.md has those that `./hybrid check` holds."


def _listed(numbers: Sequence[int]) -> str:
    words = [str(each) for each in numbers]
    return f"step {words[0]}" if len(words) == 1 else f"steps {', '.join(words[:-1])} and {words[-1]}"


def _step(step: Step) -> Iterator[str]:
    yield step.text
    if step.diff:
        yield ""
        yield "```diff"
        yield f"--- a/{step.file}"
        yield f"+++ b/{step.file}"
        yield step.diff
        yield "```"
    elif step.file:
        yield ""
        yield f"File: `{step.file}`"
    if step.commands:
        yield ""
        yield "```sh"
        yield from (folded(command) for command in step.commands)
        yield "```"
    facts = (
        ("Expect", step.expect),
        ("Takes", f"about {spoken(step.takes.minutes)} ({step.takes.source})" if step.takes else ""),
        ("Undo", step.undo),
        ("Rehearsed", "these commands, with sandbox's names" if step.rehearsed else ""),
    )
    if any(text for _, text in facts):
        yield ""
        yield from (f"- **{name}:** {text}" for name, text in facts if text)
