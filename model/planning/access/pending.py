"""Which groups the directory has not synchronised yet, and since when they wait (F12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from model.config.team import GroupState
from model.estate import Environment


@dataclass(frozen=True, slots=True)
class Pending:
    """Groups that wait, with the day from which each has been waiting, where the files say."""

    since: dict[str, date | None]

    def __contains__(self, group: object) -> bool:
        """Say whether a group waits."""
        return group in self.since

    @classmethod
    def of(cls, env: Environment) -> Pending:
        """Return what waits according to the organisation's list and to team records."""
        listed = env.organisation.groups.items()
        waiting = {name: group.pending_since for name, group in listed if group.state == GroupState.PENDING.value}
        for team in env.teams.values():
            if team.groups.state is GroupState.PENDING:
                waiting[team.groups.google] = team.groups.pending_since or waiting.get(team.groups.google)
        return cls(waiting)


def waited(since: date | None, today: date) -> str:
    """Return how long a group has been waiting, for a sentence: ` for 3 days`; nothing where it is not known."""
    if since is None or since > today:
        return ""
    days = (today - since).days
    return " since today" if days == 0 else f" for {days} day{'' if days == 1 else 's'}"
