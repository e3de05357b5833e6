"""The recorder itself: it hides nothing, invents nothing, and refuses what the engine would refuse."""

from __future__ import annotations

import asyncio
import json
from ipaddress import IPv4Address, summarize_address_range
from itertools import combinations

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import settings

from operations.record import UNKNOWN, DuplicateUrnError, Secret, UnansweredError, Value
from operations.record.places import claimed_twice
from operations.record.registered import Options, Recorded
from tests.program.declared import Cloud, Group, Thing, of


class TestWhatIsRecorded:
    """A mock shows types and inputs only; the mistakes that hurt are in options, parents and providers."""

    def test_every_option_of_a_registration_is_recorded(self) -> None:
        def program() -> None:
            cloud = Cloud()
            first = Thing("first", pulumi.ResourceOptions(provider=cloud))
            Thing(
                "second",
                pulumi.ResourceOptions(
                    provider=cloud,
                    protect=True,
                    delete_before_replace=False,
                    import_="thing/2",
                    ignore_changes=["color"],
                    replace_on_changes=["shape"],
                    custom_timeouts=pulumi.CustomTimeouts(create="2h", delete="10m"),
                    aliases=[pulumi.Alias(name="before")],
                    depends_on=[first],
                    retain_on_delete=True,
                    deleted_with=first,
                    additional_secret_outputs=["token"],
                ),
            )

        recording = of(program)
        first, second = recording.one("Thing", "first"), recording.one("Thing", "second")
        options = second.options
        assert second.provider == recording.one("cloud", "cloud").urn
        assert (options.protect, options.delete_before_replace, options.import_id) == (True, False, "thing/2")
        assert (options.ignore_changes, options.replace_on_changes) == (("color",), ("shape",))
        assert options.timeouts is not None
        assert (options.timeouts.create, options.timeouts.update, options.timeouts.delete) == ("2h", "", "10m")
        assert (options.depends_on, options.deleted_with) == ((first.urn,), first.urn)
        assert options.aliases == ("name=before",)
        assert (options.retain_on_delete, options.secret_outputs) == (True, ("token",))
        assert first.options.delete_before_replace is None

    def test_a_urn_holds_the_types_of_all_parents_as_the_engine_writes_it(self) -> None:
        def program() -> None:
            outer = Group("outer")
            inner = Group("inner", outer.child())
            Thing("thing", pulumi.ResourceOptions(parent=inner, provider=Cloud()))

        thing = of(program).one("Thing", "thing")
        above = "hybrid:case:Group$hybrid:case:Group"
        assert thing.urn == f"urn:pulumi:test::hybrid::{above}$cloud:index:Thing::thing"
        assert thing.parent == f"urn:pulumi:test::hybrid::{above}::inner"

    def test_an_input_made_of_an_output_names_the_resource_it_comes_from(self) -> None:
        def program() -> None:
            first = Thing("first")
            Thing("second", after=first.size, color="red")

        recording = of(program)
        second = recording.one("Thing", "second")
        assert second.sources == {"after": (recording.one("Thing", "first").urn,)}
        assert dict(second.inputs) == {"after": UNKNOWN, "color": "red"}

    def test_a_resource_that_is_made_inside_an_apply_is_waited_for(self) -> None:
        def program() -> None:
            Thing("first", color="red").urn.apply(lambda _: Thing("second"))

        assert [each.name for each in of(program).of_type("Thing")] == ["first", "second"]

    def test_a_resource_that_is_only_read_is_told_from_one_that_is_managed(self) -> None:
        recording = of(lambda: Thing("there", pulumi.ResourceOptions(id="thing/7")))
        assert recording.one("Thing", "there").read == "thing/7"
        assert of(lambda: Thing("here")).one("Thing", "here").read is None

    def test_the_outputs_of_components_and_of_the_stack_are_recorded(self) -> None:
        def program() -> None:
            Group("group").register_outputs({"answer": 42})
            pulumi.export("name", "fjell")

        recording = of(program)
        assert dict(recording.outputs[""]) == {"name": "fjell"}
        assert dict(recording.outputs[recording.one("Group", "group").urn]) == {"answer": 42}

    def test_what_the_program_logs_is_kept(self) -> None:
        assert of(lambda: pulumi.log.warn("thin ice")).messages == (("warning", "thin ice"),)

    def test_the_program_reads_the_configuration_it_is_given(self) -> None:
        recording = of(lambda: pulumi.export("n", pulumi.Config("hybrid").get_int("n")), config={"hybrid:n": "3"})
        assert dict(recording.outputs[""]) == {"n": 3}


