"""Stack files whose network is wrong in one way each: the rule that says so, the line it points at, and its words.

Each is the organisation's own file with an edit, and breaks one rule alone. Rules that warn are in the tests of their
areas.
"""

from __future__ import annotations

import pytest

from tests.model.cases import ORGANISATION, PROD
from tests.model.wrong import Wrong, after, refused_by_one_rule

CLOUD = "    cloud: 10.40.16.0/20\n"
NODES = "        range: 10.40.16.0/22\n"
PROXY = "        range: 10.40.20.0/23\n"
ALERTS = "    alerts: {warning: [projects/varde-net-dev-7a8b/notificationChannels/90000000000000000202]}\n"
KEY = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-0}\n"
CLUSTER = "      - name: gcp1-dev\n"
MACHINE = "            machine_type: n2d-standard-4\n"
RUNNER = "        addresses: {ci-runner: 10.20.16.6}\n"
OWN = "projects/varde-net-dev-7a8b/global/networks/varde-dev"
OTHER = "projects/varde-net-prod-5c6d/global/networks/varde-prod"
HIDING = {CLUSTER: f"{CLUSTER}        pod_addressing: node_masquerade\n"}
BEHIND = {CLUSTER: f"{CLUSTER}        pod_addressing: nat_vm\n"}
SECOND = f"""\
{CLUSTER}        release_channel: REGULAR
        version_floor: "1.32"
        subnet: nodes
        pods: pods
        services: SERVICES
        control_plane: 10.40.28.16/28
        POD_ADDRESSING
        node_pools: [{{name: general, machine_type: e2-standard-4, nodes_per_zone: {{min: 1, max: 2}}}}]
""".replace("gcp1", "gcp2")


def second(services: str, addressing: str = "routable") -> dict[str, str]:
    """Return the edit that puts another GKE cluster beside the first, on the same pod range."""
    lines = SECOND.replace("SERVICES", services).replace("POD_ADDRESSING", f"pod_addressing: {addressing}")
    return {CLUSTER: f"{lines}{CLUSTER}"}


def dns(lines: str) -> dict[str, str]:
    """Return the edit that says something about names; `lines` as they stand below `dns`."""
    return {ALERTS: f"    dns:\n{lines}{ALERTS}"}


def inbound(zones: str, addresses: str = "{}") -> dict[str, str]:
    """Return the edit that lets the sites ask."""
    return dns(f"      inbound:\n        zones: {zones}\n        addresses: {addresses}\n")


def peered(name: str, zone: str, network: str) -> dict[str, str]:
    """Return the edit that has another VPC answer for a zone."""
    return dns(f"      peerings:\n        {name}:\n          zone: {zone}\n          network: {network}\n")


def nat(**changed: str) -> dict[str, str]:
    """Return the edit that puts the cluster behind a NAT instance, with some of its keys as stated."""
    keys = {"subnet": "nodes", "address": "10.40.16.10", "zone": "europe-north1-a", **changed}
    lines = "".join(f"      {key}: {value}\n" for key, value in keys.items())
    return {**BEHIND, ALERTS: f"    nat_instance:\n{lines}{ALERTS}"}


