"""One edit, and exactly the operations it should cost: nothing beside it moves."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

import yaml

from tests.engine.bench import Bench, explained, operations

Running = Callable[[str], Bench]

ORDERS = {"levels", "rings", "patches"}
"""First one approves, then the other (F16); one ring after the other (X1); from the oldest to the newest (B72)."""


def shuffled(value: object, order: random.Random) -> object:
    """Return the data with every list and every mapping in another order, but for what is an order itself."""
    if isinstance(value, dict):
        items = [
            (key, item if key in ORDERS else shuffled(item, order))
            for key, item in cast("dict[str, object]", value).items()
        ]
        order.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        before = [shuffled(item, order) for item in cast("list[object]", value)]
        after = list(before)
        order.shuffle(after)
        return after[::-1] if after == before else after
    return value


def reorder(path: Path, order: random.Random) -> None:
    """Write a file again with all its lists and mappings in another order."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Plain)  # noqa: S506  a safe loader that reads dates as text
    path.write_text(yaml.dump(shuffled(data, order), sort_keys=False, allow_unicode=True), encoding="utf-8")


class _Plain(yaml.SafeLoader):
    """Reads dates as the text they are, so that they are written back as such."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_reordering_every_list_in_every_file_is_an_empty_preview(running: Running) -> None:
    bench = running("dev")
    order = random.Random(20261102)  # noqa: S311  an order, not a secret
    for path in sorted((bench.root / "stacks").rglob("*.yaml")):
        reorder(path, order)
    result = bench.take("dev", "preview")
    assert result.empty, explained(result)


def test_a_new_range_for_a_tunnel_touches_its_interface_and_its_session(running: Running) -> None:
    bench = running("dev")
    bench.edit("Pulumi.dev.yaml", "169.254.20.0/30", "169.254.20.8/30")
    bench.edit("Pulumi.dev.yaml", "google_address: 169.254.20.1\n", "google_address: 169.254.20.9\n")
    bench.edit("Pulumi.dev.yaml", "peer_address: 169.254.20.2\n", "peer_address: 169.254.20.10\n")
    changed = operations(bench.take("dev", "preview"))
    assert changed == {("replace", "vpn-t0-if0-fw-a-if"), ("replace", "vpn-t0-if0-fw-a-bgp")}


def test_a_larger_node_pool_is_one_update(running: Running) -> None:
    bench = running("dev")
    bench.edit("Pulumi.dev.yaml", "nodes: {min: 5, start: 6, max: 8}", "nodes: {min: 5, start: 6, max: 9}")
    changed = operations(bench.take("dev", "preview"))
    assert {operation for operation, _ in changed} == {"update"}
    assert len(changed) == 1


def test_another_number_to_start_with_is_nothing_for_a_pool_that_scales(running: Running) -> None:
    bench = running("dev")
    bench.edit("Pulumi.dev.yaml", "nodes: {min: 5, start: 6, max: 8}", "nodes: {min: 5, start: 7, max: 8}")
    assert operations(bench.take("dev", "preview")) == set()


def test_another_release_channel_is_one_update_of_the_cluster(running: Running) -> None:
    bench = running("dev")
    bench.edit("Pulumi.dev.yaml", "release_channel: REGULAR", "release_channel: RAPID")
    result = bench.take("dev", "preview")
    assert {operation for operation, _ in operations(result)} == {"update"}
    assert [change.type for change in result.changes] == ["gcp:container/cluster:Cluster"]


def test_a_new_team_is_one_file_and_its_own_resources(running: Running) -> None:
    bench = running("dev")
    text = (bench.root / "stacks/teams/hytter.yaml").read_text(encoding="utf-8")
    renamed = text.replace("hytter", "fjellsok").replace("prefixes: [booking]", "prefixes: [fjellsok]")
    renamed = renamed.replace("fjellverket/booking", "fjellverket/fjellsok").replace("000000000013", "000000000017")
    renamed = renamed.replace("TEAM - Hytter", "TEAM - Fjellsok")
    renamed = re.sub(r'(project_number: "\d+)13"', r'\g<1>99"', renamed)
    (bench.root / "stacks/teams/fjellsok.yaml").write_text(renamed, encoding="utf-8")
    group = "{entra_object_id: 00000000-0000-4000-8000-0000000000%s, kind: %s, use: search}\n"
    bench.edit(
        "organisation.yaml",
        "groups:\n  varde-team-plattform",
        "groups:\n"
        f"  varde-team-fjellsok@fjellverket.example: {group % ('17', 'team')}"
        f"  varde-role-fjellsok-leder@fjellverket.example: {group % ('37', 'role')}"
        "  varde-team-plattform",
    )
    changed = operations(bench.take("dev", "preview"))
    assert {operation for operation, _ in changed} == {"create"}
    assert all("fjellsok" in name for _, name in changed)
    assert 5 <= len(changed) <= 60


def test_a_group_that_is_not_synchronised_loses_its_grants_and_nothing_else(running: Running) -> None:
    bench = running("dev")
    bench.edit("teams/skred.yaml", "state: active", "state: pending")
    changed = operations(bench.take("dev", "preview"))
    assert {operation for operation, _ in changed} == {"delete"}
    assert all("skred" in name for _, name in changed)


def test_a_disabled_session_is_one_update_beside_the_alert_on_sessions(running: Running) -> None:
    bench = running("prod")
    bench.edit(
        "Pulumi.prod.yaml",
        "drill: {disabled_peers: []}",
        'drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: "2026-11-04", '
        'approval: {by: varde-role-vaktleder@fjellverket.example, on: "2026-11-02"}}',
    )
    changed = operations(bench.take("prod", "preview"))
    assert changed == {("update", "vpn-t0-if0-fw-a-bgp"), ("update", "alerts-bgp-down")}


def test_a_second_generation_of_a_cluster_stands_beside_the_first(running: Running) -> None:
    bench = running("dev")
    path = bench.root / "stacks/Pulumi.dev.yaml"
    path.write_text(with_second_generation(path.read_text(encoding="utf-8")), encoding="utf-8")
    changed = operations(bench.take("dev", "preview"))
    # Its nodes reach the GKE side as those of the first do; nothing of the first generation moves.
    assert {item for item in changed if item[0] != "create"} == {
        ("update", "gcp1-dev-cluster"),
        ("update", "network-firewall-rule-istiod-to-gke-api"),
        ("update", "network-firewall-rule-mesh-to-gke"),
    }
    assert any(name.startswith("onp2-dev") for _, name in changed)


def with_second_generation(text: str) -> str:
    """Return the dev stack with its second generation brought in, as its own comments say how."""
    return re.sub(r"^#(?= {5})", " ", text, flags=re.MULTILINE).replace("licensed_nodes: 12", "licensed_nodes: 16")
