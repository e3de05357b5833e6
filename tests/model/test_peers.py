"""The other side's configuration: complete, the mirror of the cloud's side, and the same text every time."""

from __future__ import annotations

import re
from argparse import Namespace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final

import pytest

from model.config.organisation import PhaseOne, PhaseTwo
from model.estate import Environment
from model.planning.advertised import advertised_by, learned
from model.planning.order_sheet import order_sheet
from model.planning.peers import ciphers
from model.planning.peers.fortigate import interface as fortigate_interface
from model.planning.peers.gateway import sheet
from model.planning.peers.makes import Make, files
from model.planning.peers.mtu import payload_mtu
from model.planning.peers.plan import device_plan, devices
from model.planning.peers.strongswan import interface as linux_interface
from operations.console import FINE, MISUSED
from operations.vpn import peers
from operations.vpn.orders import as_markdown, others
from tests.model.cases import DEV, edited, environment, estate, sample
from tests.model.forms import Data as Section
from tests.model.linked import ALL_LINKS, OWN_CIPHER, attachments, linked, md5, other_gateway, own_cipher, partner
from tests.model.networks import with_priorities, with_vpn

GOLDEN: Final = Path(__file__).parent / "golden" / "peers"
NAMES: Final = ("sandbox", "dev", "test", "prod")
EVERY: Final = [(name, device, make) for name in NAMES for device in ("fw-a", "fw-b") for make in Make]


def text(env: Environment, device: str, make: Make) -> str:
    """Return all files of a device as one text."""
    return "".join(files(device_plan(env, device), make).values())


@pytest.mark.parametrize("make", Make)
def test_the_files_of_one_environment_are_word_for_word_the_reviewed_ones(make: Make) -> None:
    made = files(device_plan(environment("dev"), "fw-a"), make)
    for name, content in made.items():
        again = f"./hybrid vpn peers dev --device fw-a --format {make} --out {GOLDEN.relative_to(Path.cwd())}"
        assert (GOLDEN / name).read_text(encoding="utf-8") == content, f"if it is meant: {again}"


@pytest.mark.parametrize(("name", "device", "make"), EVERY)
class TestEveryFile:
    """What holds for every environment, device and make."""

    def test_every_tunnel_of_the_device_is_there_with_both_ends_and_its_key(
        self, name: str, device: str, make: Make
    ) -> None:
        env = environment(name)
        made = text(env, device, make)
        for tunnel, each in env.vpn.tunnels.items():
            mine = each.peer == device
            for fact in (tunnel, each.pre_shared_key.secret):
                assert (fact in made or fact.upper() in made) == mine
            for address in (each.google_address, each.peer_address):
                assert bool(re.search(rf"(?<![\d.]){re.escape(str(address))}(?![\d.]*\d)", made)) == mine
        assert str(env.vpn.peers[device].address) in made
        assert str(env.organisation.vpn.on_prem_asn) in made
        assert str(env.vpn.asn) in made

    def test_only_what_the_model_says_is_let_in_and_out(self, name: str, device: str, make: Make) -> None:
        env = environment(name)
        made = text(env, device, make)
        known = {*learned(env), *(each.range for tunnel in env.vpn.tunnels for each in advertised_by(env, tunnel))}
        for prefix in known:
            assert any(form in made for form in (str(prefix), f"{prefix.network_address} {prefix.netmask}"))
        named = {IPv4Network(each) for each in re.findall(r"\d+\.\d+\.\d+\.\d+/(?:[12]\d|[89])(?!\d)", made)}
        assert named <= known
        others = [each for each in NAMES if each != name]
        for other in others:
            assert str(environment(other).network.cloud.network_address) not in made

    def test_sessions_have_the_hold_time_of_three_keepalives_and_no_bfd(
        self, name: str, device: str, make: Make
    ) -> None:
        made = text(environment(name), device, make)
        hold = {Make.SRX: "hold-time 60", Make.FORTIGATE: "set holdtime-timer 60"}.get(make, "timers 20 60")
        assert hold in made
        assert "bfd" not in made.lower()

    def test_segments_are_clamped_to_what_fits(self, name: str, device: str, make: Make) -> None:
        made = text(environment(name), device, make)
        clamp = {
            Make.STRONGSWAN: "maxseg size set 1366",
            Make.IOS_XE: "ip tcp adjust-mss 1366",
            Make.SRX: "tcp-mss ipsec-vpn mss 1366",
            Make.FORTIGATE: "set tcp-mss 1366",
        }
        assert clamp[make] in made
        assert "mtu 1406" in made

    def test_a_second_writing_is_the_same_text(self, name: str, device: str, make: Make) -> None:
        assert text(environment(name), device, make) == text(environment(name), device, make)

    def test_the_devices_speak_with_each_other_inside(self, name: str, device: str, make: Make) -> None:
        other = {"fw-a": "10.20.255.3", "fw-b": "10.20.255.2"}[device]
        assert other in text(environment(name), device, make)


