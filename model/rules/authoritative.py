"""Roles whose members the files claim to name all of: one such choice has emptied whole projects elsewhere (F2)."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.access import Target
from model.estate import Environment
from model.planning.access.own_roles import OWN_ROLES
from model.planning.access.people import targets
from model.planning.grants import grants
from model.rules import pages
from model.rules.lockout import NEEDED
from model.rules.registries import environment_rules
from model.rules.registry import Finding
from model.rules.repeats import Named, repeats


@environment_rules.rule("F2", title="only roles that nobody else gives are claimed", source=pages.IAM_BINDING)
def claimed(env: Environment) -> Iterator[Finding]:
    """Refuse to claim roles of Google's agents, of the program, of the platform team's way in, and empty ones."""
    needed = {(target, role) for target, choices, _ in NEEDED for role in choices}
    program = {*env.organisation.deployers.plan_roles.folder, *env.organisation.deployers.apply_roles.folder}
    for choice in env.access.authoritative:
        place, role = choice.at("role"), choice.role
        remedy = "leave the role additive: take it out of authoritative"
        lost = f"claiming {role} on {choice.target} takes it from everybody who is not named"
        if role.lower().endswith("serviceagent"):
            yield Finding(
                place, f"{lost}, and it is the role of one of Google's agents: its service would stop", remedy
            )
        elif role in program:
            yield Finding(place, f"{lost}, and the accounts that run this program have it", remedy)
        elif role in OWN_ROLES:
            yield Finding(place, f"{lost}, and this program gives it to machines of the platform", remedy)
        elif (choice.target, role) in needed:
            yield Finding(place, f"{lost}, and it is how the platform team gets in", remedy)
        if choice.target is Target.BILLING_ACCOUNT:
            message = f"{lost}, of every project that the billing account pays for"
            yield Finding(choice.at("target"), message, remedy)


@environment_rules.rule("F2", title="a claimed role has members", source=pages.IAM_BINDING)
def members(env: Environment) -> Iterator[Finding]:
    """Refuse to claim a role that no file grants, twice, or without a reason."""
    granted = {(grant.resource, grant.role) for grant in grants(env).iam}
    for choice in env.access.authoritative:
        if not choice.reason.strip():
            yield Finding(
                choice.at("reason"), f"{choice.role} is claimed without a reason", "write why nobody else may"
            )
        for _, project in targets(env, choice.target):
            if (project, choice.role) not in granted:
                message = f"{choice.role} on {project} is claimed, and no file grants it: everybody would lose it"
                yield Finding(choice.at("role"), message, "grant it to somebody first, or take it out of authoritative")
    named = (
        Named((choice.target, choice.role), env.access, ("authoritative", number), choice.role)
        for number, choice in enumerate(env.access.authoritative)
    )
    for _, again in repeats(named):
        yield Finding(again.place, f"{again.what} is claimed twice", "remove one of them")
