"""The pure parts of a review: what is masked, what gates open, what a digest binds, and how much a page holds.

What the engine says of a change is in tests/engine/test_review.py.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from model.check import check
from model.config.acknowledgement import Acknowledgement, load_acknowledgements
from model.config.problems import Severity
from model.estate import Environment
from model.planning.review.digest import Digest, configuration_digest, operations_digest, state_digest
from model.planning.review.gates import Gate, Kind, of_operations, of_redundancy, of_time, settled, stack_urn
from model.planning.review.page import EnvironmentPage, Review, Standing
from model.planning.review.planned import Planned
from model.planning.review.radius import Graph
from model.planning.review.size import machine_vcpus, size
from operations.project import ROOT
from operations.review.markdown import markdown

TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"
URN = f"urn:pulumi:prod::hybrid::hybrid:vpn:Vpn${TUNNEL}::vpn-t0"
TODAY = date(2026, 11, 2)
FILE = "stacks/acknowledgements.yaml"


def planned(operation: str = "update", **given: object) -> Planned:
    return Planned(URN, TUNNEL, operation, **given)  # pyright: ignore[reportArgumentType]  each test gives what it is about


def environment(name: str, *, old: str = "", new: str = "") -> Environment:
    """Return an environment of the sample; `old`, which has to be there once, is replaced in its stack file."""
    path = f"stacks/Pulumi.{name}.yaml"
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not old or text.count(old) == 1, old
    estate = check(ROOT, texts={path: text.replace(old, new) if old else text}).loaded.estate
    assert estate is not None
    return estate.environments[name]


@pytest.fixture(scope="module")
def prod() -> Environment:
    return environment("prod")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sharedSecret", "hunter2"),
        ("password", "hunter2"),
        ("secretData", "hunter2"),
        ("data", {"ca.crt": "hunter2"}),
        ("settings", {"api_key": "hunter2"}),
        ("note", "-----BEGIN RSA PRIVATE KEY----- hunter2"),
        ("anything", {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hunter2"}),
    ],
)
def test_a_value_that_is_or_may_be_secret_is_never_shown(key: str, value: object) -> None:
    change = planned(keys=(key,), old={key: "before"}, new={key: value})
    page = EnvironmentPage("prod", Standing.PREVIEWED, (change,))
    assert change.differences()
    assert "hunter2" not in markdown(Review("a and b", (page,)))


def test_a_masked_secret_that_changes_is_named_without_its_value() -> None:
    (difference,) = planned(keys=("result",), old={"result": "[secret]"}, new={"result": "x"}).differences()
    assert difference.before == "(secret)"


def test_only_what_differs_inside_a_property_is_told_and_what_forces_replacement() -> None:
    old, new = {"match": {"ranges": ["a", "b"], "port": 1}}, {"match": {"ranges": ["a", "c", "b"], "port": 1}}
    (difference,) = planned(
        "replace", keys=("match",), detailed={"match.ranges[1]": "add-replace"}, old=old, new=new
    ).differences()
    assert (difference.path, difference.after, difference.forces) == ("match.ranges", '["c"]', True)


def test_an_update_of_nothing_and_a_component_are_no_change() -> None:
    assert planned().silent
    assert planned("read").silent
    assert Planned("urn:pulumi:dev::hybrid::hybrid:vpn:Vpn::vpn", "hybrid:vpn:Vpn", "create").silent
    assert not planned(keys=("peerIp",)).silent


def acknowledgement(operation: str = "delete", urn: str = URN, expires: str = "2026-11-30") -> Acknowledgement:
    text = f"acknowledgements: [{{urn: '{urn}', operation: {operation}, reason: it is moved, expires: {expires}}}]"
    entries, problems = load_acknowledgements(ROOT, texts={FILE: text})
    assert not problems
    return entries[0]


def test_deleting_what_is_protected_closes_a_gate_that_its_acknowledgement_alone_opens(prod: Environment) -> None:
    gates = list(of_operations([planned("delete")], prod, "prod"))
    assert [gate.kind for gate in gates] == [Kind.PROTECTED]
    assert not [gate for gate in settled(gates, [acknowledgement()], TODAY, ["prod"]) if gate.closed]
    for other in (acknowledgement("replace"), acknowledgement(urn=f"{URN}-other")):
        closed = [gate.kind for gate in settled(gates, [other], TODAY, ["prod"]) if gate.closed]
        assert closed == [Kind.PROTECTED, Kind.STALE]


def test_an_acknowledgement_is_refused_once_it_has_expired_or_matches_nothing(prod: Environment) -> None:
    gates = list(of_operations([planned("delete")], prod, "prod"))
    expired = settled(gates, [acknowledgement(expires="2026-11-01")], TODAY, ["prod"])
    assert [gate.kind for gate in expired if gate.closed] == [Kind.PROTECTED, Kind.EXPIRED]
    assert [gate.kind for gate in settled([], [acknowledgement()], TODAY, ["prod"])] == [Kind.STALE]
    assert not settled([], [acknowledgement()], TODAY, ["dev"]), "an environment that was not looked at says nothing"


def test_what_nobody_may_acknowledge_stays_closed() -> None:
    gate = Gate(Kind.ERRORS, "prod", "a file is wrong")
    assert settled([gate], [acknowledgement()], TODAY, [])[0].closed


def test_check_reports_an_acknowledgement_that_outlived_its_day_and_refuses_a_second_one() -> None:
    entry = f"{{urn: '{URN}', operation: delete, reason: it is moved, expires: 2026-11-01}}"
    found = check(ROOT, texts={FILE: f"acknowledgements: [{entry}, {entry}]"}).problems
    mine = [(each.severity, each.message) for each in found if each.file == FILE]
    assert sum("expired on" in message for _, message in mine) == 2
    assert any(severity is Severity.ERROR and "twice" in message for severity, message in mine)


def test_an_acknowledgement_with_a_misspelt_key_is_refused_at_its_place() -> None:
    _, problems = load_acknowledgements(ROOT, texts={FILE: "acknowledgements: [{urn: nothing}]"})
    assert {each.file for each in problems} == {FILE}


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        ("2026-11-03T19:00:00+01:00", None),
        ("2026-11-03T17:59:00+01:00", Kind.WINDOW),
        ("2026-12-22T19:00:00+01:00", Kind.FREEZE),
    ],
)
def test_prod_is_changed_in_its_window_and_never_in_a_freeze(prod: Environment, at: str, kind: Kind | None) -> None:
    gates = list(of_time(prod, datetime.fromisoformat(at), stack_urn("hybrid", "prod")))
    assert [gate.kind for gate in gates] == ([kind] if kind else [])


def test_a_redundancy_that_the_base_had_is_not_lost_unseen() -> None:
    old = environment("sandbox")
    tunnel = "      t1-if1-fw-b:\n"
    text = (ROOT / "stacks/Pulumi.sandbox.yaml").read_text(encoding="utf-8")
    block = text[text.index(tunnel) : text.index("    peak_kpps")]
    new = environment("sandbox", old=block, new="")
    stack = stack_urn("hybrid", "sandbox")
    found = list(of_redundancy(old, new, stack))
    assert {gate.kind for gate in found} == {Kind.REDUNDANCY}
    assert any("no longer survives the loss of" in gate.reason for gate in found)
    assert any("loses its promise of 99.99 %" in gate.reason for gate in found)
    assert not list(of_redundancy(old, old, stack))


def test_a_pool_that_grows_shows_nodes_and_virtual_cpus_against_the_licences() -> None:
    old = environment("sandbox")
    new = environment("sandbox", old="start: 3, max: 4", new="start: 3, max: 5")
    figures = {each.what: each for each in size(old, new)}
    assert figures["licensed on-prem nodes at most"].words.endswith("(+1), of 6")
    assert figures["on-prem vCPU at most"].after - figures["on-prem vCPU at most"].before == 4


@pytest.mark.parametrize(
    ("machine", "vcpus"), [("n2d-standard-4", 4), ("e2-medium", 2), ("n2-custom-6-20480", 6), ("odd", None)]
)
def test_virtual_cpus_are_read_off_the_name_of_a_machine_type(machine: str, vcpus: int | None) -> None:
    assert machine_vcpus(machine) == vcpus


def test_what_depends_on_a_resource_is_what_is_made_of_it_and_not_what_was_made_after_it() -> None:
    urn = "urn:pulumi:prod::hybrid::{}::{}".format
    cluster, pool = urn("gcp:container/cluster:Cluster", "c"), urn("gcp:container/nodePool:NodePool", "p")
    later = urn("gcp:storage/bucket:Bucket", "later")
    graph = Graph(
        [
            {"urn": cluster, "type": "gcp:container/cluster:Cluster", "custom": True, "inputs": {"name": "c"}},
            {
                "urn": pool,
                "type": "gcp:container/nodePool:NodePool",
                "custom": True,
                "inputs": {"cluster": "c"},
                "propertyDependencies": {"cluster": [cluster]},
            },
            {"urn": later, "type": "gcp:storage/bucket:Bucket", "custom": True, "dependencies": [cluster]},
        ]
    )
    assert graph.dependents(cluster) == {pool}
    assert graph.radius(cluster, None).clusters == ("c",)


def test_a_digest_tells_which_part_differs_whatever_the_order_of_operations_and_the_serial_of_the_state(
    prod: Environment,
) -> None:
    one, two = planned("delete"), Planned("urn:pulumi:prod::hybrid::x:y:Z::z", "x:y:Z", "create")
    states = [{"urn": URN, "type": TUNNEL, "id": "a", "inputs": {"x": 1}}, {"urn": "u", "type": "t", "id": "b"}]
    digest = Digest("p" * 32, configuration_digest(prod), operations_digest([one, two]), state_digest(states))
    again = Digest("p" * 32, digest.configuration, operations_digest([two, one]), state_digest(states[::-1]))
    assert Digest.parse(str(digest)).differing(again) == ()
    other = planned("update", keys=("peerIp",))
    changed = Digest("p" * 32, digest.configuration, operations_digest([other, two]), state_digest(states[:1]))
    assert digest.differing(changed) == ("operations", "state")
    assert operations_digest([other]) != operations_digest([planned("update", keys=("labels",))])


def test_a_comment_does_not_change_the_digest_of_the_configuration_and_a_value_does(prod: Environment) -> None:
    text = (ROOT / "stacks/Pulumi.prod.yaml").read_text(encoding="utf-8")
    estate = check(ROOT, texts={"stacks/Pulumi.prod.yaml": f"# more words\n{text}"}).loaded.estate
    assert estate is not None
    assert configuration_digest(estate.environments["prod"]) == configuration_digest(prod)
    assert configuration_digest(environment("prod", old="peak_kpps: ", new="peak_kpps: 1")) != configuration_digest(
        prod
    )


@pytest.mark.parametrize("text", ["", "v1.a.b.c.d", "v2." + ".".join(["a" * 32] * 4)])
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no digest"):
        Digest.parse(text)


def test_a_page_never_exceeds_its_limit_and_loses_the_least_important_first() -> None:
    many = tuple(
        Planned(f"urn:pulumi:prod::hybrid::x:y:Bucket::thing-{number}", "x:y:Bucket", "create")
        for number in range(4000)
    )
    page = markdown(Review("a and b", (EnvironmentPage("prod", Standing.PREVIEWED, (planned("delete"), *many)),)))
    assert len(page) <= 65_000
    assert "deletes VPN tunnel vpn-t0" in page
    assert "Cut here" in page
    assert page.count("<details>") == page.count("</details>")
    assert len(markdown(Review("x" * 70_000, ()), digests=True)) <= 65_000


def test_words_of_a_file_can_not_write_markup_into_the_page() -> None:
    gate = Gate(Kind.ERRORS, "prod", "<img src=x> [a](http://x) `code` @everyone\n# heading")
    page = markdown(Review("a and b", (), (gate,)))
    assert "<img" not in page
    assert "[a](" not in page
    assert " @everyone" not in page
    assert "\n# heading" not in page
