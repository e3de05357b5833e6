"""What a simulated provider is, free of gRPC: calls with plain values in, plain values out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from rehearsal.check import CheckFailure, CheckResult
from rehearsal.diff import Difference, Kind
from rehearsal.interception import ProviderError
from rehearsal.values import Properties, Value
from rehearsal.world import Record, World

NO_DIFFERENCE = Difference(changes={}, replaces=(), delete_before_replace=False)


@dataclass(slots=True)
class Session:
    """One instance of a provider: a connection of the engine and the configuration that it sent.

    `notes` is the provider's own memory of this instance, such as whether its cluster answered.
    """

    peer: str
    settings: Properties = field(default_factory=dict[str, Value])
    notes: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Call:
    """One call about one resource.

    `inputs` are the new ones; `old_inputs` and `state` (outputs) are what the engine has from before. `name` is the
    logical name. `random_seed` decides a generated name. Fields that a verb does not have are empty.
    """

    session: Session
    type: str
    urn: str
    id: str = ""
    inputs: Properties = field(default_factory=dict[str, Value])
    old_inputs: Properties = field(default_factory=dict[str, Value])
    state: Properties = field(default_factory=dict[str, Value])
    preview: bool = False
    ignore_changes: tuple[str, ...] = ()
    random_seed: bytes = b""

    @property
    def name(self) -> str:
        """The logical name: the last part of the URN."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, slots=True)
class Made:
    """What create and read answer: id (empty: it is gone), outputs, and for read the inputs as well."""

    id: str
    outputs: Properties
    inputs: Properties = field(default_factory=dict[str, Value])


class Provider(ABC):
    """One simulated provider. Every method may raise `ProviderError`.

    `account` is the one that it runs as (`Inventory.identities` says what that may do); empty for one that may do
    everything.
    """

    name: str
    version: str
    account: str = ""

    def __init__(self, world: World) -> None:
        self.world = world

    def check_config(self, old: Properties, new: Properties) -> CheckResult:  # noqa: ARG002  for providers that compare
        """Validate the provider's own configuration; by default it is taken as it is."""
        return CheckResult(inputs=new, failures=(), planned=new)

    def diff_config(self, old: Properties, new: Properties, urn: str) -> Difference:  # noqa: ARG002  as above
        """Compare two configurations of one instance; by default a change never replaces anything."""
        changes: dict[str, Kind] = {key: "update" for key in sorted({*old, *new}) if old.get(key) != new.get(key)}
        return Difference(changes=changes, replaces=(), delete_before_replace=False)

    def configure(self, session: Session) -> None:  # noqa: B027  most providers have nothing to do here
        """Take note of a new instance's settings."""

    def canonical(self, type: str, id: str) -> str:  # noqa: A002, ARG002  the field's own words, and gcp reads both
        """Return the provider's own id of an object that is named in one of the other forms that an import takes."""
        return id

    def complete(self, record: Record) -> Record:
        """Return a seeded object with what the provider computes for it."""
        return record

    def acting_as(self, settings: Properties) -> str:  # noqa: ARG002  gcp reads the settings
        """Return the account behind an instance with these settings."""
        return self.account

    def allows(self, settings: Properties, permission: str) -> bool:
        """Say whether the account behind an instance has a permission (`compute.vpnTunnels.create`)."""
        known = self.world.inventory.identities.get(self.acting_as(settings))
        return known is None or known.may(permission)

    @abstractmethod
    def check(self, call: Call) -> CheckResult:
        """Validate `call.inputs` and fill in defaults."""

    @abstractmethod
    def diff(self, call: Call) -> Difference:
        """Compare `call.old_inputs` and `call.state` with `call.inputs`."""

    @abstractmethod
    def create(self, call: Call) -> Made:
        """Make the object; at preview, say what would come out and touch nothing."""

    @abstractmethod
    def read(self, call: Call) -> Made:
        """Return the object as it is now: for a refresh, or for an import when there is no state yet."""

    @abstractmethod
    def update(self, call: Call) -> Properties:
        """Change the object in place and return its outputs; at preview, touch nothing."""

    @abstractmethod
    def delete(self, call: Call) -> None:
        """Remove the object. One that is gone already is no error."""

    def invoke(self, session: Session, token: str, arguments: Properties) -> Properties:
        """Answer a lookup."""
        del session, arguments
        raise ProviderError(
            f"unknown function '{token}': the {self.name} provider {self.version} has none of that name"
        )


def refused(call: Call, reason: str, *, path: str = "") -> CheckResult:
    """Return a check that fails for `reason`."""
    return CheckResult(call.inputs, (CheckFailure(path, reason),), call.inputs)
