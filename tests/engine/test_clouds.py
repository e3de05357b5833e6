"""The engine over the simulated clouds with a program of a few resources: what the platform's own tests build upon."""

from __future__ import annotations

import gc
import json
from collections.abc import Generator
from pathlib import Path

import pulumi
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes
import pulumi_random as random
import pytest

from rehearsal.engine.acquire import Engine
from rehearsal.engine.drive import Workbench
from rehearsal.interception import FailOnce
from rehearsal.inventory import Existing, Inventory, Project
from rehearsal.server import Clouds
from rehearsal.world import World
from tests.engine.bench import explained

# A program that the engine interrupts is thrown away half way by the SDK; the collector then says so.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine object run_in_stack")

NETWORK = "gcp:compute/network:Network"
NAMESPACE = "kubernetes:core/v1:Namespace"
CLUSTER = "projects/p-1/locations/europe-north1/clusters/c1"
MEMBERSHIP = "projects/p-1/locations/europe-north1/memberships/c1"
GATEWAY = (
    "https://europe-north1-connectgateway.googleapis.com/v1/projects/123/locations/europe-north1/gkeMemberships/c1"
)
KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "c1",
    "contexts": [{"name": "c1", "context": {"cluster": "c1", "user": "u"}}],
    "clusters": [{"name": "c1", "cluster": {"server": GATEWAY}}],
}
PLACE = {"project": "p-1", "location": "europe-north1"}
GIVEN = Inventory(
    projects={"p-1": Project("123", services=("connectgateway.googleapis.com",))},
    existing=(
        Existing("gcp:container/cluster:Cluster", CLUSTER, {"name": "c1", **PLACE}),
        Existing(
            "gcp:gkehub/membership:Membership",
            MEMBERSHIP,
            {
                "membershipId": "c1",
                "endpoint": {"gkeCluster": {"resourceLink": f"//container.googleapis.com/{CLUSTER}"}},
                **PLACE,
            },
        ),
    ),
)


def program(*, adopt: bool = False) -> None:
    """Declare a network with a subnet, a password, and a namespace with a secret in it."""
    google = pulumi.ResourceOptions(provider=gcp.Provider("google", project="p-1", region="europe-north1"))
    service = gcp.projects.Service("compute", project="p-1", service="compute.googleapis.com", opts=google)
    network = gcp.compute.Network(
        "network",
        project="p-1",
        name="vpc",
        auto_create_subnetworks=False,
        mtu=1460,
        opts=pulumi.ResourceOptions.merge(google, pulumi.ResourceOptions(depends_on=[service])),
    )
    gcp.compute.Subnetwork(
        "subnetwork",
        project="p-1",
        region="europe-north1",
        name="nodes",
        network=network.id,
        ip_cidr_range="10.0.0.0/24",
        opts=google,
    )
    password = random.RandomPassword(
        "password", length=32, opts=pulumi.ResourceOptions(provider=random.Provider("random"))
    )
    cluster = kubernetes.Provider("cluster", kubeconfig=json.dumps(KUBECONFIG), cluster_identifier=MEMBERSHIP)
    inside = pulumi.ResourceOptions(provider=cluster)
    namespace = kubernetes.core.v1.Namespace("namespace", metadata={"name": "team"}, opts=inside)
    kubernetes.core.v1.Secret(
        "secret", metadata={"namespace": namespace.metadata.name}, string_data={"key": password.result}, opts=inside
    )
    if adopt:
        gcp.gkehub.Membership(
            "membership",
            project="p-1",
            location="europe-north1",
            membership_id="c1",
            endpoint={"gke_cluster": {"resource_link": f"//container.googleapis.com/{CLUSTER}"}},
            opts=pulumi.ResourceOptions.merge(google, pulumi.ResourceOptions(import_=MEMBERSHIP, protect=True)),
        )


class Site:
    """Clouds and an engine in a folder of the test's own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.world = World(folder / "world.json", seed="site")
        self.world.seed(GIVEN)
        self.clouds = Clouds(self.world).start()
        self._engine = engine
        self._folder = folder
        (folder / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n", encoding="utf-8")
        (folder / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")

    def bench(self, *, adopt: bool = False) -> Workbench:
        return Workbench(
            self._engine,
            home=self._folder / "engine",
            stack="dev",
            project_file=self._folder / "Pulumi.yaml",
            stack_file=self._folder / "Pulumi.dev.yaml",
            program=lambda: program(adopt=adopt),
            environment=self.clouds.environment(),
        )

    def close(self) -> None:
        self.clouds.stop()
        self.world.close()


@pytest.fixture
def site(engine: Engine, tmp_path: Path) -> Generator[Site]:
    made = Site(engine, tmp_path)
    yield made
    made.close()
    gc.collect()


def test_a_program_comes_up_stays_as_it_is_and_goes(site: Site, tmp_path: Path) -> None:
    bench = site.bench()
    up = bench.up()
    assert up.succeeded, explained(up)
    again = bench.preview()
    assert again.empty, explained(again)
    fresh = bench.refresh()
    assert fresh.empty, explained(fresh)
    site.world.sync()
    password = site.world.objects("kubernetes:core/v1:Secret")[0].inputs["stringData"]
    assert "$sealed" in str(password)
    gone = bench.destroy()
    assert gone.succeeded, explained(gone)
    left = {record.id for record in site.world.all()}
    assert left == {CLUSTER, MEMBERSHIP, "p-1/compute.googleapis.com"}


def test_a_hand_edit_is_seen_by_a_refresh_and_put_right_by_the_next_up(site: Site) -> None:
    bench = site.bench()
    assert bench.up().succeeded
    network = site.world.objects(NETWORK)[0]
    site.world.edit(NETWORK, network.id, "mtu", 1500)
    site.world.edit(NAMESPACE, "team", "metadata.labels.owner", "somebody", place=CLUSTER)
    drift = bench.refresh()
    assert {change.name for change in drift.changes if change.operation == "update"} == {"network", "namespace"}
    repair = bench.up()
    assert {change.name for change in repair.changes if change.operation == "update"} == {"network", "namespace"}
    assert site.world.objects(NETWORK)[0].outputs["mtu"] == 1460


def test_an_object_that_was_removed_is_made_again(site: Site) -> None:
    bench = site.bench()
    assert bench.up().succeeded
    site.world.remove(NAMESPACE, "team", place=CLUSTER)
    assert bench.refresh().succeeded
    repair = bench.up()
    assert repair.succeeded, explained(repair)
    assert {change.name for change in repair.changes if change.operation == "create"} >= {"namespace"}


def test_an_object_that_exists_is_adopted_without_a_change(site: Site) -> None:
    bench = site.bench(adopt=True)
    up = bench.up()
    assert up.succeeded, explained(up)
    assert [change.name for change in up.changes if change.operation == "import"] == ["membership"]
    again = bench.preview()
    assert again.empty, explained(again)


def test_an_answer_that_got_lost_leaves_an_object_that_the_engine_does_not_know(site: Site) -> None:
    site.clouds.interceptors.append(FailOnce("create", NETWORK, "connection reset by peer", moment="after"))
    bench = site.bench()
    up = bench.up()
    assert not up.succeeded
    assert any("connection reset by peer" in error.message for error in up.errors), explained(up)
    retry = bench.up()
    assert any("Error 409" in error.message for error in retry.errors), explained(retry)


def test_a_refusal_reads_like_the_providers_own(site: Site) -> None:
    site.world.seed(Inventory.from_json({**GIVEN.to_json(), "projects": {}}))
    up = site.bench().up()
    assert any("Permission denied on resource project p-1" in error.message for error in up.errors), explained(up)