class TestWhatIsNotInvented:
    """A recorder that fills gaps makes tests pass on values that no provider gave."""

    def test_in_a_preview_an_output_that_is_no_input_stays_unknown_and_nothing_is_computed_from_it(self) -> None:
        seen: list[int] = []
        of(lambda: Thing("thing").size.apply(seen.append))
        assert seen == []

    def test_outside_a_preview_outputs_are_what_the_caller_says_the_provider_computes(self) -> None:
        seen: list[object] = []

        def program() -> None:
            thing = Thing("thing")
            thing.size.apply(seen.append)
            thing.id.apply(seen.append)

        of(program, preview=False, computed=lambda _: {"size": 9})
        assert sorted(map(str, seen)) == ["9", "id of thing"]

    def test_a_look_up_without_an_answer_is_unknown_in_a_preview(self) -> None:
        def program() -> None:
            found = pulumi.runtime.invoke_output("cloud:index:getThing", {"name": "x"})
            Thing("thing", size_of=found["size"])

        recording = of(program)
        assert recording.one("Thing", "thing").inputs["size_of"] is UNKNOWN
        assert [(each.token, each.answered) for each in recording.invokes] == [("cloud:index:getThing", False)]

    def test_a_look_up_gets_the_answer_that_the_caller_has_for_it(self) -> None:
        def program() -> None:
            found = pulumi.runtime.invoke_output("cloud:index:getThing", {"name": "x"})
            Thing("thing", size_of=found["size"])

        recording = of(program, answers={"cloud:index:getThing": lambda given: {"size": len(str(given["name"]))}})
        assert recording.one("Thing", "thing").inputs["size_of"] == 1
        assert recording.invokes[0].answered

    def test_outside_a_preview_a_look_up_without_an_answer_is_refused_with_the_way_out(self) -> None:
        with pytest.raises(UnansweredError, match=r"cloud:index:getThing.*answers="):
            of(lambda: pulumi.runtime.invoke_output("cloud:index:getThing", {}), preview=False)

    def test_a_transform_which_the_recorder_would_not_run_is_refused(self) -> None:
        with pytest.raises(Exception, match="does not support transforms"):
            of(lambda: pulumi.runtime.register_resource_transform(lambda _: None))


class TestSecrets:
    """A recording is printed by failed assertions and written to files."""

    def test_a_secret_is_marked_and_is_neither_printed_nor_written(self) -> None:
        recording = of(
            lambda: Thing("thing", key=pulumi.Output.secret("mellon"), nested={"key": pulumi.Output.secret("mellon")})
        )
        inputs = recording.one("Thing", "thing").inputs
        assert inputs["key"] == Secret("mellon")
        assert "mellon" not in repr(recording)
        assert "mellon" not in json.dumps(recording.as_json())
        assert '{"key": {"secret": true}}' in json.dumps(recording.as_json())


class TestRefusals:
    """What the engine would refuse, and what would go unnoticed."""

    def test_a_second_resource_with_the_same_urn_is_refused_in_the_engines_words(self) -> None:
        def program() -> None:
            Thing("thing")
            Thing("thing")

        with pytest.raises(DuplicateUrnError, match=r"Duplicate resource URN '.*::thing'; try giving it a unique name"):
            of(program)

    def test_the_programs_own_error_comes_out_as_it_is(self) -> None:
        def program() -> None:
            Thing("thing")
            raise ArithmeticError("on purpose")

        with pytest.raises(ArithmeticError, match="on purpose"):
            of(program)

    def test_an_error_inside_an_apply_comes_out_too(self) -> None:
        def divide(_: object) -> float:
            return 1 / 0

        with pytest.raises(ZeroDivisionError):
            of(lambda: Thing("thing", color="red").urn.apply(divide))

    def test_nothing_stays_behind_after_a_program_or_after_one_that_failed(self) -> None:
        def failing() -> None:
            Thing("thing")
            raise ArithmeticError

        before = settings.get_monitor(), settings.get_root_resource(), settings.get_stack()
        of(lambda: Thing("thing"), config={"hybrid:n": "3"})
        with pytest.raises(ArithmeticError):
            of(failing)
        assert (settings.get_monitor(), settings.get_root_resource(), settings.get_stack()) == before
        assert pulumi.Config("hybrid").get("n") is None
        assert [each.name for each in of(lambda: Thing("other")).resources] == ["other"]

    def test_a_recording_inside_a_running_event_loop_is_refused_and_not_left_hanging(self) -> None:
        async def inside() -> None:
            of(lambda: Thing("thing"))

        with pytest.raises(RuntimeError, match="another thread"):
            asyncio.run(inside())


