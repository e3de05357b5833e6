"""Which BGP sessions a drill has switched off today (D20)."""

from __future__ import annotations

from datetime import date

from model.config.vpn import Drill


def disabled_peers(drill: Drill, today: date) -> frozenset[str]:
    """Return the peers that `drill` switches off on `today`; after its last day, none.

    A drill without a last day is refused by the rules, and holds until they are heard.
    """
    if drill.expires is not None and today > drill.expires:
        return frozenset()
    return frozenset(drill.disabled_peers)
