"""Plans that change keys, ranges and addresses one tunnel at a time, and the edits of files that they are made of."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from model.check import check
from model.config.load import load
from model.config.source import Data, KeyPath
from model.estate import Estate
from model.planning.bgp.proof import Direction
from model.planning.drill_plan import NoDrillError, chosen, plan_drill
from model.planning.file_edits import Change as Wanted
from model.planning.file_edits import FileEditError, edited
from model.planning.register import register
from model.planning.rotation import Move, NoRotationError, RotationPlan, What, plan
from operations.vpn.drill import lines as drill_lines
from operations.vpn.rehearsed import touched, unexpected
from operations.vpn.rotate import as_data, lines
from rehearsal.engine.steps import Change, StepResult
from tests.model.cases import DEV, ROOT, SANDBOX, environment, sample
from tests.model.cases import edited as edited_case
from tests.model.forms import Data as Section
from tests.model.linked import md5, stack

ADDRESS = IPv4Address("198.51.100.77")


def planned(name: str, what: What, *, tunnel: str | None = None) -> RotationPlan:
    move = Move("fw-a", ADDRESS) if what is What.PEER else None
    return plan(ROOT, sample(), name, what, tunnel=tunnel, move=move)


def after(made: RotationPlan, number: int) -> Estate:
    """Return the estate as the step of that number leaves it."""
    found = load(ROOT, texts={made.file: made.steps[number - 1].text}).estate
    assert found is not None
    return found


EVERY = pytest.mark.parametrize("name", ["sandbox", "dev", "prod"])


class TestSteps:
    """No step takes away a path, and each is a state that the rules allow (D4, D20)."""

    @EVERY
    @pytest.mark.parametrize("what", [What.KEYS, What.RANGES, What.PEER])
    def test_every_step_leaves_a_path_for_everything_with_capacity_for_the_peak(self, name: str, what: What) -> None:
        made = planned(name, what)
        assert made.holds
        downs = [step.tunnel for step in made.steps if step.tunnel is not None]
        assert sorted(downs) == sorted(environment(name).vpn.tunnels)
        for step in made.steps:
            assert not step.state.cut
            assert all(step.tunnel not in path.tunnels for path in step.state.paths)

    @pytest.mark.parametrize(("name", "what"), [("prod", What.PEER), ("prod", What.KEYS), ("dev", What.RANGES)])
    def test_no_step_breaks_a_rule_that_was_kept_before(self, name: str, what: What) -> None:
        before = {(each.rule, each.message) for each in check(ROOT).errors}
        made = planned(name, what)
        for step in made.steps:
            errors = check(ROOT, texts={made.file: step.text}).errors
            assert [each.text() for each in errors if (each.rule, each.message) not in before] == []

    def test_one_tunnel_at_a_time_is_unprotected_and_none_afterwards(self) -> None:
        made = planned("prod", What.KEYS)
        opened = [after(made, step.number).environments["prod"].vpn.rotation for step in made.steps]
        for step, given in zip(made.steps, opened, strict=True):
            assert step.tunnel is None or (given is not None and given.tunnel == step.tunnel)
        assert opened[-1] is None

    def test_what_is_not_protected_needs_no_step_to_lift_it(self) -> None:
        assert [step.tunnel for step in planned("sandbox", What.KEYS).steps] == ["t0-if0-fw-a", "t1-if1-fw-b", None]
        assert [step.tunnel for step in planned("dev", What.KEYS).steps] == [
            None,
            "t0-if0-fw-a",
            None,
            "t1-if1-fw-b",
            None,
        ]

    def test_standby_tunnels_go_first(self) -> None:
        text = (ROOT / DEV).read_text(encoding="utf-8")
        secret = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-1}\n"  # noqa: S105  a reference
        text = text.replace(secret, f"{secret}        priority: 200\n")
        text = text.replace("    asn: 64602\n", "    asn: 64602\n    mode: active-passive\n")
        found = load(ROOT, texts={DEV: text}).estate
        assert found is not None
        made = plan(ROOT, found, "dev", What.RANGES)
        assert [step.tunnel for step in made.steps] == ["t1-if1-fw-b", "t0-if0-fw-a"]


class TestKeys:
    """A key is made anew for one tunnel, and the other side is told where to fetch it (D8)."""

    def test_a_new_key_is_the_next_generation_and_replaces_that_tunnel_alone(self) -> None:
        step = planned("dev", What.KEYS, tunnel="t1-if1-fw-b").steps[1]
        assert [str(edit).partition("  ")[2] for edit in step.edits] == [
            "hybrid:vpn.tunnels.t1-if1-fw-b.pre_shared_key.generation: nothing -> 2"
        ]
        assert {name.removeprefix("vpn-t1-if1-fw-b-") for name in step.replaced} == {
            "key-password",
            "key-version",
            "tunnel",
            "if",
            "bgp",
        }
        assert "--secret=vpn-psk-1 --project=varde-net-dev-7a8b" in step.far[0]

    def test_a_second_rotation_counts_on(self) -> None:
        edit = edited_case(DEV, {"vpn-psk-0}": "vpn-psk-0, generation: 4}"})
        root_text = edit[DEV]
        new, edits = edited(DEV, root_text, [((*_key("t0-if0-fw-a"), "generation"), 5)])
        assert (edits[0].old, edits[0].new) == (4, 5)
        assert "vpn-psk-0, generation: 5}" in new


class TestMd5:
    """The key of a session alone changes: its tunnel stays, and the session waits for both ends (D15)."""

    @staticmethod
    def planned(root: Path, *changes: Callable[[Section], None], tunnel: str | None = None) -> RotationPlan:
        stacks = root / "stacks"
        shutil.copytree(ROOT / "stacks", stacks)
        (root / SANDBOX).write_text(stack(*changes)[SANDBOX], encoding="utf-8")
        estate = load(root).estate
        assert estate is not None
        return plan(root, estate, "sandbox", What.MD5, tunnel=tunnel)

    def test_each_signed_session_gets_the_next_key_and_nothing_is_replaced_but_the_key(self, tmp_path: Path) -> None:
        made = self.planned(tmp_path, md5)
        assert [step.tunnel for step in made.steps] == ["t0-if0-fw-a", "t1-if1-fw-b", None]
        first = made.steps[0]
        assert next(str(edit).partition("  ")[2] for edit in first.edits) == (
            "hybrid:vpn.tunnels.t0-if0-fw-a.md5.generation: nothing -> 2"
        )
        assert first.replaced == ("vpn-t0-if0-fw-a-md5-password", "vpn-t0-if0-fw-a-md5-version")
        assert first.updated == ("vpn-t0-if0-fw-a-bgp",)
        assert "--secret=bgp-md5-t0 --project=varde-net-sandbox-3c4d" in first.far[0]
        assert made.holds
        assert first.state.used(Direction.TO_SITES) == {"t1-if1-fw-b"}

    def test_a_referenced_key_is_put_there_first_and_nothing_is_replaced(self, tmp_path: Path) -> None:
        def referenced(vpn: Section) -> None:
            vpn["tunnels"]["t0-if0-fw-a"]["md5"] |= {"source": "referenced", "generation": 3}

        step = self.planned(tmp_path, md5, referenced, tunnel="t0-if0-fw-a").steps[0]
        assert (step.replaced, step.updated) == ((), ("vpn-t0-if0-fw-a-bgp",))
        assert "it has to become version 4" in step.far[0]
        assert step.undo == ("set `generation: 3` of the session of t0-if0-fw-a again and `pulumi up`",)

    def test_where_nothing_is_signed_there_is_nothing_to_change(self, tmp_path: Path) -> None:
        with pytest.raises(NoRotationError, match="no session of sandbox is signed"):
            self.planned(tmp_path)


class TestRanges:
    """A session gets a /30 that nobody has, nor has just left."""

    @EVERY
    def test_new_ranges_are_free_everywhere_and_none_is_one_that_was_in_use(self, name: str) -> None:
        made = planned(name, What.RANGES)
        used = {str(entry.range) for entry in register(sample())}
        before = {str(each.range) for each in environment(name).vpn.tunnels.values()}
        now = {str(each.range) for each in after(made, len(made.steps)).environments[name].vpn.tunnels.values()}
        assert len(now) == len(before)
        assert not now & (before | used)

    def test_the_tunnel_itself_stays_up_in_the_cloud(self) -> None:
        for step in planned("dev", What.RANGES).steps:
            assert not [each for each in step.replaced if each.endswith("-tunnel")]


class TestPeer:
    """A device's new address is a second picture of the devices, to which tunnels move (D4)."""

    def test_the_new_picture_is_made_before_anything_moves_and_the_old_one_goes_last(self) -> None:
        made = planned("dev", What.PEER)
        assert made.steps[0].created == ("vpn-external-gateway-g2",)
        assert [step.number for step in made.steps if step.deleted] == [5]
        env = after(made, len(made.steps)).environments["dev"]
        assert {each.external_gateway for each in env.vpn.tunnels.values()} == {"g2"}
        assert {str(each.address) for each in env.vpn.gateways["g2"].peers.values()} == {str(ADDRESS), "203.0.113.20"}
        assert env.vpn.peers == {}

    def test_the_next_move_goes_back_to_the_first_picture(self, tmp_path: Path) -> None:
        first = planned("dev", What.PEER)
        moved = after(first, len(first.steps))
        text = first.steps[-1].text
        project = tmp_path / "project"
        (project / "stacks").mkdir(parents=True)
        for path in (ROOT / "stacks").rglob("*.yaml"):
            target = project / "stacks" / path.relative_to(ROOT / "stacks")
            target.parent.mkdir(exist_ok=True)
            target.write_text(text if path.name == "Pulumi.dev.yaml" else path.read_text(encoding="utf-8"), "utf-8")
        back = plan(project, moved, "dev", What.PEER, move=Move("fw-a", IPv4Address("198.51.100.20")))
        assert back.holds
        found = load(project, texts={back.file: back.steps[-1].text}).estate
        assert found is not None
        vpn = found.environments["dev"].vpn
        assert vpn.external_gateways == {}
        assert {each.external_gateway for each in vpn.tunnels.values()} == {None}
        assert str(vpn.peers["fw-a"].address) == "198.51.100.20"

    @pytest.mark.parametrize(
        ("move", "says"),
        [
            (None, "--device"),
            (Move("fw-z", ADDRESS), "no device 'fw-z'"),
            (Move("fw-a", IPv4Address("198.51.100.20")), "already"),
        ],
    )
    def test_a_move_of_nothing_is_refused(self, move: Move | None, says: str) -> None:
        with pytest.raises(NoRotationError, match=says):
            plan(ROOT, sample(), "dev", What.PEER, move=move)


