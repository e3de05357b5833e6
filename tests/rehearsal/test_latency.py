"""Operations that take their time, with a clock that only counts."""

from __future__ import annotations

import pytest

from rehearsal.durations import standard
from rehearsal.interception import Interceptor, Operation, Verb
from rehearsal.latency import Latency, compression

POOL = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"
NETWORK = "gcp:compute/network:Network"


def operation(verb: Verb, type: str = NETWORK, *, preview: bool = False) -> Operation:  # noqa: A002  the field's own word
    return Operation(verb, "gcp", type, "urn:pulumi:dev::hybrid::x", preview=preview)


def passed(latency: Interceptor, done: Operation) -> None:
    latency.before(done)
    latency.after(done)


def test_nothing_waits_unless_it_is_asked_to() -> None:
    slept: list[float] = []

    passed(Latency(sleep=slept.append), operation("create"))

    assert slept == []


def test_in_real_time_a_creation_takes_what_the_figures_say() -> None:
    slept: list[float] = []

    passed(Latency(compression=1, sleep=slept.append), operation("create"))

    assert slept == [standard().figure(NETWORK, "create").seconds]


def test_a_factor_divides_the_time() -> None:
    slept: list[float] = []

    passed(Latency(compression=60, sleep=slept.append), operation("create"))

    assert slept == [standard().figure(NETWORK, "create").seconds / 60]


def test_what_only_looks_takes_no_time() -> None:
    slept: list[float] = []
    latency = Latency(compression=1, sleep=slept.append)

    for verb in ("configure", "check", "diff", "read", "invoke"):
        passed(latency, operation(verb))
    passed(latency, operation("create", preview=True))

    assert slept == []


def test_more_nodes_take_more_time() -> None:
    few, many = (Latency(nodes=lambda _, n=n: n).seconds(operation("create", POOL)) for n in (1, 10))

    assert many - few == 9 * standard().figure(POOL, "create").per_node > 0


def test_an_object_is_there_while_it_is_made_and_while_it_is_deleted() -> None:
    slept: list[float] = []
    latency = Latency(compression=1, sleep=slept.append)

    latency.before(operation("create"))
    latency.after(operation("delete"))
    assert slept == []

    latency.after(operation("create"))
    latency.before(operation("delete"))
    assert len(slept) == 2


@pytest.mark.parametrize(("text", "factor"), [("none", None), ("real", 1), ("60", 60), ("1.5", 1.5)])
def test_compression_is_none_real_or_a_factor(text: str, factor: float | None) -> None:
    assert compression(text) == factor


@pytest.mark.parametrize("text", ["", "fast", "0", "0.5", "-3", "inf", "nan"])
def test_another_compression_is_refused_with_what_there_is(text: str) -> None:
    with pytest.raises(ValueError, match=r"none .* real, or a factor"):
        compression(text)
