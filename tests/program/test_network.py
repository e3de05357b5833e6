"""The network of each environment as the program registers it. What Google makes of it is in tests/engine."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network

import pytest

from model.config.network import Purpose
from operations.record import UNKNOWN, Recorded
from tests.model.cases import DEV, ORGANISATION, PROD, SANDBOX, edited, environment
from tests.program.programs import ENVIRONMENTS, at, items, recorded, recorded_with, waits_for

EVERY = pytest.mark.parametrize("name", ENVIRONMENTS)
SERVICE = "gcp:projects/service:Service"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
ADDRESS = "gcp:compute/address:Address"
RULE = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
GKE = "gcp:container/cluster:Cluster"
MACHINE = "gcp:compute/instance:Instance"
ALERT = "gcp:monitoring/alertPolicy:AlertPolicy"
INGRESS = "    ingress:\n      external: 192.0.2.25\n"
SUBNET_GRANT = "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember"


def text(resource: Recorded, path: str) -> str:
    value = at(resource, path)
    assert isinstance(value, str), value
    return value


def texts(resource: Recorded, path: str) -> list[str]:
    value = at(resource, path)
    assert isinstance(value, tuple)
    return [str(each) for each in value]


def number(resource: Recorded, path: str) -> int:
    value = at(resource, path)
    assert isinstance(value, int)
    return value


@EVERY
class TestServices:
    """A call to a service that is off is refused, halfway through an `up`."""

    def test_both_projects_get_their_services_and_none_is_disabled_later(self, name: str) -> None:
        projects = environment(name).facts.projects
        services = recorded(name).of_type(SERVICE)
        enabled = {(text(each, "project"), text(each, "service")) for each in services}
        assert (projects.network.id, "container.googleapis.com") in enabled
        assert (projects.cluster.id, "gkeonprem.googleapis.com") in enabled
        assert all(each.inputs["disableOnDestroy"] is False for each in services)

    def test_what_needs_a_service_of_its_project_comes_after_it(self, name: str) -> None:
        recording = recorded(name)
        for token, resource, service in (
            ("Network", "network-vpc", "network-services-compute"),
            ("ServiceIdentity", "network-shared-container-agent", "network-cluster-services-container"),
            ("Connection", "network-psa-connection", "network-services-servicenetworking"),
            ("ManagedZone", "network-dns-internal", "network-services-dns"),
        ):
            component = recording.one(token, resource)
            before = waits_for(recording, component)
            while component.parent is not None:
                component = next(each for each in recording.resources if each.urn == component.parent)
                before |= waits_for(recording, component)
            assert f"{SERVICE} {service}" in before, resource


@EVERY
class TestSharedVpc:
    """A cluster can not be made before Google's agents may use its subnet (C50, C51)."""

    def test_the_agents_may_use_each_subnet_of_machines_and_none_of_proxies(self, name: str) -> None:
        env = environment(name)
        agents = {
            f"serviceAccount:service-{env.facts.projects.cluster.number}@container-engine-robot.iam.gserviceaccount.com",
            f"serviceAccount:{env.facts.projects.cluster.number}@cloudservices.gserviceaccount.com",
        }
        subnets = {f"{env.organisation.platform}-{name}-{key}" for key in ("nodes", "ilb")}
        granted = {(text(each, "subnetwork"), text(each, "member")) for each in recorded(name).of_type(SUBNET_GRANT)}
        assert granted == {(subnet, agent) for subnet in subnets for agent in agents}

    def test_the_roles_come_after_the_attachment_and_the_attachment_after_the_host(self, name: str) -> None:
        recording = recorded(name)
        attachment = "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject network-shared-cluster"
        host = "gcp:compute/sharedVPCHostProject:SharedVPCHostProject network-shared-host"
        for grant in (*recording.of_type(SUBNET_GRANT), recording.one("IAMMember", "network-shared-host-agent-user")):
            before = waits_for(recording, grant)
            assert {
                attachment,
                host,
                "gcp:projects/serviceIdentity:ServiceIdentity network-shared-container-agent",
            } <= before


class TestLentSubnets:
    """A subnet is lent where its file says so."""

    def test_a_subnet_that_is_not_shared_is_used_by_no_agent(self) -> None:
        kept = edited(
            SANDBOX, {"        range: 10.40.8.0/24\n": "        range: 10.40.8.0/24\n        shared: false\n"}
        )
        granted = {text(each, "subnetwork") for each in recorded_with("sandbox", kept).of_type(SUBNET_GRANT)}
        assert granted == {"varde-sandbox-nodes"}