STANDBY: Final = {
    Make.STRONGSWAN: ("set metric {}", "set local-preference {}"),
    Make.IOS_XE: ("set metric {}", "set local-preference {}"),
    Make.SRX: ("then metric {}", "then local-preference {}"),
    Make.FORTIGATE: ("set set-metric {}", "set set-local-preference {}"),
}


@pytest.mark.parametrize("make", Make)
def test_a_standby_device_mirrors_the_med_and_prefers_the_other_ones_routes(make: Make) -> None:
    standby = with_priorities(environment("prod"), lambda name, tunnel: 200 if tunnel.peer == "fw-b" else 100)
    metric, preference = STANDBY[make]
    for device, med, local in (("fw-a", 100, 200), ("fw-b", 200, 190)):
        made = text(standby, device, make)
        assert made.count(metric.format(med)) == made.count(preference.format(local)) == 2
        assert metric.format(300 - med) not in made


@pytest.mark.parametrize("make", Make)
def test_with_equal_priorities_no_preference_is_set(make: Make) -> None:
    made = text(environment("prod"), "fw-a", make)
    assert STANDBY[make][1].partition("{")[0] not in made
    assert made.count(STANDBY[make][0].format(100)) == 2


def test_the_environments_share_a_device_without_sharing_a_name() -> None:
    for device in ("fw-a", "fw-b"):
        plans = [device_plan(env, device) for env in sample().environments.values()]
        tunnels = [tunnel for plan in plans for tunnel in plan.tunnels]
        assert len({tunnel.number for tunnel in tunnels}) == len(tunnels) == 5
        assert len({plan.label for plan in plans}) == len(plans)
        for name in (linux_interface, fortigate_interface):
            assert all(len(name(tunnel)) <= 15 for tunnel in tunnels)


def test_what_environments_share_on_a_device_is_the_same_text_in_each() -> None:
    def shared(env: Environment) -> list[str]:
        made = text(env, "fw-a", Make.STRONGSWAN)
        return re.findall(r"^(?: bgp |router bgp|  maximum-paths).*$", made, flags=re.MULTILINE)

    assert len({tuple(shared(env)) for env in sample().environments.values()}) == 1
    assert " bgp router-id 10.20.255.2" in shared(environment("dev"))


def test_googles_addresses_are_put_in_where_they_are_known_and_marked_where_not() -> None:
    env = environment("prod")
    marked = "".join(files(device_plan(env, "fw-a"), Make.IOS_XE).values())
    assert " tunnel destination <address of interface 1 of varde-prod-havpn>" in marked
    known = "".join(files(device_plan(env, "fw-a", {0: "192.0.2.1", 1: "192.0.2.2"}), Make.IOS_XE).values())
    assert " tunnel destination 192.0.2.2" in known
    assert "<address" not in known


def test_a_device_at_which_no_tunnel_ends_has_no_configuration() -> None:
    assert devices(environment("dev")) == ("fw-a", "fw-b")
    with pytest.raises(KeyError):
        device_plan(environment("dev"), "fw-c")


