"""Environments with links of every kind: attachments before tunnels, a gateway for each site, another gateway, keys.

Each form is an edit of the data of a stack file's `hybrid:vpn`, which is read, changed and written again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import IPv4Address
from typing import Final, cast

import yaml

from model.config.load import load
from model.estate import Environment
from tests.model.cases import ROOT, SANDBOX
from tests.model.forms import Data, Plain

PROJECT: Final = "varde-net-sandbox-3c4d"
PARTNER: Final = "projects/partner-net-1a2b/regions/europe-north1/vpnGateways/partner"
OWN_CIPHER: Final[dict[str, dict[str, list[str]]]] = {
    "phase1": {
        "encryption": ["AES-CBC-256"],
        "integrity": ["HMAC-SHA2-256-128"],
        "prf": ["PRF-HMAC-SHA2-256"],
        "dh": ["Group-14"],
    },
    "phase2": {"encryption": ["AES-CBC-256"], "integrity": ["HMAC-SHA2-256-128"], "pfs": ["Group-14"]},
}
BFD: Final = {"mode": "active", "min_transmit_ms": 1000, "min_receive_ms": 1500, "multiplier": 6}


def attachments(vpn: Data) -> None:
    """Two attachments, one in each edge domain, which win over the tunnels by their MED."""
    vpn["interconnect"] = {
        "kind": "dedicated",
        "asn": 64702,
        "attachments": {
            f"v{number}": {
                "peer": f"fw-{'ab'[number]}",
                "interconnect": f"projects/{PROJECT}/global/interconnects/line-{number}",
                "vlan": 101 + number,
                "edge_domain": 1 + number,
                "metro": "osl",
                "bandwidth": "BPS_1G",
                "mtu": 1460,
                "range": f"169.254.28.{8 * number}/29",
                "priority": 50,
            }
            for number in (0, 1)
        },
    }


def second_metro(vpn: Data) -> None:
    """Two attachments more, in another metropolitan area."""
    first = cast("Data", vpn["interconnect"]["attachments"])
    for number in (0, 1):
        first[f"w{number}"] = {
            **first[f"v{number}"],
            "interconnect": f"projects/{PROJECT}/global/interconnects/line-{2 + number}",
            "metro": "sto",
            "range": f"169.254.28.{16 + 8 * number}/29",
        }


def bfd(vpn: Data) -> None:
    """Let the attachments notice a loss sooner."""
    for each in vpn["interconnect"]["attachments"].values():
        each["bfd"] = dict(BFD)


def partner(vpn: Data) -> None:
    """Let a partner have the lines."""
    vpn["interconnect"] |= {"kind": "partner", "asn": 16550}
    for each in vpn["interconnect"]["attachments"].values():
        del each["interconnect"], each["vlan"], each["bandwidth"]


def site_gateways(vpn: Data) -> None:
    """An external gateway for each site, one address each, both interfaces of ours to each of them."""
    one = cast("Data", vpn["tunnels"]["t0-if0-fw-a"])
    vpn["redundancy"] = "SINGLE_IP_INTERNALLY_REDUNDANT"
    vpn["peers"] = {"fw-a": vpn["peers"]["fw-a"]}
    far = {"interface": 0, "address": "203.0.113.10"}
    vpn["external_gateways"] = {
        "bergen1": {"redundancy": "SINGLE_IP_INTERNALLY_REDUNDANT", "peers": {"fw-b": far}},
    }
    vpn["tunnels"] = {}
    for number, (interface, device) in enumerate(((0, "a"), (0, "b"), (1, "a"), (1, "b"))):
        address = IPv4Address("169.254.10.0") + 4 * number
        tunnel: Data = {
            **one,
            "gateway_interface": interface,
            "peer": f"fw-{device}",
            "range": f"{address}/30",
            "google_address": str(address + 1),
            "peer_address": str(address + 2),
            "pre_shared_key": {"secret": f"sm://{PROJECT}/vpn-psk-{number}"},
        }
        vpn["tunnels"][f"t{number}-if{interface}-fw-{device}"] = tunnel
        if device == "b":
            tunnel["external_gateway"] = "bergen1"


def other_gateway(vpn: Data) -> None:
    """Another HA VPN gateway, of a partner's."""
    vpn["cloud_peers"] = {
        "partner": {
            "gateway": PARTNER,
            "asn": 64900,
            "learned": ["10.70.0.0/16"],
            "tunnels": {
                f"c{number}": {
                    "gateway_interface": number,
                    "range": f"169.254.29.{4 * number}/30",
                    "google_address": f"169.254.29.{4 * number + 1}",
                    "peer_address": f"169.254.29.{4 * number + 2}",
                    "pre_shared_key": {"secret": f"sm://{PROJECT}/vpn-psk-c{number}"},
                    "advertise": ["10.40.0.0/24"],
                }
                for number in (0, 1)
            },
        }
    }


def md5(vpn: Data) -> None:
    """Sign the messages of every session that a tunnel to the sites has."""
    for name, tunnel in vpn["tunnels"].items():
        tunnel["md5"] = {"secret": f"sm://{PROJECT}/bgp-md5-{name.partition('-')[0]}"}


def own_cipher(vpn: Data) -> None:
    """Give the first tunnel a cipher suite of its own."""
    vpn["tunnels"]["t0-if0-fw-a"]["cipher"] = OWN_CIPHER


def quiet(vpn: Data) -> None:
    """Put a route policy on what the first tunnel hears."""
    terms = [{"priority": 1, "match": "destination == '10.9.0.0/16'", "actions": ["drop()"]}]
    vpn["policies"] = {"quiet": {"kind": "import", "terms": terms}}
    vpn["tunnels"]["t0-if0-fw-a"]["import_policies"] = ["quiet"]


ALL_LINKS: Final[tuple[Callable[[Data], None], ...]] = (
    site_gateways,
    attachments,
    bfd,
    other_gateway,
    md5,
    own_cipher,
    quiet,
)
"""Every kind of link and key at once."""


def stack(*changes: Callable[[Data], None], text: str | None = None) -> Mapping[str, str]:
    """Return the sandbox's stack file after changes of its VPN."""
    found = (ROOT / SANDBOX).read_text(encoding="utf-8") if text is None else text
    data = cast("Data", yaml.load(found, Loader=Plain))  # noqa: S506  a safe loader that reads dates as text
    for change in changes:
        change(data["config"]["hybrid:vpn"])
    return {SANDBOX: yaml.dump(data, sort_keys=False, allow_unicode=True)}


@cache
def linked(*changes: Callable[[Data], None]) -> Environment:
    """Return the sandbox after changes of its VPN."""
    found = load(ROOT, texts=stack(*changes)).estate
    assert found is not None
    return found.environments["sandbox"]
