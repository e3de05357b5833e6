"""That somebody is told when the link fails."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.problems import Severity
from model.estate import Environment
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding


@environment_rules.rule("D22", title="somebody is told when the link fails", source=pages.ALERT_POLICY)
def alerts(env: Environment) -> Iterator[Finding]:
    """Refuse channels of another project and production that calls nobody; warn of production without alerts."""
    wanted, project = env.network.alerts, env.facts.projects.network.id
    if wanted is None:
        if env.facts.production:
            message = "nobody is told when a tunnel, a BGP session or the way out fails in production"
            yield Finding(env.network.at(), message, "add alerts with the channels to tell", Severity.WARNING)
        return
    if env.facts.production and not wanted.critical:
        message = "production calls nobody when the link is cut"
        yield Finding(wanted.at("critical"), message, "name the channel of the on-call")
    if not wanted.warning:
        yield Finding(wanted.at("warning"), "nobody reads the warnings", "name a channel")
    for field, channels in (("critical", wanted.critical), ("warning", wanted.warning)):
        for position, channel in enumerate(channels):
            if channel.split("/")[1] != project:
                message = f"{channel} is of another project than the alert policies, {project}, which can not use it"
                yield Finding(wanted.at(field, position), message, f"name a channel of {project}")
