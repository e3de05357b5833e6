"""`./hybrid network plan`: the register of all addresses, what it proves, and how much room it leaves."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from operations.check import unknown_environments
from operations.console import FINE, FOUND, MISUSED, colours, counted, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from model.check import CheckResult
    from model.estate import Estate
    from model.planning.address_room import Room
    from model.planning.address_tree import Block

EXAMPLE = """\
examples:
  ./hybrid network plan                 what each range holds, what is left, and how many more of what fit
  ./hybrid network plan dev             what dev has, and what all share
  ./hybrid network plan --register      every range and every single address, with file and line
  ./hybrid network plan --svg plan.svg  a picture of each block's use
  ./hybrid network plan --json          {"proof": {...}, "rooms": [...], "register": [...], "routes": {...}}
"""

ADDRESS_RULES: Final = (
    *("A7", "A31", "A32", "A47", "B22", "B40", "B41", "B42", "B43", "B45", "B46", "B49"),
    *("C20", "C21", "C22", "C23", "C62", "D10", "D23", "X6"),
)
"""The rules that a proof of the plan rests on."""

_WIDTH: Final = 180
"""Columns where the output is no terminal."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "plan",
        help="the register of all addresses, its proof and its room",
        description="Shows every range of every environment and site, proves that nothing overlaps that must not and "
        "that everything fits at full autoscaling, and says how many more pools, clusters and environments fit. "
        "Exit code 0: proved; 1: not; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environments", nargs="*", metavar="ENV", help="environments to show; all by default")
    parser.add_argument("--register", action="store_true", help="show every entry, not only what has room")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print everything for a machine")
    form.add_argument("--markdown", action="store_true", help="print a page")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture of each block's use")
    parser.set_defaults(run=run)


@dataclass(frozen=True)
class Proof:
    """What was compared, and what is wrong."""

    entries: int
    pairs: int
    wrong: tuple[str, ...]

    @property
    def text(self) -> str:
        """The verdict in a line."""
        compared = (
            f"{counted(self.entries, 'entry', 'entries')}, every pair that shares an address judged ({self.pairs})"
        )
        if self.wrong:
            return f"NOT proved: {compared}; {counted(len(self.wrong), 'error')}"
        return f"proved: {compared}; nothing overlaps that must not, and everything fits at full autoscaling with surge"


def run(arguments: argparse.Namespace) -> int:
    """Show the plan; see `add_parser` for the exit codes."""
    from model.check import check
    from model.config.problems import Severity
    from model.planning.address_room import rooms
    from model.planning.address_tree import address_tree

    chosen: list[str] = arguments.environments
    result = check(ROOT)
    wrong = unknown_environments(result, chosen)
    if wrong:
        note(f"./hybrid network plan: {wrong}")
        return MISUSED
    estate = result.loaded.estate
    errors = [each for each in result.problems if each.severity is Severity.ERROR]
    if estate is None or result.not_run:
        for each in errors:
            note(each.text(colour=colours(sys.stderr)))
        note("./hybrid network plan: the files can not be read whole, so there is nothing to prove")
        return FOUND
    proof = prove(result, estate)
    found = [each for each in rooms(estate) if not chosen or each.environment in {None, *chosen}]
    tree = address_tree(estate)
    if arguments.svg is not None:
        from operations.network.picture import picture

        target: Path = arguments.svg
        target.write_text(picture(tree), encoding="utf-8")
        note(f"{target} written")
    if arguments.json:
        say_json(_as_json(proof, found, tree, estate, chosen))
    elif arguments.markdown:
        say(page(proof, found, tree, estate, chosen))
    else:
        _show(proof, found, tree if arguments.register else (), chosen)
    return FOUND if proof.wrong else FINE


PAGE: Final = "docs/addresses.md"
PICTURE: Final = "docs/addresses.svg"


def pages(result: CheckResult, estate: Estate) -> dict[str, str]:
    """Return the page and the picture of the plan for the documentation."""
    from model.planning.address_room import rooms
    from model.planning.address_tree import address_tree
    from operations.network.picture import picture

    tree = address_tree(estate)
    head, _, rest = page(prove(result, estate), rooms(estate), tree, estate).partition("\n## Room")
    shown = "`./hybrid network plan` shows it for the files as they are.\n\n![What takes which part](addresses.svg)\n"
    return {PAGE: f"{head}{shown}\n## Room{rest}", PICTURE: picture(tree)}


def prove(result: CheckResult, estate: Estate) -> Proof:
    """Return what a check of the files says about the plan."""
    from model.config.problems import Severity
    from model.planning.entries import overlaps
    from model.planning.register import register

    entries = register(estate)
    errors = [each for each in result.problems if each.severity is Severity.ERROR and each.rule in ADDRESS_RULES]
    return Proof(len(entries), sum(1 for _ in overlaps(entries)), tuple(each.text() for each in errors))


