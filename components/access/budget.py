"""Budgets of teams and of the platform's own projects: who hears that money runs out (X10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import billing, monitoring

from components.access.labels import team_labels
from components.component import Component
from components.setting import Setting
from model.estate import Environment
from model.planning.access.budgets import FORECAST, SPENT, BudgetPlan, PlatformBudgetPlan

_CURRENCY: Final = "EUR"


class Budget(Component):
    """A monthly budget for the team's project, and the mailbox that is told.

    `environment`     the environment.
    `plan`            the amount and the project.
    `project_number`  the project's number: the API knows projects by it alone.
    `after`           the monitoring API of the project, where the mailbox is registered.

    Messages by chat need a token that only a person can give, so they are set up in the console
    (https://docs.cloud.google.com/monitoring/support/notification-options). A budget tells; it stops nothing.
    """

    token: ClassVar[str] = "hybrid:access:Budget"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        plan: BudgetPlan,
        project_number: pulumi.Input[str],
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        mailbox = monitoring.NotificationChannel(
            self.named("mailbox"),
            project=plan.project,
            type="email",
            display_name=f"{plan.team.slug}, by e-mail",
            labels={"email_address": plan.team.contact.email},
            user_labels=team_labels(environment, plan.team),
            opts=self.child(after=[after]),
        )
        _budget(
            self,
            billing_account=environment.organisation.google.billing_account,
            name=plan.name,
            euros=plan.euros,
            projects=[pulumi.Output.concat("projects/", project_number)],
            rules=_rules(SPENT, FORECAST),
            channels=[mailbox.name],
        )
        self.register_outputs({})


class PlatformBudget(Component):
    """A monthly budget for the environment's own projects together.

    `environment`  the environment.
    `plan`         the amount, the projects, and who is told.
    `after`        the monitoring API of the cluster project, where a mailbox is registered.
    """

    token: ClassVar[str] = "hybrid:access:PlatformBudget"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        plan: PlatformBudgetPlan,
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        channels: list[pulumi.Input[str]] = [*plan.channels]
        if plan.mailbox is not None:
            mailbox = monitoring.NotificationChannel(
                self.named("mailbox"),
                project=plan.mailbox_project,
                type="email",
                display_name=f"{plan.name}, by e-mail",
                labels={"email_address": plan.mailbox},
                user_labels=dict(Setting.of(environment).labels),
                opts=self.child(after=[after]),
            )
            channels.append(mailbox.name)
        _budget(
            self,
            billing_account=environment.organisation.google.billing_account,
            name=plan.name,
            euros=plan.euros,
            projects=[f"projects/{number}" for number in plan.project_numbers],
            rules=_rules(plan.spent, plan.forecast),
            channels=channels,
        )
        self.register_outputs({})


def _rules(spent: Sequence[float], forecast: Sequence[float]) -> list[tuple[float, str]]:
    return [*((part, "CURRENT_SPEND") for part in spent), *((part, "FORECASTED_SPEND") for part in forecast)]


def _budget(
    component: Component,
    *,
    billing_account: str,
    name: str,
    euros: int,
    projects: Sequence[pulumi.Input[str]],
    rules: Sequence[tuple[float, str]],
    channels: Sequence[pulumi.Input[str]],
) -> None:
    billing.Budget(
        component.named("budget"),
        billing_account=billing_account,
        display_name=name,
        amount=billing.BudgetAmountArgs(
            specified_amount=billing.BudgetAmountSpecifiedAmountArgs(currency_code=_CURRENCY, units=str(euros))
        ),
        budget_filter=billing.BudgetBudgetFilterArgs(
            projects=list(projects),
            calendar_period="MONTH",
            credit_types_treatment="INCLUDE_ALL_CREDITS",
        ),
        threshold_rules=[
            billing.BudgetThresholdRuleArgs(threshold_percent=part, spend_basis=basis) for part, basis in rules
        ],
        all_updates_rule=billing.BudgetAllUpdatesRuleArgs(
            monitoring_notification_channels=list(channels),
            disable_default_iam_recipients=False,
        ),
        opts=component.child(),
    )
