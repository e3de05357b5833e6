"""What an `up` did, held against the step of the plan that it belongs to."""

from __future__ import annotations

from typing import Final

from model.planning.upgrades.moves import Act
from model.planning.upgrades.plan import PlannedStep
from operations.rehearse.hand_edits import ADMIN_CLUSTER, ONPREM_POOL, USER_CLUSTER
from rehearsal.engine.steps import Change, StepResult

VERSION: Final = "onPremVersion"
_POLICY: Final = "upgradePolicy"
_PLATFORM: Final = "platformConfig"


def unexpected(result: StepResult, step: PlannedStep) -> list[str]:
    """Say what an `up` did that the step did not ask for, and what it left undone."""
    if not result.succeeded:
        return errors(result)
    stated = [edit for edit in step.edits if "node_pools" in edit.path and edit.old is not None]
    complaints: list[str] = []
    clusters = pools = 0
    for change in real(result):
        keys = {path.split(".")[0].split("[")[0] for path in change.detailed} or set(change.keys)
        if change.operation != "update":
            complaints.append(f"{change.operation} of {change.name}, where only updates were planned")
        elif step.move.act is Act.PLATFORM and change.type == ADMIN_CLUSTER and keys == {_PLATFORM}:
            continue
        elif change.type == USER_CLUSTER and keys <= {VERSION, _POLICY}:
            clusters += VERSION in keys
        elif change.type == ONPREM_POOL and keys == {VERSION} and step.move.act is not Act.CONTROL_PLANE:
            pools += 1
        elif change.type == ONPREM_POOL and keys == {VERSION} and _stays(change, step):
            continue
        else:
            complaints.append(f"not planned: {told(change)}")
    asked = 0 if step.move.act in {Act.POOLS, Act.PLATFORM} else 1
    if clusters != asked:
        complaints.append(f"{clusters} user clusters changed their version, not {asked}")
    if step.move.act is not Act.CONTROL_PLANE and pools != len(stated):
        complaints.append(f"{pools} pools changed their version, not {len(stated)}")
    return complaints


def _stays(change: Change, step: PlannedStep) -> bool:
    """Say whether a pool is only told the version that it has (B38)."""
    had = {str(pool.version) for pool in step.before.users[step.move.name].pools}
    return (change.new or {}).get(VERSION) in had


def unavailable(step: PlannedStep) -> list[str]:
    """Say which workload that could have run all the time does not."""
    return [
        f"pool {pool.pool}: '{each.workload.name}' is {'stuck' if each.stuck else 'away'}"
        for pool in step.pools
        for each in pool.outcomes
        if each.workload.replicas > 1
        and (each.workload.min_available or 0) < each.workload.replicas
        and not each.pending
        and not each.held
    ]


def real(result: StepResult) -> list[Change]:
    """Return what a run of the engine changed or would change, components and reads aside."""
    moved = [each for each in result.changes if not each.type.startswith("hybrid:") and each.operation != "read"]
    return sorted(moved, key=lambda each: (each.name, each.operation))


def told(change: Change) -> str:
    """Return a change in one line."""
    return f"{change.operation} {change.name}: {', '.join(sorted(change.detailed) or sorted(change.keys))}"


def errors(result: StepResult) -> list[str]:
    """Return why a run failed; none for one that did not."""
    return [f"{result.step} failed: {each.message.splitlines()[0]}" for each in result.errors]
