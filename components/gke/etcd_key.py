"""The key that encrypts Kubernetes secrets in the etcd of the environment's GKE clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import kms

from components.component import Component
from components.setting import Setting
from model.estate import Environment
from model.planning.protection import Kind

_DAY: Final = 24 * 60 * 60
ROTATION: Final = f"{90 * _DAY}s"
DESTROY_DELAY: Final = f"{30 * _DAY}s"


class EtcdKey(Component):
    """A key ring, a key in it, and GKE's own agent as its only user.

    `environment`  the environment.
    `after`        the KMS API.
    `agent`        GKE's agent. Only the grant waits for it: what a protected resource waits for stays
                   with it when the rest is wiped, and that must not be the network.

    Google never deletes a key ring or a key, and what the state forgets still holds its name: both are protected in
    every environment, and one that is wiped keeps them (`pulumi destroy --exclude-protected`;
    https://cloud.google.com/kms/docs/destroy-restore).

    Outputs: `id`, the key's full name, and `ready`, what must exist before a cluster can use it.
    """

    token: ClassVar[str] = "hybrid:gke:EtcdKey"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        agent: pulumi.Resource,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        setting = Setting.of(environment)
        project = setting.facts.projects.cluster
        ring = kms.KeyRing(
            self.named("ring"),
            name=setting.names.key_ring,
            project=project.id,
            location=setting.region,
            opts=self.child(protect=setting.protects(Kind.KEY_RING), after=after),
        )
        key = kms.CryptoKey(
            self.named("key"),
            name=setting.names.etcd_key,
            key_ring=ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=ROTATION,
            destroy_scheduled_duration=DESTROY_DELAY,
            version_template=kms.CryptoKeyVersionTemplateArgs(
                algorithm="GOOGLE_SYMMETRIC_ENCRYPTION", protection_level="SOFTWARE"
            ),
            opts=self.child(protect=setting.protects(Kind.KEY)),
        )
        user = kms.CryptoKeyIAMMember(
            self.named("agent"),
            crypto_key_id=key.id,
            role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
            # The agent of the project that the clusters are in, not of the one whose network they use (C50).
            member=f"serviceAccount:service-{project.number}@container-engine-robot.iam.gserviceaccount.com",
            opts=self.child(after=[agent]),
        )
        self.id: pulumi.Output[str] = key.id
        self.ready: tuple[pulumi.Resource, ...] = (user,)
        self.register_outputs({"id": self.id})
