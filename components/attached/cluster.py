"""The registration of an attached cluster, which makes it a member of the fleet (E40)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import container

from components.component import Component
from components.setting import Setting
from model.config.attached import AttachedCluster as Wanted
from model.estate import Environment
from model.planning.members import Member
from model.planning.protection import Kind, guarded

TIMEOUTS: Final = pulumi.CustomTimeouts(create="30m", update="30m", delete="30m")
"""The agents are installed, brought to another version and removed by the cluster itself, which may be far away."""

NOT_SET: Final = {
    "securityPostureConfig": "deprecated: it goes with a future major release of the provider",
    "authorization.adminUsers": "the apply account alone: people get in by groups (F1)",
}
"""Inputs of gcp.container.AttachedCluster that no stack file has a word for, and why."""


class AttachedCluster(Component):
    """Registers a cluster that somebody else runs. Its membership carries its name, and is global.

    `environment`  the environment it joins.
    `cluster`      what is wanted; `import_id` adopts the registration that exists, and protects it.
    `member`       the member it becomes.
    `after`        what must exist before: the API and the fleet. That its owner has applied the install manifest can
                   not be seen from here; the file says so (E41).

    Deleting this removes Google's agents from the cluster and the cluster from the fleet, and nothing else.

    Outputs: `membership`, the full name of its fleet membership; and `ready`, what must exist before its Kubernetes API
    is of use.
    """

    token: ClassVar[str] = "hybrid:attached:Cluster"  # noqa: S105  a type token

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
        apply_account = environment.organisation.deployers.apply.format(environment=environment.name)
        keys = cluster.issuer.jwks

        self.resource = container.AttachedCluster(
            self.named("cluster"),
            name=cluster.name,
            project=member.project,
            location=cluster.location or environment.organisation.region,
            description=f"{cluster.distribution.value}, Kubernetes {cluster.kubernetes_version}, of {cluster.owner}",
            distribution=cluster.distribution.value,
            platform_version=cluster.platform_version,
            oidc_config=container.AttachedClusterOidcConfigArgs(
                issuer_url=cluster.issuer.url,
                # Bytes in the API: https://docs.cloud.google.com/kubernetes-engine/multi-cloud/docs/reference/rest
                jwks=base64.b64encode(keys.encode()).decode() if keys is not None else None,
            ),
            fleet=container.AttachedClusterFleetArgs(project=f"projects/{member.project_number}"),
            # The account that applies must reach the API before it can bind anyone else.
            authorization=container.AttachedClusterAuthorizationArgs(
                admin_users=[apply_account], admin_groups=sorted(cluster.admin_groups) or None
            ),
            logging_config=container.AttachedClusterLoggingConfigArgs(
                component_config=container.AttachedClusterLoggingConfigComponentConfigArgs(
                    enable_components=sorted(each.value for each in cluster.logging)
                )
            ),
            monitoring_config=container.AttachedClusterMonitoringConfigArgs(
                managed_prometheus_config=container.AttachedClusterMonitoringConfigManagedPrometheusConfigArgs(
                    enabled=cluster.managed_prometheus
                )
            ),
            binary_authorization=container.AttachedClusterBinaryAuthorizationArgs(
                evaluation_mode=cluster.binary_authorization.value
            ),
            proxy_config=_proxy(cluster),
            # A registration takes no labels; annotations are its place for them.
            annotations={**setting.labels, **cluster.annotations},
            deletion_policy="PREVENT" if guarded(environment.facts, Kind.MEMBERSHIP) else cluster.unregistering.value,
            opts=self.child(
                import_id=cluster.import_id,
                protect=cluster.import_id is not None or setting.protects(Kind.MEMBERSHIP),
                timeouts=TIMEOUTS,
                after=after,
            ),
        )
        self.membership: str = member.id
        self.ready: tuple[pulumi.Resource, ...] = (self.resource,)
        self.register_outputs({"membership": self.membership})


def _proxy(cluster: Wanted) -> container.AttachedClusterProxyConfigArgs | None:
    if cluster.proxy is None:
        return None
    return container.AttachedClusterProxyConfigArgs(
        kubernetes_secret=container.AttachedClusterProxyConfigKubernetesSecretArgs(
            name=cluster.proxy.name, namespace=cluster.proxy.namespace
        )
    )
