"""Alert policies of the network project (D22)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from model.planning.alerts import Alert

_INTERVAL: Final = "60s"
_AUTO_CLOSE: Final = "86400s"
"""An incident without new data is closed after a day."""


class Alerting(Component):
    """Makes an alert policy for each of `alerts`, in the project of the VPC, the VPN and Cloud NAT.

    The channels exist: each holds a token or somebody's address, so the program names them and never makes one. A
    channel must be of the same project.
    """

    token: ClassVar[str] = "hybrid:network:Alerting"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        alerts: Sequence[Alert],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        for alert in sorted(alerts, key=lambda each: each.key):
            gcp.monitoring.AlertPolicy(
                self.named(alert.key),
                project=setting.network_project,
                display_name=alert.title,
                combiner="OR",
                severity=alert.severity,
                conditions=[
                    gcp.monitoring.AlertPolicyConditionArgs(
                        display_name=condition.title,
                        condition_prometheus_query_language=gcp.monitoring.AlertPolicyConditionConditionPrometheusQueryLanguageArgs(
                            query=condition.query,
                            duration=f"{condition.seconds}s",
                            evaluation_interval=_INTERVAL,
                            # A new project has no data of a metric yet, and is watched from its first day.
                            disable_metric_validation=True,
                        ),
                    )
                    for condition in alert.conditions
                ],
                alert_strategy=gcp.monitoring.AlertPolicyAlertStrategyArgs(auto_close=_AUTO_CLOSE),
                documentation=gcp.monitoring.AlertPolicyDocumentationArgs(
                    content=alert.advice, mime_type="text/markdown"
                ),
                notification_channels=list(alert.channels),
                user_labels=dict(setting.labels),
                opts=self.child(),
            )
        self.register_outputs({})
