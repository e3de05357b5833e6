"""The same page from what the real engine said: a file of `pulumi preview --json`, or an event log."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from model.check import CheckResult, check
from model.config.acknowledgement import load_acknowledgements
from model.config.wording import suggest
from model.planning.review.digest import (
    Digest,
    configuration_digest,
    operations_digest,
    program_digest,
    state_digest,
)
from model.planning.review.page import Review, Standing
from operations.review.assemble import Sides, page_of, put_together
from operations.review.base import BaseError, resolve
from operations.review.one import predicted
from operations.review.preview_file import Preview, PreviewFileError, read
from operations.review.run import moment, project_name
from operations.review.told_time import critical_path, time_lines


@dataclass(frozen=True)
class FromFile:
    """What is reviewed: a file, the environment it is of (the file says unless given), the revision to compare with."""

    root: Path
    file: Path
    environment: str = ""
    revision: str = ""
    at: datetime | None = None


def review_of_file(wanted: FromFile) -> Review:
    """Return the review of a preview that the engine made. Raises `PreviewFileError` and `BaseError`.

    With a revision, what the files say of access, exposure and sizes is compared too; without, only the engine speaks.
    """
    preview = read(wanted.file)
    found = check(wanted.root)
    estate = found.loaded.estate
    name = wanted.environment or preview.stack
    known = list(estate.environments) if estate is not None else []
    if wanted.environment and preview.stack and wanted.environment != preview.stack:
        raise PreviewFileError(f"{wanted.file} is a preview of {preview.stack}, not of {wanted.environment}")
    if not name:
        raise PreviewFileError(f"{wanted.file} names no stack, since nothing is in it: say which by --stack")
    if known and name not in known:
        raise BaseError(f"no environment '{name}'; {suggest(name, known)}")
    sides = _sides(wanted, found)
    _, new = sides.environment(name)
    digest = None
    if new is not None and not preview.errors:
        digest = digest_of(wanted.root, preview, name)
    notes = () if preview.whole_graph else ("an event log does not say what depends on what: no blast radius, no time",)
    timing = predicted(name, preview.before, preview.after, preview.planned) if preview.whole_graph else None
    page = page_of(
        sides,
        name,
        Standing.UNKNOWN if preview.errors else Standing.PREVIEWED,
        preview.planned,
        preview.before,
        time=time_lines(timing) if timing else (),
        path=critical_path(timing) if timing else (),
        failed=preview.errors,
        why_not=notes if preview.planned else (),
        digest=digest,
    )
    entries, problems = load_acknowledgements(wanted.root)
    sides.errors = tuple(dict.fromkeys((*sides.errors, *problems)))
    return put_together(
        f"the stack {name} and the preview in {wanted.file.name}",
        sides,
        [page],
        project=project_name(wanted.root),
        at=moment(wanted.at, sides),
        acknowledgements=entries,
    )


def digest_of(root: Path, preview: Preview, name: str) -> Digest:
    """Return the digest of a preview with the files below `root`. Raises `BaseError` where they can not be read."""
    estate = check(root).loaded.estate
    if estate is None or name not in estate.environments:
        raise BaseError(f"the files of {name} can not be read: ./hybrid check says why")
    return Digest(
        program_digest(root),
        configuration_digest(estate.environments[name]),
        operations_digest(preview.planned),
        state_digest(preview.before),
    )


def _sides(wanted: FromFile, found: CheckResult) -> Sides:
    if not wanted.revision:
        return Sides(None, found)
    base = resolve(wanted.root, wanted.revision)
    with tempfile.TemporaryDirectory(prefix="hybrid-base-") as folder:
        base.unpack(wanted.root, Path(folder), code=False)
        before = check(Path(folder))
    return Sides(before.loaded.estate, found, before.problems)
