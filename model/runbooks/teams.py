"""A team that leaves: what goes, what stays, and who takes over."""

from __future__ import annotations

from model.config.team import Team
from model.config.wording import suggest
from model.runbooks.shape import Kind, Runbook, RunbookError, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import GATEWAY, JUDGED, RETAIN


def team_removed(site: Site, slug: str | None) -> Runbook:
    """Return how a team is taken out of an environment. Raises `RunbookError` for a team that is not in it."""
    name, teams = site.env.name, site.env.members
    if not teams:
        raise RunbookError(f"{name} has no teams")
    if slug is None:
        raise RunbookError(f"say which team: --team {' or '.join(sorted(teams))}")
    if slug not in teams:
        raise RunbookError(f"{name} has no team '{slug}'; {suggest(slug, sorted(teams))}")
    team, here = teams[slug]
    others = [each for each in team.environments if each != name]
    contexts = [member for member in site.members() if member.cluster in here.clusters]
    namespaces = " and ".join(f"`{prefix}-*`" for prefix in team.prefixes)
    file = f"stacks/teams/{slug}.yaml"
    apply = (f"pulumi preview -s {name} --diff", f"pulumi up -s {name}")
    return Runbook(
        task="team-removed",
        title=f"{team.display_name} leaves {name}",
        environment=name,
        subject=f"team {slug}",
        purpose=f"Access goes; what holds data stays. The project {here.project}, the namespaces {namespaces} and what "
        "is "
        f"in them{_kept(team)} are taken out of the state and left alone, with no owner until somebody takes them "
        "over: "
        "that is agreed before anything goes.",
        who=f"an engineer of the platform, with {team.owner_group}",
        prerequisites=(
            f"whoever takes over is a team with a file of its own, and has said so in writing to {team.contact.email}",
            "nothing of theirs is on call tonight",
        ),
        steps=(
            Step(
                kind=Kind.CHECK,
                text="What the team has, here and elsewhere.",
                commands=(
                    f"./hybrid access what {team.groups.google.partition('@')[0]}",
                    *(f"kubectl --context {each.context} get namespaces --output name" for each in contexts),
                ),
                expect=f"a list to hand over. Of the namespaces, {namespaces} are theirs",
            ),
            Step(
                kind=Kind.DECIDE,
                text=f"Who takes over: the project {here.project} and its bill (cost centre {team.cost_center}), the "
                f"namespaces, {team.apps_repo}, alerts. Where the answer is nobody, delivery takes its workloads down "
                "first, and the project is shut down after the last step.",
            ),
            Step(
                kind=Kind.EDIT,
                text=f"Take `{name}` out of `environments` of the team's file, and of `github.environments`."
                if others
                else f"Delete {file}: the team is nowhere else.",
                file=file,
                expect="./hybrid check has no error: it asks for `former_teams` in stacks/organisation.yaml, which "
                "says who has "
                f"taken over what; ./hybrid access diff says who loses what. The new owner's prefixes "
                f"take {namespaces} in a later change: two teams can not have one prefix",
                undo="take the edit back",
            ),
            Step(
                kind=Kind.UP,
                text="Apply.",
                commands=apply,
                expect=f"deletions that name {slug}: grants, role bindings, the deploy account. No cluster, no pool, "
                "no "
                "other team",
                takes=Takes(10, JUDGED),
                undo="the file back, and apply: access is as it was, and what was left alone is taken in again by "
                "adopt",
            ),
            Step(
                kind=Kind.CHECK,
                text="They are out, and what holds data is there.",
                commands=(
                    f"gcloud projects get-iam-policy {here.project} --format='table(bindings.role,bindings.members)'",
                    *(f"kubectl --context {each.context} get namespaces --output name" for each in contexts),
                ),
                expect="no group of the team; project and namespaces as before",
            ),
            Step(
                kind=Kind.DECIDE,
                text=f"Whoever runs the directory takes {team.groups.google} out of gke-security-groups, and later "
                "away; "
                "the group's removal is what ends what was granted past this program.",
            ),
        ),
        undo="the team's file back, and apply",
        sources=(RETAIN, GATEWAY),
        rules=(),
    )


def _kept(team: Team) -> str:
    return ", their state bucket" if team.state_bucket else ""