def page(proof: Proof, found: Sequence[Room], tree: Sequence[Block], estate: Estate, chosen: Sequence[str] = ()) -> str:
    """Return the plan as Markdown: the proof, the room, what is advertised, and the register."""
    lines = ["# Address plan", "", f"{proof.text}.", "", *(f"- {each}" for each in proof.wrong)]
    lines += [
        "",
        "## Room",
        "",
        "| what | range | needs | of | one more of these fits so often |",
        "|---|---|--:|--:|---|",
    ]
    lines += [
        f"| {each.what} | {each.range} | {each.need} | {each.capacity} {each.unit} | {_steps(each)} |" for each in found
    ]
    lines += ["", "## Routes", "", "| environment | to on-prem | from on-prem |", "|---|---|---|"]
    lines += [
        f"| {name} | {', '.join(out)} | {', '.join(back)} |" for name, (out, back) in _routes(estate, chosen).items()
    ]
    lines += ["", "## Register", "", "| range | what | whose | free | written at |", "|---|---|---|--:|---|"]
    for depth, block in _walk(tree, chosen):
        entry, place = block.entry, block.entry.place
        indent = "&nbsp;&nbsp;" * depth
        free = str(block.free) if block.free else ""
        lines.append(f"| {indent}{entry.text} | {entry.kind} | {entry.owner} | {free} | {place.file}:{place.line} |")
    return "\n".join(lines) + "\n"


def _walk(tree: Sequence[Block], chosen: Sequence[str]) -> list[tuple[int, Block]]:
    wanted = {None, *chosen}
    return [
        (depth, block)
        for root in tree
        for depth, block in root.walk()
        if not chosen or block.entry.environment in wanted
    ]


def _steps(room: Room) -> str:
    return "; ".join(f"{step.what}: {step.fits}" for step in room.steps)


def _routes(estate: Estate, chosen: Sequence[str]) -> dict[str, tuple[list[str], list[str]]]:
    from model.planning.advertised import advertised, learned

    return {
        name: ([f"{each.range} ({each.description})" for each in advertised(env)], [str(each) for each in learned(env)])
        for name, env in estate.environments.items()
        if not chosen or name in chosen
    }


def _as_json(
    proof: Proof, found: Sequence[Room], tree: Sequence[Block], estate: Estate, chosen: Sequence[str]
) -> dict[str, object]:
    return {
        "proof": {"proved": not proof.wrong, "entries": proof.entries, "pairs": proof.pairs, "errors": proof.wrong},
        "rooms": [
            {
                "what": each.what,
                "range": each.range,
                "environment": each.environment,
                "unit": each.unit,
                "capacity": each.capacity,
                "need": each.need,
                "rule": each.rule,
                "steps": [{"what": step.what, "takes": step.takes, "fits": step.fits} for step in each.steps],
            }
            for each in found
        ],
        "register": [
            {
                "range": block.entry.text,
                "kind": block.entry.kind,
                "owner": block.entry.owner,
                "environment": block.entry.environment,
                "plane": block.entry.plane,
                "cluster": block.entry.cluster,
                "depth": depth,
                "free": block.free,
                "file": block.entry.place.file,
                "line": block.entry.place.line,
            }
            for depth, block in _walk(tree, chosen)
        ],
        "routes": {
            name: {"to_on_prem": out, "from_on_prem": back} for name, (out, back) in _routes(estate, chosen).items()
        },
    }


def _show(proof: Proof, found: Sequence[Room], tree: Sequence[Block], chosen: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    width = None if sys.stdout.isatty() else _WIDTH
    console = Console(no_color=not colours(sys.stdout), highlight=False, width=width)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("environment", "what", "range"):
        table.add_column(column)
    table.add_column("needs", justify="right")
    table.add_column("of", justify="right")
    table.add_column("one more of these fits so often")
    for each in found:
        capacity = f"{each.capacity} {each.unit}"
        table.add_row(each.environment or "all", each.what, each.range, str(each.need), capacity, _steps(each))
    console.print(table)
    if tree:
        register = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("range", "what", "whose", "free", "written at"):
            register.add_column(column)
        for depth, block in _walk(tree, chosen):
            entry, place = block.entry, block.entry.place
            free = str(block.free) if block.free else ""
            register.add_row("  " * depth + entry.text, entry.kind, entry.owner, free, f"{place.file}:{place.line}")
        console.print()
        console.print(register)
    say()
    for text in proof.wrong:
        say(text)
    say(proof.text)