@EVERY
class TestSubnets:
    """A subnet can not be changed back once something lives in it."""

    def test_each_has_its_ranges_under_the_clouds_names(self, name: str) -> None:
        env = environment(name)
        for key, plan in env.network.subnets.items():
            subnet = recorded(name).one(SUBNET, f"network-{key}")
            assert text(subnet, "ipCidrRange") == str(plan.range)
            ranges = {str(each["rangeName"]): str(each["ipCidrRange"]) for each in items(subnet, "secondaryIpRanges")}
            prefix = f"{env.organisation.platform}-{name}"
            assert ranges == {f"{prefix}-{each}": str(block) for each, block in plan.secondary.items()}

    def test_machines_reach_google_without_an_external_address_and_proxies_are_in_use(self, name: str) -> None:
        for key, plan in environment(name).network.subnets.items():
            inputs = recorded(name).one(SUBNET, f"network-{key}").inputs
            if plan.purpose is Purpose.PROXY_ONLY:
                assert (inputs["purpose"], inputs["role"]) == ("REGIONAL_MANAGED_PROXY", "ACTIVE")
                assert not {"privateIpGoogleAccess", "logConfig", "stackType"} & inputs.keys()
            else:
                assert inputs["privateIpGoogleAccess"] is True
                assert "role" not in inputs

    def test_flow_logs_are_on_where_the_file_says_so(self, name: str) -> None:
        logs = environment(name).network.flow_logs
        logged = {each.name for each in recorded(name).of_type(SUBNET) if "logConfig" in each.inputs}
        assert logged == (set() if logs is None else {"network-nodes", "network-ilb"})
        if logs is not None:
            assert at(recorded(name).one(SUBNET, "network-nodes"), "logConfig.flowSampling") == logs.sampling


@EVERY
class TestFirewall:
    """What no reviewed file opens is closed, and stays closed whatever is done by hand."""

    def test_the_last_rule_denies_and_logs_everything_from_everywhere(self, name: str) -> None:
        rules = recorded(name).of_type(RULE)
        last = max(rules, key=lambda rule: number(rule, "priority"))
        assert (last.inputs["action"], last.inputs["enableLogging"]) == ("deny", True)
        assert texts(last, "match.srcIpRanges") == ["0.0.0.0/0"]
        match = at(last, "match")
        assert isinstance(match, Mapping)
        assert "destIpRanges" not in match
        assert [each["ipProtocol"] for each in items(last, "match.layer4Configs")] == ["all"]
        assert [rule.name for rule in rules if rule.inputs["action"] == "deny"] == [last.name]

    def test_no_two_rules_have_one_priority_and_all_are_for_incoming_traffic(self, name: str) -> None:
        rules = recorded(name).of_type(RULE)
        assert len({number(rule, "priority") for rule in rules}) == len(rules) > 3
        assert {text(rule, "direction") for rule in rules} == {"INGRESS"}

    def test_nothing_is_let_in_from_the_whole_internet(self, name: str) -> None:
        for rule in recorded(name).of_type(RULE):
            if rule.inputs["action"] == "allow":
                assert all(IPv4Network(each).prefixlen >= 8 for each in texts(rule, "match.srcIpRanges"))
                assert texts(rule, "match.destIpRanges")

    def test_the_policy_is_attached_with_all_its_rules_and_before_rules_made_by_hand(self, name: str) -> None:
        recording = recorded(name)
        (association,) = recording.of_type("NetworkFirewallPolicyAssociation")
        assert {f"{RULE} {each.name}" for each in recording.of_type(RULE)} <= waits_for(recording, association)
        vpc = recording.one("gcp:compute/network:Network", "network-vpc")
        assert vpc.inputs["networkFirewallPolicyEnforcementOrder"] == "BEFORE_CLASSIC_FIREWALL"


