"""How a review tells values: long texts by what differs in them, secrets never."""

from __future__ import annotations

import base64

from model.planning.review.gates import Kind, of_fixed
from model.planning.review.planned import Planned

PADDING = "x" * 50
CLUSTER = "gcp:gkeonprem/vMwareCluster:VMwareCluster"


def changed(key: str, old: object, new: object, kind: str = "gcp:compute/address:Address") -> Planned:
    return Planned(f"urn:pulumi:dev::hybrid::{kind}::it", kind, "update", (key,), old={key: old}, new={key: new})


def words(key: str, old: object, new: object) -> str:
    (difference,) = changed(key, old, new).differences()
    return difference.words


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_of_two_long_texts_the_part_that_differs_is_shown() -> None:
    same = "max by (tunnel) " * 20
    told = words("query", f"{same}one|two{same}", f"{same}one{same}")
    assert "one|two" in told
    assert len(told) < 300


def test_a_text_in_base64_is_shown_as_what_it_says_line_by_line() -> None:
    old = in_base64("host: a\nservers: [10.0.0.1]\nmtu: 1500\n" * 1 + "rest: of the file that stays\n")
    new = in_base64("host: a\nservers: [10.0.0.2]\nmtu: 1500\n" * 1 + "rest: of the file that stays\n")
    assert words("metadata", old, new) == "metadata: servers: [10.0.0.1] becomes servers: [10.0.0.2]"


def test_a_secret_is_not_shown_however_long_or_encoded_it_is() -> None:
    for old, new in (
        ("password: hunter2" + " and more" * 9, "password: hunter3" + " and more" * 9),
        (
            in_base64(f"users:\n  - password: hunter2\n{PADDING}"),
            in_base64(f"users:\n  - password: hunter3\n{PADDING}"),
        ),
        (None, in_base64(f"users:\n  - password: hunter3\n{PADDING}")),
        (f"-----BEGIN KEY----- hunter2{PADDING}", f"-----BEGIN KEY----- hunter3{PADDING}"),
    ):
        told = words("userdata", old, new)
        assert "hunter" not in told
        assert new[:30] not in told
    assert "hunter" not in words("sharedSecret", "hunter2" * 20, "hunter3" * 20)


def test_a_secret_that_differs_where_nothing_can_be_seen_is_called_another_one() -> None:
    (difference,) = changed("sharedSecret", "[secret]", "[secret]").differences()
    assert difference.words == "sharedSecret: one value becomes another (not shown)"


def test_ranges_of_a_cluster_that_exists_close_a_gate_that_nothing_opens() -> None:
    old, new = {"podAddressCidrBlocks": ["100.96.0.0/16"]}, {"podAddressCidrBlocks": ["100.120.0.0/16"]}
    (gate,) = of_fixed([changed("networkConfig", old, new, CLUSTER)], "dev")
    assert (gate.kind, gate.operation) == (Kind.FIXED, None)
    assert "100.96.0.0/16 becomes 100.120.0.0/16" in gate.reason
    assert "second cluster" in gate.remedy
    assert not list(of_fixed([changed("networkConfig", {"a": 1}, {"a": 2}, CLUSTER)], "dev"))
    assert not list(of_fixed([changed("networkConfig", old, new)], "dev"))