def test_an_unknown_tunnel_is_refused_with_those_there_are() -> None:
    with pytest.raises(NoRotationError, match="t0-if0-fw-a, t1-if1-fw-b"):
        planned("dev", What.KEYS, tunnel="t9")


def test_a_plan_says_in_words_and_in_data_what_is_left_and_what_the_other_side_does() -> None:
    made = planned("dev", What.KEYS)
    text = "\n".join(lines(made))
    assert "t0-if0-fw-a is down; 250 kpps left for the peak of 80: enough" in text
    assert "10.20.16.0/20      cloud to sites  t1-if1-fw-b" in text
    step = as_data(made)["steps"][1]
    assert (step["verdict"], step["kpps"], step["down"]) == ("holds", 250, ["t0-if0-fw-a"])
    assert {path["direction"] for path in step["paths"]} == {"cloud to sites", "sites to cloud"}


def _key(tunnel: str) -> KeyPath:
    return ("config", "hybrid:vpn", "tunnels", tunnel, "pre_shared_key")


class TestEdits:
    """An edit changes one value and nothing around it."""

    LIST = "clusters:\n  - name: a  # first\n    pools: [{n: 1}, {n: 2}]\n  - name: 'b'\n"
    TEXT = "config:\n  a:  # why\n    one: 1\n    two: {x: 1, y: 2}\n  # about b\n  b: [1, 2]\n"

    @pytest.mark.parametrize(
        ("path", "value", "wanted"),
        [
            (("config", "a", "one"), 2, TEXT.replace("one: 1", "one: 2")),
            (("config", "a", "two", "x"), None, TEXT.replace("{x: 1, y: 2}", "{y: 2}")),
            (("config", "a", "two", "y"), None, TEXT.replace("{x: 1, y: 2}", "{x: 1}")),
            (("config", "a", "two", "z"), "t0", TEXT.replace("y: 2}", "y: 2, z: t0}")),
            (
                ("config", "a", "three"),
                {"on": "2026-11-02"},
                TEXT.replace("y: 2}", 'y: 2}\n    three: {on: "2026-11-02"}'),
            ),
            (("config", "a"), None, "config:\n  # about b\n  b: [1, 2]\n"),
            (("config", "b"), None, TEXT.replace("  b: [1, 2]\n", "")),
        ],
    )
    def test_what_is_around_stays(self, path: KeyPath, value: Data, wanted: str) -> None:
        assert edited("stack.yaml", self.TEXT, [(path, value)])[0] == wanted

    @pytest.mark.parametrize(
        ("change", "wanted"),
        [
            (Wanted(("clusters", 0, "pools", 1, "n"), 3), LIST.replace("n: 2", "n: 3")),
            (Wanted(("clusters", 1, "name"), "c"), LIST.replace("'b'", "'c'")),
            (Wanted(("clusters", 0, "size"), 4, "name"), LIST.replace("first\n", "first\n    size: 4\n")),
            (Wanted(("clusters", 0, "pools", 0, "m"), "1.32.200-gke.27"), LIST.replace("1}", "1, m: 1.32.200-gke.27}")),
            (Wanted(("clusters", 0, "pools", 0, "m"), 0, "n"), LIST.replace("n: 1", "n: 1, m: 0")),
        ],
    )
    def test_an_item_of_a_list_is_meant_by_its_position(self, change: Wanted, wanted: str) -> None:
        assert edited("stack.yaml", self.LIST, [change])[0] == wanted

    @pytest.mark.parametrize(
        "path", [("config", "b", 2, "one"), ("config", "c", "one"), ("config", "b", "one"), ("config", "c")]
    )
    def test_a_path_that_leads_nowhere_is_refused(self, path: KeyPath) -> None:
        with pytest.raises(FileEditError):
            edited("stack.yaml", self.TEXT, [(path, None)])

    def test_an_alias_that_would_change_too_is_refused(self) -> None:
        with pytest.raises(FileEditError, match="would change more"):
            edited("stack.yaml", "a: &x {k: 1}\nb: *x\n", [(("a", "k"), 2)])


