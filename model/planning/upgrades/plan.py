"""The plan of an upgrade: every step with its rule, edit or commands, time and addresses, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from model.config.catalogue import Catalogue, Feature
from model.config.problems import Problem, Severity
from model.estate import Environment, Estate
from model.planning.upgrades.attempts import Attempt, attempt_rules
from model.planning.upgrades.availability import Outcome, api_away, judged
from model.planning.upgrades.commands import Commands, commands
from model.planning.upgrades.edits import Edit, edits
from model.planning.upgrades.effort import Addresses, Duration, addresses, duration
from model.planning.upgrades.features import CLEARED, WORDS
from model.planning.upgrades.moves import Act, Move, applied
from model.planning.upgrades.opening import Opening, opening
from model.planning.upgrades.reasons import Reason, notes, reasons, undo
from model.planning.upgrades.sequence import NoPlanError, Taken, sequence
from model.planning.upgrades.standing import Standing, standing
from model.planning.versions import Minor, Version, patches

__all__ = ["NoPlanError", "Plan", "PlannedStep", "PoolOutcome", "attempt", "plan", "target"]

NOON: Final = time(12)


@dataclass(frozen=True)
class PoolOutcome:
    """What becomes of usual workloads while a pool of so many nodes is replaced."""

    pool: str
    nodes: int
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class PlannedStep:
    """One step of a plan."""

    number: int
    move: Move
    before: Standing
    """Where the clusters stand before it."""
    reasons: tuple[Reason, ...]
    """Why it is here in the order, by rule."""
    edits: tuple[Edit, ...]
    """What it changes in the stack file."""
    commands: Commands
    duration: Duration
    addresses: Addresses | None
    stopped_by: tuple[Problem, ...]
    """What keeps it from being taken, each with how to clear it."""
    warnings: tuple[Problem, ...]
    opening: Opening
    undo: str
    notes: tuple[str, ...]
    api_away: bool
    """Whether a Kubernetes API is away meanwhile (B75)."""
    pools: tuple[PoolOutcome, ...]


@dataclass(frozen=True)
class Plan:
    """An upgrade of one environment."""

    environment: str
    target: Version
    start: Standing
    end: Standing
    steps: tuple[PlannedStep, ...]
    beyond: tuple[str, ...]
    """What the minors after the target ask for, as far as the catalogue knows them."""

    @property
    def minutes(self) -> int:
        """About how long all steps take, one after another."""
        return sum(step.duration.minutes for step in self.steps)

    @property
    def stopped(self) -> bool:
        """Whether something keeps a step from being taken."""
        return any(step.stopped_by for step in self.steps)


def plan(
    estate: Estate, environment: str, wanted: str, *, pools_later: bool = False, at: datetime | None = None
) -> Plan:
    """Return the plan that brings an environment's on-prem side to `wanted`, a version or a minor.

    With `pools_later` control planes go first and pools follow as late as they may. `at` is the moment that windows are
    judged from, with a time zone; noon of the estate's day unless given.

    Raises `KeyError` for an unknown environment, `NoPlanError` where there is no legal way, and `Unavailable` where a
    part of the files that it needs could not be read.
    """
    env = estate.environments[environment]
    earlier = rings_before(estate, env)
    proven = _proven(earlier)
    reached = target(wanted, env.catalogue, proven)
    start = standing(env)
    moment = at or datetime.combine(estate.today, NOON, ZoneInfo(env.organisation.time_zone))
    taken = sequence(
        start,
        reached,
        env.catalogue,
        workstation=env.onprem.workstation.name,
        pools_later=pools_later,
        proven=proven,
    )
    steps = tuple(_step(number, each, env, earlier, moment) for number, each in enumerate(taken, start=1))
    end = applied(taken[-1].before, taken[-1].move) if taken else start
    return Plan(environment, reached, start, end, steps, tuple(_beyond(end, reached.minor, env.catalogue)))


def target(wanted: str, catalogue: Catalogue, proven: Version | None = None) -> Version:
    """Return the version that `wanted` means: itself, or the newest known patch of a minor that is proven.

    Raises `NoPlanError` for a text that is neither.
    """
    try:
        return Version.parse(wanted)
    except ValueError:
        pass
    try:
        minor = Minor.parse(wanted)
    except ValueError:
        raise NoPlanError(f"'{wanted}' is no version such as 1.32.200-gke.27, and no minor such as 1.32") from None
    known = patches(catalogue, minor)
    if not known:
        there = ", ".join(sorted(catalogue.onprem, key=Minor.parse)) or "nothing"
        raise NoPlanError(f"the catalogue knows no patch of {minor}; it knows {there}: add it to stacks/versions.yaml")
    allowed = [each for each in known if proven is None or each <= proven]
    return allowed[-1] if allowed else known[-1]


def rings_before(estate: Estate, env: Environment) -> Mapping[str, Standing]:
    """Return where the environments of earlier rings stand, by name."""
    return {name: standing(other) for name, other in estate.environments.items() if other.facts.ring < env.facts.ring}


def _proven(earlier: Mapping[str, Standing]) -> Version | None:
    """Return the version that every earlier ring has reached with an admin and a user cluster."""
    sides = [side for there in earlier.values() for side in (there.admins, there.users) if side]
    return min((max(each.version for each in side.values()) for side in sides), default=None)


def attempt(env: Environment, before: Standing, move: Move, earlier: Mapping[str, Standing]) -> tuple[Problem, ...]:
    """Return what stops `move`, and what to be warned of, taken from `before`."""
    return attempt_rules.run(Attempt(env, before, move, earlier)).problems


def _step(
    number: int, taken: Taken, env: Environment, earlier: Mapping[str, Standing], moment: datetime
) -> PlannedStep:
    move, before = taken.move, taken.before
    found = attempt(env, before, move, earlier)
    time_taken = duration(env, before, move)
    return PlannedStep(
        number=number,
        move=move,
        before=before,
        reasons=reasons(before, move),
        edits=edits(env, before, move),
        commands=commands(env, before, move),
        duration=time_taken,
        addresses=addresses(env, before, move),
        stopped_by=tuple(each for each in found if each.severity is Severity.ERROR),
        warnings=tuple(each for each in found if each.severity is Severity.WARNING),
        opening=opening(env, moment.astimezone(UTC), time_taken.minutes),
        undo=undo(move),
        notes=tuple(notes(env, before, move)),
        api_away=_api_away(env, before, move),
        pools=_pools(before, move),
    )


def _api_away(env: Environment, before: Standing, move: Move) -> bool:
    """Say whether a Kubernetes API is away: of one control plane node, or of kubeception in such an admin cluster."""
    if move.name in before.admins:
        return move.act is Act.ADMIN and Feature.NON_HA_ADMIN in before.admins[move.name].features
    if move.act not in {Act.USER, Act.CONTROL_PLANE}:
        return move.feature is Feature.KUBECEPTION
    cluster = next(each for each in env.onprem.user_clusters if each.name == move.name)
    return api_away(cluster.control_plane.replicas)


def _pools(before: Standing, move: Move) -> tuple[PoolOutcome, ...]:
    user = before.users.get(move.name)
    if user is None or move.act is Act.CONTROL_PLANE:
        return ()
    if move.act is Act.MIGRATION and move.feature is Feature.KUBECEPTION:
        return ()
    moving = [pool for pool in user.pools if move.act is Act.MIGRATION or pool.version != move.after]
    return tuple(PoolOutcome(pool.name, pool.nodes, judged(pool.nodes)) for pool in moving)


def _beyond(end: Standing, minor: Minor, catalogue: Catalogue) -> list[str]:
    """Say what each later minor of the catalogue asks for, from where the plan ends."""
    found: list[str] = []
    for text, release in sorted(catalogue.onprem.items(), key=lambda item: Minor.parse(item[0])):
        if Minor.parse(text) <= minor:
            continue
        for each in (*end.users.values(), *end.admins.values()):
            left = sorted(each.features & frozenset(release.blockers))
            found.extend(f"{text}: {each.name} has {WORDS[feature]}; {CLEARED[feature]}" for feature in left)
        if release.advanced_only:
            found.append(
                f"{text} has only advanced clusters: only gkectl of exactly the target's version converts to it, the "
                "admin cluster first, each user cluster whole, and from then on no `pulumi up` manages them (B64, B65)"
            )
    return list(dict.fromkeys(found))
