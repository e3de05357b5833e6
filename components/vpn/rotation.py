"""Which tunnel may be replaced today (D4)."""

from __future__ import annotations

from datetime import date

from model.config.vpn import Rotation


def open_tunnel(rotation: Rotation | None, today: date) -> str | None:
    """Return the tunnel whose protection `rotation` lifts on `today`; none without one, and after its last day."""
    return rotation.tunnel if rotation is not None and today <= rotation.expires else None