class TestDrill:
    """A drill is judged by the routing model before it is begun."""

    def test_what_is_withdrawn_is_each_path_of_the_session_and_what_is_left_is_named(self) -> None:
        made = plan_drill(ROOT, sample(), "prod", ["t0-if0-fw-a"])
        assert made.allowed
        assert made.after.kpps == 750
        assert {row[1] for row in made.withdrawn} == {"cloud to sites", "sites to cloud"}
        assert all("t0-if0-fw-a" in row[2] and "t0-if0-fw-a" not in row[3] for row in made.withdrawn)
        text = "\n".join(drill_lines(made))
        assert "gcloud compute routers get-status varde-prod-vpn-router --region=europe-north1" in text
        assert "after 60 seconds at most" in text

    def test_a_drill_that_leaves_nothing_is_refused_and_says_what_would_be_cut(self) -> None:
        made = plan_drill(ROOT, sample(), "dev", environment("dev").vpn.tunnels)
        assert not made.allowed
        text = drill_lines(made)
        assert text[-1].startswith("refused")
        assert any("NO PATH" in line for line in text)

    def test_a_peer_is_a_session_a_tunnel_or_a_device_of_which_one_tunnel_may_be_kept(self) -> None:
        env = environment("prod")
        assert chosen(env, ["t0-if0-fw-a-bgp"]) == chosen(env, ["t0-if0-fw-a"]) == ("t0-if0-fw-a",)
        assert chosen(env, ["fw-a"]) == ("t0-if0-fw-a", "t2-if1-fw-a")
        assert chosen(env, ["fw-a"], "t2-if1-fw-a") == ("t2-if1-fw-a",)
        for peers, tunnel in ((["fw-z"], None), (["fw-a"], "t1-if0-fw-b")):
            with pytest.raises(NoDrillError):
                chosen(env, peers, tunnel)


