"""One resource in the making: what rules and computed outputs are told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rehearsal.facts import ResourceFacts
from rehearsal.interception import ProviderError
from rehearsal.inventory import Inventory
from rehearsal.values import Properties, Value
from rehearsal.world import Record, World

# Inputs that name the object which this one belongs to; where a type has no `project`, it lives in that one's.
_PARENTS = (
    "network", "secret", "keyRing", "cryptoKeyId", "keyRingId", "serviceAccountId", "cluster", "subnetwork", "parent",
    "secretId", "vmwareCluster", "attachmentTarget",
)  # fmt: skip
_SHARED = {"network", "subnetwork", "attachmentTarget"}
_LINK = re.compile(r"^(?:https?:)?//[^/]+/(?:compute/|dns/|storage/)?(?:(?:v1|v1beta1|beta)/)?")


@dataclass(frozen=True, slots=True)
class Case:
    """A resource about to be made, changed or removed in a world.

    `inputs` are plain (no secrets, nothing unknown). `settings` is the provider's configuration. `old` is the object
    as it is in the world, None for one that is being created. `id` is empty until identity is known.
    """

    world: World
    facts: ResourceFacts
    inputs: Properties
    settings: Properties
    name: str
    id: str = ""
    old: Record | None = None
    outputs: Properties = field(default_factory=dict[str, Value])

    @property
    def type(self) -> str:
        """The type token."""
        return self.facts.token

    @property
    def kind(self) -> str:
        """The class name: `Network` of `gcp:compute/network:Network`."""
        return self.type.rpartition(":")[2]

    @property
    def inventory(self) -> Inventory:
        """What exists before the program runs."""
        return self.world.inventory

    def identified(self, id: str) -> Case:  # noqa: A002  the field's own word
        """Return this case with its id."""
        return replace(self, id=id)

    def text(self, name: str) -> str:
        """Return an input as text; empty if it is not given or not text."""
        value = self.inputs.get(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Say whether an input is true."""
        return self.inputs.get(name) is True

    def whole(self, name: str, default: int = 0) -> int:
        """Return an input as a whole number."""
        value = self.inputs.get(name)
        return value if isinstance(value, int) else default

    def block(self, name: str) -> Mapping[str, Value]:
        """Return an input that is an object; empty if it is not given."""
        return mapping(self.inputs.get(name))

    def blocks(self, name: str) -> list[Mapping[str, Value]]:
        """Return an input that is a list of objects."""
        return [mapping(item) for item in sequence(self.inputs.get(name))]

    @property
    def project(self) -> str:
        """The project's id: the input, or the provider's; raises `ProviderError` where there is neither."""
        given = bare(self.text("project")).removeprefix("projects/") or self._parents_project()
        given = given or text(self.settings.get("project"))
        if not given:
            raise ProviderError(
                "project: required field is not set: give the resource a project, or the provider one for all"
            )
        return self.inventory.project_id(given) or given

    def _parents_project(self) -> str:
        # A subnet of a Shared VPC is not in the project of what uses it, so that says nothing of a type with its own.
        own = "project" in self.facts.inputs
        found = (part(self.text(name), "projects") for name in _PARENTS if not (own and name in _SHARED))
        return next((project for project in found if project), "")

    @property
    def number(self) -> str:
        """The project's number."""
        return self.number_of(self.project)

    def number_of(self, project: str) -> str:
        """Return a project's number; one that the inventory does not know gets one of its own."""
        known = self.inventory.number(project)
        return known if known is not None else self.world.number("project", project, digits=12)

    def normal(self, reference: str) -> str:
        """Return a reference without host and version, and with the project's id where it gives the number."""
        plain = bare(reference)
        steps = plain.split("/")
        if len(steps) > 1 and steps[0] == "projects":
            steps[1] = self.inventory.project_id(steps[1]) or steps[1]
        return "/".join(steps)

    def now(self) -> str:
        """Return the time at which the object was made: now, for one that is being made."""
        return self.old.created if self.old is not None else self.world.now()

    @property
    def region(self) -> str:
        """The region: the input, the provider's, or that of a subnetwork or router named by a link."""
        return last(self.text("region")) or text(self.settings.get("region"))

    @property
    def location(self) -> str:
        """The location: the input, or else the provider's region or zone."""
        return self.text("location") or self.region or text(self.settings.get("zone"))


def text(value: Value) -> str:
    """Return `value` if it is text, else nothing."""
    return value if isinstance(value, str) else ""


def mapping(value: Value) -> Mapping[str, Value]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: Value) -> Sequence[Value]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def bare(reference: str) -> str:
    """Return a reference without host and version: `projects/p/global/networks/n` of its self link."""
    return _LINK.sub("", reference)


def last(reference: str) -> str:
    """Return the name at the end of a reference: `n` of `projects/p/global/networks/n`."""
    return reference.rpartition("/")[2]


def part(reference: str, collection: str) -> str:
    """Return what follows `collection` in a reference: `p` of `projects/p/...` for `projects`; else nothing."""
    steps = bare(reference).split("/")
    for index, step in enumerate(steps[:-1]):
        if step == collection:
            return steps[index + 1]
    return ""
