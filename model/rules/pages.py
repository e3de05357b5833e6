"""Public pages that rules come from, each written once."""

from __future__ import annotations

from typing import Final

_ONPREM: Final = "https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs"
_VPN: Final = "https://docs.cloud.google.com/network-connectivity/docs/vpn"

ADMIN_CLUSTER_FILE: Final = f"{_ONPREM}/how-to/admin-cluster-configuration-file-latest"
CREATE_ADMIN_CLUSTER: Final = f"{_ONPREM}/how-to/create-admin-cluster"
CREATE_USER_CLUSTER: Final = f"{_ONPREM}/how-to/create-user-cluster"
METAL_LB: Final = f"{_ONPREM}/how-to/bundled-load-balance-metallb"

GKE_IP_PLAN: Final = "https://docs.cloud.google.com/kubernetes-engine/docs/concepts/alias-ips"
GKE_POD_BLOCKS: Final = "https://docs.cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr"
GKE_CONTROL_PLANE_RANGE: Final = "gcp.container.Cluster private_cluster_config.master_ipv4_cidr_block"
SUBNETS: Final = "https://docs.cloud.google.com/vpc/docs/subnets"
SUBNETWORK: Final = "gcp.compute.Subnetwork ip_cidr_range, secondary_ip_ranges"
PROXY_ONLY_SUBNETS: Final = "https://docs.cloud.google.com/load-balancing/docs/proxy-only-subnets"
NAT_PORTS: Final = "https://docs.cloud.google.com/nat/docs/ports-and-addresses"

HA_VPN: Final = f"{_VPN}/how-to/creating-ha-vpn"
HA_VPN_TOPOLOGIES: Final = f"{_VPN}/concepts/topologies"
VPN_CIPHERS: Final = f"{_VPN}/concepts/supported-ike-ciphers"
VPN_PSK: Final = f"{_VPN}/how-to/generating-pre-shared-key"
VPN_QUOTAS: Final = f"{_VPN}/quotas"
VPN_MTU: Final = f"{_VPN}/concepts/mtu-considerations"
EXTERNAL_GATEWAY: Final = "gcp.compute.ExternalVpnGateway redundancy_type, interfaces"
VPN_TUNNEL: Final = "gcp.compute.VPNTunnel"
ROUTER_ASN: Final = "gcp.compute.Router bgp.asn"
ROUTER_KEEPALIVE: Final = "gcp.compute.Router bgp.keepalive_interval"
ROUTER_PEER: Final = "gcp.compute.RouterPeer"

WORKSTATION_FILE: Final = f"{_ONPREM}/how-to/admin-workstation-configuration-file"
UPGRADE: Final = f"{_ONPREM}/how-to/upgrading"
UPGRADE_OVERVIEW: Final = f"{_ONPREM}/how-to/upgrade-overview"
USER_CLUSTER: Final = "gcp.gkeonprem.VMwareCluster"
USER_NODE_POOL: Final = "gcp.gkeonprem.VMwareNodePool"
ADMIN_CLUSTER: Final = "gcp.gkeonprem.VmwareAdminCluster"
VM_TAGS: Final = "gcp.gkeonprem.VMwareNodePool config.vsphere_config.tags"
PORT_GROUP: Final = "vsphere.DistributedPortGroup"

GKE_CLUSTER: Final = "gcp.container.Cluster"
GKE_NODE_POOL: Final = "gcp.container.NodePool"
GKE_MAINTENANCE: Final = (
    "https://docs.cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions"
)
GKE_CHANNELS: Final = "https://docs.cloud.google.com/kubernetes-engine/docs/concepts/release-channels"
GKE_GROUPS: Final = "https://docs.cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac"
SHARED_VPC: Final = "https://docs.cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc"

FLEET: Final = "gcp.gkehub.Fleet display_name"
FLEET_MEMBERSHIP: Final = "gcp.gkehub.Membership membership_id"
FLEET_FEATURE: Final = "gcp.gkehub.FeatureMembership mesh"
POLICY_CONTROLLER: Final = "gcp.gkehub.Feature fleet_default_member_config.policycontroller"
CONNECT_GATEWAY: Final = (
    "https://docs.cloud.google.com/kubernetes-engine/enterprise/multicluster-management/gateway/using"
)
GATEWAY_ROLES: Final = "https://docs.cloud.google.com/iam/docs/roles-permissions/gkehub"

IAM_GROUPS: Final = "https://docs.cloud.google.com/iam/docs/groups-best-practices"
IAM_CONDITIONS: Final = "https://docs.cloud.google.com/iam/docs/conditions-overview"
IAM_MEMBER: Final = "gcp.projects.IAMMember"
IAM_LIMITS: Final = "https://docs.cloud.google.com/iam/quotas"
PRIVILEGED_ACCESS: Final = "https://docs.cloud.google.com/iam/docs/pam-create-entitlements"
PRIVILEGED_APPROVALS: Final = "https://docs.cloud.google.com/iam/docs/pam-approve-deny-grants"
WORKLOAD_IDENTITY: Final = (
    "https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines"
)
PROTECT: Final = "https://www.pulumi.com/docs/iac/concepts/options/protect/"
PULUMI_SECRETS: Final = "https://www.pulumi.com/docs/iac/concepts/secrets/"
PULUMI_STATE: Final = "https://www.pulumi.com/docs/iac/concepts/state-and-backends/"
PROJECTS: Final = "https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects"
LABELS: Final = "https://docs.cloud.google.com/resource-manager/docs/labels-overview"
NAMESPACES: Final = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"
ARGO_PROJECTS: Final = "https://argo-cd.readthedocs.io/en/stable/user-guide/projects/"
ARGO_AUTOSYNC: Final = "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/"
RESOURCE_NAMES: Final = "https://docs.cloud.google.com/compute/docs/naming-resources"
ROLLOUT: Final = "https://docs.cloud.google.com/kubernetes-engine/docs/concepts/about-rollout-sequencing"
