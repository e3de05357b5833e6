"""New clusters in production are allowed by somebody, so that machines do not multiply unasked."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.onprem_cluster import Mode
from model.estate import Environment
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest


@environment_rules.rule("J201", title="new clusters in production are approved", source="")
def approved(env: Environment) -> Iterator[Finding]:
    """Refuse new clusters in production without an approval, and approvals by unknown groups or in the future."""
    groups = env.organisation.groups
    for cluster in env.onprem.user_clusters:
        approval = cluster.approval
        if approval is None:
            if env.facts.production and cluster.mode is Mode.CREATE and not cluster.registered:
                message = f"user cluster {cluster.name} is new in production, and nobody is said to have allowed it"
                yield Finding(cluster.at("name"), message, "add approval: {by: <group>, on: <date>}")
            continue
        if approval.by not in groups:
            message = f"user cluster {cluster.name} was allowed by {approval.by}, which is no group of the organisation"
            yield Finding(approval.at("by"), message, suggest(approval.by, groups, lead="Groups"))
        if approval.on > env.today:
            message = f"user cluster {cluster.name} is allowed on {approval.on}, which is not yet"
            yield Finding(approval.at("on"), message, f"write the day it was allowed, {env.today} at the latest")