WRONG = {
    # The VPC
    "an MTU that is too small": Wrong("D18", "mtu: 1299", "can not have an MTU", after(CLOUD, "    mtu: 1299\n")),
    "an MTU that is too large": Wrong("D18", "mtu: 8897", "can not have an MTU", after(CLOUD, "    mtu: 8897\n")),
    "a routing mode that there is not": Wrong(
        "D21", "routing_mode: LOCAL", "does not exist", after(CLOUD, "    routing_mode: LOCAL\n")
    ),
    "flow logs that record nothing": Wrong(
        "format", "flow_logs: {sampling: 0}", "sampling", after(CLOUD, "    flow_logs: {sampling: 0}\n")
    ),
    "ports that are no power of two": Wrong(
        "C24", "min_ports_per_vm: 100", "no power of two", after("    nat:\n", "      min_ports_per_vm: 100\n")
    ),
    # Subnets and their ranges
    "a subnet in the range of another": Wrong(
        "C22",
        "range: 10.40.18.0/23",
        "10.40.18.0/23",
        {PROXY: "        range: 10.40.18.0/23\n"},
    ),
    "a subnet outside the cloud block": Wrong(
        "D23", "range: 10.40.84.0/23", "lies outside 10.40.16.0/20", {PROXY: "        range: 10.40.84.0/23\n"}
    ),
    "a subnet for fewer machines than there can be": Wrong(
        "C21", "range: 10.40.16.0/29", "has room for 4 nodes", {NODES: "        range: 10.40.16.0/29\n"}
    ),
    "a pod range for fewer machines than there can be": Wrong(
        "C20",
        "secondary: {pods: 100.66.0.0/22",
        "1024 addresses, and 10 nodes of gcp1-dev take 2560",
        {"{pods: 100.66.0.0/16,": "{pods: 100.66.0.0/22,"},
    ),
    "more pods on a node than GKE knows": Wrong(
        "C20", "max_pods_per_node: 300", "300 pods per node", after(MACHINE, "            max_pods_per_node: 300\n")
    ),
    "a pod range of another environment": Wrong(
        "C22", "secondary: {pods: 100.64.0.0/16", "100.64.0.0/16", {"{pods: 100.66.0.0/16,": "{pods: 100.64.0.0/16,"}
    ),
    "a pod range from elsewhere": Wrong(
        "C22",
        "secondary: {pods: 172.20.0.0/16",
        "where cluster-internal ranges come from",
        {"{pods: 100.66.0.0/16,": "{pods: 172.20.0.0/16,"},
    ),
    "an address outside its subnet": Wrong(
        "C21", "east-west: 10.40.25.10", "lies outside subnet ilb", {"east-west: 10.40.24.10": "east-west: 10.40.25.10"}
    ),
    "an address that Google keeps": Wrong(
        "C21", "east-west: 10.40.24.1", "which Google keeps", {"east-west: 10.40.24.10": "east-west: 10.40.24.1"}
    ),
    "an address with two uses": Wrong(
        "C21",
        "argocd: 10.40.24.11",
        "is for ingress and for argocd",
        {"argocd: 10.40.24.12": "argocd: 10.40.24.11"},
    ),
    "proxies in a subnet that is too small": Wrong(
        "C62", "range: 10.40.20.0/27", "proxies need 64", {PROXY: "        range: 10.40.20.0/27\n"}
    ),
    "no subnet for proxies": Wrong(
        "C62",
        "subnets:",
        "there is no proxy-only subnet",
        {"        purpose: REGIONAL_MANAGED_PROXY\n": ""},
    ),
    # What GKE clusters take of it
    "a subnet that there is not": Wrong(
        "C22", "subnet: node", "no subnet 'node'", {"        subnet: nodes\n": "        subnet: node\n"}
    ),
    "a range for pods that there is not": Wrong(
        "C22", "pods: pod", "no secondary range 'pod'", {"        pods: pods\n": "        pods: pod\n"}
    ),
    "one range for pods and services": Wrong(
        "C22", "services: pods", "for pods and services", {"        services: services\n": "        services: pods\n"}
    ),
    "one range for the services of two clusters": Wrong(
        "C22", "services: services", "one secondary range for services", second("services")
    ),
    "a subnet that is not lent": Wrong(
        "C53", "shared: false", "is not shared", after(NODES, "        shared: false\n")
    ),
    "a control plane of the wrong size": Wrong(
        "C23",
        "control_plane: 10.40.28.0/27",
        "is not a private /28",
        {"control_plane: 10.40.28.0/28": "control_plane: 10.40.28.0/27"},
    ),
    "a control plane that is not advertised": Wrong(
        "C23",
        "control_plane: 10.40.76.0/28",
        "lies outside 10.40.16.0/20",
        {"control_plane: 10.40.28.0/28": "control_plane: 10.40.76.0/28"},
    ),
    "a CI runner that the control plane does not answer": Wrong(
        "C26",
        "addresses: {ci-runner: 10.20.19.6}",
        "in no authorised network",
        {
            RUNNER: "",
            "      # The network of the second generation,": (
                "      tools:\n"
                "        range: 10.20.19.0/24\n"
                "        gateway: 10.20.19.1\n"
                "        vlan: 2019\n"
                "        port_group: pg-varde-dev-tools\n"
                "        addresses: {ci-runner: 10.20.19.6}\n"
                "      # The network of the second generation,"
            ),
        },
    ),
    # Which address the sites see of pods
    "nodes that are told to hide pods and not to": Wrong(
        "C28",
        "default_snat: false",
        "GKE runs no agent",
        {CLUSTER: f"{HIDING[CLUSTER]}        default_snat: false\n"},
    ),
    "Windows nodes that are to hide pods": Wrong(
        "C28",
        "image_type: WINDOWS_LTSC_CONTAINERD",
        "can not hide pods",
        {**HIDING, **after(MACHINE, "            image_type: WINDOWS_LTSC_CONTAINERD\n")},
    ),
    "a NAT instance that there is not": Wrong("C29", "pod_addressing: nat_vm", "there is none", BEHIND),
    "a NAT instance in another region": Wrong(
        "C29", "zone: europe-west1-b", "is none of the environment's", nat(zone="europe-west1-b")
    ),
    "a NAT instance among the proxies": Wrong(
        "C29", "subnet: proxy", "no subnet 'proxy' for machines", nat(subnet="proxy")
    ),
    "a NAT instance outside its subnet": Wrong(
        "C29", "address: 10.40.24.10", "no address for a machine", nat(address="10.40.24.10")
    ),
    "a NAT instance on Google's address": Wrong(
        "C29", "address: 10.40.16.1", "no address for a machine", nat(address="10.40.16.1")
    ),
    "a NAT instance on the address of a gateway": Wrong(
        "C29", "address: 10.40.24.11", "is for ingress already", nat(subnet="ilb", address="10.40.24.11")
    ),
    "an advertised range of pods that hide": Wrong(
        "C30",
        "advertise: [100.66.0.0/17]",
        "hide from the sites",
        {**HIDING, **after(KEY, "        advertise: [100.66.0.0/17]\n")},
    ),
    "one pod range that is hidden and not": Wrong(
        "C30",
        "- name: gcp1-dev",
        "a range is advertised or not",
        {
            "services: 100.67.0.0/20}": "services: 100.67.0.0/20, services2: 100.67.16.0/20}",
            **second("services2", "node_masquerade"),
        },
    ),
    # What is told over BGP
    "an advertised range of the sites": Wrong(
        "D12",
        "advertise: [10.20.17.0/24]",
        "traffic would go in circles",
        after(KEY, "        advertise: [10.20.17.0/24]\n"),
    ),
    "more advertised ranges than a session takes": Wrong(
        "D12",
        "advertise: [10.60.0.0/24",
        "a session takes 200",
        after(KEY, f"        advertise: [{', '.join(f'10.60.{number}.0/24' for number in range(198))}]\n"),
    ),
    "addresses that Google's APIs do not have": Wrong(
        "C22",
        "private_google_access: 199.36.153.16/30",
        "not at 199.36.153.16/30",
        {"private_google_access: 199.36.153.8/30": "private_google_access: 199.36.153.16/30"},
        ORGANISATION,
    ),
    # Names
    "a peered zone with a name that is taken": Wrong(
        "D23", "internal:", "a zone that the program makes", peered("internal", "felles.example", OTHER)
    ),
    "a peered zone of the VPC itself": Wrong(
        "D23", f"network: {OWN}", "questions would go in circles", peered("felles", "felles.example", OWN)
    ),
    "a peered zone that the VPC has": Wrong(
        "D23", "zone: googleapis.com", "a zone of this VPC already", peered("felles", "googleapis.com", OTHER)
    ),
    "a zone that is peered twice": Wrong(
        "D23",
        "felles2: {zone: felles.example",
        "is peered twice",
        dns(
            "      peerings:\n"
            f"        felles: {{zone: felles.example, network: {OTHER}}}\n"
            f"        felles2: {{zone: felles.example, network: {OTHER}}}\n"
        ),
    ),
    "a VPC that is none": Wrong(
        "format", "network: varde-prod", "varde-prod", peered("felles", "felles.example", "varde-prod")
    ),
    "a name with two answers": Wrong(
        "D23",
        "again: {name: partner.example",
        "has two answers",
        dns(
            "      answers:\n"
            "        partner: {name: partner.example, addresses: [10.20.255.50]}\n"
            "        again: {name: partner.example}\n"
        ),
    ),
    "sites that may ask for nothing": Wrong("D23", "zones: []", "for no zone", inbound("[]")),
    "sites that ask for what they hold": Wrong(
        "D23",
        "zones: [varde-intern.fjellverket.example]",
        "questions would go in circles",
        inbound("[varde-intern.fjellverket.example]"),
    ),
    "sites that ask for what the VPC lacks": Wrong(
        "D23", "zones: [felles.example]", "no zone of the VPC holds felles.example", inbound("[felles.example]")
    ),
    "an entry point among the proxies": Wrong(
        "D23",
        "addresses: {proxy: 10.40.20.5}",
        "no entry point in 'proxy'",
        inbound("[googleapis.com]", "{proxy: 10.40.20.5}"),
    ),
    "an entry point outside its subnet": Wrong(
        "D23",
        "addresses: {ilb: 10.40.16.5}",
        "lies outside subnet ilb",
        inbound("[googleapis.com]", "{ilb: 10.40.16.5}"),
    ),
    "an entry point on the address of a gateway": Wrong(
        "D23",
        "addresses: {ilb: 10.40.24.10}",
        "is the address for east-west",
        inbound("[googleapis.com]", "{ilb: 10.40.24.10}"),
    ),
    "a VPC that asks itself": Wrong(
        "D23", f"forward_from: {OWN}", "that one asks nobody", dns(f"      forward_from: {OWN}\n")
    ),
    "a VPC that asks one that there is not": Wrong(
        "D23",
        f"forward_from: {OTHER}2",
        "no environment has the VPC",
        dns(f"      forward_from: {OTHER}2\n"),
    ),
    # Who is told
    "a channel of another project": Wrong(
        "D22",
        "alerts: {warning: [projects/varde-k8s-dev-5e6f",
        "is of another project",
        {ALERTS: ALERTS.replace("varde-net-dev-7a8b", "varde-k8s-dev-5e6f")},
    ),
    "warnings that nobody reads": Wrong(
        "D22", "alerts: {warning: []}", "nobody reads", {ALERTS: "    alerts: {warning: []}\n"}
    ),
    "production that calls nobody": Wrong(
        "D22",
        "alerts:",
        "calls nobody",
        {"      critical: [projects/varde-net-prod-5c6d/notificationChannels/90000000000000000401]\n": ""},
        PROD,
    ),
}


def test_there_are_thirty_five_and_more() -> None:
    assert len(WRONG) >= 35
    assert len({case.rule for case in WRONG.values()}) >= 14


@pytest.mark.parametrize("what", WRONG)
def test_a_network_is_refused_by_one_rule_at_its_line_for(what: str) -> None:
    refused_by_one_rule(WRONG[what])
