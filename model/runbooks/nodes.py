"""Worker nodes that are broken, and the switch of their automatic repair."""

from __future__ import annotations

from model.config.onprem_cluster import UserCluster
from model.runbooks import checks, takes
from model.runbooks.edits import set_to
from model.runbooks.shape import Kind, Runbook, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import AUTO_REPAIR, JUDGED


def nodes_repair(site: Site, cluster: UserCluster) -> Runbook:
    """Return how a broken worker is made anew, and how automatic repair is switched off and on."""
    admin = site.admin_of(cluster)
    inside = f"kubectl --kubeconfig {site.user_kubeconfig(cluster)}"
    steps = (
        site.log_in(),
        Step(
            kind=Kind.CHECK,
            text="Which node is broken, since when, and why?",
            commands=(
                f"{inside} get nodes --output wide",
                site.gkectl("diagnose cluster", admin, f"--cluster-name {cluster.id}"),
                site.gkectl("describe clusters", admin, f"--cluster {cluster.id}"),
            ),
            expect="the conditions of the node, and the events of repairs",
            takes=Takes(5, JUDGED),
        ),
        Step(
            kind=Kind.WAIT,
            text="Automatic repair makes a node anew after 10 minutes NotReady, or 30 of a full disk: at most "
            "three nodes an hour of a pool, or a tenth of it. It drains for an hour, then takes the node away all "
            "the same.",
            expect="a new node in its place",
            takes=checks.repair_time(),
        ),
        Step(
            kind=Kind.COMMAND,
            text="Where it does not come by itself: repair by hand. NODE is the broken node; the repair takes its "
            "machine away and makes another one, with an address that is free (B40).",
            commands=(
                f"NODE=$({inside} get nodes --no-headers | awk '$2 !~ /^Ready/ {{print $1; exit}}')",
                f"MACHINE=$({inside} get machines --output \"jsonpath={{.items[?(@.status.nodeRef.name=='$NODE')]"
                '.metadata.name}")',
                'echo "$NODE $MACHINE"',
                f'{inside} annotate machine "$MACHINE" onprem.cluster.gke.io/repair-machine=true',
                f'{inside} delete machine "$MACHINE"',
            ),
            expect="the old machine goes, a new one comes up and is Ready",
            takes=takes.new_nodes(1),
            undo="nothing to undo",
        ),
        Step(
            kind=Kind.EDIT,
            text="For work on vSphere that makes nodes look broken (a host, a network, a datastore): switch automatic "
            "repair off before, and on after.",
            file=site.stack_file,
            diff=set_to(cluster, "auto_repair", cluster.auto_repair, not cluster.auto_repair, after="version"),
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take the line out again",
        ),
        Step(
            kind=Kind.UP,
            text="Apply it, each time.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"one update, {cluster.name}-cluster, of autoRepairConfig alone",
            takes=Takes(10, JUDGED),
            undo="take the edit back and apply",
        ),
    )
    return Runbook(
        task="nodes-repair",
        title=f"Repair nodes of {cluster.name}",
        environment=site.env.name,
        subject=cluster.name,
        purpose="A broken worker is made anew, by itself or by hand; and automatic repair pauses while it would do "
        "harm.",
        who="an engineer of the platform, on the workstation",
        prerequisites=("a free address in the worker block (B40)",),
        steps=steps,
        undo="a repair is repeated, not undone",
        sources=(AUTO_REPAIR,),
        rules=("B40", "B55"),
    )
