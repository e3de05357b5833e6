"""The account that the engine runs with, and the identity of what it takes over: a program of a few resources."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import pulumi
import pulumi_gcp as gcp
import pytest

from operations.rehearse.fault_changes import changed
from rehearsal.engine.acquire import Engine
from rehearsal.inventory import READ_ONLY, Existing, Identity, Inventory, Project
from tests.engine.bench import Bench, explained
from tests.engine.site import QUIET, Site

pytestmark = QUIET

PLAN = "plan@example.org"
NARROW = "narrow@example.org"
NETWORK = "gcp:compute/network:Network"
EXISTING = "projects/p-1/global/networks/old"
GIVEN = Inventory(
    projects={"p-1": Project("123", services=("compute.googleapis.com",))},
    identities={PLAN: READ_ONLY, NARROW: Identity(denied=("compute.subnetworks.create",))},
    existing=(
        Existing(NETWORK, EXISTING, {"name": "old", "project": "p-1", "autoCreateSubnetworks": False, "mtu": 1460}),
    ),
)


def program(*, mtu: int = 1460, imported: str = "", imported_mtu: int = 1460, automatic: bool = False) -> None:
    """Declare a network with a subnet, and take over another network where `imported` names one."""
    google = pulumi.ResourceOptions(provider=gcp.Provider("google", project="p-1", region="europe-north1"))
    network = gcp.compute.Network(
        "network", project="p-1", name="vpc", auto_create_subnetworks=False, mtu=mtu, opts=google
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
    if imported:
        gcp.compute.Network(
            "imported",
            project="p-1",
            name="old",
            auto_create_subnetworks=automatic,
            mtu=imported_mtu,
            opts=pulumi.ResourceOptions.merge(google, pulumi.ResourceOptions(import_=imported)),
        )


@pytest.fixture
def site(engine: Engine, tmp_path: Path) -> Generator[Site]:
    with Site(engine, tmp_path, GIVEN) as made:
        yield made


def test_a_read_only_account_previews_and_refreshes_and_changes_nothing(site: Site) -> None:
    assert site.bench(program).up().succeeded
    before = {record.key: record.outputs for record in site.world.all()}
    plan = site.bench(lambda: program(mtu=1500), identity=PLAN)
    foreseen = plan.preview()
    assert {change.name for change in foreseen.changes if change.operation == "update"} == {"network"}, explained(
        foreseen
    )
    fresh = plan.refresh()
    assert fresh.succeeded, explained(fresh)
    refused = plan.up()
    assert not refused.succeeded
    assert any(
        "Error 403: Required 'compute.networks.update' permission for 'projects/p-1/global/networks/vpc'"
        in error.message
        for error in refused.errors
    ), explained(refused)
    kept = plan.destroy()
    assert any("Required 'compute.subnetworks.delete' permission" in error.message for error in kept.errors)
    assert {record.key: record.outputs for record in site.world.all()} == before


def test_the_preview_identity_sees_a_whole_environment_and_changes_nothing(
    running: Callable[[str], Bench], tmp_path: Path
) -> None:
    bench = running("dev")
    other = changed(bench.environment("dev"), tmp_path / "changed", bench.root)
    with bench.opened("dev", identity="plan") as session:
        before = {record.key: record for record in session.world.all()}
        fresh = session.take("refresh")
        assert fresh.empty, explained(fresh)
    with replace(bench, root=other.root).opened("dev", identity="plan") as session:
        planned = session.take("preview")
        assert {each.operation for each in planned.changes} >= {"create", "update", "delete"}, explained(planned)
        refused = session.take("up")
        assert not refused.succeeded
        denied = [error for error in refused.errors if error.urn and "pulumi:pulumi:Stack" not in error.urn]
        assert denied
        assert all("permission" in error.message.lower() for error in denied), explained(refused)
        assert {record.key: record for record in session.world.all()} == before


def test_an_account_without_one_permission_gets_as_far_as_that(site: Site) -> None:
    up = site.bench(program, identity=NARROW).up()
    assert any("Required 'compute.subnetworks.create' permission" in error.message for error in up.errors), explained(
        up
    )
    assert site.world.get(NETWORK, "projects/p-1/global/networks/vpc") is not None
    mended = site.bench(program).up()
    assert mended.succeeded, explained(mended)
    assert {change.name for change in mended.changes if change.operation == "create"} == {"subnetwork"}


def test_what_exists_as_declared_is_taken_over(site: Site) -> None:
    up = site.bench(lambda: program(imported=EXISTING)).up()
    assert up.succeeded, explained(up)
    assert [change.name for change in up.changes if change.operation == "import"] == ["imported"]


@pytest.mark.parametrize("step", ["preview", "up"])
def test_an_import_of_what_does_not_exist_fails_by_its_id(site: Site, step: str) -> None:
    missing = "projects/p-1/global/networks/none"
    bench = site.bench(lambda: program(imported=missing))
    result = bench.preview() if step == "preview" else bench.up()
    assert not result.succeeded
    assert any(f"resource '{missing}' does not exist" in each.message for each in result.diagnostics), explained(result)


def test_an_import_that_differs_shows_what_the_next_up_changes(site: Site) -> None:
    """The engine takes the object over as it is and then holds it to the program, like any other."""
    bench = site.bench(lambda: program(imported=EXISTING, imported_mtu=1500))
    foreseen = bench.preview()
    found = {(each.operation, each.keys) for each in foreseen.changes if each.name == "imported"}
    assert found == {("import", ()), ("update", ("mtu",))}, explained(foreseen)
    record = site.world.get(NETWORK, EXISTING)
    assert record is not None
    assert record.outputs["mtu"] == 1460
    assert bench.up().succeeded
    changed = site.world.get(NETWORK, EXISTING)
    assert changed is not None
    assert changed.outputs["mtu"] == 1500


def test_an_import_that_would_have_to_be_replaced_is_refused(site: Site) -> None:
    bench = site.bench(lambda: program(imported=EXISTING, automatic=True))
    foreseen = bench.preview()
    words = "previously-imported resources that still specify an ID may not be replaced"
    assert any(words in each.message for each in foreseen.diagnostics), explained(foreseen)
    up = bench.up()
    assert not up.succeeded
    assert any(words in error.message for error in up.errors), explained(up)
    record = site.world.get(NETWORK, EXISTING)
    assert record is not None
    assert record.outputs["autoCreateSubnetworks"] is False
