"""The life of each environment under the real engine: up, unchanged, refreshed, drifted, destroyed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.engine.acquire import Engine
from rehearsal.interception import FailOnce
from tests.engine.bench import Bench, explained

ENVIRONMENTS = ("sandbox", "dev", "test", "prod")
TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"
ROUTER_PEER = "gcp:compute/routerPeer:RouterPeer"

Running = Callable[[str], Bench]


@pytest.mark.parametrize("name", ENVIRONMENTS)
class TestEveryEnvironment:
    """What a platform team relies on each day: once up, nothing changes by itself."""

    def test_a_second_preview_is_empty(self, running: Running, name: str) -> None:
        result = running(name).take(name, "preview")
        assert result.empty, explained(result)
        assert result.operations["same"] > 100

    def test_a_refresh_finds_nothing_new(self, running: Running, name: str) -> None:
        with running(name).opened(name) as session:
            result = session.workbench.preview_refresh()
        assert result.succeeded, explained(result)
        assert not [change for change in result.changes if change.operation in {"update", "delete"}], explained(result)


def test_sandbox_is_wiped_and_rebuilt_but_for_its_keys_which_can_not_be_deleted(running: Running) -> None:
    with running("sandbox").opened("sandbox") as session:
        before = session.workbench.resource_counts()
        gone = session.take("destroy")
        assert gone.succeeded, explained(gone)
        kept = session.workbench.resource_counts()
        assert {kind for kind in kept if kind.startswith("gcp:") and "projects/service:" not in kind} == {
            "gcp:kms/keyRing:KeyRing",
            "gcp:kms/cryptoKey:CryptoKey",
        }
        assert not session.world.objects(TUNNEL)
        rebuilt = session.take("up")
        assert rebuilt.succeeded, explained(rebuilt)
        assert session.workbench.resource_counts() == before


def test_dev_keeps_what_others_have_written_down(running: Running) -> None:
    gateway = "gcp:compute/haVpnGateway:HaVpnGateway"
    with running("dev").opened("dev") as session:
        refused = session.workbench.destroy()
        assert not refused.succeeded
        assert any("protect" in each.message for each in refused.diagnostics), explained(refused)
        wiped = session.take("destroy")
        assert wiped.succeeded, explained(wiped)
        assert session.world.objects(gateway)
        assert session.world.objects(TUNNEL)
        assert not session.world.objects("gcp:container/cluster:Cluster")


def test_prod_adopts_its_clusters_without_changing_them(engine: Engine, tmp_path: Path) -> None:
    bench = Bench.made(tmp_path, engine)
    with bench.opened("prod") as session:
        adopted = {
            record.key: dict(record.inputs)
            for record in session.world.all()
            if record.type.startswith("gcp:gkeonprem/")
        }
        assert len(adopted) == 4
        first = session.take("up")
        assert first.succeeded, explained(first)
        imported = {(each.operation, each.name) for each in first.changes if each.type.startswith("gcp:gkeonprem/")}
        assert {operation for operation, _ in imported} == {"import"}
        assert len(imported) == 4
        after = {
            record.key: dict(record.inputs)
            for record in session.world.all()
            if record.type.startswith("gcp:gkeonprem/")
        }
        assert after == adopted


def test_a_refresh_sees_a_hand_edit_and_the_next_up_takes_it_back(running: Running) -> None:
    with running("dev").opened("dev") as session:
        peer = next(
            record for record in session.world.objects(ROUTER_PEER) if record.inputs["name"] == "t0-if0-fw-a-bgp"
        )
        session.world.edit(ROUTER_PEER, peer.id, ("advertisedRoutePriority",), 900)
        drift = session.workbench.preview_refresh()
        assert {(each.operation, each.name) for each in drift.changes if each.operation != "refresh"} or any(
            each.name == "vpn-t0-if0-fw-a" for each in drift.changes
        ), explained(drift)
        assert session.take("refresh").succeeded
        preview = session.take("preview")
        assert [change.keys for change in preview.changes] == [("advertisedRoutePriority",)], explained(preview)


def test_an_up_that_lost_an_answer_goes_on_to_the_same_end(
    engine: Engine, tmp_path: Path, worlds_of: Callable[[str], Path]
) -> None:
    bench = Bench.made(tmp_path, engine)
    fault = FailOnce("create", ROUTER_PEER, "googleapi: Error 503: backend error")
    with bench.opened("sandbox", checkpoints=True, interceptors=[fault]) as session:
        broken = session.take("up")
        assert not broken.succeeded
        mended = session.take("up")
        assert mended.succeeded, explained(mended)
        again = session.take("preview")
        assert again.empty, explained(again)
        reached = session.workbench.resource_counts()
    whole = tmp_path / "whole"
    whole.mkdir()
    with Bench.made(whole, engine, worlds=worlds_of("sandbox")).opened("sandbox") as session:
        assert session.workbench.resource_counts() == reached


def test_what_is_protected_cannot_be_replaced_by_a_careless_edit(running: Running) -> None:
    bench = running("dev")
    bench.edit("Pulumi.dev.yaml", "198.51.100.20", "198.51.100.29")
    result = bench.take("dev", "preview")
    assert not result.succeeded
    assert any("protect" in each.message for each in result.diagnostics), explained(result)
