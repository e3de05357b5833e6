"""Log-in of people by OpenID Connect: what GKE Identity Service reads in a user cluster (B80, B81)."""

from __future__ import annotations

from typing import ClassVar, Final

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.meta import v1 as meta

from components.component import Component
from components.onprem.vcenter import secret
from model.config.onprem_cluster import Oidc

API_VERSION: Final = "authentication.gke.io/v2alpha1"
KIND: Final = "ClientConfig"
OBJECT: Final = "default"
NAMESPACE: Final = "kube-public"
CONSOLE_REDIRECT: Final = "https://console.cloud.google.com/kubernetes/oidc"
"""Where the issuer sends people back to who log in at the console."""


class Authentication(Component):
    """States who vouches for people in a user cluster (https://cloud.google.com/anthos/identity/setup/per-cluster).

    `wanted`    the issuer and what its tokens say.
    `cluster`   the cluster itself, where the program manages it.
    `opts`      with two providers: the way to the cluster's Kubernetes API, and Google's for the client's secret.

    The cluster makes the object, with its own address and certificate in it. Here only `spec.authentication` is
    applied, on the server's side, so the rest stays the cluster's, and a log-in that gkectl has put there is a conflict
    and is not overwritten. It is kept when it leaves the program, since deleting it would take the cluster's part along
    (docs/decisions/0009-log-in-is-applied-in-the-cluster.md).
    """

    token: ClassVar[str] = "hybrid:onprem:Authentication"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        wanted: Oidc,
        cluster: pulumi.Resource | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__(name, opts)
        kubernetes.apiextensions.CustomResource(
            self.named("client-config"),
            api_version=API_VERSION,
            kind=KIND,
            metadata=meta.ObjectMetaArgs(name=OBJECT, namespace=NAMESPACE),
            spec={"authentication": [{"name": wanted.name, "oidc": self._oidc(wanted)}]},
            opts=self.child(deleted_with=cluster, retain=True),
        )
        self.register_outputs({"issuer": wanted.issuer})

    def _oidc(self, wanted: Oidc) -> dict[str, pulumi.Input[str]]:
        given: dict[str, pulumi.Input[str]] = {
            "clientID": wanted.client_id,
            "cloudConsoleRedirectURI": CONSOLE_REDIRECT,
            "issuerURI": wanted.issuer,
            "kubectlRedirectURI": wanted.kubectl_redirect,
            "scopes": ",".join(wanted.scopes),
            "userClaim": wanted.user_claim,
            "userPrefix": wanted.user_prefix,
        }
        if wanted.groups_claim is not None:
            given |= {"groupsClaim": wanted.groups_claim, "groupPrefix": wanted.group_prefix}
        if wanted.client_secret is not None:
            given["clientSecret"] = secret(self, wanted.client_secret)
        return given
