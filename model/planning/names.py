"""Names that the program gives, derived from the platform, the environment and a key that cannot move.

Limits: 63 characters for Compute Engine names (RFC 1035), 30 for a service account, 40 for an on-prem cluster or pool,
20 for an admin cluster (domain rules A20, A81, B1).
"""

from __future__ import annotations

from dataclasses import dataclass

from model.estate import Environment

LIMIT_COMPUTE = 63
LIMIT_SERVICE_ACCOUNT = 30
LIMIT_ONPREM = 40
LIMIT_ADMIN_CLUSTER = 20


@dataclass(frozen=True)
class Names:
    """The names of one environment."""

    platform: str
    environment: str

    @classmethod
    def of(cls, environment: Environment) -> Names:
        """Return the names of `environment`."""
        return cls(environment.organisation.platform, environment.name)

    def of_key(self, key: str) -> str:
        """Return `<platform>-<environment>-<key>`, the form of everything in the cloud."""
        return f"{self.platform}-{self.environment}-{key}"

    @property
    def vpc(self) -> str:
        """The VPC."""
        return f"{self.platform}-{self.environment}"

    @property
    def nat_router(self) -> str:
        """The Cloud Router that NAT has for itself (C24)."""
        return self.of_key("nat-router")

    @property
    def nat(self) -> str:
        """Cloud NAT."""
        return self.of_key("nat")

    @property
    def private_service_access(self) -> str:
        """The range for Google's managed services."""
        return self.of_key("psa")

    @property
    def firewall_policy(self) -> str:
        """The network firewall policy."""
        return self.of_key("firewall")

    @property
    def vpn_gateway(self) -> str:
        """The HA VPN gateway."""
        return self.of_key("havpn")

    @property
    def external_gateway(self) -> str:
        """The external VPN gateway: the on-prem firewalls."""
        return self.of_key("fw")

    @property
    def vpn_router(self) -> str:
        """The Cloud Router of the VPN."""
        return self.of_key("vpn-router")

    @property
    def interconnect_router(self) -> str:
        """The Cloud Router of the VLAN attachments (D9)."""
        return self.of_key("interconnect-router")

    @staticmethod
    def interface(tunnel: str) -> str:
        """Return the router interface of a tunnel."""
        return f"{tunnel}-if"

    @staticmethod
    def peer(tunnel: str) -> str:
        """Return the BGP peer of a tunnel."""
        return f"{tunnel}-bgp"

    @property
    def node_service_account(self) -> str:
        """The service account of GKE nodes, without its domain."""
        return "gke-nodes"

    @property
    def key_ring(self) -> str:
        """The KMS key ring of the cluster project."""
        return self.platform

    @property
    def etcd_key(self) -> str:
        """The key that encrypts secrets in the etcd of GKE clusters."""
        return "gke-etcd"
