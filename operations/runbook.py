"""`./hybrid runbook`: what people do step by step, written from the model for one environment."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, counted, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from model.estate import Environment

EXAMPLE = """\
examples:
  ./hybrid runbook --list
  ./hybrid runbook prod up-interrupted              something is wrong: what to type first, and next
  ./hybrid runbook dev admin-backup
  ./hybrid runbook dev admin-upgrade --to 1.32.300-gke.41
  ./hybrid runbook dev pool-replace --pool general > pool-replace.md
  ./hybrid runbook dev certificates-rotate --cluster onp1-dev --json
  ./hybrid runbook dev adopt --imports dev-imports  the files for pulumi import --file
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "runbook",
        help="write the runbook of a task: checks, exact commands, what to expect, how long, the way back",
        description="Writes a runbook as Markdown, from the stack file: nothing is run. Exit code 0: written; 1: there "
        "is no such runbook here, and why; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", nargs="?", metavar="ENV", help="the environment")
    parser.add_argument("task", nargs="?", metavar="TASK", help="the task; --list shows them")
    parser.add_argument("--cluster", metavar="NAME", help="the cluster, by name or id, where there is more than one")
    parser.add_argument("--to", metavar="VERSION", help="the version to go to, for upgrades")
    parser.add_argument("--pool", metavar="NAME", help="the node pool, where there is more than one")
    parser.add_argument("--host", metavar="NAME", help="the host; the first one by default")
    parser.add_argument("--team", metavar="SLUG", help="the team, by its slug")
    parser.add_argument("--imports", metavar="FOLDER", help="with adopt: write its import files instead of the page")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="with --imports: these objects alone")
    parser.add_argument("--state", metavar="FILE", help="with --imports: an exported state; what it has is left out")
    parser.add_argument("--json", action="store_true", help="print it for a machine")
    parser.add_argument("--list", action="store_true", help="list the tasks, what is wrong first")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write a runbook; see `add_parser` for the exit codes."""
    from model.runbooks.page import page
    from model.runbooks.shape import RunbookError
    from model.runbooks.tasks import Asked, runbook

    if arguments.list:
        return _list(as_json=arguments.json)
    if arguments.environment is None or arguments.task is None:
        note("./hybrid runbook: say which environment and which task\nSee: ./hybrid runbook --help")
        return MISUSED
    environment = _environment(arguments.environment)
    if isinstance(environment, int):
        return environment
    if arguments.imports is not None or arguments.only or arguments.state is not None:
        return _imports(environment, arguments)
    asked = Asked(
        cluster=arguments.cluster, to=arguments.to, pool=arguments.pool, host=arguments.host, team=arguments.team
    )
    try:
        book = runbook(environment, arguments.task, asked)
    except RunbookError as error:
        note(f"./hybrid runbook: {error}")
        return FOUND
    if arguments.json:
        say_json(book.as_dict())
    else:
        say(page(book).removesuffix("\n"))
    return FINE


def _list(*, as_json: bool) -> int:
    from model.runbooks.tasks import TASKS, Group

    if as_json:
        say_json(
            {
                "tasks": [
                    {
                        "name": task.name,
                        "title": task.title,
                        "about": task.about.value,
                        "group": task.group.value,
                        "options": list(task.options),
                    }
                    for task in TASKS.values()
                ]
            }
        )
        return FINE
    width = max(len(name) for name in TASKS)
    for group in Group:
        say(f"{group.value}:")
        for task in TASKS.values():
            if task.group is group:
                say(f"  {task.name:{width}}  {task.title}{''.join(f' [{option}]' for option in task.options)}")
        say()
    say("./hybrid runbook ENV TASK prints one, to read or to print before it is needed.")
    return FINE


def _imports(environment: Environment, arguments: argparse.Namespace) -> int:
    from operations.import_files import NotDeclaredError, write

    if arguments.task != "adopt" or arguments.imports is None:
        note("./hybrid runbook: --imports FOLDER goes with adopt, and --only and --state with --imports")
        return MISUSED
    try:
        state = Path(arguments.state) if arguments.state is not None else None
        lines = write(environment, Path(arguments.imports), only=arguments.only, state=state)
    except (NotDeclaredError, OSError) as error:
        note(f"./hybrid runbook: {error}")
        return FOUND
    for line in lines:
        say(line)
    return FINE


def _environment(name: str) -> Environment | int:
    """Return an environment whose files are without errors, or the exit code where there is none."""
    from model.check import check
    from model.config.wording import suggest

    result = check(ROOT)
    estate = result.loaded.estate
    if estate is not None and name not in estate.environments:
        note(f"./hybrid runbook: no environment '{name}'; {suggest(name, list(estate.environments))}")
        return MISUSED
    if estate is None or result.errors:
        # A runbook from files that are wrong would be followed all the same.
        note(f"./hybrid runbook: the files have {counted(len(result.errors), 'error')}; ./hybrid check shows them")
        return FOUND
    return estate.environments[name]
