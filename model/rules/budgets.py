"""The budget of the platform's own projects: an amount, thresholds, and somebody who hears of it (X10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.estate import Environment
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding
from model.rules.repeats import Named, repeats

MOST_CHANNELS: Final = 5


@environment_rules.rule("X10", title="the platform's budget tells somebody of an amount", source=pages.BUDGETS)
def budget(env: Environment) -> Iterator[Finding]:
    """Refuse amounts below one, thresholds that say nothing, nobody who is told, and more channels than it takes."""
    wanted = env.facts.budget
    if wanted is None:
        return
    if wanted.eur < 1:
        message = f"the budget of {env.name} is {wanted.eur} EUR a month, which is spent before it begins"
        yield Finding(wanted.at("eur"), message, "write an amount, or remove the budget")
    for field, items in (("spent_percent", wanted.spent_percent), ("forecast_percent", wanted.forecast_percent)):
        for number, percent in enumerate(items):
            if percent < 1:
                message = f"the budget of {env.name} sends a message at {percent} %, which is always reached"
                yield Finding(wanted.at(field, number), message, "write a percentage from 1")
        for _, again in repeats(Named(percent, wanted, (field, number)) for number, percent in enumerate(items)):
            yield Finding(again.place, f"{again.name} % stands twice in {field}", "remove one of them")
    if not wanted.spent_percent and not wanted.forecast_percent:
        message = f"the budget of {env.name} has no threshold, so it never says anything"
        yield Finding(wanted.at(), message, "write spent_percent or forecast_percent, or remove the budget")
    told = len(wanted.channels) + (wanted.mailbox is not None)
    if not told:
        message = f"the budget of {env.name} tells nobody but the administrators of the billing account"
        yield Finding(wanted.at(), message, "name a mailbox or a channel")
    elif told > MOST_CHANNELS:
        message = f"the budget of {env.name} tells {told} channels; the API takes {MOST_CHANNELS}"
        yield Finding(wanted.at("channels"), message, "tell fewer, or let one pass it on")
