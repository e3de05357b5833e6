"""What stops a change until somebody has said that it is wanted, and what stops it whatever anybody says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from model.config.acknowledgement import Acknowledgement, Operation
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.problems import Problem
from model.estate import Environment
from model.planning.bgp.proof import prove
from model.planning.bgp.sla import sla
from model.planning.promotion.times import Shut, gate
from model.planning.protection import Kind as Protected
from model.planning.protection import protected
from model.planning.questions.difference import Turn
from model.planning.review.access import Sentence
from model.planning.review.planned import Planned
from model.planning.review.words import VERBS, kind_of, noun, why
from model.rules.groups import deployers

LOCK_OUT = "E30"
"""The rules that keep people and the program from being locked out."""
ORDER = frozenset({"B73", "X1", "X2", "X3"})
"""The rules of promotion."""


_ON_PREM: Final = frozenset({Protected.USER_CLUSTER, Protected.ADMIN_CLUSTER})
_FIXED: Final = re.compile(r"networkConfig\.(pod|service)AddressCidrBlocks\b")


class Kind(StrEnum):
    """What a gate is about."""

    PROTECTED = "deletes or replaces what is protected"
    FIXED = "changes what can not be changed"
    REDUNDANCY = "loses redundancy"
    LOCK_OUT = "locks out"
    FREEZE = "change freeze"
    WINDOW = "outside the change window"
    ORDER = "promotion out of order"
    VERSION = "illegal version change"
    ERRORS = "breaks a rule"
    STALE = "acknowledgement is stale"
    EXPIRED = "acknowledgement has expired"
    FAILED = "the preview failed"


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that stops a change.

    `urn` and `operation` are what an acknowledgement has to say; no operation: nothing opens it. `acknowledged` is the
    one that does.
    """

    kind: Kind
    environment: str
    reason: str
    urn: str = ""
    operation: Operation | None = None
    acknowledged: Acknowledgement | None = None
    mend: str = ""
    """What another change has to do, where that is known."""

    @property
    def closed(self) -> bool:
        """Whether it stops the change."""
        return self.acknowledged is None

    @property
    def remedy(self) -> str:
        """What opens it, "" where that is not known."""
        if self.operation is None or not self.closed:
            return self.mend
        return f"acknowledge {self.operation.value} of {self.urn}"


def stack_urn(project: str, environment: str) -> str:
    """Return the URN of a stack itself."""
    return f"urn:pulumi:{environment}::{project}::pulumi:pulumi:Stack::{project}-{environment}"


def of_operations(planned: Iterable[Planned], env: Environment | None, environment: str) -> Iterator[Gate]:
    """Give a gate for each deletion or replacement of what is protected, or of a kind that would be (X8)."""
    for each in planned:
        if not each.destructive:
            continue
        kind = kind_of(each.type)
        by_policy = env is not None and kind is not None and protected(env.facts, kind)
        if each.protected or by_policy:
            verb = VERBS[each.outcome]
            words = why(each).words
            reason = f"{verb} {noun(each.type)} {each.name}{f': {words}' if words else ''}"
            yield Gate(Kind.PROTECTED, environment, reason, each.urn, Operation(each.operation))


def of_fixed(planned: Iterable[Planned], environment: str) -> Iterator[Gate]:
    """Give a gate for each update that the API refuses, though the provider would send it.

    Nothing but another cluster has other ranges for pods and services: "This field cannot be changed after creation"
    (gkeonprem.VMwareCluster network_config).
    """
    for each in planned:
        if each.operation != "update" or kind_of(each.type) not in _ON_PREM:
            continue
        for difference in each.differences():
            if _FIXED.match(difference.path):
                reason = f"{noun(each.type)} {each.name}: {difference.words}, which the API refuses"
                mend = "leave it, or stand a second cluster with the new range beside this one and move there"
                yield Gate(Kind.FIXED, environment, reason, mend=mend)


def of_redundancy(old: Environment, new: Environment, stack: str) -> Iterator[Gate]:
    """Give a gate for each loss that the base survives and the change does not, and for what else gets thinner.

    Raises `Unavailable` where a part of the files that the proof needs could not be read.
    """
    lost = [str(each.loss) for each in prove(new).broken]
    kept = {str(each.loss) for each in prove(old).broken}
    for loss in lost:
        if loss not in kept:
            yield _redundancy(new, stack, f"the VPN no longer survives the loss of {loss}")
    if sla(new).value < sla(old).value:
        yield _redundancy(new, stack, f"the VPN loses its promise of {sla(old)}: {'; '.join(sla(new).reasons)}")
    before = {each.name: each.control_plane.replicas for each in _clusters(old)}
    for cluster in _clusters(new):
        replicas = cluster.control_plane.replicas
        if replicas < before.get(cluster.name, 0):
            words = f"{cluster.name} goes from {before[cluster.name]} control plane nodes to {replicas}"
            yield _redundancy(new, stack, words)


