"""Two generations of a cluster side by side: adding the second, moving, and removing the first."""

from __future__ import annotations

from model.config.onprem_cluster import Provisioner, UserCluster
from model.planning.members import made_here
from model.planning.protection import Kind as Protected
from model.planning.protection import protected
from model.runbooks import checks, takes
from model.runbooks.pools import licences
from model.runbooks.shape import FOREVER, Kind, Runbook, RunbookError, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import CREATE_USER, DELETE_USER, JUDGED, PROTECT

_FIRST_FIELDS = ("name", "id", "network", "pods", "services", "worker_addresses", "load_balancer", "control_plane")


def _here(site: Site, cluster: UserCluster) -> list[str]:
    """Return the files of teams that have something in a cluster."""
    return [
        f"stacks/teams/{slug}.yaml" for slug, (_, here) in site.env.members.items() if cluster.name in here.clusters
    ]


def generation_add(site: Site, cluster: UserCluster) -> Runbook:
    """Return how a second generation of a cluster comes up beside the first, with what a migration needs."""
    if not made_here(cluster):
        raise RunbookError(f"{cluster.name} is gkectl's: give the next generation its entry, then user-create")
    workers = sum(pool.nodes.max for pool in cluster.node_pools)
    generation = cluster.generation + 1
    steps = (
        *licences(site, workers, "while both generations stand, at this one's size"),
        Step(
            kind=Kind.EDIT,
            text=f"Write a second entry beside {cluster.name}, with generation {generation}, a network (VLAN, port "
            f"group) and ranges of its own: {', '.join(_FIRST_FIELDS)} differ, the rest is copied. A range or a "
            "network of a cluster never changes: that is what a generation is for. stacks/Pulumi.dev.yaml ends "
            "with one, commented out.",
            file=site.stack_file,
            expect=f"./hybrid check {site.env.name} has no error: addresses, VLANs, ranges, names and licences of both",
            undo="take the entry out",
        ),
        Step(
            kind=Kind.COMMAND,
            text="Order what the sites have to do before: VLAN and port group, openings of the firewalls, names.",
            commands=(
                f"./hybrid rehearse {site.env.name}",
                f"pulumi preview -s {site.env.name} --json",
            ),
            expect="the outputs firewall_order_sheet, dns_records and probe_matrix hold rows for both generations; "
            "those of the new one are the order",
            takes=takes.reviewed(),
        ),
        Step(
            kind=Kind.UP,
            text="Apply, when the network is there.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect="creations that name the new cluster, and three updates of what the first one shares: the firewall "
            "rules from node networks and the authorised networks of GKE. Nothing else of the first one moves",
            takes=takes.creation_of(cluster),
            undo="take the entry out and apply, as long as no team is there",
        ),
        Step(
            kind=Kind.CHECK,
            text="Everything that the old generation reaches, the new one reaches too: run the probes of the new rows "
            "from its nodes, and those of the old ones beside them.",
            commands=(f"pulumi stack output probe_matrix -s {site.env.name} --json",),
            expect="every probe is as the matrix says, in both",
        ),
        Step(
            kind=Kind.EDIT,
            text="Move one team after another: put the new cluster beside the old one in `clusters` of its file, "
            "apply, let delivery bring it up there, move its names (the CNAME, or the wildcard of the cluster), "
            f"look, then take the old one out. Teams that are here now: {', '.join(_here(site, cluster)) or 'none'}.",
            file="stacks/teams",
            expect="each change shows namespaces and grants of that team in one cluster, and nothing else",
            undo="the name goes back to the old ingress, which still serves it",
        ),
        Step(
            kind=Kind.DECIDE,
            text=f"When the last team has moved: ./hybrid runbook {site.env.name} generation-remove --cluster "
            f"{cluster.name}.",
        ),
    )
    return Runbook(
        task="generation-add",
        title=f"Put a second generation beside {cluster.name}",
        environment=site.env.name,
        subject=cluster.name,
        purpose="New hardware, another network or another range is a new cluster next to the old one; teams move when "
        "they can, in months if need be, and can go back until the end.",
        who="an engineer of the platform; network engineers for the order",
        prerequisites=(
            "a free VLAN, a free network of the environment's range, free pod and service ranges",
            "room for both at once: ./hybrid check says what the site has",
        ),
        steps=steps,
        undo="take the entry of the new one out and apply, until the first team has only the new one",
        sources=(CREATE_USER,),
        rules=("A94", "A95", "B1", "B40", "X10"),
    )


