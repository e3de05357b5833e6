"""Sentences about access, the same on the terminal and on every page."""

from __future__ import annotations

from collections.abc import Sequence

from model.planning.access.plans import GROUP, SERVICE_ACCOUNT, DenyPlan, Kind
from model.planning.questions.difference import Change, DenialChange, Turn
from model.planning.questions.rights import Right, ends, short
from model.planning.questions.roles import Verdict
from model.planning.questions.who import Way


def named(principal: str) -> str:
    """Return a principal with what it is: `group varde-team-x`."""
    if principal.startswith(GROUP):
        return f"group {short(principal)}"
    if principal.startswith(SERVICE_ACCOUNT):
        return f"account {short(principal)}"
    if principal.startswith("principal"):
        return f"workflow {short_workflow(principal)}"
    return f"agent {principal}"


def short_workflow(principal: str) -> str:
    """Return what of a federated principal tells people who it is."""
    pool, _, subject = principal.partition("/workloadIdentityPools/")[2].partition("/")
    return f"{subject.removeprefix('subject/')} ({pool})"


def short_name(principal: str) -> str:
    """Return a principal for a table."""
    return short_workflow(principal) if principal.startswith("principal") else short(principal)


def thing(right: Right) -> str:
    """Return what a right is and where: `roles/x on y`, `cluster role view in z`."""
    match right.kind:
        case Kind.CLUSTER_RBAC:
            where = (
                f"namespace {right.namespace} of {right.resource}" if right.namespace else f"all of {right.resource}"
            )
            return f"{right.role} in {where}"
        case Kind.ARGO_CD:
            return f"{right.role} on the applications of {right.resource}"
        case Kind.FEDERATION:
            return f"the right to act as {right.resource}"
        case _:
            return f"{right.role} on {right.resource}"


def has(right: Right) -> str:
    """Return a right as a sentence's end: what, how, and why."""
    condition = f", {ends(right.condition)}" if right.condition else ""
    how = f" {right.request.words}" if right.request else ""
    return f"{thing(right)}{how}{condition}"


def change(each: Change) -> str:
    """Return a change as a sentence: `group x gains roles/y on z until 2027-03-31`."""
    through = f" through {' in '.join(short(group) for group in each.chain[1:])}" if each.chain else ""
    within = f", and with it {', '.join(short(group) for group in each.inner)}" if each.inner else ""
    if each.turn is Turn.CHANGES and each.before is not None:
        terms = f"{each.right.how}; it was {each.before.how}"
        return f"{named(each.principal)} has {thing(each.right)} {terms}{through}{within}"
    return f"{named(each.principal)} {each.turn.value} {has(each.right)}{through}{within}"


def denial_change(each: DenialChange) -> str:
    """Return what happens to a deny rule."""
    if each.after is None and each.before is not None:
        denied = f"{', '.join(each.before.permissions)} on {each.before.project}"
        return f"deny rule {each.before.id} leaves the files: {denied} stays denied, and nobody looks after that"
    if each.before is None and each.after is not None:
        return f"deny rule {each.after.id} comes: {denial(each.after)}"
    assert each.before is not None  # noqa: S101  one of the two is there
    assert each.after is not None  # noqa: S101  one of the two is there
    return f"deny rule {each.after.id} changes: {denial(each.after)}; it was: {denial(each.before)}"


def denial(plan: DenyPlan) -> str:
    """Return what a deny rule takes from whom."""
    excepted = ", ".join(plan.excepted)
    return (
        f"nobody but {excepted} has {', '.join(plan.permissions)} on what is tagged "
        f"{plan.tag}: {plan.tag_value} in {plan.project}"
    )


def way(each: Way) -> str:
    """Return how somebody can do something: what it takes, standing or on request."""
    parts = [f"{thing(right)}, {right.how}" for right in each.rights]
    unknown = (
        f" ({' and '.join(_unknown(each.rights))}: unknown permissions)" if each.verdict is Verdict.UNKNOWN else ""
    )
    return f"{'; and '.join(parts)}{unknown}"


def _unknown(taken: Sequence[Right]) -> list[str]:
    return list(dict.fromkeys(right.role for right in taken))


def places(taken: Sequence[Right]) -> str:
    """Return where rights are written: `stacks/teams/x.yaml:28`."""
    lines = dict.fromkeys(f"{right.place.file}:{right.place.line}" for right in taken if right.origin is not None)
    return ", ".join(lines) or "made with the thing itself"
