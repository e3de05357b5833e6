"""`./hybrid vpn drill`: a session switched off on purpose, as a runbook with what the routing model expects."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import ROOT
from operations.vpn.loading import environments

if TYPE_CHECKING:
    from model.planning.drill_plan import DrillPlan

EXAMPLE = """\
examples:
  ./hybrid vpn drill prod --peer t0-if0-fw-a-bgp             one session
  ./hybrid vpn drill prod --peer fw-a                        every session of a device
  ./hybrid vpn drill prod --peer fw-a --tunnel t0-if0-fw-a   one of a device's
  ./hybrid vpn drill dev --peer t0-if0-fw-a-bgp --write      make the edit too, unless the drill is refused
  ./hybrid vpn drill dev --peer t0-if0-fw-a-bgp --peer t1-if1-fw-b-bgp
                                                             refused: nothing would be left
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "drill",
        help="the runbook for switching BGP sessions off on purpose",
        description="Gives the edit, whether the rules allow it, the routes before and after by the routing model, "
        "what to watch and measure, and how to end it. Exit code 0: allowed; 1: refused; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument(
        "--peer", action="append", required=True, metavar="P", help="a BGP peer, or a device with all its sessions"
    )
    parser.add_argument("--tunnel", metavar="T", help="only this one of them")
    parser.add_argument("--write", action="store_true", help="make the edit in the stack file, unless refused")
    parser.add_argument("--json", action="store_true", help="print the result for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Plan the drill; see `add_parser` for the exit codes."""
    from model.config.load import load
    from model.planning.drill_plan import NoDrillError, chosen, plan_drill
    from model.planning.file_edits import FileEditError

    found = environments([arguments.environment], "drill")
    if isinstance(found, int):
        return found
    estate = load(ROOT).estate
    if estate is None:
        note("stacks/organisation.yaml could not be read: ./hybrid check says what is wrong in it")
        return FOUND
    env = estate.environments[arguments.environment]
    try:
        made = plan_drill(ROOT, estate, env.name, chosen(env, arguments.peer, arguments.tunnel))
    except (NoDrillError, FileEditError) as error:
        note(f"./hybrid vpn drill: {error}")
        return MISUSED
    if arguments.write and made.allowed:
        (ROOT / env.source.file).write_text(made.text, encoding="utf-8")
        note(f"{env.source.file} written; review it like any other change")
    if arguments.json:
        say_json(as_data(made))
    else:
        for line in lines(made):
            say(line)
    return FINE if made.allowed else FOUND


def as_data(made: DrillPlan) -> dict[str, Any]:
    """Return a drill for machines."""
    return {
        "environment": made.env.name,
        "tunnels": list(made.tunnels),
        "allowed": made.allowed,
        "problems": [problem.as_dict() for problem in made.problems],
        "edits": [{"file": each.file, "line": each.line, "old": each.old, "new": each.new} for each in made.edits],
        "kpps": made.after.kpps,
        "peak_kpps": made.env.vpn.peak_kpps,
        "carrying": list(made.carrying),
        "withdrawn": [
            {"prefix": prefix, "direction": direction, "before": before, "after": after}
            for prefix, direction, before, after in made.withdrawn
        ],
        "hold_seconds": made.hold_seconds,
    }


def lines(made: DrillPlan) -> list[str]:
    """Return the runbook. A refused drill ends with the reasons."""
    from model.planning.watching import best_routes, router_status, session_is_up

    env, up = made.env, f"pulumi preview -s {made.env.name} && pulumi up -s {made.env.name}"
    found = [f"drill in {env.name}: {', '.join(made.tunnels)}"]
    found += ["", "1. the edit, reviewed like any other"]
    found += [f"   {edit}" for edit in made.edits]
    if env.facts.production:
        found.append("   `approval` proposes the on-call group and today: whoever allows it writes it, in the review")
    found += [f"   {problem.severity.value}: {problem.message} -> {problem.remedy}" for problem in made.problems]
    found += ["", "2. what the routing model expects"]
    width = max((len(row[2]) for row in made.withdrawn), default=0)
    found += [
        f"   {prefix:<18} {direction:<15} {before:<{width}} -> {after or 'NO PATH'}"
        for prefix, direction, before, after in made.withdrawn
    ]
    found.append(f"   {made.after.kpps} kpps are left for the peak of {env.vpn.peak_kpps}")
    if not made.allowed:
        return [*found, "", "refused: nothing is to be run"]
    found += ["", "3. before: note what is there", f"   {router_status(env)}", f"   {best_routes(env)}"]
    found += ["", "4. begin: one update for each session (RouterPeer.enable)", f"   {up}"]
    found += ["", "5. watch"]
    found += [f"   {session_is_up(env, tunnel)}" for tunnel in made.tunnels]
    found += [
        f"   {best_routes(env)}",
        f"   every range above is still listed, with the addresses of {', '.join(made.carrying)} as next hops",
        *(f"   on {device}: {command}" for device, command in _devices(made)),
    ]
    name_server = next((str(each.address) for each in env.organisation.services.dns), None)
    found += ["", "6. measure, and write down"]
    if name_server is not None:
        found.append(f"   from a pod: `ping -D -i 0.2 {name_server}`: the longest gap between answers, in seconds")
    found += [
        "   dropped packets and throughput of the tunnels that are left: compute metrics "
        "vpn.googleapis.com/network/dropped_sent_packets_count and vpn.googleapis.com/network/sent_packets_count",
        "   answers from services that cross the link: mesh, Argo CD and Grafana",
        f"   a drill withdraws at once; a lost tunnel is noticed after {made.hold_seconds} seconds at most (D14)",
    ]
    found += ["", "7. end: empty `disabled_peers`, then", f"   {up}"]
    found += [f"   {session_is_up(env, tunnel)}   prints Established" for tunnel in made.tunnels]
    found += [f"   ./hybrid vpn prove {env.name}"]
    return found


def _devices(made: DrillPlan) -> list[tuple[str, str]]:
    """Return what shows the same at the other side, by device (FRR's words; other makes have their own)."""
    tunnels = made.env.vpn.tunnels
    return [
        (tunnels[name].peer, f"vtysh -c 'show ip bgp neighbors {tunnels[name].google_address}' | head -4")
        for name in made.tunnels
    ]
