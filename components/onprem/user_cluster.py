"""A user cluster with Controlplane V2 and its node pools, driven through the GKE On-Prem API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import gkeonprem

from components.component import Component
from components.onprem.load_balancer import load_balancer
from components.onprem.network import network
from components.onprem.node_pool import ignored, make_node_pool
from components.onprem.vcenter import TIMEOUTS, certificate, datastore
from components.setting import Setting
from model.config.onprem_cluster import UserCluster as Wanted
from model.config.onprem_cluster import VcenterOverride
from model.config.onprem_pool import ImageType
from model.estate import Environment
from model.planning.members import workload_members
from model.planning.protection import Kind
from model.planning.vsphere_names import resource_pool_path

IGNORED: Final = (
    # Immutable after creation (A23), and echoed with everything that is inherited from the admin cluster (B56).
    "vcenter",
    # Can not be changed in place; echoed with the defaults of the version (B56).
    "dataplaneV2",
)


class UserCluster(Component):
    """A user cluster with Controlplane V2, in any form that the API drives (B3, B50-B55).

    `environment`  the environment it is of.
    `cluster`      what is wanted; `import_id` adopts the one that exists, and protects it. One that gkectl drives is
                   none of the program's (B20).
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
                # Off unless asked for: sizes are planned against the pool's limit (A94), and this grows past the plan.
                auto_resize_config=gkeonprem.VMwareClusterControlPlaneNodeAutoResizeConfigArgs(
                    enabled=cluster.control_plane_auto_resize
                ),
            ),
            vcenter=self._vcenter(environment, cluster),
            network_config=network(environment, cluster),
            load_balancer=load_balancer(cluster),
            dataplane_v2=gkeonprem.VMwareClusterDataplaneV2Args(
                dataplane_v2_enabled=cluster.dataplane_v2,
                advanced_networking=cluster.advanced_networking,
                # Windows nodes need it where the dataplane is V2 (B32), and nothing else does.
                windows_dataplane_v2_enabled=cluster.dataplane_v2
                and any(pool.image_type is ImageType.WINDOWS for pool in cluster.node_pools),
            ),
            storage=gkeonprem.VMwareClusterStorageArgs(vsphere_csi_disabled=not cluster.vsphere_csi),
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
                owner=cluster,
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

    def _vcenter(self, environment: Environment, cluster: Wanted) -> gkeonprem.VMwareClusterVcenterArgs:
        """Place the VMs. What is left out here is the admin cluster's (B4): its vCenter always is."""
        wanted, other = environment.onprem.vsphere, cluster.vcenter or VcenterOverride()
        pool = other.resource_pool
        if pool is None:
            # A compute cluster of its own has no pool of ours: its root pool is taken (A25).
            pool = f"{other.compute_cluster}/Resources" if other.compute_cluster else resource_pool_path(wanted)
        return gkeonprem.VMwareClusterVcenterArgs(
            datacenter=other.datacenter,
            cluster=other.compute_cluster,
            resource_pool=pool,
            datastore=datastore(environment, cluster),
            storage_policy_name=other.storage_policy,
            folder=other.folder or wanted.folder,
            ca_cert_data=certificate(self, other.ca) if other.ca else None,
        )
