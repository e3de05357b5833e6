"""The command line of `./hybrid diagram`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from model.estate import Environment, Estate
    from operations.diagram.scene import Scene

EXAMPLE: Final = """\
examples:
  ./hybrid diagram dev --out dev.svg                        the environment as a picture
  ./hybrid diagram dev --out dev.svg --base origin/main     with what is added, changed and removed marked
  ./hybrid diagram prod --html --out prod.html              a page with picture, versions, addresses, access, openings
  ./hybrid diagram dev --out -                              to the terminal's output
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "diagram",
        help="draw an environment as SVG, or write its report as a page",
        description="Draws sites, networks, tunnels, clusters, pools and memberships from the stack files alone. Exit "
        "code 0: written; 1: the files can not be read; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument(
        "--out", metavar="FILE", help="where to write; - for the output; ENV.svg or ENV.html by default"
    )
    parser.add_argument("--html", action="store_true", help="write the report, a page that works offline")
    parser.add_argument("--base", metavar="REV", help="mark what differs from this revision")
    parser.add_argument("--json", action="store_true", help="print what was written, and what differs, for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do it; see `add_parser` for the exit codes."""
    from model.config.load import load
    from model.config.wording import suggest
    from model.rules.registry import Unavailable
    from operations.upgrade.base import RevisionError

    name = arguments.environment
    estate = load(ROOT).estate
    try:
        if estate is None:
            raise Unavailable("stacks/organisation.yaml can not be read")  # noqa: TRY301  said like every part that can not be
        if name not in estate.environments:
            note(f"./hybrid diagram: no environment '{name}'; {suggest(name, list(estate.environments))}")
            return MISUSED
        return _draw(arguments, estate)
    except RevisionError as error:
        note(f"./hybrid diagram: {error}")
        return MISUSED
    except OSError as error:
        note(f"./hybrid diagram: {error.filename} can not be written: {error.strerror}")
        return MISUSED
    except Unavailable as reason:
        note(f"./hybrid diagram: {reason}; ./hybrid check says why")
        return FOUND


def _draw(arguments: argparse.Namespace, estate: Estate) -> int:
    from operations.diagram.comparing import differences
    from operations.diagram.describing import described
    from operations.diagram.drawing import draw
    from operations.diagram.report import report

    name = arguments.environment
    out = arguments.out or f"{name}.{'html' if arguments.html else 'svg'}"
    if out == "-" and arguments.json:
        note("./hybrid diagram: --json and --out - both want the output; name a file")
        return MISUSED
    env = estate.environments[name]
    scene = described(env)
    if arguments.base is not None:
        scene = _against(env, scene, arguments.base)
    text = report(estate, name, scene) if arguments.html else draw(scene)
    if out == "-":
        say(text.rstrip())
        return FINE
    Path(out).write_text(text, encoding="utf-8")
    found = differences(scene)
    if arguments.json:
        say_json({"written": out, "base": arguments.base, "differences": list(found)})
    else:
        say(f"written: {out}")
        for line in found:
            say(f"  {line}")
    return FINE


def _against(env: Environment, scene: Scene, revision: str) -> Scene:
    """Return `scene` compared with the same environment at a revision; all is new where it has none."""
    from operations.diagram.comparing import compared
    from operations.diagram.describing import described
    from operations.upgrade.base import loaded_at

    with tempfile.TemporaryDirectory(prefix="hybrid-base-") as folder:
        estate = loaded_at(ROOT, revision, Path(folder)).estate
        old = estate.environments.get(env.name) if estate is not None else None
        return compared(scene, described(old) if old is not None else None, revision)
