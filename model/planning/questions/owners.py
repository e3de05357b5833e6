"""Who has to look at a change of which file: GitHub's CODEOWNERS, from the team files.

The last line that fits a file counts, and an approval of any one of its owners is enough; that a second one is needed
is a rule of the branch (https://docs.github.com, "About code owners").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.estate import Estate
from model.planning.access.words import local_part

FILE: Final = ".github/CODEOWNERS"
_KINDS: Final = ("team", "role")
PLATFORM_FILES: Final = (
    "/stacks/Pulumi.*.yaml",
    "/stacks/organisation.yaml",
    "/stacks/schema/",
    "/stacks/teams/",
    "/.github/",
    "/.gitlab-ci.yml",
    "/operations/ci/",
    "/operations/review/",
    "/components/access/",
    "/model/config/",
    "/model/planning/access/",
    "/model/planning/grants.py",
    "/model/planning/review/",
    "/model/rules/",
)
"""Files that decide about the platform's own access, about every team's, about who may say so, or what stops a change;
a new team's file is among them, since its owner is not known before it is there."""


@dataclass(frozen=True)
class Owned:
    """Files and who owns them."""

    pattern: str
    owners: tuple[str, ...]
    why: str


def github_team(estate: Estate, group: str) -> str:
    """Return the GitHub team of a group, `@<organisation>/<team>`.

    Where `github.teams` names none, it is called as the group, without its kind, and without the platform's name where
    the group belongs to a team: `varde-role-stier-leder` is `stier-leder`, `varde-team-plattform` is `varde-plattform`.
    """
    organisation = estate.organisation
    named = organisation.github.teams.get(group)
    if named is None:
        first, _, rest = local_part(group).partition("-")
        kind, _, name = rest.partition("-")
        named = local_part(group)
        if first == organisation.platform and kind in _KINDS and name:
            of_team = any(name == slug or name.startswith(f"{slug}-") for slug in estate.teams)
            named = name if of_team else f"{first}-{name}"
    return f"@{organisation.github.organisation}/{named}"


def owners(estate: Estate) -> tuple[Owned, ...]:
    """Return the owners of every file, the most general pattern first, as GitHub reads them."""
    groups = estate.organisation.platform_groups
    platform = github_team(estate, groups.team)
    security = (github_team(estate, groups.security),) if groups.security else ()
    found = [Owned("*", (platform,), "the platform team owns what nobody else does")]
    found += [Owned(each, (platform, *security), "platform access: platform and security") for each in PLATFORM_FILES]
    for slug, team in sorted(estate.teams.items()):
        lead = github_team(estate, team.owner_group)
        found.append(Owned(f"/stacks/teams/{slug}.yaml", (lead, platform), f"team {slug}: its leads and the platform"))
    return tuple(found)


_HEAD: Final = """\
# Written by `./hybrid generate` from the team files. The last line that fits a file counts. GitHub is content with one
# of a line's owners; a rule of the branch asks for two approvals (docs/access.md).
"""


def codeowners(estate: Estate) -> str:
    """Return the text of .github/CODEOWNERS."""
    found = owners(estate)
    width = max(len(each.pattern) for each in found)
    return _HEAD + "".join(f"{each.pattern:<{width}}  {' '.join(each.owners)}\n" for each in found)
