"""How the clusters name things in vCenter, and how long their operations may take."""

from __future__ import annotations

from typing import Final

import pulumi
from pulumi_gcp import secretmanager

from model.config.onprem_cluster import UserCluster
from model.config.types import SecretReference
from model.estate import Environment

TIMEOUTS: Final = pulumi.CustomTimeouts(create="2h", update="4h", delete="2h")
"""An upgrade drains one node after the other; the provider's own 60 minutes end too early (B56)."""


def datastore(environment: Environment, cluster: UserCluster) -> str | None:
    """Return the datastore of a user cluster's disks, or None where they follow a storage policy (A24)."""
    other = cluster.vcenter
    if other is not None and (other.datastore or other.storage_policy):
        return other.datastore
    return environment.onprem.vsphere.datastores.nodes.name


def certificate(parent: pulumi.Resource, reference: SecretReference) -> pulumi.Output[str]:
    """Return the PEM certificate kept under `reference`, `sm://<project>/<secret>`, its latest version.

    A CA certificate is public, so the value is not treated as a secret: a changed certificate then shows in the diff.
    Whoever previews needs roles/secretmanager.secretAccessor on the secret.
    """
    return pulumi.Output.unsecret(secret(parent, reference))


def secret(parent: pulumi.Resource, reference: SecretReference) -> pulumi.Output[str]:
    """Return the value kept under `reference`, `sm://<project>/<secret>`, its latest version, as a secret."""
    project, name = reference.removeprefix("sm://").split("/", 1)
    access = secretmanager.get_secret_version_access_output(
        project=project,
        secret=name,
        version="latest",
        opts=pulumi.InvokeOutputOptions(parent=parent),
    )
    return pulumi.Output.secret(access.secret_data)
