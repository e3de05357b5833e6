"""`python -m operations.overhead ENV`: what the component layer costs beyond the same resources in a flat program.

Both programs run in the real engine over simulated clouds, in turn and in pairs, since machines are noisy: what counts
is the median of the ratios. The flat program makes what the state of the composed one holds, with the same SDK classes,
inputs, providers and dependencies, in the same order; an input that took another resource's output takes one here too.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final, cast

import pulumi
from pulumi.automation import Deployment

from infra.environment import build
from model.check import check
from model.estate import Environment
from operations.console import say
from operations.project import ROOT
from operations.rehearse.inventory import inventory
from operations.rehearse.session import opened
from rehearsal.engine.acquire import Engine, acquire
from rehearsal.engine.drive import Workbench
from rehearsal.server import Clouds
from rehearsal.world.world import World

STEPS: Final = ("preview", "up", "second preview")
_SECRET: Final = "4dabf18193072939515e22adb298388d"  # noqa: S105  the engine's mark of a secret, not one
_WORD: Final = re.compile(r"(?<=[a-z0-9])[A-Z]|(?<=[A-Z])[A-Z](?=[a-z])")

Classes = Mapping[tuple[str, str], type[pulumi.CustomResource]]
Program = Callable[[], object]


@dataclass(frozen=True)
class Cost:
    """What the three steps of one rehearsal took: seconds of wall time, and of all processors."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]


def flat_program(deployment: Deployment, classes: Classes) -> Program:
    """Return a program that makes the custom resources of `deployment` without any component.

    `classes` gives the SDK class of each type and name. Raises `KeyError` for a resource it does not have.
    """
    resources = cast("list[dict[str, Any]]", (deployment.deployment or {})["resources"])
    custom = [each for each in resources if each.get("custom")]
    by_urn = {cast("str", each["urn"]): each for each in resources}

    def program() -> None:
        made: dict[str, pulumi.CustomResource] = {}
        for each in custom:
            urn, kind = cast("str", each["urn"]), cast("str", each["type"])
            inputs = cast("dict[str, Any]", _plain(each.get("inputs", {})))
            after = [made[needed] for needed in _needed(each, by_urn) if needed in made]
            options = pulumi.ResourceOptions(depends_on=cast("list[pulumi.Resource]", after))
            name = urn.rpartition("::")[2]
            if kind.startswith("pulumi:providers:"):
                inputs.pop("version", None)
                made[urn] = pulumi.ProviderResource(kind.rpartition(":")[2], name, inputs, options)
                continue
            options.provider = cast("pulumi.ProviderResource", made[each["provider"].rpartition("::")[0]])
            needed = cast("dict[str, list[str]]", each.get("propertyDependencies") or {})
            given = {key: _taken(value, needed.get(key, ()), made) for key, value in inputs.items()}
            # The constructor of a class of an SDK takes its inputs by name, in Python's spelling.
            constructor = cast("Callable[..., pulumi.CustomResource]", classes[kind, name])
            made[urn] = constructor(name, opts=options, **{_snake(key): value for key, value in given.items()})

    return program


