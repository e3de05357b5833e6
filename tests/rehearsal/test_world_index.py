"""Objects found by what they hold, whatever has happened to them since."""

from __future__ import annotations

from pathlib import Path

from rehearsal.world import Index, Record, World
from rehearsal.world.index import MENTIONS, NAMES

ROUTE = "gcp:compute/route:Route"
NETWORK = "gcp:compute/network:Network"
OWNERS = Index(lambda record: (record.text("owner"),))


def ids(world: World, index: Index, key: str) -> list[str]:
    return [record.id for record in world.found(index, ROUTE, key)]


def test_an_index_follows_every_change() -> None:
    world = World(seed="test")
    world.put(Record(ROUTE, "r1", {"owner": "a"}))
    assert ids(world, OWNERS, "a") == ["r1"]
    world.put(Record(ROUTE, "r2", {"owner": "a"}))
    world.put(Record(NETWORK, "n", {"owner": "a"}))
    assert ids(world, OWNERS, "a") == ["r1", "r2"]
    world.edit(ROUTE, "r1", "owner", "b")
    assert (ids(world, OWNERS, "a"), ids(world, OWNERS, "b")) == (["r2"], ["r1"])
    world.remove(ROUTE, "r2")
    assert ids(world, OWNERS, "a") == []
    assert sorted(world.types()) == [NETWORK, ROUTE]
    world.remove(NETWORK, "n")
    assert world.types() == [ROUTE]


def test_a_reference_is_found_however_it_is_written() -> None:
    world = World(seed="test")
    link = "https://www.googleapis.com/compute/v1/projects/p/global/networks/vpc"
    forms = ["vpc", "projects/p/global/networks/vpc", link]
    for number, form in enumerate(forms):
        world.put(Record(ROUTE, f"r{number}", {"hops": [{"network": form}], "description": "not vpc"}))
    world.put(Record(ROUTE, "other", {"network": "vpc-2"}))
    assert ids(world, MENTIONS, "vpc") == ["r0", "r1", "r2"]


def test_a_world_that_is_opened_again_is_found_through(tmp_path: Path) -> None:
    with_file = World(tmp_path / "world.json", seed="test")
    with_file.put(Record(ROUTE, "r1", {"name": "one"}))
    with_file.put(Record(ROUTE, "r2", {"name": "two"}, {"name": "shown"}))
    with_file.close()
    again = World(tmp_path / "world.json")
    assert ids(again, NAMES, "one") == ["r1"]
    assert ids(again, NAMES, "shown") == ["r2"]
    again.close()