@EVERY
class TestEgress:
    """Partners allow-list these addresses."""

    def test_nat_has_a_router_of_its_own_and_the_vpn_another(self, name: str) -> None:
        recording = recorded(name)
        (nat,) = recording.of_type("RouterNat")
        routers = {text(each, "router") for each in recording.of_type("RouterPeer")}
        assert len(routers) == 1
        assert text(nat, "router") not in routers
        assert "bgp" not in recording.one("gcp:compute/router:Router", "network-egress-router").inputs

    def test_nat_uses_the_reserved_addresses_only_for_all_ranges_of_the_node_subnets(self, name: str) -> None:
        env, recording = environment(name), recorded(name)
        (nat,) = recording.of_type("RouterNat")
        reserved = {recording.one(ADDRESS, f"network-egress-{key}").urn for key in env.network.nat.egress}
        assert set(nat.sources["natIps"]) == reserved
        assert nat.inputs["natIpAllocateOption"] == "MANUAL_ONLY"
        assert [each["sourceIpRangesToNats"] for each in items(nat, "subnetworks")] == [("ALL_IP_RANGES",)]
        assert nat.sources["subnetworks"] == (recording.one(SUBNET, "network-nodes").urn,)
        assert at(nat, "logConfig") == {"enable": True, "filter": "ERRORS_ONLY"}
        assert nat.inputs["minPortsPerVm"] == 128

    def test_google_picks_external_addresses_so_what_is_written_down_is_not_asked_for(self, name: str) -> None:
        external = [each for each in recorded(name).of_type(ADDRESS) if each.inputs["addressType"] == "EXTERNAL"]
        assert len(external) == len(environment(name).network.nat.egress) + len(environment(name).network.ingress)
        assert not [each.name for each in external if "address" in each.inputs]
        assert all(each.inputs["networkTier"] == "PREMIUM" for each in external)

    def test_each_egress_address_is_an_output_that_the_file_can_be_compared_with(self, name: str) -> None:
        recording = recorded(name)
        outputs = recording.outputs[recording.one("Network", "network").urn]
        assert outputs["egress_addresses"] == dict.fromkeys(environment(name).network.nat.egress, UNKNOWN)


@EVERY
class TestLoadBalancers:
    """GKE makes load balancers in the cluster project, so their addresses are there."""

    def test_internal_addresses_are_those_of_the_file_from_their_own_subnet_in_the_cluster_project(
        self, name: str
    ) -> None:
        env, recording = environment(name), recorded(name)
        for key, subnet in env.network.subnets.items():
            for use, address in subnet.addresses.items():
                reserved = recording.one(ADDRESS, f"network-ingress-{key}-{use}")
                assert text(reserved, "address") == str(address)
                assert text(reserved, "project") == env.facts.projects.cluster.id
                assert reserved.sources["subnetwork"] == (recording.one(SUBNET, f"network-{key}").urn,)
        internal = [each for each in recording.of_type(ADDRESS) if each.inputs["addressType"] == "INTERNAL"]
        assert len(internal) == sum(len(each.addresses) for each in env.network.subnets.values())

    def test_the_external_address_is_in_the_cluster_project_and_egress_in_the_network_project(self, name: str) -> None:
        projects, recording = environment(name).facts.projects, recorded(name)
        assert text(recording.one(ADDRESS, "network-ingress-external"), "project") == projects.cluster.id
        assert text(recording.one(ADDRESS, "network-egress-egress-1"), "project") == projects.network.id


@EVERY
class TestNames:
    """On both sides a name leads to an address that the VPN or the VPC reaches."""

    def test_googles_names_lead_to_the_private_addresses_which_have_a_route(self, name: str) -> None:
        recording = recorded(name)
        wanted = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"]
        records = {
            text(each, "name"): (text(each, "type"), texts(each, "rrdatas")) for each in recording.of_type("RecordSet")
        }
        assert records == {
            "private.googleapis.com.": ("A", wanted),
            "*.googleapis.com.": ("CNAME", ["private.googleapis.com."]),
            "gcr.io.": ("A", wanted),
            "*.gcr.io.": ("CNAME", ["gcr.io."]),
            "pkg.dev.": ("A", wanted),
            "*.pkg.dev.": ("CNAME", ["pkg.dev."]),
        }
        (route,) = recording.of_type("Route")
        assert (text(route, "destRange"), text(route, "nextHopGateway")) == (
            "199.36.153.8/30",
            "default-internet-gateway",
        )

    def test_every_zone_is_seen_by_the_vpc_alone(self, name: str) -> None:
        recording = recorded(name)
        zones = recording.of_type("ManagedZone")
        assert len(zones) == 4
        for zone in zones:
            assert zone.inputs["visibility"] == "private"
            assert zone.sources["privateVisibilityConfig"] == (recording.one("Network", "network-vpc").urn,)

    def test_the_internal_zone_is_forwarded_through_the_vpn_to_every_name_server_and_holds_no_record(
        self, name: str
    ) -> None:
        zone = recorded(name).one("ManagedZone", "network-dns-internal")
        servers = items(zone, "forwardingConfig.targetNameServers")
        assert {str(each["ipv4Address"]) for each in servers} == {"10.20.255.10", "10.20.255.11"}
        assert {str(each["forwardingPath"]) for each in servers} == {"private"}
        managed = {text(each, "managedZone") for each in recorded(name).of_type("RecordSet")}
        assert text(zone, "name") not in managed


