"""The HA VPN gateway, the sites' devices, the router, and a tunnel for each pair of interfaces."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from components.vpn.tunnel import Tunnel
from model.config.organisation import SharedVpn
from model.config.vpn import Vpn as VpnPlan
from model.planning.advertised import Advertised
from model.planning.protection import Kind


class Vpn(Component):
    """Makes the VPN of an environment.

    `setting`         where, and how hard it is to delete.
    `plan`            gateway, peers and tunnels of the stack file.
    `shared`          what all environments' VPNs have in common.
    `network`         the VPC.
    `advertised`      by tunnel, every range that its session tells the sites.
    `disabled_peers`  BGP peers that a drill has switched off (`disabled_peers`).

    `opts` name a gcp provider and, for generated keys, a random one; and the network project's services to wait for,
    since a secret has no other tie to them.

    Outputs: `gateway_addresses` (Google's two public addresses by interface number, which the sites' devices need),
    `tunnels` and `peers` (the cloud's names by key).

    Gateways and tunnels are replaced by any change but labels (D4); a new gateway has new addresses, and the far side
    must follow.
    """

    token: ClassVar[str] = "hybrid:vpn:Vpn"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        plan: VpnPlan,
        shared: SharedVpn,
        network: pulumi.Input[str],
        advertised: Mapping[str, Sequence[Advertised]],
        disabled_peers: Collection[str] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self._setting = setting
        self.gateway = gcp.compute.HaVpnGateway(
            self.named("gateway"),
            name=setting.names.vpn_gateway,
            project=setting.network_project,
            region=setting.region,
            network=network,
            gateway_ip_version="IPV4",
            stack_type="IPV4_ONLY",
            labels=setting.labels,
            deletion_policy=setting.deletion_policy(Kind.VPN_GATEWAY),
            opts=self.child(protect=setting.protects(Kind.VPN_GATEWAY)),
        )
        external_gateway = self._make_external_gateway(plan)
        router = self._make_router(plan, shared, network)
        tunnels = {
            key: Tunnel(
                self.named(key),
                key=key,
                setting=setting,
                plan=tunnel,
                peer_interface=plan.peers[tunnel.peer].interface,
                shared=shared,
                gateway=self.gateway,
                external_gateway=external_gateway,
                router=router,
                advertised=advertised[key],
                enabled=setting.names.peer(key) not in disabled_peers,
                opts=self.child(),
            )
            for key, tunnel in sorted(plan.tunnels.items())
        }
        self.gateway_addresses: pulumi.Output[dict[str, str]] = self.gateway.vpn_interfaces.apply(_by_interface)
        self.tunnels: dict[str, pulumi.Output[str]] = {key: each.tunnel.name for key, each in tunnels.items()}
        self.peers: dict[str, pulumi.Output[str]] = {key: each.peer for key, each in tunnels.items()}
        self.register_outputs(
            {"gateway_addresses": self.gateway_addresses, "tunnels": self.tunnels, "peers": self.peers}
        )

    def _make_external_gateway(self, plan: VpnPlan) -> gcp.compute.ExternalVpnGateway:
        """Make the cloud's picture of the sites' devices (D2)."""
        return gcp.compute.ExternalVpnGateway(
            self.named("external-gateway"),
            name=self._setting.names.external_gateway,
            project=self._setting.network_project,
            redundancy_type=plan.redundancy.value,
            interfaces=[
                gcp.compute.ExternalVpnGatewayInterfaceArgs(id=peer.interface, ip_address=str(peer.address))
                for peer in sorted(plan.peers.values(), key=lambda each: each.interface)
            ],
            labels=self._setting.labels,
            deletion_policy=self._setting.deletion_policy(Kind.EXTERNAL_GATEWAY),
            opts=self.child(protect=self._setting.protects(Kind.EXTERNAL_GATEWAY)),
        )

    def _make_router(self, plan: VpnPlan, shared: SharedVpn, network: pulumi.Input[str]) -> gcp.compute.Router:
        """Make the router of the sessions. Cloud NAT has another one (C24)."""
        return gcp.compute.Router(
            self.named("router"),
            name=self._setting.names.vpn_router,
            project=self._setting.network_project,
            region=self._setting.region,
            network=network,
            description="BGP with the sites",
            bgp=gcp.compute.RouterBgpArgs(
                asn=plan.asn,
                advertise_mode="CUSTOM",
                keepalive_interval=shared.keepalive_seconds,
            ),
            deletion_policy=self._setting.deletion_policy(Kind.VPN_ROUTER),
            opts=self.child(protect=self._setting.protects(Kind.VPN_ROUTER)),
        )


def _by_interface(interfaces: Sequence[gcp.compute.outputs.HaVpnGatewayVpnInterface]) -> dict[str, str]:
    return {str(each.id): each.ip_address or "" for each in interfaces}
