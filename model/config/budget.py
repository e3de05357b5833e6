"""`budget` of `hybrid:environment`: what the platform's own projects may cost, and who hears of it (X10)."""

from __future__ import annotations

from model.config.alerts import Channel
from model.config.shape import Shape
from model.config.types import Email


class PlatformBudget(Shape):
    """A monthly budget of the cluster and the network project together. It tells; it stops nothing."""

    eur: int
    """How much, EUR a month."""
    spent_percent: tuple[int, ...] = (75, 100)
    """At which parts of it a message goes out, by what is spent."""
    forecast_percent: tuple[int, ...] = (100,)
    """And by what will be spent by the end of the month."""
    mailbox: Email | None = None
    """A mailbox that is told; the program registers it."""
    channels: tuple[Channel, ...] = ()
    """Channels that are told, such as a chat's, whose token only a person can give."""
