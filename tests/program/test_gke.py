"""The GKE clusters: inputs and options as the recorder sees them; what the API makes of them is not among that."""

from __future__ import annotations

from tests.model.cases import DEV, edited
from tests.program.programs import ENVIRONMENTS, at, items, recorded, recorded_with, waits_for

CLUSTER = "gcp:container/cluster:Cluster"
POOL = "gcp:container/nodePool:NodePool"


class TestControlPlane:
    """Who reaches the Kubernetes API. A mistake here is on the internet."""

    def test_no_cluster_has_a_public_address(self) -> None:
        for name in ENVIRONMENTS:
            (cluster,) = recorded(name).of_type(CLUSTER)
            assert at(cluster, "privateClusterConfig.enablePrivateEndpoint") is True
            assert at(cluster, "privateClusterConfig.enablePrivateNodes") is True
            assert at(cluster, "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled") is False

    def test_the_private_address_is_open_to_on_prem_and_to_gke_itself(self) -> None:
        (cluster,) = recorded("dev").of_type(CLUSTER)
        blocks = {str(each["cidrBlock"]) for each in items(cluster, "masterAuthorizedNetworksConfig.cidrBlocks")}
        assert blocks == {"10.20.16.0/25", "10.20.17.0/24", "10.40.16.0/22", "100.66.0.0/16"}
        assert at(cluster, "masterAuthorizedNetworksConfig.privateEndpointEnforcementEnabled") is True

    def test_the_dns_endpoint_takes_people_and_refuses_tokens_of_service_accounts(self) -> None:
        (cluster,) = recorded("dev").of_type(CLUSTER)
        endpoint = "controlPlaneEndpointsConfig.dnsEndpointConfig"
        assert at(cluster, f"{endpoint}.allowExternalTraffic") is True
        assert at(cluster, f"{endpoint}.enableK8sTokensViaDns") is False
        assert at(cluster, "controlPlaneEndpointsConfig.ipEndpointsConfig.enabled") is True

    def test_secrets_are_encrypted_with_a_key_that_the_agent_may_use_before_the_cluster_is_made(self) -> None:
        recording = recorded("dev")
        (cluster,) = recording.of_type(CLUSTER)
        grant = recording.one("CryptoKeyIAMMember", "etcd-agent")
        agent = "serviceAccount:service-410000000201@container-engine-robot.iam.gserviceaccount.com"
        assert at(grant, "member") == agent
        assert grant.urn in cluster.options.depends_on
        key = recording.one("CryptoKey", "etcd-key")
        assert cluster.sources["databaseEncryption"] == (key.urn,)
        assert at(cluster, "databaseEncryption.state") == "ENCRYPTED"


class TestMaintenance:
    """When GKE may upgrade, in UTC."""

    def test_a_window_and_its_exclusions_are_written_as_the_api_wants_them(self) -> None:
        (cluster,) = recorded("prod").of_type(CLUSTER)
        assert at(cluster, "maintenancePolicy.recurringWindow") == {
            "startTime": "2026-01-06T17:00:00Z",
            "endTime": "2026-01-06T22:00:00Z",
            "recurrence": "FREQ=WEEKLY;BYDAY=TU,WE,TH",
        }
        exclusions = items(cluster, "maintenancePolicy.maintenanceExclusions")
        assert [(each["exclusionName"], each["startTime"], each["endTime"]) for each in exclusions] == [
            ("christmas", "2026-12-18T00:00:00Z", "2027-01-05T00:00:00Z"),
            ("summer", "2027-07-01T00:00:00Z", "2027-08-15T00:00:00Z"),
        ]
        assert {str(each["exclusionOptions"]) for each in exclusions} == {"{'scope': 'NO_MINOR_OR_NODE_UPGRADES'}"}

    def test_a_cluster_without_a_window_may_be_upgraded_at_any_time(self) -> None:
        (cluster,) = recorded("sandbox").of_type(CLUSTER)
        assert "maintenancePolicy" not in cluster.inputs

    def test_a_time_in_another_zone_is_the_same_moment(self) -> None:
        local = edited(DEV, {'start: "2026-01-05T07:00:00Z"': 'start: "2026-01-05T08:00:00+01:00"'})
        (cluster,) = recorded_with("dev", local).of_type(CLUSTER)
        assert at(cluster, "maintenancePolicy.recurringWindow.startTime") == "2026-01-05T07:00:00Z"

    def test_no_version_is_ever_set(self) -> None:
        for name in ENVIRONMENTS:
            for resource in (*recorded(name).of_type(CLUSTER), *recorded(name).of_type(POOL)):
                assert not {"minMasterVersion", "nodeVersion", "version"} & resource.inputs.keys()


