"""GKE on VMware: what its preflight checks refuse of addresses, versions and vCenter's objects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehearsal.interception import ProviderError
from rehearsal.inventory import ComputeCluster, Datacenter, Host, VSphere
from rehearsal.providers.base import Made
from rehearsal.values import Value
from tests.rehearsal import platform as the
from tests.rehearsal.hands import CLUSTERS, REGION, Hands

ADMIN_MEMBERSHIP = f"projects/{CLUSTERS}/locations/{REGION}/memberships/onp1-admin"
DATACENTER = Datacenter(
    "dc", clusters=(ComputeCluster("cl", (Host("esx01"),)),), datastores=("ds",),
    resource_pools=("cl/Resources/rp",), folders=("varde",),
)  # fmt: skip


@pytest.fixture
def hands() -> Hands:
    return the.hands()


def ips(prefix: str, first: int, count: int) -> list[Value]:
    return [{"ip": f"{prefix}.{number}", "hostname": f"n-{number}"} for number in range(first, first + count)]


def admin(hands: Hands, **more: Value) -> Made:
    control: Value = {
        "controlPlaneIpBlock": {"gateway": "10.20.0.1", "netmask": "255.255.255.128", "ips": ips("10.20.0", 11, 3)}
    }
    given: dict[str, Value] = {
        "name": "onp1-admin",
        "onPremVersion": "1.32.300-gke.41",
        "networkConfig": {
            "podAddressCidrBlocks": ["100.104.0.0/18"],
            "serviceAddressCidrBlocks": ["100.105.0.0/24"],
            "dhcpIpConfig": {"enabled": True},
            "haControlPlaneConfig": control,
            "vcenterNetwork": "pg-admin",
        },
        "loadBalancer": {"vipConfig": {"controlPlaneVip": "10.20.0.10"}, "metalLbConfig": {"enabled": True}},
        **the.PLACE,
        **more,
    }
    return hands.make(the.ADMIN, **given)


def user(
    name: str = "one",
    *,
    prefix: str = "10.20.1",
    vips: tuple[str, str] = (".10", ".30"),
    pools: tuple[str, ...] = (".30-.39",),
    control: tuple[int, int] = (11, 3),
    workers: tuple[int, int] = (100, 5),
    network: str = "pg-node",
    **more: Value,
) -> dict[str, Value]:
    """Return a user cluster's inputs; addresses are written as their last parts."""
    whole = [pool.replace(".", f"{prefix}.") if "-" in pool else prefix + pool for pool in pools]
    control_block: Value = {
        "controlPlaneIpBlock": {"gateway": f"{prefix}.1", "netmask": "255.255.255.0", "ips": ips(prefix, *control)}
    }
    block: Value = {"gateway": f"{prefix}.1", "netmask": "255.255.255.0", "ips": ips(prefix, *workers)}
    return {
        "name": name,
        "adminClusterMembership": ADMIN_MEMBERSHIP,
        "onPremVersion": "1.32.300-gke.41",
        "enableControlPlaneV2": True,
        "controlPlaneNode": {"replicas": 3},
        "networkConfig": {
            "podAddressCidrBlocks": ["100.96.0.0/16"],
            "serviceAddressCidrBlocks": ["100.97.0.0/20"],
            "controlPlaneV2Config": control_block,
            "staticIpConfig": {"ipBlocks": [block]},
            "vcenterNetwork": network,
        },
        "loadBalancer": {
            "vipConfig": {"controlPlaneVip": prefix + vips[0], "ingressVip": prefix + vips[1]},
            "metalLbConfig": {
                "addressPools": [{"pool": f"p{index}", "addresses": [pool]} for index, pool in enumerate(whole)]
            },
        },
        **the.PLACE,
        **more,
    }


def pool(name: str, replicas: int, most: int | None = None, **config: Value) -> dict[str, Value]:
    scaling: dict[str, Value] = (
        {} if most is None else {"nodePoolAutoscaling": {"minReplicas": replicas, "maxReplicas": most}}
    )
    return {
        "name": name,
        "vmwareCluster": "one",
        "config": {"imageType": "ubuntu_cgv2", "replicas": replicas, **config},
        **scaling,
        **the.PLACE,
    }


@pytest.mark.parametrize(
    ("vips", "reason"),
    [
        ((".10", ".10"), "are the same address"),
        ((".12", ".30"), "controlPlaneVip 10.20.1.12 of one is the address of one of its nodes"),
        ((".10", ".101"), "ingressVip 10.20.1.101 of one is the address of one of its nodes"),
    ],
)
def test_a_vip_is_an_address_of_its_own(hands: Hands, vips: tuple[str, str], reason: str) -> None:
    admin(hands)
    error = hands.refusal(the.USER, **user(vips=vips))
    assert "Error creating VMwareCluster: googleapi: Error 400: Error code 9, message: preflight checks failed" in error
    assert reason in error


