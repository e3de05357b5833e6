"""How long a real `up` would take, predicted from what a rehearsed one did.

The graph is read off the engine's state: what a resource depends on, its parent, its provider, what its properties are
made of. `deletedWith` says nothing of the order in which things are made. Figures come from `rehearsal.durations`, and
the clock is simulated: the same files give the same prediction on every machine.

Not predicted: what providers queue by themselves beyond what the figures hold, retries, quotas, and people who approve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from operations.rehearse.gantt import Bar, Chart, draw
from operations.rehearse.schedule import Task, scheduled
from operations.rehearse.session import Session
from rehearsal.durations import Durations, Subject, standard
from rehearsal.engine.steps import Change, StepResult
from rehearsal.server import PROVIDERS

CORES: Final = 4
"""The cores of the machine that runs the engine: those of a standard GitHub-hosted Linux runner
(https://docs.github.com/en/actions/reference/runners/github-hosted-runners)."""

STEPS_PER_CORE: Final = 4
"""What the engine does at once by default (pulumi 3.220, pkg/cmd/pulumi/operations/up.go: defaultParallel)."""

TAKES_TIME: Final = frozenset({"create", "update", "replace", "import", "delete"})
_END: Final = "end of the program"
_DELETED: Final = "deleted at the end"
_PROVIDERS: Final = "providers"
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of the predicted run. `ready`, `start`, `end` in seconds from its beginning.

    component: the part of the platform it belongs to, as `<name> <Kind>`. critical: on the longest path. estimated: its
    duration is an estimate and from no public page.
    """

    urn: str
    name: str
    type: str
    component: str
    operation: str
    ready: float
    start: float
    end: float
    critical: bool
    estimated: bool

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return self.end - self.start


@dataclass(frozen=True)
class Timing:
    """The prediction for one environment. `steps` in the order in which they begin, `critical` along the longest path.

    `critical` has every resource of the path, so that each depends on the one before; those that take no time too.
    """

    environment: str
    cores: int
    steps: tuple[Step, ...]
    critical: tuple[Step, ...]
    makespan: float
    critical_seconds: float

    @property
    def workers(self) -> int:
        """How many operations the engine does at once."""
        return self.cores * STEPS_PER_CORE

    @property
    def ratio(self) -> float:
        """Makespan to critical path: 1 when nothing waits for a free worker."""
        return self.makespan / self.critical_seconds if self.critical_seconds else 1

    def as_dict(self) -> dict[str, object]:
        """Return the prediction for machines; times in seconds."""
        return {
            "environment": self.environment,
            "cores": self.cores,
            "parallel": self.workers,
            "predicted_seconds": round(self.makespan, 1),
            "critical_path_seconds": round(self.critical_seconds, 1),
            "ratio": round(self.ratio, 3),
            "operations": len(self.steps),
            "estimated": sum(step.estimated for step in self.steps),
            "critical_path": [
                {
                    "name": step.name,
                    "type": step.type,
                    "operation": step.operation,
                    "start": round(step.start, 1),
                    "end": round(step.end, 1),
                }
                for step in self.critical
                if step.seconds
            ],
        }

    def lines(self) -> list[str]:
        """Return the prediction for people, a line each."""
        if not self.steps:
            return [f"{self.environment}: nothing was changed, so there is nothing to predict."]
        estimated = sum(step.estimated for step in self.steps)
        path = [
            f"  {clock(step.start):>9}  {spoken(step.seconds):>10}  {step.operation:7} {step.name} ({step.type})"
            for step in self.critical
            if step.seconds
        ]
        return [
            f"{self.environment}: a real up of these {len(self.steps)} operations would take about "
            f"{spoken(self.makespan)}, {self.workers} at once (the engine's default on {self.cores} cores).",
            f"Its critical path takes {spoken(self.critical_seconds)}; the whole takes {self.ratio:.2f} times as long.",
            "  begins at       takes  what",
            *path,
            f"Durations: rehearsal/durations.yaml; {estimated} of {len(self.steps)} are estimates.",
        ]

    def write_svg(self, path: Path) -> None:
        """Write the Gantt picture of the run."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(draw(self._chart()), encoding="utf-8")

    def _chart(self) -> Chart:
        groups: dict[str, list[Bar]] = {}
        for step in self.steps:
            if step.seconds:
                groups.setdefault(step.component, []).append(_bar(step))
        return Chart(
            title=f"{self.environment}: predicted time of a real up",
            subtitle=f"{spoken(self.makespan)} in all, critical path {spoken(self.critical_seconds)}, "
            f"ratio {self.ratio:.2f}, {self.workers} operations at once",
            seconds=self.makespan,
            critical=tuple(_bar(step) for step in self.critical if step.seconds),
            groups=groups,
        )


def predict(session: Session, result: StepResult, *, durations: Durations | None = None, cores: int = CORES) -> Timing:
    """Return how long the `up` that `result` is of would take for real; `session` is the one that it was taken in.

    durations: other figures than the project's. cores: of the machine that runs the engine. Call it before another
    step changes the state.
    """
    deployment = cast("dict[str, Any]", session.workbench.export().deployment or {})
    resources = cast("list[dict[str, Any]]", deployment.get("resources") or [])
    return timed(session.workbench.stack, resources, result.changes, durations=durations, cores=cores)


def timed(
    environment: str,
    resources: Sequence[Mapping[str, Any]],
    changes: Iterable[Change],
    *,
    durations: Durations | None = None,
    cores: int = CORES,
) -> Timing:
    """Return how long `changes` would take, given the resources of the state that they led to.

    What is deleted is no longer in that state, and the engine deletes when the program has ended: deletions come last,
    in no order among them. A component takes no time and is no step of its own.
    """
    figures = durations or standard()
    ordered = sorted(resources, key=_in_program_order)
    subjects = {str(each["urn"]): Subject(str(each["type"]), each.get("inputs") or {}) for each in ordered}
    custom = {str(each["urn"]) for each in ordered if each.get("custom")}
    made: dict[str, Change] = {}
    gone: dict[str, Change] = {}
    for each in changes:
        if each.operation == "delete" and each.type.partition(":")[0] in PROVIDERS:
            gone[each.urn] = each
        elif each.operation in TAKES_TIME and each.urn in custom:
            made[each.urn] = each

    others = tuple(subjects.values())
    tasks = [
        Task(urn, _seconds(figures, subjects[urn], made.get(urn), others), needs(each))
        for urn, each in zip(subjects, ordered, strict=True)
    ]
    if gone:
        tasks.append(Task(_END, 0, frozenset(subjects)))
        for urn, change in sorted(gone.items()):
            subject = Subject(change.type, change.old or {})
            tasks.append(Task(urn, _seconds(figures, subject, change, ()), frozenset({_END})))
    schedule = scheduled(tasks, cores * STEPS_PER_CORE)

    components = _components(ordered)
    critical = frozenset(schedule.critical)

    def step(urn: str) -> Step:
        change = made.get(urn) or gone.get(urn)
        token = change.type if change else subjects[urn].type
        slot = schedule.slots[urn]
        return Step(
            urn=urn,
            name=urn.rpartition("::")[2],
            type=token,
            component=components.get(urn, _DELETED),
            operation=change.operation if change else "same",
            ready=slot.ready,
            start=slot.start,
            end=slot.end,
            critical=urn in critical,
            estimated=change is not None and figures.estimated(token, change.operation, change.keys),
        )

    return Timing(
        environment=environment,
        cores=cores,
        steps=tuple(step(urn) for urn in schedule.slots if urn in made or urn in gone),
        critical=tuple(step(urn) for urn in schedule.critical if urn != _END),
        makespan=schedule.makespan,
        critical_seconds=schedule.critical_seconds,
    )


def needs(resource: Mapping[str, Any]) -> frozenset[str]:
    """Return the URNs of what must be there before `resource`, as the engine's state has it, can be registered."""
    found = {str(urn) for urn in resource.get("dependencies") or ()}
    for urns in cast("Mapping[str, Sequence[str] | None]", resource.get("propertyDependencies") or {}).values():
        found.update(urns or ())
    if resource.get("parent"):
        found.add(str(resource["parent"]))
    if resource.get("provider"):
        found.add(str(resource["provider"]).rpartition("::")[0])
    return frozenset(found)


def spoken(seconds: float) -> str:
    """Return a duration for people: `1 h 14 min`, `12 min`, `45 s`."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / _MINUTE)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if hours else f"{minutes} min"


def clock(seconds: float) -> str:
    """Return a moment of the run as hours, minutes and seconds: `1:02:30`."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _seconds(figures: Durations, subject: Subject, change: Change | None, others: Sequence[Subject]) -> float:
    if change is None:
        return 0
    return figures.seconds(subject, change.operation, changed=change.keys, others=others)


def _in_program_order(resource: Mapping[str, Any]) -> tuple[tuple[int, ...], str]:
    """Return what sorts resources as the program registers them: the lines it comes through, then the name.

    The state itself is in the order in which a rehearsal happened to finish, which differs from run to run.
    """
    frames = cast("Sequence[Mapping[str, str]]", resource.get("stackTrace") or ())
    lines = (frame.get("sourcePosition", "").rpartition("#")[2] for frame in reversed(frames))
    return tuple(int(line.partition(",")[0]) for line in lines if line), str(resource["urn"])


def _components(resources: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the topmost component of each resource, as `<name> <Kind>`; what has none is by itself."""
    parents = {str(each["urn"]): str(each.get("parent") or "") for each in resources}
    result: dict[str, str] = {}
    for urn in parents:
        top = urn
        while parents.get(parents[top]):
            top = parents[top]
        token = top.rpartition("::")[0].rpartition("::")[2].rpartition("$")[2]
        name = top.rpartition("::")[2]
        result[urn] = _PROVIDERS if token.startswith("pulumi:providers:") else f"{name} {token.rpartition(':')[2]}"
    return result


def _bar(step: Step) -> Bar:
    return Bar(
        f"{step.name}",
        f"{step.name} ({step.type}), {step.operation}: {spoken(step.seconds)}",
        step.start,
        step.end,
        step.critical,
    )
