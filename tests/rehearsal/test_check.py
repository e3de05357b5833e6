"""What the simulated providers say of inputs before anything is planned."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.check import DEFAULTS_KEY, CheckResult, ProviderDefaults, check
from rehearsal.facts import Catalogue
from rehearsal.values import UNKNOWN, Properties, Secret, Value

CONFIGURED = ProviderDefaults(project="varde-k8s-dev-5e6f", region="europe-north1")
ROUTER = "gcp:compute/router:Router"
CLUSTER = "gcp:container/cluster:Cluster"
VMWARE = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"
MEMBER = "gcp:projects/iAMMember:IAMMember"
RULE = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
PORT_GROUP = "vsphere:index/distributedPortGroup:DistributedPortGroup"


def checked(
    token: str, inputs: Properties, defaults: ProviderDefaults = CONFIGURED, urn_name: str = "u"
) -> CheckResult:
    facts = Catalogue.load(token.partition(":")[0]).resource(token)
    assert facts is not None
    return check(facts, inputs, defaults=defaults, urn_name=urn_name)


def places(token: str, inputs: Properties) -> set[str]:
    return {failure.property for failure in checked(token, inputs).failures}


def router(**bgp: Any) -> Properties:
    return {"name": "vpn", "network": "varde-dev", "bgp": {"asn": 64602, **bgp}}


def vmware(**parts: Any) -> Properties:
    network = {
        "podAddressCidrBlocks": ["100.98.0.0/16"],
        "serviceAddressCidrBlocks": ["100.99.0.0/20"],
        "dhcpIpConfig": {"enabled": True},
    }
    return {
        "name": "onp1",
        "location": "europe-north1",
        "adminClusterMembership": "admin",
        "onPremVersion": "1.32.200-gke.27",
        "controlPlaneNode": {},
        "networkConfig": network,
        **parts,
    }


def test_what_the_provider_would_take_comes_back_without_a_word() -> None:
    assert not checked(ROUTER, router(advertiseMode="CUSTOM")).failures


def test_a_missing_group_reads_like_the_providers_own_message() -> None:
    failures = checked(VMWARE, vmware(loadBalancer={"vipConfig": {"ingressVip": "10.20.17.30"}})).failures
    assert {failure.property for failure in failures} == {
        "loadBalancer.f5Config",
        "loadBalancer.manualLbConfig",
        "loadBalancer.metalLbConfig",
    }
    assert failures[-1].reason == (
        'Invalid combination of arguments. "load_balancer.0.metal_lb_config": one of `load_balancer.0.f5_config,'
        "load_balancer.0.manual_lb_config,load_balancer.0.metal_lb_config` must be specified. "
        "Examine values at 'u.loadBalancer.metalLbConfig'."
    )


def test_a_group_of_a_block_says_nothing_where_the_block_is_not_there() -> None:
    assert not checked(VMWARE, vmware()).failures


def test_two_of_a_group_that_takes_one_are_refused_at_both() -> None:
    both: dict[str, Value] = {"manualLbConfig": {}, "metalLbConfig": {"addressPools": []}}
    assert places(VMWARE, vmware(loadBalancer=both)) == {"loadBalancer.manualLbConfig", "loadBalancer.metalLbConfig"}


def test_a_member_of_a_group_that_is_not_known_yet_may_turn_out_either_way() -> None:
    assert not places(VMWARE, vmware(loadBalancer={"metalLbConfig": UNKNOWN}))
    assert not places(VMWARE, vmware(loadBalancer={"metalLbConfig": UNKNOWN, "manualLbConfig": {}}))


def test_an_unknown_input_is_refused_by_name() -> None:
    failures = checked(ROUTER, {**router(), "netwrok": "x"}).failures
    assert [(failure.property, failure.reason) for failure in failures] == [
        ("netwrok", "Invalid or unknown key. Examine values at 'u.netwrok'.")
    ]


def test_an_unknown_field_is_refused_at_its_place_in_the_block() -> None:
    assert places(ROUTER, router(keepalive=20)) == {"bgp.keepalive"}


def test_a_missing_input_is_refused_with_the_name_that_the_provider_uses() -> None:
    failures = checked(MEMBER, {"role": "roles/viewer", "project": "p"}).failures
    assert [failure.reason for failure in failures] == [
        'Missing required argument. The argument "member" is required, but no definition was found. '
        "Examine values at 'u.member'."
    ]


def test_every_refusal_of_a_resource_is_listed_at_once() -> None:
    assert places(MEMBER, {"member": "nobody", "condition": {}, "x": 1}) == {
        "condition.expression",
        "condition.title",
        "member",
        "project",
        "role",
        "x",
    }


@pytest.mark.parametrize("value", [UNKNOWN, Secret(UNKNOWN)])
def test_a_value_that_is_not_known_yet_passes_every_check(value: Any) -> None:
    assert not places(ROUTER, {"name": value, "network": value, "bgp": {"asn": value, "advertiseMode": value}})
    assert not places(ROUTER, {"name": "vpn", "network": "n", "bgp": value})


def test_a_secret_stays_secret_and_is_checked_all_the_same() -> None:
    result = checked(ROUTER, {**router(), "description": Secret("hidden")})
    assert result.inputs["description"] == Secret("hidden")
    assert places(ROUTER, {**router(), "name": Secret("%%")}) == {"name"}


def test_an_input_that_the_schema_marks_secret_becomes_one() -> None:
    result = checked(TUNNEL, {"sharedSecret": "xxxx"})
    assert result.inputs["sharedSecret"] == Secret("xxxx")


def test_the_defaults_of_the_provider_are_filled_in_and_named() -> None:
    result = checked(TUNNEL, {"name": "t0", "sharedSecret": "xxxx"})
    assert result.inputs["ikeVersion"] == 2
    assert result.inputs[DEFAULTS_KEY] == ["ikeVersion"]


def test_a_default_that_is_nothing_is_not_filled_in() -> None:
    result = checked("gcp:compute/network:Network", {"name": "varde-dev"})
    assert result.inputs["autoCreateSubnetworks"] is True
    assert "deleteDefaultRoutesOnCreate" not in result.inputs


def test_a_default_of_a_block_is_only_filled_in_where_the_block_is() -> None:
    assert "bgp" not in checked(ROUTER, {"name": "vpn", "network": "n"}).inputs
    assert checked(ROUTER, router()).inputs["bgp"] == {
        "asn": 64602,
        "keepaliveInterval": 20,
        "advertiseMode": "DEFAULT",
    }


def test_a_value_of_another_scalar_type_is_converted() -> None:
    result = checked(ROUTER, {**router(asn="64602"), "encryptedInterconnectRouter": "true", "description": 7})
    assert not result.failures
    assert (result.inputs["encryptedInterconnectRouter"], result.inputs["description"]) == (True, "7")


def test_a_single_text_where_a_list_of_texts_belongs_is_taken_as_that_list() -> None:
    result = checked(ROUTER, router(advertisedGroups="ALL_SUBNETS"))
    assert not result.failures
    assert result.inputs["bgp"]["advertisedGroups"] == ["ALL_SUBNETS"]  # pyright: ignore[reportIndexIssue,reportOptionalSubscript,reportArgumentType,reportCallIssue]  a block


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", {"a": 1}), ("encryptedInterconnectRouter", "perhaps"), ("bgp", "text"), ("bgp", [{"asn": 64602}])],
)
def test_a_value_of_a_type_that_can_not_be_converted_is_refused(field: str, value: Any) -> None:
    assert places(ROUTER, {**router(), field: value}) == {field}


def test_the_members_of_a_list_have_a_place_and_those_of_a_set_have_the_sets() -> None:
    rule: Properties = {
        "firewallPolicy": "p",
        "priority": 1,
        "direction": "INGRESS",
        "action": "allow",
        "match": {"layer4Configs": [{"ipProtocol": "tcp"}, {}]},
    }
    assert places(RULE, rule) == {"match.layer4Configs[1].ipProtocol"}
    assert places(ROUTER, router(advertisedIpRanges=[{"range": "10.0.0.0/8"}, {}])) == {"bgp.advertisedIpRanges"}


def test_a_key_of_a_map_is_quoted_where_it_has_dots() -> None:
    vm: Properties = {
        "name": "ws",
        "resourcePoolId": "resgroup-8",
        "extraConfig": {"guestinfo.userdata": {"a": 1}, "plain": {"a": 1}},
    }
    assert places("vsphere:index/virtualMachine:VirtualMachine", vm) == {
        'extraConfig["guestinfo.userdata"]',
        "extraConfig.plain",
    }


@pytest.mark.parametrize("asn", [64511, 65535, 4199999999, 4294967295, 0, -1])
def test_a_routers_own_asn_is_a_private_one(asn: int) -> None:
    assert places(ROUTER, router(asn=asn)) == {"bgp.asn"}


@pytest.mark.parametrize("asn", [64512, 65534, 4200000000, 4294967294, 16550])
def test_every_private_asn_is_taken(asn: int) -> None:
    assert not places(ROUTER, router(asn=asn))


def test_an_optional_enum_of_a_generated_resource_takes_an_empty_text_and_a_required_one_does_not() -> None:
    address = "gcp:compute/globalAddress:GlobalAddress"
    assert not places(address, {"addressType": ""})
    assert places(address, {"addressType": "OUTER"}) == {"addressType"}
    plan = "gcp:binaryauthorization/policy:Policy"
    rule: dict[str, Any] = {"evaluationMode": "", "enforcementMode": "ENFORCED_BLOCK_AND_AUDIT_LOG"}
    assert places(plan, {"defaultAdmissionRule": rule}) == {"defaultAdmissionRule.evaluationMode"}


def test_a_conflict_is_refused_on_the_side_that_declares_it() -> None:
    cluster: Properties = {"name": "gcp1", "enableAutopilot": True, "removeDefaultNodePool": True}
    found = {failure.property: failure.reason for failure in checked(CLUSTER, cluster).failures}
    assert "conflicts with enable_autopilot" in found["removeDefaultNodePool"]
    assert "enableAutopilot" not in found


def test_a_resource_that_is_not_named_is_named_after_itself_and_stays_so() -> None:
    names = {str(checked(ROUTER, {"network": "n"}, urn_name="Dev-Router").inputs["name"]) for _ in range(3)}
    assert len(names) == 1
    name = names.pop()
    assert name.startswith("dev-router-")
    assert len(name) == len("dev-router-") + 7
    result = checked(ROUTER, {"network": "n"}, urn_name="Dev-Router")
    assert result.inputs[DEFAULTS_KEY] == ["name"]
    assert not result.failures


def test_another_resource_of_the_same_type_gets_another_name() -> None:
    names = [str(checked(ROUTER, {"network": "n"}, urn_name=name).inputs["name"]) for name in ("a", "b")]
    assert len({name.rpartition("-")[2] for name in names}) == 2


@pytest.mark.parametrize(("name", "taken"), [("private.googleapis.com.", True), ("private.googleapis.com", False)])
def test_the_name_of_a_record_set_ends_with_a_dot(name: str, taken: bool) -> None:
    record: Properties = {"name": name, "managedZone": "z", "type": "A", "rrdatas": ["10.0.0.1"]}
    assert places("gcp:dns/recordSet:RecordSet", record) == (set() if taken else {"name"})


def test_a_deprecated_input_gets_no_default() -> None:
    disk: Properties = {"datastore": "ds", "size": 1, "vmdkPath": "a.vmdk"}
    result = checked("vsphere:index/virtualDisk:VirtualDisk", disk)
    assert result.inputs["type"] == "eagerZeroedThick"
    assert "adapterType" not in result.inputs


def test_a_record_set_is_never_named_after_its_resource() -> None:
    record: Properties = {"managedZone": "z", "type": "A", "rrdatas": ["10.0.0.1"]}
    assert places("gcp:dns/recordSet:RecordSet", record) == {"name"}


def test_a_service_account_is_named_by_its_id() -> None:
    result = checked("gcp:serviceaccount/account:Account", {}, urn_name="a-name-that-is-much-longer-than-thirty")
    account = str(result.inputs["accountId"])
    assert len(account) == 30
    assert not result.failures


def test_the_object_is_planned_in_the_places_of_the_provider_instance() -> None:
    result = checked(ROUTER, router())
    assert (result.planned["project"], result.planned["region"]) == ("varde-k8s-dev-5e6f", "europe-north1")
    assert "project" not in result.inputs
    assert DEFAULTS_KEY not in result.planned


def test_a_place_that_the_program_gives_is_not_replaced() -> None:
    assert checked(ROUTER, {**router(), "project": "varde-net-dev-7a8b"}).planned["project"] == "varde-net-dev-7a8b"


def test_the_labels_of_the_provider_instance_are_planned_below_those_of_the_program() -> None:
    configured = ProviderDefaults(project="p", labels={"team": "plattform", "env": "dev"})
    result = checked("gcp:storage/bucket:Bucket", {"location": "EU", "labels": {"env": "prod"}}, configured)
    assert result.planned["effectiveLabels"] == {"team": "plattform", "env": "prod"}


def test_a_field_that_only_the_provider_writes_is_refused() -> None:
    node: Properties = {"vsphereConfigs": [{"datastore": "ds"}]}
    failures = checked(VMWARE, vmware(controlPlaneNode=node)).failures
    assert [failure.property for failure in failures] == ["controlPlaneNode.vsphereConfigs"]
    assert failures[0].reason.startswith("Value for unconfigurable attribute. Can't configure a value for")


@pytest.mark.parametrize(
    ("member", "taken"),
    [
        ("group:varde-role-nettverk@fjellverket.example", True),
        ("allUsers", True),
        ("nobody", False),
        ("deleted:user:someone@fjellverket.example?uid=1", False),
    ],
)
def test_a_member_is_a_typed_identity(member: str, taken: bool) -> None:
    given: Properties = {"project": "p", "role": "roles/viewer", "member": member}
    assert places(MEMBER, given) == (set() if taken else {"member"})


@pytest.mark.parametrize(
    ("field", "value"),
    [("startTime", "2026-01-05 07:00"), ("startTime", "07:00"), ("endTime", ""), ("endTime", "2026-13-05T07:00:00Z")],
)
def test_a_maintenance_window_takes_full_times_only(field: str, value: str) -> None:
    window = {"startTime": "2026-01-05T07:00:00Z", "endTime": "2026-01-05T11:00:00Z", "recurrence": "FREQ=DAILY"}
    cluster: Properties = {"name": "gcp1", "maintenancePolicy": {"recurringWindow": {**window, field: value}}}
    assert places(CLUSTER, cluster) == {f"maintenancePolicy.recurringWindow.{field}"}


@pytest.mark.parametrize(
    ("cidr", "taken"),
    [("10.40.28.0/28", True), ("", True), ("10.40.28.0/27", False), ("10.40.28.1/28", False), ("10.40.28.0", False)],
)
def test_the_range_of_a_control_plane_is_a_28(cidr: str, taken: bool) -> None:
    cluster: Properties = {"name": "gcp1", "privateClusterConfig": {"masterIpv4CidrBlock": cidr}}
    assert places(CLUSTER, cluster) == (set() if taken else {"privateClusterConfig.masterIpv4CidrBlock"})


def test_a_null_is_no_value() -> None:
    assert not checked(ROUTER, {**router(), "netwrok": None, "description": None}).failures


def test_a_port_group_is_on_one_vlan_or_on_ranges() -> None:
    group: Properties = {
        "distributedVirtualSwitchUuid": "50",
        "vlanId": 17,
        "vlanRanges": [{"minVlan": 1, "maxVlan": 9}],
    }
    assert places(PORT_GROUP, group) == {"vlanId", "vlanRanges"}
    assert places(PORT_GROUP, {"distributedVirtualSwitchUuid": "50", "vlanId": 4095}) == {"vlanId"}
