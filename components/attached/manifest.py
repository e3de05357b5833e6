"""The install manifest of a cluster that is to be attached (E41)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pulumi
from pulumi_gcp import container

from components.component import Component
from model.config.attached import AttachedCluster
from model.estate import Environment


class InstallManifest(Component):
    """Asks for what the owner of a cluster applies in it, before it can be registered. It registers nothing itself.

    `environment`  the environment that the cluster is to join.
    `cluster`      the cluster.
    `after`        the API that hands the manifest out.

    Outputs: `manifest`, Kubernetes objects as YAML.
    """

    token: ClassVar[str] = "hybrid:attached:InstallManifest"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        cluster: AttachedCluster,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        found = container.get_attached_install_manifest_output(
            cluster_id=cluster.name,
            location=cluster.location or environment.organisation.region,
            platform_version=cluster.platform_version,
            project=environment.facts.projects.cluster.id,
            # Before the API is on, nothing can be asked: a first preview shows the manifest as not known yet.
            opts=pulumi.InvokeOutputOptions(parent=self, depends_on=list(after)),
        )
        self.manifest: pulumi.Output[str] = found.manifest
        self.register_outputs({"manifest": self.manifest})
