"""A whole program as it registered itself, and what must hold of every program of ours."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from operations.record import grants, places
from operations.record.registered import Invoked, Recorded
from operations.record.values import Json, Value, as_json

_POSITION: Final = re.compile(r"(?:^|[-_.])\d+$")


@dataclass(frozen=True, slots=True)
class Recording:
    """What a program registered, in the order of URNs and tokens: the same program gives the same recording."""

    resources: tuple[Recorded, ...]
    invokes: tuple[Invoked, ...]
    outputs: Mapping[str, Mapping[str, Value]]
    """The registered outputs of components by URN; the stack's own under the empty text."""
    messages: tuple[tuple[str, str], ...] = ()
    """What the program logged: severity and text."""

    def of_type(self, token: str) -> tuple[Recorded, ...]:
        """Return the resources of a type; `token` may be the end of one, `RouterPeer`."""
        return tuple(each for each in self.resources if each.type == token or each.type.rsplit(":", 1)[-1] == token)

    def one(self, token: str, name: str) -> Recorded:
        """Return the only resource of a type and name; raises `LookupError` naming what there is."""
        candidates = self.of_type(token)
        found = [each for each in candidates if each.name == name]
        if len(found) != 1:
            names = ", ".join(each.name for each in candidates) or "none of that type"
            raise LookupError(f"{len(found)} resources {token} named {name}; there are: {names}")
        return found[0]

    def without_parent(self) -> tuple[str, ...]:
        """Return URNs right below the stack that are neither a component nor a provider."""
        return tuple(
            each.urn for each in self.resources if each.parent is None and each.custom and not each.is_provider
        )

    def without_explicit_provider(self) -> tuple[str, ...]:
        """Return URNs of resources, and tokens of look-ups, that would go to a default provider."""
        resources = [
            each.urn
            for each in self.resources
            if each.custom and each.provider is None and not each.type.startswith("pulumi:")
        ]
        return (*resources, *(each.token for each in self.invokes if each.provider is None))

    def not_named_for_their_component(self) -> tuple[str, ...]:
        """Return URNs whose name does not begin with the parent's: a URN carries parents' types and not their names."""
        names = {each.urn: each.name for each in self.resources}
        return tuple(
            each.urn
            for each in self.resources
            if each.parent is not None and not each.name.startswith(names.get(each.parent, ""))
        )

    def names_with_positions(self, keys: Collection[str] = ()) -> tuple[str, ...]:
        """Return URNs whose name ends in a number, unless the name ends in one of `keys`, the model's own.

        Such a name usually holds a place in a list, so putting another first deletes and makes things anew.
        """
        known = tuple(keys)
        return tuple(
            each.urn for each in self.resources if _POSITION.search(each.name) and not each.name.endswith(known)
        )

    def without_outputs(self) -> tuple[str, ...]:
        """Return URNs of components that never registered their outputs: their constructor did not reach its end."""
        return tuple(each.urn for each in self.resources if not each.custom and each.urn not in self.outputs)

    def grants(self) -> tuple[grants.Granted, ...]:
        """Return every IAM grant."""
        return grants.grants(self.resources)

    def duplicate_grants(self) -> tuple[tuple[str, ...], ...]:
        """Return the URNs of grants that are one and the same."""
        return grants.duplicate_grants(self.resources)

    def claimed_twice(self) -> tuple[tuple[places.Claim, places.Claim], ...]:
        """Return pairs of claims on one address, range or VLAN."""
        return places.claimed_twice(self.resources)

    def differences(self, other: Recording) -> tuple[str, ...]:
        """Return the URNs that only one of two recordings has, or that differ between them."""
        mine = {each.urn: each for each in self.resources}
        theirs = {each.urn: each for each in other.resources}
        return tuple(sorted(urn for urn in mine.keys() | theirs.keys() if mine.get(urn) != theirs.get(urn)))

    def as_json(self) -> dict[str, Json]:
        """Return it for a file; secrets are not written."""
        return {
            "resources": [each.as_json() for each in self.resources],
            "invokes": [each.as_json() for each in self.invokes],
            "outputs": {
                urn: {name: as_json(value) for name, value in values.items()} for urn, values in self.outputs.items()
            },
            "messages": [list(each) for each in self.messages],
        }
