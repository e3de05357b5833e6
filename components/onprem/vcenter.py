"""How the clusters name things in vCenter, and how long their operations may take."""

from __future__ import annotations

from typing import Final

import pulumi
from pulumi_gcp import secretmanager

from model.config.types import SecretReference
from model.config.vsphere import Vsphere

TIMEOUTS: Final = pulumi.CustomTimeouts(create="2h", update="4h", delete="2h")
"""An upgrade drains one node after the other; the provider's own 60 minutes end too early (B56)."""

_ESCAPES: Final = {"%": "%25", "/": "%2f", "\\": "%5c"}


def escaped(name: str) -> str:
    """Return a vCenter object's name as the clusters' API wants it: slash, backslash and percent escaped (A27, I5)."""
    return "".join(_ESCAPES.get(character, character) for character in name)


def resource_pool_path(vsphere: Vsphere) -> str:
    """Return `<compute cluster>/Resources/<pool>`, which tells pools of one name in several clusters apart (A25)."""
    return f"{vsphere.compute_cluster}/Resources/{vsphere.resource_pool.name}"


def certificate(parent: pulumi.Resource, reference: SecretReference) -> pulumi.Output[str]:
    """Return the PEM certificate kept under `reference`, `sm://<project>/<secret>`, its latest version.

    A CA certificate is public, so the value is not treated as a secret: a changed certificate then shows in the diff.
    Whoever previews needs roles/secretmanager.secretAccessor on the secret.
    """
    project, secret = reference.removeprefix("sm://").split("/", 1)
    access = secretmanager.get_secret_version_access_output(
        project=project,
        secret=secret,
        version="latest",
        opts=pulumi.InvokeOutputOptions(parent=parent),
    )
    return pulumi.Output.unsecret(access.secret_data)
