"""The review of a change without credentials, as a check of a pull request."""

from __future__ import annotations

from pathlib import Path

from operations.ci.errors import CiError
from operations.ci.gates import later, stopping
from operations.ci.places import summary, write
from operations.console import FINE, FOUND, note
from operations.project import ROOT
from operations.review.base import BaseError
from operations.review.command import BASES
from operations.review.markdown import markdown
from operations.review.run import Wanted, review
from rehearsal.engine.acquire import EngineNotFoundError
from rehearsal.world import WorldError


def offline(base: str, out: Path) -> int:
    """Review the work tree against `base` in the simulated clouds and write the page. Raises `CiError`.

    A freeze or a closed window does not stop a pull request: what is merged then waits.
    """
    try:
        found = review(Wanted(ROOT, BASES, base, (), None))
    except (BaseError, EngineNotFoundError, WorldError) as error:
        raise CiError(str(error)) from error
    text = markdown(found)
    write(out, text)
    summary(text)
    summary(later(found))
    note(found.verdict)
    return FOUND if stopping(found, any_time=True) else FINE
