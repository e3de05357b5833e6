"""A preview of the real stack and its page: what a pull request shows, and what an approval is bound to."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.planning.promotion.history import Run
from model.planning.review.page import Review
from operations.ci.errors import CiError
from operations.ci.gates import later, stopping
from operations.ci.places import output, summary, write
from operations.ci.pulumi import asked, preview, variables
from operations.ci.settings import environment, settings
from operations.console import FINE, FOUND, note
from operations.project import ROOT
from operations.promote.history import HistoryError, parsed
from operations.review.base import BaseError
from operations.review.from_file import FromFile, review_of_file
from operations.review.markdown import markdown
from operations.review.preview_file import PreviewFileError

PREVIEW: Final = "preview.json"
"""The engine's own words, for the steps of the same job; kept nowhere else, since it holds every value."""
REVIEW: Final = "review.json"
PAGE: Final = "page.md"
OUTPUTS: Final = "outputs.env"
"""What `output` says, as a file: for a code host whose jobs hand on files."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    base: the revision to compare the files with, "" for what runs now. folder: where the files go. any_time: a freeze
    and a closed window are told and do not stop, for a plan that is applied later, when both are asked again.
    """

    environment: str
    identity: str
    base: str
    folder: Path
    any_time: bool = False


def plan(wanted: Wanted) -> int:
    """Preview, write the files, tell the job; 0 where nothing stops the change. Raises `CiError`."""
    env = environment(wanted.environment)
    given = variables(settings(env, wanted.identity))
    base = wanted.base or _base_of(wanted.environment, given)
    _, text = preview(wanted.environment, given)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    kept = wanted.folder / PREVIEW
    kept.touch(mode=0o600)
    write(kept, text)
    try:
        review = review_of_file(FromFile(ROOT, kept, wanted.environment, base))
    except (BaseError, PreviewFileError) as error:
        raise CiError(str(error)) from error
    return _told(wanted, review)


def _told(wanted: Wanted, review: Review) -> int:
    page = review.environments[0]
    write(wanted.folder / REVIEW, json.dumps(review.as_dict(), indent=2, ensure_ascii=False) + "\n")
    text = markdown(review, digests=True)
    write(wanted.folder / PAGE, text)
    stopped = stopping(review, any_time=wanted.any_time)
    summary(text)
    summary(later(review) if wanted.any_time else "")
    told = {
        "digest": str(page.digest or ""),
        "changed": str(bool(page.planned)).lower(),
        "passes": str(not stopped).lower(),
    }
    write(wanted.folder / OUTPUTS, "".join(f"{name}={value}\n" for name, value in told.items()))
    output(told)
    note(review.verdict)
    return FOUND if stopped else FINE


def _base_of(name: str, given: dict[str, str]) -> str:
    """Return the revision that runs in an environment, else the commit before this one.

    Raises `CiError` where what runs is newer than this commit: an older run must not undo a newer one.
    """
    said = asked(["stack", "history", "--json", "--show-secrets=false", "--non-interactive", "--stack", name], given)
    if said.code != 0:
        raise CiError(f"the history of {name} can not be read: {said.why(name)}")
    try:
        history = parsed(said.out)
    except HistoryError as error:
        raise CiError(f"the history of {name}: {error}") from error
    tried = _revisions(history.runs)
    if tried and _newer(tried[0]):
        raise CiError(
            f"{tried[0][:10]} was applied to {name} already and is newer than this commit: the run of the newer one "
            "deploys it; to go back, revert on the main branch"
        )
    running = next(iter(_revisions(each for each in history.runs if each.succeeded)), "")
    if not running or not _git("cat-file", "-e", f"{running}^{{commit}}"):
        note(f"what runs in {name} is {running or 'no commit'}, which is not in this clone: compared with HEAD^")
        return "HEAD^"
    return running


def _revisions(runs: Iterable[Run]) -> list[str]:
    """Return the commits of updates, newest first; what was changed in the work tree besides does not count."""
    return [each.revision.partition(",")[0] for each in runs]


def _newer(revision: str) -> bool:
    """Say whether a commit comes after the one that is checked out."""
    above = _git("merge-base", "--is-ancestor", "HEAD", revision)
    return above and not _git("merge-base", "--is-ancestor", revision, "HEAD")


def _git(*words: str) -> bool:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False).returncode == 0  # noqa: S607  git of the machine
