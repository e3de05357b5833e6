"""`./hybrid verify`: what would run now is what was approved, or the difference is shown and nothing goes on."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from operations.review.preview_file import Preview

EXAMPLE = """\
examples:
  ./hybrid verify prod --digest v1.aaaa.bbbb.cccc.dddd                         asks `pulumi preview` for what would run
  ./hybrid verify prod --digest v1.aaaa... --from-preview preview.json         has been asked already
  ./hybrid verify prod --digest v1.aaaa... --approved review.json              shows which operations differ
"""
_WORDS = {
    "program": "the program's files are others",
    "configuration": "the stack files say something else",
    "operations": "other operations would run",
    "state": "the stack has changed since",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "verify",
        help="whether what would run is what was approved",
        description="Works out the digest of what `pulumi up` would do now and compares it with the approved one. Exit "
        "code 0: the same; 1: something differs, and is said; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument("--digest", required=True, metavar="D", help="the digest of the review that was approved")
    parser.add_argument("--from-preview", type=Path, metavar="FILE", help="a preview of now, in place of asking pulumi")
    parser.add_argument("--approved", type=Path, metavar="FILE", help="the approved review, as ./hybrid review --json")
    parser.add_argument("--json", action="store_true", help="print the result for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare; see `add_parser` for the exit codes."""
    from model.planning.review.digest import Digest, operation_lines
    from operations.review.base import BaseError
    from operations.review.from_file import digest_of
    from operations.review.preview_file import PreviewFileError

    try:
        approved = Digest.parse(arguments.digest)
        lines = _approved_lines(arguments.approved, arguments.environment) if arguments.approved else None
        preview = _preview(arguments)
        current = digest_of(ROOT, preview, arguments.environment)
    except (BaseError, PreviewFileError, ValueError) as error:
        note(f"./hybrid verify: {error}")
        return MISUSED
    if preview.errors:
        note(f"./hybrid verify: the preview failed: {preview.errors[0]}")
        return FOUND
    if preview.stack and preview.stack != arguments.environment:
        note(f"./hybrid verify: the preview is of {preview.stack}, not of {arguments.environment}")
        return MISUSED
    differing = approved.differing(current)
    now = operation_lines(preview.planned)
    if arguments.json:
        say_json({"same": not differing, "digest": str(current), "differing": list(differing), "operations": now})
    elif differing:
        why = "; ".join(_WORDS[part] for part in differing)
        say(f"STOPPED: {arguments.environment} is not what was approved: {why}")
        for line in _difference(lines, now) if "operations" in differing else ():
            say(f"  {line}")
        say(f"Now it would be {current}: review it again and have that approved.")
    else:
        say(f"{arguments.environment}: what would run is what was approved ({len(now)} operations)")
    return FOUND if differing else FINE


def _difference(approved: list[str] | None, now: list[str]) -> list[str]:
    if approved is None:
        return [f"now: {line}" for line in now] or ["now: nothing"]
    gone = [f"approved, not now: {line}" for line in approved if line not in now]
    return gone + [f"now, not approved: {line}" for line in now if line not in approved]


def _approved_lines(path: Path, environment: str) -> list[str]:
    try:
        document = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
        for each in document["environments"]:
            if each["environment"] == environment:
                return [str(line) for line in each["operations"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no review: write one with ./hybrid review --json --out {path}") from error
    raise ValueError(f"{path} says nothing of {environment}")


def _preview(arguments: argparse.Namespace) -> Preview:
    from operations.review.preview_file import PreviewFileError, parse, read

    if arguments.from_preview is not None:
        return read(arguments.from_preview)
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise PreviewFileError("there is no `pulumi` on PATH: install it, or give a preview by --from-preview")
    words = [pulumi, "preview", "--json", "--show-sames", "--non-interactive", "--stack", arguments.environment]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0 and "{" not in done.stdout:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise PreviewFileError(f"`pulumi preview` failed: {said[-1] if said else 'it gave no reason'}")
    return parse(done.stdout)
