"""Maintenance of an ESXi host under running clusters."""

from __future__ import annotations

from typing import Final

from model.config.onprem_cluster import AdminCluster, UserCluster
from model.estate import Environment
from model.planning.capacity import Line, Where, capacity
from model.runbooks import checks
from model.runbooks.edits import set_to, together
from model.runbooks.govc import log_in_to_vcenter
from model.runbooks.shape import Kind, Runbook, RunbookError, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import CAPACITY, CREATE_ADMIN, GOVC, JUDGED

SPREAD: Final = 3
"""How many hosts anti-affinity spreads nodes over (A37)."""


def one_away(env: Environment) -> tuple[Line, ...]:
    """Return what all machines at their maximum need, and what the hosts have with one of them away (A94)."""
    return tuple(line for line in capacity(env).lines if line.where is Where.ONE_LOST)


def _stated(line: Line) -> str:
    have = "an unknown amount" if line.have is None else f"{line.have:.0f}"
    return f"{line.need:.0f} {line.resource.value} of {have}"


def host_maintenance(site: Site, host: str | None) -> Runbook:
    """Return how a host is emptied, serviced and taken back, with no interruption where there are hosts enough."""
    vsphere = site.env.onprem.vsphere
    names = sorted(each.name for each in vsphere.hosts)
    if host is not None and host not in names:
        raise RunbookError(f"{vsphere.compute_cluster} has no host {host}: --host {' or '.join(names)}")
    name = host or names[0]
    path = f"/{vsphere.datacenter}/host/{vsphere.compute_cluster}/{name}"
    left = len(names) - 1
    spread = [each for each in (*site.env.onprem.admin_clusters, *site.env.onprem.user_clusters) if each.anti_affinity]
    short = left < SPREAD and bool(spread)
    lines = one_away(site.env)
    tight = [line.resource.value for line in lines if line.tight]
    steps = (
        *checks.window(site),
        Step(
            kind=Kind.CHECK,
            text=f"What runs fits on {left} hosts. With every pool at its maximum and one node more for each: "
            f"{', '.join(_stated(line) for line in lines)}.",
            commands=(f"./hybrid capacity {site.env.name}",),
            expect="it fits"
            if not tight
            else f"{' and '.join(tight)} would not be enough: lower a pool's maximum first (pool-resize), or do it "
            "while pools are small",
        ),
        site.log_in(),
        *_healthy(site),
        *(_loosen(site, spread, left) if short else ()),
        *_pause_repair(site),
        Step(
            kind=Kind.COMMAND,
            text="Empty the host: DRS moves its machines while they run, and keeps apart what is to be apart. Node VMs "
            "are never powered off, copied or snapshotted for this.",
            commands=(
                *log_in_to_vcenter(site),
                f"govc host.info {path}",
                f"govc cluster.rule.ls -cluster {vsphere.compute_cluster} -l",
                f"govc host.maintenance.enter -timeout 3600 {path}",
            ),
            expect="the command ends within the hour. Where it does not, a machine has nowhere to go: the rules listed "
            "before say which",
            takes=Takes(30, JUDGED),
            undo=f"govc host.maintenance.exit {path}",
        ),
        Step(
            kind=Kind.CHECK,
            text="Nothing has noticed.",
            commands=tuple(site.gkectl("list clusters", each) for each in _admins(site)),
            expect="every cluster is RUNNING",
        ),
        Step(kind=Kind.WAIT, text="Service the host. One host at a time, and no upgrade of a cluster meanwhile."),
        Step(
            kind=Kind.COMMAND,
            text="Take it back; DRS spreads the machines again.",
            commands=(f"govc host.maintenance.exit {path}", f"govc host.info {path}"),
            expect="Maintenance Mode: false",
            takes=Takes(10, JUDGED),
        ),
        *(_tighten(site, spread) if short else ()),
        Step(
            kind=Kind.UP,
            text="Switch automatic repair on again: take the lines back and apply.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect="one update of each user cluster, of autoRepairConfig alone",
            takes=Takes(10, JUDGED),
        ),
        *_healthy(site),
    )
    return Runbook(
        task="host-maintenance",
        title=f"Service host {name}",
        environment=site.env.name,
        subject=name,
        purpose="A host is emptied while everything runs, serviced, and taken back."
        + (
            f" {len(names)} hosts leave {left}, and anti-affinity asks for {SPREAD}: it is switched off for the "
            "time, so a second failure can take two control plane nodes at once (A37). Four hosts need none of this."
            if short
            else ""
        ),
        who="one of the infrastructure team with an engineer of the platform",
        prerequisites=(
            "vMotion works between the hosts, and DRS is on (A91)",
            "no cluster is being made, upgraded or repaired",
        ),
        steps=steps,
        undo=f"govc host.maintenance.exit {path}",
        sources=(CREATE_ADMIN, CAPACITY, GOVC),
        rules=("A37", "A90", "A91", "A92", "A94"),
    )


