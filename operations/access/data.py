"""Answers about access as plain data: the documented shapes of `--json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.config.problems import Place
    from model.planning.questions.difference import Change, Difference
    from model.planning.questions.matrix import Matrix
    from model.planning.questions.rights import Right
    from model.planning.questions.what import Holding
    from model.planning.questions.who import Answer, Way


def right_data(right: Right) -> dict[str, object]:
    """Return one right."""
    request = right.request
    return {
        "environment": right.environment,
        "principal": right.principal,
        "kind": right.kind.value,
        "role": right.role,
        "resource": right.resource,
        "namespace": right.namespace,
        "on_request": None
        if request is None
        else {
            "entitlement": request.entitlement,
            "longest_seconds": int(request.longest.total_seconds()),
            "approvals": [list(level) for level in request.levels],
        },
        "condition": right.condition.expression if right.condition else None,
        "reason": right.reason,
        "team": right.team,
        "made_here": right.made_here,
        "machine": right.machine,
        "written_at": place_data(right.place) if right.origin is not None else None,
    }


def place_data(place: Place) -> str:
    """Return a place as `file:line`."""
    return f"{place.file}:{place.line}"


def _way(way: Way) -> dict[str, object]:
    return {
        "environment": way.spot.environment.name,
        "target": way.spot.title,
        "principal": way.principal,
        "verdict": way.verdict.value,
        "standing": way.standing,
        "rights": [right_data(right) for right in way.rights],
        "groups_inside": [list(chain) for chain in way.inner],
        "acted_as_by": [_way(acting) for acting in way.acted_as],
    }


def answer_data(answer: Answer) -> dict[str, object]:
    """Return who can, and who only seems to."""
    return {
        "ways": [_way(way) for way in answer.ways],
        "denied": [
            {
                "environment": each.spot.environment.name,
                "target": each.spot.title,
                "principal": each.principal,
                "right": right_data(each.right),
                "why": each.why,
            }
            for each in answer.denied
        ],
    }


def holding_data(holding: Holding) -> dict[str, object]:
    """Return what a principal has."""
    return {
        "principal": holding.principal,
        "rights": [{**right_data(each.right), "through": list(each.chain)} for each in holding.having],
        "waiting": [
            {"environment": environment, "group": each.group, "what": each.what}
            for environment, each in holding.withheld
        ],
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "environment": change.environment,
        "principal": change.principal,
        "turn": change.turn.value,
        "right": right_data(change.right),
        "before": right_data(change.before) if change.before else None,
        "through": list(change.chain),
        "groups_inside": list(change.inner),
    }


def difference_data(difference: Difference) -> dict[str, object]:
    """Return who gains and loses what."""
    return {
        "changes": [_change(change) for change in difference.changes],
        "deny_rules": [
            {
                "environment": each.environment,
                "before": each.before.id if each.before else None,
                "after": each.after.id if each.after else None,
            }
            for each in difference.denials
        ],
    }


def matrices_data(matrices: Sequence[Matrix]) -> dict[str, object]:
    """Return the whole matrix of several environments."""
    return {
        each.environment: {
            "rights": [right_data(right) for right in each.rights],
            "deny_rules": [
                {
                    "id": plan.id,
                    "project": plan.project,
                    "permissions": list(plan.permissions),
                    "excepted": list(plan.excepted),
                    "tag": f"{plan.tag}: {plan.tag_value}",
                }
                for plan in each.denials
            ],
            "waiting": [{"group": waiting.group, "what": waiting.what} for waiting in each.withheld],
        }
        for each in matrices
    }
