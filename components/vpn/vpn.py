"""The HA VPN gateway, the sites' devices, the router, and a tunnel for each pair of interfaces."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from components.vpn.interconnect import Interconnect
from components.vpn.tunnel import FarEnd, Tunnel
from model.config.organisation import SharedVpn
from model.config.vpn import ExternalGateway, Link, RoutePolicy
from model.config.vpn import Vpn as VpnPlan
from model.planning.advertised import Advertised
from model.planning.protection import Kind


class Vpn(Component):
    """Makes the VPN of an environment.

    `setting`         where, and how hard it is to delete.
    `plan`            gateway, peers and tunnels of the stack file.
    `shared`          what all environments' VPNs have in common.
    `network`         the VPC.
    `advertised`      by tunnel and attachment, every range that its session tells the other end.
    `disabled_peers`  BGP peers that a drill has switched off (`disabled_peers`).
    `open_tunnel`     the one tunnel that may be replaced now (`open_tunnel`).

    `opts` name a gcp provider and, for generated keys, a random one; and the network project's services to wait for,
    since a secret has no other tie to them.

    Outputs: `gateway_addresses` (Google's two public addresses by interface number, which the sites' devices need),
    `tunnels` and `peers` (the cloud's names by key). Attachments, where there are any, are in `interconnect`.

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
        open_tunnel: str | None = None,
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
        external_gateways = {
            key: self._make_external_gateway(key, gateway, used=_used(plan, key))
            for key, gateway in sorted(plan.gateways.items())
        }
        router = self._make_router(plan, shared, network)
        policies = {key: self._make_policy(key, policy, router) for key, policy in sorted(plan.policies.items())}

        def tunnel(key: str, link: Link, far: FarEnd) -> Tunnel:
            return Tunnel(
                self.named(key),
                key=key,
                setting=setting,
                plan=link,
                far=far,
                shared=shared,
                gateway=self.gateway,
                router=router,
                policies=policies,
                advertised=advertised[key],
                enabled=setting.names.peer(key) not in disabled_peers,
                protect=key != open_tunnel,
                opts=self.child(),
            )

        tunnels = {
            key: tunnel(key, each, _device(plan, key, shared, external_gateways))
            for key, each in sorted(plan.tunnels.items())
        }
        tunnels |= {
            key: tunnel(key, link, FarEnd(asn=other.asn, cloud=other.gateway))
            for _, other in sorted(plan.cloud_peers.items())
            for key, link in sorted(other.tunnels.items())
        }
        self.interconnect: Interconnect | None = None
        if plan.interconnect is not None:
            self.interconnect = Interconnect(
                self.named("interconnect"),
                setting=setting,
                plan=plan.interconnect,
                shared=shared,
                network=network,
                advertised=advertised,
                disabled_peers=disabled_peers,
                opts=self.child(),
            )
        self.gateway_addresses: pulumi.Output[dict[str, str]] = self.gateway.vpn_interfaces.apply(_by_interface)
        self.tunnels: dict[str, pulumi.Output[str]] = {key: each.tunnel.name for key, each in tunnels.items()}
        self.peers: dict[str, pulumi.Output[str]] = {key: each.peer for key, each in tunnels.items()}
        self.register_outputs(
            {"gateway_addresses": self.gateway_addresses, "tunnels": self.tunnels, "peers": self.peers}
        )

    def _make_external_gateway(self, key: str, plan: ExternalGateway, *, used: bool) -> gcp.compute.ExternalVpnGateway:
        """Make the cloud's picture of some of the sites' devices (D2). One that no tunnel uses may go."""
        first = self._setting.names.external_gateway
        return gcp.compute.ExternalVpnGateway(
            self.named("external-gateway", *((key,) if key else ())),
            name=f"{first}-{key}" if key else first,
            project=self._setting.network_project,
            redundancy_type=plan.redundancy.value,
            interfaces=[
                gcp.compute.ExternalVpnGatewayInterfaceArgs(id=peer.interface, ip_address=str(peer.address))
                for peer in sorted(plan.peers.values(), key=lambda each: each.interface)
            ],
            labels=self._setting.labels,
            deletion_policy=self._setting.deletion_policy(Kind.EXTERNAL_GATEWAY) if used else "DELETE",
            opts=self.child(protect=used and self._setting.protects(Kind.EXTERNAL_GATEWAY)),
        )

    def _make_policy(self, key: str, plan: RoutePolicy, router: gcp.compute.Router) -> pulumi.Output[str]:
        """Make a route policy and return its name, for the sessions that use it."""
        return gcp.compute.RouterRoutePolicy(
            self.named("policy", key),
            name=key,
            project=self._setting.network_project,
            region=self._setting.region,
            router=router.name,
            type=f"ROUTE_POLICY_TYPE_{plan.kind.value.upper()}",
            terms=[
                gcp.compute.RouterRoutePolicyTermArgs(
                    priority=term.priority,
                    match=gcp.compute.RouterRoutePolicyTermMatchArgs(expression=term.match),
                    actions=[gcp.compute.RouterRoutePolicyTermActionArgs(expression=each) for each in term.actions],
                )
                for term in sorted(plan.terms, key=lambda each: each.priority)
            ],
            opts=self.child(),
        ).name

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
    # None in an `up --target` that leaves the gateway out, before there is one.
    return {str(each.id): each.ip_address or "" for each in interfaces or ()}


def _used(plan: VpnPlan, gateway: str) -> bool:
    """Say whether a tunnel ends at the external gateway of the key `gateway`."""
    return any((each.external_gateway or "") == gateway for each in plan.tunnels.values())


def _device(
    plan: VpnPlan, key: str, shared: SharedVpn, gateways: Mapping[str, gcp.compute.ExternalVpnGateway]
) -> FarEnd:
    """Return the device's end of a tunnel to the sites."""
    tunnel = plan.tunnels[key]
    gateway = tunnel.external_gateway or ""
    interface = plan.gateways[gateway].peers[tunnel.peer].interface
    return FarEnd(asn=shared.on_prem_asn, external=gateways[gateway].id, interface=interface)
