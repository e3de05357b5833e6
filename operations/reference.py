"""`./hybrid generate`: everything that is written by the model and kept under version control."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path

from operations.console import FINE, FOUND, counted, note, say, say_json
from operations.project import ROOT

EXAMPLE = """\
examples:
  ./hybrid generate            write what is out of date
  ./hybrid generate --check    say what is out of date, and write nothing
  ./hybrid generate --json     {"files": [{"file", "fresh"}]}
"""

_PICTURE = re.compile(r"(<!-- topology: (?P<name>[a-z]+) -->\n```mermaid\n).*?(```)", re.DOTALL)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "generate",
        help="write the schemas, the reference and the pictures that come from the model",
        description="Writes the JSON Schemas of stack and team files, docs/rules.md, docs/stack-files.md and the "
        "README's picture. Exit code 0: all fresh or written; 1: --check found something out of date; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--json", action="store_true", help="print the result for a machine")
    parser.set_defaults(run=run)


def generated(root: Path = ROOT) -> Mapping[str, str]:
    """Return the text of every generated file, by its path below `root`."""
    from model.check import check
    from model.config.acknowledgement import Acknowledgements
    from model.config.catalogue import Catalogue
    from model.config.organisation import Organisation
    from model.config.schema import schema_text
    from model.config.stack import StackFile
    from model.config.team import Team
    from model.planning.questions.owners import FILE as CODEOWNERS
    from model.planning.questions.owners import codeowners
    from model.rules.reference import render
    from operations.access.page import pages as access_answers
    from operations.diagram.report import pictures
    from operations.network.plan import pages as addresses
    from operations.onprem_inputs import render as render_inputs
    from operations.stack_files import render as render_stack_files
    from operations.topology import topology
    from operations.vpn.proof_page import pages as redundancy

    # Checking imports every rule, which registers it for the reference.
    result = check(root)
    estate = result.loaded.estate
    texts = {
        "stacks/schema/organisation.json": schema_text(Organisation, title="organisation.yaml", id="organisation.json"),
        "stacks/schema/versions.json": schema_text(Catalogue, title="versions.yaml", id="versions.json"),
        "stacks/schema/acknowledgements.json": schema_text(
            Acknowledgements, title="acknowledgements.yaml", id="acknowledgements.json"
        ),
        "stacks/schema/stack.json": schema_text(StackFile, title="Pulumi.<environment>.yaml", id="stack.json"),
        "stacks/schema/team.json": schema_text(Team, title="teams/<slug>.yaml", id="team.json"),
        "docs/rules.md": render(),
        "docs/stack-files.md": render_stack_files(),
        "docs/onprem-inputs.md": render_inputs(),
    }
    if estate is not None:
        texts |= redundancy(estate) | addresses(result, estate) | pictures(estate)
        texts |= access_answers(root, estate) | {CODEOWNERS: codeowners(estate)}
        readme = (root / "README.md").read_text(encoding="utf-8")

        def draw(match: re.Match[str]) -> str:
            return match[1] + topology(estate.environments[match["name"]]) + match[3]

        texts["README.md"] = _PICTURE.sub(draw, readme)
    return texts


def run(arguments: argparse.Namespace) -> int:
    """Write or compare; see `add_parser` for the exit codes."""
    texts = generated()
    stale = [name for name, text in texts.items() if not _fresh(ROOT / name, text)]
    if not arguments.check:
        for name in stale:
            path = ROOT / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[name], encoding="utf-8")
    if arguments.json:
        say_json({"files": [{"file": name, "fresh": name not in stale} for name in texts]})
    else:
        for name in stale:
            say(f"{name} {'is out of date' if arguments.check else 'written'}")
        note(f"{counted(len(texts), 'generated file')}, {len(stale)} {'out of date' if arguments.check else 'written'}")
    return FOUND if arguments.check and stale else FINE


def _fresh(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
