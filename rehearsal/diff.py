"""What a provider says of a change of inputs: Pulumi's `Diff`.

The manner is the bridge's: a detailed difference by path, replacement where the schema says so, and deletion first
where an object with a name of its own could not exist beside its successor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from rehearsal.check import DEFAULTS_KEY
from rehearsal.checking.naming import named_input
from rehearsal.comparing import Change, Comparison, as_list, is_list
from rehearsal.facts import ResourceFacts
from rehearsal.values import Properties

Kind: TypeAlias = Literal["add", "delete", "update", "add-replace", "delete-replace", "update-replace"]
_REPLACING: Final[Mapping[str, Kind]] = {"add": "add-replace", "delete": "delete-replace", "update": "update-replace"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes (path to kind), which inputs make it a replacement, and whether the old object goes first."""

    changes: Mapping[str, Kind]
    replaces: tuple[str, ...]
    delete_before_replace: bool


def diff(
    facts: ResourceFacts,
    old_inputs: Properties,
    old_outputs: Properties,
    new_inputs: Properties,
    *,
    ignore_changes: Iterable[str] = (),
) -> Difference:
    """Compare checked `new_inputs` with the state.

    A new value is compared with what the object has (`old_outputs`, else `old_inputs`), so drift that a refresh saw is
    a change. An input that was never given and is not given now is no change, whatever the object has. An input that is
    taken away is a deletion, except where the provider keeps or computes it. `ignore_changes` are paths that count as
    unchanged, with all below them.
    """
    ignored = tuple(ignore_changes)
    compare = Comparison(facts)
    found = [change for change in compare.inputs(old_inputs, old_outputs, new_inputs) if not _ignored(change, ignored)]
    if found:
        found += compare.left_empty(old_outputs, new_inputs)
    changes: dict[str, Kind] = {
        change.place.shown: _REPLACING[change.act] if change.replaces else change.act for change in found
    }
    replaces = tuple(dict.fromkeys(_root(change.place.shown) for change in found if change.replaces))
    return Difference(changes, replaces, bool(replaces) and _deletes_first(facts, old_inputs, new_inputs))


def _deletes_first(facts: ResourceFacts, old_inputs: Properties, new_inputs: Properties) -> bool:
    """Say whether a replacement deletes first: the object keeps a name that the program gave it."""
    rules = facts.constraints
    if rules.delete_before_replace:
        return True
    name = named_input(facts)
    if name is None or new_inputs.get(name) is None:
        return False
    if rules.auto_name.get("unique") and old_inputs.get(name) != new_inputs.get(name):
        return False
    filled = new_inputs.get(DEFAULTS_KEY)
    return not (is_list(filled) and name in as_list(filled))


def _ignored(change: Change, ignored: Sequence[str]) -> bool:
    for path in ignored:
        wanted = path.replace("[*]", "")
        for written in (change.place.shown, change.place.path):
            if written == wanted or written.startswith((f"{wanted}.", f"{wanted}[")):
                return True
    return False


def _root(shown: str) -> str:
    return shown.partition(".")[0].partition("[")[0]
