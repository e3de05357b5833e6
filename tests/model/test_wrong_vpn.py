"""VPN sections that are wrong in one way each: the rule that says so, the line it points at, and its words.

Each is the organisation's own file with an edit, and breaks one rule alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from model.config.problems import Severity
from model.rules.reference import all_rules
from tests.model.cases import DEV, ORGANISATION, PROD, edited, problems
from tests.model.wrong import Wrong, after, refused_by_one_rule

PEERS = (
    "    peers:\n"
    "      fw-a: {interface: 0, address: 198.51.100.20}\n"
    "      fw-b: {interface: 1, address: 203.0.113.20}\n"
)
KEY = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-0}\n"
SECOND_KEY = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-1}\n"
PEAK = "    peak_kpps: 80\n"
DRILL = "    drill: {disabled_peers: []}\n"
CIPHER = (
    "phase1: {encryption: [AES-GCM-16-256], prf: [PRF-HMAC-SHA2-384], dh: [Group-20]}",
    "phase2: {encryption: [AES-GCM-16-256], pfs: [Group-20]}",
)
PARTNER = "projects/partner-net-1a2b/regions/europe-north1/vpnGateways/partner"
LINE = "projects/varde-net-dev-7a8b/global/interconnects/line"


def own(line: str) -> dict[str, str]:
    """Return the edit that gives the first tunnel one more key."""
    return after(KEY, f"        {line}\n")


def suite(**changed: str) -> dict[str, str]:
    """Return the edit that gives the first tunnel a cipher suite of its own, with some of its lists as stated."""
    lists = {
        "encryption": "[AES-CBC-256]",
        "integrity": "[HMAC-SHA2-256-128]",
        "prf": "[PRF-HMAC-SHA2-256]",
        "dh": "[Group-14]",
        "pfs": "[Group-14]",
        **changed,
    }
    one, two = (
        "".join(f"            {name}: {lists[name]}\n" for name in names)
        for names in (("encryption", "integrity", "prf", "dh"), ("pfs",))
    )
    return own(
        f"cipher:\n          phase1:\n{one}          phase2:\n            encryption: [AES-GCM-16-256]\n{two}".rstrip()
    )


def cloud(*, gateway: str = PARTNER, asn: str = "64900", more: str = "", **changed: str) -> dict[str, str]:
    """Return the edit that adds another gateway of the cloud with two tunnels."""
    first = {"gateway_interface": "0", "name": "c0", **changed}
    tunnels = "".join(
        f"          {name}:\n            gateway_interface: {number}\n            range: 169.254.29.{begin}/30\n"
        f"            google_address: 169.254.29.{begin + 1}\n            peer_address: 169.254.29.{begin + 2}\n"
        f"            pre_shared_key: {{secret: sm://varde-net-dev-7a8b/vpn-psk-{name}}}\n"
        for name, number, begin in ((first["name"], first["gateway_interface"], 0), ("c1", "1", 4))
    )
    return after(
        PEAK,
        f"    cloud_peers:\n      partner:\n        gateway: {gateway}\n        asn: {asn}\n"
        f"{more}        tunnels:\n{tunnels}",
    )


def third(lines: str) -> dict[str, str]:
    """Return the edit that adds another gateway with one tunnel more."""
    return {PEAK: f"{cloud()[PEAK]}{lines}"}


def line(*, kind: str = "dedicated", asn: str = "64702", name: str = "v0", **changed: str) -> dict[str, str]:
    """Return the edit that adds two VLAN attachments, the first with some keys as stated."""
    dedicated = kind == "dedicated"
    attachments: list[str] = []
    for number, key, keys in ((1, name, changed), (2, "v1", dict[str, str]())):
        entry = {"peer": f"fw-{'ab'[number - 1]}", "edge_domain": str(number), "mtu": "1460"}
        entry["range"] = f"169.254.28.{8 * number}/29"
        if dedicated:
            entry |= {"interconnect": f"{LINE}-{number}", "vlan": str(100 + number)}
        entry |= keys
        attachments.append(f"        {key}:\n" + "".join(f"          {each}: {entry[each]}\n" for each in entry))
    head = f"    interconnect:\n      kind: {kind}\n      asn: {asn}\n      attachments:\n"
    return after(PEAK, head + "".join(attachments))


def policy(*, kind: str = "import", terms: str = "[{priority: 1, match: 'true', actions: [drop()]}]") -> dict[str, str]:
    """Return the edit that adds a route policy, which the first tunnel uses on what it hears."""
    return {
        **own("import_policies: [quiet]"),
        **after(PEAK, f"    policies:\n      quiet:\n        kind: {kind}\n        terms: {terms}\n"),
    }


def second_gateway(devices: str) -> dict[str, str]:
    """Return the edit that adds an external gateway of a third site, with `devices`, to which nothing leads."""
    return after(
        PEERS, f"    external_gateways:\n      far:\n        redundancy: TWO_IPS_REDUNDANCY\n        peers: {devices}\n"
    )


WRONG = {
    # Gateways, peers and tunnels
    "an interface without a tunnel": Wrong(
        "D1",
        "tunnels:",
        "no tunnel of dev is on interface 1",
        {
            "        gateway_interface: 1\n        peer: fw-b": "        gateway_interface: 0\n        peer: fw-b",
        },
    ),
    "another gateway that one interface reaches": Wrong(
        "D1", "tunnels:", "no tunnel to partner is on interface 0", cloud(gateway_interface="1")
    ),
    "a device of nobody's": Wrong(
        "D2",
        "fw-c: {interface: 1",
        "no VPN device 'fw-c'",
        {
            "fw-b: {interface: 1, address: 203.0.113.20}": "fw-c: {interface: 1, address: 203.0.113.20}",
            "peer: fw-b": "peer: fw-c",
        },
    ),
    "peers that are not numbered as their kind is": Wrong(
        "D2",
        "peers:",
        "has peer interfaces 0, 1, and the peers have 0, 2",
        {"fw-b: {interface: 1": "fw-b: {interface: 2"},
    ),
    "one address where two are said to be": Wrong(
        "D2",
        "peers:",
        "SINGLE_IP_INTERNALLY_REDUNDANT has peer interfaces 0",
        {"redundancy: TWO_IPS_REDUNDANCY": "redundancy: SINGLE_IP_INTERNALLY_REDUNDANT"},
    ),
    "a peer that no tunnel reaches": Wrong(
        "D3",
        "fw-a: {interface: 0",
        "no tunnel goes to peer fw-a",
        {"        gateway_interface: 0\n        peer: fw-a": "        gateway_interface: 0\n        peer: fw-b"},
    ),
    "a further gateway that no tunnel reaches": Wrong(
        "D3",
        "peers: {fw-a:",
        "no tunnel goes to peer fw-a",
        second_gateway("{fw-a: {interface: 0, address: 198.51.100.25}, fw-b: {interface: 1, address: 203.0.113.25}}"),
    ),
    "a further gateway that is not there": Wrong(
        "D3", "external_gateway: far", "no external gateway 'far'", own("external_gateway: far")
    ),
    "crossed pairs": Wrong(
        "D3",
        "tunnels:",
        "no tunnel joins gateway interface 0 and peer interface 0",
        {
            "        gateway_interface: 0\n        peer: fw-a": "        gateway_interface: 0\n        peer: fw-b",
            "        gateway_interface: 1\n        peer: fw-b": "        gateway_interface: 1\n        peer: fw-a",
        },
    ),
    "two tunnels from one interface to another gateway": Wrong(
        "D3",
        "tunnels:",
        "3 tunnels to partner",
        third(
            "          c2:\n            gateway_interface: 1\n            range: 169.254.29.8/30\n"
            "            google_address: 169.254.29.9\n            peer_address: 169.254.29.10\n"
            "            pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-c2}\n",
        ),
    ),
    "a rotation of no tunnel": Wrong(
        "D4",
        "rotation: {tunnel: t9",
        "no tunnel 't9' to rotate",
        after(PEAK, "    rotation: {tunnel: t9, expires: 2026-11-04}\n"),
    ),
    "a rotation that is over": Wrong(
        "D4",
        "rotation:",
        "the rotation ended on 2026-11-01",
        after(PEAK, "    rotation: {tunnel: t0-if0-fw-a, expires: 2026-11-01}\n"),
    ),
    "a rotation of production that lasts": Wrong(
        "D4",
        "rotation:",
        "without protection of t0-if0-fw-a until 2026-11-10",
        after("    peak_kpps: 320\n", "    rotation: {tunnel: t0-if0-fw-a, expires: 2026-11-10}\n"),
        PROD,
    ),
    "a rotation of what a drill has left": Wrong(
        "D4",
        "rotation:",
        "while t0-if0-fw-a is replaced, nothing of dev reaches",
        {
            **after(PEAK, "    rotation: {tunnel: t0-if0-fw-a, expires: 2026-11-04}\n"),
            DRILL: "    drill: {disabled_peers: [t1-if1-fw-b-bgp], expires: 2026-11-04}\n",
        },
    ),
    "another gateway that is not named in full": Wrong(
        "D5", "gateway: partner", "names no HA VPN gateway", cloud(gateway="partner")
    ),
    "another gateway in another region": Wrong(
        "D5", "gateway: projects", "is in europe-west1", cloud(gateway=PARTNER.replace("north1", "west1"))
    ),
    "our own gateway as the other one": Wrong(
        "D5",
        "gateway: projects",
        "the network project of dev itself",
        cloud(gateway=PARTNER.replace("partner-net-1a2b", "varde-net-dev-7a8b")),
    ),
    # IKE, ciphers and keys
    "the first version of IKE": Wrong(
        "D6",
        "ike_version: 1",
        "IKE version 1",
        after("vpn:\n  on_prem_asn: 65010\n", "  ike_version: 1\n"),
        ORGANISATION,
    ),
    "a weak group of the organisation": Wrong(
        "D7", "phase1:", "Group-2 is weak", {CIPHER[0]: CIPHER[0].replace("Group-20", "Group-2")}, ORGANISATION
    ),
    "a weak group of one tunnel": Wrong("D7", "dh: [Group-2]", "Group-2 is weak", suite(dh="[Group-2]")),
    "SHA-1": Wrong("D7", "integrity: [HMAC-SHA1-96]", "HMAC-SHA1-96 is weak", suite(integrity="[HMAC-SHA1-96]")),
    "3DES": Wrong("D7", "encryption: [3DES-CBC]", "3DES-CBC is weak", suite(encryption="[3DES-CBC]")),
    "a cipher without integrity": Wrong(
        "D7", "encryption: [AES-CBC-256]", "does not check integrity", suite(integrity="[]")
    ),
    "a key in another project": Wrong(
        "D8",
        "pre_shared_key:",
        "is kept in varde-net-test-1e2f",
        {KEY: KEY.replace("varde-net-dev-7a8b", "varde-net-test-1e2f").replace("psk-0", "psk-9")},
    ),
    "one key for two tunnels": Wrong(
        "D8", "pre_shared_key:", "has the key sm://varde-net-dev-7a8b/vpn-psk-0", {SECOND_KEY: KEY}
    ),
    "the IKE key as the MD5 key": Wrong(
        "D8",
        "pre_shared_key:",
        "has the key sm://varde-net-dev-7a8b/vpn-psk-1",
        own("md5: {secret: sm://varde-net-dev-7a8b/vpn-psk-1}"),
    ),
    "an MD5 key in another project": Wrong(
        "D8", "md5:", "BGP session is kept in varde-net-test-1e2f", own("md5: {secret: sm://varde-net-test-1e2f/bgp-0}")
    ),
    "a generation before the first": Wrong(
        "D8", "pre_shared_key:", "generation 0", {KEY: KEY.replace("psk-0}", "psk-0, generation: 0}")}
    ),
    # Autonomous systems and addresses
    "an ASN that no Cloud Router takes": Wrong(
        "D9", "asn: 64511", "not one that a Cloud Router takes", {"asn: 64602": "asn: 64511"}
    ),
    "the sites' own ASN": Wrong("D9", "asn: 65010", "is also the sites'", {"asn: 64602": "asn: 65010"}),
    "another gateway with our ASN": Wrong("D9", "asn: 64602", "is also that of dev", cloud(asn="64602")),
    "a partner's line with an ASN of its own": Wrong("D9", "asn: 64702", "its router has 16550", line(kind="partner")),
    "a line of our own with a partner's ASN": Wrong(
        "D9", "asn: 16550", "not one that a Cloud Router takes", line(asn="16550")
    ),
    "a line with the ASN of the VPN": Wrong("D9", "asn: 64602", "is also that of dev's VPN", line(asn="64602")),
    "the range of the metadata server": Wrong(
        "D10",
        "range: 169.254.169.252/30",
        "the metadata server",
        {
            "range: 169.254.20.0/30": "range: 169.254.169.252/30",
            "google_address: 169.254.20.1\n": "google_address: 169.254.169.253\n",
            "peer_address: 169.254.20.2\n": "peer_address: 169.254.169.254\n",
        },
    ),
    "swapped ends": Wrong(
        "D10",
        "google_address: 169.254.20.2",
        "are swapped",
        {
            "google_address: 169.254.20.1\n": "google_address: 169.254.20.2\n",
            "peer_address: 169.254.20.2\n": "peer_address: 169.254.20.1\n",
        },
    ),
    "a range that another environment has": Wrong(
        "D10",
        "range: 169.254.10.0/30",
        "is used by",
        {
            "range: 169.254.20.0/30": "range: 169.254.10.0/30",
            "google_address: 169.254.20.1\n": "google_address: 169.254.10.1\n",
            "peer_address: 169.254.20.2\n": "peer_address: 169.254.10.2\n",
        },
    ),
    "a link to another gateway that a tunnel has": Wrong(
        "D10",
        "range: 169.254.20.0/30",
        "is used by",
        {
            PEAK: cloud()[PEAK]
            .replace("range: 169.254.29.0/30", "range: 169.254.20.0/30")
            .replace("169.254.29.1\n", "169.254.20.1\n")
            .replace("169.254.29.2\n", "169.254.20.2\n")
        },
    ),
    "an attachment with a small range": Wrong(
        "D10", "range: 169.254.28.8/30", "is no /29", line(range="169.254.28.8/30")
    ),
    "a name that is too long": Wrong(
        "D11",
        "t0-if0-fw-a-of-the",
        "characters, and a BGP peer",
        {"      t0-if0-fw-a:": f"      t0-if0-fw-a-of-the-{'x' * 42}:"},
    ),
    "a name that two tunnels have": Wrong(
        "D11", "t0-if0-fw-a:", "is also a tunnel to the sites", cloud(name="t0-if0-fw-a")
    ),
    "a name that a tunnel and an attachment have": Wrong("D11", "t0-if0-fw-a:", "is also", line(name="t0-if0-fw-a")),
    # What is told and heard
    "what the sites announce, told to them": Wrong(
        "D12", "advertise:", "in circles", own("advertise: [10.20.255.0/24]")
    ),
    "an unknown policy": Wrong("D12", "import_policies:", "no route policy 'quiet'", own("import_policies: [quiet]")),
    "a policy of the other direction": Wrong("D12", "import_policies:", "is a policy on export", policy(kind="export")),
    "a policy without terms": Wrong("D12", "terms: []", "has no terms", policy(terms="[]")),
    "two terms of one priority": Wrong(
        "D12",
        "terms:",
        "which comes first is not said",
        policy(terms="[{priority: 1, match: 'a', actions: [drop()]}, {priority: 1, match: 'b', actions: [drop()]}]"),
    ),
    "a term that does nothing": Wrong(
        "D12", "terms:", "does nothing", policy(terms="[{priority: 1, match: 'true', actions: []}]")
    ),
    "a priority that is no MED": Wrong(
        "D13", "priority: 65536", "is no MED", own("priority: 65536") | after(SECOND_KEY, "        priority: 65536\n")
    ),
    "priorities that differ where all carry traffic": Wrong(
        "D13", "priority: 200", "active-active", own("priority: 200")
    ),
    "one level where some stand by": Wrong(
        "D13", "mode: active-passive", "has two levels", after("    asn: 64602\n", "    mode: active-passive\n")
    ),
    "a priority for nothing to learn": Wrong("D13", "learn_priority: 50", "no such range", own("learn_priority: 50")),
    "a priority of learned ranges that is no MED": Wrong(
        "D13", "learn_priority: 65536", "is no MED", own("learn: [10.200.0.0/16]\n        learn_priority: 65536")
    ),
    "a slow keepalive": Wrong(
        "D14",
        "keepalive_seconds: 61",
        "takes 20 to 60",
        after("vpn:\n  on_prem_asn: 65010\n", "  keepalive_seconds: 61\n"),
        ORGANISATION,
    ),
    "BFD that is too fast": Wrong("D14", "bfd:", "min_transmit_ms 300", line(bfd="{min_transmit_ms: 300}")),
    "BFD that gives up too soon": Wrong("D14", "bfd:", "multiplier 3", line(bfd="{multiplier: 3}")),
    "an MTU that attachments do not have": Wrong("D18", "mtu: 1400", "can not have an MTU of 1400", line(mtu="1400")),
    # Drills
    "a drill of every session": Wrong(
        "D20",
        "drill:",
        "would leave dev no path",
        {DRILL: "    drill: {disabled_peers: [t0-if0-fw-a-bgp, t1-if1-fw-b-bgp], expires: 2026-11-04}\n"},
    ),
    "a drill that nobody ends": Wrong(
        "D20", "drill:", "without `expires`", {DRILL: "    drill: {disabled_peers: [t0-if0-fw-a-bgp]}\n"}
    ),
    "a drill that is over": Wrong(
        "D20",
        "drill:",
        "the drill ended",
        {DRILL: "    drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: 2026-11-01}\n"},
    ),
    "a drill in production that nobody allowed": Wrong(
        "D20",
        "drill:",
        "nobody has allowed",
        {DRILL: "    drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: 2026-11-04}\n"},
        PROD,
    ),
    "a drill in production that somebody unknown allowed": Wrong(
        "D20",
        "drill:",
        "no group 'nobody@fjellverket.example'",
        {
            DRILL: "    drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: 2026-11-04, "
            "approval: {by: nobody@fjellverket.example, on: 2026-11-01}}\n"
        },
        PROD,
    ),
    "a drill that will be allowed": Wrong(
        "D20",
        "drill:",
        "which is not yet",
        {
            DRILL: "    drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: 2026-11-04, "
            "approval: {by: varde-role-vaktleder@fjellverket.example, on: 2026-11-03}}\n"
        },
        PROD,
    ),
    # Elsewhere
    "our own range, learned": Wrong("D23", "learn:", "and 10.40.16.0/20 is ours", own("learn: [10.40.17.0/24]")),
    "the sites' range from another gateway": Wrong(
        "D23", "learned:", "is ours or the sites'", cloud(more="        learned: [10.20.16.0/24]\n")
    ),
    "an attachment on no line": Wrong(
        "D24", "v0:", "is on no line", {PEAK: line()[PEAK].replace(f"          interconnect: {LINE}-1\n", "")}
    ),
    "a line that ends in two places": Wrong(
        "D24",
        "edge_domain: 2",
        "v1 is in edge domain 2, and v0 on the same line, line-1, in 1",
        {PEAK: line()[PEAK].replace(f"{LINE}-2", f"{LINE}-1")},
    ),
    "an attachment to nobody": Wrong("D24", "peer: fw-c", "no VPN device 'fw-c'", line(peer="fw-c")),
    "a VLAN that is no tag": Wrong("D24", "vlan: 4095", "is no tag", line(vlan="4095")),
    "a capacity that nobody sells": Wrong("D24", "bandwidth: BPS_3G", "is no capacity", line(bandwidth="BPS_3G")),
    "an edge domain that is not there": Wrong("D24", "edge_domain: 3", "edge domain 3", line(edge_domain="3")),
    "what a partner decides": Wrong(
        "D24", "bandwidth: BPS_1G", "is the partner's to say", line(kind="partner", asn="16550", bandwidth="BPS_1G")
    ),
}


def test_there_are_thirty_and_more() -> None:
    assert len(WRONG) >= 30
    assert {case.rule for case in WRONG.values()} >= {f"D{number}" for number in (*range(1, 15), 18, 20, 23, 24)}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_is_refused_by_one_rule_at_its_line_for(what: str) -> None:
    refused_by_one_rule(WRONG[what])


@pytest.mark.parametrize(
    ("rule", "says", "replace"),
    [
        ("D24", "is in edge domain 2", {PEAK: line()[PEAK].replace("edge_domain: 2", "edge_domain: 1")}),
        ("D24", "is in edge domain 2 of osl", line(metro="osl")),
        ("D18", "v0 carries 1440 bytes", line(mtu="1440")),
        ("D12", "no session uses route policy quiet", {PEAK: policy()[PEAK]}),
        (
            "D4",
            "may be replaced until 2026-11-04; 250 kpps",
            after(PEAK, "    rotation: {tunnel: t0-if0-fw-a, expires: 2026-11-04}\n"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_is_warned_of(rule: str, says: str, replace: Mapping[str, str]) -> None:
    found = problems(edited(DEV, replace))
    assert not [problem.text() for problem in found if problem.severity is Severity.ERROR]
    assert [problem for problem in found if problem.rule == rule and says in problem.message]


def test_another_gateway_attachments_and_a_policy_are_right_as_they_stand() -> None:
    for replace in (cloud(), line(), line(kind="partner", asn="16550"), policy(), own("learn: [10.200.0.0/16]")):
        assert not [each.text() for each in problems(edited(DEV, replace)) if each.severity is Severity.ERROR]


def test_bfd_at_a_tunnel_is_refused_and_at_an_attachment_it_is_not() -> None:
    at_a_tunnel = [each for each in problems(edited(DEV, own("bfd: {multiplier: 5}"))) if each.rule == "D14"]
    assert [each.severity for each in at_a_tunnel] == [Severity.ERROR]
    assert not [each for each in problems(edited(DEV, line(bfd="{multiplier: 5}"))) if each.rule == "D14"]


def test_every_rule_of_the_vpn_that_a_file_can_break_is_enforced() -> None:
    """D16 is a number that D17 uses; D19 and D22 say what the other side and the deployer have."""
    checked = {number for entry in all_rules() for number in entry.rule.numbers}
    wanted = {f"D{number}" for number in range(1, 25)} - {"D19", "D22"}
    assert wanted - checked == set()
