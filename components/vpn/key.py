"""A key of a tunnel, for IKE (D8) or for MD5 (D15): made here and kept in Secret Manager, or put there by someone."""

from __future__ import annotations

from typing import ClassVar, Final

import pulumi
import pulumi_gcp as gcp
import pulumi_random as random

from components.component import Component
from components.setting import Setting
from model.config.vpn import KeySource, PreSharedKey
from model.planning.protection import Kind

KEY_LENGTH: Final = 40
"""Characters of a generated key. At least 32 (D8); letters and digits only, which every firewall accepts: 238 bits."""


class TunnelKey(Component):
    """Provides the key of one tunnel.

    `key`      where it is kept, who makes it, and which generation of it.
    `protect`  whether the key itself keeps its environment's protection; a rotation lifts it from one tunnel's.

    Output: `value`, a secret. A generated key is remembered in the stack's encrypted state; a new one replaces the
    tunnel (D4), so it changes only on purpose, by its `generation`, together with the far side.
    """

    token: ClassVar[str] = "hybrid:vpn:TunnelKey"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        key: PreSharedKey,
        protect: bool = True,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        project, secret_id = key.secret.removeprefix("sm://").split("/", 1)
        match key.source:
            case KeySource.GENERATED:
                value = self._generated(setting, project, secret_id, key.generation or 1, protect=protect)
            case KeySource.REFERENCED:
                value = self._referenced(project, secret_id, key.generation)
        self.value: pulumi.Output[str] = pulumi.Output.secret(value)
        self.register_outputs({"secret": key.secret})

    def _generated(
        self, setting: Setting, project: str, secret_id: str, generation: int, *, protect: bool
    ) -> pulumi.Output[str]:
        """Make the key, and keep it where the engineers of the far side fetch it."""
        protected = setting.protects(Kind.SECRET)
        password = random.RandomPassword(
            self.named("password"),
            length=KEY_LENGTH,
            special=False,
            min_lower=1,
            min_upper=1,
            min_numeric=1,
            # The first key has none: it was made before anyone counted.
            keepers={"generation": str(generation)} if generation > 1 else None,
            opts=self.child(protect=protected and protect),
        )
        secret = gcp.secretmanager.Secret(
            self.named("secret"),
            project=project,
            secret_id=secret_id,
            # One place, the region of the tunnel: it can never be changed later.
            replication=gcp.secretmanager.SecretReplicationArgs(
                user_managed=gcp.secretmanager.SecretReplicationUserManagedArgs(
                    replicas=[gcp.secretmanager.SecretReplicationUserManagedReplicaArgs(location=setting.region)]
                )
            ),
            labels=setting.labels,
            deletion_protection=setting.deletion_policy(Kind.SECRET) == "PREVENT",
            deletion_policy=setting.deletion_policy(Kind.SECRET),
            opts=self.child(protect=protected),
        )
        gcp.secretmanager.SecretVersion(
            self.named("version"),
            secret=secret.id,
            secret_data=password.result,
            enabled=True,
            # A key that is replaced stays readable to nobody, and can be brought back while the far side still has it.
            deletion_policy="DISABLE" if protected else "DELETE",
            opts=self.child(),
        )
        return password.result

    def _referenced(self, project: str, secret_id: str, generation: int | None) -> pulumi.Output[str]:
        """Look up a version. Whoever previews must be allowed to read it, and nothing else about it."""
        return gcp.secretmanager.get_secret_version_access_output(
            project=project,
            secret=secret_id,
            version=str(generation) if generation is not None else "latest",
            opts=pulumi.InvokeOutputOptions(parent=self),
        ).secret_data
