"""The VPC with its subnets, and the components around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.network.egress import Egress
from components.network.firewall import Firewall
from components.network.ingress import Ingress
from components.network.private_services import PrivateServices
from components.network.resolution import Resolution
from components.network.services import ALERT_SERVICES, CLUSTER_SERVICES, NETWORK_SERVICES, ProjectServices
from components.network.shared_vpc import SharedVpc
from components.setting import Setting
from model.config.network import FlowLogs, Purpose, Subnet
from model.config.network import Network as NetworkPlan
from model.config.organisation import Organisation
from model.planning.firewall import PolicyRule
from model.planning.protection import Kind


class Network(Component):
    """Makes the network of an environment in the cloud.

    `setting`       where, and how hard it is to delete.
    `plan`          the address plan of the stack file.
    `organisation`  for DNS, name servers and the addresses of Google's APIs.
    `rules`         the rules of the firewall policy.

    Outputs: `vpc` and `subnets` by key, `ranges` (the cloud's names of secondary ranges, by subnet and key),
    `egress_addresses` and `ingress_addresses` by name, `container_agent`. `ready_for_nodes` and `ready_for_sites` are
    what a cluster in the cloud and one at a site depend on: neither waits for the peering with managed services or for
    the addresses of load balancers.

    A VPC and a subnet take a description only when they are made, and a new one would replace them: they have none.
    """

    token: ClassVar[str] = "hybrid:network:Network"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        plan: NetworkPlan,
        organisation: Organisation,
        rules: Sequence[PolicyRule],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self._setting = setting
        self.network_services = ProjectServices(
            self.named("services"),
            project=setting.network_project,
            services=NETWORK_SERVICES | ALERT_SERVICES if plan.alerts is not None else NETWORK_SERVICES,
            opts=self.child(),
        )
        self.cluster_services = ProjectServices(
            self.named("cluster-services"),
            project=setting.cluster_project,
            services=CLUSTER_SERVICES,
            opts=self.child(),
        )
        self.vpc = self._make_vpc(plan)
        route = self._make_route_to_google(organisation)
        self.subnets: dict[str, gcp.compute.Subnetwork] = {
            key: self._make_subnet(key, subnet, plan.flow_logs) for key, subnet in sorted(plan.subnets.items())
        }
        self.ranges: dict[str, dict[str, str]] = {
            key: {each: setting.names.of_key(each) for each in sorted(subnet.secondary)}
            for key, subnet in sorted(plan.subnets.items())
        }
        lent = {key for key, each in plan.subnets.items() if each.shared and each.purpose is Purpose.PRIVATE}
        self.shared = SharedVpc(
            self.named("shared"),
            setting=setting,
            subnets={key: self.subnets[key] for key in lent},
            opts=self.child(after=[self.network_services, self.cluster_services]),
        )
        PrivateServices(
            self.named("psa"), setting=setting, network=self.vpc, range=plan.private_service_access, opts=self.child()
        )
        # Machines and pods: the subnets that clusters take nodes from.
        nodes = {key for key, each in plan.subnets.items() if each.secondary}
        egress = Egress(
            self.named("egress"),
            setting=setting,
            network=self.vpc,
            subnets={key: self.subnets[key] for key in nodes},
            nat=plan.nat,
            opts=self.child(after=[self.network_services]),
        )
        ingress = Ingress(
            self.named("ingress"),
            setting=setting,
            external=plan.ingress.keys(),
            internal={key: each.addresses for key, each in plan.subnets.items()},
            subnets=self.subnets,
            opts=self.child(after=[self.shared]),
        )
        resolution = Resolution(
            self.named("dns"),
            setting=setting,
            network=self.vpc,
            private_google_access=organisation.addresses.private_google_access,
            internal_zone=organisation.dns.internal,
            name_servers=[server.address for server in organisation.services.dns],
            dns=plan.dns,
            opts=self.child(),
        )
        firewall = Firewall(
            self.named("firewall"),
            setting=setting,
            network=self.vpc,
            rules=rules,
            opts=self.child(after=[self.network_services]),
        )
        self.egress_addresses = egress.addresses
        self.ingress_addresses = ingress.external
        self.container_agent: str = self.shared.container_agent
        # The agents' roles (C51), the egress that private nodes pull images by (C24), the names and the route by which
        # they reach Google's APIs (C22), and the openings of the firewall.
        self.ready_for_nodes: tuple[pulumi.Resource, ...] = (self.shared, egress, resolution, firewall, route)
        # A site's clusters call Google's APIs through the VPN, by the same route.
        self.ready_for_sites: tuple[pulumi.Resource, ...] = (self.cluster_services, route)
        self.register_outputs(
            {
                "vpc": self.vpc.name,
                "egress_addresses": self.egress_addresses,
                "ingress_addresses": self.ingress_addresses,
            }
        )

    def _make_vpc(self, plan: NetworkPlan) -> gcp.compute.Network:
        return gcp.compute.Network(
            self.named("vpc"),
            name=self._setting.names.vpc,
            project=self._setting.network_project,
            auto_create_subnetworks=False,
            # NAT leaves by the default route.
            delete_default_routes_on_create=False,
            mtu=plan.mtu,
            routing_mode=plan.routing_mode,
            # Path length before MED in every region alike; LEGACY compares them only within a router's own region.
            bgp_best_path_selection_mode="STANDARD",
            # All sites have one ASN (D9), so their MEDs are comparable as they are.
            bgp_always_compare_med=False,
            bgp_inter_region_cost="DEFAULT",
            network_firewall_policy_enforcement_order="BEFORE_CLASSIC_FIREWALL",
            enable_ula_internal_ipv6=False,
            deletion_policy=self._setting.deletion_policy(Kind.NETWORK),
            opts=self.child(protect=self._setting.protects(Kind.NETWORK), after=[self.network_services]),
        )

    def _make_route_to_google(self, organisation: Organisation) -> gcp.compute.Route:
        """Make the route to Google's APIs, which the sites use too: it holds even if the sites send a default route."""
        return gcp.compute.Route(
            self.named("google-apis"),
            name=self._setting.names.of_key("google-apis"),
            project=self._setting.network_project,
            network=self.vpc.id,
            dest_range=str(organisation.addresses.private_google_access),
            next_hop_gateway="default-internet-gateway",
            priority=1000,
            opts=self.child(),
        )

    def _make_subnet(self, key: str, subnet: Subnet, flow_logs: FlowLogs | None) -> gcp.compute.Subnetwork:
        names = self._setting.names
        private = subnet.purpose is Purpose.PRIVATE
        logs = flow_logs if private else None
        return gcp.compute.Subnetwork(
            self.named(key),
            name=names.of_key(key),
            project=self._setting.network_project,
            region=self._setting.region,
            network=self.vpc.id,
            ip_cidr_range=str(subnet.range),
            purpose=subnet.purpose.value,
            # The only proxy-only subnet of the region is the one in use (C62).
            role=None if private else "ACTIVE",
            # Machines without an external address reach Google's APIs (C22); proxies are no machines of ours.
            private_ip_google_access=True if private else None,
            stack_type="IPV4_ONLY" if private else None,
            secondary_ip_ranges=[
                gcp.compute.SubnetworkSecondaryIpRangeArgs(range_name=names.of_key(each), ip_cidr_range=str(block))
                for each, block in sorted(subnet.secondary.items())
            ],
            # A range that leaves the file leaves the subnet; by default the provider would keep it without a word.
            send_secondary_ip_range_if_empty=True,
            log_config=None
            if logs is None
            else gcp.compute.SubnetworkLogConfigArgs(
                aggregation_interval=logs.interval.value, flow_sampling=logs.sampling, metadata="INCLUDE_ALL_METADATA"
            ),
            deletion_policy=self._setting.deletion_policy(Kind.SUBNET),
            opts=self.child(protect=self._setting.protects(Kind.SUBNET)),
        )
