"""The Google APIs that an environment's projects need (A80)."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Final

import pulumi
import pulumi_gcp as gcp

from components.component import Component

NETWORK_SERVICES: Final = frozenset(
    {
        "compute",
        "container",  # a Shared VPC host needs it too, or no cluster may use its subnets (C51)
        "dns",
        "privilegedaccessmanager",
        "secretmanager",
        "servicenetworking",
        "serviceusage",
    }
)
"""Services of the network project, without `.googleapis.com`."""

ALERT_SERVICES: Final = frozenset({"monitoring"})
"""What the network project needs beyond them for alert policies."""

CLUSTER_SERVICES: Final = frozenset(
    {
        "anthos",
        "anthosaudit",
        "anthosgke",
        "anthospolicycontroller",
        "cloudkms",
        "cloudresourcemanager",
        "compute",
        "connectgateway",
        "container",
        "gkebackup",
        "gkeconnect",
        "gkehub",
        "gkeonprem",
        "iam",
        "kubernetesmetadata",
        "logging",
        "mesh",
        "monitoring",
        "opsconfigmonitoring",
        "privilegedaccessmanager",
        "secretmanager",
        "serviceusage",
        "stackdriver",
        "storage",
    }
)
"""Services of the cluster project, without `.googleapis.com`."""

IAM_SERVICES: Final = ("cloudresourcemanager", "iam")
"""Those that a grant on a project goes through (https://cloud.google.com/iam/docs/granting-changing-revoking-access)."""


class ProjectServices(Component):
    """Enables services in a project.

    `project`   the project's id.
    `services`  names without `.googleapis.com`.

    Output: `enabled`, the services by name. What uses many of them depends on the whole component; where there are many
    that need few, such as grants, each names those it needs, or the engine would carry them all for each.
    """

    token: ClassVar[str] = "hybrid:network:ProjectServices"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        project: str,
        services: Collection[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self.enabled = {
            service: gcp.projects.Service(
                self.named(service),
                project=project,
                service=f"{service}.googleapis.com",
                # Disabling a service deletes what it holds, and the projects outlive this program.
                disable_on_destroy=False,
                disable_dependent_services=False,
                opts=self.child(),
            )
            for service in sorted(services)
        }
        self.register_outputs({"project": project})