class TestInvariants:
    """Each finds its own fault, and stays silent about everything else."""

    def test_a_resource_right_below_the_stack_is_named_but_no_component_and_no_provider(self) -> None:
        def program() -> None:
            Thing("inside", Group("group").child(provider=Cloud()))
            Thing("orphan")

        recording = of(program)
        assert recording.without_parent() == (recording.one("Thing", "orphan").urn,)

    def test_what_goes_to_a_default_provider_is_named_look_ups_too(self) -> None:
        def program() -> None:
            cloud = Cloud()
            Thing("explicit", pulumi.ResourceOptions(provider=cloud))
            Thing("default")
            pulumi.runtime.invoke_output("cloud:index:getThing", {}, opts=pulumi.InvokeOutputOptions(provider=cloud))
            pulumi.runtime.invoke_output("cloud:index:getOther", {})

        recording = of(program)
        assert recording.without_explicit_provider() == (recording.one("Thing", "default").urn, "cloud:index:getOther")

    def test_a_child_that_does_not_carry_its_components_name_is_named(self) -> None:
        def program() -> None:
            group = Group("group")
            Thing(group.named("good"), group.child())
            Thing("bad", group.child())

        recording = of(program)
        assert recording.not_named_for_their_component() == (recording.one("Thing", "bad").urn,)

    @pytest.mark.parametrize(
        ("name", "found"), [("pool-0", True), ("pool_12", True), ("t0-if0", False), ("fw-a", False)]
    )
    def test_a_name_that_ends_in_a_number_looks_like_a_position(self, name: str, found: bool) -> None:
        assert bool(of(lambda: Thing(name)).names_with_positions()) is found

    def test_a_number_that_the_model_itself_gives_is_no_position(self) -> None:
        recording = of(lambda: (Thing("nat-egress-1"), Thing("nat-address-1")))
        assert recording.names_with_positions(keys=["egress-1"]) == (recording.one("Thing", "nat-address-1").urn,)

    def test_a_component_that_never_registered_its_outputs_is_named(self) -> None:
        recording = of(lambda: (Group("done").register_outputs({}), Group("left")))
        assert recording.without_outputs() == (recording.one("Group", "left").urn,)

    def test_two_recordings_differ_in_what_was_added_removed_or_changed(self) -> None:
        before = of(lambda: (Thing("same"), Thing("gone"), Thing("changed", color="red")))
        after = of(lambda: (Thing("changed", color="blue"), Thing("new"), Thing("same")))
        assert [urn.rsplit("::", 1)[-1] for urn in before.differences(after)] == ["changed", "gone", "new"]

    def test_asking_for_one_resource_that_is_not_there_names_those_that_are(self) -> None:
        with pytest.raises(LookupError, match=r"0 resources Thing named b; there are: a"):
            of(lambda: Thing("a")).one("Thing", "b")


def grant(name: str, **inputs: object) -> Thing:
    given = {"project": "p", "role": "roles/viewer", "member": "group:g@x.example", **inputs}
    return Thing(name, None, kind="gcp:projects/iAMMember:IAMMember", **given)


class TestGrants:
    """Two resources on one grant: taking either away takes it from both."""

    def test_the_same_grant_made_twice_is_found(self) -> None:
        recording = of(lambda: (grant("a"), grant("b")))
        assert [[urn.rsplit("::", 1)[-1] for urn in urns] for urns in recording.duplicate_grants()] == [["a", "b"]]

    @pytest.mark.parametrize(
        "other",
        [
            {"project": "q"},
            {"role": "roles/editor"},
            {"member": "group:h@x.example"},
            {"condition": {"title": "until", "expression": "true"}},
        ],
        ids=lambda other: next(iter(other)),
    )
    def test_grants_that_differ_in_one_part_are_two(self, other: dict[str, object]) -> None:
        recording = of(lambda: (grant("a"), grant("b", **other)))
        assert recording.duplicate_grants() == ()
        assert len(recording.grants()) == 2

    def test_grants_on_two_things_that_do_not_exist_yet_are_two_and_on_one_are_one(self) -> None:
        def program() -> None:
            first, second = Thing("first"), Thing("second")
            grant("a", project=first.size)
            grant("b", project=second.size)
            grant("c", project=first.size)

        found = of(program).duplicate_grants()
        assert [[urn.rsplit("::", 1)[-1] for urn in urns] for urns in found] == [["a", "c"]]


def subnet(name: str, block: str, **secondary: str) -> Recorded:
    ranges = tuple({"rangeName": key, "ipCidrRange": each} for key, each in secondary.items())
    return place(name, "gcp:compute/subnetwork:Subnetwork", ipCidrRange=block, secondaryIpRanges=ranges)


