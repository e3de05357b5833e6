"""Progress of a rehearsal on the terminal, and the page at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from operations.console import colours
from operations.rehearse.summary import Summary
from rehearsal.engine.steps import Change, Phase, StepResult

_WORDS = {
    "create": "creating",
    "update": "updating",
    "replace": "replacing",
    "delete": "deleting",
    "import": "adopting",
}
_HEARTBEAT_SECONDS = 15
_ROOMY = 100
"""Columns from which every heading of the page fits on one line."""


class Progressing:
    """Shows a step while the engine works: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, no_color=not colours(sys.stderr), highlight=False, soft_wrap=True)
        self._live = colours(sys.stderr)
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._done = 0
        self._label = ""
        self._said = 0.0

    @contextmanager
    def step(self, environment: str, step: str, expected: int | None) -> Generator[None]:
        """Show `step` of `environment` while the block runs; `expected` resources are the whole of it."""
        self._done, self._label, self._said = 0, f"{environment:8} {step}", time.monotonic()
        if not self._live:
            yield
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}"),
        )
        with Progress(*columns, console=self.console, transient=True) as self._bar:
            self._task = self._bar.add_task(self._label, total=expected, now="")
            yield
        self._bar = None

    def watch(self, phase: Phase, change: Change) -> None:
        """Take one operation of the engine; called from another thread."""
        if phase is not Phase.BEGUN:
            self._done += 1
        now = f"{_WORDS.get(change.operation, change.operation)} {change.name}" if change.operation != "same" else ""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done, now=now[:60])
        elif time.monotonic() - self._said > _HEARTBEAT_SECONDS:
            self._said = time.monotonic()
            self.console.print(f"{self._label}: {self._done} resources so far, {now or 'working'}")

    def result(self, environment: str, result: StepResult, step: str) -> None:
        """Say in one line what a step did, and every error it had."""
        mark = "[green]ok[/green]" if result.succeeded else "[red]failed[/red]"
        self.console.print(
            f"{environment:8} {step:14} {mark}  {operations_text(result.operations)}  {result.seconds:.1f} s"
        )
        for diagnostic in result.diagnostics:
            where = "" if "pulumi:pulumi:Stack" in diagnostic.urn else diagnostic.urn.rpartition("::")[2]
            # A warning of the program itself is one of the check's, which have been told before.
            if diagnostic.severity == "error" or (diagnostic.severity == "warning" and where):
                self.console.print(
                    f"  {diagnostic.severity}: {f'{where}: ' if where else ''}{diagnostic.message}", markup=False
                )


def operations_text(operations: Mapping[str, int]) -> str:
    """Return `12 create, 1 update`, or `nothing to change`."""
    changed = [f"{number} {name}" for name, number in operations.items() if number and name != "same"]
    unchanged = f"{operations.get('same', 0)} same"
    return ", ".join([*changed, unchanged]) if changed else f"nothing to change ({unchanged})"


def page(summaries: Mapping[str, tuple[Summary, float]]) -> None:
    """Print what exists now, an environment a row."""
    # Wherever it goes that is no terminal, nothing is cut.
    width = None if sys.stdout.isatty() else 120
    console = Console(no_color=not colours(sys.stdout), highlight=False, width=width)
    table = Table(title="What exists now", title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("environment")
    for heading in ("clusters", "node pools", "VPN tunnels", "memberships", "groups bound", "resources", "seconds"):
        table.add_column(heading.replace(" ", "\n") if console.width < _ROOMY else heading, justify="right")
    for name, (summary, seconds) in summaries.items():
        table.add_row(
            name,
            str(summary.clusters),
            str(summary.node_pools),
            str(summary.tunnels),
            str(summary.memberships),
            str(summary.groups),
            str(summary.resources),
            f"{seconds:.0f}",
        )
    console.print(table)
