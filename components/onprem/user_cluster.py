"""A user cluster with Controlplane V2 and its node pools, driven through the GKE On-Prem API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import gkeonprem

from components.component import Component
from components.onprem.blocks import addresses, netmask
from components.onprem.load_balancer import load_balancer
from components.onprem.node_pool import ignored, make_node_pool
from components.onprem.vcenter import TIMEOUTS, escaped, resource_pool_path
from components.setting import Setting
from model.config.onprem_cluster import UserCluster as Wanted
from model.estate import Environment
from model.planning.hosts import control_plane_hosts, worker_hosts
from model.planning.members import workload_members
from model.planning.protection import Kind

IGNORED: Final = (
    # Immutable after creation (A23), and echoed with everything that is inherited from the admin cluster (B56).
    "vcenter",
    # Can not be changed in place; echoed with the defaults of the version (B56).
    "dataplaneV2",
)


class UserCluster(Component):
    """A user cluster: Controlplane V2, Dataplane V2, static addresses, MetalLB (B3, B50-B55).

    `environment`  the environment it is of.
    `cluster`      what is wanted; `import_id` adopts the one that exists, and protects it.
    `after`        what must exist before: its surroundings, its admin cluster, the fleet.

    Outputs: `membership`, the full name of its fleet membership, which the API makes under the cluster's id; and
    `ready`, the resources that must exist before its Kubernetes API is of use: a cluster becomes healthy only with its
    first pool (B30).
    """

    token: ClassVar[str] = "hybrid:onprem:UserCluster"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        cluster: Wanted,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        setting = Setting.of(environment)
        member = next(each for each in workload_members(environment) if each.membership == cluster.id)
        protect = cluster.import_id is not None or setting.protects(Kind.USER_CLUSTER)
        admin = f"projects/{member.project}/locations/{member.location}/memberships/{cluster.admin_cluster}"
        skipped = sorted(cluster.skip_validations.names) if cluster.skip_validations else None
        apply_account = environment.organisation.deployers.apply.format(environment=environment.name)

        self.resource = gkeonprem.VMwareCluster(
            self.named("cluster"),
            name=cluster.id,
            project=member.project,
            location=member.location,
            description=f"{environment.organisation.platform} {environment.name}, generation {cluster.generation}",
            admin_cluster_membership=admin,
            on_prem_version=cluster.version,
            enable_advanced_cluster=cluster.advanced,
            enable_control_plane_v2=cluster.control_plane_v2,
            control_plane_node=gkeonprem.VMwareClusterControlPlaneNodeArgs(
                cpus=cluster.control_plane.cpus,
                memory=cluster.control_plane.memory_mib,
                replicas=cluster.control_plane.replicas,
                # The sizes are planned against the pool's limit (A94); nothing grows behind the plan's back.
                auto_resize_config=gkeonprem.VMwareClusterControlPlaneNodeAutoResizeConfigArgs(enabled=False),
            ),
            vcenter=self._vcenter(environment),
            network_config=self._network(environment, cluster),
            load_balancer=load_balancer(cluster),
            dataplane_v2=gkeonprem.VMwareClusterDataplaneV2Args(
                dataplane_v2_enabled=cluster.dataplane_v2,
                advanced_networking=False,
                windows_dataplane_v2_enabled=False,
            ),
            storage=gkeonprem.VMwareClusterStorageArgs(vsphere_csi_disabled=False),
            anti_affinity_groups=gkeonprem.VMwareClusterAntiAffinityGroupsArgs(
                aag_config_disabled=not cluster.anti_affinity
            ),
            auto_repair_config=gkeonprem.VMwareClusterAutoRepairConfigArgs(enabled=cluster.auto_repair),
            # Users only, no groups (B53): the account that applies must reach the API to bind the groups.
            authorization=gkeonprem.VMwareClusterAuthorizationArgs(
                admin_users=[gkeonprem.VMwareClusterAuthorizationAdminUserArgs(username=apply_account)]
            ),
            # Where a pool names its own version, an upgrade of the cluster must leave the pools alone (B38, B63).
            upgrade_policy=gkeonprem.VMwareClusterUpgradePolicyArgs(
                control_plane_only=any(pool.version not in {None, cluster.version} for pool in cluster.node_pools)
            ),
            vm_tracking_enabled=cluster.vm_tracking,
            disable_bundled_ingress=not cluster.bundled_ingress,
            skip_validations=skipped,
            deletion_policy=setting.deletion_policy(Kind.USER_CLUSTER),
            opts=self.child(
                import_id=cluster.import_id, protect=protect, ignore=IGNORED, timeouts=TIMEOUTS, after=after
            ),
        )
        self.node_pools = {
            pool.name: make_node_pool(
                self.named(pool.name),
                environment=environment,
                cluster=self.resource.name,
                pool=pool,
                opts=self.child(
                    import_id=pool.import_id,
                    protect=pool.import_id is not None or setting.protects(Kind.ONPREM_NODE_POOL),
                    ignore=ignored(pool),
                    timeouts=TIMEOUTS,
                    # The provider deletes a cluster with all its pools (B58).
                    deleted_with=self.resource,
                ),
            )
            for pool in sorted(cluster.node_pools, key=lambda pool: pool.name)
        }
        self.membership: str = member.id
        self.ready: tuple[pulumi.Resource, ...] = (self.resource, *self.node_pools.values())
        self.register_outputs({"membership": self.membership, "endpoint": self.resource.endpoint})

    @staticmethod
    def _vcenter(environment: Environment) -> gkeonprem.VMwareClusterVcenterArgs:
        """Place the VMs. Address, datacenter, cluster and certificate are the admin cluster's (B4)."""
        wanted = environment.onprem.vsphere
        return gkeonprem.VMwareClusterVcenterArgs(
            resource_pool=resource_pool_path(wanted),
            datastore=wanted.datastores.nodes.name,
            folder=wanted.folder,
        )

    @staticmethod
    def _network(environment: Environment, cluster: Wanted) -> gkeonprem.VMwareClusterNetworkConfigArgs:
        organisation = environment.organisation
        network = environment.onprem.networks[cluster.network]
        gateway, mask = str(network.gateway), netmask(network.range)
        control_plane = gkeonprem.VMwareClusterNetworkConfigControlPlaneV2ConfigArgs(
            control_plane_ip_block=gkeonprem.VMwareClusterNetworkConfigControlPlaneV2ConfigControlPlaneIpBlockArgs(
                gateway=gateway,
                netmask=mask,
                ips=[
                    gkeonprem.VMwareClusterNetworkConfigControlPlaneV2ConfigControlPlaneIpBlockIpArgs(
                        ip=str(host.address), hostname=host.name
                    )
                    for host in control_plane_hosts(cluster.control_plane)
                ],
            )
        )
        return gkeonprem.VMwareClusterNetworkConfigArgs(
            pod_address_cidr_blocks=[str(cluster.pods)],
            service_address_cidr_blocks=[str(cluster.services)],
            vcenter_network=escaped(network.port_group),
            control_plane_v2_config=control_plane if cluster.control_plane_v2 else None,
            host_config=gkeonprem.VMwareClusterNetworkConfigHostConfigArgs(
                dns_servers=addresses(organisation.services.dns),
                ntp_servers=addresses(organisation.services.ntp),
                dns_search_domains=[organisation.dns.search],
            ),
            static_ip_config=gkeonprem.VMwareClusterNetworkConfigStaticIpConfigArgs(
                ip_blocks=[
                    gkeonprem.VMwareClusterNetworkConfigStaticIpConfigIpBlockArgs(
                        gateway=gateway,
                        netmask=mask,
                        ips=[
                            gkeonprem.VMwareClusterNetworkConfigStaticIpConfigIpBlockIpArgs(
                                ip=str(host.address), hostname=host.name
                            )
                            for host in worker_hosts(cluster)
                        ],
                    )
                ]
            ),
        )