def place(name: str, kind: str, **inputs: Value) -> Recorded:
    return Recorded(
        urn=name,
        type=kind,
        name=name,
        parent=None,
        custom=True,
        provider=None,
        inputs=inputs,
        sources={},
        options=Options(),
    )


def address(name: str, text: Value) -> Recorded:
    return place(name, "gcp:compute/address:Address", address=text)


def pairs(*resources: Recorded) -> list[tuple[str, str]]:
    return [(first.urn, second.urn) for first, second in claimed_twice(resources)]


class TestPlaces:
    """No two resources on one address, one range or one VLAN."""

    def test_two_ranges_that_overlap_are_found_also_a_secondary_one_and_one_of_the_same_subnet(self) -> None:
        assert pairs(subnet("a", "10.0.0.0/22"), subnet("b", "10.0.2.0/24")) == [("a", "b")]
        assert pairs(subnet("a", "10.0.0.0/22"), subnet("b", "10.1.0.0/24", pods="10.0.3.0/24")) == [("a", "b")]
        assert pairs(subnet("a", "10.0.0.0/22", pods="10.0.3.0/24")) == [("a", "a")]

    def test_an_address_inside_a_range_is_where_it_should_be(self) -> None:
        assert pairs(subnet("a", "10.0.0.0/24"), address("b", "10.0.0.10")) == []

    def test_one_address_given_to_two_is_found_also_inside_the_other_ones_run(self) -> None:
        assert pairs(address("a", "10.0.0.10"), address("b", "10.0.0.10")) == [("a", "b")]
        pools = {"metalLbConfig": {"addressPools": ({"addresses": ("10.0.0.30-10.0.0.39", "10.0.0.50/32")},)}}
        cluster = place("c", "gcp:gkeonprem/vMwareCluster:VMwareCluster", loadBalancer=pools)
        assert pairs(cluster, address("a", "10.0.0.39")) == [("c", "a")]
        assert pairs(cluster, address("a", "10.0.0.40")) == []

    def test_an_address_that_the_provider_picks_claims_nothing(self) -> None:
        assert pairs(address("a", UNKNOWN), address("b", UNKNOWN), address("c", None)) == []

    def test_a_reserved_range_is_its_address_with_its_length(self) -> None:
        psa = place("psa", "gcp:compute/globalAddress:GlobalAddress", address="10.0.10.0", prefixLength=23)
        assert pairs(psa, subnet("a", "10.0.11.0/24")) == [("psa", "a")]
        assert pairs(psa, subnet("a", "10.0.12.0/24")) == []

    def test_a_bgp_range_is_claimed_whichever_of_its_addresses_is_ours(self) -> None:
        first = place("a", "gcp:compute/routerInterface:RouterInterface", ipRange="169.254.10.1/30")
        second = place("b", "gcp:compute/routerInterface:RouterInterface", ipRange="169.254.10.2/30")
        assert pairs(first, second) == [("a", "b")]

    def test_a_vlan_and_an_address_with_the_same_number_are_different_places(self) -> None:
        group = "vsphere:index/distributedPortGroup:DistributedPortGroup"
        first, second = place("a", group, vlanId=2031), place("b", group, vlanId=2031)
        assert pairs(first, second) == [("a", "b")]
        assert pairs(first, address("c", str(IPv4Address(2031)))) == []

    def test_a_secret_address_is_an_address_all_the_same(self) -> None:
        assert pairs(address("a", Secret("10.0.0.10")), address("b", "10.0.0.10")) == [("a", "b")]

    @given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=8))
    def test_the_pairs_are_those_that_comparing_every_two_finds(self, runs: list[tuple[int, int]]) -> None:
        spans = [(first, first + length) for first, length in runs]
        resources = [
            address(f"r{number:02}", f"{IPv4Address(first)}-{IPv4Address(last)}")
            for number, (first, last) in enumerate(spans)
        ]
        expected = {
            frozenset((f"r{left:02}", f"r{right:02}"))
            for left, right in combinations(range(len(spans)), 2)
            if spans[left][0] <= spans[right][1] and spans[right][0] <= spans[left][1]
        }
        assert {frozenset(pair) for pair in pairs(*resources)} == expected

    @given(st.integers(0, 2**32 - 1), st.integers(8, 30))
    def test_a_block_is_read_from_any_address_in_it(self, inside: int, length: int) -> None:
        mask = (1 << (32 - length)) - 1
        blocks = list(summarize_address_range(IPv4Address(inside & ~mask), IPv4Address(inside | mask)))
        claim = place("a", "gcp:compute/routerInterface:RouterInterface", ipRange=f"{IPv4Address(inside)}/{length}")
        assert pairs(claim, subnet("b", str(blocks[0]))) == [("a", "b")]
