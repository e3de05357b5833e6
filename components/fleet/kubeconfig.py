"""The kubeconfig of a member: the Connect gateway's address, and a plug-in that fetches the caller's own token."""

from __future__ import annotations

import json
from typing import Final

from model.planning.members import Member

PLUGIN: Final = "gke-gcloud-auth-plugin"
_HINT: Final = f"{PLUGIN} is missing: https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl"


def kubeconfig(member: Member) -> str:
    """Return the kubeconfig as JSON, the same for everyone: it names a member and holds no credential.

    Who calls is found when it is used, from the application default credentials, so a plan and an apply by different
    accounts show no difference (https://cloud.google.com/kubernetes-engine/enterprise/multicluster-management/gateway).
    """
    name = member.context
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": {"server": member.gateway_url}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
            "users": [
                {
                    "name": name,
                    "user": {
                        "exec": {
                            "apiVersion": "client.authentication.k8s.io/v1beta1",
                            "command": PLUGIN,
                            "args": ["--use_application_default_credentials"],
                            "installHint": _HINT,
                            "interactiveMode": "Never",
                            "provideClusterInfo": True,
                        }
                    },
                }
            ],
        },
        sort_keys=True,
    )