def _clusters(env: Environment) -> Sequence[AdminCluster | UserCluster]:
    return (*env.onprem.admin_clusters, *env.onprem.user_clusters)


def _redundancy(env: Environment, stack: str, words: str) -> Gate:
    return Gate(Kind.REDUNDANCY, env.name, words, stack, Operation.REDUNDANCY)


def of_access(sentences: Iterable[Sentence], old: Environment, new: Environment) -> Iterator[Gate]:
    """Give a gate for each right that the platform team, its on-call or an account that runs the program loses.

    What goes together with the thing that it was on, a cluster or a team's project, locks nobody out.
    """
    groups = old.organisation.platform_groups
    guarded = {*deployers(old), groups.team, groups.on_call}
    gone = _things(old) - _things(new)
    for each in sentences:
        loses = each.turn is Turn.LOSES and each.principal.partition(":")[2] in guarded
        if loses and each.resource not in gone:
            yield Gate(Kind.LOCK_OUT, old.name, each.words)


def _things(env: Environment) -> set[str]:
    clusters = (*env.onprem.admin_clusters, *env.onprem.user_clusters, *env.gke.clusters)
    return {each.name for each in clusters} | {here.project for _, here in env.members.values()}


def of_problems(new: Iterable[Problem], environment: str) -> Iterator[Gate]:
    """Give a gate for each error that the change brings: lock-outs and promotion under their own names."""
    for problem in new:
        place = f"{problem.file}:{problem.line}"
        kind = Kind.LOCK_OUT if problem.rule == LOCK_OUT else Kind.ORDER if problem.rule in ORDER else Kind.ERRORS
        yield Gate(kind, environment, f"{place}: {problem.message} [{problem.rule}]", mend=problem.remedy)


def of_hops(illegal: Iterable[Problem], environment: str) -> Iterator[Gate]:
    """Give a gate for each way in which versions do not change by one legal hop (B60 to B68)."""
    for problem in illegal:
        words = f"{problem.file}:{problem.line}: {problem.message} [{problem.rule}]"
        yield Gate(Kind.VERSION, environment, words, mend=problem.remedy)


def of_time(env: Environment, at: datetime, stack: str) -> Iterator[Gate]:
    """Give a gate where the environment may not be changed at `at`: a freeze, or outside its window (X2)."""
    promotion = env.organisation.promotion
    if promotion is None:
        return
    judged = gate(promotion.ring_of(env.name), at, env.organisation.time_zone)
    if judged.shut is Shut.FREEZE:
        yield Gate(Kind.FREEZE, env.name, f"{env.name}: {judged.words}", stack, Operation.FREEZE)
    elif judged.shut is Shut.WINDOW:
        yield Gate(Kind.WINDOW, env.name, f"{env.name}: {judged.words}", stack, Operation.WINDOW)


def settled(
    gates: Iterable[Gate],
    acknowledgements: Sequence[Acknowledgement],
    today: date,
    judged: Iterable[str],
) -> tuple[Gate, ...]:
    """Return the gates with those opened that are acknowledged, and a gate for each acknowledgement that is refused.

    One matches a gate whose URN and operation are its own, on or before its last day. `judged` are the environments
    that were looked at whole: there, one that matches nothing is stale.
    """
    valid = {(each.urn, each.operation): each for each in acknowledgements if each.expires >= today}
    found = [
        replace(each, acknowledged=valid.get((each.urn, each.operation))) if each.operation else each for each in gates
    ]
    used = {(each.urn, each.operation) for each in found if each.operation}
    others = {each.urn: each.operation.value for each in found if each.operation}
    here = set(judged)
    for each in acknowledgements:
        what = f"{each.operation.value} of {each.urn} ({each.at()})"
        if each.expires < today:
            found.append(Gate(Kind.EXPIRED, each.environment, f"{what} expired on {each.expires}: remove it"))
        elif each.environment in here and (each.urn, each.operation) not in used:
            instead = f", which would {others[each.urn]} it" if each.urn in others else ""
            words = f"{what} matches nothing in this change{instead}: remove it"
            found.append(Gate(Kind.STALE, each.environment, words))
    return tuple(found)