def generation_remove(site: Site, cluster: UserCluster) -> Runbook:
    """Return how a cluster ends whose teams have moved, in the order in which nothing is left behind (E50)."""
    if cluster.provisioner is Provisioner.GKECTL:
        raise RunbookError(f"{cluster.name} is gkectl's: ./hybrid runbook {site.env.name} user-delete")
    teams = _here(site, cluster)
    held = protected(site.env.facts, Protected.USER_CLUSTER) or cluster.import_id is not None
    admin = site.admin_of(cluster)
    release = (
        (
            Step(
                kind=Kind.EDIT,
                text="Lift the protection, in a change of its own: the cluster and its pools are protected"
                + (" because they were adopted: take their import ids out" if cluster.import_id else "")
                + ". Where `protection` of the environment holds them, set `protect: identity` and leave ONPREM out of "
                "deletion_protection.",
                file=site.stack_file,
                expect=f"./hybrid check {site.env.name} has no error",
                undo="take the edit back and apply",
            ),
            Step(
                kind=Kind.UP,
                text="Apply it: nothing changes but that the state no longer protects them.",
                commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
                expect="no creation, no deletion, no replacement",
                takes=takes.reviewed(),
                undo="take the edit back and apply",
            ),
        )
        if held
        else ()
    )
    steps = (
        Step(
            kind=Kind.CHECK,
            text="Nobody is there any more: no team file names it, nothing is delivered to it, no name points at it.",
            commands=(
                f"grep --files-with-matches --word-regexp {cluster.name} --recursive stacks/teams || true",
                site.get_credentials(site.member(cluster).membership),
                site.through_gateway(cluster, "get deployments,statefulsets,persistentvolumeclaims --all-namespaces"),
            ),
            expect="no file"
            + (f" (today: {', '.join(teams)})" if teams else "")
            + ", no workload of a team, no volume: volumes go with the cluster",
        ),
        site.log_in(),
        checks.recent_backup(site, admin),
        *release,
        Step(
            kind=Kind.EDIT,
            text=f"Take {cluster.name} out: its entry in user_clusters, {cluster.id} in the features of the fleet, its "
            f"network '{cluster.network}' where nothing else is in it; put licensed_nodes back.",
            file=site.stack_file,
            expect=f"./hybrid check {site.env.name} has no error: it names every reference that is left",
            undo="put it all back: a new, empty cluster of the same name",
        ),
        Step(
            kind=Kind.UP,
            text="Apply. Features of the member go first, then the cluster with its pools and its membership; what "
            "is in it goes with it (B58, E50).",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"deletions that name {cluster.name} or its network, and updates of what both generations shared; "
            "nothing of the other generation goes",
            takes=Takes(20, JUDGED),
            undo=FOREVER,
        ),
        Step(
            kind=Kind.CHECK,
            text="Nothing is left.",
            commands=(
                f"gcloud container vmware clusters list {site.at}",
                f"gcloud container fleet memberships list --project={site.project}",
            ),
            expect=f"{cluster.id} is in neither. A membership whose cluster is dead: gcloud container fleet "
            f"memberships delete {cluster.id} {site.at}",
        ),
        Step(
            kind=Kind.DECIDE,
            text="Give back what the sites gave: VLAN, port group, names, and the openings of the order sheet that "
            "named it alone.",
        ),
    )
    return Runbook(
        task="generation-remove",
        title=f"Remove {cluster.name}",
        environment=site.env.name,
        subject=cluster.name,
        purpose="The end of a generation: unprotect, remove, give back.",
        who="an engineer of the platform, in a pair",
        prerequisites=("every team has moved, and some days have passed",),
        steps=steps,
        undo=f"{FOREVER} once it is deleted",
        sources=(DELETE_USER, PROTECT),
        rules=("B58", "E50"),
    )
