"""Labels that say whose something is and who pays for it."""

from __future__ import annotations

from components.setting import Setting
from model.config.team import Team
from model.estate import Environment


def team_labels(environment: Environment, team: Team) -> dict[str, str]:
    """Return the labels of what belongs to a team: everybody's, its slug, its product area and its own cost centre."""
    return {
        **Setting.of(environment).labels,
        "team": team.slug,
        "division": team.product_area,
        "cost_center": team.cost_center,
    }
