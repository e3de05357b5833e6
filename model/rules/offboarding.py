"""Teams whose record is gone: what they made stays, and somebody answers for it."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.organisation import FormerTeam, GroupKind
from model.estate import Estate
from model.rules import pages
from model.rules.groups import is_pending, unfit
from model.rules.registries import estate_rules
from model.rules.registry import Finding, suggest

KEPT = "its projects, state buckets, images, and namespaces with workloads"


@estate_rules.rule("F19", title="what a team leaves is taken over", source=pages.RETAIN)
def left(estate: Estate) -> Iterator[Finding]:
    """Refuse team groups without a record that nobody has taken over from.

    What denies reading the team's state would be no longer looked after. A group that waits for the directory may have
    no record yet.
    """
    organisation = estate.organisation
    known = {team.groups.google for team in estate.teams.values()} | {organisation.platform_groups.team}
    for address, group in organisation.groups.items():
        if group.kind is not GroupKind.TEAM or address in known or is_pending(group):
            continue
        slug = address.split("@", 1)[0].rsplit("-", 1)[-1]
        if slug in organisation.former_teams:
            continue
        owners = [name for name, each in organisation.groups.items() if address in each.member_of]
        asked = f"ask {' and '.join(owners)}" if owners else "find who leads it"
        message = f"{address} is a team's group and no record has it: {KEPT} are kept, and nobody answers for them"
        remedy = (
            f"{asked}, and name the new owner, and where state is, under former_teams.{slug} of "
            "stacks/organisation.yaml; for a team that is to come, add its record"
        )
        yield Finding(group.at(), message, remedy)


@estate_rules.rule("F19", title="former teams are gone, and their successors known", source=pages.RETAIN)
def former(estate: Estate) -> Iterator[Finding]:
    """Refuse former teams that still have a record, successors that are no group, and take-overs of nothing."""
    for slug, each in estate.organisation.former_teams.items():
        if slug in estate.teams:
            message = f"{slug} is a former team, and it has a record: stacks/teams/{slug}.yaml"
            yield Finding(each.at(), message, "remove one of them")
        yield from unfit(estate.organisation, each.taken_over_by, each.at("taken_over_by"))
        if not each.kept:
            message = f"nothing is said to be kept of {slug}, and {KEPT} are not deleted with a record"
            yield Finding(each.at("kept"), message, "name thing by thing what the successor answers for")
        yield from _state(estate, slug, each)
        if each.on > estate.today:
            message = f"{slug} is taken over on {each.on}, which is not yet: until then it needs its record"
            yield Finding(each.at("on"), message, "keep the record until that day")


def _state(estate: Estate, slug: str, former: FormerTeam) -> Iterator[Finding]:
    """Give what is wrong with where a former team's state is said to be."""
    used = {here.project: team.slug for team in estate.teams.values() for here in team.environments.values()}
    for name, project in former.state.items():
        if name not in estate.environments:
            message = f"{slug} is said to have left state in '{name}', and there is no such environment"
            yield Finding(former.at("state", name), message, suggest(name, estate.environments, lead="Environments"))
        if project in used:
            message = f"the state that {slug} left is said to be in {project}, the project of {used[project]}"
            yield Finding(former.at("state", name), message, "name the project that the team had")
    if not former.state and any("state" in kept.lower() for kept in former.kept):
        message = f"state of {slug} is kept, and nothing says where: nobody would look after what denies it"
        remedy = "write state: {<environment>: <project>}; take state out of kept once bucket and rule are deleted"
        yield Finding(former.at("state"), message, remedy)
