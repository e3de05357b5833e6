"""An admin cluster on bare metal, adopted as `bmctl` made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import gkeonprem

from components.baremetal.node_pool import LINUX
from components.baremetal.nodes import ordered_nodes, ordered_taints
from components.component import Component
from components.onprem.vcenter import TIMEOUTS
from model.config.baremetal import BareMetalAdminCluster as Wanted
from model.estate import Environment
from model.planning.members import Member

IGNORED: Final = (
    # `bmctl upgrade cluster` moves it, and the stack file follows.
    "bareMetalVersion",
    # Who may administer it was said when bmctl made it; no client of the API should lock those people out.
    "securityConfig",
)


class BareMetalAdminCluster(Component):
    """An admin cluster that exists: shown, protected and never let go of.

    `environment`  the environment whose clusters it manages.
    `cluster`      what `bmctl` made.
    `member`       the member it is.
    `after`        what must exist before.

    Deleting it only takes it out of the API; its machines and its clusters keep running. It is retained too, so that
    even an unprotected mistake leaves it enrolled.

    Outputs: `membership`, the full name of its fleet membership.
    """

    token: ClassVar[str] = "hybrid:baremetal:AdminCluster"  # noqa: S105  a type token

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
        nodes, storage, proxy = cluster.control_plane, cluster.storage, environment.onprem.proxy

        self.resource = gkeonprem.BareMetalAdminCluster(
            self.named("cluster"),
            name=cluster.name,
            project=member.project,
            location=member.location,
            description=f"{environment.organisation.platform} {environment.name}",
            bare_metal_version=cluster.version,
            network_config=gkeonprem.BareMetalAdminClusterNetworkConfigArgs(
                island_mode_cidr=gkeonprem.BareMetalAdminClusterNetworkConfigIslandModeCidrArgs(
                    pod_address_cidr_blocks=[str(cluster.pods)], service_address_cidr_blocks=[str(cluster.services)]
                )
            ),
            control_plane=gkeonprem.BareMetalAdminClusterControlPlaneArgs(
                control_plane_node_pool_config=gkeonprem.BareMetalAdminClusterControlPlaneControlPlaneNodePoolConfigArgs(
                    node_pool_config=gkeonprem.BareMetalAdminClusterControlPlaneControlPlaneNodePoolConfigNodePoolConfigArgs(
                        operating_system=LINUX,
                        node_configs=[
                            gkeonprem.BareMetalAdminClusterControlPlaneControlPlaneNodePoolConfigNodePoolConfigNodeConfigArgs(
                                node_ip=address, labels=labels
                            )
                            for address, labels in ordered_nodes(nodes.nodes)
                        ],
                        labels=dict(sorted(nodes.labels.items())),
                        taints=[
                            gkeonprem.BareMetalAdminClusterControlPlaneControlPlaneNodePoolConfigNodePoolConfigTaintArgs(
                                key=key, value=value, effect=effect
                            )
                            for key, value, effect in ordered_taints(nodes.taints)
                        ],
                    )
                ),
                api_server_args=[
                    gkeonprem.BareMetalAdminClusterControlPlaneApiServerArgArgs(argument=argument, value=value)
                    for argument, value in sorted(nodes.api_server_args.items())
                ],
            ),
            load_balancer=gkeonprem.BareMetalAdminClusterLoadBalancerArgs(
                vip_config=gkeonprem.BareMetalAdminClusterLoadBalancerVipConfigArgs(control_plane_vip=str(nodes.vip)),
                port_config=gkeonprem.BareMetalAdminClusterLoadBalancerPortConfigArgs(
                    control_plane_load_balancer_port=nodes.port
                ),
            ),
            storage=gkeonprem.BareMetalAdminClusterStorageArgs(
                lvp_share_config=gkeonprem.BareMetalAdminClusterStorageLvpShareConfigArgs(
                    lvp_config=gkeonprem.BareMetalAdminClusterStorageLvpShareConfigLvpConfigArgs(
                        path=storage.shared.path, storage_class=storage.shared.storage_class
                    ),
                    shared_path_pv_count=storage.shared.volumes,
                ),
                lvp_node_mounts_config=gkeonprem.BareMetalAdminClusterStorageLvpNodeMountsConfigArgs(
                    path=storage.disks.path, storage_class=storage.disks.storage_class
                ),
            ),
            node_config=gkeonprem.BareMetalAdminClusterNodeConfigArgs(max_pods_per_node=cluster.max_pods_per_node),
            node_access_config=gkeonprem.BareMetalAdminClusterNodeAccessConfigArgs(login_user=cluster.login_user),
            proxy=gkeonprem.BareMetalAdminClusterProxyArgs(uri=proxy.url, no_proxies=sorted(proxy.no_proxy))
            if proxy is not None
            else None,
            opts=self.child(
                import_id=cluster.import_id, protect=True, retain=True, ignore=IGNORED, timeouts=TIMEOUTS, after=after
            ),
        )
        self.membership: str = member.id
        self.register_outputs({"membership": self.membership})
