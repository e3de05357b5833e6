"""Every role that the files of an environment name, wherever they do: one list for the rules about roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.config.access import Target
from model.estate import Environment
from model.rules.repeats import Named


@dataclass(frozen=True, slots=True)
class Stated:
    """A role, who gets it by which part of a file, and on what."""

    role: str
    named: Named
    what: str
    """The part of the file, for a sentence: `grant 'auditors'`, `the deploy account of stier`."""
    who: str
    """Who gets it, for a sentence."""
    target: Target
    standing: bool = True
    """False where it must be asked for, and ends by itself."""
    approved: bool = False
    """Whether somebody else has to agree."""
    machine: bool = False
    """Whether it is a team's deploy account that gets it."""


def stated_roles(env: Environment) -> Iterator[Stated]:
    """Give every role that somebody gets in `env`, or may ask for."""
    yield from _of_the_platform(env)
    yield from _of_profiles(env)
    yield from _of_teams(env)
    yield from _entitled(env)


def _of_the_platform(env: Environment) -> Iterator[Stated]:
    for name, grant in env.access.grants.items():
        for target in grant.targets:
            for number, role in enumerate(grant.roles):
                named = Named(role, grant, ("roles", number))
                yield Stated(role, named, f"grant '{name}'", grant.group, target)


def _of_profiles(env: Environment) -> Iterator[Stated]:
    name = env.access.team_profile
    profile = env.organisation.team_profiles.get(name or "")
    if profile is None:
        return
    for field, target in (("cluster_project", Target.CLUSTER_PROJECT), ("team_project", Target.TEAM_PROJECTS)):
        roles: tuple[str, ...] = getattr(profile, field)
        for number, role in enumerate(roles):
            yield Stated(role, Named(role, profile, (field, number)), f"profile '{name}'", "every product team", target)


def _of_teams(env: Environment) -> Iterator[Stated]:
    for slug, (team, here) in env.members.items():
        account = f"the deploy account of {slug}"
        for number, role in enumerate(team.deploy.roles):
            named = Named(role, team.deploy, ("roles", number))
            yield Stated(role, named, account, account, Target.TEAM_PROJECTS, machine=True)
        for number, role in enumerate(team.deploy.cluster_roles):
            named = Named(role, team.deploy, ("cluster_roles", number))
            yield Stated(role, named, account, account, Target.CLUSTER_PROJECT, machine=True)
        for name, deviation in here.deviations.items():
            what = f"deviation '{name}' of {slug}"
            for number, role in enumerate(deviation.team_project):
                named = Named(role, deviation, ("team_project", number))
                yield Stated(role, named, what, team.groups.google, Target.TEAM_PROJECTS)
            for number, role in enumerate(deviation.cluster_project):
                named = Named(role, deviation, ("cluster_project", number))
                yield Stated(role, named, what, team.groups.google, Target.CLUSTER_PROJECT)
        for name, share in here.shares.items():
            for number, role in enumerate(share.roles):
                named = Named(role, share, ("roles", number))
                yield Stated(role, named, f"share '{name}' of {slug}", share.group, Target.TEAM_PROJECTS)


def _entitled(env: Environment) -> Iterator[Stated]:
    for _, here in env.members.values():
        for name, wanted in here.pam.items():
            kind = env.organisation.entitlements.get(name)
            if kind is None:
                continue  # an unknown one is found elsewhere
            for number, role in enumerate(kind.roles):
                yield Stated(
                    role,
                    Named(role, kind, ("roles", number)),
                    f"entitlement '{name}'",
                    "product teams",
                    Target.TEAM_PROJECTS,
                    standing=False,
                    approved=bool(wanted.levels),
                )
    for name, wanted in env.access.entitlements.items():
        for number, role in enumerate(wanted.roles):
            yield Stated(
                role,
                Named(role, wanted, ("roles", number)),
                f"entitlement '{name}'",
                " and ".join(wanted.requesters),
                wanted.target,
                standing=False,
                approved=bool(wanted.levels),
            )
