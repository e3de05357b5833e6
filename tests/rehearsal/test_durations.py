"""The figures of durations, and what is made of them. Whether they are true of a cloud, only a cloud can say."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehearsal.durations import Durations, DurationsError, Subject, standard
from rehearsal.facts.catalogue import Catalogue

CLUSTER = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
POOL = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"
GKE_POOL = "gcp:container/nodePool:NodePool"
SERVICE = "gcp:projects/service:Service"
MINUTE = 60


def pool(replicas: int, *, of: str = "user", version: str | None = None) -> Subject:
    inputs = {"name": f"pool-{replicas}", "vmwareCluster": of, "config": {"replicas": replicas}}
    return Subject(POOL, inputs | ({"onPremVersion": version} if version else {}))


def cluster(name: str = "user", *, nodes: int = 3) -> Subject:
    return Subject(CLUSTER, {"name": name, "controlPlaneNode": {"replicas": nodes}})


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "durations.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_on_prem_upgrade_takes_fifteen_minutes_for_each_node_of_a_pool() -> None:
    upgraded = standard().seconds(pool(4), "update", changed=["onPremVersion"])

    assert upgraded == 4 * 15 * MINUTE


def test_an_update_that_touches_no_version_is_no_upgrade() -> None:
    assert standard().seconds(pool(4), "update", changed=["config.labels"]) < 15 * MINUTE


def test_an_upgrade_of_a_cluster_takes_along_its_largest_pool_but_none_with_a_version_of_its_own() -> None:
    alone = standard().seconds(cluster(), "update", changed=["onPremVersion"])
    others = [pool(2), pool(5), pool(9, version="1.32.100-gke.106"), pool(20, of="another")]

    together = standard().seconds(cluster(), "update", changed=["onPremVersion"], others=others)

    assert together - alone == 5 * 15 * MINUTE


def test_the_nodes_of_a_regional_pool_are_counted_in_every_zone() -> None:
    subject = Subject(GKE_POOL, {"nodeLocations": ["a", "b", "c"], "initialNodeCount": 2})

    assert standard().nodes(subject) == 6


def test_a_larger_pool_takes_longer_to_make() -> None:
    assert standard().seconds(pool(9), "create") > standard().seconds(pool(3), "create")


def test_a_replacement_takes_a_deletion_and_a_creation() -> None:
    figures = standard()

    assert figures.seconds(pool(3), "replace") == figures.seconds(pool(3), "delete") + figures.seconds(
        pool(3), "create"
    )


def test_a_type_without_figures_takes_what_is_usual() -> None:
    usual = standard().unless_stated

    assert standard().seconds(Subject("gcp:storage/bucket:Bucket", {}), "create") == usual.create.seconds
    assert standard().seconds(Subject(SERVICE, {}), "import") == usual.import_.seconds


def test_every_type_with_figures_is_one_that_its_provider_has_and_so_are_the_inputs_that_count() -> None:
    # Kubernetes objects and random values have no schema in the facts, the engine's own providers none at all.
    tokens = [token for token in standard().types if token.partition(":")[0] in {"gcp", "vsphere"}]
    for token in tokens:
        figures = standard().types[token]
        facts = Catalogue.load(token.partition(":")[0]).resource(token)
        assert facts is not None, token
        inputs = {path.partition(".")[0] for path in (*figures.nodes, *figures.upgrades)}
        assert inputs <= facts.inputs.keys(), token
        if figures.carries is not None:
            carried = Catalogue.load("gcp").resource(figures.carries.type)
            assert carried is not None
            assert {figures.carries.of, figures.carries.unless} <= carried.inputs.keys()
    assert len(tokens) > 30


def test_a_file_overrides_a_figure_and_leaves_the_others(tmp_path: Path) -> None:
    path = written(tmp_path, f"types: {{'{SERVICE}': {{create: {{seconds: 7, estimate: measured here}}}}}}")

    ours = standard().overridden(path)

    assert ours.seconds(Subject(SERVICE, {}), "create") == 7
    assert ours.seconds(Subject(SERVICE, {}), "delete") == standard().seconds(Subject(SERVICE, {}), "delete")
    assert ours.seconds(pool(3), "create") == standard().seconds(pool(3), "create")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("types: {'a:b:C': {create: {seconds: 7}}}", "types.a:b:C.create: .*source .* or an estimate"),
        ("types: {'a:b:C': {create: {seconds: -1, estimate: x}}}", "types.a:b:C.create.seconds"),
        ("types: {'a:b:C': {made: {seconds: 1, estimate: x}}}", "types.a:b:C.made"),
        ("types: {'a:b:C': {create: {seconds: 1, per_node: 2, estimate: x}}}", "needs `nodes`"),
        ("types: {'a:b:C': {upgrade: {seconds: 1, estimate: x}}}", "`upgrades` go together"),
        ("tpyes: {}", "no such key: tpyes"),
        ("- 1", "must be a mapping"),
        ("{", "is no YAML"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DurationsError, match=said):
        standard().overridden(written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DurationsError, match=r"nowhere\.yaml: cannot be read"):
        Durations.read(tmp_path / "nowhere.yaml")


def test_an_operation_that_no_cloud_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no operation 'discard'"):
        standard().seconds(pool(3), "discard")
