"""The random provider."""

from __future__ import annotations

import string

import pytest

from rehearsal.interception import ProviderError
from rehearsal.values import UNKNOWN, Secret, reveal
from rehearsal.world import World
from tests.rehearsal.hands import Hands

PASSWORD = "random:index/randomPassword:RandomPassword"  # noqa: S105  a type token
ID = "random:index/randomId:RandomId"
UUID = "random:index/randomUuid:RandomUuid"


@pytest.fixture
def hands() -> Hands:
    return Hands(World(seed="dev"))


def result(hands: Hands, name: str = "psk", **inputs: int | bool | str) -> str:
    made = hands.make(PASSWORD, name, **inputs)
    secret = made.outputs["result"]
    assert isinstance(secret, Secret)
    assert isinstance(secret.value, str)
    return secret.value


def test_a_password_has_the_length_and_the_characters_asked_for(hands: Hands) -> None:
    assert len(result(hands, length=40)) == 40
    assert set(result(hands, length=200, special=False, upper=False)) <= set(string.ascii_lowercase + string.digits)
    assert set(result(hands, length=50, lower=False, upper=False, numeric=False, overrideSpecial="._")) == set("._")


def test_a_password_has_at_least_as_many_of_each_class_as_asked(hands: Hands) -> None:
    text = result(hands, length=8, minUpper=3, minNumeric=3, minSpecial=1, minLower=1)
    assert sum(character.isupper() for character in text) == 3
    assert sum(character.isdigit() for character in text) == 3


def test_the_same_world_and_name_give_the_same_password_and_others_another(hands: Hands) -> None:
    first = result(hands, length=32)
    assert first == result(Hands(World(seed="dev")), length=32)
    assert first != result(Hands(World(seed="test")), length=32)
    assert first != result(hands, "other", length=32)
    assert first != result(hands, length=32, special=False)


def test_the_hash_has_the_form_of_bcrypt_and_is_secret(hands: Hands) -> None:
    hashed = hands.make(PASSWORD, length=9).outputs["bcryptHash"]
    assert isinstance(hashed, Secret)
    assert str(hashed.value).startswith("$2a$10$")
    assert len(str(hashed.value)) == 60


def test_a_preview_leaves_the_password_open(hands: Hands) -> None:
    assert hands.preview(PASSWORD, length=9).outputs["result"] is UNKNOWN


def test_ids_and_uuids_have_all_their_forms(hands: Hands) -> None:
    made = hands.make(ID, byteLength=4, prefix="p-").outputs
    assert str(made["hex"]).startswith("p-")
    assert len(str(made["hex"])) == 10
    assert int(str(made["dec"]).removeprefix("p-")) == int(str(made["hex"]).removeprefix("p-"), 16)
    assert len(str(hands.make(UUID).outputs["result"])) == 36


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({}, "required property 'length'"),
        ({"length": 4, "minUpper": 5}, "at least 5"),
        ({"length": 4, "lenght": 4}, "unknown property 'lenght'"),
        ({"length": "4"}, "expected int, got str"),
        ({"length": 4, "lower": False, "upper": False, "numeric": False, "special": False}, "At least one attribute"),
    ],
)
def test_what_the_provider_refuses_is_refused(hands: Hands, inputs: dict[str, int | str | bool], reason: str) -> None:
    result = hands.provider(PASSWORD).check(hands.call(PASSWORD, inputs=dict(inputs)))
    assert any(reason in failure.reason for failure in result.failures)


def test_every_change_of_an_input_draws_anew(hands: Hands) -> None:
    call = hands.call(PASSWORD, old_inputs={"length": 8}, inputs={"length": 9, "keepers": {"a": "b"}})
    difference = hands.provider(PASSWORD).diff(call)
    assert difference.replaces == ("keepers", "length")


def test_a_refresh_keeps_the_password_and_an_import_is_refused(hands: Hands) -> None:
    made = hands.make(PASSWORD, length=9)
    read = hands.look(PASSWORD, made.id, made)
    assert reveal(read.outputs["result"]) == reveal(made.outputs["result"])
    with pytest.raises(ProviderError, match="can not be imported"):
        hands.look(PASSWORD, "none")
