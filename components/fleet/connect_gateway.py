"""The way to the Kubernetes API of a member: a provider that speaks through the Connect gateway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pulumi
import pulumi_kubernetes as kubernetes

from components.component import Component
from components.fleet.kubeconfig import kubeconfig
from model.planning.members import Member


class ConnectGateway(Component):
    """One Kubernetes provider for one member, on-prem and GKE alike.

    `member`  the member.
    `after`   what must exist before the API answers: the cluster with a pool, its membership, the gateway's roles.

    The provider contacts the cluster once, when it is configured, and takes it for unreachable for the rest of the run
    if that fails; so it waits for everything in `after`. Its inputs are plain text, known at every preview: were one
    unknown, the provider and with it every object of the cluster would show as replaced. The identifier says which
    cluster it is, so that nothing else ever replaces it
    (https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/).

    Outputs: `provider`, to be given to what goes into the cluster, and `context`, its name in a kubeconfig.
    """

    token: ClassVar[str] = "hybrid:fleet:ConnectGateway"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        member: Member,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        # Every switch is stated: one that is left out follows the environment variables of whoever runs the program.
        self.provider = kubernetes.Provider(
            self.named("kubernetes"),
            kubeconfig=kubeconfig(member),
            cluster_identifier=member.id,
            enable_server_side_apply=True,
            enable_config_map_mutable=False,
            enable_secret_mutable=False,
            enable_patch_force=False,
            # Forgetting or skipping what a broken link hides would leave access behind that nobody sees.
            delete_unreachable=False,
            skip_update_unreachable=False,
            # A team's namespace stays when the team leaves the files; when it comes back, its namespace is taken over.
            upsert_existing_objects=True,
            suppress_deprecation_warnings=False,
            suppress_helm_hook_warnings=False,
            opts=self.child(after=after),
        )
        self.context: str = member.context
        self.register_outputs({"context": self.context})
