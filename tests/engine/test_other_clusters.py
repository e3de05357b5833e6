"""An attached cluster and one on bare metal beside the sample's own, brought up by the real engine."""

from __future__ import annotations

from pathlib import Path

from rehearsal.engine.acquire import Engine
from tests.engine.bench import Bench, explained, operations
from tests.other_clusters import with_other_clusters


def test_an_attached_and_a_bare_metal_cluster_come_up_and_stay_as_they_are(engine: Engine, tmp_path: Path) -> None:
    bench = Bench.made(tmp_path, engine)
    path = bench.root / "stacks/Pulumi.dev.yaml"
    path.write_text(with_other_clusters(path.read_text(encoding="utf-8")), encoding="utf-8")
    up = bench.take("dev", "up")
    assert up.succeeded, explained(up)
    done = {(each.operation, each.name) for each in up.changes}
    assert {
        ("create", "aks1-dev-cluster"),
        ("create", "aks1-dev-policycontroller"),
        ("create", "bm1-dev-cluster"),
        ("create", "bm1-dev-general"),
    } <= done
    # What only a cluster that answers takes: roles that went in through the Connect gateway.
    assert ("create", "aks1-dev-view-varde-team-plattform") in done
    assert ("create", "bm1-dev-view-varde-team-plattform") in done
    assert {operation for operation, name in done if name == "bm1-dev-admin-cluster"} == {"import"}
    again = bench.take("dev", "preview")
    assert again.empty, explained(again)

    # Out of the files means out of the fleet: what the program put into it goes, and its owner's cluster stays.
    text = path.read_text(encoding="utf-8")
    begin, end = text.index("  hybrid:attached:"), text.index("  hybrid:baremetal:")
    path.write_text(text[:begin] + text[end:], encoding="utf-8")
    gone = operations(bench.take("dev", "preview"))
    assert {operation for operation, _ in gone} == {"delete"}
    assert {("delete", "aks1-dev-cluster"), ("delete", "aks1-dev-view-varde-team-plattform")} <= gone
    assert {name for _, name in gone if not name.startswith("aks1-dev-")} == {"other-clusters-gkemulticloud"}
