"""Which hop to another version is legal, and what to do first where one is not.

The order of hops over a whole environment is `./hybrid upgrade plan`'s. Rules:
https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/upgrading
"""

from __future__ import annotations

from typing import Final

from model.config.onprem_balancer import LoadBalancerKind
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.planning.versions import Minor, Version
from model.runbooks.shape import Kind, RunbookError, Step
from model.runbooks.site import Site

ADMIN_FIRST: Final = Minor(1, 31)
"""From here on the admin cluster goes before its user clusters (B60, B61)."""
NO_LEGACY: Final = Minor(1, 32)
"""From here on clusters of old make an upgrade impossible (B66)."""
ADVANCED: Final = Minor(1, 33)
"""The hop to it makes clusters advanced; only gkectl of that very version does it (B64, B65)."""
GKECTL_AHEAD: Final = 2
"""How many minors gkectl may be above the cluster that it upgrades (B64)."""


def target(text: str | None, held: str, what: str) -> Version:
    """Read the version to go to. Raises `RunbookError` where it is none, is not newer, or is more than a minor away."""
    if text is None:
        raise RunbookError(f"say where {what} is to go: --to VERSION, such as --to {held}")
    try:
        wanted = Version.parse(text)
    except ValueError as error:
        raise RunbookError(f"--to {text}: {error}") from None
    now = Version.parse(held)
    if wanted <= now:
        raise RunbookError(
            f"{what} is on {now}: {wanted} is not newer, and no cluster goes back. What was broken by an upgrade is "
            "mended by the next one, or from a backup"
        )
    if wanted.minor.steps_above(now.minor) > 1:
        between = Minor(now.minor.major, now.minor.minor + 1)
        raise RunbookError(f"{what} is on {now}: go to {between} first, control planes move one minor at a time (B63)")
    return wanted


def legacy(admin: AdminCluster, users: tuple[UserCluster, ...]) -> list[str]:
    """Name what no cluster may have on the way to 1.32 (B66)."""
    found: list[str] = []
    if admin.control_plane.replicas == 1:
        found.append(f"{admin.name} is not highly available")
    for each in users:
        if not each.control_plane_v2:
            found.append(f"{each.name} has its control plane in the admin cluster (kubeception)")
        if not each.dataplane_v2:
            found.append(f"{each.name} runs Calico instead of Dataplane V2")
        if each.load_balancer.kind in {LoadBalancerKind.F5, LoadBalancerKind.SEESAW}:
            found.append(f"{each.name} is balanced by {each.load_balancer.kind.value}")
    return found


def refuse_legacy(wanted: Version, admin: AdminCluster, users: tuple[UserCluster, ...]) -> None:
    """Raise `RunbookError` for a hop to 1.32 or later of clusters that cannot go there (B66)."""
    found = legacy(admin, users) if wanted.minor >= NO_LEGACY else []
    if found:
        raise RunbookError(f"nothing goes to {wanted} yet: {'; '.join(found)} (B66). Migrate that first")


def need_gkectl(site: Site, wanted: Version, held: Version, *, converts: bool) -> None:
    """Raise `RunbookError` where the workstation's gkectl cannot do the hop (B64)."""
    here = Version.parse(site.env.onprem.workstation.version)
    first = f"first: ./hybrid runbook {site.env.name} workstation-upgrade --to {wanted}"
    if converts and here != wanted:
        raise RunbookError(
            f"a cluster becomes advanced with gkectl {wanted} exactly, the workstation has {here}; {first}"
        )
    if here.minor < wanted.minor:
        raise RunbookError(f"gkectl {here} of the workstation is older than {wanted}; {first}")
    if here.minor.steps_above(held.minor) > GKECTL_AHEAD:
        raise RunbookError(
            f"gkectl {here} of the workstation is more than {GKECTL_AHEAD} minors above {held}; use an older one "
            "beside it"
        )


def refuse_order(site: Site, admin: AdminCluster, users: tuple[UserCluster, ...], wanted: Version) -> None:
    """Raise `RunbookError` while user clusters have to go before their admin cluster (B60, B62)."""
    behind = [
        each.name
        for each in users
        if Version.parse(each.version).minor < (wanted.minor if wanted.minor < ADMIN_FIRST else Minor(1, 30))
    ]
    if behind:
        rule = "B60" if wanted.minor < ADMIN_FIRST else "B62"
        raise RunbookError(
            f"{admin.name} does not go to {wanted} yet: {', '.join(behind)} {'has' if len(behind) == 1 else 'have'} to "
            f"go first ({rule}). ./hybrid upgrade plan {site.env.name} has the order"
        )


def next_of_plan(site: Site, version: str) -> Step:
    """Return the check that a hop is the one that the plan has next."""
    return Step(
        kind=Kind.CHECK,
        text="This hop is the next one of the plan, and everything before it is done.",
        commands=(f"./hybrid upgrade plan {site.env.name} --onprem {version}",),
        expect="the first step that is left is this one",
    )
