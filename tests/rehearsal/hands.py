"""Hands on the simulated clouds without an engine: check, create, change and remove one object at a time."""

from __future__ import annotations

from typing import Any

from rehearsal.interception import ProviderError
from rehearsal.inventory import Inventory, Project
from rehearsal.providers.base import Call, Made, Provider, Session
from rehearsal.server import PROVIDERS
from rehearsal.values import Properties, Value, reveal
from rehearsal.world import Record, World

HOST = "net-1"
CLUSTERS = "k8s-1"
REGION = "europe-north1"
APIS = tuple(
    f"{name}.googleapis.com"
    for name in (
        "cloudkms",
        "compute",
        "connectgateway",
        "container",
        "dns",
        "gkehub",
        "gkeonprem",
        "iam",
        "secretmanager",
        "servicenetworking",
    )
)
INVENTORY = Inventory(
    organisation="900000000001",
    domain="example.org",
    projects={
        HOST: Project("200", "folders/7", APIS),
        CLUSTERS: Project("100", "folders/7", APIS),
        "bare-1": Project("300", "folders/7"),
    },
    groups={"readers@example.org": "active", "late@example.org": "pending"},
    users=("breakglass@example.org",),
    secrets=(f"{HOST}/psk-given",),
    addresses={"egress-1": "192.0.2.11"},
)


class Hands:
    """One person at the simulated clouds of `world`; `settings` are the providers' configuration."""

    def __init__(self, world: World, **settings: Value) -> None:
        self.world = world
        self.session = Session("test", {"project": CLUSTERS, "region": REGION, **settings})
        self._providers: dict[str, Provider] = {}

    def provider(self, token: str) -> Provider:
        name = token.partition(":")[0]
        if name not in self._providers:
            self._providers[name] = PROVIDERS[name](self.world)
        return self._providers[name]

    def call(self, token: str, name: str = "it", **fields: Any) -> Call:
        return Call(self.session, token, f"urn:pulumi:dev::test::{token}::{name}", **fields)

    def checked(self, token: str, name: str, inputs: Properties) -> Properties:
        result = self.provider(token).check(self.call(token, name, inputs=inputs))
        assert not result.failures, result.failures
        return result.inputs

    def make(self, token: str, name: str = "it", /, **inputs: Value) -> Made:
        """Create, after a check that passes."""
        checked = self.checked(token, name, inputs)
        return self.provider(token).create(self.call(token, name, inputs=checked))

    def preview(self, token: str, /, **inputs: Value) -> Made:
        checked = self.checked(token, "it", inputs)
        return self.provider(token).create(self.call(token, inputs=checked, preview=True))

    def refusal(self, token: str, /, **inputs: Value) -> str:
        """Return the error of a create that has to fail."""
        try:
            made = self.make(token, **inputs)
        except ProviderError as error:
            return error.message
        raise AssertionError(f"{token} was created as {made.id}")

    def change(self, token: str, id_: str, /, **inputs: Value) -> Properties:
        record = self._held(token, id_)
        assert record is not None
        checked = self.checked(token, "it", inputs)
        return self.provider(token).update(
            self.call(token, id=id_, inputs=checked, old_inputs=record.inputs, state=record.outputs)
        )

    def unchangeable(self, token: str, id_: str, /, **inputs: Value) -> str:
        """Return the error of an update that has to fail."""
        try:
            self.change(token, id_, **inputs)
        except ProviderError as error:
            return error.message
        raise AssertionError(f"{token} {id_} was changed")

    def look(self, token: str, id_: str, known: Made | None = None) -> Made:
        fields: dict[str, Any] = {} if known is None else {"state": known.outputs, "old_inputs": known.inputs}
        return self.provider(token).read(self.call(token, id=id_, **fields))

    def remove(self, token: str, id_: str) -> None:
        record = self._held(token, id_)
        state = record.outputs if record is not None else {}
        inputs = record.inputs if record is not None else {}
        self.provider(token).delete(self.call(token, id=id_, state=state, old_inputs=inputs))

    def stuck(self, token: str, id_: str) -> str:
        """Return the error of a delete that has to fail."""
        try:
            self.remove(token, id_)
        except ProviderError as error:
            return error.message
        raise AssertionError(f"{token} {id_} was deleted")

    def unsettled(self, token: str, made: Made, /, **inputs: Value) -> list[str]:
        """Return what a second preview and a refresh would show of what was just made: nothing, if all is well."""
        checked = self.checked(token, "it", inputs)
        again = self.provider(token).diff(
            self.call(token, id=made.id, inputs=checked, old_inputs=checked, state=made.outputs)
        )
        seen = self.provider(token).read(self.call(token, id=made.id, old_inputs=checked, state=made.outputs))
        return [*again.changes, *sorted(key for key in {*made.outputs, *seen.outputs} if _differs(key, made, seen))]

    def imported(self, token: str, id_: str) -> Made:
        """Read as an import does, without a state."""
        return self.provider(token).read(self.call(token, id=id_))

    def _held(self, token: str, id_: str) -> Record | None:
        return next((record for record in self.world.objects(token) if record.id == id_), None)

    def ask(self, token: str, /, **arguments: Value) -> Properties:
        return self.provider(token).invoke(self.session, token, arguments)


def _differs(name: str, made: Made, seen: Made) -> bool:
    return reveal(made.outputs.get(name)) != reveal(seen.outputs.get(name))
