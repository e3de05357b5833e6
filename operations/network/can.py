"""`./hybrid network can`: whether one end may reach another, with the chain of routes and rules that decides it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from model.planning.reachability.links import Answer

EXAMPLE = """\
ends:
  pod@gcp1-dev node@onp1-dev api@onp1-dev ingress@onp1-dev eastwest@gcp1-dev   of a cluster, by its short name
  workstation@dev forwarding@dev gateway@dev                                   of an environment
  vcenter dns ntp syslog registry googleapis internet                          shared
  10.20.17.10 10.20.17.0/24                                                    an address or a range

examples:
  ./hybrid network can pod@gcp1-dev api@onp1-dev 443
  ./hybrid network can node@onp1-prod dns 53 --protocol udp
  ./hybrid network can 10.20.17.100 api@gcp1-dev 443 --json
                                    {"yes", "broken", "chain": [{"step", "holds", "why", "remedy"}]}
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "can",
        help="whether one end may reach another, and what decides it",
        description="Follows a packet and its answer through what the files bring about: the address it carries, "
        "routes and BGP, tunnels, the firewalls of both sides, a control plane's networks. What was changed by hand is "
        "not in the files. Exit code 0: it may; 1: it may not; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="FROM", help="who calls")
    parser.add_argument("target", metavar="TO", help="who is called")
    parser.add_argument("port", metavar="PORT", type=int, help="the port, 1 to 65535")
    parser.add_argument("--protocol", choices=("tcp", "udp"), default="tcp", help="the protocol; tcp")
    parser.add_argument("--json", action="store_true", help="print the chain for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer; see `add_parser` for the exit codes."""
    from model.check import check
    from model.planning.reachability.answer import can
    from model.planning.reachability.ends import UnknownEndError

    port: int = arguments.port
    if not 1 <= port <= 65535:
        note(f"./hybrid network can: {port} is no port; write 1 to 65535")
        return MISUSED
    result = check(ROOT)
    estate = result.loaded.estate
    if estate is None or result.not_run:
        note("./hybrid network can: the stack files can not be read whole; see ./hybrid check")
        return FOUND
    try:
        answer = can(estate, arguments.source, arguments.target, port, arguments.protocol)
    except UnknownEndError as error:
        note(f"./hybrid network can: {error}")
        return MISUSED
    if arguments.json:
        say_json(_data(answer))
    else:
        _say(answer)
    return FINE if answer.yes else FOUND


def _data(answer: Answer) -> dict[str, object]:
    broken = answer.broken
    return {
        "from": answer.source.name,
        "to": answer.target.name,
        "protocol": answer.protocol,
        "port": answer.port,
        "yes": answer.yes,
        "broken": None if broken is None else broken.step,
        "chain": [
            {"step": each.step, "holds": each.holds, "why": each.why, "remedy": each.remedy} for each in answer.chain
        ],
    }


def _say(answer: Answer) -> None:
    verdict = "yes" if answer.yes else "NO"
    source, target = answer.source, answer.target
    say(f"{verdict}: {source.name} ({source.text}) -> {target.name} ({target.text}), {answer.protocol} {answer.port}")
    for link in answer.chain:
        say(f"  {'ok' if link.holds else 'NO':3} {link.step:20} {link.why}")
    if answer.broken is not None:
        say(f"  -> {answer.broken.remedy}")
