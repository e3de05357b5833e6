"""A review without credentials: the base in the simulated clouds, the work tree previewed on it, side by side."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import yaml

from model.check import CheckResult, check
from model.config.acknowledgement import load_acknowledgements
from model.config.stack import SECTIONS
from model.config.wording import suggest
from model.planning.review.digest import (
    Digest,
    configuration_digest,
    operations_digest,
    program_digest,
    state_digest,
)
from model.planning.review.page import EnvironmentPage, Review, Standing
from operations.review.assemble import Sides, page_of, put_together
from operations.review.base import BESIDE, CODE, FILES, Base, BaseError, here, resolve
from operations.review.bring_up import key
from operations.review.one import Done, Task, do
from rehearsal.engine.acquire import Engine, acquire

PRELOAD: Final = "operations.review.preload"
"""The module that the processes are forked with."""


@dataclass(frozen=True)
class Wanted:
    """What is reviewed: `environments` by name, all unless given; `at` is the moment that windows are judged at."""

    root: Path
    bases: Path
    revision: str
    environments: tuple[str, ...] = ()
    at: datetime | None = None


def review(wanted: Wanted, engine: Engine | None = None) -> Review:
    """Return the review of the work tree against a revision.

    Raises `BaseError` for a revision or environment that there is not, and for a base that does not come up;
    `EngineNotFoundError`.
    """
    base = resolve(wanted.root, wanted.revision)
    own_program = base.own_program(wanted.root)
    with tempfile.TemporaryDirectory(prefix="hybrid-base-") as folder:
        tree = Path(folder)
        base.unpack(wanted.root, tree, code=own_program)
        before, after = check(tree), check(wanted.root)
        sides = Sides(before.loaded.estate, after, before.problems)
        if before.loaded.estate is None and not own_program:
            said = before.problems[0].message if before.problems else "it has no organisation file"
            raise BaseError(f"the base {wanted.revision} can not be read: {said}. Name one that passes ./hybrid check")
        names = _names(wanted, base, before, after)
        tasks = [
            _task(wanted, _Laid(base, tree, own_program, engine or acquire()), name, sides)
            for name in names
            if own_program or not same(sides, name)
        ]
        done = {each.environment: each for each in side_by_side(tasks)} if tasks else {}
    for each in done.values():
        if each.wrong:
            raise BaseError(each.wrong)
    program = program_digest(wanted.root)
    pages = [_page(sides, name, done.get(name), program) for name in names]
    entries, problems = load_acknowledgements(wanted.root)
    if problems:
        sides.errors = tuple(dict.fromkeys((*sides.errors, *problems)))
    return put_together(
        f"{wanted.revision} ({base.commit[:10]}) and the work tree",
        sides,
        pages,
        project=project_name(wanted.root),
        at=moment(wanted.at, sides),
        acknowledgements=entries,
    )


def project_name(root: Path) -> str:
    """Return the name of the Pulumi project at `root`."""
    return str(yaml.safe_load((root / "Pulumi.yaml").read_text(encoding="utf-8"))["name"])


def moment(given: datetime | None, sides: Sides) -> datetime:
    """Return the moment that windows and days are judged at: given, else now; the sample has a day of its own."""
    estate = sides.new or sides.old
    zone = ZoneInfo(estate.organisation.time_zone) if estate is not None else ZoneInfo("UTC")
    if given is not None:
        return given if given.tzinfo is not None else given.replace(tzinfo=zone)
    now = datetime.now(zone)
    return datetime.combine(estate.today, now.timetz()) if estate is not None else now


def same(sides: Sides, name: str) -> bool:
    """Say whether nothing that the program reads of an environment differs: it is a function of that alone."""
    old, new = sides.environment(name)
    if old is None or new is None or not all(SECTIONS.keys() <= env.sections.keys() for env in (old, new)):
        return False
    return configuration_digest(old) == configuration_digest(new)


def _names(wanted: Wanted, base: Base, before: CheckResult, after: CheckResult) -> tuple[str, ...]:
    known: dict[str, None] = {}
    for found in (after, before):
        if found.loaded.estate is not None:
            known |= dict.fromkeys(found.loaded.estate.environments)
    if not known:
        known |= dict.fromkeys(_stacks(base))
    unknown = [name for name in wanted.environments if name not in known]
    if unknown:
        raise BaseError(f"no environment '{unknown[0]}'; {suggest(unknown[0], list(known))}")
    return tuple(name for name in known if not wanted.environments or name in wanted.environments)


def _stacks(base: Base) -> list[str]:
    """Return the environments that the base has a stack file of."""
    files = (Path(path).name for path in base.subset("stacks"))
    return [each.split(".")[1] for each in files if each.startswith("Pulumi.") and each.count(".") == 2]


@dataclass(frozen=True)
class _Laid:
    """The base, laid out in `tree`; `own_program` says whether its program is another one than this."""

    base: Base
    tree: Path
    own_program: bool
    engine: Engine


def _task(wanted: Wanted, laid: _Laid, name: str, sides: Sides) -> Task:
    base, (old, new) = laid.base, sides.environment(name)
    own = laid.own_program
    content = {
        "program": base.subset(*CODE),
        "project": base.files.get("Pulumi.yaml"),
        "clouds": base.subset(*BESIDE) if own else here(Path(__file__).parents[2], "rehearsal"),
        "configuration": configuration_digest(old) if old is not None and not own else base.subset(*FILES),
        "engine": laid.engine.version,
    }
    some = new or old
    today = some.today if some is not None else datetime.now(ZoneInfo("UTC")).date()
    before = frozenset(_stacks(base))
    return Task(name, wanted.root, laid.tree, own, key(content), wanted.bases, laid.engine, today, before)


def side_by_side(tasks: Sequence[Task]) -> tuple[Done, ...]:
    """Do the tasks, each in a process of its own where there are several and cores for it."""
    workers = min(len(tasks), os.cpu_count() or 1)
    if workers <= 1:
        return tuple(do(each) for each in tasks)
    # Forked from a process that has imported the SDKs and has no threads: a fork of this one would copy the locks of
    # grpc's threads and not the threads.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOAD])
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        # The largest environments first: the last to end decides how long the whole takes.
        return tuple(pool.map(do, sorted(tasks, key=lambda each: each.environment == "sandbox")))


def _page(sides: Sides, name: str, done: Done | None, program: str) -> EnvironmentPage:
    if done is None:
        return page_of(sides, name, Standing.SAME, (), ())
    _, new = sides.environment(name)
    digest = None
    if not done.failed and new is not None:
        digest = Digest(
            program, configuration_digest(new), operations_digest(done.planned), state_digest(done.resources)
        )
    return page_of(
        sides,
        name,
        Standing.UNKNOWN if done.failed else Standing.PREVIEWED,
        done.planned,
        done.resources,
        time=done.time,
        path=done.path,
        failed=done.failed,
        digest=digest,
    )
