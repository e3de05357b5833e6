"""VLAN attachments of Cloud Interconnect: the other kind of link to the sites (D24)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Final

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from components.vpn.session import given, ranges, zero
from model.config.interconnect import Attachment as AttachmentPlan
from model.config.interconnect import Bfd, InterconnectKind
from model.config.interconnect import Interconnect as InterconnectPlan
from model.config.organisation import SharedVpn
from model.planning.advertised import Advertised
from model.planning.protection import Kind

_TYPES: Final = {InterconnectKind.DEDICATED: "DEDICATED", InterconnectKind.PARTNER: "PARTNER"}


class Interconnect(Component):
    """Makes the attachments of an environment, each with its BGP session, on a router of their own (D9).

    `plan`            the attachments of the stack file.
    `shared`          the sites' ASN and the keepalive.
    `network`         the VPC.
    `advertised`      by attachment, every range that its session tells the sites.
    `disabled_peers`  BGP peers that a drill has switched off.

    Outputs: `attachments` (the cloud's names by key) and `pairing_keys` (what a partner needs, by key).
    """

    token: ClassVar[str] = "hybrid:vpn:Interconnect"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        plan: InterconnectPlan,
        shared: SharedVpn,
        network: pulumi.Input[str],
        advertised: Mapping[str, Sequence[Advertised]],
        disabled_peers: Collection[str] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        router = gcp.compute.Router(
            self.named("router"),
            name=setting.names.interconnect_router,
            project=setting.network_project,
            region=setting.region,
            network=network,
            description="BGP with the sites over Cloud Interconnect",
            bgp=gcp.compute.RouterBgpArgs(
                asn=plan.asn, advertise_mode="CUSTOM", keepalive_interval=shared.keepalive_seconds
            ),
            deletion_policy=setting.deletion_policy(Kind.VPN_ROUTER),
            opts=self.child(protect=setting.protects(Kind.VPN_ROUTER)),
        )
        made = {
            key: Attachment(
                self.named(key),
                key=key,
                setting=setting,
                plan=each,
                kind=plan.kind,
                peer_asn=shared.on_prem_asn,
                router=router,
                advertised=advertised[key],
                enabled=setting.names.peer(key) not in disabled_peers,
                opts=self.child(),
            )
            for key, each in sorted(plan.attachments.items())
        }
        self.attachments: dict[str, pulumi.Output[str]] = {key: each.attachment.name for key, each in made.items()}
        self.pairing_keys: dict[str, pulumi.Output[str]] = {
            key: each.attachment.pairing_key for key, each in made.items()
        }
        self.register_outputs({"attachments": self.attachments, "pairing_keys": self.pairing_keys})


class Attachment(Component):
    """Makes a VLAN attachment, the router's interface on it, and the BGP peer behind that.

    Google takes both ends of the session from the attachment's own /29, and says so only afterwards.

    Output: `attachment` (the resource).
    """

    token: ClassVar[str] = "hybrid:vpn:Attachment"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        key: str,
        setting: Setting,
        plan: AttachmentPlan,
        kind: InterconnectKind,
        peer_asn: int,
        router: gcp.compute.Router,
        advertised: Sequence[Advertised],
        enabled: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        partner = kind is InterconnectKind.PARTNER
        self.attachment = gcp.compute.InterconnectAttachment(
            self.named("attachment"),
            name=key,
            project=setting.network_project,
            region=setting.region,
            router=router.id,
            type=_TYPES[kind],
            interconnect=plan.interconnect,
            # A dedicated line has its edge domain from the line; a partner's is asked for.
            edge_availability_domain=f"AVAILABILITY_DOMAIN_{plan.edge_domain}" if partner else None,
            vlan_tag8021q=plan.vlan,
            bandwidth=plan.bandwidth,
            mtu=str(plan.mtu),
            candidate_subnets=[str(plan.range)],
            admin_enabled=True,
            labels=setting.labels,
            deletion_policy=setting.deletion_policy(Kind.VPN_TUNNEL),
            opts=self.child(protect=setting.protects(Kind.VPN_TUNNEL), delete_first=True),
        )
        interface = gcp.compute.RouterInterface(
            self.named("if"),
            name=setting.names.interface(key),
            project=setting.network_project,
            region=setting.region,
            router=router.name,
            interconnect_attachment=self.attachment.self_link,
            ip_range=self.attachment.cloud_router_ip_address.apply(_given),
            opts=self.child(delete_first=True),
        )
        gcp.compute.RouterPeer(
            self.named("bgp"),
            name=setting.names.peer(key),
            project=setting.network_project,
            region=setting.region,
            router=router.name,
            interface=interface.name,
            ip_address=self.attachment.cloud_router_ip_address.apply(_host),
            peer_ip_address=self.attachment.customer_router_ip_address.apply(_host),
            peer_asn=peer_asn,
            advertised_route_priority=given(plan.priority),
            zero_advertised_route_priority=zero(plan.priority),
            advertise_mode="CUSTOM",
            advertised_ip_ranges=ranges(advertised),
            bfd=_bfd(plan.bfd),
            enable=enabled,
            opts=self.child(delete_first=True),
        )
        self.register_outputs({"attachment": self.attachment.name})


def _given(address: str | None) -> str | None:
    """Return an address, None while a partner has not completed the attachment: then there is none yet."""
    return address or None


def _host(address: str | None) -> str | None:
    """Return an address without the length of its network, None while there is none."""
    return address.partition("/")[0] if address else None


def _bfd(plan: Bfd | None) -> gcp.compute.RouterPeerBfdArgs | None:
    if plan is None:
        return None
    return gcp.compute.RouterPeerBfdArgs(
        session_initialization_mode=plan.mode.value.upper(),
        min_transmit_interval=plan.min_transmit_ms,
        min_receive_interval=plan.min_receive_ms,
        multiplier=plan.multiplier,
    )
