"""Teams' budgets: how much a month, and who hears of it when (X10)."""

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
