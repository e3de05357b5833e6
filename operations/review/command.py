"""`./hybrid review`: one page about a change, danger first, with gates."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import REHEARSALS, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.planning.review.page import Review
    from operations.review.html_pictures import Drawn

BASES = REHEARSALS / "bases"
"""Where bases that are up are kept."""

EXAMPLE = """\
examples:
  ./hybrid review --base origin/main                      the work tree against a revision, every environment
  ./hybrid review --base HEAD --stack dev                 one environment
  ./hybrid review --base origin/main --markdown --out review.md
  ./hybrid review --base origin/main --out review.html    with pictures, in one file for a browser without a network
  ./hybrid review --from-preview preview.json             what `pulumi preview --json --show-sames` said
  ./hybrid review --base origin/main --digest             and what an approval is bound to
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "review",
        help="what a change does, on one page that leads with danger",
        description="Brings the base up in the simulated clouds and previews the work tree against it, without "
        "credentials. Exit code 0: nothing stops it; 1: a gate is closed, or a file has errors; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--base", metavar="REV", help="the revision to compare with")
    parser.add_argument("--from-preview", type=Path, metavar="FILE", help="a preview that the engine made")
    parser.add_argument("--stack", nargs="+", default=[], metavar="ENV", help="these environments only")
    parser.add_argument("--at", type=datetime.fromisoformat, metavar="TIME", help="judge windows at this moment")
    parser.add_argument("--digest", action="store_true", help="print what an approval is bound to")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the result for a machine")
    form.add_argument("--markdown", action="store_true", help="print the page for a pull request")
    form.add_argument("--html", action="store_true", help="print the page for a browser")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the page to a file; .md and .html say which")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Review; see `add_parser` for the exit codes."""
    from operations.review.base import BaseError
    from operations.review.preview_file import PreviewFileError
    from rehearsal.engine.acquire import EngineNotFoundError
    from rehearsal.world import WorldError

    if arguments.base is None and arguments.from_preview is None:
        note("./hybrid review: say what to compare with: --base REV, or --from-preview FILE")
        return MISUSED
    try:
        found = _reviewed(arguments)
    except (BaseError, PreviewFileError) as error:
        note(f"./hybrid review: {error}")
        return MISUSED
    except (EngineNotFoundError, WorldError) as error:
        note(str(error))
        return FOUND
    try:
        _write(arguments, found)
    except OSError as error:
        note(f"./hybrid review: {arguments.out} can not be written: {error.strerror}")
        return MISUSED
    return FINE if found.passes else FOUND


def _reviewed(arguments: argparse.Namespace) -> Review:
    if arguments.from_preview is not None:
        from operations.review.from_file import FromFile, review_of_file
        from operations.review.preview_file import PreviewFileError

        if len(arguments.stack) > 1:
            raise PreviewFileError("a preview is of one stack: name one by --stack")
        name = arguments.stack[0] if arguments.stack else ""
        wanted = FromFile(ROOT, arguments.from_preview, name, arguments.base or "", arguments.at)
        return review_of_file(wanted)
    from operations.review.run import Wanted, review

    return review(Wanted(ROOT, BASES, arguments.base, tuple(arguments.stack), arguments.at))


def _write(arguments: argparse.Namespace, review: Review) -> None:
    import json

    from operations.review.html import html
    from operations.review.markdown import markdown
    from operations.review.plain import plain

    suffix = arguments.out.suffix if arguments.out is not None else ""
    if arguments.json:
        text = json.dumps(review.as_dict(), indent=2, ensure_ascii=False) + "\n"
    elif arguments.markdown or (not arguments.html and suffix == ".md"):
        text = markdown(review, digests=arguments.digest)
    elif arguments.html or suffix == ".html":
        text = html(review, pictures=_pictures(arguments, review), digests=arguments.digest)
    else:
        text = plain(review, digests=arguments.digest)
    if arguments.out is not None:
        arguments.out.write_text(text, encoding="utf-8")
        note(f"{review.verdict} The page: {arguments.out}")
    elif arguments.json:
        say_json(review.as_dict())
    else:
        say(text.rstrip())


def _pictures(arguments: argparse.Namespace, review: Review) -> Mapping[str, Drawn]:
    """Return the pictures of what differs, by environment; none without a revision to compare with."""
    import tempfile

    from model.config.load import load
    from operations.review.base import resolve
    from operations.review.html_pictures import before_and_after

    if arguments.base is None:
        return {}
    with tempfile.TemporaryDirectory(prefix="hybrid-base-") as folder:
        resolve(ROOT, arguments.base).unpack(ROOT, Path(folder), code=False)
        old = load(Path(folder)).estate
        names = [page.name for page in review.environments if not page.empty]
        return before_and_after(old, load(ROOT).estate, names, arguments.base)
