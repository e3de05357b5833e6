"""A team's budget: who hears that money runs out (X10)."""

from __future__ import annotations

from typing import ClassVar, Final

import pulumi
from pulumi_gcp import billing, monitoring

from components.access.labels import team_labels
from components.component import Component
from model.estate import Environment
from model.planning.access.budgets import FORECAST, SPENT, BudgetPlan

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
        rules = [*((part, "CURRENT_SPEND") for part in SPENT), *((part, "FORECASTED_SPEND") for part in FORECAST)]
        billing.Budget(
            self.named("budget"),
            billing_account=environment.organisation.google.billing_account,
            display_name=plan.name,
            amount=billing.BudgetAmountArgs(
                specified_amount=billing.BudgetAmountSpecifiedAmountArgs(currency_code=_CURRENCY, units=str(plan.euros))
            ),
            budget_filter=billing.BudgetBudgetFilterArgs(
                projects=[pulumi.Output.concat("projects/", project_number)],
                calendar_period="MONTH",
                credit_types_treatment="INCLUDE_ALL_CREDITS",
            ),
            threshold_rules=[
                billing.BudgetThresholdRuleArgs(threshold_percent=part, spend_basis=basis) for part, basis in rules
            ],
            all_updates_rule=billing.BudgetAllUpdatesRuleArgs(
                monitoring_notification_channels=[mailbox.name],
                disable_default_iam_recipients=False,
            ),
            opts=self.child(),
        )
        self.register_outputs({})
