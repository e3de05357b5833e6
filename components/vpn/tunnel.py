"""One tunnel with its key and its BGP session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from components.vpn.key import TunnelKey
from model.config.organisation import Cipher, SharedVpn
from model.config.vpn import Tunnel as TunnelPlan
from model.planning.advertised import Advertised
from model.planning.protection import Kind


class Tunnel(Component):
    """Makes a tunnel, the router's interface in it, and the BGP peer behind that.

    `key`               the tunnel's name, which never changes.
    `plan`              its ends, its link-local range, its priority.
    `peer_interface`    the number of the far address in the external gateway.
    `shared`            cipher suite, IKE version and the far ASN.
    `gateway`, `external_gateway`, `router`  what it joins.
    `advertised`        every range that the session tells the far side.
    `enabled`           whether the session is up; a drill switches it off (D20).

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
        plan: TunnelPlan,
        peer_interface: int,
        shared: SharedVpn,
        gateway: gcp.compute.HaVpnGateway,
        external_gateway: gcp.compute.ExternalVpnGateway,
        router: gcp.compute.Router,
        advertised: Sequence[Advertised],
        enabled: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        secret = TunnelKey(self.named("key"), setting=setting, key=plan.pre_shared_key, opts=self.child())
        self.tunnel = gcp.compute.VPNTunnel(
            self.named("tunnel"),
            name=key,
            project=setting.network_project,
            region=setting.region,
            vpn_gateway=gateway.id,
            vpn_gateway_interface=plan.gateway_interface,
            peer_external_gateway=external_gateway.id,
            peer_external_gateway_interface=peer_interface,
            router=router.id,
            shared_secret=secret.value,
            ike_version=shared.ike_version,
            cipher_suite=_cipher_suite(shared.cipher),
            labels=setting.labels,
            deletion_policy=setting.deletion_policy(Kind.VPN_TUNNEL),
            # Its name, and its pair of interfaces (D3), are taken until the old one is gone; so with the two below.
            opts=self.child(protect=setting.protects(Kind.VPN_TUNNEL), delete_first=True),
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
            peer_asn=shared.on_prem_asn,
            # The provider takes 0 for "not given", and has a switch for a true 0 (D13).
            advertised_route_priority=plan.priority or None,
            zero_advertised_route_priority=True if plan.priority == 0 else None,
            advertise_mode="CUSTOM",
            advertised_ip_ranges=[
                gcp.compute.RouterPeerAdvertisedIpRangeArgs(range=str(each.range), description=each.description)
                for each in advertised
            ],
            enable=enabled,
            opts=self.child(delete_first=True),
        )
        self.peer: pulumi.Output[str] = peer.name
        self.register_outputs({"tunnel": self.tunnel.name, "peer": self.peer})


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
