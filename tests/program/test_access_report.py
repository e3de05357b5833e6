"""The report and the program: one list of access, whichever way it is read."""

from __future__ import annotations

import pytest

from model.planning.access.plans import Kind
from model.planning.questions.matrix import matrix
from model.planning.questions.rights import Right
from tests.model.cases import environment
from tests.program.granted import Granted, granted, objects, texts
from tests.program.programs import ENVIRONMENTS, items, recorded, text

ELSEWHERE = {Kind.ARGO_CD}
"""What the delivery side makes of the model."""


def reported(right: Right) -> Granted:
    """Return a right of the report in the terms of a recording."""
    terms = right.condition.expression if right.condition else ""
    if right.request is not None:
        levels = "; ".join("|".join(sorted(f"group:{group}" for group in level)) for level in right.request.levels)
        terms = f"{right.request.entitlement} {int(right.request.longest.total_seconds())}s {levels}"
    return right.principal, right.role, right.resource, right.namespace, terms


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_report_says_exactly_what_the_program_grants(name: str) -> None:
    rights = [right for right in matrix(environment(name)).rights if right.made_here and right.kind not in ELSEWHERE]
    report, program = {reported(right) for right in rights}, set(granted(recorded(name)))
    assert len(rights) > 20
    assert program - report == set(), "granted by the program and in no report: list it in model/planning/access"
    assert report - program == set(), "reported and not granted by the program"


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_report_says_exactly_what_the_program_denies(name: str) -> None:
    report = {(plan.id, plan.project, plan.permissions, plan.excepted) for plan in matrix(environment(name)).denials}
    program: set[tuple[str, str, tuple[str, ...], tuple[str, ...]]] = set()
    for each in recorded(name).of_type("DenyPolicy"):
        (rule,) = items(each, "rules")
        (denied,) = objects(rule["denyRule"])
        excepted = tuple(who.rsplit("/", 1)[-1] for who in texts(denied["exceptionPrincipals"]))
        permissions = texts(denied["deniedPermissions"])
        program.add((text(each, "name"), text(each, "parent").rsplit("%2F", 1)[-1], permissions, excepted))
    assert report == program