class TestNamesBetweenVpcsAndSites:
    """Each choice of the file makes what it says, and nothing where the file says nothing."""

    TYPES = ("gcp:dns/policy:Policy", "ResponsePolicy", "ResponsePolicyRule")

    @EVERY
    def test_no_policy_is_made_unless_the_file_says_so(self, name: str) -> None:
        assert not [each.name for token in self.TYPES for each in recorded(name).of_type(token)]

    def test_another_vpc_asks_the_sites_where_it_is_named(self) -> None:
        hub = "projects/varde-net-test-1e2f/global/networks/varde-test"
        recording = recorded_with("dev", edited(DEV, {INGRESS: f"    dns: {{forward_from: {hub}}}\n{INGRESS}"}))
        zone = recording.one("ManagedZone", "network-dns-internal")
        assert text(zone, "peeringConfig.targetNetwork.networkUrl").endswith(hub)
        assert "forwardingConfig" not in zone.inputs
        assert zone.inputs["dnsName"] == "varde-intern.fjellverket.example."
        told = {
            str(each["range"]) for peer in recording.of_type("RouterPeer") for each in items(peer, "advertisedIpRanges")
        }
        assert "35.199.192.0/19" not in told
        assert "10.40.16.0/20" in told

    def test_the_sites_may_ask_and_names_have_answers_and_other_vpcs_zones(self) -> None:
        dns = (
            "    dns:\n      inbound: {zones: [googleapis.com]}\n"
            "      peerings: {felles: {zone: felles.example, network: projects/felles-net-1/global/networks/felles}}\n"
            "      answers:\n        partner: {name: partner.example, addresses: [10.20.255.50]}\n"
            '        left: {name: "*.partner.example"}\n'
        )
        recording = recorded_with("dev", edited(DEV, {INGRESS: f"{dns}{INGRESS}"}))
        (policy,) = recording.of_type("gcp:dns/policy:Policy")
        assert policy.inputs["enableInboundForwarding"] is True
        assert policy.sources["networks"] == (recording.one("Network", "network-vpc").urn,)
        rules = {each.name: each for each in recording.of_type("ResponsePolicyRule")}
        answered = rules["network-dns-answer-partner"]
        assert items(answered, "localData.localDatas")[0]["rrdatas"] == ("10.20.255.50",)
        assert "behavior" not in answered.inputs
        assert rules["network-dns-answer-left"].inputs["behavior"] == "bypassResponsePolicy"
        zone = recording.one("ManagedZone", "network-dns-felles")
        assert text(zone, "dnsName") == "felles.example."

    def test_the_restricted_addresses_go_by_their_own_name(self) -> None:
        edit = edited(ORGANISATION, {"access: 199.36.153.8/30": "access: 199.36.153.4/30"})
        records = {text(each, "name") for each in recorded_with("dev", edit).of_type("RecordSet")}
        assert "restricted.googleapis.com." in records
        assert "private.googleapis.com." not in records


