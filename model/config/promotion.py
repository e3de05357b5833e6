"""How a change goes from environment to environment: rings, how long each waits, when it may change, and when not."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from model.config.shape import Shape
from model.config.types import Email, Label

TimeOfDay: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    Field(json_schema_extra={"meaning": 'a time of day in quotes: "18:00"'}),
]


class Promoted(StrEnum):
    """What is promoted from ring to ring."""

    WORKSTATION = "workstation"
    """The admin workstation, and gkectl on it."""
    ADMIN_CLUSTER = "admin-cluster"
    """The version of an on-prem admin cluster."""
    USER_CLUSTER = "user-cluster"
    """The version of an on-prem user cluster."""
    NODE_POOL = "node-pool"
    """The version of an on-prem node pool."""
    RELEASE_CHANNEL = "release-channel"
    """The release channel of a GKE cluster."""
    VERSION_FLOOR = "version-floor"
    """The GKE version that is asserted."""
    IMAGE = "image"
    """The template that the workstation is made from."""
    PROGRAM = "program"
    """The revision of this program."""


class Weekday(StrEnum):
    """A day of the week, as in a recurrence (RFC 5545)."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"


class ChangeWindow(Shape):
    """When an environment may be changed, every week."""

    days: tuple[Weekday, ...]
    """The days on which it opens."""
    opens: TimeOfDay
    """When it opens, in its time zone."""
    closes: TimeOfDay
    """When it closes on the same day."""
    time_zone: str
    """Its time zone, such as Europe/Oslo: the hours stay when the clocks change."""


class Freeze(Shape):
    """Days on which nothing is changed."""

    first_day: date
    """The first of them."""
    last_day: date
    """The last of them, the whole day included."""


class Reviewers(Shape):
    """Who approves a change before it goes to a ring."""

    count: int = Field(ge=1)
    """How many, none of them its author."""
    group: Email
    """The group that they come from."""


class Ring(Shape):
    """Environments that change together, after those of the rings before."""

    environments: tuple[Label, ...]
    """The environments."""
    soak_hours: int = Field(default=0, ge=0)
    """How long the ring before has to have run something, without a failed `up`, before it comes here (X2)."""
    window: ChangeWindow | None = None
    """When these environments may be changed; at any time unless said."""
    freezes: dict[Label, Freeze] = {}
    """When they may not be."""
    reviewers: Reviewers | None = None
    """Who approves; the code owners of the files alone unless said."""


class Hold(Shape):
    """An incident under way: nothing leaves the environment meanwhile (X2)."""

    why: str
    """What is wrong, and where it is followed up."""
    until: date
    """The last day on which it holds; renewed in review."""


class Promotion(Shape):
    """How a change goes from environment to environment."""

    applies_to: tuple[Promoted, ...]
    """What is promoted. What is not is shown, and each environment has it at its own pace."""
    rings: tuple[Ring, ...]
    """The rings, first to last: the first is ring 0 of the stack files (X1)."""
    holds: dict[Label, Hold] = {}
    """Environments in which something is wrong, by name."""

    def ring_of(self, environment: str) -> Ring | None:
        """Return the ring that an environment is in, None for none."""
        return next((ring for ring in self.rings if environment in ring.environments), None)
