"""A plan on the terminal: the steps as a table, then the next one in full."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from model.planning.upgrades.effort import Duration
from model.planning.upgrades.plan import Plan, PlannedStep
from operations.console import colours, say
from operations.upgrade.page import title


def show(plan: Plan) -> None:
    """Print a plan."""
    if not plan.steps:
        say(f"{plan.environment}: everything on-prem is on {plan.target} or later; there is nothing to do")
        return
    console = Console(no_color=not colours(sys.stdout), highlight=False, emoji=False, markup=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for heading in ("what", "by", "about", "rules", "stopped by"):
        table.add_column(heading, overflow="fold")
    for step in plan.steps:
        rules = " ".join(dict.fromkeys(reason.rule for reason in step.reasons))
        stopped = " ".join(dict.fromkeys(problem.rule for problem in step.stopped_by))
        table.add_row(str(step.number), title(step), step.move.way, str(step.duration), rules, stopped)
    console.print(table)
    say()
    say(f"{len(plan.steps)} steps, about {Duration(plan.minutes, '')} one after another.")
    for problem in dict.fromkeys(problem for step in plan.steps for problem in step.stopped_by):
        say()
        say(problem.text(colour=colours(sys.stdout)))
    say()
    _next(plan.steps[0])
    for line in plan.beyond:
        say(f"later  {line}")


def _next(step: PlannedStep) -> None:
    say(f"Next: {title(step)}")
    for edit in step.edits:
        say(f"  edit    {edit}")
    for heading, wanted in (
        ("before", step.commands.before),
        ("do", step.commands.step),
        ("after", step.commands.after),
    ):
        for command in wanted:
            rule = f" ({command.rule})" if command.rule else ""
            say(f"  {heading:7} {command.why}{rule}")
            if command.line:
                say(f"          $ {command.line}")
    if step.addresses is not None:
        present = "" if step.addresses.present is None else f", {step.addresses.present} free"
        say(f"  needs   {step.addresses.needed} addresses{present}: {step.addresses.what}")
    say(f"  time    about {step.duration}: {step.duration.how}")
    say(f"  window  {step.opening.words}")
    say(f"  undo    {step.undo}")
    for note in step.notes:
        say(f"  mind    {note}")
    for problem in step.warnings:
        say(f"  mind    {problem.message} ({problem.rule})")
    say("--markdown has every step in full.")
