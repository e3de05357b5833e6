"""The page of a review as data: what was found in each environment, in the order in which it is dangerous."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from model.config.problems import Problem
from model.planning.review.access import Sentence
from model.planning.review.digest import Digest, operation_lines
from model.planning.review.gates import Gate
from model.planning.review.planned import Planned
from model.planning.review.radius import Radius
from model.planning.review.size import Figure
from model.planning.review.versions import Versions
from model.planning.review.words import grants_only, kind_of, noun, why

SIGNS = {"create": "+", "update": "~", "delete": "-", "replace": "±", "import": "=", "retain": "○"}
DONE = {
    "create": "created",
    "update": "changed",
    "delete": "deleted",
    "replace": "replaced",
    "import": "adopted",
    "retain": "let go of",
}


class Standing(StrEnum):
    """How much is known of an environment."""

    SAME = "same"
    """Program and configuration are those of the base: nothing can differ."""
    PREVIEWED = "previewed"
    """The engine previewed it."""
    UNKNOWN = "unknown"
    """It could not be previewed."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of the critical path of an `up`; begin and end in seconds from the start of the whole."""

    name: str
    operation: str
    start: float
    end: float


@dataclass(frozen=True)
class EnvironmentPage:
    """What a review found in one environment. `why_not` says which parts of it are not known, and why."""

    name: str
    standing: Standing
    planned: tuple[Planned, ...] = ()
    radii: Mapping[str, Radius] = field(default_factory=dict[str, Radius])
    protection: tuple[str, ...] = ()
    """What changes in the protection of what exists."""
    access: tuple[Sentence, ...] = ()
    exposure: tuple[str, ...] = ()
    versions: Versions = field(default_factory=Versions)
    size: tuple[Figure, ...] = ()
    time: tuple[str, ...] = ()
    path: tuple[PathStep, ...] = ()
    """The critical path of `time`, to be drawn."""
    failed: tuple[str, ...] = ()
    """Why it could not be previewed."""
    why_not: tuple[str, ...] = ()
    digest: Digest | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return self.standing is not Standing.UNKNOWN and not any(
            (self.planned, self.protection, self.access, self.exposure, self.versions.moves, self.size, self.why_not)
        )

    @property
    def dangerous(self) -> tuple[Planned, ...]:
        """What is deleted or replaced: what Pulumi protects first, then what bears data or identity, and causes first.

        A grant that goes is told among those who lose access.
        """
        found = (each for each in self.planned if each.destructive and (each.protected or not grants_only(each.type)))
        return tuple(sorted(found, key=_danger))

    @property
    def counts(self) -> str:
        """How many are deleted, replaced, changed and created, in words."""
        counts = {word: sum(each.outcome == outcome for each in self.planned) for outcome, word in DONE.items()}
        return ", ".join(f"{number} {word}" for word, number in counts.items() if number) or "nothing changes"

    @property
    def by_component(self) -> Mapping[str, tuple[Planned, ...]]:
        """What is not among the dangerous, by the component it belongs to."""
        found: dict[str, list[Planned]] = defaultdict(list)
        told_before = {each.urn for each in self.dangerous}
        for each in sorted(self.planned, key=lambda each: (each.component, each.name)):
            if each.urn not in told_before:
                found[each.component].append(each)
        return {name: tuple(items) for name, items in found.items()}

    def as_dict(self) -> dict[str, object]:
        """Return the documented shape for machines; values of properties are not in it."""
        return {
            "environment": self.name,
            "standing": self.standing.value,
            "operations": operation_lines(self.planned),
            "dangerous": [
                {
                    "urn": each.urn,
                    "operation": each.operation,
                    "protected": each.protected,
                    "retained": each.outcome == "retain",
                    "keys": list(each.replace_keys or each.changed_keys),
                    "rule": why(each).rule,
                    "why": why(each).words,
                    "depends": self.radii[each.urn].words if each.urn in self.radii else "",
                }
                for each in self.dangerous
            ],
            "protection": list(self.protection),
            "access": [each.words for each in self.access],
            "exposure": list(self.exposure),
            "versions": list(self.versions.moves),
            "order": list(self.versions.order),
            "size": [each.words for each in self.size],
            "time": list(self.time),
            "unknown": [*self.failed, *self.why_not],
            "digest": str(self.digest) if self.digest else None,
        }


def _danger(planned: Planned) -> tuple[bool, bool, bool, bool, str, str, str]:
    plain, stays = kind_of(planned.type) is None, planned.outcome == "retain"
    return (not planned.protected, stays, plain, planned.follows, planned.operation, planned.type, planned.name)


@dataclass(frozen=True)
class Review:
    """A whole review. `subject` says what was compared; `problems` are errors of the files, `warnings` new ones."""

    subject: str
    environments: tuple[EnvironmentPage, ...]
    gates: tuple[Gate, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def closed(self) -> tuple[Gate, ...]:
        """The gates that stop the change."""
        return tuple(each for each in self.gates if each.closed)

    @property
    def passes(self) -> bool:
        """Whether nothing stops the change."""
        return not self.closed

    @property
    def empty(self) -> bool:
        """Whether nothing differs and nothing is wrong."""
        return (
            not self.gates and not self.problems and not self.warnings and all(each.empty for each in self.environments)
        )

    @property
    def verdict(self) -> str:
        """The verdict in one line."""
        if self.empty:
            return f"No differences: {self.subject}, in {', '.join(each.name for each in self.environments)}."
        if self.closed:
            kinds = dict.fromkeys(gate.kind.value for gate in self.closed)
            return f"STOPPED: {'; '.join(kinds)}"
        acknowledged = len(self.gates)
        dangerous = [each for page in self.environments for each in page.dangerous]
        stays = sum(each.outcome == "retain" for each in dangerous)
        danger = len(dangerous) - stays
        parts = [f"{danger} deleted or replaced" if danger else "nothing is deleted or replaced"]
        parts += [f"{stays} let go of"] if stays else []
        parts += [f"{acknowledged} acknowledged"] if acknowledged else []
        return f"PASSES: {', '.join(parts)}"

    def as_dict(self) -> dict[str, object]:
        """Return the documented shape for machines."""
        return {
            "subject": self.subject,
            "verdict": self.verdict,
            "passes": self.passes,
            "empty": self.empty,
            "gates": [
                {
                    "kind": each.kind.value,
                    "environment": each.environment,
                    "reason": each.reason,
                    "urn": each.urn,
                    "operation": each.operation.value if each.operation else None,
                    "acknowledged": each.acknowledged.reason if each.acknowledged else None,
                }
                for each in self.gates
            ],
            "problems": [each.as_dict() for each in self.problems],
            "warnings": [each.as_dict() for each in self.warnings],
            "environments": [each.as_dict() for each in self.environments],
        }


def told(planned: Planned) -> Iterator[str]:
    """Give what happens to a resource: itself, then each property that differs."""
    yield f"{SIGNS.get(planned.outcome, planned.operation)} {noun(planned.type)} {planned.name}"
    if planned.old is not None and planned.new is not None and not planned.follows:
        for each in planned.differences():
            yield f"{each.words}{', which forces replacement' if each.forces else ''}"
