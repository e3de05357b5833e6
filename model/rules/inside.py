"""Who administers inside clusters whose API servers do not ask IAM: whoever has asked for it, and nobody else (E30)."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.access import PlatformEntitlement, Target
from model.estate import Environment
from model.planning.questions.nesting import outer_groups
from model.rules import pages
from model.rules.groups import FLEET_VIEWERS, GATEWAY_ROLES
from model.rules.registries import environment_rules
from model.rules.registry import Finding


def _inside(env: Environment) -> Iterator[tuple[str, PlatformEntitlement]]:
    for name, wanted in env.access.entitlements.items():
        if wanted.inside is not None:
            yield name, wanted


@environment_rules.rule("E30", title="a role inside clusters comes with the way to them", source=pages.CONNECT_GATEWAY)
def way_in(env: Environment) -> Iterator[Finding]:
    """Refuse roles inside clusters with entitlements that let nobody through the Connect gateway."""
    for name, wanted in _inside(env):
        if wanted.target is not Target.CLUSTER_PROJECT:
            message = (
                f"'{name}' is on {wanted.target} and gives a role inside clusters, which are in the cluster project"
            )
            yield Finding(wanted.at("inside"), message, "write it with an entitlement on cluster-project")
            continue
        roles = set(wanted.roles)
        missing = [choices[0] for choices in (FLEET_VIEWERS, GATEWAY_ROLES) if not roles & set(choices)]
        if missing:
            message = f"'{name}' gives a role inside clusters and no way to them: {' and '.join(missing)} is missing"
            yield Finding(wanted.at("roles"), message, "add it to the roles, or remove inside")


@environment_rules.rule(
    "E30", "F16", title="a role inside clusters is of use to nobody who has not asked", source=pages.PRIVILEGED_ACCESS
)
def only_on_request(env: Environment) -> Iterator[Finding]:
    """Refuse requesters who pass the gateway at any time: what is bound inside would be theirs for good.

    What groups have that they are in counts too (F11). In production somebody has to approve.
    """
    outer = outer_groups(env.organisation)
    standing = {
        grant.group: name
        for name, grant in env.access.grants.items()
        if Target.CLUSTER_PROJECT in grant.targets and set(grant.roles) & set(GATEWAY_ROLES)
    }
    for name, wanted in _inside(env):
        for number, group in enumerate(wanted.requesters):
            for each in (group, *outer.get(group, {})):
                if each in standing:
                    through = "" if each == group else f", through {each}"
                    message = (
                        f"{group} passes the Connect gateway at any time by grant '{standing[each]}'{through}, so it "
                        f"would be {wanted.inside} inside clusters without asking for '{name}'"
                    )
                    remedy = "keep the requesters a group without standing access, or remove inside"
                    yield Finding(wanted.at("requesters", number), message, remedy)
        if env.facts.production and not wanted.levels:
            message = f"whoever asks for '{name}' is {wanted.inside} inside production with nobody's approval"
            yield Finding(wanted.at("levels"), message, "add a level of approval")


@environment_rules.rule("F2", "F10", title="a role inside clusters is given once, and seen", source=pages.GKE_GROUPS)
def once(env: Environment) -> Iterator[Finding]:
    """Refuse a role that a group has inside already, and groups that clusters never hear of."""
    given = {(grant.principal, grant.role): f"'{name}'" for name, grant in env.access.clusters.items()}
    for name, wanted in _inside(env):
        for number, group in enumerate(wanted.requesters):
            if wanted.inside is None:
                continue
            other = given.setdefault((group, wanted.inside), f"entitlement '{name}'")
            if other != f"entitlement '{name}'":
                message = f"{group} is {wanted.inside} inside clusters by {other} already"
                yield Finding(wanted.at("inside"), message, "keep one of them")
            listed = env.organisation.groups.get(group)
            if listed is not None and not listed.nested:
                message = (
                    f"{group} is not nested in {env.organisation.security_group}, so no cluster ever sees the group"
                )
                yield Finding(
                    wanted.at("requesters", number), message, "nest it in the directory and remove nested: false"
                )
