"""What the engine would create, and the file in which a person tells it that some of that exists already.

The engine writes such a file itself (`pulumi preview --import-file`), but not while a provider instance is still to be
created, and then it says nothing at all; so the same is read off the events of a preview.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.automation import EngineEvent
from pulumi.automation.events import OpType


@dataclass(frozen=True, slots=True, eq=False)
class Creation:
    """A resource that the engine would create; `parent` and `provider` are URNs, empty where there is none.

    `inputs` are as the engine shows them: secrets masked, what is not known yet as its placeholder.
    """

    urn: str
    type: str
    parent: str
    provider: str
    inputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2]


@dataclass
class Listing:
    """Collects the creations of a preview and passes every event on."""

    pass_on: Callable[[EngineEvent], None]
    creations: list[Creation] = field(default_factory=list[Creation])

    def on_event(self, event: EngineEvent) -> None:
        """Take one event of the engine."""
        self.pass_on(event)
        if event.resource_pre_event is None:
            return
        metadata = event.resource_pre_event.metadata
        state = metadata.new
        if metadata.op is OpType.CREATE and state is not None and state.custom:
            # A provider is referred to as URN::ID.
            provider = (metadata.provider or "").rpartition("::")[0]
            self.creations.append(
                Creation(metadata.urn, metadata.type, state.parent or "", provider, dict(state.inputs or {}))
            )


def import_file(found: Mapping[Creation, str]) -> dict[str, Any]:
    """Return the file for `pulumi import --file`: each of these resources with the id of its object.

    Its form: https://www.pulumi.com/docs/iac/adopting-pulumi/import/#bulk-import-operations
    """
    urns = sorted({urn for creation in found for urn in (creation.parent, creation.provider) if urn})
    table = {urn: f"known-{number}" for number, urn in enumerate(urns)}
    resources: list[dict[str, str]] = []
    for creation, identity in found.items():
        resource = {"type": creation.type, "name": creation.name, "id": identity}
        for key, urn in (("parent", creation.parent), ("provider", creation.provider)):
            if urn:
                resource[key] = table[urn]
        resources.append(resource)
    return {"nameTable": {name: urn for urn, name in table.items()}, "resources": resources}
