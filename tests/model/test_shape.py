"""What a shape accepts, where it says that it was read, and what it says about what it refuses."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import Field, ValidationError, field_validator, model_validator

from model.config.problems import NOWHERE, Problem, Severity
from model.config.shape import Shape, Violation, bind, parse
from model.config.wording import suggest
from tests.model.reading import FILE, made, refused, source


class Kind(StrEnum):
    INGRESS = "ingress"
    APPS = "apps"


Name = Annotated[
    str, Field(pattern=r"^[a-z]+$", max_length=8), Field(json_schema_extra={"meaning": "lower-case letters"})
]
Reference = Annotated[
    str, Field(pattern=r"^sm://[a-z]+$"), Field(json_schema_extra={"meaning": "a reference", "secret": True})
]


class Limits(Shape):
    """How much."""

    pods: int = 10
    """How many pods."""


class Pool(Shape):
    """A pool."""

    name: Name
    """Its name."""
    addresses: tuple[IPv4Address, ...] = ()
    """Its addresses."""
    kind: Kind = Kind.APPS
    """What it is for."""
    limits: Limits = Limits()
    """How much of it."""


class Ha(Shape):
    """An HA gateway."""

    type: Literal["ha"]
    """Says that it is one."""
    tunnels: int = Field(default=2, ge=1, le=8)
    """How many."""


class External(Shape):
    """A gateway elsewhere."""

    type: Literal["external"]
    """Says that it is one."""
    ha: IPv4Address
    """Its address; a key that has the name of a tag."""


class Cluster(Shape):
    """A cluster."""

    name: str
    """Its name."""
    pods: IPv4Network
    """The range of its pods."""
    autosync: bool = False
    """Whether it follows the repository."""
    since: date | None = None
    """The first day."""
    pools: tuple[Pool, ...] = ()
    """Its pools."""
    gateway: Annotated[Ha | External, Field(discriminator="type")] | None = None
    """Its gateway."""
    labels: dict[Name, int] = Field(default_factory=dict)
    """Numbers by name."""
    either: Pool | tuple[int, ...] | None = None
    """One of two things without a word that says which."""
    secret: Reference | None = None
    """Where its secret is."""
    project: str | None = Field(default=None, alias="hybrid:project")
    """A key that no name in Python can have."""
    by_kind: dict[Kind, int] = Field(default_factory=dict)
    """Numbers by kind."""
    ratio: float = 1.0
    """A number."""

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, name: str) -> str:
        if name == "admin":
            raise Violation("'admin' is reserved", "take another name", rule="B1", source="https://example.org/names")
        if name == "bad":
            raise ValueError("bad names are refused")
        return name

    @field_validator("pods")
    @classmethod
    def _not_loopback(cls, pods: IPv4Network) -> IPv4Network:
        if pods.is_loopback:
            raise ValueError("loopback can not be routed")
        return pods

    @model_validator(mode="after")
    def _first_pool_named(self) -> Cluster:
        if self.pools and self.pools[0].name == "last":
            message, remedy = "the first pool is called last", "order them"
            raise Violation(message, remedy, rule="B30", at=("pools", 0, "name"), severity=Severity.WARNING)
        return self


GOOD = """\
name: one
pods: 10.20.0.0/16
since: 2026-11-02
pools:
  - name: apps
    addresses:
      - 10.0.0.1
      - 10.0.0.2
  - {name: ingress, kind: ingress}