class TestPodAddressing:
    """What hides pods from the sites (C28, C29)."""

    CLUSTER = "      - name: gcp1-dev\n"

    @EVERY
    def test_routable_pods_need_nothing(self, name: str) -> None:
        recording = recorded(name)
        assert not recording.of_type(MACHINE)
        assert not [each for each in recording.of_type("ConfigMap") if each.name.endswith("ip-masq-agent")]
        (cluster,) = recording.of_type(GKE)
        assert "defaultSnatStatus" not in cluster.inputs

    def test_nodes_are_told_which_destinations_see_pods_and_the_telling_goes_with_the_cluster(self) -> None:
        hiding = {self.CLUSTER: f"{self.CLUSTER}        pod_addressing: node_masquerade\n"}
        recording = recorded_with("dev", edited(DEV, hiding))
        told = recording.one("ConfigMap", "gcp1-dev-ip-masq-agent")
        assert (at(told, "metadata.name"), at(told, "metadata.namespace")) == ("ip-masq-agent", "kube-system")
        assert "100.66.0.0/16" in text(told, "data.config")
        assert "10.20.16.0/20" not in text(told, "data.config")
        assert told.options.deleted_with == recording.one(GKE, "gcp1-dev-cluster").urn
        assert told.provider is not None
        assert "gcp1-dev-kubernetes" in told.provider

    def test_default_snat_is_off_where_the_file_says_so(self) -> None:
        off = {self.CLUSTER: f"{self.CLUSTER}        default_snat: false\n"}
        (cluster,) = recorded_with("dev", edited(DEV, off)).of_type(GKE)
        assert at(cluster, "defaultSnatStatus.disabled") is True

    def test_nodes_that_hide_behind_a_machine_are_led_to_it_by_their_tag_and_it_is_not(self) -> None:
        nat = "    nat_instance: {subnet: nodes, address: 10.40.16.10, zone: europe-north1-a}\n"
        behind = {self.CLUSTER: f"{self.CLUSTER}        pod_addressing: nat_vm\n", INGRESS: f"{nat}{INGRESS}"}
        recording = recorded_with("dev", edited(DEV, behind))
        (machine,) = recording.of_type(MACHINE)
        assert machine.inputs["canIpForward"] is True
        assert "serviceAccount" not in machine.inputs
        assert "tags" not in machine.inputs
        routes = [each for each in recording.of_type("Route") if "nextHopInstance" in each.inputs]
        assert {text(each, "destRange") for each in routes} == {
            *("10.20.16.0/21", "10.20.24.0/21"),
            *("10.20.255.0/25", "10.20.255.128/25"),
        }
        assert all(each.sources["nextHopInstance"] == (machine.urn,) for each in routes)
        (pool,) = recording.of_type("gcp:container/nodePool:NodePool")
        assert {tuple(texts(each, "tags")) for each in routes} == {tuple(texts(pool, "nodeConfig.tags"))}
        told = {
            str(each["range"]) for peer in recording.of_type("RouterPeer") for each in items(peer, "advertisedIpRanges")
        }
        assert "100.66.0.0/16" not in told


@EVERY
class TestAlerts:
    """Somebody is told before a fault becomes an outage (D22)."""

    def policies(self, name: str) -> dict[str, Recorded]:
        return {each.name: each for each in recorded(name).of_type(ALERT)}

    def test_the_link_and_the_way_out_are_watched_in_the_network_project(self, name: str) -> None:
        found = self.policies(name)
        assert set(found) == {f"alerts-{key}" for key in ("tunnel-down", "bgp-down", "vpn-load", "nat-exhausted")}
        project = environment(name).facts.projects.network.id
        for policy in found.values():
            assert policy.inputs["project"] == project
            assert all(channel.startswith(f"projects/{project}/") for channel in texts(policy, "notificationChannels"))
        services = {
            text(each, "service") for each in recorded(name).of_type(SERVICE) if each.inputs["project"] == project
        }
        assert "monitoring.googleapis.com" in services

    def test_only_a_cut_in_production_calls_the_on_call(self, name: str) -> None:
        wanted = environment(name).network.alerts
        assert wanted is not None
        for key, policy in self.policies(name).items():
            calls = name == "prod" and key in {"alerts-tunnel-down", "alerts-bgp-down"}
            assert policy.inputs["severity"] == ("CRITICAL" if calls else "WARNING")
            assert texts(policy, "notificationChannels") == list(wanted.critical if calls else wanted.warning)

    def test_every_tunnel_and_session_is_watched_and_the_load_against_what_one_loss_leaves(self, name: str) -> None:
        found, vpn = self.policies(name), environment(name).vpn
        for tunnel in vpn.tunnels:
            assert tunnel in self.query(found["alerts-tunnel-down"])
            assert f"{tunnel}-bgp" in self.query(found["alerts-bgp-down"])
        left = {"prod": 400_000}.get(name, 200_000)
        assert self.query(found["alerts-vpn-load"]).endswith(f"> {left}")
        assert self.query(found["alerts-vpn-load"], 1).endswith("> 200000")
        assert f"varde-{name}-nat" in self.query(found["alerts-nat-exhausted"])

    def query(self, policy: Recorded, number: int = 0) -> str:
        return text(policy, f"conditions.{number}.conditionPrometheusQueryLanguage.query")


