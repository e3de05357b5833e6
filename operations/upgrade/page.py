"""A plan as Markdown, for people and for the documentation, and as plain data for machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.config.problems import Problem
from model.planning.upgrades.commands import Command
from model.planning.upgrades.effort import Duration
from model.planning.upgrades.features import BECOMES
from model.planning.upgrades.moves import Act, Way
from model.planning.upgrades.plan import Plan, PlannedStep


def title(step: PlannedStep) -> str:
    """Return a step in one line: what, which, from where to where."""
    move = step.move
    if move.act is Act.MIGRATION:
        return f"migrate {move.name} to {BECOMES[move.feature]}" if move.feature else f"migrate {move.name}"
    what = f"{move.act} of {move.name}" if move.act in {Act.CONTROL_PLANE, Act.POOLS} else f"{move.act} {move.name}"
    converts = ", as an advanced cluster" if move.converts else ""
    return f"{what}: {move.before} to {move.after}{converts}"


def markdown(plan: Plan, *, level: int = 1, only: frozenset[int] | None = None) -> str:
    """Return the plan as a page; `level` is that of its heading, `only` the numbers of the steps shown in full."""
    return "\n".join(_page(plan, "#" * level, only)).rstrip() + "\n"


def _page(plan: Plan, mark: str, only: frozenset[int] | None) -> Iterator[str]:
    yield f"{mark} {plan.environment} to {plan.target}"
    yield ""
    if not plan.steps:
        yield f"Everything on-prem is on {plan.target} or later: there is nothing to do."
    else:
        yield f"{len(plan.steps)} steps, about {Duration(plan.minutes, '')} one after another."
        yield ""
        yield "| step | what | by | about | rules | stopped by |"
        yield "|---|---|---|---|---|---|"
        for step in plan.steps:
            rules = ", ".join(dict.fromkeys(reason.rule for reason in step.reasons))
            stopped = ", ".join(dict.fromkeys(problem.rule for problem in step.stopped_by))
            yield f"| {step.number} | {title(step)} | {step.move.way} | {step.duration} | {rules} | {stopped} |"
    yield ""
    for step in plan.steps:
        if only is None or step.number in only:
            yield from _step(step, mark)
    if plan.beyond:
        yield f"{mark}# After {plan.target}"
        yield ""
        yield from (f"- {line}" for line in plan.beyond)
        yield ""


def _step(step: PlannedStep, mark: str) -> Iterator[str]:
    yield f"{mark}# {step.number}. {title(step)}"
    yield ""
    for reason in step.reasons:
        yield f"- {reason.rule}: {reason.words}"
    yield ""
    for problem in step.stopped_by:
        yield from (f"**Stopped** ({problem.rule}): {problem.message}. To clear it: {problem.remedy}.", "")
    for problem in step.warnings:
        yield from (f"**Mind** ({problem.rule}): {problem.message}. {_sentence(problem)}", "")
    yield from _commands("Before", step.commands.before)
    yield from _edits(step)
    yield from _commands("The step", step.commands.step)
    yield from _commands("Afterwards", step.commands.after)
    yield f"- Time: about {step.duration} ({step.duration.how})."
    if step.addresses is not None:
        present = "" if step.addresses.present is None else f", {step.addresses.present} free"
        yield f"- Addresses: {step.addresses.needed} needed{present}: {step.addresses.what}."
    yield f"- Window: {step.opening.words}."
    yield f"- Undo: {step.undo}"
    if step.api_away:
        yield "- The cluster's Kubernetes API is away for a while (B75)."
    yield from (f"- {note}" for note in step.notes)
    yield ""
    yield from _availability(step)


def _sentence(problem: Problem) -> str:
    return f"{problem.remedy[:1].upper()}{problem.remedy[1:]}."


def _commands(heading: str, wanted: tuple[Command, ...]) -> Iterator[str]:
    if not wanted:
        return
    yield f"{heading}:"
    yield ""
    for command in wanted:
        rule = f" ({command.rule})" if command.rule else ""
        line = f": `{command.line}`" if command.line else ""
        yield f"- {command.why}{rule}{line}"
    yield ""


def _edits(step: PlannedStep) -> Iterator[str]:
    if not step.edits:
        return
    yield (
        "Edit, which `--write` makes while it is the next step:"
        if step.move.way is Way.PULUMI
        else ("Edit, which `--write` makes while it is the next step, so that the rendered files carry the version:")
    )
    yield ""
    yield from (f"- `{edit}`" for edit in step.edits)
    yield ""


def _availability(step: PlannedStep) -> Iterator[str]:
    if not step.pools:
        return
    yield "What becomes of workloads, one node at a time and one node more than before:"
    yield ""
    yield f"| workload | {' | '.join(f'pool {each.pool}, {each.nodes} nodes' for each in step.pools)} |"
    yield f"|---|{'---|' * len(step.pools)}"
    for index, outcome in enumerate(step.pools[0].outcomes):
        cells: list[str] = []
        for pool in step.pools:
            held = pool.outcomes[index]
            cells.append("stuck: its budget lets no pod go" if held.stuck else f"{held.lowest} at the least")
        yield f"| {outcome.workload.name} | {' | '.join(cells)} |"
    yield ""


def as_dict(plan: Plan) -> dict[str, Any]:
    """Return the plan as documented data."""
    return {
        "environment": plan.environment,
        "target": str(plan.target),
        "minutes": plan.minutes,
        "steps": [_step_dict(step) for step in plan.steps],
        "beyond": list(plan.beyond),
    }


def _step_dict(step: PlannedStep) -> dict[str, Any]:
    move, spare = step.move, step.addresses
    return {
        "step": step.number,
        "what": move.act.value,
        "name": move.name,
        "from": str(move.before),
        "to": str(move.after),
        "by": move.way.value,
        "feature": move.feature.value if move.feature else None,
        "converts": move.converts,
        "rules": [{"rule": each.rule, "why": each.words} for each in step.reasons],
        "edits": [
            {"file": each.place.file, "line": each.place.line, "what": each.what, "old": each.old, "new": each.new}
            for each in step.edits
        ],
        "before": [_command_dict(each) for each in step.commands.before],
        "commands": [_command_dict(each) for each in step.commands.step],
        "after": [_command_dict(each) for each in step.commands.after],
        "minutes": step.duration.minutes,
        "addresses": {"needed": spare.needed, "present": spare.present, "what": spare.what} if spare else None,
        "stopped_by": [each.as_dict() for each in step.stopped_by],
        "warnings": [each.as_dict() for each in step.warnings],
        "window": {"open": step.opening.now, "fits": step.opening.fits, "words": step.opening.words},
        "undo": step.undo,
        "api_away": step.api_away,
        "notes": list(step.notes),
        "workloads": [
            {
                "pool": pool.pool,
                "nodes": pool.nodes,
                "outcomes": [
                    {"workload": each.workload.name, "lowest": each.lowest, "stuck": each.stuck}
                    for each in pool.outcomes
                ],
            }
            for pool in step.pools
        ],
    }


def _command_dict(command: Command) -> dict[str, str]:
    return {"why": command.why, "command": command.line, "rule": command.rule}
