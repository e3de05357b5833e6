"""Taking clusters off what newer versions no longer run: what it needs, in which order, and what stands against it."""

from __future__ import annotations

import json

import pytest

from model.config.catalogue import Feature
from model.planning.migration import migration, migrations
from model.planning.migration_shapes import Migration
from model.rendering.migration_page import as_dict, migration_page
from tests.model.rendering_cases import METAL_LB, OLD, OLDEST, USER_MODE, dev, long_ago, today


def of(cluster: str) -> Migration:
    """Return the migration of a cluster of the site that kept everything old."""
    found = migration(long_ago(), cluster)
    assert found is not None
    return found


def titles(found: Migration) -> list[str]:
    """Return what is done, in order."""
    return [step.title for step in found.steps]


def test_clusters_of_today_have_nothing_to_migrate() -> None:
    assert migrations(today()) == ()
    assert migration(today(), "onp1-dev") is None
    assert "has anything that newer versions no longer run" in migration_page(today())


def test_a_cluster_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="onp9"):
        migration(today(), "onp9")


def test_user_clusters_go_before_the_admin_cluster_that_they_run_in() -> None:
    assert [each.cluster for each in migrations(long_ago())] == ["onp1-dev", "onp1-dev-admin"]
    assert any("migrate onp1-dev first" in remark for remark in of("onp1-dev-admin").remarks)


def test_a_control_plane_of_its_own_needs_three_addresses_and_a_vip_in_the_network_of_the_workers() -> None:
    needed = [(each.use, each.count, each.network, str(each.free)) for each in of("onp1-dev").wanted]
    assert needed == [
        ("control plane nodes", 3, "node", "10.20.17.2-10.20.17.4"),
        ("control plane VIP", 1, "node", "10.20.17.5"),
    ]


def test_three_admin_nodes_need_three_new_addresses_and_a_new_vip() -> None:
    # .5 is the workstation's and .6 the runner's.
    needed = [(each.use, each.count, each.network, str(each.free)) for each in of("onp1-dev-admin").wanted]
    assert needed == [
        ("control plane nodes", 3, "admin", "10.20.16.2-10.20.16.4"),
        ("control plane VIP", 1, "admin", "10.20.16.7"),
    ]


def test_proposed_addresses_stand_in_nobody_s_use() -> None:
    env = long_ago()
    cluster = env.onprem.user_clusters[0]
    held = {address for block in cluster.worker_addresses for address in block}
    held |= {cluster.load_balancer.ingress_vip, env.onprem.networks["node"].gateway}
    for each in of("onp1-dev").wanted:
        assert each.free is not None
        assert held.isdisjoint(each.free)


def test_workers_without_a_spare_for_each_pool_get_it() -> None:
    edits = {**OLD, "[10.20.17.100-10.20.17.199]": "[10.20.17.100-10.20.17.110]"}
    found = migration(dev(edits, version=OLDEST), "onp1-dev")
    assert found is not None
    spare = next(each for each in found.wanted if each.field == "worker_addresses")
    assert (spare.count, str(spare.free)) == (1, "10.20.17.6")


def test_a_network_that_is_full_is_said() -> None:
    edits = {
        **OLD,
        "[10.20.17.100-10.20.17.199]": "[10.20.17.2-10.20.17.29, 10.20.17.31-10.20.17.254]",
    }
    found = migration(dev(edits, version=OLDEST), "onp1-dev")
    assert found is not None
    assert [each.free for each in found.wanted] == [None, None]
    assert any("make room first" in remark for remark in found.remarks)


def test_the_steps_of_a_user_cluster_are_in_the_order_of_the_documentation() -> None:
    found = of("onp1-dev")
    assert found.features == (Feature.DATAPLANE_V1, Feature.F5, Feature.KUBECEPTION)
    assert titles(found) == [
        "Bring the cluster and all its pools to 1.30",
        "Reserve addresses and order firewall openings",
        "Look whether the cluster is healthy",
        "Look whether secrets have ever been encrypted with keys of the cluster",
        "Look whether webhooks reach into kube-system",
        "Switch auto-repair of onp1-dev-admin off",
        "Save and delete every NetworkPolicy of your own",
        "Switch to Dataplane V2",
        "Migrate the load balancer and the control plane",
        "Look at the new cluster",
        "Switch auto-repair of onp1-dev-admin on again",
        "Leave the old VIP and give its addresses back",
        "Let the program take the cluster over",
    ]


def test_the_steps_of_an_admin_cluster_change_the_balancer_before_the_number_of_nodes() -> None:
    found = of("onp1-dev-admin")
    assert found.features == (Feature.F5, Feature.NON_HA_ADMIN)
    assert titles(found).index("Migrate the load balancer to kind manual") < titles(found).index(
        "Migrate to three control plane nodes"
    )


def test_seesaw_is_migrated_to_metallb_with_its_interruption_and_its_machines() -> None:
    seesaw = METAL_LB.replace("metallb", "seesaw").split("          pools:")[0]
    edits = {**OLD, METAL_LB: seesaw, USER_MODE: f"{OLD[USER_MODE]}        mode: adopt\n"}
    found = migration(dev(edits, version=OLDEST), "onp1-dev")
    assert found is not None
    assert "Choose the pool that runs MetalLB's speakers" in titles(found)
    assert "Delete the machines of Seesaw" in titles(found)
    main = next(step for step in found.steps if step.title == "Migrate the load balancer and the control plane")
    assert any("metallb" in edit for edit in main.edits)
    assert "the addresses of all services" in main.interrupts


def test_a_cluster_of_calico_alone_keeps_its_control_plane() -> None:
    found = migration(
        dev({USER_MODE: f"{USER_MODE}        dataplane_v2: false\n"}, version="1.30.600-gke.68"), "onp1-dev"
    )
    assert found is not None
    assert found.wanted == ()
    assert titles(found) == [
        "Look whether the cluster is healthy",
        "Save and delete every NetworkPolicy of your own",
        "Switch to Dataplane V2",
        "Look at the new cluster",
    ]


def test_the_estimate_is_that_of_the_largest_pool_and_of_each_rolling_update() -> None:
    # Two rolling updates of eight nodes at fifteen minutes each.
    assert of("onp1-dev").minutes == 2 * 8 * 15


def test_every_step_says_why_and_where_it_was_read() -> None:
    for found in migrations(long_ago()):
        for step in found.steps:
            assert step.why, step.title
            assert step.source.startswith("https://"), step.title
            assert step.commands or step.expect, step.title


def test_the_page_has_a_section_for_each_cluster_with_its_addresses_and_commands() -> None:
    page = migration_page(long_ago())
    assert page.index("## onp1-dev\n") < page.index("## onp1-dev-admin\n")
    assert "| control plane nodes | 3 | node | 10.20.17.2-10.20.17.4 | `control_plane.addresses` |" in page
    assert "gkectl update cluster --kubeconfig onp1-dev-admin-kubeconfig --config onp1-dev/user-cluster.yaml" in page
    assert "becomes Controlplane V2" in page


def test_a_migration_is_plain_data_for_a_machine() -> None:
    data = json.loads(json.dumps([as_dict(each) for each in migrations(long_ago())]))
    assert [each["cluster"] for each in data] == ["onp1-dev", "onp1-dev-admin"]
    assert data[0]["addresses"][0]["free"] == "10.20.17.2-10.20.17.4"
    assert all(set(step) >= {"title", "why", "commands", "undo"} for step in data[0]["steps"])
