"""A private regional GKE cluster and its node pools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import container

from components.component import Component
from components.gke.control_plane import authorized_networks, endpoints, maintenance_policy, private_cluster
from components.gke.node_pool import OAUTH_SCOPES, ignored, make_node_pool
from components.gke.node_pool import TIMEOUTS as POOL_TIMEOUTS
from components.setting import Setting
from model.config.gke import GkeCluster as Wanted
from model.estate import Environment
from model.planning.members import workload_members
from model.planning.pod_addressing import node_tags
from model.planning.protection import Kind, guarded

TIMEOUTS: Final = pulumi.CustomTimeouts(create="1h", update="2h", delete="1h")

IGNORED: Final = (
    # Of the default pool, which is removed at once: GKE then reports that of some other pool, and a change of either
    # would replace the cluster (C1).
    "nodeConfig",
    "initialNodeCount",
    # The release channel chooses versions (C6).
    "minMasterVersion",
    "nodeVersion",
)


class GkeCluster(Component):
    """A Standard cluster over all zones of the region: private, Dataplane V2, workload identity (C1-C12).

    `environment`      the environment it is of.
    `cluster`          what is wanted; `import_id` adopts the one that exists, and protects it.
    `network`          self link of the VPC in the host project (C53).
    `subnetwork`       self link of the nodes' subnet in the host project.
    `etcd_key`         full name of the KMS key that encrypts Kubernetes secrets.
    `service_account`  e-mail address of the nodes' service account.
    `after`            what must exist before: the agents' roles in the host project (C50, C51), the key's and the
                       nodes' grants.

    Outputs: `resource_link` for its membership, `issuer` of its workload identity, `endpoint` (the private address of
    the API), and `ready`, the resources that must exist before its Kubernetes API is of use.
    """

    token: ClassVar[str] = "hybrid:gke:Cluster"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        cluster: Wanted,
        network: pulumi.Input[str],
        subnetwork: pulumi.Input[str],
        etcd_key: pulumi.Input[str],
        service_account: pulumi.Input[str],
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        setting = Setting.of(environment)
        organisation = environment.organisation
        member = next(each for each in workload_members(environment) if each.cluster == cluster.name)
        path = f"projects/{member.project}/locations/{member.location}/clusters/{cluster.name}"

        self.resource = container.Cluster(
            self.named("cluster"),
            name=cluster.name,
            project=member.project,
            location=member.location,
            node_locations=sorted(organisation.zones),
            description=f"{organisation.platform} {environment.name}, generation {cluster.generation}",
            network=network,
            subnetwork=subnetwork,
            networking_mode="VPC_NATIVE",
            ip_allocation_policy=container.ClusterIpAllocationPolicyArgs(
                cluster_secondary_range_name=setting.names.of_key(cluster.pods),
                services_secondary_range_name=setting.names.of_key(cluster.services),
                stack_type="IPV4",
            ),
            # On unless the file says otherwise, as GKE has it (C28).
            default_snat_status=None if cluster.default_snat else container.ClusterDefaultSnatStatusArgs(disabled=True),
            datapath_provider=cluster.datapath,
            private_cluster_config=private_cluster(cluster),
            control_plane_endpoints_config=endpoints(),
            master_authorized_networks_config=authorized_networks(environment),
            release_channel=container.ClusterReleaseChannelArgs(channel=cluster.release_channel.value),
            maintenance_policy=maintenance_policy(cluster.maintenance),
            workload_identity_config=container.ClusterWorkloadIdentityConfigArgs(
                workload_pool=f"{member.project}.svc.id.goog"
            ),
            authenticator_groups_config=container.ClusterAuthenticatorGroupsConfigArgs(
                security_group=organisation.security_group
            ),
            database_encryption=container.ClusterDatabaseEncryptionArgs(state="ENCRYPTED", key_name=etcd_key),
            logging_config=container.ClusterLoggingConfigArgs(
                enable_components=sorted(component.value for component in cluster.logging)
            ),
            monitoring_config=container.ClusterMonitoringConfigArgs(
                enable_components=sorted(component.value for component in cluster.monitoring),
                managed_prometheus=container.ClusterMonitoringConfigManagedPrometheusArgs(
                    enabled=cluster.managed_prometheus
                ),
            ),
            cost_management_config=container.ClusterCostManagementConfigArgs(enabled=True),
            addons_config=container.ClusterAddonsConfigArgs(
                gke_backup_agent_config=container.ClusterAddonsConfigGkeBackupAgentConfigArgs(
                    enabled=cluster.backup_agent
                ),
                http_load_balancing=container.ClusterAddonsConfigHttpLoadBalancingArgs(disabled=False),
                horizontal_pod_autoscaling=container.ClusterAddonsConfigHorizontalPodAutoscalingArgs(disabled=False),
                gce_persistent_disk_csi_driver_config=container.ClusterAddonsConfigGcePersistentDiskCsiDriverConfigArgs(
                    enabled=True
                ),
                dns_cache_config=container.ClusterAddonsConfigDnsCacheConfigArgs(enabled=True),
            ),
            gateway_api_config=container.ClusterGatewayApiConfigArgs(channel="CHANNEL_STANDARD"),
            enable_shielded_nodes=True,
            enable_legacy_abac=False,
            master_auth=container.ClusterMasterAuthArgs(
                client_certificate_config=container.ClusterMasterAuthClientCertificateConfigArgs(
                    issue_client_certificate=False
                )
            ),
            # Nobody who is not authenticated gets more than the health checks, and no binding may say otherwise.
            anonymous_authentication_config=container.ClusterAnonymousAuthenticationConfigArgs(mode="LIMITED"),
            rbac_binding_config=container.ClusterRbacBindingConfigArgs(
                enable_insecure_binding_system_authenticated=False,
                enable_insecure_binding_system_unauthenticated=False,
            ),
            # The platform signs no images, so there is nothing to attest yet. Said here, so that it is a decision.
            binary_authorization=container.ClusterBinaryAuthorizationArgs(evaluation_mode="DISABLED"),
            # Needs the Container Security API, which the platform leaves off.
            security_posture_config=container.ClusterSecurityPostureConfigArgs(
                mode="DISABLED", vulnerability_mode="VULNERABILITY_DISABLED"
            ),
            # The reviewed firewall policy holds what load balancers need; GKE may write none of its own there.
            disable_l4_lb_firewall_reconciliation=True,
            # Pools are written down and counted against address ranges; nothing makes further ones.
            cluster_autoscaling=container.ClusterClusterAutoscalingArgs(enabled=False, autoscaling_profile="BALANCED"),
            node_pool_defaults=container.ClusterNodePoolDefaultsArgs(
                node_config_defaults=container.ClusterNodePoolDefaultsNodeConfigDefaultsArgs(
                    insecure_kubelet_readonly_port_enabled="FALSE"
                )
            ),
            # The default pool lives for minutes, but without this it would run as Compute Engine's default account,
            # which need not exist.
            remove_default_node_pool=True,
            initial_node_count=1,
            node_config=container.ClusterNodeConfigArgs(
                service_account=service_account,
                oauth_scopes=list(OAUTH_SCOPES),
                shielded_instance_config=container.ClusterNodeConfigShieldedInstanceConfigArgs(
                    enable_secure_boot=True, enable_integrity_monitoring=True
                ),
                workload_metadata_config=container.ClusterNodeConfigWorkloadMetadataConfigArgs(mode="GKE_METADATA"),
            ),
            deletion_protection=guarded(setting.facts, Kind.GKE_CLUSTER),
            opts=self.child(
                import_id=cluster.import_id,
                protect=setting.protects(Kind.GKE_CLUSTER),
                ignore=IGNORED,
                timeouts=TIMEOUTS,
                after=after,
            ),
        )
        machine_labels = {**setting.labels, "cluster": cluster.name}
        self.node_pools = {
            pool.name: make_node_pool(
                self.named(pool.name),
                environment=environment,
                cluster=self.resource,
                service_account=service_account,
                labels=dict(sorted({**machine_labels, "pool": pool.name}.items())),
                pool=pool,
                tags=node_tags(environment, cluster.name),
                opts=self.child(
                    import_id=pool.import_id,
                    protect=setting.protects(Kind.GKE_NODE_POOL),
                    ignore=ignored(pool),
                    timeouts=POOL_TIMEOUTS,
                    deleted_with=self.resource,
                ),
            )
            for pool in sorted(cluster.node_pools, key=lambda pool: pool.name)
        }
        self.resource_link: str = f"//container.googleapis.com/{path}"
        self.issuer: str = f"https://container.googleapis.com/v1/{path}"
        self.endpoint: pulumi.Output[str] = self.resource.endpoint
        self.ready: tuple[pulumi.Resource, ...] = (self.resource, *self.node_pools.values())
        self.register_outputs({"endpoint": self.endpoint, "issuer": self.issuer})
