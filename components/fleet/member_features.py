"""What one member of the fleet gets of the fleet's features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import gkehub

from components.component import Component
from components.fleet.fleet import GLOBAL, POLICY_CONTROLLER, SERVICE_MESH
from model.config.fleet import PolicyController
from model.estate import Environment
from model.planning.members import Member

POLICY_METRICS: Final = "PROMETHEUS"
"""Scraped by the platform's own metrics; Cloud Monitoring would charge for each sample (H70)."""


class MemberFeatures(Component):
    """Configures a member: how its mesh is managed where it has one, and Policy Controller on every member (E7-E10).

    `environment`  the environment.
    `member`       the member.
    `features`     the features that are on, by name.
    `after`        what must exist before: the membership.
    """

    token: ClassVar[str] = "hybrid:fleet:MemberFeatures"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        member: Member,
        features: Mapping[str, gkehub.Feature],
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        wanted = environment.fleet.features
        mesh = wanted.servicemesh.members.get(member.membership) if wanted.servicemesh else None
        if mesh is not None:
            gkehub.FeatureMembership(
                self.named(SERVICE_MESH),
                project=member.project,
                location=GLOBAL,
                feature=features[SERVICE_MESH].name,
                membership=member.membership,
                membership_location=member.location,
                mesh=gkehub.FeatureMembershipMeshArgs(management=mesh.value),
                opts=self.child(after=after),
            )
        if wanted.policycontroller is not None:
            gkehub.FeatureMembership(
                self.named(POLICY_CONTROLLER),
                project=member.project,
                location=GLOBAL,
                feature=features[POLICY_CONTROLLER].name,
                membership=member.membership,
                membership_location=member.location,
                policycontroller=gkehub.FeatureMembershipPolicycontrollerArgs(
                    policy_controller_hub_config=_policy_controller(wanted.policycontroller)
                ),
                opts=self.child(after=after),
            )
        self.register_outputs({})


def _policy_controller(
    wanted: PolicyController,
) -> gkehub.FeatureMembershipPolicycontrollerPolicyControllerHubConfigArgs:
    return gkehub.FeatureMembershipPolicycontrollerPolicyControllerHubConfigArgs(
        install_spec="INSTALL_SPEC_ENABLED",
        audit_interval_seconds=wanted.audit_interval_seconds,
        log_denies_enabled=wanted.log_denies,
        exemptable_namespaces=sorted(wanted.exempt_namespaces),
        mutation_enabled=False,
        referential_rules_enabled=False,
        monitoring=gkehub.FeatureMembershipPolicycontrollerPolicyControllerHubConfigMonitoringArgs(
            backends=[POLICY_METRICS]
        ),
        policy_content=gkehub.FeatureMembershipPolicycontrollerPolicyControllerHubConfigPolicyContentArgs(
            # Bundles are made of the library's templates (E10).
            template_library=gkehub.FeatureMembershipPolicycontrollerPolicyControllerHubConfigPolicyContentTemplateLibraryArgs(
                installation="ALL"
            ),
            bundles=[
                gkehub.FeatureMembershipPolicycontrollerPolicyControllerHubConfigPolicyContentBundleArgs(
                    bundle_name=bundle
                )
                for bundle in sorted(wanted.bundles)
            ],
        ),
    )
