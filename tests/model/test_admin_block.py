"""How many addresses an admin cluster needs: the documentation's worked examples (A48)."""

from __future__ import annotations

import pytest

from model.planning.admin_block import admin_block, need
from model.planning.versions import Minor
from tests.model.rendering_cases import long_ago, today


@pytest.mark.parametrize(
    ("replicas", "minor", "kubeception", "total"),
    [
        pytest.param(1, Minor(1, 29), (), 4, id="one node, users with Controlplane V2"),
        pytest.param(3, Minor(1, 16), (), 6, id="three nodes before 1.28, users with Controlplane V2"),
        pytest.param(1, Minor(1, 29), (1,), 5, id="one node, one user cluster of kubeception with one node"),
        pytest.param(3, Minor(1, 28), (), 3, id="three nodes from 1.28 on, without add-on nodes"),
        pytest.param(3, Minor(1, 30), (3,), 6, id="three nodes and a user cluster of kubeception with three"),
        pytest.param(1, Minor(1, 29), (3, 1), 8, id="one node and two user clusters of kubeception"),
    ],
)
def test_the_addresses_an_admin_cluster_needs(
    replicas: int, minor: Minor, kubeception: tuple[int, ...], total: int
) -> None:
    assert need(replicas=replicas, minor=minor, kubeception=kubeception).total == total


def test_three_control_plane_nodes_need_no_block_file() -> None:
    env = today()
    block = admin_block(env, env.onprem.admin_clusters[0], Minor(1, 32))
    assert (block.wanted, block.listed, block.short) == (0, (), 0)


def test_the_block_lists_the_one_node_its_add_ons_and_the_control_planes_that_run_in_the_cluster() -> None:
    env = long_ago()
    block = admin_block(env, env.onprem.admin_clusters[0], Minor(1, 29))
    assert str(block.need) == (
        "1 for its control plane + 2 for add-on nodes + 1 to upgrade and repair with + "
        "3 for control planes of user clusters"
    )
    assert [str(address) for address in block.listed] == [
        "10.20.16.11",
        *(f"10.20.16.{last}" for last in (21, 22, 23, 24, 31, 32, 33)),
    ]
    assert (block.wanted, block.short) == (7, 0)
