"""Fault rules: how they are written, and that what they say goes wrong, and nothing else."""

from __future__ import annotations

import grpc
import pytest

from rehearsal.faults import BadRuleError, Injector, parse_rule, parse_rules
from rehearsal.faults.ending import ending
from rehearsal.faults.witness import Witness
from rehearsal.interception import Operation, PartialError, ProviderError, Verb
from rehearsal.world import Record, World

TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"


def operation(verb: Verb = "create", name: str = "t0", kind: str = TUNNEL, *, preview: bool = False) -> Operation:
    urn = f"urn:pulumi:dev::hybrid::{kind}::{name}"
    return Operation(verb, kind.partition(":")[0], kind, urn, preview=preview)


def outcome(injector: Injector, happening: Operation) -> str:
    """Return at which moment an operation fails, or "passes"."""
    try:
        injector.before(happening)
    except ProviderError:
        return "before"
    try:
        injector.after(happening)
    except ProviderError:
        return "after"
    return "passes"


def test_the_first_creation_fails_and_the_next_passes() -> None:
    [injector] = parse_rules([f"{TUNNEL} create once"])
    assert [outcome(injector, operation()) for _ in range(2)] == ["before", "passes"]
    assert injector.hits == [operation()]


@pytest.mark.parametrize(
    "other",
    [
        operation("update"),
        operation(name="t1"),
        operation(kind="gcp:compute/address:Address"),
        operation(preview=True),
    ],
)
def test_a_rule_leaves_every_other_operation_alone(other: Operation) -> None:
    injector = Injector(parse_rule(f"{TUNNEL}::t0 create always"))
    assert outcome(injector, other) == "passes"
    assert outcome(injector, operation()) == "before"


def test_the_second_one_fails_when_the_rule_says_so() -> None:
    injector = Injector(parse_rule(f"{TUNNEL} create 2nd"))
    assert [outcome(injector, operation(name=f"t{n}")) for n in range(3)] == ["passes", "before", "passes"]


def test_each_lets_every_object_fail_its_own_first_time() -> None:
    injector = Injector(parse_rule("* any each"))
    tried = [outcome(injector, operation(name=name)) for name in ("a", "b", "a", "b")]
    assert tried == ["before", "before", "passes", "passes"]


def test_a_lost_answer_comes_after_the_change() -> None:
    assert outcome(Injector(parse_rule(f"{TUNNEL} create after")), operation()) == "after"


def test_a_final_error_stays_and_a_retryable_one_goes() -> None:
    final, retryable = (Injector(parse_rule(f"{TUNNEL} create {word}")) for word in ("final", "retryable"))
    assert [outcome(final, operation()) for _ in range(3)] == ["before"] * 3
    assert [outcome(retryable, operation()) for _ in range(2)] == ["before", "passes"]


def test_what_is_partial_has_happened_and_is_told_with_its_kind() -> None:
    injector = Injector(parse_rule(f"{TUNNEL} create once partial"))
    injector.before(operation())
    with pytest.raises(PartialError, match="timeout while waiting"):
        injector.after(operation())
    assert outcome(injector, operation()) == "passes"


def test_a_hang_lasts_as_long_as_it_says_and_then_the_connection_is_cut() -> None:
    slept: list[float] = []
    injector = Injector(parse_rule(f"{TUNNEL} create hang=2.5"), sleep=slept.append)
    with pytest.raises(ProviderError) as cut:
        injector.before(operation())
    assert slept == [2.5]
    assert cut.value.code is grpc.StatusCode.UNAVAILABLE


def test_a_dropped_connection_is_no_answer_of_the_cloud() -> None:
    with pytest.raises(ProviderError) as cut:
        Injector(parse_rule(f"{TUNNEL} create drop")).before(operation())
    assert cut.value.code is grpc.StatusCode.UNAVAILABLE


def test_a_killed_provider_answers_nobody_until_it_is_configured_again() -> None:
    injector = Injector(parse_rule(f"{TUNNEL} create kill"))
    under_way = operation("update", kind="gcp:compute/address:Address")
    injector.before(under_way)
    assert outcome(injector, operation()) == "before"
    with pytest.raises(ProviderError):
        injector.after(under_way)
    assert outcome(injector, operation("read")) == "before"
    assert outcome(injector, operation(kind="vsphere:index/folder:Folder")) == "passes"
    injector.before(Operation("configure", "gcp", ""))
    assert outcome(injector, operation("read")) == "passes"


