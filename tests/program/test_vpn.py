"""The VPN of each environment as the program registers it. Replacements and order are in tests/engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pulumi
import pulumi_gcp as gcp
import pytest

from components.setting import Setting
from components.vpn.drill import disabled_peers
from components.vpn.key import TunnelKey
from infra.environment import build
from model.config.vpn import Drill, KeySource, PreSharedKey
from model.planning.advertised import advertised_by
from operations.record import Recorded, Recording, Secret, record
from operations.record.values import Json, bare, holds
from tests.model.cases import DEV, PROD, SANDBOX, edited, environment
from tests.program.programs import ENVIRONMENTS, at, items, recorded, recorded_with, void

EVERY = pytest.mark.parametrize("name", ENVIRONMENTS)
TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"
PEER = "gcp:compute/routerPeer:RouterPeer"
PASSWORD = "random:index/randomPassword:RandomPassword"  # noqa: S105  a resource type
LOOK_UP = "gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess"
DRILL = "drill: {disabled_peers: []}"


def text(resource: Recorded, path: str) -> str:
    value = at(resource, path)
    assert isinstance(value, str), value
    return value


@EVERY
class TestShape:
    """Losing one interface, one device or one site leaves a way through (D1 to D3)."""

    def test_each_tunnel_joins_the_interfaces_that_the_file_says(self, name: str) -> None:
        env = environment(name)
        assert len(recorded(name).of_type(TUNNEL)) == len(env.vpn.tunnels)
        for key, plan in env.vpn.tunnels.items():
            tunnel = recorded(name).one(TUNNEL, f"vpn-{key}-tunnel")
            assert text(tunnel, "name") == key
            assert tunnel.inputs["vpnGatewayInterface"] == plan.gateway_interface
            assert tunnel.inputs["peerExternalGatewayInterface"] == env.vpn.peers[plan.peer].interface

    def test_the_external_gateway_has_each_devices_address_at_its_interface(self, name: str) -> None:
        (gateway,) = recorded(name).of_type("ExternalVpnGateway")
        found = {each["id"]: each["ipAddress"] for each in items(gateway, "interfaces")}
        assert found == {peer.interface: str(peer.address) for peer in environment(name).vpn.peers.values()}
        assert text(gateway, "redundancyType") == environment(name).vpn.redundancy

    def test_every_tunnel_uses_ike_2_and_the_organisations_ciphers_without_integrity_beside_an_aead(
        self, name: str
    ) -> None:
        for tunnel in recorded(name).of_type(TUNNEL):
            assert tunnel.inputs["ikeVersion"] == 2
            assert at(tunnel, "cipherSuite") == {
                "phase1": {
                    "encryptions": ("AES-GCM-16-256",),
                    "prves": ("PRF-HMAC-SHA2-384",),
                    "dhs": ("Group-20",),
                },
                "phase2": {"encryptions": ("AES-GCM-16-256",), "pfs": ("Group-20",)},
            }


@EVERY
class TestSessions:
    """What the sites hear from us decides where their traffic goes (D9 to D14)."""

    def test_each_session_has_the_addresses_of_its_range_on_an_interface_of_its_own_tunnel(self, name: str) -> None:
        env = environment(name)
        for key, plan in env.vpn.tunnels.items():
            interface = recorded(name).one("RouterInterface", f"vpn-{key}-if")
            peer = recorded(name).one(PEER, f"vpn-{key}-bgp")
            assert text(interface, "ipRange") == f"{plan.google_address}/30"
            assert (text(interface, "vpnTunnel"), text(interface, "name")) == (key, f"{key}-if")
            assert (text(peer, "interface"), text(peer, "name")) == (f"{key}-if", f"{key}-bgp")
            assert (text(peer, "ipAddress"), text(peer, "peerIpAddress")) == (
                str(plan.google_address),
                str(plan.peer_address),
            )
            assert peer.inputs["peerAsn"] == 65010

    def test_the_router_has_its_own_asn_keeps_alive_as_agreed_and_advertises_nothing_by_itself(self, name: str) -> None:
        router = recorded(name).one("gcp:compute/router:Router", "vpn-router")
        assert at(router, "bgp") == {
            "asn": environment(name).vpn.asn,
            "keepaliveInterval": 20,
            "advertiseMode": "CUSTOM",
        }

    def test_each_session_advertises_exactly_what_the_plan_says_and_no_group(self, name: str) -> None:
        for key in environment(name).vpn.tunnels:
            peer = recorded(name).one(PEER, f"vpn-{key}-bgp")
            told = [str(each["range"]) for each in items(peer, "advertisedIpRanges")]
            assert told == [str(each.range) for each in advertised_by(environment(name), key)]
            assert peer.inputs["advertiseMode"] == "CUSTOM"
            assert "advertisedGroups" not in peer.inputs

    def test_no_session_asks_for_bfd_which_ha_vpn_does_not_have(self, name: str) -> None:
        assert not [each.name for each in recorded(name).of_type(PEER) if "bfd" in each.inputs]

    def test_every_session_is_up_with_the_files_priority(self, name: str) -> None:
        for key, plan in environment(name).vpn.tunnels.items():
            inputs = recorded(name).one(PEER, f"vpn-{key}-bgp").inputs
            assert (inputs["enable"], inputs["advertisedRoutePriority"]) == (True, plan.priority)


class TestPriority:
    """The provider can not tell a priority of 0 from none at all."""

    def test_a_priority_of_zero_goes_by_its_own_switch(self) -> None:
        secret = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-0}\n"  # noqa: S105  a reference
        recording = recorded_with("dev", edited(DEV, {secret: f"{secret}        priority: 0\n"}))
        first = recording.one(PEER, "vpn-t0-if0-fw-a-bgp").inputs
        assert first["zeroAdvertisedRoutePriority"] is True
        assert "advertisedRoutePriority" not in first
        other = recording.one(PEER, "vpn-t1-if1-fw-b-bgp").inputs
        assert "zeroAdvertisedRoutePriority" not in other


class TestDrill:
    """A drill switches sessions off, for a while, and changes nothing else (D20)."""

    def drilled(self, last_day: str) -> tuple[str, ...]:
        drill = f'drill: {{disabled_peers: [t0-if0-fw-a-bgp], expires: "{last_day}"}}'
        return recorded_with("dev").differences(recorded_with("dev", edited(DEV, {DRILL: drill})))

    def test_a_disabled_session_is_switched_off_and_everything_else_stays(self) -> None:
        today = environment("dev").today.isoformat()
        assert [urn.rsplit("::", 1)[-1] for urn in self.drilled(today)] == ["vpn-t0-if0-fw-a-bgp"]
        drill = f'drill: {{disabled_peers: [t0-if0-fw-a-bgp], expires: "{today}"}}'
        before = recorded("dev").one(PEER, "vpn-t0-if0-fw-a-bgp").inputs
        after = recorded_with("dev", edited(DEV, {DRILL: drill})).one(PEER, "vpn-t0-if0-fw-a-bgp").inputs
        assert {**before, "enable": False} == dict(after)

    def test_a_drill_that_is_over_switches_nothing_off(self) -> None:
        assert self.drilled("2026-11-01") == ()

    def test_the_last_day_is_still_part_of_the_drill_and_no_last_day_never_ends_it(self) -> None:
        drill = Drill(disabled_peers=("a-bgp",), expires=date(2026, 11, 2))
        assert disabled_peers(drill, date(2026, 11, 2)) == {"a-bgp"}
        assert disabled_peers(drill, date(2026, 11, 3)) == frozenset()
        assert disabled_peers(Drill(disabled_peers=("a-bgp",)), date(2026, 11, 3)) == {"a-bgp"}


def keyed(name: str, key: str) -> Recording:
    """Return what an environment registers once the random provider has made `key` for every tunnel."""

    def made(resource: Recorded) -> Mapping[str, Json]:
        return {"result": key} if resource.type == PASSWORD else {}

    return record(lambda: void(build(environment(name))), stack=name, computed=made)


def key_sources(recording: Recording) -> list[tuple[str, ...]]:
    return [each.sources.get("sharedSecret", ()) for each in recording.of_type(TUNNEL)]


class TestKeys:
    """Each tunnel has a key of its own, of at least 32 characters, and nobody sees it (D8)."""

    @EVERY
    def test_each_tunnel_has_a_generated_key_of_its_own_kept_where_the_file_says(self, name: str) -> None:
        recording = recorded(name)
        sources = key_sources(recording)
        assert all(len(each) == 1 and "RandomPassword" in each[0] for each in sources)
        assert len(set(sources)) == len(environment(name).vpn.tunnels)
        for key, plan in environment(name).vpn.tunnels.items():
            secret = recording.one("gcp:secretmanager/secret:Secret", f"vpn-{key}-key-secret")
            assert f"sm://{text(secret, 'project')}/{text(secret, 'secretId')}" == plan.pre_shared_key.secret
            version = recording.one("SecretVersion", f"vpn-{key}-key-version")
            assert version.sources["secretData"] == recording.one(TUNNEL, f"vpn-{key}-tunnel").sources["sharedSecret"]

    @EVERY
    def test_a_key_has_at_least_32_letters_and_digits(self, name: str) -> None:
        for password in recorded(name).of_type(PASSWORD):
            length = at(password, "length")
            assert isinstance(length, int)
            assert length >= 32
            assert password.inputs["special"] is False

    def test_a_key_stays_secret_wherever_it_goes_also_once_it_is_known(self) -> None:
        known = "K" * 40
        recording = keyed("sandbox", known)
        holders = {
            f"{each.type} {name}"
            for each in recording.resources
            for name, value in each.inputs.items()
            if known in repr(bare(value))
        }
        assert holders == {f"{TUNNEL} sharedSecret", "gcp:secretmanager/secretVersion:SecretVersion secretData"}
        for each in (*recording.of_type(TUNNEL), *recording.of_type("SecretVersion")):
            field = "sharedSecret" if each.type == TUNNEL else "secretData"
            assert isinstance(each.inputs[field], Secret)
        assert known not in repr(recording)
        assert not [
            urn for urn, outputs in recording.outputs.items() if any(holds(v, Secret) for v in outputs.values())
        ]

    def test_a_looked_up_key_is_a_secret_to_whoever_takes_it_from_the_component(self) -> None:
        reference = PreSharedKey(secret="sm://net-1a2b3c/vpn-psk-0", source=KeySource.REFERENCED)  # noqa: S106  a reference

        def program() -> None:
            providers = pulumi.ResourceOptions(providers=[gcp.Provider("gcp")])
            key = TunnelKey("key", setting=Setting.of(environment("sandbox")), key=reference, opts=providers)
            pulumi.export("key", key.value)

        recording = record(program, stack="sandbox", answers={LOOK_UP: lambda _: {"secretData": "K" * 40}})
        assert recording.outputs[""]["key"] == Secret("K" * 40)

    def test_a_referenced_key_is_looked_up_with_the_least_role_and_makes_no_secret(self) -> None:
        reference = "pre_shared_key: {secret: sm://varde-net-sandbox-3c4d/vpn-psk-0}"
        edit = edited(SANDBOX, {reference: reference.replace("}", ", source: referenced}")})
        recording = recorded_with("sandbox", edit)
        looked_up = [dict(each.arguments) for each in recording.invokes if each.arguments.get("secret") == "vpn-psk-0"]
        assert looked_up == [{"project": "varde-net-sandbox-3c4d", "secret": "vpn-psk-0", "version": "latest"}]
        assert all(each.provider for each in recording.invokes)
        assert {each.name for each in recording.of_type(PASSWORD)} == {"vpn-t1-if1-fw-b-key-password"}
        assert isinstance(recording.one(TUNNEL, "vpn-t0-if0-fw-a-tunnel").inputs["sharedSecret"], Secret)


class TestReplacement:
    """Names are fixed by the file, so the old one must be gone before the new one can be made (D4)."""

    @EVERY
    def test_tunnel_interface_and_session_are_deleted_before_they_are_replaced(self, name: str) -> None:
        recording = recorded(name)
        parts = [*recording.of_type(TUNNEL), *recording.of_type("RouterInterface"), *recording.of_type(PEER)]
        assert len(parts) == 3 * len(environment(name).vpn.tunnels)
        assert all(each.options.delete_before_replace for each in parts)

    def test_another_bgp_range_changes_the_interface_and_the_session_and_leaves_the_tunnel(self) -> None:
        edit = edited(
            PROD,
            {
                "range: 169.254.40.12/30": "range: 169.254.40.16/30",
                "google_address: 169.254.40.13": "google_address: 169.254.40.17",
                "peer_address: 169.254.40.14": "peer_address: 169.254.40.18",
            },
        )
        changed = recorded_with("prod").differences(recorded_with("prod", edit))
        assert {urn.rsplit("::", 1)[-1] for urn in changed} == {"vpn-t3-if1-fw-b-if", "vpn-t3-if1-fw-b-bgp"}


class TestProtection:
    """A new gateway has new addresses, and the far side must be changed with it (D4, X8)."""

    IDENTITY = re.compile(r"vpn-(gateway|external-gateway|router|.*-tunnel)")
    SECRETS = re.compile(r"vpn-.*-key-(password|secret)")

    def protected(self, name: str) -> set[str]:
        return {each.name for each in recorded(name).resources if each.name.startswith("vpn-") and each.options.protect}

    def test_sandbox_protects_nothing(self) -> None:
        assert self.protected("sandbox") == set()

    @pytest.mark.parametrize("name", ["dev", "test"])
    def test_dev_and_test_protect_what_the_far_side_knows(self, name: str) -> None:
        found = self.protected(name)
        assert len(found) == 5
        assert all(self.IDENTITY.fullmatch(each) for each in found)

    def test_prod_protects_the_keys_too_and_the_provider_refuses_as_well(self) -> None:
        found = self.protected("prod")
        assert len([each for each in found if self.IDENTITY.fullmatch(each)]) == 7
        assert len([each for each in found if self.SECRETS.fullmatch(each)]) == 8
        assert len(found) == 15
        for resource in recorded("prod").resources:
            if resource.name in found and resource.type != PASSWORD:
                assert resource.inputs["deletionPolicy"] == "PREVENT", resource.name

    def test_a_key_that_is_replaced_can_be_brought_back_where_it_is_protected(self) -> None:
        policies = {name: text(recorded(name).of_type("SecretVersion")[0], "deletionPolicy") for name in ENVIRONMENTS}
        assert policies == {"sandbox": "DELETE", "dev": "DELETE", "test": "DELETE", "prod": "DISABLE"}
