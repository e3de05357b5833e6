"""`./hybrid network propose`: free ranges for a new cluster of a given size."""

from __future__ import annotations

import argparse
from typing import Final

from operations.check import unknown_environments
from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import ROOT

EXAMPLE = """\
examples:
  ./hybrid network propose --env dev --nodes 40 --pods-per-node 64
  ./hybrid network propose --env prod --nodes 12 --kind onprem --json
"""

PODS_PER_NODE: Final = 110


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "propose",
        help="free ranges for a new cluster",
        description="Finds ranges for a new cluster that overlap nothing in any environment; the same files always "
        "give the same ranges. Nothing is written: what you put into the stack file is taken from then on. "
        "Exit code 0: found; 1: no room; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--env", required=True, metavar="ENV", help="the environment it is for")
    parser.add_argument("--nodes", required=True, type=int, help="nodes that can exist at once, surge nodes included")
    parser.add_argument(
        "--pods-per-node", type=int, default=PODS_PER_NODE, help=f"pods on a GKE node, 8 to 256; {PODS_PER_NODE}"
    )
    parser.add_argument("--services", type=int, default=4096, help="services it has room for; 4096")
    parser.add_argument("--kind", choices=("gke", "onprem"), default="gke", help="the kind of cluster; gke")
    parser.add_argument("--json", action="store_true", help="print the ranges for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Propose; see `add_parser` for the exit codes."""
    from model.check import check
    from model.planning.proposal import ClusterKind, NoRoomError, propose

    environment: str = arguments.env
    result = check(ROOT)
    estate = result.loaded.estate
    wrong = unknown_environments(result, [environment])
    if wrong or estate is None or result.not_run:
        note(f"./hybrid network propose: {wrong or 'the stack files can not be read whole; see ./hybrid check'}")
        return MISUSED if wrong else FOUND
    try:
        found = propose(
            estate,
            estate.environments[environment],
            ClusterKind(arguments.kind),
            nodes=arguments.nodes,
            pods_per_node=arguments.pods_per_node,
            services=arguments.services,
        )
    except NoRoomError as error:
        note(f"./hybrid network propose: {error}. ./hybrid network plan {environment} shows what is there.")
        return FOUND
    except ValueError as error:
        note(f"./hybrid network propose: {error}")
        return MISUSED
    if arguments.json:
        say_json(
            [{"use": each.use, "range": str(each.range), "in": str(each.parent), "why": each.why} for each in found]
        )
        return FINE
    for each in found:
        say(f"{each.use:15} {each.range!s:18} of {each.parent!s:16} {each.why}")
    return FINE
