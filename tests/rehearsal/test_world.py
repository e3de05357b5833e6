"""The world: what stays between runs, what a hand edit does, and what its file gives away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rehearsal.inventory import Existing, Inventory, Project
from rehearsal.values import Properties, Secret
from rehearsal.world import Record, World, WorldInUseError, WorldUnreadableError

NETWORK = "gcp:compute/network:Network"
TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"


def network(name: str, **inputs: int) -> Record:
    return Record(
        NETWORK, name, {"name": name, **inputs}, {"name": name, "mtu": 1460, "selfLink": f"x/{name}", **inputs}
    )


def killed(world: World) -> None:
    """End the world as a killed process does: no folding, no farewell."""
    world._store.close()


def test_what_was_put_is_there_in_the_next_run(tmp_path: Path) -> None:
    world = World(tmp_path / "world.json", seed="dev")
    world.put(network("a"))
    world.close()
    again = World(tmp_path / "world.json", seed="other")
    assert [record.id for record in again.objects(NETWORK)] == ["a"]
    assert again.seed_text == "dev"
    again.close()


def test_a_killed_process_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    world = World(tmp_path / "world.json")
    world.put(network("a"))
    world.close()
    world = World(tmp_path / "world.json")
    world.put(network("b"))
    world.edit(NETWORK, "a", "mtu", 1500)
    world.put(network("c"))
    world.remove(NETWORK, "c")
    before = world.now()
    killed(world)
    again = World(tmp_path / "world.json")
    assert [record.id for record in again.objects(NETWORK)] == ["a", "b"]
    assert again.objects(NETWORK)[0].outputs["mtu"] == 1500
    assert again.now() == before
    killed(again)


def test_a_line_that_was_cut_while_it_was_written_counts_as_never_written(tmp_path: Path) -> None:
    world = World(tmp_path / "world.json")
    world.put(network("a"))
    world.put(network("b"))
    killed(world)
    journal = tmp_path / "world.json.journal"
    journal.write_bytes(journal.read_bytes()[:-9])
    again = World(tmp_path / "world.json")
    assert [record.id for record in again.objects(NETWORK)] == ["a"]
    again.put(network("d"))
    killed(again)
    last = World(tmp_path / "world.json")
    assert [record.id for record in last.objects(NETWORK)] == ["a", "d"]
    killed(last)


def test_a_crash_between_folding_and_emptying_the_journal_repeats_nothing(tmp_path: Path) -> None:
    world = World(tmp_path / "world.json")
    world.put(network("a"))
    world.remove(NETWORK, "a")
    world.put(network("b"))
    journal = (tmp_path / "world.json.journal").read_bytes()
    world.close()
    (tmp_path / "world.json.journal").write_bytes(journal)
    again = World(tmp_path / "world.json")
    again.remove(NETWORK, "b")
    killed(again)
    last = World(tmp_path / "world.json")
    assert last.all() == []
    killed(last)


def test_a_long_journal_is_folded_while_the_world_is_open(tmp_path: Path) -> None:
    world = World(tmp_path / "world.json")
    for step in range(1000):
        world.put(network("a", mtu=step))
    lines = (tmp_path / "world.json.journal").read_text().count("\n")
    assert lines < 600
    killed(world)
    again = World(tmp_path / "world.json")
    assert again.objects(NETWORK)[0].outputs["mtu"] == 999
    killed(again)


def test_no_secret_is_in_the_file_nor_in_the_journal(tmp_path: Path) -> None:
    world = World(tmp_path / "world.json")
    world.put(
        Record(TUNNEL, "t", {"sharedSecret": Secret("open sesame"), "deep": {"list": [Secret({"key": "seed cake"})]}})
    )
    texts = [path.read_text() for path in tmp_path.iterdir()]
    world.close()
    texts += [path.read_text() for path in tmp_path.iterdir()]
    assert not any("open sesame" in text or "seed cake" in text for text in texts)
    assert any("$sealed" in text for text in texts)


def test_the_engine_gets_its_secret_back_as_long_as_it_is_the_same_one() -> None:
    world = World()
    kept = world.put(Record(TUNNEL, "t", {"sharedSecret": Secret("one"), "keys": [{"k": Secret("two")}]}))
    known: Properties = {"sharedSecret": Secret("one"), "keys": [{"k": Secret("two")}]}
    assert world.unsealed(kept.inputs, known) == known
    other = world.unsealed(kept.inputs, {**known, "sharedSecret": Secret("guess")})["sharedSecret"]
    assert isinstance(other, Secret)
    assert other != Secret("guess")
    assert "one" not in str(other.value)


def test_the_same_secret_looks_different_in_two_worlds() -> None:
    sealed = [World().put(Record(TUNNEL, "t", {"sharedSecret": Secret("one")})).inputs for _ in range(2)]
    assert sealed[0] != sealed[1]


def test_a_hand_edit_of_an_input_shows_in_inputs_and_outputs() -> None:
    world = World()
    world.put(network("a", mtu=1460))
    edited = world.edit(NETWORK, "a", "mtu", 1500)
    assert (edited.inputs["mtu"], edited.outputs["mtu"]) == (1500, 1500)


def test_a_hand_edit_of_what_only_the_cloud_computes_leaves_the_inputs_alone() -> None:
    world = World()
    world.put(network("a"))
    edited = world.edit(NETWORK, "a", "selfLink", "moved")
    assert edited.outputs["selfLink"] == "moved"
    assert "selfLink" not in edited.inputs


def test_a_hand_edit_reaches_into_lists_and_blocks() -> None:
    world = World()
    world.put(Record(NETWORK, "a", {"rules": [{"action": "allow"}, {"action": "deny"}], "bgp": {"asn": 1}}))
    world.edit(NETWORK, "a", "rules[1].action", "allow")
    edited = world.edit(NETWORK, "a", ["bgp", "a.b"], 2)
    assert edited.inputs == {"rules": [{"action": "allow"}, {"action": "allow"}], "bgp": {"asn": 1, "a.b": 2}}


@pytest.mark.parametrize("path", ["rules[4].action", "name.deeper"])
def test_a_hand_edit_through_something_that_is_not_there_is_refused(path: str) -> None:
    world = World()
    world.put(Record(NETWORK, "a", {"name": "a", "rules": []}))
    with pytest.raises(KeyError):
        world.edit(NETWORK, "a", path, 1)


def test_editing_or_removing_nothing_is_refused_by_name() -> None:
    world = World()
    with pytest.raises(KeyError, match="'gone'"):
        world.edit(NETWORK, "gone", "mtu", 1)
    with pytest.raises(KeyError, match="'gone'"):
        world.remove(NETWORK, "gone")


def test_two_clusters_may_hold_objects_of_one_name() -> None:
    world = World()
    for place in ("c1", "c2"):
        world.put(Record("kubernetes:core/v1:Namespace", "team", {}, place=place))
    world.remove("kubernetes:core/v1:Namespace", "team", place="c1")
    assert world.get("kubernetes:core/v1:Namespace", "team", place="c1") is None
    assert world.get("kubernetes:core/v1:Namespace", "team", place="c2") is not None


def test_what_was_seeded_and_then_deleted_does_not_come_back(tmp_path: Path) -> None:
    given = Inventory(projects={"p": Project("1")}, existing=(Existing(NETWORK, "a", {"name": "a"}),))
    world = World(tmp_path / "world.json")
    world.seed(given)
    assert world.get(NETWORK, "a") is not None
    world.remove(NETWORK, "a")
    world.close()
    again = World(tmp_path / "world.json")
    assert again.inventory == given
    again.seed(given)
    assert again.get(NETWORK, "a") is None
    again.close()


def test_an_object_keeps_its_age_when_it_changes() -> None:
    world = World()
    first = world.put(network("a"))
    world.put(network("b"))
    changed = world.put(network("a", mtu=1))
    assert (changed.order, changed.created) == (first.order, first.created)
    assert [record.id for record in world.all()] == ["a", "b"]


def test_generated_values_depend_on_the_seed_and_the_names_alone() -> None:
    one, same, other = World(seed="s"), World(seed="s"), World(seed="t")
    one.put(network("a"))
    assert one.number("x", "y", digits=12) == same.number("x", "y", digits=12) != other.number("x", "y", digits=12)
    assert len(one.number("x", digits=12)) == 12


def test_a_world_can_not_be_open_twice(tmp_path: Path) -> None:
    world = World(tmp_path / "world.json")
    with pytest.raises(WorldInUseError, match=r"world\.json is open"):
        World(tmp_path / "world.json")
    world.close()
    World(tmp_path / "world.json").close()


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"format": 99})])
def test_a_file_that_is_not_a_world_is_refused_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / "world.json").write_text(content)
    with pytest.raises(WorldUnreadableError, match="remove it to start afresh"):
        World(tmp_path / "world.json")
