"""Names an object after its resource where the program gives no name, as the bridge does.

The bridge appends seven random hexadecimal digits. Here they come from the resource's type and name, so that a name
stays the same from one check to the next without remembering it.
"""

from __future__ import annotations

from hashlib import sha256

from rehearsal.facts import ResourceFacts

_DIGITS = 7
_LONGEST = 255


def named_input(facts: ResourceFacts) -> str | None:
    """Return the input that the object is named by when it is left out; None for a type that is never named so."""
    rule = facts.constraints.auto_name
    chosen = rule.get("field", "name")
    if chosen is None or str(chosen) not in facts.inputs:
        return None
    if "field" not in rule and "name" in facts.required:
        return None
    return str(chosen)


def automatic_name(facts: ResourceFacts, urn_name: str) -> str:
    """Return the name for the object of the resource `urn_name`."""
    rule = facts.constraints.auto_name
    digits = int(rule.get("digits", _DIGITS) or 0)
    tail = f"-{sha256(f'{facts.token}::{urn_name}'.encode()).hexdigest()[:digits]}" if digits else ""
    head = urn_name[: int(rule.get("max", _LONGEST) or _LONGEST) - len(tail)]
    return f"{head.lower() if rule.get('lower') else head}{tail}"
