"""What a provider says of a resource's inputs before anything is planned: Pulumi's `Check`.

`check` accepts and refuses what the real gcp and vsphere plugins accept and refuse at this stage, with their defaults:
types, required and unknown inputs, conflicting and exactly-one-of inputs, the enums and formats that the plugins
enforce. What they leave to their API is accepted here too. `python -m rehearsal.fidelity` measures how well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rehearsal.checking import groups
from rehearsal.checking.naming import automatic_name, named_input
from rehearsal.checking.places import Place
from rehearsal.checking.values import Values
from rehearsal.facts import ResourceFacts
from rehearsal.values import Properties, Value

DEFAULTS_KEY: Final = "__defaults"
"""The input under which the bridge notes which inputs it filled in; a name that is listed there may be chosen anew."""


@dataclass(frozen=True, slots=True)
class ProviderDefaults:
    """What the provider instance fills in when an object is made: its project, region, zone and labels."""

    project: str | None = None
    region: str | None = None
    zone: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """One refusal: `property` is the place (`loadBalancer.metalLbConfig`), `reason` the provider's whole sentence.

    The plugins leave the protocol's own field for the property empty: the reason names the place at its end.
    """

    property: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The inputs as the provider takes them, and what it refuses.

    `inputs` are in the form of their types, with the provider's defaults. `planned` are the same with the project,
    region, zone and labels of the provider instance where the program gives none: what the object will be made with.
    """

    inputs: Properties
    failures: tuple[CheckFailure, ...]
    planned: Properties


def check(facts: ResourceFacts, inputs: Properties, *, defaults: ProviderDefaults, urn_name: str) -> CheckResult:
    """Check `inputs` for the resource named `urn_name` in the program.

    Values not known yet pass every check of their content; secrets stay secret, and inputs that the schema marks as
    secret become so. Nothing is raised: everything wrong is in the result, all of it.
    """
    named = _with_name(facts, inputs, urn_name)
    values = Values(facts)
    checked = values.object(facts.body, named, Place())
    problems = [*values.problems, *groups.problems(facts.constraints, checked)]
    failures = tuple(
        dict.fromkeys(CheckFailure(found.place, _sentence(found.reason, urn_name, found.place)) for found in problems)
    )
    filled: list[Value] = [name for name in sorted(checked) if inputs.get(name) is None]
    planned = dict(checked) | _from_provider(facts, checked, defaults)
    return CheckResult({**checked, DEFAULTS_KEY: filled}, failures, planned)


def _with_name(facts: ResourceFacts, inputs: Properties, urn_name: str) -> Properties:
    name = named_input(facts)
    if (
        name is None
        or inputs.get(name) is not None
        or any(inputs.get(rival) is not None for rival in facts.constraints.conflicts.get(name, ()))
    ):
        return inputs
    return {**inputs, name: automatic_name(facts, urn_name)}


def _from_provider(facts: ResourceFacts, checked: Mapping[str, Value], defaults: ProviderDefaults) -> Properties:
    places = {"project": defaults.project, "region": defaults.region, "zone": defaults.zone}
    found: Properties = {
        name: value
        for name, value in places.items()
        if value is not None and name in facts.inputs and name in facts.always and name not in checked
    }
    labels = checked.get("labels", {})
    if defaults.labels and "effectiveLabels" in facts.outputs and isinstance(labels, Mapping):
        found["effectiveLabels"] = {**defaults.labels, **labels}
    return found


def _sentence(reason: str, urn_name: str, place: str) -> str:
    return f"{reason.rstrip('.')}. Examine values at '{urn_name}.{place}'."
