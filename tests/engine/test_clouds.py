"""The engine over the simulated clouds with a program of a few resources: what the platform's own tests build upon."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

import pulumi
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes
import pulumi_random as random
import pytest

from rehearsal.engine.acquire import Engine
from rehearsal.faults import Injector, parse_rule
from rehearsal.interception import FailOnce
from rehearsal.inventory import Existing, Inventory, Project
from tests.engine.bench import explained
from tests.engine.site import QUIET, Site

pytestmark = QUIET

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
    namespace = kubernetes.core.v1.Namespace(
        "namespace", metadata={"name": "team", "labels": {"owner": "us"}}, opts=inside
    )
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


@pytest.fixture
def site(engine: Engine, tmp_path: Path) -> Generator[Site]:
    with Site(engine, tmp_path, GIVEN) as made:
        yield made


def test_a_program_comes_up_stays_as_it_is_and_goes(site: Site, tmp_path: Path) -> None:
    bench = site.bench(program)
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
    bench = site.bench(program)
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
    bench = site.bench(program)
    assert bench.up().succeeded
    site.world.remove(NAMESPACE, "team", place=CLUSTER)
    assert bench.refresh().succeeded
    repair = bench.up()
    assert repair.succeeded, explained(repair)
    assert {change.name for change in repair.changes if change.operation == "create"} >= {"namespace"}


def test_an_object_that_exists_is_adopted_without_a_change(site: Site) -> None:
    bench = site.bench(lambda: program(adopt=True))
    up = bench.up()
    assert up.succeeded, explained(up)
    assert [change.name for change in up.changes if change.operation == "import"] == ["membership"]
    again = bench.preview()
    assert again.empty, explained(again)


def test_an_answer_that_got_lost_leaves_an_object_that_the_engine_does_not_know(site: Site) -> None:
    site.interceptors.append(FailOnce("create", NETWORK, "connection reset by peer", moment="after"))
    bench = site.bench(program)
    up = bench.up()
    assert not up.succeeded
    assert any("connection reset by peer" in error.message for error in up.errors), explained(up)
    retry = bench.up()
    assert any("Error 409" in error.message for error in retry.errors), explained(retry)


def test_what_was_made_in_part_is_kept_with_its_id_and_brought_into_order_by_the_next_up(site: Site) -> None:
    site.interceptors.append(Injector(parse_rule(f"{NETWORK} create once partial")))
    bench = site.bench(program)
    up = bench.up()
    assert any("timeout while waiting for state" in error.message for error in up.errors), explained(up)
    deployment = bench.export().deployment or {}
    [half] = [each for each in deployment["resources"] if each["type"] == NETWORK]
    assert (half["id"], len(half["initErrors"])) == ("projects/p-1/global/networks/vpc", 1)
    assert not deployment.get("pending_operations")
    again = bench.up()
    assert again.succeeded, explained(again)
    moved = {(each.operation, each.name) for each in again.changes}
    assert moved >= {("update", "network"), ("create", "subnetwork")}, explained(again)
    assert len(site.world.objects(NETWORK)) == 1
    settled = bench.preview()
    assert settled.empty, explained(settled)


def test_a_refusal_reads_like_the_providers_own(site: Site) -> None:
    def service_alone() -> None:
        """Nothing besides, whose own refusal might come first and end the update."""
        google = pulumi.ResourceOptions(provider=gcp.Provider("google", project="p-1", region="europe-north1"))
        gcp.projects.Service("compute", project="p-1", service="compute.googleapis.com", opts=google)

    site.world.seed(Inventory.from_json({**GIVEN.to_json(), "projects": {}}))
    up = site.bench(service_alone).up()
    assert any("Permission denied on resource project p-1" in error.message for error in up.errors), explained(up)