@pytest.mark.parametrize(
    ("vip", "reason"),
    [
        (".10", "it is the controlPlaneVip of"),
        (".12", "it is the address of node n-12 of"),
        (".35", "it is in MetalLB address pool p0 of"),
    ],
)
def test_a_vip_that_another_cluster_uses_is_refused(hands: Hands, vip: str, reason: str) -> None:
    admin(hands)
    hands.make(the.USER, **user())
    other = user("two", vips=(vip, ".60"), pools=(".60-.69",), control=(21, 3), workers=(120, 5), network="pg-b")
    error = hands.refusal(the.USER, **other)
    assert "is in use" in error
    assert reason in error
    assert "vmwareClusters/one" in error


def test_a_vip_may_be_kept_and_not_changed_to_one_in_use(hands: Hands) -> None:
    admin(hands)
    made = hands.make(the.USER, **user())
    hands.change(the.USER, made.id, **user(description="more"))
    taken = user()
    taken["loadBalancer"] = {
        "vipConfig": {"controlPlaneVip": "10.20.0.10", "ingressVip": "10.20.1.30"},
        "metalLbConfig": {"addressPools": [{"pool": "p0", "addresses": ["10.20.1.30-10.20.1.39"]}]},
    }
    with pytest.raises(ProviderError, match=r"in use: it is the controlPlaneVip of .*onp1-admin"):
        hands.change(the.USER, made.id, **taken)


@pytest.mark.parametrize(
    ("pools", "reason"),
    [
        ((".30-.39", ".36/30"), "pools p0 and p1 overlap"),
        ((".8-.13", ".30/32"), "holds 10.20.1.11 of node n-11"),
        ((".10/32", ".30/32"), "holds the control plane VIP 10.20.1.10"),
        ((".40-.49",), "the ingress VIP 10.20.1.30 is in no MetalLB address pool"),
    ],
)
def test_metallb_pools_hold_the_ingress_vip_and_nothing_else_in_use(
    hands: Hands, pools: tuple[str, ...], reason: str
) -> None:
    admin(hands)
    assert reason in hands.refusal(the.USER, **user(pools=pools))
    made = hands.make(the.USER, **user())
    with pytest.raises(ProviderError, match=reason):
        hands.change(the.USER, made.id, **user(pools=pools))


def test_metallb_pools_of_one_network_are_apart(hands: Hands) -> None:
    admin(hands)
    hands.make(the.USER, **user(pools=(".30-.39", ".50-.59")))

    def second(*pools: str) -> dict[str, Value]:
        return user("two", vips=(".20", ".60"), control=(21, 3), workers=(120, 5), pools=pools)

    error = hands.refusal(the.USER, **second(".60/32", ".56-.59"))
    assert "overlaps with pool p1 (10.20.1.56/30) of" in error
    made = hands.make(the.USER, **second(".60/32", ".70-.79"))
    with pytest.raises(ProviderError, match="overlaps with pool p1"):
        hands.change(the.USER, made.id, **second(".60/32", ".56-.59"))


def test_node_addresses_are_one_clusters_and_enough_for_the_control_plane(hands: Hands) -> None:
    admin(hands)
    assert "has 2 addresses for 3 nodes" in hands.refusal(the.USER, **user(control=(11, 2)))
    hands.make(the.USER, **user())
    other = user("two", vips=(".20", ".60"), pools=(".60/32",), control=(21, 3), workers=(104, 5))
    assert "[NodeIPs] 10.20.1.104 of node n-104 belongs to" in hands.refusal(the.USER, **other)
    apart = user("two", vips=(".20", ".60"), pools=(".60/32",), control=(21, 3), workers=(120, 5))
    made = hands.make(the.USER, **apart)
    with pytest.raises(ProviderError, match=r"10\.20\.1\.104 of node n-104 belongs to"):
        hands.change(the.USER, made.id, **other)


def test_node_pools_end_where_the_static_addresses_do(hands: Hands) -> None:
    admin(hands)
    made = hands.make(the.USER, **user(workers=(100, 7)))
    first = hands.make(the.ON_PREM_POOL, **pool("general", 3, 4))
    error = hands.refusal(the.ON_PREM_POOL, **pool("ingress", 3))
    assert "cluster one has 7 static addresses, and its node pools at their largest need 7 and one more" in error
    hands.make(the.ON_PREM_POOL, **pool("ingress", 2))
    with pytest.raises(ProviderError, match="need 7 and one more"):
        hands.change(the.ON_PREM_POOL, first.id, **pool("general", 3, 5))
    with pytest.raises(ProviderError, match="has 6 static addresses"):
        hands.change(the.USER, made.id, **user(workers=(100, 6)))
    hands.change(the.USER, made.id, **user(workers=(100, 8)))
    hands.change(the.ON_PREM_POOL, first.id, **pool("general", 3, 5))