def change(name: str, operation: str, *keys: str) -> Change:
    return Change("urn", "gcp:compute/x:X", name, operation, keys)


def test_what_the_engine_does_beside_the_plan_is_told_and_so_is_what_it_leaves_undone() -> None:
    step = planned("dev", What.RANGES).steps[0]
    asked = [change(name, "replace") for name in step.replaced]

    def judged(*changes: Change) -> list[str]:
        return unexpected(StepResult("up", {}, 1.0, changes, (), succeeded=True), step)

    assert judged(*asked) == []
    assert judged(*asked, change("vpn-t1-if1-fw-b-tunnel", "update", "deletionPolicy")) == []
    assert judged(*asked, change("vpn-t1-if1-fw-b-if", "replace")) == ["not planned: replace of vpn-t1-if1-fw-b-if"]
    assert judged(asked[0]) == [f"planned, and not done: replace of {asked[1].name}"]
    assert "not planned: update vpn-router: bgp" in judged(*asked, change("vpn-router", "update", "bgp"))


def test_an_update_that_is_the_plan_has_to_come_and_no_other() -> None:
    step = replace(planned("dev", What.RANGES).steps[0], replaced=(), updated=("vpn-t0-if0-fw-a-bgp",))

    def judged(*changes: Change) -> list[str]:
        return unexpected(StepResult("up", {}, 1.0, changes, (), succeeded=True), step)

    assert judged(change("vpn-t0-if0-fw-a-bgp", "update", "md5AuthenticationKey")) == []
    assert judged() == ["planned, and not done: update of vpn-t0-if0-fw-a-bgp"]


@pytest.mark.parametrize(
    ("made", "down"),
    [
        (change("vpn-t0-if0-fw-a-tunnel", "replace", "sharedSecret"), {"t0-if0-fw-a"}),
        (change("vpn-t0-if0-fw-a-bgp", "update", "enable"), {"t0-if0-fw-a"}),
        (change("vpn-t0-if0-fw-a-tunnel", "update", "deletionPolicy"), set[str]()),
        (change("vpn-external-gateway-g2", "create"), set[str]()),
        (change("vpn-gateway", "replace", "name"), {"t0-if0-fw-a", "t1-if1-fw-b"}),
        (change("network-vpc", "update", "mtu"), set[str]()),
    ],
)
def test_the_tunnels_that_an_up_takes_down_are_read_off_what_it_did(made: Change, down: set[str]) -> None:
    result = StepResult("up", {}, 1.0, (made,), (), succeeded=True)
    assert touched(environment("dev"), result) == down
