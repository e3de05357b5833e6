"""The whole matrix of an environment: who, on what, and every right where they meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.estate import Environment
from model.planning.access.plans import GROUP, SERVICE_ACCOUNT, DenyPlan
from model.planning.grants import Withheld, grants
from model.planning.questions.rights import Right, rights


@dataclass(frozen=True)
class Matrix:
    """Principals by targets. A cell that is not in `cells` is empty."""

    environment: str
    principals: tuple[str, ...]
    """Groups first, then accounts, then workflows, machines last."""
    targets: tuple[str, ...]
    """The folder and projects first, then what is smaller."""
    cells: Mapping[tuple[str, str], tuple[Right, ...]]
    denials: tuple[DenyPlan, ...]
    withheld: tuple[Withheld, ...]

    @property
    def rights(self) -> tuple[Right, ...]:
        """Every right, row by row."""
        row = {principal: number for number, principal in enumerate(self.principals)}
        column = {target: number for number, target in enumerate(self.targets)}
        ordered = sorted(self.cells, key=lambda where: (row[where[0]], column[where[1]]))
        return tuple(right for where in ordered for right in self.cells[where])


def target_of(right: Right) -> str:
    """Return the column of a right: a namespace is part of its cluster, an entitlement of its project."""
    return right.resource


def matrix(env: Environment) -> Matrix:
    """Return the matrix of everything that is granted in `env`."""
    every = rights(env)
    cells: dict[tuple[str, str], list[Right]] = {}
    for right in every:
        cells.setdefault((right.principal, target_of(right)), []).append(right)
    machines = {right.principal for right in every if right.machine}
    machines -= {right.principal for right in every if not right.machine}
    found = grants(env)
    return Matrix(
        env.name,
        tuple(sorted({right.principal for right in every}, key=lambda each: (each in machines, _rank(each), each))),
        tuple(sorted({target_of(right) for right in every}, key=_by_size(env))),
        {where: tuple(each) for where, each in cells.items()},
        found.denials,
        found.withheld,
    )


def _rank(principal: str) -> int:
    if principal.startswith(GROUP):
        return 0
    return 1 if principal.startswith(SERVICE_ACCOUNT) else 2


def _by_size(env: Environment) -> Callable[[str], tuple[int, str]]:
    """Return the order of targets: what holds others before what is in it."""
    projects = env.facts.projects
    places = {right.resource: 3 for right in rights(env) if right.namespace is not None}
    places |= {here.project: 4 for _, here in env.members.values()}
    places |= {env.facts.folder: 0, projects.cluster.id: 1, projects.network.id: 2}
    return lambda target: (places.get(target, 5), target)
