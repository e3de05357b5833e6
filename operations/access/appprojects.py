"""`./hybrid access appprojects ENV...`: teams' projects in Argo CD, for the repository that it follows."""

from __future__ import annotations

import argparse
from pathlib import Path

from operations.access.loading import readable_estate
from operations.console import FINE, counted, say, say_json

EXAMPLE = """\
examples:
  ./hybrid access appprojects prod                   the projects of an Argo CD that delivers to prod, as YAML
  ./hybrid access appprojects dev test --out FOLDER  those of one for dev and test, a file each
  ./hybrid access appprojects prod --json            {"projects": [...]}
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "appprojects",
        help="teams' projects in Argo CD, with the roles of their groups, for the repository that it follows",
        description="Writes an AppProject for each team: where it may deliver to, from which repositories, what its "
        "group may do with its applications. The program does not install Argo CD, so nothing applies them but the "
        "Argo CD that follows the repository. Exit code 0: written; 1: the files can not be read; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environments", nargs="+", metavar="ENV", help="the environments that one Argo CD delivers to")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--out", type=Path, metavar="FOLDER", help="write a file for each team here")
    form.add_argument("--json", action="store_true", help="print them for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write; see `add_parser` for the exit codes."""
    import yaml

    from model.planning.access.app_projects import app_projects

    names: list[str] = list(dict.fromkeys(arguments.environments))
    estate = readable_estate("appprojects", names)
    if isinstance(estate, int):
        return estate
    found = list(app_projects([estate.environments[name] for name in names]))
    if arguments.json:
        say_json({"projects": found})
    elif arguments.out is not None:
        folder: Path = arguments.out
        folder.mkdir(parents=True, exist_ok=True)
        for each in found:
            metadata = each["metadata"]
            assert isinstance(metadata, dict)  # noqa: S101  every manifest has it
            path = folder / f"{metadata['name']}.yaml"
            path.write_text(yaml.safe_dump(each, sort_keys=False, width=120), encoding="utf-8")
        say(f"{counted(len(found), 'project')} in {folder}")
    else:
        say(yaml.safe_dump_all(found, sort_keys=False, width=120).rstrip())
    return FINE
