"""The data centre's side: what the recorder can know of it, inputs and options; what vCenter says is not among that."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from components.onprem.load_balancer import admin_load_balancer, load_balancer
from model.config.onprem_balancer import LoadBalancerKind
from model.planning.vsphere_names import escaped
from operations.record import Timeouts
from tests.model.cases import DEV, edited, environment
from tests.program.programs import ENVIRONMENTS, at, items, recorded, recorded_with, waits_for

USER = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
ADMIN = "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster"
POOL = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"


class TestUserCluster:
    """What can not be changed after creation, or is refused two hours into it."""

    def test_every_worker_address_has_an_entry_with_the_name_of_its_last_octet(self) -> None:
        (cluster,) = recorded("dev").of_type(USER)
        ips = items(cluster, "networkConfig.staticIpConfig.ipBlocks.0.ips")
        hosts = [(each["ip"], each["hostname"]) for each in ips]
        assert hosts == [(f"10.20.17.{octet}", f"onp1-dev-w-{octet}") for octet in range(100, 200)]

    def test_the_control_plane_has_three_named_addresses_and_a_vip_beside_them(self) -> None:
        (cluster,) = recorded("prod").of_type(USER)
        block = "networkConfig.controlPlaneV2Config.controlPlaneIpBlock"
        hosts = [(each["ip"], each["hostname"]) for each in items(cluster, f"{block}.ips")]
        assert hosts == [(f"10.20.49.{10 + n}", f"onp1-prod-cp-{n}") for n in (1, 2, 3)]
        assert at(cluster, f"{block}.gateway") == "10.20.49.1"
        assert at(cluster, f"{block}.netmask") == "255.255.255.0"
        assert at(cluster, "loadBalancer.vipConfig.controlPlaneVip") == "10.20.49.10"
        assert at(cluster, "controlPlaneNode.replicas") == 3
        assert at(cluster, "enableControlPlaneV2") is True

    def test_a_pool_of_one_address_is_written_as_a_block_of_one(self) -> None:
        (cluster,) = recorded("dev").of_type(USER)
        pools = {each["pool"]: each for each in items(cluster, "loadBalancer.metalLbConfig.addressPools")}
        assert pools["eastwest"]["addresses"] == ("10.20.17.50/32",)
        assert pools["internal"]["addresses"] == ("10.20.17.30-10.20.17.39",)
        assert [pools[name]["manualAssign"] for name in ("eastwest", "external", "internal")] == [True, True, False]
        assert all(pool["avoidBuggyIps"] is True for pool in pools.values())

    def test_the_only_administrator_is_the_account_that_applies(self) -> None:
        for name in ENVIRONMENTS:
            (cluster,) = recorded(name).of_type(USER)
            users = [each["username"] for each in items(cluster, "authorization.adminUsers")]
            assert users == [f"varde-{name}-apply@varde-seed-0001.iam.gserviceaccount.com"]

    def test_it_waits_for_its_admin_cluster_the_way_to_google_and_its_place_in_vsphere(self) -> None:
        recording = recorded("dev")
        (cluster,) = recording.of_type(USER)
        before = waits_for(recording, cluster)
        assert f"{ADMIN} onp1-dev-admin-cluster" in before
        assert "gcp:compute/vPNTunnel:VPNTunnel vpn-t1-if1-fw-b-tunnel" in before
        assert "vsphere:index/resourcePool:ResourcePool vsphere-pool" in before
        assert "vsphere:index/distributedPortGroup:DistributedPortGroup vsphere-network-node" in before
        assert "gcp:gkehub/fleet:Fleet fleet-fleet" in before

    def test_its_membership_of_the_admin_cluster_is_a_full_name(self) -> None:
        (cluster,) = recorded("dev").of_type(USER)
        expected = "projects/varde-k8s-dev-5e6f/locations/europe-north1/memberships/onp1-dev-admin"
        assert at(cluster, "adminClusterMembership") == expected

    def test_an_upgrade_takes_the_pools_along_unless_one_names_its_own_version(self) -> None:
        (cluster,) = recorded("dev").of_type(USER)
        assert at(cluster, "upgradePolicy.controlPlaneOnly") is False
        line = "            load_balancer: true\n"
        own = edited(DEV, {line: f"{line}            version: 1.31.800-gke.32\n"})
        recording = recorded_with("dev", own)
        (cluster,) = recording.of_type(USER)
        assert at(cluster, "upgradePolicy.controlPlaneOnly") is True
        assert recording.one(POOL, "onp1-dev-ingress").inputs["onPremVersion"] == "1.31.800-gke.32"
        assert "onPremVersion" not in recording.one(POOL, "onp1-dev-general").inputs

    @pytest.mark.parametrize(
        ("kind", "saying"),
        [
            (LoadBalancerKind.F5, "needs `f5`"),
            (LoadBalancerKind.SEESAW, "seesaw.*A33"),
            (LoadBalancerKind.MANUAL, "ports"),
        ],
    )
    def test_a_load_balancer_that_can_not_be_made_is_refused_by_name(self, kind: LoadBalancerKind, saying: str) -> None:
        (cluster,) = environment("dev").onprem.user_clusters
        bare = cluster.load_balancer.model_copy(update={"kind": kind, "ports": None})
        with pytest.raises(ValueError, match=f"onp1-dev.*{saying}"):
            load_balancer(cluster.model_copy(update={"load_balancer": bare}))
        (admin,) = environment("dev").onprem.admin_clusters
        if kind is not LoadBalancerKind.MANUAL:
            own = admin.load_balancer.model_copy(update={"kind": kind})
            with pytest.raises(ValueError, match=f"onp1-dev-admin.*{saying}"):
                admin_load_balancer(admin.model_copy(update={"load_balancer": own}))


class TestNodePools:
    """Whoever writes a number of nodes owns it: the file, or the autoscaler."""

    def test_a_pool_that_scales_leaves_its_size_to_the_autoscaler(self) -> None:
        pool = recorded("dev").one(POOL, "onp1-dev-general")
        assert at(pool, "nodePoolAutoscaling.minReplicas") == 5
        assert at(pool, "nodePoolAutoscaling.maxReplicas") == 8
        assert at(pool, "config.replicas") == 6
        assert "config.replicas" in pool.options.ignore_changes

    def test_a_pool_of_a_fixed_size_has_no_autoscaling_and_follows_the_file(self) -> None:
        pool = recorded("dev").one(POOL, "onp1-dev-ingress")
        assert "nodePoolAutoscaling" not in pool.inputs
        assert at(pool, "config.replicas") == 2
        assert "config.replicas" not in pool.options.ignore_changes

    def test_a_pool_carries_its_labels_taints_and_tags(self) -> None:
        pool = recorded("prod").one(POOL, "onp1-prod-ingress")
        assert at(pool, "config.labels") == {"varde.fjellverket.example/pool": "ingress"}
        assert at(pool, "config.taints") == ({"key": "dedicated", "value": "ingress", "effect": "NO_SCHEDULE"},)
        assert at(pool, "config.enableLoadBalancer") is True
        tags = [each["tag"] for each in items(pool, "config.vsphereConfig.tags")]
        assert tags == ["no-image-backup", "node-ingress"]

    def test_deleting_a_cluster_takes_its_pools_along(self) -> None:
        recording = recorded("dev")
        (cluster,) = recording.of_type(USER)
        assert {pool.options.deleted_with for pool in recording.of_type(POOL)} == {cluster.urn}


class TestAdminCluster:
    """The API makes it and takes it over, and can do little more."""

    def test_one_that_is_made_names_its_bootstrap_cluster_and_one_that_is_adopted_does_not(self) -> None:
        (made,) = recorded("dev").of_type(ADMIN)
        expected = "projects/varde-k8s-dev-5e6f/locations/europe-north1/memberships/bootstrap-onp1-dev-admin"
        assert at(made, "bootstrapClusterMembership") == expected
        (adopted,) = recorded("prod").of_type(ADMIN)
        assert "bootstrapClusterMembership" not in adopted.inputs

    def test_it_is_highly_available_with_three_addresses(self) -> None:
        for name in ENVIRONMENTS:
            (cluster,) = recorded(name).of_type(ADMIN)
            block = items(cluster, "networkConfig.haControlPlaneConfig.controlPlaneIpBlock.ips")
            ips = [IPv4Address(str(each["ip"])) for each in block]
            vip = IPv4Address(str(at(cluster, "loadBalancer.vipConfig.controlPlaneVip")))
            assert ips == [vip + 1, vip + 2, vip + 3]
            assert at(cluster, "controlPlaneNode.replicas") == 3

    def test_its_version_follows_gkectl_and_is_never_pushed(self) -> None:
        (cluster,) = recorded("dev").of_type(ADMIN)
        assert "onPremVersion" in cluster.options.ignore_changes

    def test_it_stays_enrolled_where_it_is_protected_and_leaves_where_it_is_not(self) -> None:
        kept = {name: recorded(name).of_type(ADMIN)[0].options for name in ENVIRONMENTS}
        assert {name for name, options in kept.items() if options.retain_on_delete} == {"prod"}
        assert {name for name, options in kept.items() if options.protect} == {"prod"}

    def test_certificates_are_looked_up_in_the_cluster_project(self) -> None:
        asked = [each for each in recorded("dev").invokes if "getSecretVersionAccess" in each.token]
        assert {(each.arguments["project"], each.arguments["secret"]) for each in asked} == {
            ("varde-k8s-dev-5e6f", "vcenter-ca"),
            ("varde-k8s-dev-5e6f", "registry-ca"),
        }


def test_clusters_may_take_hours() -> None:
    recording = recorded("dev")
    timeouts = Timeouts(create="2h", update="4h", delete="2h")
    assert {each.options.timeouts for token in (USER, ADMIN, POOL) for each in recording.of_type(token)} == {timeouts}


def test_a_name_with_a_slash_is_escaped_once() -> None:
    assert escaped("a/b\\c%d") == "a%2fb%5cc%25d"
    recording = recorded_with("dev", edited(DEV, {"port_group: pg-varde-dev-node\n": "port_group: pg/node\n"}))
    (cluster,) = recording.of_type(USER)
    assert at(cluster, "networkConfig.vcenterNetwork") == "pg%2fnode"
    assert at(recording.one("DistributedPortGroup", "vsphere-network-node"), "name") == "pg/node"