@pytest.mark.parametrize(
    ("admins", "users", "reason"),
    [
        ("1.32.200-gke.27", "1.32.300-gke.41", "upgrade the admin cluster first"),
        ("1.31.800-gke.32", "1.32.100-gke.10", "upgrade the admin cluster first"),
        ("1.30.400-gke.1", "1.29.900-gke.1", "at least at its admin cluster's minor version"),
    ],
)
def test_a_user_cluster_goes_with_its_admin_cluster(hands: Hands, admins: str, users: str, reason: str) -> None:
    admin(hands, onPremVersion=admins)
    error = hands.refusal(the.USER, **user(onPremVersion=users))
    assert reason in error
    assert "failedPrecondition" in error
    made = hands.make(the.USER, **user(onPremVersion=admins))
    with pytest.raises(ProviderError, match=r"admin cluster is at|cannot go back"):
        hands.change(the.USER, made.id, **user(onPremVersion=users))


def test_versions_move_one_minor_at_a_time_and_never_back(hands: Hands) -> None:
    first = admin(hands, onPremVersion="1.30.500-gke.1")
    made = hands.make(the.USER, **user(onPremVersion="1.30.500-gke.1"))
    with pytest.raises(ProviderError, match="one minor version at a time"):
        change_admin(hands, first, "1.32.300-gke.41")
    with pytest.raises(ProviderError, match=r"cannot go back from version 1\.30\.500-gke\.1 to 1\.30\.400-gke\.1"):
        hands.change(the.USER, made.id, **user(onPremVersion="1.30.400-gke.1"))
    change_admin(hands, first, "1.31.800-gke.32")
    hands.change(the.USER, made.id, **user(onPremVersion="1.31.800-gke.32"))


def test_an_admin_cluster_waits_for_its_user_clusters_before_1_31(hands: Hands) -> None:
    first = admin(hands, onPremVersion="1.29.500-gke.1")
    made = hands.make(the.USER, **user(onPremVersion="1.29.900-gke.1"))
    with pytest.raises(ProviderError, match=r"its user cluster one is at 1\.29\.900-gke\.1 and must be at 1\.30 first"):
        change_admin(hands, first, "1.30.500-gke.1")
    hands.change(the.USER, made.id, **user(onPremVersion="1.30.500-gke.1"))
    change_admin(hands, first, "1.30.500-gke.1")


def change_admin(hands: Hands, made: Made, version: str) -> None:
    record = hands.world.get(the.ADMIN, made.id)
    assert record is not None
    given = {key: value for key, value in record.inputs.items() if key != "__defaults"}
    hands.change(the.ADMIN, made.id, **{**given, "onPremVersion": version})


def test_a_pool_is_at_most_two_minors_behind(hands: Hands) -> None:
    admin(hands)
    hands.make(the.USER, **user(workers=(100, 9)))
    old = {**pool("old", 1), "onPremVersion": "1.29.900-gke.1"}
    assert "more than two minor versions behind its cluster's 1.32.300-gke.41" in hands.refusal(the.ON_PREM_POOL, **old)
    hands.make(the.ON_PREM_POOL, **{**old, "onPremVersion": "1.30.900-gke.1"})


def see(hands: Hands, *networks: str) -> None:
    """Give the world a vCenter with these networks."""
    vsphere = VSphere((replace(DATACENTER, networks=networks),), tags={"varde": ("node-general",)})
    hands.world.seed(replace(hands.world.inventory, vsphere=vsphere))


@pytest.mark.parametrize(
    ("field", "kind", "right"),
    [
        ("datacenter", "datacenter", "dc"),
        ("cluster", "cluster", "cl"),
        ("datastore", "datastore", "ds"),
        ("resourcePool", "pool", "cl/Resources/rp"),
        ("folder", "folder", "varde"),
    ],
)
def test_a_cluster_names_what_vcenter_has(hands: Hands, field: str, kind: str, right: str) -> None:
    see(hands, "pg-node", "pg-admin")
    admin(hands)
    error = hands.refusal(the.USER, **user(vcenter={field: "elsewhere"}))
    assert f"[vSphere] {kind} 'elsewhere' of cluster one was not found in vCenter" in error
    hands.make(the.USER, **user(vcenter={field: right}))


def test_a_cluster_needs_its_port_group(hands: Hands) -> None:
    see(hands, "pg-node")
    with pytest.raises(ProviderError, match="network 'pg-admin' of cluster onp1-admin was not found"):
        admin(hands)


def test_a_pool_names_what_vcenter_has(hands: Hands) -> None:
    see(hands, "pg-node", "pg-admin")
    admin(hands)
    hands.make(the.USER, **user(workers=(100, 9)))
    for wrong, reason in (
        ({"datastore": "dsx"}, "datastore 'dsx' of node pool general"),
        ({"hostGroups": ["rack-z"]}, "host group 'rack-z' of node pool general"),
        ({"tags": [{"category": "varde", "tag": "nope"}]}, "tag 'nope' of category 'varde'"),
        ({"tags": [{"category": "other", "tag": "node-general"}]}, "tag 'node-general' of category 'other'"),
    ):
        assert reason in hands.refusal(the.ON_PREM_POOL, **pool("general", 1, vsphereConfig=wrong))
    right: Value = {"datastore": "ds", "tags": [{"category": "varde", "tag": "node-general"}]}
    hands.make(the.ON_PREM_POOL, **pool("general", 1, vsphereConfig=right))