GCM: Final = PhaseTwo(encryption=("AES-GCM-16-256",), pfs=("Group-20",))
CBC: Final = PhaseTwo(encryption=("AES-CBC-256",), integrity=("HMAC-SHA2-256-128",), pfs=("Group-14",))
BOTH: Final = PhaseTwo(
    encryption=("AES-GCM-16-128", "AES-CBC-128"), integrity=("HMAC-SHA2-512-256",), pfs=("Group-19", "Group-16")
)
ONE: Final = PhaseOne(
    encryption=("AES-GCM-16-256", "AES-CBC-256"),
    integrity=("HMAC-SHA2-384-192",),
    prf=("PRF-HMAC-SHA2-384",),
    dh=("Group-20",),
)


class TestCiphers:
    """Google's names in other languages (D7), and what a cipher leaves room for (D18)."""

    @pytest.mark.parametrize(
        ("phase", "mtu"),
        # 1406 and 1390 are what Google documents for these ciphers; the smaller of several counts.
        [(GCM, 1406), (CBC, 1390), (BOTH, 1374)],
    )
    def test_the_packet_that_fits(self, phase: PhaseTwo, mtu: int) -> None:
        assert payload_mtu(phase) == mtu

    def test_strongswan_has_ciphers_with_and_without_integrity_in_proposals_of_their_own(self) -> None:
        assert ciphers.strongswan_ike(ONE) == "aes256gcm16-prfsha384-ecp384, aes256-sha384-prfsha384-ecp384"
        assert ciphers.strongswan_esp(GCM) == "aes256gcm16-ecp384"
        assert ciphers.strongswan_esp(CBC) == "aes256-sha256-modp2048"
        assert ciphers.strongswan_esp(BOTH) == "aes128gcm16-ecp256-modp4096, aes128-sha512-ecp256-modp4096"

    def test_fortios_names_the_pseudo_random_function_beside_gcm_and_the_check_beside_cbc(self) -> None:
        assert ciphers.fortios_ike(ONE) == "aes256gcm-prfsha384 aes256-sha384"
        assert ciphers.fortios_esp(BOTH) == "aes128gcm aes128-sha512"

    def test_cisco_and_juniper_name_the_mode(self) -> None:
        assert [ciphers.ios_encryption(each) for each in ONE.encryption] == ["aes-gcm-256", "aes-cbc-256"]
        assert ciphers.ios_transform("AES-GCM-16-256", None) == "esp-gcm 256"
        assert ciphers.ios_transform("AES-CBC-256", "HMAC-SHA2-256-128") == "esp-aes 256 esp-sha256-hmac"
        assert [ciphers.junos_encryption(each) for each in ONE.encryption] == ["aes-256-gcm", "aes-256-cbc"]


def test_a_device_of_a_further_gateway_has_its_address_there() -> None:
    far = (
        "    external_gateways:\n      far:\n        redundancy: SINGLE_IP_INTERNALLY_REDUNDANT\n"
        "        peers: {fw-b: {interface: 0, address: 203.0.113.99}}\n"
    )
    moved = {"    tunnels:\n      t0-if0-fw-a:": f"{far}    tunnels:\n      t0-if0-fw-a:"}
    moved |= {"        peer: fw-b\n": "        peer: fw-b\n        external_gateway: far\n"}
    env = estate(edited(DEV, moved)).environments["dev"]
    plan = device_plan(env, "fw-b")
    assert [str(each) for each in plan.owns] == ["203.0.113.99"]
    assert [str(each.own) for each in plan.tunnels] == ["203.0.113.99"]
    assert "203.0.113.99" in text(env, "fw-b", Make.STRONGSWAN)
    assert "203.0.113.20" not in text(env, "fw-b", Make.STRONGSWAN)
    [row] = [each for each in order_sheet(env) if each.number == 12]
    assert {"203.0.113.20", "203.0.113.99"} < {str(end.range) for end in row.sources}


