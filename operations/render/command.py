"""The command line of `./hybrid render`, and what it says."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, counted, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.estate import Environment
    from model.planning.versions import Minor, Version
    from model.rendering.refusals import Refusal
    from model.rendering.rendered import Rendering
    from operations.render.writing import Outcome

EXAMPLE = """\
examples:
  ./hybrid render dev                              every file, below .rendered/dev
  ./hybrid render dev --cluster onp1-dev --out /tmp/onp1
  ./hybrid render dev --for-version 1.33           the files as 1.33 takes them, or why it refuses them
  ./hybrid render dev --migration                  how clusters get rid of what newer versions no longer run
  ./hybrid render --check user-cluster.yaml --for-version 1.30
"""
HELP = "See: ./hybrid render --help"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "render",
        help="write the files of gkeadm and gkectl for an environment, or check such a file",
        description="Writes the configuration files of the admin workstation and of every on-prem cluster, from the "
        "same model that the program uses, each re-read and checked; see docs/gkectl.md. Exit code 0: written, or the "
        "file is right; 1: refused or wrong, and why; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", nargs="?", metavar="ENV", help="the environment")
    parser.add_argument("--cluster", metavar="NAME", help="this cluster alone, beside the files at the top")
    parser.add_argument(
        "--out", "--directory", type=Path, metavar="DIR", help="the directory to write to; .rendered/ENV by default"
    )
    parser.add_argument("--for-version", metavar="V", help="the version to write or check for, such as 1.32 or in full")
    parser.add_argument("--migration", action="store_true", help="print the page of migrations; write nothing")
    parser.add_argument("--check", type=Path, metavar="FILE", help="check a file of gkeadm or gkectl instead")
    parser.add_argument("--json", action="store_true", help="print what was done for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write or check; see `add_parser` for the exit codes."""
    if arguments.check is not None:
        return _check(arguments)
    if arguments.environment is None:
        note(f"./hybrid render: say which environment, or which file with --check\n{HELP}")
        return MISUSED
    if arguments.migration:
        return _migration(arguments.environment, as_json=arguments.json)
    return _render(arguments)


def _check(arguments: argparse.Namespace) -> int:
    from operations.render.judging import judge, said

    if arguments.for_version is None or arguments.environment is not None or arguments.migration:
        note(f"./hybrid render: --check takes a file and --for-version, and no environment\n{HELP}")
        return MISUSED
    version = _version(arguments.for_version)
    if version is None:
        return MISUSED
    problems = judge(arguments.check, version)
    if arguments.json:
        say_json({"problems": [problem.as_dict() for problem in problems]})
    else:
        said(problems, arguments.check, version)
    return FOUND if problems else FINE


def _migration(name: str, *, as_json: bool) -> int:
    from model.planning.migration import migrations
    from model.rendering.migration_page import as_dict, migration_page

    found = _environment(name)
    if isinstance(found, int):
        return found
    env, errors = found
    if errors:
        note(f"./hybrid render: {counted(errors, 'error')} in the stack files: ./hybrid check {name} says which")
    if as_json:
        say_json({"environment": env.name, "migrations": [as_dict(each) for each in migrations(env)]})
    else:
        say(migration_page(env).removesuffix("\n"))
    return FINE


def _render(arguments: argparse.Namespace) -> int:
    from operations.render.writing import write

    found = _environment(arguments.environment)
    if isinstance(found, int):
        return found
    env, errors = found
    if errors:
        text = f"./hybrid render: {counted(errors, 'error')} in the stack files: nothing is written"
        note(f"{text}; ./hybrid check {env.name} says which")
        return FOUND
    rendering = _rendering(env, arguments)
    if rendering is None:
        return MISUSED
    for remark in rendering.remarks:
        note(f"note: {remark}")
    directory = arguments.out or ROOT / ".rendered" / env.name
    if rendering.refusals:
        _refused(env, rendering.refusals, as_json=arguments.json)
        return FOUND
    try:
        outcome = write(env, rendering, directory, whole=arguments.cluster is None)
    except OSError as error:
        note(f"./hybrid render: {directory} can not be written: {error.strerror or error}")
        return FOUND
    _written(env, directory, outcome, as_json=arguments.json)
    return FINE


def _rendering(env: Environment, arguments: argparse.Namespace) -> Rendering | None:
    """Return what came of rendering; None, with the reason said, where the version or the cluster is not known."""
    from model.config.wording import suggest
    from model.rendering.rendered import cluster_names, render

    version = None
    if arguments.for_version is not None:
        version = _full(env, arguments.for_version)
        if version is None:
            return None
    try:
        return render(env, version=version, cluster=arguments.cluster)
    except KeyError:
        unknown = f"{env.name} has no on-prem cluster '{arguments.cluster}'"
        note(f"./hybrid render: {unknown}; {suggest(arguments.cluster, cluster_names(env))}")
        return None


def _refused(env: Environment, refusals: Sequence[Refusal], *, as_json: bool) -> None:
    if as_json:
        refused = [refusal.as_dict() for refusal in refusals]
        say_json({"environment": env.name, "directory": None, "files": [], "refusals": refused})
        return
    for refusal in refusals:
        say(refusal.text())
    say(f"{counted(len(refusals), 'reason')} not to render {env.name}; nothing is written")


def _written(env: Environment, directory: Path, outcome: Outcome, *, as_json: bool) -> None:
    for line in outcome.notes:
        note(f"note: {line}")
    if as_json:
        files = [{"path": each.path, "changed": each.changed} for each in outcome.files]
        say_json({"environment": env.name, "directory": str(directory), "files": files, "refusals": []})
        return
    for each in outcome.files:
        say(f"{'written  ' if each.changed else 'unchanged'}  {directory / each.path}")


def _environment(name: str) -> tuple[Environment, int] | int:
    """Return an environment and the number of errors that concern it, or the exit code where there is none."""
    from model.check import check
    from model.config.load import load
    from model.config.wording import suggest

    estate = load(ROOT).estate
    if estate is None:
        note("./hybrid render: stacks/organisation.yaml could not be read; ./hybrid check says why")
        return FOUND
    if name not in estate.environments:
        if (ROOT / "stacks" / f"Pulumi.{name}.yaml").exists():
            note(f"./hybrid render: the stack file of {name} could not be read; ./hybrid check says why")
            return FOUND
        note(f"./hybrid render: no environment '{name}'; {suggest(name, list(estate.environments))}")
        return MISUSED
    return estate.environments[name], len(check(ROOT, only=[name]).errors)


def _version(text: str) -> Version | Minor | None:
    """Return a version in full or a minor; None, with the reason said, for any other text."""
    from model.planning.versions import Minor, Version

    try:
        return Version.parse(text) if "-gke." in text else Minor.parse(text)
    except ValueError as error:
        note(f"./hybrid render: {error}; --for-version takes 1.32, or 1.32.200-gke.27")
        return None


def _full(env: Environment, text: str) -> Version | None:
    """Return a version in full: of a minor its newest known patch. None, with the reason said, where there is none."""
    from model.planning.versions import Minor, patches

    version = _version(text)
    if not isinstance(version, Minor):
        return version
    known = patches(env.catalogue, version)
    if not known:
        note(f"./hybrid render: the version catalogue has no patch of {version}; give the version in full")
        return None
    return known[-1]
