"""The fleet of an environment and the features that are on in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import gkehub

from components.component import Component
from components.setting import Setting
from model.config.fleet import TeamScopes
from model.estate import Environment
from model.planning.protection import Kind

SERVICE_MESH: Final = "servicemesh"
POLICY_CONTROLLER: Final = "policycontroller"
CUSTOM_ROLES: Final = "rbacrolebindingactuation"
SCOPE_LOGS: Final = "fleetobservability"
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
        on: dict[str, gkehub.FeatureSpecArgs | None] = dict(_of_scopes(environment.fleet.team_scopes))
        if wanted.servicemesh is not None:
            on[SERVICE_MESH] = None
        if wanted.policycontroller is not None:
            on[POLICY_CONTROLLER] = None
        self.features: dict[str, gkehub.Feature] = {
            feature: gkehub.Feature(
                self.named(feature),
                name=feature,
                project=project,
                location=GLOBAL,
                spec=spec,
                opts=self.child(after=[fleet]),
            )
            for feature, spec in sorted(on.items())
        }
        self.display_name: pulumi.Output[str] = fleet.display_name.apply(lambda given: given or "")
        self.register_outputs({"display_name": self.display_name})


def _of_scopes(wanted: TeamScopes | None) -> Iterator[tuple[str, gkehub.FeatureSpecArgs]]:
    """Give the features that teams' scopes need, with what they are told (E13)."""
    if wanted is None:
        return
    if wanted.custom_roles:
        yield (
            CUSTOM_ROLES,
            gkehub.FeatureSpecArgs(
                rbacrolebindingactuation=gkehub.FeatureSpecRbacrolebindingactuationArgs(
                    allowed_custom_roles=sorted(wanted.custom_roles)
                )
            ),
        )
    if wanted.logs is not None:
        mode = gkehub.FeatureSpecFleetobservabilityLoggingConfigFleetScopeLogsConfigArgs(mode=wanted.logs.value)
        config = gkehub.FeatureSpecFleetobservabilityLoggingConfigArgs(fleet_scope_logs_config=mode)
        yield (
            SCOPE_LOGS,
            gkehub.FeatureSpecArgs(fleetobservability=gkehub.FeatureSpecFleetobservabilityArgs(logging_config=config)),
        )