class TestAttachments:
    """A VLAN on a line: an address of the /29, BGP with the other Cloud Router, BFD, and no IPsec (D24)."""

    @pytest.mark.parametrize("make", Make)
    def test_its_interface_session_and_timers_are_there(self, make: Make) -> None:
        made = text(linked(*ALL_LINKS), "fw-a", make)
        words = {
            Make.STRONGSWAN: (
                'ip link add link "<interface of line-0>" name gcp7168 type vlan id "101"',
                "ip address replace 169.254.28.2/29 dev gcp7168",
                'oifname { "gcp7168" } tcp flags syn tcp option maxseg size set 1420',
                "neighbor 169.254.28.1 remote-as 64702",
                "  detect-multiplier 6\n  receive-interval 1000\n  transmit-interval 1500\n",
                "neighbor 169.254.28.1 bfd profile VARDE-SANDBOX-V0",
            ),
            Make.IOS_XE: (
                "interface <interface of line-0>.101\n",
                " encapsulation dot1Q 101\n ip address 169.254.28.2 255.255.255.248\n ip mtu 1460\n",
                " bfd interval 1500 min_rx 1000 multiplier 6\n",
                " neighbor 169.254.28.1 remote-as 64702\n",
                " neighbor 169.254.28.1 update-source <interface of line-0>.101\n",
                " neighbor 169.254.28.1 fall-over bfd\n",
            ),
            Make.SRX: (
                'set interfaces "<interface of line-0>" unit 101 vlan-id 101\n',
                "unit 101 family inet address 169.254.28.2/29\n",
                "set protocols bgp group VARDE-SANDBOX-LINES peer-as 64702\n",
                "neighbor 169.254.28.1 bfd-liveness-detection multiplier 6\n",
                "host-inbound-traffic protocols bfd\n",
            ),
            Make.FORTIGATE: (
                '        set interface "<interface of line-0>"\n        set vlanid 101\n',
                "        set ip 169.254.28.2 255.255.255.248\n",
                "        set bfd-detect-mult 6\n",
                "            set remote-as 64702\n",
            ),
        }[make]
        for each in words:
            assert each in made

    @pytest.mark.parametrize("make", Make)
    def test_a_device_with_attachments_alone_has_no_ipsec(self, make: Make) -> None:
        env = with_vpn(linked(attachments), tunnels={})
        made = text(env, "fw-a", make).lower()
        assert "169.254.28.1" in made
        for word in ("ike", "ipsec", "psk", "bfd", "esp"):
            assert not re.search(rf"(?<![a-z]){word}", made)

    @pytest.mark.parametrize("make", Make)
    def test_bfd_that_nobody_begins_is_not_set(self, make: Make) -> None:
        def disabled(vpn: Section) -> None:
            for each in vpn["interconnect"]["attachments"].values():
                each["bfd"] = {"mode": "disabled"}

        assert "bfd" not in text(linked(attachments, disabled), "fw-a", make).lower()

    @pytest.mark.parametrize("make", Make)
    def test_what_a_partner_says_is_a_mark(self, make: Make) -> None:
        made = text(linked(attachments, partner), "fw-a", make)
        assert "<VLAN of v0>" in made
        assert "<interface of the partner's line in edge domain 1 of osl>" in made
        assert "16550" in made

    @pytest.mark.parametrize("make", Make)
    def test_the_line_is_preferred_to_the_tunnels_though_their_routers_are_two_systems(self, make: Make) -> None:
        made = text(linked(attachments), "fw-a", make)
        metric, preference = STANDBY[make]
        for priority, level in ((50, 200), (100, 190)):
            assert made.count(metric.format(priority)) == made.count(preference.format(level)) == 1


