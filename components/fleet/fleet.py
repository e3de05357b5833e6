"""The fleet of an environment and the features that are on in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import gkehub

from components.component import Component
from components.setting import Setting
from model.estate import Environment
from model.planning.protection import Kind

SERVICE_MESH: Final = "servicemesh"
POLICY_CONTROLLER: Final = "policycontroller"
GLOBAL: Final = "global"
"""Features are always global, whatever the region of the members (E5)."""


class Fleet(Component):
    """The one fleet of the cluster project (E1), before any cluster: the first member would make one without a name.

    `environment`  the environment.
    `after`        the APIs of the fleet and of its features (E6).

    Outputs: `features`, by name; what a member gets of each is `MemberFeatures`.
    """

    token: ClassVar[str] = "hybrid:fleet:Fleet"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        setting = Setting.of(environment)
        project = setting.cluster_project
        wanted = environment.fleet.features
        fleet = gkehub.Fleet(
            self.named("fleet"),
            project=project,
            display_name=environment.fleet.display_name,
            deletion_policy=setting.deletion_policy(Kind.FLEET),
            opts=self.child(protect=setting.protects(Kind.FLEET), after=after),
        )
        on = {SERVICE_MESH: wanted.servicemesh is not None, POLICY_CONTROLLER: wanted.policycontroller is not None}
        self.features: dict[str, gkehub.Feature] = {
            feature: gkehub.Feature(
                self.named(feature),
                name=feature,
                project=project,
                location=GLOBAL,
                opts=self.child(after=[fleet]),
            )
            for feature, is_on in sorted(on.items())
            if is_on
        }
        self.display_name: pulumi.Output[str] = fleet.display_name.apply(lambda given: given or "")
        self.register_outputs({"display_name": self.display_name})
