"""Choices about the VPC that the organisation's own files do not make, brought up, switched and taken down.

One environment without on-prem clusters has them all: a cluster behind a NAT instance and one whose nodes hide its
pods, names in every direction, flow logs, thresholds of its own for alerts, and restricted.googleapis.com.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

import yaml

from rehearsal.engine.acquire import Engine
from rehearsal.world import World
from tests.engine.bench import Bench, explained, operations
from tests.model.forms import Plain

ENVIRONMENT: Final = "sandbox"
FILE: Final = f"Pulumi.{ENVIRONMENT}.yaml"
HALVES: Final = ("10.20.0.0/21", "10.20.8.0/21", "10.20.255.0/25", "10.20.255.128/25")
"""What the sites announce, halved: more specific than what BGP brings."""
MACHINE = "gcp:compute/instance:Instance"
ROUTE = "gcp:compute/route:Route"
ZONE = "gcp:dns/managedZone:ManagedZone"
RECORD = "gcp:dns/recordSet:RecordSet"
POLICY = "gcp:dns/policy:Policy"
RESPONSE_RULE = "gcp:dns/responsePolicyRule:ResponsePolicyRule"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
NETWORK = "gcp:compute/network:Network"
ALERT = "gcp:monitoring/alertPolicy:AlertPolicy"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
HUB: Final = "projects/varde-net-test-1e2f/global/networks/varde-test"


def formed(text: str) -> str:
    """Return the stack file with every choice."""
    data = cast("dict[str, Any]", yaml.load(text, Loader=Plain))  # noqa: S506  a safe loader that reads dates as text
    config = data["config"]
    config["hybrid:onprem"] |= {"admin_clusters": [], "user_clusters": []}
    config["hybrid:fleet"]["features"] = {}
    network = config["hybrid:network"]
    network["subnets"]["nodes"]["secondary"] |= {"pods2": "100.72.0.0/20", "services2": "100.72.16.0/20"}
    network["flow_logs"] = {"sampling": 0.25, "interval": "INTERVAL_1_MIN"}
    network["nat_instance"] = {"subnet": "nodes", "address": "10.40.0.10", "zone": "europe-north1-a"}
    network["alerts"] |= {"vpn_load_percent": 60, "nat_ports_percent": 70}
    network["dns"] = {
        "forward_from": HUB,
        "inbound": {"zones": ["googleapis.com", "felles.example"], "addresses": {"nodes": None}},
        "peerings": {"felles": {"zone": "felles.example", "network": HUB}},
        "answers": {
            "partner": {"name": "partner.example", "addresses": ["10.20.255.50"]},
            "left": {"name": "*.partner.example"},
        },
    }
    (first,) = config["hybrid:gke"]["clusters"]
    first["pod_addressing"] = "nat_vm"
    second = {**first, "name": "gcp2-sandbox", "pods": "pods2", "services": "services2"}
    second |= {"control_plane": "10.40.12.16/28", "pod_addressing": "node_masquerade"}
    config["hybrid:gke"]["clusters"].append(second)
    return yaml.dump(data, sort_keys=False, allow_unicode=True)


def test_every_choice_about_the_vpc_comes_up_and_stays_and_a_switch_touches_only_what_follows_from_it(
    engine: Engine, tmp_path: Path
) -> None:
    bench = Bench.made(tmp_path, engine)
    file = bench.root / "stacks" / FILE
    file.write_text(formed(file.read_text(encoding="utf-8")), encoding="utf-8")
    bench.edit("organisation.yaml", "private_google_access: 199.36.153.8/30", "private_google_access: 199.36.153.4/30")
    with bench.opened(ENVIRONMENT) as session:
        up = session.take("up")
        assert up.succeeded, explained(up)
        again = session.take("preview")
        assert again.empty, explained(again)
        names_and_routes(session.world)
    bench.edit(FILE, "pod_addressing: nat_vm", "pod_addressing: node_masquerade")
    bench.edit(FILE, f"      forward_from: {HUB}\n", "")
    with bench.opened(ENVIRONMENT) as session:
        assert operations(session.take("preview")) == {
            # The pool's tag goes, and with it what led its nodes to the machine; the agent is told in its place.
            ("update", "gcp1-sandbox-general"),
            ("create", "gcp1-sandbox-ip-masq-agent"),
            *(("delete", f"nat-{each}") for each in ("machine", "address")),
            *(("delete", f"nat-to-{each.replace('.', '-').replace('/', '-')}") for each in HALVES),
            ("delete", "network-firewall-rule-nat-instance"),
            # The VPC asks the sites itself, and tells them from where.
            ("update", "network-dns-internal"),
            *(("update", f"vpn-{tunnel}-bgp") for tunnel in ("t0-if0-fw-a", "t1-if1-fw-b")),
        }
        gone = session.take("destroy")
        assert gone.succeeded, explained(gone)
        for kind in (MACHINE, ROUTE, ZONE, POLICY, RESPONSE_RULE, CONFIG_MAP, NETWORK, ALERT):
            assert session.world.objects(kind) == [], kind


def names_and_routes(world: World) -> None:
    """Hold what is there against the choices."""
    (machine,) = world.objects(MACHINE)
    led = {each.text("destRange") for each in world.objects(ROUTE) if each.outputs.get("nextHopInstance")}
    assert machine.outputs["canIpForward"] is True
    assert led == set(HALVES)
    zones = {each.text("dnsName"): each.outputs for each in world.objects(ZONE)}
    for zone in ("varde-intern.fjellverket.example.", "felles.example."):
        assert zones[zone].get("peeringConfig")
        assert not zones[zone].get("forwardingConfig")
    assert [each.outputs["enableInboundForwarding"] for each in world.objects(POLICY)] == [True]
    answers = {each.text("dnsName"): each.outputs.get("behavior") for each in world.objects(RESPONSE_RULE)}
    assert answers == {"partner.example.": None, "*.partner.example.": "bypassResponsePolicy"}
    assert "restricted.googleapis.com." in {each.text("name") for each in world.objects(RECORD)}
    assert "199.36.153.4/30" in {each.text("destRange") for each in world.objects(ROUTE)}
    (agent,) = [each for each in world.objects(CONFIG_MAP) if "ip-masq-agent" in str(each.outputs["metadata"])]
    assert "10.20." not in str(agent.outputs["data"])
    logged = [each.outputs["logConfig"] for each in world.objects(SUBNET) if each.outputs.get("logConfig")]
    assert {str(cast("dict[str, Any]", each)["flowSampling"]) for each in logged} == {"0.25"}
    assert len(logged) == 2
    assert len(world.objects(ALERT)) == 4
