"""How the nodes of a GKE cluster hide its pods from the sites: the configuration of GKE's own agent (C28)."""

from __future__ import annotations

from typing import ClassVar, Final

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta import v1 as meta

from components.component import Component
from components.setting import Setting

AGENT: Final = "ip-masq-agent"
"""The name that GKE's agent looks for, in kube-system:
https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ip-masquerade-agent."""


class Masquerade(Component):
    """Gives the agent of a cluster's nodes the list of destinations for which pods keep their own address.

    `setting`   for labels.
    `config`    the agent's configuration, YAML.
    `cluster`   the cluster: deleting it takes the configuration along.
    `provider`  the way to its Kubernetes API.

    GKE runs the agent by itself where the pod range lies outside 10.0.0.0/8 or the datapath is Dataplane V2.
    """

    token: ClassVar[str] = "hybrid:network:Masquerade"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        config: str,
        cluster: pulumi.Resource,
        provider: kubernetes.Provider,
    ) -> None:
        super().__init__(name, pulumi.ResourceOptions(providers=[provider]))
        core.ConfigMap(
            self.named(AGENT),
            metadata=meta.ObjectMetaArgs(name=AGENT, namespace="kube-system", labels=dict(setting.labels)),
            data={"config": config},
            opts=self.child(deleted_with=cluster),
        )
        self.register_outputs({})
