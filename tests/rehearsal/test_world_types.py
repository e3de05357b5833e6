"""Every resource type that the facts know can be made, with an id of its own and every output it always has."""

from __future__ import annotations

import pytest

from rehearsal.case import Case
from rehearsal.facts import Catalogue, ObjectFacts, ResourceFacts, TypeSpec
from rehearsal.providers.bridged import BridgedProvider
from rehearsal.values import Value
from rehearsal.world import World
from tests.rehearsal.hands import INVENTORY, Hands

TOKENS = [(name, token) for name in ("gcp", "vsphere") for token in Catalogue.load(name).tokens]


def sample(facts: ResourceFacts, body: ObjectFacts, depth: int = 0) -> dict[str, Value]:
    return {name: value(facts, body.fields[name].type, name, depth) for name in body.required}


def value(facts: ResourceFacts, spec: TypeSpec, name: str, depth: int) -> Value:
    if spec.kind in {"string", "any"}:
        return "10.0.0.0/24" if "idr" in name else name.lower()
    if spec.kind == "list" and spec.items is not None:
        return [value(facts, spec.items, name, depth + 1)]
    body = facts.object(spec) if spec.kind == "object" and depth < 6 else None
    if body is not None:
        return sample(facts, body, depth + 1)
    plain: dict[str, Value] = {"boolean": True, "integer": 1, "number": 1}
    return plain.get(spec.kind, {})


@pytest.fixture(scope="module")
def hands() -> Hands:
    world = World(seed="types")
    world.seed(INVENTORY)
    return Hands(world)


@pytest.mark.parametrize(("name", "token"), TOKENS, ids=[token for _, token in TOKENS])
def test_a_type_has_an_id_and_all_its_outputs(hands: Hands, name: str, token: str) -> None:
    facts = Catalogue.load(name).resource(token)
    provider = hands.provider(token)
    assert facts is not None
    assert isinstance(provider, BridgedProvider)
    inputs = sample(facts, facts.body)
    case = Case(hands.world, facts, inputs, hands.session.settings, "it")
    case = case.identified(provider.identity(case))
    assert case.id.strip("/") == case.id != ""
    assert not {"{", "}", " "} & set(case.id)
    assert facts.always <= {*provider._computed(case), *inputs}
