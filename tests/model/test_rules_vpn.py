"""The VPN's parts, each as its provider takes it."""

from __future__ import annotations

import re

import pytest

from tests.model.cases import DEV, ORGANISATION, PROD, ROOT, SANDBOX, TEST, edited, of_rule, problems, refused


def tunnels(file: str, pattern: str, new: str) -> dict[str, str]:
    """Return a stack with every match of `pattern` replaced, at least one."""
    text, count = re.subn(pattern, new, (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count
    return {file: text}


class TestRedundantPaths:
    """Gateway interfaces, peers and how tunnels pair them."""

    def test_both_tunnels_on_one_gateway_interface_are_refused(self) -> None:
        edit = edited(SANDBOX, {"gateway_interface: 1": "gateway_interface: 0"})
        assert refused("D1", edit, saying="interface 1 of the gateway: both must carry one").file == SANDBOX
        assert not of_rule("D3", edit), "that the pair is missing goes without saying"

    def test_a_gateway_interface_that_does_not_exist_is_refused(self) -> None:
        edit = edited(SANDBOX, {"gateway_interface: 1": "gateway_interface: 2"})
        assert refused("D5", edit, saying="use 0 or 1")

    def test_a_device_that_the_organisation_does_not_have_is_refused(self) -> None:
        edit = edited(ORGANISATION, {"    fw-b: {site: bergen1,": "    fw-c: {site: bergen1,"})
        assert refused("D2", edit, saying="no VPN device 'fw-b'").file.startswith("stacks/Pulumi.")

    def test_peer_interfaces_other_than_those_of_the_redundancy_type_are_refused(self) -> None:
        numbered = edited(DEV, {"fw-b: {interface: 1,": "fw-b: {interface: 2,"})
        assert refused("D2", numbered, saying="has peer interfaces 0, 1, and the peers have 0, 2").file == DEV
        twice = edited(DEV, {"fw-b: {interface: 1,": "fw-b: {interface: 0,"})
        assert refused("D2", twice, saying="the peers have 0, 0")
        single = edited(DEV, {"TWO_IPS_REDUNDANCY": "SINGLE_IP_INTERNALLY_REDUNDANT"})
        assert refused("D2", single, saying="has peer interfaces 0, and")

    def test_a_tunnel_to_an_unknown_peer_is_refused_with_the_peer_that_was_meant(self) -> None:
        edit = edited(DEV, {"        peer: fw-b\n": "        peer: fw-bb\n"})
        assert refused("D3", edit, saying="did you mean 'fw-b'?")

    def test_two_tunnels_over_one_path_and_a_peer_without_a_tunnel_are_refused(self) -> None:
        edit = tunnels(PROD, r"^        peer: fw-b$", "        peer: fw-a")
        assert refused("D3", edit, saying="t1-if0-fw-b joins interface 0 and fw-a, as t0-if0-fw-a does")
        assert refused("D3", edit, saying="no tunnel goes to peer fw-b")

    def test_interfaces_that_are_paired_crosswise_are_refused(self) -> None:
        crossed = {"fw-a: {interface: 0,": "fw-a: {interface: 1,", "fw-b: {interface: 1,": "fw-b: {interface: 0,"}
        assert refused("D3", edited(DEV, crossed), saying="no tunnel joins gateway interface 0 and peer interface 0")
        assert not of_rule("D3", edited(PROD, crossed))


class TestSessions:
    """BGP sessions, their link-local ranges and ends, names and priorities."""

    LINK = "        range: 169.254.30.4/30\n"

    def test_a_link_of_another_environment_is_refused_and_a_free_one_is_named(self) -> None:
        problem = refused(
            "D10", edited(TEST, {self.LINK: "        range: 169.254.20.4/30\n"}), saying="t1-if1-fw-b of dev"
        )
        assert problem.file == TEST
        assert "stacks/Pulumi.dev.yaml:" in problem.message
        assert problem.remedy.endswith("169.254.30.4/30")

    @pytest.mark.parametrize(
        ("link", "saying"),
        [
            ("169.254.169.252/30", "metadata server"),
            ("10.0.0.0/30", "not link-local"),
            ("169.254.30.8/29", "no /30"),
        ],
    )
    def test_a_link_that_is_no_link_local_slash_30_or_the_metadata_servers_is_refused(
        self, link: str, saying: str
    ) -> None:
        assert refused("D10", edited(TEST, {self.LINK: f"        range: {link}\n"}), saying=saying).file == TEST

    def test_a_link_with_host_bits_is_refused_with_the_network_that_it_is_in(self) -> None:
        edit = edited(TEST, {self.LINK: "        range: 169.254.40.2/30\n"})
        assert refused("format", edit, saying="169.254.40.0/30").file == TEST

    def test_swapped_ends_are_refused_as_such(self) -> None:
        ends = {
            "        google_address: 169.254.30.5\n        peer_address: 169.254.30.6\n": (
                "        google_address: 169.254.30.6\n        peer_address: 169.254.30.5\n"
            )
        }
        assert refused("D10", edited(TEST, ends), saying="the two ends of t1-if1-fw-b are swapped")

    def test_an_end_outside_its_link_is_refused_with_the_address_that_it_has(self) -> None:
        edit = edited(TEST, {"google_address: 169.254.30.5": "google_address: 169.254.30.9"})
        assert refused("D10", edit, saying="write 169.254.30.5")

    def test_a_tunnel_whose_session_would_have_too_long_a_name_is_refused(self) -> None:
        for length, expected in ((59, False), (60, True)):
            edit = edited(TEST, {"      t1-if1-fw-b:\n": f"      {'t' * length}:\n"})
            assert bool(of_rule("D11", edit)) is expected

    def test_unequal_priorities_are_refused_in_active_active_and_told_apart_in_active_passive(self) -> None:
        standby = {"        peer: fw-b\n": "        peer: fw-b\n        priority: 200\n"}
        assert refused("D13", edited(DEV, standby), saying="active-active means that all carry traffic").file == DEV
        mode = {
            "    redundancy: TWO_IPS_REDUNDANCY\n": "    redundancy: TWO_IPS_REDUNDANCY\n    mode: active-passive\n"
        }
        assert not of_rule("D13", edited(DEV, {**standby, **mode}))
        assert refused("D13", edited(DEV, mode), saying="active-passive has two levels")

    @pytest.mark.parametrize("priority", [-1, 65536])
    def test_a_priority_that_is_no_med_is_refused(self, priority: int) -> None:
        edit = edited(DEV, {"        peer: fw-b\n": f"        peer: fw-b\n        priority: {priority}\n"})
        assert refused("D13", edit, saying="is no MED")

    def test_bfd_is_refused_with_what_stands_in_for_it(self) -> None:
        edit = edited(DEV, {"        peer: fw-b\n": "        peer: fw-b\n        bfd: {mode: ACTIVE}\n"})
        problem = refused("D14", edit, saying="not supported on HA VPN")
        assert "60 seconds" in problem.remedy
        text = edit[DEV].splitlines()
        assert "bfd" in text[problem.line - 1]


class TestKeysAndNumbers:
    """Pre-shared keys and autonomous systems."""

    def test_two_tunnels_with_one_key_are_refused(self) -> None:
        edit = edited(DEV, {"varde-net-dev-7a8b/vpn-psk-1": "varde-net-dev-7a8b/vpn-psk-0"})
        assert refused("D8", edit, saying="as t0-if0-fw-a of dev").file == DEV

    def test_a_key_in_another_project_and_another_environments_key_are_refused(self) -> None:
        edit = edited(DEV, {"varde-net-dev-7a8b/vpn-psk-1": "varde-net-test-1e2f/vpn-psk-1"})
        assert refused("D8", edit, saying="keep it in varde-net-dev-7a8b").file == DEV
        assert refused("D8", edit, saying="has the key sm://varde-net-test-1e2f/vpn-psk-1").file == TEST

    @pytest.mark.parametrize("asn", [64511, 65535, 4199999999, 4294967295])
    def test_an_asn_that_is_not_private_is_refused(self, asn: int) -> None:
        assert refused("D9", edited(DEV, {"asn: 64602": f"asn: {asn}"}), saying="use a private one").file == DEV

    @pytest.mark.parametrize("asn", [64512, 65534, 4200000000, 4294967294])
    def test_private_asns_are_accepted_up_to_their_bounds(self, asn: int) -> None:
        assert not of_rule("D9", edited(DEV, {"asn: 64602": f"asn: {asn}"}))

    def test_an_asn_of_the_sites_or_of_another_environment_is_refused_and_a_free_one_is_named(self) -> None:
        sites = refused("D9", edited(DEV, {"asn: 64602": "asn: 65010"}), saying="the sites' (stacks/organisation.yaml:")
        assert "64512" in sites.remedy
        assert refused("D9", edited(TEST, {"asn: 64603": "asn: 64602"}), saying="that of dev").file == TEST

    def test_an_asn_of_the_sites_that_does_not_exist_is_refused(self) -> None:
        edit = edited(ORGANISATION, {"on_prem_asn: 65010": "on_prem_asn: 0"})
        assert refused("D9", edit, saying="0 is no ASN").file == ORGANISATION


class TestWhatAllShare:
    """IKE, ciphers and timers."""

    ASN = "  on_prem_asn: 65010\n"
    ONE = "phase1: {encryption: [AES-GCM-16-256], prf: [PRF-HMAC-SHA2-384], dh: [Group-20]}"
    TWO = "phase2: {encryption: [AES-GCM-16-256], pfs: [Group-20]}"

    def test_ike_version_one_is_refused(self) -> None:
        assert refused("D6", edited(ORGANISATION, {self.ASN: f"{self.ASN}  ike_version: 1\n"}), saying="IKEv2")

    @pytest.mark.parametrize(("seconds", "ok"), [(19, False), (20, True), (60, True), (61, False)])
    def test_the_keepalive_is_twenty_to_sixty_seconds(self, seconds: int, ok: bool) -> None:
        edit = edited(ORGANISATION, {self.ASN: f"{self.ASN}  keepalive_seconds: {seconds}\n"})
        assert (not of_rule("D14", edit)) is ok

    @pytest.mark.parametrize(
        ("old", "new", "saying"),
        [
            ("prf: [PRF-HMAC-SHA2-384], dh: [Group-20]", "prf: [PRF-HMAC-SHA2-384], dh: [Group-2]", "Group-2 is weak"),
            ("prf: [PRF-HMAC-SHA2-384]", "prf: [PRF-HMAC-SHA1]", "PRF-HMAC-SHA1 is weak"),
            ("prf: [PRF-HMAC-SHA2-384]", "prf: []", "prf is empty"),
            ("phase1: {encryption: [AES-GCM-16-256]", "phase1: {encryption: [3DES-CBC]", "3DES-CBC is weak"),
            ("phase2: {encryption: [AES-GCM-16-256]", "phase2: {encryption: [AES-CBC-256]", "does not check integrity"),
            (
                "phase2: {encryption: [AES-GCM-16-256]",
                "phase2: {integrity: [HMAC-SHA2-256-128], encryption: [AES-CBC-256, AES-GCM-16-256]",
                "put AES-GCM-16-256 first",
            ),
            ("pfs: [Group-20]", "pfs: [Group-5]", "Group-5 is weak"),
            ("phase2: {", "phase2: {integrity: [HMAC-SHA1-96], ", "HMAC-SHA1-96 is weak"),
        ],
    )
    def test_weak_or_unfit_ciphers_are_refused(self, old: str, new: str, saying: str) -> None:
        assert refused("D7", edited(ORGANISATION, {old: new}), saying=saying).file == ORGANISATION

    def test_a_cipher_block_mode_with_its_integrity_behind_an_authenticated_one_is_accepted(self) -> None:
        new = "phase2: {integrity: [HMAC-SHA2-256-128], encryption: [AES-GCM-16-256, AES-CBC-256]"
        assert not of_rule("D7", edited(ORGANISATION, {"phase2: {encryption: [AES-GCM-16-256]": new}))


def test_unknown_keys_of_a_tunnel_do_not_hide_the_rules_about_it() -> None:
    edit = edited(
        DEV,
        {
            "        peer: fw-b\n": "        peer: fw-b\n        bfd: true\n",
            "gateway_interface: 1": "gateway_interface: 0",
        },
    )
    rules = {problem.rule for problem in problems(edit)}
    assert rules >= {"format", "D1", "D14"}