gateway: {type: ha, tunnels: 4}
labels: {a: 1}
hybrid:project: p
by_kind: {apps: 3}
ratio: 2
"""


def one(text: str) -> Problem:
    """Return the only problem of a cluster that is `text` and otherwise good."""
    keys = {line.split(":")[0] for line in text.splitlines()}
    base = "".join(f"{key}: {value}\n" for key, value in {"name": "x", "pods": "10.0.0.0/8"}.items() if key not in keys)
    (problem,) = refused(Cluster, text + "\n" + base)
    return problem


class TestReading:
    def test_text_becomes_addresses_networks_dates_and_words_and_lists_become_tuples(self):
        cluster = made(Cluster, GOOD)
        assert cluster.pods == IPv4Network("10.20.0.0/16")
        assert cluster.since == date(2026, 11, 2)
        assert cluster.pools[0].addresses == (IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2"))
        assert cluster.pools[1].kind is Kind.INGRESS
        assert cluster.gateway == Ha(type="ha", tunnels=4)
        assert cluster.by_kind == {Kind.APPS: 3}
        assert (cluster.ratio, cluster.project) == (2.0, "p")

    def test_a_shape_can_not_be_changed(self):
        with pytest.raises(ValidationError, match="frozen"):
            made(Cluster, GOOD).name = "two"

    def test_a_part_of_a_file_is_read_by_its_path(self):
        pool, problems = parse(Pool, source(GOOD), ("pools", 1))
        assert not problems
        assert pool is not None
        assert (pool.name, pool.at("kind").line) == ("ingress", 9)

    def test_a_part_that_is_not_in_the_file_is_a_missing_key(self):
        pool, (problem,) = parse(Pool, source(GOOD), ("pool",))
        assert pool is None
        assert "missing key 'pool'" in problem.message


class TestPlaces:
    def test_a_shape_knows_where_it_and_its_parts_stand(self):
        cluster = made(Cluster, GOOD)
        assert cluster.gateway is not None
        found = {
            "the whole": cluster.at(),
            "a field": cluster.at("pods"),
            "an item": cluster.at("pools", 0, "addresses", 1),
            "the same, asked of the pool": cluster.pools[0].at("addresses", 1),
            "a shape in a list": cluster.pools[1].at(),
            "a field of it": cluster.pools[1].at("kind"),
            "a field of an alternative": cluster.gateway.at("tunnels"),
            "an entry": cluster.at("labels", "a"),
            "a field that is written otherwise": cluster.at("project"),
            "an entry by a word": cluster.at("by_kind", Kind.APPS),
        }
        assert {what: (place.line, place.column) for what, place in found.items()} == {
            "the whole": (1, 1),
            "a field": (2, 1),
            "an item": (8, 9),
            "the same, asked of the pool": (8, 9),
            "a shape in a list": (9, 5),
            "a field of it": (9, 21),
            "a field of an alternative": (10, 21),
            "an entry": (11, 10),
            "a field that is written otherwise": (12, 1),
            "an entry by a word": (13, 11),
        }
        assert {place.file for place in found.values()} == {FILE}

    def test_a_default_stands_where_the_nearest_thing_around_it_does(self):
        cluster = made(Cluster, GOOD)
        assert cluster.at("secret") == cluster.at()
        assert cluster.pools[1].limits.at("pods") == cluster.pools[1].at()

    def test_a_default_shape_is_not_shared_between_the_places_it_stands_in(self):
        first, second = made(Cluster, GOOD).pools
        assert first.limits == second.limits
        assert first.limits.at().line == 5
        assert second.limits.at().line == 9
        assert Limits().at() == NOWHERE

    def test_a_shape_made_by_code_is_nowhere_until_it_is_bound(self):
        pool = Pool(name="apps")
        assert pool.at("name") == NOWHERE
        bind(pool, source(GOOD), ("pools", 0))
        assert pool.at("name").line == 5

    def test_a_copy_with_another_value_keeps_its_place(self):
        pool = made(Cluster, GOOD).pools[1]
        assert pool.model_copy(update={"name": "other"}).at("name") == pool.at("name")

    def test_a_field_that_does_not_exist_has_no_place(self):
        with pytest.raises(AttributeError, match="Pool has no field 'size'"):
            made(Cluster, GOOD).at("pools", 0, "size")

    def test_two_shapes_are_equal_when_their_fields_are_wherever_they_stand(self):
        pool, same = made(Cluster, GOOD).pools[1], Pool(name="ingress", kind=Kind.INGRESS)
        assert pool.at() != same.at()
        assert pool == same
        assert hash(pool) == hash(same)
        assert pool != Pool(name="ingress")
        assert pool != "ingress"


class TestRefusing:
    @pytest.mark.parametrize(
        ("text", "line", "column", "message", "remedy"),
        [
            ("autosynk: true", 1, 1, "unknown key 'autosynk'", "did you mean 'autosync'"),
            ("name: 12", 1, 1, "12 without quotes is a number", '"12"'),
            ("name: 1.30", 1, 1, "1.30 without quotes", '"1.30"'),
            ("name: true", 1, 1, "true without quotes is true or false", '"true"'),
            ("name:", 1, 1, "'name' has no value", "write text"),
            ("name: {a: 1}", 1, 1, "must be text, not a mapping", "write text"),
            ("autosync: yes", 1, 1, "must be true or false", "yes, no, on and off are text"),
            ("autosync: 1", 1, 1, "must be true or false, not 1", "write true or false"),
            ("pods: 10.20.4.5/16", 1, 1, "10.20.0.0/16", "write 10.20.0.0/16"),
            ("pods: 10.20.4.5", 1, 1, "no prefix length", "10.20.4.5/32"),
            ("pods: 10.20.0.0/255.255.0.0", 1, 1, "address/length", "10.20.0.0/16"),
            ("pods: 10.20.0/16", 1, 1, "not an IPv4 network", "such as"),
            ("pods: 10", 1, 1, "must be a network", "such as"),
            ("since: 2026-13-01", 1, 1, "'2026-13-01'", "write a date"),
            ("pools: [{name: a, addresses: [10.0.0.300]}]", 1, 31, "item 1 of 'addresses'", "write an address"),
            ("pools: [{name: a, addresses: 10.0.0.3}]", 1, 19, "must be a list", "- value"),
            ("pools: [{name: a, kind: ingres}]", 1, 19, "'ingres'", "did you mean 'ingress'? There are: apps, ingress"),
            ("pools: [{kind: apps}]", 1, 9, "missing key 'name'", "add `name:` with lower-case letters (Its name)"),
            ("pools: [7]", 1, 9, "item 1 of 'pools' must be a mapping, not 7", "name, addresses, kind, limits"),
            ("pools: [{name: A}]", 1, 10, "'name' can not be 'A'", "write lower-case letters"),
            ("pools: [{name: abcdefghi}]", 1, 10, "has 9 characters", "8 or fewer"),
            ("labels: {A: 1}", 1, 10, "'A' can not be a key", "lower-case letters"),
            ('labels: {a: "3"}', 1, 10, "'a' must be a whole number", "without quotes: 3"),
            ("labels: {a: 3.0}", 1, 10, "must be a whole number, not 3.0", "a whole number"),
            ("by_kind: {aps: 1}", 1, 11, "'aps' can not be a key", "did you mean 'apps'"),
            (
                "gateway: {type: hha}",
                1,
                11,
                "'hha' is no kind of 'gateway'",
                "did you mean 'ha'? There are: external, ha",
            ),
            ("gateway: {tunnels: 3}", 1, 1, "missing key 'type'", "one of: ha, external"),
            ("gateway: {type: ha, tunnels: 9}", 1, 21, "'tunnels' is 9, and must be 8 or less", "8 or less"),
            ("gateway: {type: external, ha: x}", 1, 27, "'ha' can not be 'x'", "an address"),
            ("gateway: {type: ha, peer: 1}", 1, 21, "unknown key 'peer'", "Known keys: tunnels, type"),
            ("gateway: no", 1, 1, "must be a mapping, not 'no'", "tunnels"),
            ("either: {name: A}", 1, 10, "'name' can not be 'A'", "lower-case letters"),
            ("either: [1, x]", 1, 13, "item 2 of 'either' must be a whole number", "a whole number"),
            ("either: x", 1, 1, "'either' can not be 'x'", "or a list"),
            ("hybrid:project: 3", 1, 1, "'hybrid:project' must be text", '"3"'),
            ("project: p", 1, 1, "unknown key 'project'", "did you mean 'hybrid:project'"),
            ("name: bad", 1, 1, "bad names are refused", "write text"),
            ("pods: 127.0.0.0/8", 1, 1, "loopback", "write a network"),
            ("ratio: x", 1, 1, "must be a number, not 'x'", "write a number"),
        ],
    )
    def test_what_is_wrong_is_placed_and_worded_with_a_remedy(
        self, text: str, line: int, column: int, message: str, remedy: str
    ):
        problem = one(text)
        assert message in problem.message
        assert remedy in problem.remedy
        assert (problem.file, problem.line, problem.column) == (FILE, line, column)
        assert problem.rule == "format"

    def test_a_missing_key_is_at_what_lacks_it(self):
        (problem,) = refused(Cluster, "name: x\n")
        assert "missing key 'pods'" in problem.message
        assert "The range of its pods" in problem.remedy
        assert problem.line == 1

    def test_a_misspelt_key_and_the_missing_one_it_should_be_are_one_problem(self):
        (problem,) = refused(Cluster, "name: x\npod: 10.0.0.0/8\n")
        assert "unknown key 'pod'; 'pods' is missing" in problem.message
        assert problem.line == 2

    def test_everything_wrong_is_reported_in_one_run_in_the_order_of_the_file(self):
        problems = refused(
            Cluster, "name: 1\npods: x\nautosync: 2\nlabels: {a: b, c: d}\nextra: 1\npools: [{}, {name: 3}]"
        )
        assert [problem.line for problem in problems] == [1, 2, 3, 4, 4, 5, 6, 6]

    def test_unknown_keys_alone_do_not_keep_the_rules_from_running(self):
        cluster, problems = parse(Cluster, source("name: x\npods: 10.0.0.0/8\nextra: 1\npools: [{name: a, size: 2}]\n"))
        assert [problem.message for problem in problems] == ["unknown key 'extra'", "unknown key 'size'"]
        assert cluster is not None
        assert cluster.pools[0].at("name").line == 4

    def test_an_unknown_key_does_not_hide_what_a_validator_of_the_whole_has_to_say(self):
        problems = refused(Cluster, "name: x\npods: 10.0.0.0/8\nextra: 1\npools: [{name: last}]\n")
        assert [problem.rule for problem in problems] == ["format", "B30"]

    def test_a_validator_names_its_rule_its_page_and_the_place_inside_what_it_looked_at(self):
        problem = one("name: admin")
        assert (problem.rule, problem.source) == ("B1", "https://example.org/names")
        assert (problem.message, problem.remedy) == ("'admin' is reserved", "take another name")
        inner = one("pools: [{name: last}]")
        assert (inner.rule, inner.column, inner.severity) == ("B30", 10, Severity.WARNING)

    def test_what_may_be_a_secret_is_not_repeated(self):
        problem = one("secret: hunter2")
        assert "hunter2" not in problem.text()
        assert "a reference" in problem.remedy

    def test_a_long_value_is_cut(self):
        assert len(one(f"since: {'x' * 5000}").message) < 120

    def test_a_file_that_is_no_mapping_is_refused_as_a_whole(self):
        (problem,) = refused(Cluster, "- a\n")
        assert problem.message == "the file must be a mapping, not a list"

    def test_a_default_network_is_not_looked_up_in_the_file(self):
        class Ranged(Shape):
            range: IPv4Network = IPv4Network("10.0.0.0/8")

        assert made(Ranged, "{}").range == IPv4Network("10.0.0.0/8")

    def test_of_two_alternatives_the_one_with_the_fewest_faults_was_meant(self):
        class Either(Shape):
            """Something that is one of two shapes, with no word that says which."""

            it: Cluster | Pool

        (problem,) = refused(Either, "it: {name: apps, kind: ingres}")
        assert "'ingres'" in problem.message


class TestSuggesting:
    def test_the_nearest_name_is_named_and_all_are_listed_in_order(self):
        assert suggest("ingres", ["ingress", "apps"]) == "did you mean 'ingress'? There are: apps, ingress"

    def test_case_and_underscores_do_not_matter_for_nearness(self):
        assert "'min-ports'" in suggest("MIN_PORTS", ["min-ports", "other"])

    def test_a_name_like_nothing_gets_the_list_alone(self):
        assert suggest("zzz", ["apps"]) == "There are: apps"

    def test_nothing_to_choose_from_is_said(self):
        assert suggest("x", []) == "There are: none"

    def test_a_long_list_is_cut_and_its_nearest_name_is_not(self):
        known = [f"pool-{number:02}" for number in range(40)]
        words = suggest("pool-3x", [*known, "zebra"])
        assert "and 29 more" in words
        assert "did you mean 'pool-3" in words
        assert len(words) < 200


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_a_network_with_host_bits_is_always_answered_with_the_network_itself(address: IPv4Address, length: int):
    network = IPv4Network((address, length), strict=False)
    assume(not network.is_loopback)
    text = f"{address}/{length}"
    cluster, problems = parse(Cluster, source(f"name: x\npods: {text}\n"))
    if network.network_address == address:
        assert cluster is not None
        assert cluster.pods == network
    else:
        assert cluster is None
        assert problems[0].remedy == f"write {network}"