class TestAlertsOnOff:
    """A drill calls nobody, and a file that names no channel makes no policy."""

    def test_a_session_that_a_drill_has_switched_off_is_not_watched(self) -> None:
        drill = "drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: 2026-11-04}"
        recording = recorded_with("prod", edited(PROD, {"drill: {disabled_peers: []}": drill}))
        policy = recording.one(ALERT, "alerts-bgp-down")
        query = text(policy, "conditions.0.conditionPrometheusQueryLanguage.query")
        assert "t0-if0-fw-a-bgp" not in query
        assert "t1-if0-fw-b-bgp" in query

    def test_without_channels_there_is_no_policy_and_no_further_service(self) -> None:
        channel = "projects/varde-net-dev-7a8b/notificationChannels/90000000000000000202"
        recording = recorded_with("dev", edited(DEV, {f"    alerts: {{warning: [{channel}]}}\n": ""}))
        assert not recording.of_type(ALERT)
        assert not [each for each in recording.of_type(SERVICE) if each.name == "network-services-monitoring"]


class TestPrivateServices:
    """Managed services answer the sites, and a wiped environment can be made again."""

    @EVERY
    def test_the_range_is_the_files_and_the_services_learn_the_sites_routes(self, name: str) -> None:
        reserved = recorded(name).one("GlobalAddress", "network-psa-range")
        block = f"{text(reserved, 'address')}/{number(reserved, 'prefixLength')}"
        assert block == str(environment(name).network.private_service_access)
        routes = recorded(name).one("NetworkPeeringRoutesConfig", "network-psa-routes")
        assert (routes.inputs["exportCustomRoutes"], routes.inputs["importCustomRoutes"]) == (True, False)

    def test_the_peering_goes_with_a_wiped_environment_and_is_refused_in_prod(self) -> None:
        policies = {name: text(recorded(name).of_type("Connection")[0], "deletionPolicy") for name in ENVIRONMENTS}
        assert policies == {"sandbox": "REMOVE_PEERING", "dev": "DELETE", "test": "DELETE", "prod": "PREVENT"}


class TestProtection:
    """What others have written down, or what carries everything else, does not go by accident (X8)."""

    def protected(self, name: str) -> set[str]:
        here = [each for each in recorded(name).resources if each.name.startswith("network-")]
        assert len(here) > 60
        return {each.name for each in here if each.options.protect}

    def test_sandbox_protects_nothing(self) -> None:
        assert self.protected("sandbox") == set()

    @pytest.mark.parametrize("name", ["dev", "test"])
    def test_dev_and_test_protect_the_addresses_that_others_have_written_down(self, name: str) -> None:
        assert self.protected(name) == {"network-egress-egress-1", "network-ingress-external"}

    def test_prod_protects_the_vpc_and_its_subnets_too_and_the_provider_refuses_as_well(self) -> None:
        wanted = {
            "network-vpc",
            "network-nodes",
            "network-proxy",
            "network-ilb",
            "network-shared-host",
            "network-shared-cluster",
            "network-psa-range",
            "network-psa-connection",
            "network-egress-egress-1",
            "network-egress-egress-2",
            "network-ingress-external",
        }
        assert self.protected("prod") == wanted
        refusing = {
            each.name
            for each in recorded("prod").resources
            if each.name.startswith("network-") and each.inputs.get("deletionPolicy") == "PREVENT"
        }
        # The provider knows no such policy for a service project.
        assert refusing == wanted - {"network-shared-cluster"}


class TestKeys:
    """A name that moves deletes one thing and makes another."""

    def test_a_second_egress_address_put_first_leaves_the_others_alone(self) -> None:
        before = recorded_with("prod")
        after = recorded_with(
            "prod",
            edited(PROD, {"        egress-1: 192.0.2.41\n": "        aaa: null\n        egress-1: 192.0.2.41\n"}),
        )
        changed = {urn.rsplit("::", 1)[-1] for urn in before.differences(after)}
        assert {name for name in changed if name.startswith("network-")} == {"network-egress-aaa", "network-egress-nat"}
