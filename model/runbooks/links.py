"""The VPN, changed or tried out on purpose: new keys, one tunnel at a time, and a session switched off."""

from __future__ import annotations

from model.config.vpn import KeySource
from model.planning.names import Names
from model.planning.watching import best_routes, router_status, session_is_up
from model.runbooks.shape import Kind, Runbook, RunbookError, Step, Takes
from model.runbooks.site import Site, secret
from model.runbooks.sources import BGP, JUDGED

WHO = "an engineer of the platform with whoever runs the other side's devices"


def _holds(site: Site) -> Step:
    return Step(
        kind=Kind.CHECK,
        text="Any one loss is survived, and every session is up: otherwise this would be the second one.",
        commands=(f"./hybrid vpn prove {site.env.name}", router_status(site.env)),
        expect="the proof holds; `Established` for every session",
    )


def vpn_keys_rotate(site: Site) -> Runbook:
    """Return how the tunnels get new keys while traffic flows. Raises `RunbookError` where there is no tunnel."""
    env, name = site.env, site.env.name
    if not env.vpn.tunnels:
        raise RunbookError(f"{name} has no tunnels")
    steps: list[Step] = [
        _holds(site),
        Step(
            kind=Kind.CHECK,
            text="The plan, then the same in the simulated clouds: what is down in each step, what is left, and what "
            "the "
            "other side does.",
            commands=(f"./hybrid vpn rotate {name}", f"./hybrid vpn rotate {name} --rehearse"),
            expect="every step leaves a path and capacity enough",
            takes=Takes(2, JUDGED),
        ),
    ]
    for tunnel, said in sorted(env.vpn.tunnels.items()):
        made_here = said.pre_shared_key.source is KeySource.GENERATED
        steps += [
            Step(
                kind=Kind.EDIT,
                text=f"{tunnel}: the edits that the plan has for it, a change for each of its steps.",
                commands=(f"./hybrid vpn rotate {name} --tunnel {tunnel}",),
                file=site.stack_file,
                expect=f"./hybrid check {name} has no error",
                undo="take the edit back",
            ),
            Step(
                kind=Kind.UP,
                text=f"Apply; {tunnel} is replaced, and the others carry the traffic."
                + ("" if made_here else " Its key is put into Secret Manager by hand, before."),
                commands=(f"pulumi preview -s {name}", f"pulumi up -s {name}"),
                expect=f"replacements that name {tunnel}, and of nothing else",
                takes=Takes(10, JUDGED),
                undo="a key of before is void: rotate again",
            ),
            Step(
                kind=Kind.COMMAND,
                text=f"Hand the key to {said.peer}'s engineers, by a way of their own and not in a chat; then wait for "
                "the session before the next tunnel.",
                commands=(
                    f"umask 077 && {secret(said.pre_shared_key.secret, to=f'{tunnel}.key')}",
                    session_is_up(env, tunnel),
                    f"shred --remove {tunnel}.key",
                ),
                expect="Established",
                takes=Takes(15, JUDGED),
            ),
        ]
    return Runbook(
        task="vpn-keys-rotate",
        title=f"New keys for the VPN of {name}",
        environment=name,
        subject=", ".join(sorted(env.vpn.tunnels)),
        purpose="A new key replaces its tunnel (D4), so tunnels go one at a time. `./hybrid vpn rotate` writes the "
        "edits; "
        "this page is the order around them.",
        who=WHO,
        prerequisites=("the other side knows the hour, and which device goes first",),
        steps=(*steps, _holds(site)),
        undo="none is needed between two tunnels; within one, finish it",
        sources=(BGP,),
        rules=("D4", "D8"),
    )


def failover_drill(site: Site) -> Runbook:
    """Return how one session is switched off and what is looked at. Raises `RunbookError` without tunnels."""
    env, name = site.env, site.env.name
    if not env.vpn.tunnels:
        raise RunbookError(f"{name} has no tunnels")
    tunnel = min(env.vpn.tunnels)
    apply = (f"pulumi preview -s {name}", f"pulumi up -s {name}")
    return Runbook(
        task="failover-drill",
        title=f"Switch a session of {name} off on purpose",
        environment=name,
        subject=Names.peer(tunnel),
        purpose="Redundancy that is never used is a hope. One session goes, its traffic moves, the clock says how long "
        "that took, and it comes back. The same page with another peer drills the others.",
        who=WHO,
        prerequisites=("those who own traffic over the link know the hour", "no other change of the network is open"),
        steps=(
            _holds(site),
            Step(
                kind=Kind.CHECK,
                text="What the routing model expects, and the edit. A drill that would leave no path is refused, and "
                "one "
                "without an end.",
                commands=(f"./hybrid vpn drill {name} --peer {Names.peer(tunnel)}", best_routes(env)),
                expect="a path for every range, capacity for the peak",
            ),
            Step(
                kind=Kind.EDIT,
                text="The edit that it printed: `disabled_peers`, and `expires`.",
                file=site.stack_file,
                expect=f"./hybrid check {name} has no error",
                undo="empty `disabled_peers`",
            ),
            Step(
                kind=Kind.UP,
                text="Begin. From a pod, `ping -D -i 0.2` a host of the other side meanwhile.",
                commands=(*apply, best_routes(env)),
                expect=f"one update of {Names.peer(tunnel)}, `enable`; the same ranges by other next hops; write down "
                "the "
                "longest gap between answers",
                takes=Takes(5, JUDGED),
                undo="empty `disabled_peers` and apply",
            ),
            Step(
                kind=Kind.WAIT,
                text="Look at what crosses the link: mesh, delivery, dashboards. Ten minutes of an hour with traffic.",
                takes=Takes(10, JUDGED),
            ),
            Step(
                kind=Kind.EDIT,
                text="End it: empty `disabled_peers`, take `expires` out.",
                file=site.stack_file,
                expect=f"./hybrid check {name} has no error",
            ),
            Step(
                kind=Kind.UP,
                text="Apply.",
                commands=(*apply, session_is_up(env, tunnel)),
                expect="Established; then the same with the next session, another day",
                takes=Takes(5, JUDGED),
            ),
            _holds(site),
        ),
        undo="empty `disabled_peers` and apply: one update, a minute",
        sources=(BGP,),
        rules=("D14", "D20"),
    )