@pytest.mark.parametrize("token", ["gcp", "*", "gcp:compute/*", "kubernetes:core/v1:Namespace", TUNNEL])
def test_a_type_may_be_a_provider_a_pattern_or_a_type(token: str) -> None:
    parse_rule(f"{token} any each after drop")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "at least a type and an operation"),
        (TUNNEL, "at least a type and an operation"),
        (f"{TUNNEL} make once", "'make'"),
        ("gcp:compute/vpnTunnel:VpnTunnel create", f"did you mean {TUNNEL}"),
        ("aws:s3/bucket:Bucket create", "begins with gcp:, vsphere:"),
        ("kubernetes:core/v1:Namespaces create", "has no 'kubernetes:core/v1:Namespaces'"),
        ("random:index/password create", "has no 'random:index/password'"),
        (f"{TUNNEL}:: create", "no name after ::"),
        (f"{TUNNEL} create twice", "'twice'"),
        (f"{TUNNEL} create once always", "'always'"),
        (f"{TUNNEL} create drop=5", "only hang takes a length"),
        (f"{TUNNEL} create hang=0", "only hang takes a length"),
        (f"{TUNNEL} create hang=ever", "only hang takes a length"),
        (f"{TUNNEL} delete partial", "only create and update can be partial"),
        ("* any partial", "only create and update can be partial"),
        (f"{TUNNEL} create before partial", "so it comes after"),
    ],
)
def test_a_bad_rule_ends_in_one_line_with_what_is_accepted_and_an_example(text: str, named: str) -> None:
    with pytest.raises(BadRuleError) as refused:
        parse_rules([text])
    message = str(refused.value)
    assert named in message
    assert "\n" not in message
    assert f"{TUNNEL} create once" in message.partition("for example: ")[2]
    assert "[before|after]" in message


def test_what_a_witness_sees_is_not_undone_by_a_lost_answer() -> None:
    killed: list[bool] = []
    witness = Witness(2, lambda: killed.append(True))
    for name in ("a", "b", "b"):
        witness.after(operation(name=name))
    assert list(witness.done.values()) == [1, 2]
    assert killed == [True]


class TestEndings:
    """A sweep is worth what its comparison sees."""

    @staticmethod
    def _world(**inputs: str) -> World:
        world = World(seed="test")
        world.put(Record(TUNNEL, "tunnels/t0", {"name": "t0", **inputs}, {"created": world.now()}))
        return world

    @staticmethod
    def _state(*ids: str) -> dict[str, object]:
        return {
            "resources": [
                {"urn": f"urn:{TUNNEL}::{number}", "type": TUNNEL, "id": identity, "custom": True, "inputs": {}}
                for number, identity in enumerate(ids)
            ]
        }

    def test_the_same_end_at_another_time_is_the_same(self) -> None:
        later = self._world()
        later.edit(TUNNEL, "tunnels/t0", ("created",), "2031-05-05T00:00:00Z")
        should = ending(self._world(), self._state("tunnels/t0"))
        assert ending(later, self._state("tunnels/t0")).differences(should) == ()

    @pytest.mark.parametrize("fingerprint", ["12345678901=", "4bf0a7c21de="])
    def test_a_chosen_fingerprint_is_no_difference_whatever_its_digits(self, fingerprint: str) -> None:
        should = ending(self._world(fingerprint="a1b2c3d4e5f="), self._state("tunnels/t0"))
        assert ending(self._world(fingerprint=fingerprint), self._state("tunnels/t0")).differences(should) == ()

    def test_another_setting_is_a_difference_with_its_path(self) -> None:
        should = ending(self._world(router="a"), self._state("tunnels/t0"))
        [line] = ending(self._world(router="b"), self._state("tunnels/t0")).differences(should)
        assert 'inputs.router is "b" and should be "a"' in line

    def test_an_orphan_a_loss_and_a_double_are_told_apart(self) -> None:
        should = ending(self._world(), self._state("tunnels/t0"))
        assert any(line.startswith("orphan: ") for line in ending(self._world(), self._state()).differences(should))
        lost = ending(World(seed="test"), self._state("tunnels/t0")).differences(should)
        assert any(line.startswith("lost: ") for line in lost)
        twice = ending(self._world(), self._state("tunnels/t0", "tunnels/t0")).differences(should)
        assert any(line.startswith("twice: ") for line in twice)

    def test_an_operation_without_an_end_is_named(self) -> None:
        should = ending(self._world(), self._state("tunnels/t0"))
        pending = {"pending_operations": [{"type": "creating", "resource": {"urn": "urn:x"}}]}
        lines = ending(self._world(), {**self._state("tunnels/t0"), **pending}).differences(should)
        assert lines == ("pending: creating urn:x",)
