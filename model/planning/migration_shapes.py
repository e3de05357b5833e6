"""What the migration of a cluster is made of: the addresses it wants, its steps, and the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.config.catalogue import Feature
from model.config.types import AddressRange

MINUTES_A_NODE: Final = 15
"""How long a rolling update takes for each node of the largest pool; pools are updated side by side."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Addresses that a migration needs beside those that are in use, and the first that are free for it.

    `free` is None where the network has not as many in a row. `field` is where the stack file takes them.
    """

    use: str
    count: int
    network: str
    field: str
    free: AddressRange | None

    @property
    def text(self) -> str:
        """The proposal in words."""
        return str(self.free) if self.free is not None else f"none: network {self.network} has no {self.count} in a row"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `edits` are changes of the stack file, made and reviewed before the commands are run.

    `minutes` is the documented estimate, None for what takes as long as a person does. `interrupts` says what is away
    meanwhile, and `undo` how to get back; both are empty where there is nothing.
    """

    title: str
    why: str
    edits: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    expect: str = ""
    minutes: int | None = None
    interrupts: str = ""
    undo: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Migration:
    """The migration of one cluster: what it has, what it needs, what stands against it, and its steps in order."""

    cluster: str
    kind: str
    features: tuple[Feature, ...]
    wanted: tuple[Wanted, ...]
    remarks: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        """The estimated time of all steps of gkectl."""
        return sum(step.minutes or 0 for step in self.steps)
