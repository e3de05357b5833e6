"""`./hybrid verify`: what would run now is what was approved, or the difference is shown and nothing goes on."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
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
  ./hybrid verify prod --digest v1.aaaa... --out preview.json                  keeps what pulumi said
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
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="keep the preview that was compared, readable by you alone"
    )
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
        _known(arguments.environment)
        preview = _preview(arguments)
        if preview.errors:
            return _failed(arguments.environment, preview.errors)
        if preview.stack and preview.stack != arguments.environment:
            raise PreviewFileError(f"the preview is of {preview.stack}, not of {arguments.environment}")  # noqa: TRY301  said like all that is wrong with a preview
        current = digest_of(ROOT, preview, arguments.environment)
    except (BaseError, PreviewFileError, ValueError) as error:
        note(f"./hybrid verify: {error}")
        return MISUSED
    differing = approved.differing(current)
    now = operation_lines(preview.planned)
    if arguments.json:
        say_json({"same": not differing, "digest": str(current), "differing": list(differing), "operations": now})
    elif differing:
        why = "; ".join(_WORDS[part] for part in differing)
        say(f"STOPPED: {arguments.environment} is not what was approved: {why}")
        if "state" in differing and arguments.from_preview is not None:
            say("  (a preview made without --show-sames knows of the stack only what changes: make both with it)")
        for line in _difference(lines, now) if "operations" in differing else ():
            say(f"  {line}")
        say(f"Now it would be {current}: review it again and have that approved.")
    else:
        say(f"{arguments.environment}: what would run is what was approved ({len(now)} operations)")
    return FOUND if differing else FINE


def _failed(environment: str, errors: Sequence[str]) -> int:
    """Say that the preview failed, with its first reason, and return the exit code."""
    first, *others = errors
    more = f" (and {len(others)} more)" if others else ""
    note(f"./hybrid verify: the preview of {environment} failed: {first}{more}")
    return FOUND


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


def _known(environment: str) -> None:
    """Raise `ValueError` for an environment that there is not, before anything is asked about it."""
    from model.config.wording import suggest

    names = [path.name.split(".")[1] for path in sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))]
    if environment not in names:
        raise ValueError(f"no environment '{environment}'; {suggest(environment, names)}")


def _preview(arguments: argparse.Namespace) -> Preview:
    from operations.review.asking import ask
    from operations.review.preview_file import PreviewFileError, read

    if arguments.from_preview is not None:
        if arguments.out is not None:
            raise PreviewFileError("--out keeps what pulumi says, and --from-preview does not ask it: give one of them")
        return read(arguments.from_preview)
    preview, text = ask(ROOT, arguments.environment)
    if arguments.out is not None:
        _keep(arguments.out, text)
    return preview


def _keep(path: Path, text: str) -> None:
    """Write the preview so that nobody else can read it. Raises `PreviewFileError`."""
    from operations.review.preview_file import PreviewFileError

    try:
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PreviewFileError(f"{path} can not be written: {error.strerror}") from error
