"""A review put together: what the engine said of each environment, and what the files say of both revisions."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from model.check import CheckResult
from model.config.acknowledgement import Acknowledgement
from model.config.problems import Problem, Severity
from model.config.violation import FORMAT
from model.estate import Environment, Estate
from model.planning.review import gates as judging
from model.planning.review.access import access_sentences
from model.planning.review.digest import Digest
from model.planning.review.exposure import exposure
from model.planning.review.gates import Gate, Kind
from model.planning.review.guarded import protection
from model.planning.review.page import EnvironmentPage, PathStep, Review, Standing
from model.planning.review.planned import Planned
from model.planning.review.radius import Graph, Radius
from model.planning.review.size import size
from model.planning.review.versions import Versions, versions
from model.rules.registry import Unavailable

T = TypeVar("T")


class Sides:
    """Both revisions of the files, as far as they could be read, and what is wrong with the new one."""

    def __init__(self, old: Estate | None, found: CheckResult, base_problems: Sequence[Problem] = ()) -> None:
        self.old = old
        self.new = found.loaded.estate
        known = {(each.rule, each.message) for each in base_problems}
        errors = [each for each in found.problems if each.severity is Severity.ERROR]
        self.errors = tuple(errors)
        self.brought = tuple(each for each in errors if (each.rule, each.message) not in known)
        # A part that can not be read changes what is said of the others: what was warned of before is not new then.
        unread = any(each.rule == FORMAT for each in errors)
        before = {(each.rule, each.file) for each in base_problems} if unread else set[tuple[str, str]]()
        self.warnings = tuple(
            each
            for each in found.problems
            if each.severity is Severity.WARNING
            and (each.rule, each.message) not in known
            and (each.rule, each.file) not in before
        )

    def environment(self, name: str) -> tuple[Environment | None, Environment | None]:
        """Return an environment before and after."""
        old = self.old.environments.get(name) if self.old else None
        return old, self.new.environments.get(name) if self.new else None


def page_of(
    sides: Sides,
    name: str,
    standing: Standing,
    planned: tuple[Planned, ...],
    resources: Sequence[Mapping[str, Any]],
    *,
    time: tuple[str, ...] = (),
    path: tuple[PathStep, ...] = (),
    failed: tuple[str, ...] = (),
    why_not: tuple[str, ...] = (),
    digest: Digest | None = None,
) -> EnvironmentPage:
    """Return what a review says of one environment."""
    old, new = sides.environment(name)
    missing: list[str] = []

    def asked(what: str, answer: Callable[[], T], otherwise: T) -> T:
        try:
            return answer()
        except Unavailable as reason:
            missing.append(f"{what}: {reason}")
            return otherwise

    kept = {str(each["urn"]) for each in resources if each.get("retainOnDelete")}
    planned = tuple(replace(each, retained=each.urn in kept) for each in planned)
    graph = Graph(resources)
    guarded, access, open_to, moved, figures = (), (), (), Versions(), ()
    if old is not None and new is not None and sides.old is not None and sides.new is not None:
        before, after = sides.old, sides.new
        guarded = asked("protection is not compared", lambda: protection(old, new), ())
        access = asked("access is not compared", lambda: access_sentences(before, after, name), ())
        open_to = asked("exposure is not compared", lambda: exposure(old, new), ())
        moved = asked("versions are not compared", lambda: versions(before, after, name), Versions())
        figures = asked("sizes are not compared", lambda: size(old, new), ())
    elif old is None and new is not None and planned:
        missing.append("the base's files are not read by this revision: what follows is from the engine alone")
    radii: dict[str, Radius] = {each.urn: graph.radius(each.urn, old) for each in planned if each.destructive}
    return EnvironmentPage(
        name,
        standing,
        planned,
        radii,
        guarded,
        access,
        open_to,
        moved,
        figures,
        time,
        path,
        failed=failed,
        why_not=(*why_not, *missing),
        digest=digest,
    )


def gates_of(sides: Sides, page: EnvironmentPage, project: str, at: datetime) -> Iterator[Gate]:
    """Give the gates of one environment; those about its files are `gates_of_files`."""
    old, new = sides.environment(page.name)
    stack = judging.stack_urn(project, page.name)
    yield from judging.of_operations(page.planned, old, page.name)
    yield from judging.of_fixed(page.planned, page.name)
    if old is not None and new is not None:
        # What could not be read is an error in the files, which is a gate by itself.
        with contextlib.suppress(Unavailable):
            yield from judging.of_redundancy(old, new, stack)
        yield from judging.of_access(page.access, old, new)
    yield from judging.of_hops((each for each in page.versions.illegal if each.severity is Severity.ERROR), page.name)
    if new is not None and page.planned:
        yield from judging.of_time(new, at, stack)


def gates_of_files(sides: Sides) -> Iterator[Gate]:
    """Give the gates for errors in the files: those that were there before stop the change too, as they stop `up`."""
    yield from judging.of_problems(sides.errors, "")


def put_together(
    subject: str,
    sides: Sides,
    pages: Sequence[EnvironmentPage],
    *,
    project: str,
    at: datetime,
    acknowledgements: Sequence[Acknowledgement] = (),
) -> Review:
    """Return the whole review: pages in the order of danger, production first, and every gate."""
    found: list[Gate] = [*gates_of_files(sides)]
    for page in pages:
        found += gates_of(sides, page, project, at)
        found += [Gate(Kind.FAILED, page.name, why) for why in page.failed]
    judged = [page.name for page in pages if page.standing is not Standing.UNKNOWN]
    settled = judging.settled(_once(found), acknowledgements, at.date(), judged)
    names = {page.name for page in pages}
    kept = [each for each in settled if not each.environment or each.environment in names]
    return Review(subject, tuple(_in_order(sides, pages)), tuple(kept), sides.errors, sides.warnings)


def _once(gates: Iterable[Gate]) -> list[Gate]:
    return list(dict.fromkeys(gates))


def _in_order(sides: Sides, pages: Sequence[EnvironmentPage]) -> list[EnvironmentPage]:
    """Return the pages with production first, and the ring that changes first last."""

    def ring(page: EnvironmentPage) -> tuple[int, str]:
        env = sides.environment(page.name)[1]
        try:
            return (-env.facts.ring if env is not None else 0, page.name)
        except Unavailable:
            return (0, page.name)

    return sorted(pages, key=ring)
