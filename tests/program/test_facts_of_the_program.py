"""Every input of every resource that the program registers is one that the provider knows, and of the right type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import pytest

from operations.record import Recorded, Secret, Unknown
from operations.record import Value as RecordedValue
from rehearsal.check import ProviderDefaults, check
from rehearsal.facts import Catalogue, ObjectFacts, ResourceFacts, TypeSpec
from rehearsal.values import UNKNOWN, Properties, Value
from rehearsal.values import Secret as Hidden
from tests.program.programs import ENVIRONMENTS, recorded

PROVIDERS = ("gcp", "vsphere")
KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def plain(value: RecordedValue) -> Value:
    """Return a recorded value as the simulated clouds know values."""
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Secret):
        return Hidden(plain(value.value))
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return value


def inputs_of(resource: Recorded) -> Properties:
    return {name: plain(value) for name, value in resource.inputs.items()}


def facts_of(resource: Recorded) -> ResourceFacts:
    facts = Catalogue.load(resource.type.partition(":")[0]).resource(resource.type)
    assert facts is not None, f"the facts do not know {resource.type}"
    return facts


@cache
def resources(environment: str) -> tuple[Recorded, ...]:
    """Return what the facts describe of an environment."""
    found = tuple(each for each in recorded(environment).resources if each.type.partition(":")[0] in PROVIDERS)
    assert len(found) > 50
    return found


def wrong(facts: ResourceFacts, spec: TypeSpec, value: Value, path: str) -> Iterator[str]:
    """Yield each place at which a value is not of its type. The plugins would bring `"3"` into a number's form."""
    if value is None or value is UNKNOWN:
        return
    if isinstance(value, Hidden):
        yield from wrong(facts, spec, value.value, path)
    elif spec.kind == "list" and spec.items is not None:
        if not isinstance(value, Sequence) or isinstance(value, str):
            yield f"{path} is no list: {value!r}"
            return
        for position, each in enumerate(value):
            yield from wrong(facts, spec.items, each, f"{path}[{position}]")
    elif spec.kind in {"map", "object"}:
        if not isinstance(value, Mapping):
            yield f"{path} is no object: {value!r}"
            return
        body = facts.object(spec)
        for name, each in value.items():
            inner = spec.items if body is None else body.fields[name].type if name in body.fields else None
            if inner is None:
                yield f"{path} has no field {name}"
            else:
                yield from wrong(facts, inner, each, f"{path}.{name}")
    elif spec.kind in KINDS:
        fits = isinstance(value, KINDS[spec.kind]) and (spec.kind == "boolean") == isinstance(value, bool)
        if not fits:
            yield f"{path} is no {spec.kind}: {value!r}"


def wrong_types(facts: ResourceFacts, body: ObjectFacts, inputs: Properties) -> list[str]:
    """Return each place of `inputs` at which a value is not of its type or has no place in the type."""
    found = [f"no input {name}" for name in inputs if name not in body.fields and not name.startswith("__")]
    for name, value in inputs.items():
        if name in body.fields:
            found += wrong(facts, body.fields[name].type, value, name)
    return found


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_input_is_known_and_of_the_right_type(environment: str) -> None:
    found = {
        each.urn: problems
        for each in resources(environment)
        if (problems := wrong_types(facts_of(each), facts_of(each).body, inputs_of(each)))
    }
    assert found == {}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_providers_refuse_no_input(environment: str) -> None:
    """What the plugins refuse at a preview: required, conflicting and exactly-one inputs, enums and formats."""
    found = {
        each.urn: [failure.reason for failure in result.failures]
        for each in resources(environment)
        if (result := check(facts_of(each), inputs_of(each), defaults=ProviderDefaults(), urn_name=each.name)).failures
    }
    assert found == {}


def test_a_wrong_type_and_an_unknown_field_are_found() -> None:
    facts = Catalogue.load("gcp").resource("gcp:compute/router:Router")
    assert facts is not None
    given: Properties = {"name": 3, "bgp": {"asn": "64601", "nsa": 1}, "encryptedInterconnectRouter": 1, "nmae": "x"}
    assert wrong_types(facts, facts.body, given) == [
        "no input nmae",
        "name is no string: 3",
        "bgp.asn is no integer: '64601'",
        "bgp has no field nsa",
        "encryptedInterconnectRouter is no boolean: 1",
    ]


def test_every_lookup_of_the_program_is_known_with_its_arguments() -> None:
    asked = [
        each for name in ENVIRONMENTS for each in recorded(name).invokes if each.token.partition(":")[0] in PROVIDERS
    ]
    assert asked
    for each in asked:
        facts = Catalogue.load(each.token.partition(":")[0]).function(each.token)
        assert facts is not None, each.token
        assert set(each.arguments) <= set(facts.inputs), each.token
        assert {name for name in facts.required if name not in each.arguments} == set(), each.token
