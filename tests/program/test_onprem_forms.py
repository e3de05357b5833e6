"""Every form of on-prem cluster, as its components register it; what the API makes of that is not known here."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes
import pytest

from components.onprem.authentication import Authentication
from infra.operator_values import operator_values
from infra.providers import given
from model.config.problems import Severity
from operations.record import Recorded, Secret, Unknown, record
from tests.model import forms
from tests.model.cases import estate, problems
from tests.program.forms import clusters
from tests.program.programs import at, items, recorded_with

USER = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
ADMIN = "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster"
POOL = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"
CLIENT_CONFIG = "kubernetes:authentication.gke.io/v2alpha1:ClientConfig"
AGES = {"B72", "B73", "X1"}
"""Rules of versions that are no longer supported, or differ between environments."""


def user(form: str) -> Recorded:
    """Return the user cluster of a form."""
    return clusters(form).one(USER, "onp1-dev-cluster")


def admin(form: str) -> Recorded:
    """Return the admin cluster of a form."""
    return clusters(form).one(ADMIN, "onp1-dev-admin-cluster")


def pool(form: str, name: str) -> Recorded:
    """Return a node pool of a form."""
    return clusters(form).one(POOL, f"onp1-dev-{name}")


@pytest.mark.parametrize("form", forms.FORMS)
def test_a_form_breaks_no_rule_but_those_of_old_versions(form: str) -> None:
    errors = [each for each in problems(forms.form(form)) if each.severity is Severity.ERROR]
    assert [each.text() for each in errors if each.rule not in AGES] == []


class TestLoadBalancers:
    """One kind each, and nothing of another: the API refuses two."""

    def test_one_of_ones_own_gets_node_ports_for_ingress_and_none_for_the_control_plane(self) -> None:
        balancer = at(user("manual load balancer"), "loadBalancer")
        assert isinstance(balancer, Mapping)
        assert set(balancer) == {"vipConfig", "manualLbConfig"}
        assert balancer["manualLbConfig"] == {"ingressHttpNodePort": 30080, "ingressHttpsNodePort": 30443}
        assert at(admin("manual load balancer"), "loadBalancer.manualLbConfig") == {"controlPlaneNodePort": 0}
        assert at(pool("manual load balancer", "ingress"), "config.enableLoadBalancer") is False

    def test_a_big_ip_is_named_with_a_partition_for_each_cluster_and_without_credentials(self) -> None:
        for cluster, partition in ((user("F5"), "varde-dev"), (admin("F5"), "varde-dev-admin")):
            balancer = at(cluster, "loadBalancer")
            assert isinstance(balancer, Mapping)
            assert set(balancer) == {"vipConfig", "f5Config"}
            device = {"address": "10.20.8.40", "partition": partition, "snatPool": "varde-dev"}
            assert balancer["f5Config"] == device
            assert at(cluster, "onPremVersion") == "1.29.1200-gke.98"


class TestAddresses:
    """Workers get theirs from the file or by DHCP; control planes always from the file."""

    def test_dhcp_is_for_workers_alone(self) -> None:
        network = at(user("DHCP"), "networkConfig")
        assert isinstance(network, Mapping)
        assert network["dhcpIpConfig"] == {"enabled": True}
        assert "staticIpConfig" not in network
        assert len(items(user("DHCP"), "networkConfig.controlPlaneV2Config.controlPlaneIpBlock.ips")) == 3

    def test_operators_are_told_the_whole_network_where_workers_may_be_anywhere_in_it(self) -> None:
        env = estate(forms.form("DHCP")).environments["dev"]
        assert [str(each) for each in operator_values(env)["onp1-dev"].worker_ranges] == ["10.20.17.0/24"]

    def test_static_addresses_leave_dhcp_out(self) -> None:
        network = at(user("manual load balancer"), "networkConfig")
        assert isinstance(network, Mapping)
        assert "dhcpIpConfig" not in network

    def test_workers_without_host_names_are_called_as_their_vms(self) -> None:
        ips = items(user("workers without host names"), "networkConfig.staticIpConfig.ipBlocks.0.ips")
        assert len(ips) == 100
        assert {tuple(each) for each in ips} == {("ip",)}

    def test_other_nodes_of_the_admin_cluster_have_static_addresses_in_the_place_of_dhcp(self) -> None:
        network = at(admin("hosted control plane"), "networkConfig")
        assert isinstance(network, Mapping)
        assert "dhcpIpConfig" not in network
        ips = items(admin("hosted control plane"), "networkConfig.staticIpConfig.ipBlocks.0.ips")
        assert [each["ip"] for each in ips] == [f"10.20.16.{number}" for number in range(21, 27)]


class TestPlaces:
    """Where VMs go: what is not stated is the admin cluster's or the environment's."""

    def test_another_datastore_is_the_clusters_and_its_pools_but_for_those_with_their_own(self) -> None:
        assert at(user("another datastore"), "vcenter.datastore") == "ds-oslo1-dev-images"
        found = {
            name: at(pool("another datastore", name), "config.vsphereConfig.datastore")
            for name in ("general", "ingress")
        }
        assert found == {"general": "ds-oslo1-dev-images", "ingress": "ds-oslo1-dev-vmfs01"}

    def test_another_datacenter_is_named_with_all_that_is_in_it_and_takes_its_root_pool(self) -> None:
        vcenter = at(user("another datacenter"), "vcenter")
        assert isinstance(vcenter, Mapping)
        given = {key: value for key, value in vcenter.items() if key != "caCertData"}
        assert given == {
            "datacenter": "dc-bergen1-dev",
            "cluster": "cl-bergen1-dev",
            "datastore": "ds-bergen1-dev",
            "folder": "varde-dev-bergen",
            "resourcePool": "cl-bergen1-dev/Resources",
        }
        assert isinstance(vcenter["caCertData"], Unknown)

    def test_a_storage_policy_takes_the_place_of_every_datastore(self) -> None:
        for cluster in (user("storage policy"), admin("storage policy")):
            vcenter = at(cluster, "vcenter")
            assert isinstance(vcenter, Mapping)
            assert vcenter["storagePolicyName"] == "varde-dev-gold"
            assert "datastore" not in vcenter
        config = at(pool("storage policy", "general"), "config.vsphereConfig")
        assert isinstance(config, Mapping)
        assert "datastore" not in config

    def test_pools_are_bound_to_host_groups_in_an_order_of_ours(self) -> None:
        assert at(pool("host groups", "general"), "config.vsphereConfig.hostGroups") == ("hg-dev-a", "hg-dev-b")
        assert at(pool("host groups", "ingress"), "config.vsphereConfig.hostGroups") == ("hg-dev-a",)


class TestNodes:
    """What nodes run, and which version they are on."""

    def test_windows_nodes_come_from_a_template_and_need_the_dataplane_for_windows(self) -> None:
        made = pool("Windows", "windows")
        assert (at(made, "config.imageType"), at(made, "config.image")) == ("windows", "win2019-1-32")
        assert at(user("Windows"), "dataplaneV2.windowsDataplaneV2Enabled") is True
        assert at(user("DHCP"), "dataplaneV2.windowsDataplaneV2Enabled") is False
        linux = at(pool("Windows", "general"), "config")
        assert isinstance(linux, Mapping)
        assert "image" not in linux

    def test_a_trailing_pool_keeps_its_version_while_the_control_plane_alone_is_upgraded(self) -> None:
        assert at(user("trailing pool"), "upgradePolicy.controlPlaneOnly") is True
        assert at(user("trailing pool"), "onPremVersion") == "1.32.200-gke.27"
        assert at(pool("trailing pool", "ingress"), "onPremVersion") == "1.31.800-gke.32"
        assert "onPremVersion" not in pool("trailing pool", "general").inputs

    def test_the_old_dataplane_is_stated_as_off(self) -> None:
        assert at(user("no Dataplane V2"), "dataplaneV2.dataplaneV2Enabled") is False

    def test_every_switch_reaches_its_input(self) -> None:
        cluster = user("switches")
        found = {
            "dataplaneV2.advancedNetworking": True,
            "controlPlaneNode.autoResizeConfig.enabled": True,
            "storage.vsphereCsiDisabled": True,
            "disableBundledIngress": False,
            "vmTrackingEnabled": False,
            "autoRepairConfig.enabled": False,
            "antiAffinityGroups.aagConfigDisabled": True,
            "skipValidations": ("DNS", "VIPS"),
        }
        assert {path: at(cluster, path) for path in found} == found
        own = {"autoRepairConfig.enabled": False, "antiAffinityGroups.aagConfigDisabled": True, "imageType": "cos_cgv2"}
        assert {path: at(admin("switches"), path) for path in own} == own


class TestAdminCluster:
    """What user clusters take from it, and what of it may change through the API."""

    def test_the_proxy_is_the_admin_clusters_and_user_clusters_take_it_from_there(self) -> None:
        assert at(admin("proxy"), "proxy") == {
            "url": "http://proxy.varde-intern.fjellverket.example:3128",
            "noProxy": ".varde-intern.fjellverket.example,10.0.0.0/8",
        }
        assert "proxy" not in user("proxy").inputs
        assert "proxy" not in admin("DHCP").inputs

    def test_its_platform_is_the_apis_own_until_the_file_asks_for_a_version_of_it(self) -> None:
        ahead = admin("platform ahead")
        assert at(ahead, "platformConfig") == {"requiredPlatformVersion": "1.30.1300-gke.84"}
        assert "platformConfig" not in ahead.options.ignore_changes
        assert "onPremVersion" in ahead.options.ignore_changes
        assert "platformConfig" not in admin("DHCP").inputs
        assert "platformConfig" in admin("DHCP").options.ignore_changes

    def test_what_exists_is_taken_over_by_its_id_and_protected_whatever_the_environment_says(self) -> None:
        found = [each for each in clusters("adopted").resources if each.type in {USER, ADMIN, POOL}]
        cluster = f"{forms.PROJECT}/vmwareClusters/onp1-dev-user-cluster"
        assert {each.name: each.options.import_id for each in found} == {
            "onp1-dev-admin-cluster": f"{forms.PROJECT}/vmwareAdminClusters/onp1-dev-admin",
            "onp1-dev-cluster": cluster,
            "onp1-dev-general": f"{cluster}/vmwareNodePools/general",
            "onp1-dev-ingress": f"{cluster}/vmwareNodePools/ingress",
        }
        assert all(each.options.protect for each in found)
        assert "bootstrapClusterMembership" not in admin("adopted").inputs


class TestWhatGkectlDrives:
    """A cluster that the program does not make: nothing fails for its absence, and nothing is done to it."""

    @pytest.mark.parametrize(
        ("form", "made"),
        [
            ("hosted control plane", ["onp1-dev-admin-cluster"]),
            ("gkectl alone", []),
            ("enrolled admin cluster", ["onp1-dev-admin-cluster", "onp1-dev-cluster"]),
        ],
    )
    def test_only_what_the_api_drives_is_made(self, form: str, made: list[str]) -> None:
        found = [each.name for each in clusters(form).resources if each.type in {USER, ADMIN}]
        assert sorted(found) == made

    def test_an_admin_cluster_that_is_enrolled_is_taken_over(self) -> None:
        taken = admin("enrolled admin cluster").options
        assert taken.import_id == f"{forms.PROJECT}/vmwareAdminClusters/onp1-dev-admin"

    def test_before_it_is_registered_nothing_reaches_for_it(self) -> None:
        recording = recorded_with("dev", forms.form("hosted control plane"))
        touched = [each.name for each in recording.resources if "onp1-dev" in each.name and "admin" not in each.name]
        assert touched == []
        assert not [each for each in recording.resources if each.type in {USER, POOL}]

    def test_once_it_is_registered_it_gets_access_like_every_member(self) -> None:
        recording = recorded_with("dev", forms.form("hosted and registered"))
        provider = recording.one("pulumi:providers:kubernetes", "onp1-dev-kubernetes")
        assert "memberships/onp1-dev-user-cluster" in str(provider.inputs["kubeconfig"])
        bindings = [each for each in recording.of_type("ClusterRoleBinding") if each.provider == provider.urn]
        assert bindings
        assert {each.options.deleted_with for each in bindings} == {None}
        assert not [each for each in recording.resources if each.type in {USER, POOL}]


class TestLogIn:
    """The API takes no issuer: it is written into the cluster."""

    def test_the_clusters_own_object_gets_the_issuer_and_stays_when_the_program_lets_it_go(self) -> None:
        recording = recorded_with("dev", forms.form("log-in"))
        (made,) = [each for each in recording.resources if each.type == CLIENT_CONFIG]
        assert made.provider == recording.one("pulumi:providers:kubernetes", "onp1-dev-kubernetes").urn
        assert made.options.retain_on_delete
        assert made.options.deleted_with == recording.one(USER, "onp1-dev-cluster").urn
        metadata = at(made, "metadata")
        assert isinstance(metadata, Mapping)
        assert (metadata["name"], metadata["namespace"]) == ("default", "kube-public")
        spec = made.inputs["spec"]
        spec = spec.value if isinstance(spec, Secret) else spec
        assert isinstance(spec, Mapping)
        assert set(spec) == {"authentication"}

    def test_it_says_who_vouches_for_people_and_which_claims_name_them(self) -> None:
        recording = recorded_with("dev", forms.form("log-in"))
        (made,) = [each for each in recording.resources if each.type == CLIENT_CONFIG]
        (entry,) = items(made, "spec.authentication")
        oidc = entry["oidc"]
        assert isinstance(oidc, Mapping)
        assert entry["name"] == "entra"
        plain = {key: value for key, value in oidc.items() if key != "clientSecret"}
        assert plain == {
            "clientID": "00000000-0000-4000-8000-0000000000aa",
            "cloudConsoleRedirectURI": "https://console.cloud.google.com/kubernetes/oidc",
            "issuerURI": "https://login.microsoftonline.com/00000000-0000-4000-8000-000000000001/v2.0",
            "kubectlRedirectURI": "http://localhost:1025/callback",
            "scopes": "openid,email,offline_access",
            "userClaim": "email",
            "userPrefix": "-",
            "groupsClaim": "groups",
            "groupPrefix": "entra:",
        }
        secret = oidc["clientSecret"]
        assert isinstance(secret.value if isinstance(secret, Secret) else secret, Unknown)

    def test_the_secret_is_looked_up_where_the_file_says_and_written_nowhere(self) -> None:
        recording = recorded_with("dev", forms.form("log-in"))
        (asked,) = [each for each in recording.invokes if each.arguments.get("secret") == "oidc-client"]
        assert asked.arguments["project"] == "varde-k8s-dev-5e6f"
        assert asked.provider == recording.one("pulumi:providers:gcp", "gcp").urn

    def test_the_clients_secret_is_a_secret_in_the_object(self) -> None:
        wanted = estate(forms.form("log-in")).environments["dev"].onprem.user_clusters[0].authentication
        assert wanted is not None

        def program() -> None:
            google, inside = gcp.Provider("gcp"), kubernetes.Provider("inside")
            Authentication("onp1-dev", wanted=wanted, cluster=None, opts=given(google, inside))

        token = "gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess"  # noqa: S105  a look-up
        recording = record(program, stack="dev", answers={token: lambda _: {"secretData": "what is kept there"}})
        (made,) = [each for each in recording.resources if each.type == CLIENT_CONFIG]
        (entry,) = items(made, "spec.authentication")
        oidc = entry["oidc"]
        assert isinstance(oidc, Mapping)
        assert isinstance(oidc["clientSecret"], Secret)