def measure(env: Environment, engine: Engine, pairs: int) -> list[tuple[Cost, Cost]]:
    """Run the composed and the flat program of `env` in turn, `pairs` times, and return the costs of each pair."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        flat = flat_program(*_composed(env, engine, home / "composed"))
        return [
            (
                _cost(env, engine, home / f"{turn}-composed", partial(build, env)),
                _cost(env, engine, home / f"{turn}-flat", flat),
            )
            for turn in range(pairs)
        ]


def _composed(env: Environment, engine: Engine, home: Path) -> tuple[Deployment, Classes]:
    """Bring `env` up once; return its state, and the class of each resource as it was constructed."""
    classes: dict[tuple[str, str], type[pulumi.CustomResource]] = {}
    original = pulumi.CustomResource.__init__

    def watched(self: pulumi.CustomResource, t: str, name: str, *rest: Any, **options: Any) -> None:
        classes[t, name] = type(self)
        original(self, t, name, *rest, **options)

    pulumi.CustomResource.__init__ = watched
    try:
        with opened(env, engine, home=home) as session:
            result = session.take("up")
            if not result.succeeded:
                raise RuntimeError(f"{env.name} does not come up: {result.errors[0].message}")
            return session.workbench.export(), classes
    finally:
        pulumi.CustomResource.__init__ = original


def _cost(env: Environment, engine: Engine, home: Path, program: Program) -> Cost:
    home.mkdir()
    world = World(home / "world.json", seed=env.name)
    world.seed(inventory(env))
    wall, cpu = list[float](), list[float]()
    with Clouds(world) as clouds:
        workbench = Workbench(
            engine,
            home=home / "engine",
            stack=env.name,
            project_file=ROOT / "Pulumi.yaml",
            stack_file=ROOT / env.source.file,
            program=lambda: cast("None", program()),
            environment=clouds.environment(),
        )
        for step in (workbench.preview, workbench.up, workbench.preview):
            before = _processors()
            result = step()
            if not result.succeeded:
                raise RuntimeError(f"{env.name}: {result.step} fails: {result.errors[0].message}")
            wall.append(result.seconds)
            cpu.append(_processors() - before)
    world.close()
    return Cost(tuple(wall), tuple(cpu))


def _processors() -> float:
    """Return the processor seconds of this process and of the engines it has waited for."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def _needed(each: Mapping[str, Any], by_urn: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return what a resource waits for: its own dependencies, and those of the components it is part of."""
    needed = dict.fromkeys(cast("list[str]", each.get("dependencies") or []))
    parent = by_urn.get(each.get("parent", ""))
    while parent is not None:
        needed |= dict.fromkeys(cast("list[str]", parent.get("dependencies") or []))
        parent = by_urn.get(parent.get("parent", ""))
    return list(needed)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        held = cast("dict[str, Any]", value)
        if _SECRET in held:
            # The content stays sealed; a secret of the same kind costs the same.
            return pulumi.Output.secret("sealed-in-the-state-of-the-composed-program")
        return {key: _plain(item) for key, item in held.items() if key != "__defaults"}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value


def _taken(value: Any, needed: object, made: Mapping[str, pulumi.CustomResource]) -> Any:
    for urn in cast("list[str]", needed):
        source = made.get(urn)
        if source is not None and not isinstance(source, pulumi.ProviderResource):
            return source.id.apply(lambda _: value)
    return value


def _snake(name: str) -> str:
    return _WORD.sub(lambda found: f"_{found.group().lower()}", name).lower()


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print the median ratios."""
    parser = argparse.ArgumentParser(prog="python -m operations.overhead", description=__doc__)
    parser.add_argument("environment", help="the environment, as in stacks/Pulumi.<environment>.yaml")
    parser.add_argument("--pairs", type=int, default=5, help="how many times both are run; 5")
    parser.add_argument("--json", action="store_true", help="print every figure for a machine")
    given = parser.parse_args(arguments)
    estate = check(ROOT).loaded.estate
    if estate is None or given.environment not in estate.environments:
        sys.stderr.write(f"there is no environment '{given.environment}' whose files can be read: ./hybrid check\n")
        return 2
    pairs = measure(estate.environments[given.environment], acquire(), given.pairs)
    ratios = {
        step: {
            "wall": round(median(one.wall[number] / other.wall[number] for one, other in pairs), 3),
            "processors": round(median(one.cpu[number] / other.cpu[number] for one, other in pairs), 3),
        }
        for number, step in enumerate(STEPS)
    }
    if given.json:
        say(json.dumps({"environment": given.environment, "pairs": given.pairs, "ratios": ratios}))
        return 0
    for step, ratio in ratios.items():
        figures = f"{ratio['wall']:.2f} wall, {ratio['processors']:.2f} processors"
        say(f"{given.environment:9}{step:16}components / flat: {figures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
