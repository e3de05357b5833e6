"""Teams' projects in Argo CD, with the roles that their groups have there (F19, H1, H3, H5).

The program does not install Argo CD, and AppProject is a kind that Argo CD brings: so these are files for the
repository that the platform's own Argo CD follows, made of the same grants as everything else about access
(https://argo-cd.readthedocs.io/en/stable/operator-manual/project-specification/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from model.config.organisation import DeliveryAction
from model.config.team import Team
from model.estate import Environment
from model.planning.access.plans import ArgoGrant
from model.planning.grants import grants

Manifest: TypeAlias = Mapping[str, object]
"""A Kubernetes object, as YAML and JSON write it."""
NAMESPACE: Final = "argocd"
_HOST: Final = "https://github.com"
_ASKED: Final = {
    DeliveryAction.GET.value: ("applications", "get"),
    DeliveryAction.SYNC.value: ("applications", "sync"),
    DeliveryAction.LOGS.value: ("logs", "get"),
    DeliveryAction.ACTION.value: ("applications", "action/*"),
}
"""What of Argo CD's own permissions an action of a profile is
(https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/)."""
_WITHHELD: Final = (
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)
"""What nobody delivers into a namespace: what limits it, and who has what in it, which Argo CD would be able to give
beyond anything that its own user has."""


def app_projects(environments: Sequence[Environment]) -> Iterator[Manifest]:
    """Give the project of each team that is in one of the environments, which one Argo CD delivers to."""
    teams = {slug: team for env in environments for slug, (team, _) in env.members.items()}
    for slug, team in sorted(teams.items()):
        here = [env for env in environments if slug in env.members]
        yield {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "AppProject",
            "metadata": {"name": slug, "namespace": NAMESPACE},
            "spec": {
                "description": team.display_name,
                "sourceRepos": _repositories(team),
                "destinations": [
                    {"name": cluster, "namespace": f"{prefix}-*"}
                    for env in here
                    for cluster in sorted(env.members[slug][1].clusters)
                    for prefix in sorted(team.prefixes)
                ],
                # No kind without a namespace, and so no namespace either: those come from the team's record.
                "clusterResourceWhitelist": [],
                "namespaceResourceBlacklist": [{"group": group, "kind": kind} for group, kind in _WITHHELD],
                "roles": [_role(grant, env) for env in here for grant in grants(env).argo if grant.project == slug],
            },
        }


def _repositories(team: Team) -> list[str]:
    named = dict.fromkeys((team.apps_repo, *(each.repo for each in team.extra_manifest_repos)))
    return [f"{_HOST}/{name}.git" for name in named]


def _role(grant: ArgoGrant, env: Environment) -> Manifest:
    """Return a team's role in one environment: on the applications of its clusters there, `<cluster>-<application>`."""
    name, project = env.name, grant.project
    return {
        "name": name,
        "description": grant.reason,
        "groups": [grant.group_id],
        "policies": [
            f"p, proj:{project}:{name}, {resource}, {action}, {project}/{cluster}-*, allow"
            for cluster in sorted(env.members[project][1].clusters)
            for resource, action in (_ASKED[each] for each in grant.actions)
        ],
    }