def _admins(site: Site) -> list[AdminCluster]:
    return sorted(site.env.onprem.admin_clusters, key=lambda each: each.name)


def _users(site: Site) -> list[UserCluster]:
    return sorted(site.env.onprem.user_clusters, key=lambda each: each.name)


def _healthy(site: Site) -> tuple[Step, ...]:
    return tuple(step for admin in _admins(site) for step in checks.all_healthy(site, admin))


def _pause_repair(site: Site) -> tuple[Step, ...]:
    edits = [
        set_to(each, "auto_repair", each.auto_repair, new=False, after="version")
        for each in _users(site)
        if each.auto_repair
    ]
    if not edits:
        return ()
    return (
        Step(
            kind=Kind.EDIT,
            text="Switch automatic repair off for the time: it would make nodes anew that only wait for their host.",
            file=site.stack_file,
            diff=together(edits),
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take the lines out again",
        ),
        Step(
            kind=Kind.UP,
            text="Apply.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect="one update of each user cluster, of autoRepairConfig alone",
            takes=Takes(10, JUDGED),
            undo="take the lines out and apply",
        ),
    )


def _loosen(site: Site, spread: list[AdminCluster | UserCluster], left: int) -> tuple[Step, ...]:
    admins = [each for each in spread if isinstance(each, AdminCluster)]
    return (
        Step(
            kind=Kind.EDIT,
            text=f"{left} hosts are too few to keep three nodes apart: DRS would not empty the host. Switch "
            "anti-affinity off for the time, in a change of its own.",
            file=site.stack_file,
            diff=together(
                [set_to(each, "anti_affinity", each.anti_affinity, new=False, after="version") for each in spread]
            ),
            expect=f"./hybrid check {site.env.name} has no error (production refuses it, X8: there, add a host)",
            undo="take the lines out again",
        ),
        *_apply_anti_affinity(site, admins),
    )


def _tighten(site: Site, spread: list[AdminCluster | UserCluster]) -> tuple[Step, ...]:
    admins = [each for each in spread if isinstance(each, AdminCluster)]
    return (
        Step(
            kind=Kind.EDIT,
            text="Switch anti-affinity on again: take the lines back.",
            file=site.stack_file,
            expect=f"./hybrid check {site.env.name} has no error",
        ),
        *_apply_anti_affinity(site, admins),
    )


def _apply_anti_affinity(site: Site, admins: list[AdminCluster]) -> tuple[Step, ...]:
    """Return the steps that bring anti-affinity to the clusters: gkectl changes admin clusters, the API the others."""
    return (
        site.deliver(" and ".join(site.config(each) for each in admins)),
        *(
            Step(
                kind=Kind.COMMAND,
                text=f"Bring it to {each.name}, which gkectl alone changes.",
                commands=(site.gkectl("update admin", each, f"--config {site.config(each)}"),),
                expect="antiAffinityGroups is the only difference",
                takes=Takes(10, JUDGED),
                undo="the same with the file of before",
            )
            for each in admins
        ),
        Step(
            kind=Kind.UP,
            text="Let the state follow what gkectl did, then apply the rest.",
            commands=(
                f"pulumi refresh -s {site.env.name}",
                f"pulumi preview -s {site.env.name} --diff",
                f"pulumi up -s {site.env.name}",
            ),
            expect="after the refresh: one update of each user cluster, of antiAffinityGroups alone, and none of "
            "an admin cluster",
            takes=Takes(10, JUDGED),
        ),
    )
