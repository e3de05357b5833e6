"""Values on the wire."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.protocol import SIGNATURE, UnsupportedValueError, decode, encode
from rehearsal.values import UNKNOWN, Secret, Value

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)


def values() -> st.SearchStrategy[Value]:
    leaves: st.SearchStrategy[Value] = SCALARS | st.text(max_size=8) | st.just(UNKNOWN)
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            | st.builds(Secret, inner)
        ),
        max_leaves=12,
    )


@given(st.dictionaries(st.text(min_size=1, max_size=5), values(), max_size=4))
def test_every_value_comes_back_from_the_wire_as_it_was(properties: dict[str, Value]) -> None:
    assert decode(encode(properties)) == properties


def test_whole_numbers_come_back_whole() -> None:
    message = Struct()
    message["replicas"] = 3.0
    message["ratio"] = 0.5
    assert decode(message) == {"replicas": 3, "ratio": 0.5}
    assert isinstance(decode(message)["replicas"], int)


def output(**fields: Any) -> Struct:
    message = Struct()
    message["name"] = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", **fields}
    return message


def test_an_output_is_its_value_or_unknown_and_secret_if_it_says_so() -> None:
    assert decode(output(value="a")) == {"name": "a"}
    assert decode(output()) == {"name": UNKNOWN}
    assert decode(output(value="a", secret=True)) == {"name": Secret("a")}


def test_every_kind_of_unknown_is_unknown() -> None:
    message = Struct()
    message["text"] = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    message["flag"] = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"
    message["list"] = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"
    assert decode(message) == {"text": UNKNOWN, "flag": UNKNOWN, "list": UNKNOWN}


@pytest.mark.parametrize(
    ("signature", "what"),
    [("c44067f5952c0a294b673a41bacd8c17", "an asset"), ("0def7320c3a5731c473e5ecbe6d01bc7", "an archive")],
)
def test_assets_are_refused_by_the_name_of_their_property(signature: str, what: str) -> None:
    message = Struct()
    message["files"] = [{"source": {SIGNATURE: signature, "text": "x"}}]
    with pytest.raises(UnsupportedValueError, match=rf"'files\[0\]\.source' is {what}"):
        decode(message)
