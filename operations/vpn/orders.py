"""`./hybrid vpn orders`: the openings to order from whoever runs the sites' firewalls."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from operations.console import FINE, say, say_json
from operations.vpn.loading import environments

if TYPE_CHECKING:
    from model.estate import Environment
    from model.planning.order_sheet import End, Opening

EXAMPLE = """\
examples:
  ./hybrid vpn orders prod             as a page
  ./hybrid vpn orders prod --csv       a line for each source, target and port
  ./hybrid vpn orders prod --json      {"environment", "openings": [{"number", "key", "from", "to", "why", "owner"}],
                                        "zones": [{"zone", "ask", "records"}], "others": [{"who", "order"}]}
"""

COLUMNS: Final = ("number", "from", "from range", "to", "to range", "protocol", "ports", "why", "owner")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "orders",
        help="print the firewall openings to order, and what name servers need",
        description="Prints every opening that the platform needs between sites and cloud: from, to, port, why, "
        "owner. Exit code 0: printed; 1: the stack files could not be read; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", metavar="ENV", help="the environment")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="as a page (the default)")
    form.add_argument("--csv", action="store_true", help="as a table for a spreadsheet")
    form.add_argument("--json", action="store_true", help="for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the sheet; see `add_parser` for the exit codes."""
    found = environments([arguments.environment], "orders")
    if isinstance(found, int):
        return found
    env = found[0]
    if arguments.json:
        say_json(as_data(env))
    elif arguments.csv:
        say(as_csv(env).rstrip("\n"))
    else:
        say(as_markdown(env).rstrip("\n"))
    return FINE


def owner(opening: Opening) -> str:
    """Return who has to open: the sites' firewalls always, the VPC's policy where the program writes a rule too."""
    from model.planning.order_sheet import Side

    if opening.side is Side.BOTH:
        return "whoever runs the sites' firewalls; the VPC's rule is made by pulumi up"
    return "whoever runs the sites' firewalls"


def _range(end: End) -> str:
    """Return the end's range as firewalls take it: a network where it is one, else its first and last address."""
    if end.range is None:
        return "given out by Google: stack output vpn_gateway"
    networks = end.range.networks()
    return str(networks[0]) if len(networks) == 1 and len(end.range) > 1 else str(end.range)


def as_data(env: Environment) -> dict[str, object]:
    """Return the sheet for a machine."""
    from model.planning.forwarders import forwarders
    from model.planning.order_sheet import order_sheet

    def ends(each: Sequence[End]) -> list[dict[str, str | None]]:
        return [{"name": end.name, "range": None if end.range is None else _range(end)} for end in each]

    return {
        "environment": env.name,
        "openings": [
            {
                "number": row.number,
                "key": row.key,
                "from": ends(row.sources),
                "to": [
                    {
                        "targets": ends(flow.targets),
                        "traffic": [{"protocol": each.protocol, "ports": list(each.ports)} for each in flow.traffic],
                    }
                    for flow in row.flows
                ],
                "why": row.purpose,
                "owner": owner(row),
            }
            for row in order_sheet(env)
        ],
        "zones": [
            {"zone": each.zone, "ask": ends(each.ask), "records": list(each.records)} for each in forwarders(env)
        ],
        "others": [{"who": who, "order": order} for who, order in others(env)],
    }


def others(env: Environment) -> list[tuple[str, str]]:
    """Return what is ordered from whom else: lines from their provider, the other end from another gateway's owner."""
    from model.config.interconnect import InterconnectKind
    from model.planning.bgp.links import ends

    found: list[tuple[str, str]] = []
    given = env.vpn.interconnect
    for name, each in sorted(given.attachments.items() if given is not None else ()):
        near, far = ends(each.range)
        session = f"BGP {near} (Google, AS {given.asn if given else 0}) and {far} in {each.range}, MTU {each.mtu}"
        if given is not None and given.kind is InterconnectKind.PARTNER:
            key = f"gcloud compute interconnects attachments describe {name} --region {env.organisation.region}"
            order = f"attachment {name} to {each.peer} in edge domain {each.edge_domain}: give the pairing key "
            order += f"(`{key} --format='value(pairingKey)'`), say how much bandwidth, and hear which VLAN"
            found.append(("the service provider", f"{order}; {session}"))
        else:
            line = (each.interconnect or "").rpartition("/")[2]
            found.append(("whoever runs the sites' routers", f"VLAN {each.vlan} on {line} to {each.peer}; {session}"))
    for key in sorted(env.vpn.cloud_peers):
        order = f"the other end of {', '.join(sorted(env.vpn.cloud_peers[key].tunnels))}: every value is in "
        found.append((f"the owner of gateway {key}", f"{order}`./hybrid vpn peers {env.name} --device {key}`"))
    return found


def as_csv(env: Environment) -> str:
    """Return the sheet as a table with a line for each source, target and protocol."""
    from model.planning.order_sheet import order_sheet

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in order_sheet(env):
        for source in row.sources:
            for flow in row.flows:
                for target in flow.targets:
                    for traffic in flow.traffic:
                        ends = (source.name, _range(source), target.name, _range(target))
                        how = (traffic.protocol, " ".join(traffic.ports))
                        writer.writerow((row.number, *ends, *how, row.purpose, owner(row)))
    return text.getvalue()


def as_markdown(env: Environment) -> str:
    """Return the sheet as a page: the openings, then what the name servers need."""
    from model.planning.forwarders import forwarders
    from model.planning.order_sheet import order_sheet

    lines = [
        f"# Firewall order sheet: {env.name}",
        "",
        "| # | from | to | port | why | owner |",
        "|---:|---|---|---|---|---|",
    ]
    for row in order_sheet(env):
        for flow in row.flows:
            cells = (
                str(row.number),
                _cell(row.sources),
                _cell(flow.targets),
                "<br>".join(str(each) for each in flow.traffic),
                row.purpose,
                owner(row),
            )
            lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "## Name servers of the sites",
        "",
        "| zone | forwarded to | or held, with these records |",
        "|---|---|---|",
        *(f"| {each.zone} | {_cell(each.ask)} | {'<br>'.join(each.records)} |" for each in forwarders(env)),
    ]
    more = others(env)
    if more:
        lines += ["", "## Lines, and other gateways", "", "| from | order |", "|---|---|"]
        lines += [f"| {who} | {order} |" for who, order in more]
    return "\n".join(lines) + "\n"


def _cell(ends: Sequence[End]) -> str:
    return "<br>".join(f"{end.name}: {_range(end)}" for end in ends)