class TestKeysAndCiphers:
    """A session's MD5 key is a mark (D15), and a tunnel may have ciphers of its own (D7)."""

    @pytest.mark.parametrize("make", Make)
    def test_a_signed_session_has_the_mark_of_its_own_key(self, make: Make) -> None:
        mark = "<key sm://varde-net-sandbox-3c4d/bgp-md5-t0>"
        form = {
            Make.STRONGSWAN: f" neighbor 169.254.10.1 password {mark.replace(' ', '-')}\n",
            Make.IOS_XE: f" neighbor 169.254.10.1 password {mark}\n",
            Make.SRX: f'neighbor 169.254.10.1 authentication-key "{mark}"\n',
            Make.FORTIGATE: f'            set password "{mark}"\n',
        }[make]
        assert text(linked(md5), "fw-a", make).count(form) == 1
        assert "md5" not in text(linked(), "fw-a", make)

    @pytest.mark.parametrize("make", Make)
    def test_a_tunnel_negotiates_its_own_suite_and_the_others_the_shared_one(self, make: Make) -> None:
        env = linked(*ALL_LINKS)
        made = text(env, "fw-a", make)
        own, shared = {
            Make.STRONGSWAN: (
                "proposals = aes256-sha256-prfsha256-modp2048",
                "proposals = aes256gcm16-prfsha384-ecp384",
            ),
            Make.IOS_XE: (
                "set transform-set VARDE-SANDBOX-T0-IF0-FW-A-AES-CBC-256-SHA256",
                "set transform-set VARDE-SANDBOX-AES-GCM-16-256",
            ),
            Make.SRX: ("ike ipsec-policy VARDE-SANDBOX-T0-IF0-FW-A", "ike ipsec-policy VARDE-SANDBOX\n"),
            Make.FORTIGATE: ("set proposal aes256-sha256\n        set dhgrp 14", "set proposal aes256gcm-prfsha384\n"),
        }[make]
        assert made.count(own) >= 1
        assert made.count(shared) == 1
        assert "1390" in made
        assert {Make.SRX: "tcp-mss ipsec-vpn mss 1350"}.get(make, "1366") in made

    def test_what_no_tunnel_of_the_device_uses_is_not_proposed(self) -> None:
        made = text(linked(own_cipher), "fw-a", Make.IOS_XE)
        assert "VARDE-SANDBOX-GCM" not in made
        assert "VARDE-SANDBOX-T0-IF0-FW-A-CBC" in made
        assert OWN_CIPHER["phase1"]["dh"] == ["Group-14"]
        assert " group 14\n" in made


def test_the_owner_of_another_gateway_gets_every_value_and_no_key() -> None:
    env = linked(*ALL_LINKS)
    ((name, made),) = sheet(env, "partner").items()
    assert name == "sandbox-partner.gateway.md"
    ours = "projects/varde-net-sandbox-3c4d/regions/europe-north1/vpnGateways/varde-sandbox-havpn"
    for value in (ours, env.vpn.cloud_peers["partner"].gateway, "64900", "64601", "10.70.0.0/16", "10.40.0.0/24"):
        assert value in made
    for tunnel in env.vpn.cloud_peers["partner"].tunnels.values():
        for value in (str(tunnel.google_address), f"{tunnel.peer_address}/30", tunnel.pre_shared_key.secret):
            assert value in made
    assert "partner" not in devices(env)
    with pytest.raises(KeyError):
        sheet(linked(other_gateway), "nobody")


def test_the_command_writes_devices_files_and_gateways_sheets_side_by_side(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def every_link(names: list[str], command: str) -> list[Environment]:
        assert (names, command) == (["sandbox"], "peers")
        return [linked(*ALL_LINKS)]

    monkeypatch.setattr(peers, "environments", every_link)
    given = Namespace(environment="sandbox", device=None, format="ios-xe", gateway=[], out=tmp_path)
    assert peers.run(given) == FINE
    assert {path.name for path in tmp_path.iterdir()} == {
        "sandbox-fw-a.ios-xe.txt",
        "sandbox-fw-b.ios-xe.txt",
        "sandbox-partner.gateway.md",
    }
    for name, expected in (("partner", FINE), ("nobody", MISUSED)):
        given.device = name
        assert peers.run(given) == expected


def test_lines_and_other_gateways_are_ordered_too_and_the_sample_orders_neither() -> None:
    from_whom = dict(others(linked(*ALL_LINKS)))
    assert "VLAN 102 on line-1 to fw-b" in from_whom["whoever runs the sites' routers"]
    assert "./hybrid vpn peers sandbox --device partner" in from_whom["the owner of gateway partner"]
    assert "pairingKey" in dict(others(linked(attachments, partner)))["the service provider"]
    assert "## Lines, and other gateways" in as_markdown(linked(*ALL_LINKS))
    assert "## Lines, and other gateways" not in as_markdown(environment("dev"))
