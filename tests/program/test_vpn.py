"""The VPN of each environment as the program registers it. Replacements and order are in tests/engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp
import pulumi_random as random
import pytest

from components.setting import Setting
from components.vpn.drill import disabled_peers
from components.vpn.key import TunnelKey
from components.vpn.rotation import open_tunnel
from components.vpn.vpn import Vpn
from infra.environment import build
from model.config.vpn import Drill, KeySource, PreSharedKey, Rotation
from model.planning.advertised import advertised_by
from model.planning.told import told
from operations.record import Recorded, Recording, Secret, record
from operations.record.values import Json, bare, holds
from tests.model.cases import DEV, PROD, ROOT, SANDBOX, edited, environment, estate
from tests.program.programs import ENVIRONMENTS, at, items, recorded, recorded_with, void, waits_for

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
        # The alert on sessions leaves out the one that is off on purpose.
        changed = {urn.rsplit("::", 1)[-1] for urn in self.drilled(today)}
        assert changed == {"vpn-t0-if0-fw-a-bgp", "alerts-bgp-down"}
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


Computed = Callable[[Recorded], Mapping[str, Json]]


def nothing(_: Recorded) -> Mapping[str, Json]:
    """Return what a provider computes that says nothing."""
    return {}


KEY = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-0}\n"
PEAK = "    peak_kpps: 80\n"


def own(*lines: str) -> dict[str, str]:
    """Return the edit that gives the first tunnel of dev more keys."""
    return {KEY: KEY + "".join(f"        {line}\n" for line in lines)}


def beside(text: str) -> dict[str, str]:
    """Return the edit that adds `text` to the VPN of dev."""
    return {PEAK: f"{PEAK}{text}"}


def with_edit(replace: Mapping[str, str], computed: Computed = nothing) -> Recording:
    """Return what the VPN of dev alone registers after an edit."""
    return alone("dev", edited(DEV, replace), computed)


def alone(name: str, edit: Mapping[str, str], computed: Computed = nothing) -> Recording:
    """Return what the VPN of an environment alone registers."""
    env = estate(edit).environments[name]

    def program() -> None:
        providers: list[pulumi.ProviderResource] = [gcp.Provider("gcp"), random.Provider("random")]
        Vpn(
            "vpn",
            setting=Setting.of(env),
            plan=env.vpn,
            shared=env.organisation.vpn,
            network="the VPC",
            advertised=told(env),
            disabled_peers=disabled_peers(env.vpn.drill, env.today),
            open_tunnel=open_tunnel(env.vpn.rotation, env.today),
            opts=pulumi.ResourceOptions(providers=providers),
        )

    return record(program, stack=name, computed=computed, answers={LOOK_UP: lambda _: {"secretData": "K" * 40}})


class TestForms:
    """What a VPN can be beyond two devices at two addresses."""

    @pytest.mark.parametrize(
        ("kind", "peers", "tunnels"),
        [
            ("SINGLE_IP_INTERNALLY_REDUNDANT", (0,), ((0, 0), (1, 0))),
            ("FOUR_IPS_REDUNDANCY", (0, 1, 2, 3), ((0, 0), (0, 1), (1, 2), (1, 3))),
        ],
    )
    def test_one_address_and_four_are_paired_with_both_interfaces_of_the_gateway(
        self, kind: str, peers: tuple[int, ...], tunnels: tuple[tuple[int, int], ...]
    ) -> None:
        text = (ROOT / DEV).read_text(encoding="utf-8")
        begin, end = text.index("    redundancy: TWO_IPS"), text.index("    peak_kpps:")
        section = f"    redundancy: {kind}\n    peers:\n"
        section += "".join(f"      fw-{n}: {{interface: {n}, address: 198.51.100.{20 + n}}}\n" for n in peers)
        section += "    tunnels:\n"
        for number, (interface, peer) in enumerate(tunnels):
            section += (
                f"      t{number}:\n        gateway_interface: {interface}\n        peer: fw-{peer}\n"
                f"        range: 169.254.20.{4 * number}/30\n        google_address: 169.254.20.{4 * number + 1}\n"
                f"        peer_address: 169.254.20.{4 * number + 2}\n"
                f"        pre_shared_key: {{secret: sm://varde-net-dev-7a8b/vpn-psk-{number}}}\n"
            )
        recording = alone("dev", {DEV: text[:begin] + section + text[end:]})
        (gateway,) = recording.of_type("ExternalVpnGateway")
        assert gateway.inputs["redundancyType"] == kind
        assert [each["id"] for each in items(gateway, "interfaces")] == list(peers)
        made = [
            (each.inputs["vpnGatewayInterface"], each.inputs["peerExternalGatewayInterface"])
            for each in recording.of_type(TUNNEL)
        ]
        assert sorted(made, key=str) == sorted(tunnels, key=str)

    def test_another_site_has_a_gateway_of_its_own_and_its_tunnel_ends_there(self) -> None:
        far = (
            "    external_gateways:\n      far:\n        redundancy: SINGLE_IP_INTERNALLY_REDUNDANT\n"
            "        peers: {fw-a: {interface: 0, address: 198.51.100.25}}\n"
        )
        recording = with_edit({**own("external_gateway: far"), **beside(far)})
        gateway = recording.one("ExternalVpnGateway", "vpn-external-gateway-far")
        assert (text(gateway, "name"), text(gateway, "redundancyType")) == (
            "varde-dev-fw-far",
            "SINGLE_IP_INTERNALLY_REDUNDANT",
        )
        tunnels = {name: recording.one(TUNNEL, f"vpn-{name}-tunnel") for name in environment("dev").vpn.tunnels}
        waits = {name: waits_for(recording, each) for name, each in tunnels.items()}
        own_gateway = f"{gateway.type} vpn-external-gateway-far"
        assert [name for name, names in waits.items() if own_gateway in names] == ["t0-if0-fw-a"]

    def test_a_gateway_that_no_tunnel_uses_may_go(self) -> None:
        far = (
            "    external_gateways:\n      far:\n        redundancy: SINGLE_IP_INTERNALLY_REDUNDANT\n"
            "        peers: {fw-a: {interface: 0, address: 198.51.100.25}}\n"
        )
        recording = with_edit(beside(far))
        assert recording.one("ExternalVpnGateway", "vpn-external-gateway").options.protect is True
        assert recording.one("ExternalVpnGateway", "vpn-external-gateway-far").options.protect is False

    def test_another_gateway_of_the_cloud_has_no_external_gateway_and_hears_only_what_is_named(self) -> None:
        gateway = "projects/partner-net-1a2b/regions/europe-north1/vpnGateways/partner"
        tunnels = "".join(
            f"          c{n}:\n            gateway_interface: {n}\n            range: 169.254.29.{4 * n}/30\n"
            f"            google_address: 169.254.29.{4 * n + 1}\n            peer_address: 169.254.29.{4 * n + 2}\n"
            f"            pre_shared_key: {{secret: sm://varde-net-dev-7a8b/vpn-psk-c{n}}}\n"
            "            advertise: [10.40.16.0/24]\n"
            for n in (0, 1)
        )
        section = (
            f"    cloud_peers:\n      partner:\n        gateway: {gateway}\n        asn: 64900\n        tunnels:\n"
        )
        recording = with_edit(beside(section + tunnels))
        for number in (0, 1):
            tunnel = recording.one(TUNNEL, f"vpn-c{number}-tunnel").inputs
            assert (tunnel["peerGcpGateway"], tunnel["vpnGatewayInterface"]) == (gateway, number)
            assert not {"peerExternalGateway", "peerExternalGatewayInterface"} & set(tunnel)
            peer = recording.one(PEER, f"vpn-c{number}-bgp")
            assert peer.inputs["peerAsn"] == 64900
            assert [each["range"] for each in items(peer, "advertisedIpRanges")] == ["10.40.16.0/24"]

    def test_a_tunnel_may_have_a_cipher_suite_of_its_own(self) -> None:
        suite = (
            "cipher:",
            "  phase1: {encryption: [AES-CBC-256], integrity: [HMAC-SHA2-256-128], prf: [PRF-HMAC-SHA2-256], "
            "dh: [Group-14]}",
            "  phase2: {encryption: [AES-CBC-256], integrity: [HMAC-SHA2-256-128], pfs: [Group-14]}",
        )
        changed = with_edit(own(*suite))
        assert at(changed.one(TUNNEL, "vpn-t0-if0-fw-a-tunnel"), "cipherSuite.phase1.dhs") == ("Group-14",)
        assert at(changed.one(TUNNEL, "vpn-t0-if0-fw-a-tunnel"), "cipherSuite.phase1.integrities") == (
            "HMAC-SHA2-256-128",
        )
        assert at(changed.one(TUNNEL, "vpn-t1-if1-fw-b-tunnel"), "cipherSuite.phase1.dhs") == ("Group-20",)

    def test_an_md5_key_is_generated_kept_and_secret_everywhere(self) -> None:
        def made(resource: Recorded) -> Mapping[str, Json]:
            return {"result": "M" * 40} if resource.name == "vpn-t0-if0-fw-a-md5-password" else {}

        recording = with_edit(own("md5: {secret: sm://varde-net-dev-7a8b/bgp-md5-0}"), made)
        key = at(recording.one(PEER, "vpn-t0-if0-fw-a-bgp"), "md5AuthenticationKey")
        assert bare(key) == {"name": "t0-if0-fw-a-bgp", "key": "M" * 40}
        assert "M" * 40 not in repr(recording)
        kept = recording.one("gcp:secretmanager/secret:Secret", "vpn-t0-if0-fw-a-md5-secret")
        assert text(kept, "secretId") == "bgp-md5-0"
        assert "md5AuthenticationKey" not in recording.one(PEER, "vpn-t1-if1-fw-b-bgp").inputs

    def test_ranges_that_nobody_announces_go_with_their_session_and_priority(self) -> None:
        peer = with_edit(own("learn: [10.201.0.0/16, 10.200.0.0/16]", "learn_priority: 0")).one(
            PEER, "vpn-t0-if0-fw-a-bgp"
        )
        assert [each["range"] for each in items(peer, "customLearnedIpRanges")] == ["10.200.0.0/16", "10.201.0.0/16"]
        assert peer.inputs["zeroCustomLearnedRoutePriority"] is True
        assert "customLearnedRoutePriority" not in peer.inputs

    def test_a_route_policy_is_made_on_the_router_and_named_by_its_session(self) -> None:
        policies = (
            "    policies:\n      quiet:\n        kind: import\n        terms:\n"
            "          - {priority: 2, match: 'true', actions: [accept()]}\n"
            "          - {priority: 1, match: \"destination == '10.9.0.0/16'\", actions: [drop()]}\n"
        )
        recording = with_edit({**own("import_policies: [quiet]"), **beside(policies)})
        policy = recording.one("RouterRoutePolicy", "vpn-policy-quiet")
        assert (text(policy, "type"), text(policy, "router")) == ("ROUTE_POLICY_TYPE_IMPORT", "varde-dev-vpn-router")
        assert [each["priority"] for each in items(policy, "terms")] == [1, 2]
        assert at(policy, "terms.0.match.expression") == "destination == '10.9.0.0/16'"
        peer = recording.one(PEER, "vpn-t0-if0-fw-a-bgp")
        assert at(peer, "importPolicies") == ("quiet",)
        assert f"{policy.type} vpn-policy-quiet" in waits_for(recording, peer)
        assert "importPolicies" not in recording.one(PEER, "vpn-t1-if1-fw-b-bgp").inputs


def attached(kind: str, *first: str, computed: Computed = nothing) -> Recording:
    """Return dev with two VLAN attachments, the first of which has the lines `first`."""
    asn = 64702 if kind == "dedicated" else 16550
    section = f"    interconnect:\n      kind: {kind}\n      asn: {asn}\n      attachments:\n"
    for number, lines in ((1, first), (2, ())):
        section += (
            f"        v{number}:\n          peer: fw-{'ab'[number - 1]}\n          edge_domain: {number}\n"
            f"          mtu: 1460\n          range: 169.254.28.{8 * number}/29\n"
        )
        if kind == "dedicated":
            section += (
                f"          interconnect: projects/varde-net-dev-7a8b/global/interconnects/line-{number}\n"
                f"          vlan: {100 + number}\n          bandwidth: BPS_1G\n"
            )
        section += "".join(f"          {line}\n" for line in lines)
    return with_edit(beside(section), computed)


class TestInterconnect:
    """VLAN attachments are the other kind of link, and beside a VPN they change nothing of it (D24)."""

    ATTACHMENT = "gcp:compute/interconnectAttachment:InterconnectAttachment"

    def test_attachments_have_a_router_of_their_own_and_leave_the_vpn_as_it_was(self) -> None:
        recording = attached("dedicated")
        changed = with_edit({}).differences(recording)
        assert {urn.rsplit("::", 1)[-1] for urn in changed} == {
            "vpn-interconnect",
            "vpn-interconnect-router",
            *(f"vpn-interconnect-v{n}{part}" for n in (1, 2) for part in ("", "-attachment", "-if", "-bgp")),
        }
        router = recording.one("gcp:compute/router:Router", "vpn-interconnect-router")
        assert at(router, "bgp") == {"asn": 64702, "keepaliveInterval": 20, "advertiseMode": "CUSTOM"}

    def test_a_dedicated_attachment_names_its_line_tag_and_capacity(self) -> None:
        inputs = attached("dedicated").one(self.ATTACHMENT, "vpn-interconnect-v1-attachment").inputs
        assert (inputs["type"], inputs["vlanTag8021q"], inputs["bandwidth"]) == ("DEDICATED", 101, "BPS_1G")
        assert inputs["interconnect"] == "projects/varde-net-dev-7a8b/global/interconnects/line-1"
        assert (inputs["candidateSubnets"], inputs["mtu"]) == (("169.254.28.8/29",), "1460")
        assert "edgeAvailabilityDomain" not in inputs

    def test_a_partners_attachment_asks_for_its_edge_domain_and_leaves_the_rest_to_the_partner(self) -> None:
        inputs = attached("partner").one(self.ATTACHMENT, "vpn-interconnect-v2-attachment").inputs
        assert (inputs["type"], inputs["edgeAvailabilityDomain"]) == ("PARTNER", "AVAILABILITY_DOMAIN_2")
        assert not {"interconnect", "vlanTag8021q", "bandwidth"} & set(inputs)

    def test_its_session_has_googles_addresses_and_none_while_a_partner_has_not_completed_it(self) -> None:
        def made(resource: Recorded) -> Mapping[str, Json]:
            ends = ("169.254.28.9/29", "169.254.28.10/29") if resource.name.endswith("v1-attachment") else ("", "")
            names = ("cloudRouterIpAddress", "customerRouterIpAddress")
            return dict(zip(names, ends, strict=True)) if resource.type == self.ATTACHMENT else {}

        recording = attached("partner", computed=made)
        assert text(recording.one("RouterInterface", "vpn-interconnect-v1-if"), "ipRange") == "169.254.28.9/29"
        peer = recording.one(PEER, "vpn-interconnect-v1-bgp")
        assert (text(peer, "ipAddress"), text(peer, "peerIpAddress")) == ("169.254.28.9", "169.254.28.10")
        assert "ipRange" not in recording.one("RouterInterface", "vpn-interconnect-v2-if").inputs
        assert not {"ipAddress", "peerIpAddress"} & set(recording.one(PEER, "vpn-interconnect-v2-bgp").inputs)

    def test_its_session_hangs_off_the_attachment_tells_what_tunnels_tell_and_may_have_bfd(self) -> None:
        recording = attached("dedicated", "bfd: {mode: passive, min_transmit_ms: 1500, multiplier: 6}")
        interface = recording.one("RouterInterface", "vpn-interconnect-v1-if").inputs
        assert "interconnectAttachment" in interface
        assert "vpnTunnel" not in interface
        peer = recording.one(PEER, "vpn-interconnect-v1-bgp")
        assert at(peer, "bfd") == {
            "sessionInitializationMode": "PASSIVE",
            "minTransmitInterval": 1500,
            "minReceiveInterval": 1000,
            "multiplier": 6,
        }
        tunnel = recording.one(PEER, "vpn-t0-if0-fw-a-bgp")
        assert items(peer, "advertisedIpRanges") == items(tunnel, "advertisedIpRanges")
        assert "bfd" not in recording.one(PEER, "vpn-interconnect-v2-bgp").inputs


class TestRotation:
    """One tunnel may be replaced, and its key alone is made anew (D4, D8)."""

    GENERATION: ClassVar = {KEY: KEY.replace("psk-0}", "psk-0, generation: 2}")}

    def test_another_generation_asks_for_another_key_of_that_tunnel_alone(self) -> None:
        changed = with_edit({}).differences(with_edit(self.GENERATION))
        assert [urn.rsplit("::", 1)[-1] for urn in changed] == ["vpn-t0-if0-fw-a-key-password"]
        password = with_edit(self.GENERATION).one(PASSWORD, "vpn-t0-if0-fw-a-key-password")
        assert at(password, "keepers") == {"generation": "2"}

    def test_the_first_generation_is_the_key_that_there_is(self) -> None:
        first = with_edit({KEY: KEY.replace("psk-0}", "psk-0, generation: 1}")})
        assert with_edit({}).differences(first) == ()

    def test_a_generation_of_a_referenced_key_is_its_version(self) -> None:
        reference = {KEY: KEY.replace("psk-0}", "psk-0, source: referenced, generation: 7}")}
        asked = [each.arguments["version"] for each in with_edit(reference).invokes]
        assert asked == ["7"]

    def test_a_rotation_lifts_the_protection_of_one_tunnel_and_its_key_and_of_nothing_else(self) -> None:
        def protected(recording: Recording) -> set[str]:
            return {each.name for each in recording.resources if each.options.protect}

        peak = "    peak_kpps: 320\n"
        rotation = f'{peak}    rotation: {{tunnel: t0-if0-fw-a, expires: "2026-11-04"}}\n'
        before, after = alone("prod", edited(PROD, {})), alone("prod", edited(PROD, {peak: rotation}))
        assert protected(before) - protected(after) == {"vpn-t0-if0-fw-a-tunnel", "vpn-t0-if0-fw-a-key-password"}
        assert {name for name in protected(after) if name.startswith("vpn-t1")} == {
            f"vpn-t1-if0-fw-b-{part}" for part in ("tunnel", "key-password", "key-secret")
        }
        assert text(after.one(TUNNEL, "vpn-t0-if0-fw-a-tunnel"), "deletionPolicy") == "DELETE"
        assert text(after.one(TUNNEL, "vpn-t1-if0-fw-b-tunnel"), "deletionPolicy") == "PREVENT"

    def test_a_rotation_that_is_over_lifts_nothing(self) -> None:
        rotation = Rotation(tunnel="t0", expires=date(2026, 11, 2))
        assert open_tunnel(rotation, date(2026, 11, 2)) == "t0"
        assert open_tunnel(rotation, date(2026, 11, 3)) is None
        assert open_tunnel(None, date(2026, 11, 2)) is None
