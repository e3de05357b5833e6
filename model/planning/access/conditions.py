"""The conditions that end a grant by itself (F4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from model.estate import Environment
from model.planning.access.plans import Condition
from model.rules.registry import Unavailable


def until(env: Environment, last_day: date | None) -> Condition | None:
    """Return the condition that ends a grant after its last day, at midnight of the organisation's time zone (F4).

    Raises `Unavailable` for a time zone that is none, which a rule of its own refuses.
    """
    if last_day is None:
        return None
    try:
        zone = ZoneInfo(env.organisation.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Unavailable(f"time zone '{env.organisation.time_zone}' is unknown") from error
    end = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    stamp = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Condition(f"until-{last_day.isoformat()}", f'request.time < timestamp("{stamp}")')
