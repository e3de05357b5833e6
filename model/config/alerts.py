"""`alerts` of `hybrid:network`: who is told when the link between the sites, or the way out, fails."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from model.config.shape import Shape

Channel: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^projects/[a-z][-a-z0-9]{4,28}[a-z0-9]/notificationChannels/[0-9]{1,20}$"),
    Field(
        json_schema_extra={"meaning": "a channel of Cloud Monitoring: projects/<project>/notificationChannels/<number>"}
    ),
]
"""A notification channel. It holds a token or an address of somebody, so it is made by hand and only named here."""


class Alerts(Shape):
    """Alert policies of the network project, and where they are sent (D22)."""

    critical: tuple[Channel, ...] = ()
    """Who is called: what cuts the link in production."""
    warning: tuple[Channel, ...]
    """Who reads the rest."""
    vpn_load_percent: Annotated[int, Field(ge=1, le=100)] = 80
    """The share of what the VPN carries after the worst single loss, and of what one tunnel carries (D16, D17)."""
    nat_ports_percent: Annotated[int, Field(ge=1, le=100)] = 80
    """The share of a node's NAT ports."""