class TestNodes:
    """Nodes run whatever teams deploy, so they hold as little as they can."""

    def test_a_node_writes_logs_and_metrics_and_reads_images_and_nothing_else(self) -> None:
        recording = recorded("dev")
        account = recording.one("Account", "nodes-account")
        own = [each for each in recording.grants() if f"::{account.name.removesuffix('-account')}-" in each.urn]
        on_projects = [each for each in own if "projects/" in each.resource]
        assert {(each.role, each.resource.rsplit("project=", 1)[-1]) for each in on_projects} == {
            ("roles/logging.logWriter", "varde-k8s-dev-5e6f"),
            ("roles/monitoring.metricWriter", "varde-k8s-dev-5e6f"),
            ("roles/monitoring.viewer", "varde-k8s-dev-5e6f"),
            ("roles/artifactregistry.reader", "varde-artifacts-0001"),
        }

    def test_the_account_that_applies_may_act_as_the_nodes_account_before_a_cluster_is_made(self) -> None:
        recording = recorded("dev")
        user = recording.one("IAMMember", "nodes-user")
        assert at(user, "role") == "roles/iam.serviceAccountUser"
        assert at(user, "member") == "serviceAccount:varde-dev-apply@varde-seed-0001.iam.gserviceaccount.com"
        (cluster,) = recording.of_type(CLUSTER)
        assert user.urn in cluster.options.depends_on

    def test_every_node_boots_securely_and_hides_its_own_metadata(self) -> None:
        for name in ENVIRONMENTS:
            for pool in recorded(name).of_type(POOL):
                assert at(pool, "nodeConfig.shieldedInstanceConfig.enableSecureBoot") is True
                assert at(pool, "nodeConfig.workloadMetadataConfig.mode") == "GKE_METADATA"
                assert at(pool, "nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled") == "FALSE"

    def test_a_pool_that_scales_leaves_its_size_to_the_autoscaler(self) -> None:
        pool = recorded("prod").one(POOL, "gcp1-prod-general")
        assert at(pool, "autoscaling.minNodeCount") == 2
        assert at(pool, "autoscaling.maxNodeCount") == 6
        assert "nodeCount" not in pool.inputs
        assert {"initialNodeCount", "nodeCount"} <= set(pool.options.ignore_changes)

    def test_a_pool_of_a_fixed_size_has_no_autoscaling_and_follows_the_file(self) -> None:
        pool = recorded("sandbox").one(POOL, "gcp1-sandbox-general")
        assert "autoscaling" not in pool.inputs
        assert at(pool, "nodeCount") == 1
        assert "nodeCount" not in pool.options.ignore_changes

    def test_the_pool_of_the_ingress_is_tainted(self) -> None:
        pool = recorded("prod").one(POOL, "gcp1-prod-ingress")
        assert at(pool, "nodeConfig.taints") == ({"effect": "NO_SCHEDULE", "key": "dedicated", "value": "ingress"},)


class TestDeletion:
    """A cluster that is gone takes its workloads along."""

    def test_the_provider_refuses_deletion_where_the_environment_says_so(self) -> None:
        switches = {name: at(recorded(name).of_type(CLUSTER)[0], "deletionProtection") for name in ENVIRONMENTS}
        assert switches == {"sandbox": False, "dev": False, "test": True, "prod": True}

    def test_the_default_pool_can_never_replace_the_cluster(self) -> None:
        (cluster,) = recorded("dev").of_type(CLUSTER)
        assert at(cluster, "removeDefaultNodePool") is True
        assert {"nodeConfig", "initialNodeCount"} <= set(cluster.options.ignore_changes)


def test_a_cluster_stands_in_the_host_projects_network_and_waits_for_the_right_to_it() -> None:
    recording = recorded("dev")
    (cluster,) = recording.of_type(CLUSTER)
    assert cluster.sources["subnetwork"] == (recording.one("Subnetwork", "network-nodes").urn,)
    assert cluster.sources["network"] == (recording.one("Network", "network-vpc").urn,)
    assert at(cluster, "ipAllocationPolicy.clusterSecondaryRangeName") == "varde-dev-pods"
    assert at(cluster, "ipAllocationPolicy.servicesSecondaryRangeName") == "varde-dev-services"
    before = waits_for(recording, cluster)
    assert "gcp:projects/iAMMember:IAMMember network-shared-host-agent-user" in before
    assert "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember network-shared-nodes-container-agent" in before
    assert "gcp:compute/routerNat:RouterNat network-egress-nat" in before


def test_an_environment_without_gke_needs_neither_key_nor_identity() -> None:
    text = edited(DEV, {})[DEV]
    begin, end = text.index("    clusters:\n      - name: gcp1-dev"), text.index("  hybrid:fleet:")
    recording = recorded_with("dev", {DEV: f"{text[:begin]}    clusters: []\n\n{text[end:]}"})
    assert not recording.of_type(CLUSTER)
    assert not recording.of_type("KeyRing")
    # Teams' own accounts are in projects of theirs.
    accounts = recording.of_type("gcp:serviceaccount/account:Account")
    assert not [each for each in accounts if at(each, "project") == "varde-k8s-dev-5e6f"]
    assert [each.name for each in recording.of_type("hybrid:fleet:ConnectGateway")] == ["onp1-dev"]
