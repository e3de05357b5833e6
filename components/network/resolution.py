"""Names inside the VPC: Google's own at their private addresses, and the sites' internal zone."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import ClassVar, Final

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting

PRIVATE_HOST: Final = "private.googleapis.com."
"""The name of the addresses in 199.36.153.8/30: https://docs.cloud.google.com/vpc/docs/configure-private-google-access."""

GOOGLE_ZONES: Final = {"googleapis": "googleapis.com.", "gcr": "gcr.io.", "pkg": "pkg.dev."}
"""Google's zones that nodes need: APIs and image registries."""

_TTL_SECONDS: Final = 300


class Resolution(Component):
    """Makes the VPC's private zones.

    `network`                the VPC.
    `private_google_access`  the addresses of private.googleapis.com.
    `internal_zone`          the sites' zone, without a final dot.
    `name_servers`           the sites' name servers, reached over the VPN.
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
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self._setting = setting
        self._visibility = gcp.dns.ManagedZonePrivateVisibilityConfigArgs(
            networks=[gcp.dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=network.id)]
        )
        addresses = [str(address) for address in private_google_access]
        for key, zone in sorted(GOOGLE_ZONES.items()):
            self._google_zone(key, zone, addresses)
        gcp.dns.ManagedZone(
            self.named("internal"),
            name=setting.names.of_key("internal"),
            project=setting.network_project,
            dns_name=f"{internal_zone}.",
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
            labels=setting.labels,
            opts=self.child(),
        )
        self.register_outputs({"internal_zone": internal_zone})

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
        host = PRIVATE_HOST if zone == "googleapis.com." else zone
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
