"""Progress of a rehearsal on the terminal, and the page at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from operations.console import colours
from operations.rehearse.summary import Summary
from rehearsal.engine.steps import StepResult

_HEARTBEAT_SECONDS = 15
_ROOMY = 100
"""Columns from which every heading of the page fits on one line."""
_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    TextColumn("{task.fields[now]}"),
)


class Progressing:
    """Shows steps while the engine works: a bar for each environment on a terminal, a line now and then elsewhere.

    Use as a context manager. It is told by the threads and processes that rehearse.
    """

    def __init__(self) -> None:
        self.console = Console(stderr=True, no_color=not colours(sys.stderr), highlight=False, soft_wrap=True)
        self._bars = Progress(*_COLUMNS, console=self.console, transient=True) if colours(sys.stderr) else None
        self._tasks: dict[str, TaskID] = {}
        self._steps: dict[str, str] = {}
        self._said: dict[str, float] = {}

    def __enter__(self) -> Progressing:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def begin(self, environment: str, step: str, expected: int | None) -> None:
        """Show the beginning of a step; `expected` resources are the whole of it."""
        self._steps[environment] = step
        self._said[environment] = time.monotonic()
        if self._bars is not None:
            self._tasks[environment] = self._bars.add_task(f"{environment:8} {step}", total=expected, now="")

    def move(self, environment: str, done: int, now: str) -> None:
        """Show how far a step is."""
        task = self._tasks.get(environment)
        if self._bars is not None and task is not None:
            self._bars.update(task, completed=done, now=now[:60])
        elif time.monotonic() - self._said.get(environment, 0.0) > _HEARTBEAT_SECONDS:
            self._said[environment] = time.monotonic()
            self.console.print(
                f"{environment:8} {self._steps.get(environment, '')}: {done} resources so far, {now or 'working'}"
            )

    def end(self, environment: str, step: str, result: StepResult) -> None:
        """Say in one line what a step did, and every error it had."""
        task = self._tasks.pop(environment, None)
        if self._bars is not None and task is not None:
            self._bars.remove_task(task)
        mark = "[green]ok[/green]" if result.succeeded else "[red]failed[/red]"
        self.console.print(f"{environment:8} {step:14} {mark}  {operations_text(result)}  {result.seconds:.1f} s")
        for diagnostic in result.diagnostics:
            where = "" if "pulumi:pulumi:Stack" in diagnostic.urn else diagnostic.urn.rpartition("::")[2]
            # A warning of the program itself is one of the check's, which have been told before.
            if diagnostic.severity == "error" or (diagnostic.severity == "warning" and where):
                self.console.print(
                    f"  {diagnostic.severity}: {f'{where}: ' if where else ''}{diagnostic.message}", markup=False
                )

    def complain(self, line: str) -> None:
        """Say what did not go as it should."""
        self.console.print(line, style="red", markup=False)


def operations_text(result: StepResult) -> str:
    """Return `12 create, 1 update, 3 same`, or `nothing to change`; of a step that failed, what it did before."""
    changed = [f"{number} {name}" for name, number in result.operations.items() if number and name != "same"]
    unchanged = f"{result.operations.get('same', 0)} same"
    if changed:
        return ", ".join([*changed, unchanged])
    return f"{'nothing to change' if result.succeeded else 'ended before any change'} ({unchanged})"


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
