"""A world of five thousand objects: each costs as much as in a world of five hundred.

What is compared is processor time an object, of the one against the other on the same machine, the least of several
runs; no figure is absolute.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from operations.rehearse import world_files
from rehearsal.inventory import Inventory
from rehearsal.providers.base import Call, Provider, Session
from rehearsal.values import Value
from rehearsal.world import Record, World
from tests.rehearsal import platform as the
from tests.rehearsal import vcenter
from tests.rehearsal.hands import CLUSTERS, HOST, INVENTORY, Hands
from tests.rehearsal.test_kubernetes import GATEWAY, NAMESPACE, ROLE_BINDING, kubeconfig

MANY, FEW = 5000, 500
MOST = 1.5
GRANT = "gcp:projects/iAMMember:IAMMember"
SECRET = "gcp:secretmanager/secret:Secret"  # noqa: S105  a type token
VERSION = "gcp:secretmanager/secretVersion:SecretVersion"
RECORD_SET = "gcp:dns/recordSet:RecordSet"
ROUTE = "gcp:compute/route:Route"
ROUND = 8
"""Objects that a platform grows by at a time."""
GIVEN: Inventory = replace(
    INVENTORY,
    groups={f"g{number}@example.org": "active" for number in range(MANY // ROUND)},
    vsphere=vcenter.GIVEN.vsphere,
)


class Platform:
    """A person's hands on a world and on a cluster in it, and the objects that they made, the oldest first."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: list[Record] = []
        self._clouds, self._cluster = Hands(world), Hands(world)

    def begin(self) -> None:
        """Make what all others hang on."""
        the.cluster(self._clouds)
        zone: dict[str, Value] = {"name": "z", "dnsName": "example.org.", "visibility": "private"}
        self._clouds.make("gcp:dns/managedZone:ManagedZone", project=HOST, **zone)
        kinds: Value = ["VirtualMachine"]
        self._clouds.make(vcenter.CATEGORY, name="c", cardinality="MULTIPLE", associableTypes=kinds)

    def reach(self) -> None:
        """Connect to the cluster."""
        self._cluster.session = Session("k", {"kubeconfig": kubeconfig(f"{GATEWAY}/gkeMemberships/gcp1")})
        self._cluster.provider(NAMESPACE).configure(self._cluster.session)

    def grow(self, number: int) -> None:
        """Make one of each kind, `ROUND` in all."""
        group = f"g{number}@example.org"
        secret = self._make(SECRET, project=HOST, secretId=f"s{number}", replication={"auto": {}})
        self._make(VERSION, secret=secret, secretData=f"value {number}")
        self._make(GRANT, project=CLUSTERS, role="roles/logging.viewer", member=f"group:{group}")
        host: dict[str, Value] = {"name": f"h{number}.example.org.", "type": "A", "ttl": 300, "rrdatas": ["10.0.0.1"]}
        self._make(RECORD_SET, project=HOST, managedZone="z", **host)
        hop: dict[str, Value] = {"destRange": f"172.16.{number // 256}.{number % 256}/32", "network": "vpc"}
        self._make(ROUTE, project=HOST, name=f"r{number}", nextHopGateway="default-internet-gateway", **hop)
        [category] = self.world.objects(vcenter.CATEGORY)
        self._make(vcenter.TAG, name=f"t{number}", categoryId=category.id)
        self._make(NAMESPACE, metadata={"name": f"n{number}"})
        api = "rbac.authorization.k8s.io"
        self._make(
            ROLE_BINDING,
            metadata={"name": "edit", "namespace": f"n{number}"},
            roleRef={"apiGroup": api, "kind": "ClusterRole", "name": "edit"},
            subjects=[{"apiGroup": api, "kind": "Group", "name": group}],
        )

    def look(self) -> None:
        """Read every object and compare it with itself, as a refresh and a preview do."""
        for record in self.made:
            provider, call = self._about(record)
            assert provider.read(call).id == record.id
            assert not provider.diff(replace(call, inputs=record.inputs)).changes

    def clear(self) -> None:
        """Delete every object, the last one first."""
        for record in reversed(self.made):
            provider, call = self._about(record)
            provider.delete(call)

    def _make(self, token: str, /, **inputs: Value) -> str:
        hands = self._hands(token)
        made = hands.make(token, **inputs)
        place = hands.session.notes.get("place", "")
        record = self.world.get(token, made.id, place=place)
        assert record is not None
        self.made.append(record)
        return made.id

    def _about(self, record: Record) -> tuple[Provider, Call]:
        """Return who answers for an object, and a call with what an engine knows of it."""
        hands = self._hands(record.type)
        call = hands.call(record.type, id=record.id, old_inputs=record.inputs, state=record.outputs)
        return hands.provider(record.type), call

    def _hands(self, token: str) -> Hands:
        return self._cluster if token.startswith("kubernetes:") else self._clouds


@contextmanager
def quiet() -> Generator[None]:
    """Keep the collector out of what is measured: its share depends on everything else in the process."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def costs(count: int, folder: Path) -> dict[str, float]:
    """Return the seconds of processor time an object of each part of a life of `count` objects."""
    taken: dict[str, float] = {}

    def timed(part: str, work: Callable[[], object]) -> None:
        begun = time.process_time()
        work()
        taken[part] = (time.process_time() - begun) / count

    home, elsewhere, kept = folder / "here", folder / "there", folder / "kept"
    world = World(home / "world.json", seed="test")
    world.seed(GIVEN)
    platform = Platform(world)
    platform.begin()
    platform.reach()
    with quiet():
        timed("create", lambda: [platform.grow(number) for number in range(count // ROUND)])
        timed("read and compare", platform.look)
        timed("close", world.close)
        timed("export", lambda: world_files.export(home, "dev", kept))
        timed("import", lambda: world_files.import_(elsewhere, "dev", kept))
        opened: list[World] = []
        timed("open", lambda: opened.append(World(elsewhere / "world.json")))
        [again] = opened
        assert again.contents() == world.contents()
        other = Platform(again)
        other.reach()
        other.made = platform.made
        timed("delete", other.clear)
    left = {record.key for record in again.all()}
    assert len(platform.made) == count // ROUND * ROUND
    assert not left & {record.key for record in platform.made}
    again.close()
    return taken


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, float], dict[str, float]]:
    """Return the least cost of each part, in a world of few objects and in one of many."""

    def least(count: int, runs: int) -> dict[str, float]:
        found = [costs(count, tmp_path_factory.mktemp(f"world-{count}")) for _ in range(runs)]
        return {part: min(each[part] for each in found) for part in found[0]}

    return least(FEW, 4), least(MANY, 2)


@pytest.mark.parametrize("part", ["create", "read and compare", "close", "export", "import", "open", "delete"])
def test_an_object_costs_no_more_in_a_world_of_five_thousand(
    part: str, measured: tuple[dict[str, float], dict[str, float]]
) -> None:
    few, many = measured
    assert many[part] <= MOST * few[part], f"{part}: {many[part] / few[part]:.2f} times as much"
