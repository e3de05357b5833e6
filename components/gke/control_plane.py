"""Who reaches the Kubernetes API of a GKE cluster, and when GKE may upgrade it."""

from __future__ import annotations

from datetime import UTC, datetime

from pulumi_gcp import container

from model.config.gke import GkeCluster, Maintenance
from model.estate import Environment
from model.planning.authorised import authorised


def private_cluster(cluster: GkeCluster) -> container.ClusterPrivateClusterConfigArgs:
    """Return private nodes and a private endpoint in the control plane's own /28 (C23), reached from its region."""
    return container.ClusterPrivateClusterConfigArgs(
        enable_private_nodes=True,
        enable_private_endpoint=True,
        master_ipv4_cidr_block=str(cluster.control_plane),
        # The VPN ends in the cluster's region, so nothing comes from another.
        master_global_access_config=container.ClusterPrivateClusterConfigMasterGlobalAccessConfigArgs(enabled=False),
    )


def endpoints() -> container.ClusterControlPlaneEndpointsConfigArgs:
    """Return the DNS endpoint, guarded by IAM, for people and CI, and the IP endpoint for remote istiod (C25).

    istiod authenticates with a service account's token, which the DNS endpoint refuses; so it goes to the IP endpoint
    over the VPN, and the DNS endpoint keeps refusing tokens and certificates.
    """
    return container.ClusterControlPlaneEndpointsConfigArgs(
        dns_endpoint_config=container.ClusterControlPlaneEndpointsConfigDnsEndpointConfigArgs(
            allow_external_traffic=True, enable_k8s_tokens_via_dns=False, enable_k8s_certs_via_dns=False
        ),
        ip_endpoints_config=container.ClusterControlPlaneEndpointsConfigIpEndpointsConfigArgs(enabled=True),
    )


def authorized_networks(environment: Environment) -> container.ClusterMasterAuthorizedNetworksConfigArgs:
    """Return who may reach the IP endpoint: on-prem clusters and operators, GKE nodes and pods (C26)."""
    ends = authorised(environment)
    blocks = {str(block): end.name for end in ends if end.range is not None for block in end.range.networks()}
    return container.ClusterMasterAuthorizedNetworksConfigArgs(
        cidr_blocks=[
            container.ClusterMasterAuthorizedNetworksConfigCidrBlockArgs(cidr_block=block, display_name=display_name)
            for block, display_name in sorted(blocks.items())
        ],
        gcp_public_cidrs_access_enabled=False,
        private_endpoint_enforcement_enabled=True,
    )


def maintenance_policy(maintenance: Maintenance) -> container.ClusterMaintenancePolicyArgs | None:
    """Return the window and the exclusions, or nothing where GKE may upgrade at any time (C40-C42)."""
    window = maintenance.window
    if window is None:
        return None
    return container.ClusterMaintenancePolicyArgs(
        recurring_window=container.ClusterMaintenancePolicyRecurringWindowArgs(
            start_time=_zulu(window.start), end_time=_zulu(window.end), recurrence=window.recurrence
        ),
        maintenance_exclusions=[
            container.ClusterMaintenancePolicyMaintenanceExclusionArgs(
                exclusion_name=name,
                start_time=_zulu(exclusion.start),
                end_time=_zulu(exclusion.end),
                exclusion_options=container.ClusterMaintenancePolicyMaintenanceExclusionExclusionOptionsArgs(
                    scope=exclusion.scope.value
                ),
            )
            for name, exclusion in sorted(maintenance.exclusions.items())
        ],
    )


def _zulu(moment: datetime) -> str:
    """Write a moment as the API does, RFC 3339 in UTC. One without a zone is UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
