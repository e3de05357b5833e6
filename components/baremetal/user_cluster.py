"""A user cluster on bare metal and its node pools, driven through the GKE On-Prem API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import gkeonprem

from components.baremetal.load_balancer import load_balancer
from components.baremetal.node_pool import LINUX, make_node_pool
from components.baremetal.nodes import ordered_nodes, ordered_taints
from components.component import Component
from components.onprem.vcenter import TIMEOUTS
from components.setting import Setting
from model.config.baremetal import BareMetalCluster as Wanted
from model.config.baremetal import BareMetalControlPlane
from model.config.baremetal_nodes import Storage
from model.estate import Environment
from model.planning.members import Member
from model.planning.protection import Kind

NOT_SET: Final = {
    "networkConfig.multipleNetworkInterfacesConfig": "pods have one interface, in island mode",
    "networkConfig.srIovConfig": "for pods with several interfaces only",
    "nodeConfig.containerRuntime": "containerd, which every supported version has; Docker is gone",
    "controlPlane.controlPlaneNodePoolConfig.nodePoolConfig.operatingSystem": "LINUX, the only one",
}
"""Inputs of gcp.gkeonprem.BareMetalCluster that no stack file has a word for, and why."""


class BareMetalCluster(Component):
    """A user cluster on machines of one's own, in island mode: pod and service addresses stay inside it.

    `environment`  the environment it is of.
    `cluster`      what is wanted; `import_id` adopts the one that exists, and protects it.
    `member`       the member it becomes.
    `after`        what must exist before: its admin cluster, the network, the fleet.

    Outputs: `membership`, the full name of its fleet membership, which the API makes under the cluster's id; and
    `ready`, the resources that must exist before its Kubernetes API is of use.
    """

    token: ClassVar[str] = "hybrid:baremetal:UserCluster"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        cluster: Wanted,
        member: Member,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        setting = Setting.of(environment)
        protect = cluster.import_id is not None or setting.protects(Kind.USER_CLUSTER)
        apply_account = environment.organisation.deployers.apply.format(environment=environment.name)
        proxy = environment.onprem.proxy

        self.resource = gkeonprem.BareMetalCluster(
            self.named("cluster"),
            name=cluster.id,
            project=member.project,
            location=member.location,
            description=f"{environment.organisation.platform} {environment.name}, generation {cluster.generation}",
            admin_cluster_membership=(
                f"projects/{member.project}/locations/{member.location}/memberships/{cluster.admin_cluster}"
            ),
            bare_metal_version=cluster.version,
            network_config=gkeonprem.BareMetalClusterNetworkConfigArgs(
                island_mode_cidr=gkeonprem.BareMetalClusterNetworkConfigIslandModeCidrArgs(
                    pod_address_cidr_blocks=[str(cluster.pods)], service_address_cidr_blocks=[str(cluster.services)]
                ),
                advanced_networking=cluster.advanced_networking,
            ),
            control_plane=_control_plane(cluster.control_plane),
            load_balancer=load_balancer(cluster),
            storage=_storage(cluster.storage),
            node_config=gkeonprem.BareMetalClusterNodeConfigArgs(max_pods_per_node=cluster.max_pods_per_node),
            node_access_config=gkeonprem.BareMetalClusterNodeAccessConfigArgs(login_user=cluster.login_user),
            os_environment_config=gkeonprem.BareMetalClusterOsEnvironmentConfigArgs(
                package_repo_excluded=not cluster.package_repository
            ),
            proxy=gkeonprem.BareMetalClusterProxyArgs(uri=proxy.url, no_proxies=sorted(proxy.no_proxy))
            if proxy is not None
            else None,
            cluster_operations=gkeonprem.BareMetalClusterClusterOperationsArgs(
                enable_application_logs=cluster.application_logs
            ),
            maintenance_config=gkeonprem.BareMetalClusterMaintenanceConfigArgs(
                maintenance_address_cidr_blocks=[str(block) for block in sorted(cluster.maintenance)]
            )
            if cluster.maintenance
            else None,
            binary_authorization=gkeonprem.BareMetalClusterBinaryAuthorizationArgs(
                evaluation_mode=cluster.binary_authorization.value
            ),
            upgrade_policy=gkeonprem.BareMetalClusterUpgradePolicyArgs(policy=cluster.upgrade_order.value),
            # Users only, no groups: the account that applies must reach the API to bind the groups.
            security_config=gkeonprem.BareMetalClusterSecurityConfigArgs(
                authorization=gkeonprem.BareMetalClusterSecurityConfigAuthorizationArgs(
                    admin_users=[
                        gkeonprem.BareMetalClusterSecurityConfigAuthorizationAdminUserArgs(username=apply_account)
                    ]
                )
            ),
            annotations=dict(setting.labels),
            deletion_policy=setting.deletion_policy(Kind.USER_CLUSTER),
            opts=self.child(import_id=cluster.import_id, protect=protect, timeouts=TIMEOUTS, after=after),
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
                    timeouts=TIMEOUTS,
                    # The machines of all pools are reset with their cluster.
                    deleted_with=self.resource,
                ),
            )
            for pool in sorted(cluster.node_pools, key=lambda pool: pool.name)
        }
        self.membership: str = member.id
        self.ready: tuple[pulumi.Resource, ...] = (self.resource, *self.node_pools.values())
        self.register_outputs({"membership": self.membership, "endpoint": self.resource.endpoint})


def _control_plane(wanted: BareMetalControlPlane) -> gkeonprem.BareMetalClusterControlPlaneArgs:
    return gkeonprem.BareMetalClusterControlPlaneArgs(
        control_plane_node_pool_config=gkeonprem.BareMetalClusterControlPlaneControlPlaneNodePoolConfigArgs(
            node_pool_config=gkeonprem.BareMetalClusterControlPlaneControlPlaneNodePoolConfigNodePoolConfigArgs(
                operating_system=LINUX,
                node_configs=[
                    gkeonprem.BareMetalClusterControlPlaneControlPlaneNodePoolConfigNodePoolConfigNodeConfigArgs(
                        node_ip=address, labels=labels
                    )
                    for address, labels in ordered_nodes(wanted.nodes)
                ],
                labels=dict(sorted(wanted.labels.items())),
                taints=[
                    gkeonprem.BareMetalClusterControlPlaneControlPlaneNodePoolConfigNodePoolConfigTaintArgs(
                        key=key, value=value, effect=effect
                    )
                    for key, value, effect in ordered_taints(wanted.taints)
                ],
            )
        ),
        api_server_args=[
            gkeonprem.BareMetalClusterControlPlaneApiServerArgArgs(argument=argument, value=value)
            for argument, value in sorted(wanted.api_server_args.items())
        ],
    )


def _storage(wanted: Storage) -> gkeonprem.BareMetalClusterStorageArgs:
    return gkeonprem.BareMetalClusterStorageArgs(
        lvp_share_config=gkeonprem.BareMetalClusterStorageLvpShareConfigArgs(
            lvp_config=gkeonprem.BareMetalClusterStorageLvpShareConfigLvpConfigArgs(
                path=wanted.shared.path, storage_class=wanted.shared.storage_class
            ),
            shared_path_pv_count=wanted.shared.volumes,
        ),
        lvp_node_mounts_config=gkeonprem.BareMetalClusterStorageLvpNodeMountsConfigArgs(
            path=wanted.disks.path, storage_class=wanted.disks.storage_class
        ),
    )
