"""The stack of an environment from the command line: its state, its lock, the URNs of what it holds."""

from __future__ import annotations

from typing import Final

from model.config.gke import GkeCluster
from model.config.onprem_cluster import UserCluster
from model.runbooks.shape import Kind, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import JUDGED

PROJECT: Final = "hybrid"
"""The name of the Pulumi project, which stands in every URN and in the paths of the state."""
PENDING: Final = """sed -n '/"pending_operations"/,$p' {file} | grep --extended-regexp '"(urn|type)":' || true"""


def state_object(site: Site) -> str:
    """Return where the state lies (github.com/pulumi/pulumi, pkg/backend/diy)."""
    return f"{site.env.facts.state.bucket}/.pulumi/stacks/{PROJECT}/{site.env.name}.json"


def locks(site: Site) -> str:
    """Return where the locks of the stack lie, one object each."""
    return f"{site.env.facts.state.bucket}/.pulumi/locks/organization/{PROJECT}/{site.env.name}"


def urn(site: Site, types: str, name: str) -> str:
    """Return a URN; `types` are the types of its components and its own, joined by a dollar sign."""
    return f"urn:pulumi:{site.env.name}::{PROJECT}::{types}::{name}"


def inside(site: Site, cluster: GkeCluster | UserCluster) -> str:
    """Return the pattern of the URNs of all objects inside a cluster."""
    return f"urn:pulumi:{site.env.name}::{PROJECT}::**kubernetes:**::{cluster.name}-*"


def itself(site: Site, cluster: GkeCluster | UserCluster) -> tuple[str, ...]:
    """Return the URNs of a cluster, its pools and its membership, as far as Pulumi may protect them."""
    if isinstance(cluster, UserCluster):
        own = "hybrid:onprem:UserCluster$gcp:gkeonprem"
        return (
            urn(site, f"{own}/vMwareCluster:VMwareCluster", f"{cluster.name}-cluster"),
            *(
                urn(site, f"{own}/vMwareNodePool:VMwareNodePool", f"{cluster.name}-{pool.name}")
                for pool in cluster.node_pools
            ),
        )
    own = "hybrid:gke:Cluster$gcp:container"
    return (
        urn(site, f"{own}/cluster:Cluster", f"{cluster.name}-cluster"),
        *(urn(site, f"{own}/nodePool:NodePool", f"{cluster.name}-{pool.name}") for pool in cluster.node_pools),
        urn(site, "hybrid:fleet:Membership$gcp:gkehub/membership:Membership", f"{cluster.name}-membership"),
    )


def here(site: Site) -> str:
    """Say what a shell needs before any pulumi command works in it."""
    return f"in this shell, at the reviewed commit: `export PULUMI_BACKEND_URL={site.env.facts.state.bucket}`"


def runs(site: Site) -> str:
    """Return the command that lists what the code host runs."""
    return f"gh run list --repo {site.env.organisation.github.platform_repository} --limit 10"


def keep(site: Site, name: str) -> str:
    """Return the command that keeps a copy of the state; secrets in it stay encrypted."""
    return f"pulumi stack export -s {site.env.name} --file {site.env.name}-{name}.json"


def unlock(site: Site) -> Step:
    """Return the step that releases a lock that nobody holds any more."""
    return Step(
        kind=Kind.COMMAND,
        text="Release the lock. It stands in for a process that is gone, so nothing that runs is stopped by this; a "
        "run "
        "that does still work would be cut off from its state.",
        commands=(f"pulumi cancel -s {site.env.name}",),
        expect="`has been canceled`",
        undo="nothing to undo: the next run takes a lock of its own",
        rehearsed=True,
    )


def under_way(site: Site, name: str) -> Step:
    """Return the check for operations whose end the state does not know; it keeps a copy of the state for the day."""
    return Step(
        kind=Kind.CHECK,
        text="Keep a copy of the state as it is now, and see whether it knows the end of everything that it began.",
        commands=(keep(site, name), PENDING.format(file=f"{site.env.name}-{name}.json")),
        expect="nothing. Each pair of lines is an operation whose end nobody has written down: "
        f"./hybrid runbook {site.env.name} pending-operations",
        rehearsed=True,
    )


def go_on(site: Site, expect: str, *, minutes: float = 10) -> Step:
    """Return the step that goes on where it stopped."""
    return Step(
        kind=Kind.UP,
        text="Go on from the reviewed commit: what was made is in the state, what was not is made.",
        commands=(f"pulumi preview -s {site.env.name}", f"pulumi up -s {site.env.name}"),
        expect=expect,
        takes=Takes(minutes, JUDGED),
        rehearsed=True,
    )


def nothing_left(site: Site) -> Step:
    """Return the check that ends every recovery."""
    return Step(
        kind=Kind.CHECK,
        text="It is over when there is nothing left to do.",
        commands=(f"pulumi preview -s {site.env.name} --expect-no-changes",),
        expect="no change",
        takes=Takes(2, JUDGED),
        rehearsed=True,
    )
