"""The VPC's firewall policy: what the reviewed files open, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from model.planning.firewall import PolicyRule


class Firewall(Component):
    """Makes a global network firewall policy and attaches it to the VPC.

    `network`  the VPC. It evaluates the policy before VPC firewall rules, so a rule made by hand opens nothing.
    `rules`    rules for incoming traffic; the last one denies and logs what no other allows.
    """

    token: ClassVar[str] = "hybrid:network:Firewall"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        network: gcp.compute.Network,
        rules: Sequence[PolicyRule],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        policy = gcp.compute.NetworkFirewallPolicy(
            self.named("policy"),
            name=setting.names.firewall_policy,
            project=setting.network_project,
            description="what the reviewed files open",
            opts=self.child(),
        )
        made = [
            gcp.compute.NetworkFirewallPolicyRule(
                self.named("rule", rule.key),
                project=setting.network_project,
                firewall_policy=policy.name,
                rule_name=rule.key,
                priority=rule.priority,
                direction="INGRESS",
                action=rule.action,
                description=rule.description,
                enable_logging=rule.log,
                disabled=False,
                match=_match(rule),
                opts=self.child(),
            )
            for rule in sorted(rules, key=lambda each: each.key)
        ]
        gcp.compute.NetworkFirewallPolicyAssociation(
            self.named("association"),
            name=setting.names.firewall_policy,
            project=setting.network_project,
            firewall_policy=policy.name,
            attachment_target=network.id,
            # Attached with its rules in place: a policy that only denies would cut off what already runs.
            opts=self.child(after=made),
        )
        self.register_outputs({"policy": policy.name})


def _match(rule: PolicyRule) -> gcp.compute.NetworkFirewallPolicyRuleMatchArgs:
    return gcp.compute.NetworkFirewallPolicyRuleMatchArgs(
        src_ip_ranges=[str(source) for source in rule.sources],
        dest_ip_ranges=[str(destination) for destination in rule.destinations] or None,
        layer4_configs=[
            gcp.compute.NetworkFirewallPolicyRuleMatchLayer4ConfigArgs(
                ip_protocol=traffic.protocol, ports=list(traffic.ports) or None
            )
            for traffic in rule.traffic
        ],
    )
