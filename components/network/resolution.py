"""Names in the VPC: Google's own at private addresses, zones of the sites and of other VPCs, what the sites may ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import ClassVar, Final

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from model.config.resolution import Answer, Dns
from model.planning.advertised import google_host

GOOGLE_ZONES: Final = {"googleapis": "googleapis.com.", "gcr": "gcr.io.", "pkg": "pkg.dev."}
"""Google's zones that nodes need: APIs and image registries."""

_TTL_SECONDS: Final = 300


class Resolution(Component):
    """Makes the VPC's private zones, its response policy and what it answers the sites.

    `network`                the VPC.
    `private_google_access`  the addresses of private.googleapis.com, or of restricted.googleapis.com.
    `internal_zone`          the sites' zone, without a final dot.
    `name_servers`           the sites' name servers, reached over the VPN.
    `dns`                    which VPC asks them, zones of other VPCs, own answers, and what the sites may ask.
    """

    token: ClassVar[str] = "hybrid:network:Resolution"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        network: gcp.compute.Network,
        private_google_access: IPv4Network,
        internal_zone: str,
        name_servers: Sequence[IPv4Address],
        dns: Dns,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self._setting = setting
        self._visibility = gcp.dns.ManagedZonePrivateVisibilityConfigArgs(
            networks=[gcp.dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=network.id)]
        )
        addresses = [str(address) for address in private_google_access]
        self._host = f"{google_host(private_google_access)}."
        for key, zone in sorted(GOOGLE_ZONES.items()):
            self._google_zone(key, zone, addresses)
        if dns.forward_from is None:
            self._forwarded("internal", internal_zone, name_servers)
        else:
            self._peered("internal", internal_zone, dns.forward_from)
        for key, peered in sorted(dns.peerings.items()):
            self._peered(key, peered.zone, peered.network)
        if dns.inbound is not None:
            gcp.dns.Policy(
                self.named("inbound"),
                name=setting.names.of_key("inbound"),
                project=setting.network_project,
                description="the sites' name servers ask here for the cloud's zones",
                enable_inbound_forwarding=True,
                enable_logging=False,
                networks=[gcp.dns.PolicyNetworkArgs(network_url=network.id)],
                opts=self.child(),
            )
        if dns.answers:
            self._response_policy(network, dns.answers)
        self.register_outputs({"internal_zone": internal_zone})

    def _forwarded(self, key: str, zone: str, name_servers: Sequence[IPv4Address]) -> None:
        """Make a zone whose questions go to the sites' name servers."""
        gcp.dns.ManagedZone(
            self.named(key),
            name=self._setting.names.of_key(key),
            project=self._setting.network_project,
            dns_name=f"{zone}.",
            description="forwarded to the sites' name servers",
            visibility="private",
            private_visibility_config=self._visibility,
            forwarding_config=gcp.dns.ManagedZoneForwardingConfigArgs(
                target_name_servers=[
                    # private: through the VPC and the VPN, whatever the address looks like.
                    gcp.dns.ManagedZoneForwardingConfigTargetNameServerArgs(
                        ipv4_address=str(server), forwarding_path="private"
                    )
                    for server in sorted(name_servers)
                ]
            ),
            labels=self._setting.labels,
            opts=self.child(),
        )

    def _peered(self, key: str, zone: str, vpc: str) -> None:
        """Make a zone that another VPC answers for, as its own machines would be answered."""
        gcp.dns.ManagedZone(
            self.named(key),
            name=self._setting.names.of_key(key),
            project=self._setting.network_project,
            dns_name=f"{zone}.",
            description=f"answered by {vpc}",
            visibility="private",
            private_visibility_config=self._visibility,
            peering_config=gcp.dns.ManagedZonePeeringConfigArgs(
                target_network=gcp.dns.ManagedZonePeeringConfigTargetNetworkArgs(
                    network_url=f"https://www.googleapis.com/compute/v1/{vpc}"
                )
            ),
            labels=self._setting.labels,
            opts=self.child(),
        )

    def _response_policy(self, network: gcp.compute.Network, answers: Mapping[str, Answer]) -> None:
        policy = gcp.dns.ResponsePolicy(
            self.named("answers"),
            response_policy_name=self._setting.names.of_key("answers"),
            project=self._setting.network_project,
            description="answers that go before every zone",
            networks=[gcp.dns.ResponsePolicyNetworkArgs(network_url=network.id)],
            opts=self.child(),
        )
        for key, answer in sorted(answers.items()):
            name = f"{answer.name}."
            data = gcp.dns.ResponsePolicyRuleLocalDataLocalDataArgs(
                name=name, type="A", ttl=_TTL_SECONDS, rrdatas=[str(address) for address in answer.addresses]
            )
            gcp.dns.ResponsePolicyRule(
                self.named("answer", key),
                rule_name=key,
                project=self._setting.network_project,
                response_policy=policy.response_policy_name,
                dns_name=name,
                local_data=gcp.dns.ResponsePolicyRuleLocalDataArgs(local_datas=[data]) if answer.addresses else None,
                behavior=None if answer.addresses else "bypassResponsePolicy",
                opts=self.child(),
            )

    def _google_zone(self, key: str, zone: str, addresses: Sequence[str]) -> None:
        """Make a zone of Google's whose names all lead to the private addresses."""
        made = gcp.dns.ManagedZone(
            self.named(key),
            name=self._setting.names.of_key(key),
            project=self._setting.network_project,
            dns_name=zone,
            description="Private Google access",
            visibility="private",
            private_visibility_config=self._visibility,
            labels=self._setting.labels,
            opts=self.child(),
        )
        # googleapis.com itself is no host; the registries answer at the zone's own name.
        host = self._host if zone == "googleapis.com." else zone
        for record, name, kind, data in (
            ("host", host, "A", list(addresses)),
            ("wildcard", f"*.{zone}", "CNAME", [host]),
        ):
            gcp.dns.RecordSet(
                self.named(key, record),
                project=self._setting.network_project,
                managed_zone=made.name,
                name=name,
                type=kind,
                ttl=_TTL_SECONDS,
                rrdatas=data,
                opts=self.child(),
            )
