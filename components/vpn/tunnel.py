"""One tunnel with its keys and its BGP session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from components.vpn.key import TunnelKey
from components.vpn.session import given, ranges, zero
from model.config.organisation import Cipher, SharedVpn
from model.config.vpn import Link, PreSharedKey
from model.planning.advertised import Advertised
from model.planning.protection import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class FarEnd:
    """Where a tunnel ends: an address of an external gateway, or another HA VPN gateway of the cloud (D5).

    `asn`        the ASN of what speaks BGP there.
    `external`   the external gateway, with the number of the address in `interface`.
    `cloud`      the other gateway; which interface of it is not asked, it has our own's number.
    """

    asn: int
    external: pulumi.Input[str] | None = None
    interface: int | None = None
    cloud: str | None = None


class Tunnel(Component):
    """Makes a tunnel, the router's interface in it, and the BGP peer behind that.

    `key`               the tunnel's name, which never changes.
    `plan`              our end of it, its link-local range, its priority, its keys.
    `far`               the other end.
    `shared`            cipher suite and IKE version, where the tunnel has none of its own.
    `gateway`, `router` what it joins.
    `policies`          the names of the route policies by key.
    `advertised`        every range that the session tells the far side.
    `enabled`           whether the session is up; a drill switches it off (D20).
    `protect`           whether the tunnel keeps its environment's protection; a rotation lifts it from one (D4).

    What a session advertises is stated at the session and nowhere else: a list there overrides the router's, and a
    tunnel may have ranges of its own. The router advertises nothing by itself, so a session made by hand tells nothing.

    Outputs: `tunnel` (the resource) and `peer` (the BGP peer's name).
    """

    token: ClassVar[str] = "hybrid:vpn:Tunnel"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        key: str,
        setting: Setting,
        plan: Link,
        far: FarEnd,
        shared: SharedVpn,
        gateway: gcp.compute.HaVpnGateway,
        router: gcp.compute.Router,
        policies: Mapping[str, pulumi.Input[str]],
        advertised: Sequence[Advertised],
        enabled: bool,
        protect: bool = True,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        secret = TunnelKey(
            self.named("key"), setting=setting, key=plan.pre_shared_key, protect=protect, opts=self.child()
        )
        self.tunnel = gcp.compute.VPNTunnel(
            self.named("tunnel"),
            name=key,
            project=setting.network_project,
            region=setting.region,
            vpn_gateway=gateway.id,
            vpn_gateway_interface=plan.gateway_interface,
            peer_external_gateway=far.external,
            peer_external_gateway_interface=far.interface,
            peer_gcp_gateway=far.cloud,
            router=router.id,
            shared_secret=secret.value,
            ike_version=shared.ike_version,
            cipher_suite=_cipher_suite(plan.cipher or shared.cipher),
            labels=setting.labels,
            deletion_policy=setting.deletion_policy(Kind.VPN_TUNNEL) if protect else "DELETE",
            # Its name, and its pair of interfaces (D3), are taken until the old one is gone; so with the two below.
            opts=self.child(protect=protect and setting.protects(Kind.VPN_TUNNEL), delete_first=True),
        )
        interface = gcp.compute.RouterInterface(
            self.named("if"),
            name=setting.names.interface(key),
            project=setting.network_project,
            region=setting.region,
            router=router.name,
            vpn_tunnel=self.tunnel.name,
            ip_range=f"{plan.google_address}/{plan.range.prefixlen}",
            opts=self.child(delete_first=True),
        )
        peer = gcp.compute.RouterPeer(
            self.named("bgp"),
            name=setting.names.peer(key),
            project=setting.network_project,
            region=setting.region,
            router=router.name,
            interface=interface.name,
            ip_address=str(plan.google_address),
            peer_ip_address=str(plan.peer_address),
            peer_asn=far.asn,
            advertised_route_priority=given(plan.priority),
            zero_advertised_route_priority=zero(plan.priority),
            advertise_mode="CUSTOM",
            advertised_ip_ranges=ranges(advertised),
            custom_learned_ip_ranges=[
                gcp.compute.RouterPeerCustomLearnedIpRangeArgs(range=str(each)) for each in sorted(plan.learn)
            ]
            or None,
            custom_learned_route_priority=given(plan.learn_priority),
            zero_custom_learned_route_priority=zero(plan.learn_priority),
            import_policies=[policies[each] for each in plan.import_policies] or None,
            export_policies=[policies[each] for each in plan.export_policies] or None,
            md5_authentication_key=self._md5(key, setting, plan.md5, protect=protect),
            enable=enabled,
            opts=self.child(delete_first=True),
        )
        self.peer: pulumi.Output[str] = peer.name
        self.register_outputs({"tunnel": self.tunnel.name, "peer": self.peer})

    def _md5(
        self, key: str, setting: Setting, plan: PreSharedKey | None, *, protect: bool
    ) -> gcp.compute.RouterPeerMd5AuthenticationKeyArgs | None:
        """Return what both ends sign their messages with, if they do (D15)."""
        if plan is None:
            return None
        secret = TunnelKey(self.named("md5"), setting=setting, key=plan, protect=protect, opts=self.child())
        return gcp.compute.RouterPeerMd5AuthenticationKeyArgs(name=setting.names.peer(key), key=secret.value)


def _cipher_suite(cipher: Cipher) -> gcp.compute.VPNTunnelCipherSuiteArgs:
    """Return the suite of D7. An authenticated cipher has no integrity algorithm, so an empty list is left out."""
    return gcp.compute.VPNTunnelCipherSuiteArgs(
        phase1=gcp.compute.VPNTunnelCipherSuitePhase1Args(
            encryptions=list(cipher.phase1.encryption),
            integrities=list(cipher.phase1.integrity) or None,
            prves=list(cipher.phase1.prf),
            dhs=list(cipher.phase1.dh),
        ),
        phase2=gcp.compute.VPNTunnelCipherSuitePhase2Args(
            encryptions=list(cipher.phase2.encryption),
            integrities=list(cipher.phase2.integrity) or None,
            pfs=list(cipher.phase2.pfs),
        ),
    )
