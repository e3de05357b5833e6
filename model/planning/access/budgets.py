"""Budgets of teams and of the platform's own projects: how much a month, and who hears of it when (X10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.team import Team
from model.estate import Environment

SPENT: Final = (0.75, 1.0)
"""At which parts of the amount a message goes out, by what is spent."""
FORECAST: Final = (1.0,)
"""And by what will be spent by the end of the month."""


@dataclass(frozen=True)
class BudgetPlan:
    """A team's budget for its project in one environment."""

    team: Team
    project: str
    name: str
    euros: int


def budgets(env: Environment) -> Iterator[BudgetPlan]:
    """Give the budget of every team in the environment."""
    for slug, (team, here) in env.members.items():
        yield BudgetPlan(team, here.project, f"{env.organisation.platform} {slug} {env.name}", here.budget_eur)


@dataclass(frozen=True)
class PlatformBudgetPlan:
    """The budget of an environment's own projects together."""

    name: str
    euros: int
    project_numbers: tuple[str, ...]
    """The API knows projects by number alone."""
    spent: tuple[float, ...]
    """At which parts of the amount a message goes out, by what is spent."""
    forecast: tuple[float, ...]
    """And by what will be spent by the end of the month."""
    mailbox: str | None
    mailbox_project: str
    """Where the mailbox is registered."""
    channels: tuple[str, ...]


def platform_budget(env: Environment) -> PlatformBudgetPlan | None:
    """Return the budget of the environment's own projects, None where nobody is to hear of it."""
    wanted = env.facts.budget
    if wanted is None:
        return None
    cluster, network = env.facts.projects.cluster, env.facts.projects.network
    return PlatformBudgetPlan(
        f"{env.organisation.platform} platform {env.name}",
        wanted.eur,
        tuple(sorted({cluster.number, network.number})),
        tuple(percent / 100 for percent in wanted.spent_percent),
        tuple(percent / 100 for percent in wanted.forecast_percent),
        wanted.mailbox,
        cluster.id,
        wanted.channels,
    )
