"""`./hybrid network choose`: how traffic should reach a service, with the reasons and the objects (C63)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from model.estate import Environment
    from model.planning.members import Member

EXAMPLE = """\
examples:
  ./hybrid network choose onp1-dev --from internet --protocol http --routes
  ./hybrid network choose gcp1-prod --from internal --protocol grpc --objects
  ./hybrid network choose gcp1-dev --from clusters --identity --json
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "choose",
        help="how traffic should reach a service, and why",
        description="Judges every way for traffic to reach a service of a cluster, the best one first, with the "
        "reasons. Exit code 0: at least one suits; 1: none does; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cluster", metavar="CLUSTER", help="the cluster that the service runs in, by its short name")
    sources, protocols = ("internet", "internal", "cluster", "clusters"), ("http", "grpc", "tcp", "udp")
    parser.add_argument("--from", dest="source", choices=sources, default="internal", help="who calls; internal")
    parser.add_argument("--protocol", choices=protocols, default="http", help="what is spoken; http")
    parser.add_argument("--routes", action="store_true", help="rules by host or path, or shares of requests")
    parser.add_argument("--identity", action="store_true", help="mutual TLS, with an identity for each caller")
    parser.add_argument("--several", action="store_true", help="it runs in several clusters, and callers fail over")
    parser.add_argument("--objects", action="store_true", help="print the objects that the best choice needs, as YAML")
    parser.add_argument("--service", default="example", metavar="NAME", help="with --objects: its name; example")
    parser.add_argument("--namespace", default="default", help="with --objects: its namespace; default")
    parser.add_argument("--port", type=int, default=8080, help="with --objects: its port; 8080")
    parser.add_argument("--json", action="store_true", help="print the verdicts for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Judge; see `add_parser` for the exit codes."""
    from model.check import check
    from model.config.wording import suggest
    from model.planning.members import planned_members
    from model.planning.traffic.choice import select
    from model.planning.traffic.need import Need, Protocol, Source, offer

    result = check(ROOT)
    estate = result.loaded.estate
    if estate is None or result.not_run:
        note("./hybrid network choose: the stack files can not be read whole; see ./hybrid check")
        return FOUND
    name: str = arguments.cluster
    clusters: dict[str, tuple[Environment, Member]] = {
        member.cluster: (env, member) for env in estate.environments.values() for member in planned_members(env)
    }
    if name not in clusters:
        note(f"./hybrid network choose: no cluster '{name}'; {suggest(name, list(clusters))}")
        return MISUSED
    env, member = clusters[name]
    offered = offer(env, member)
    need = Need(
        Source(arguments.source),
        Protocol(arguments.protocol),
        routes=arguments.routes,
        identity=arguments.identity,
        several=arguments.several,
    )
    verdicts = select(need, offered)
    best = verdicts[0] if verdicts[0].suits else None
    if arguments.objects and best is not None:
        import yaml

        from model.planning.traffic.objects import Exposed, objects

        zone = env.organisation.dns
        domain = zone.external if need.source is Source.INTERNET else zone.internal
        service = Exposed(
            arguments.service, arguments.namespace, arguments.port, f"{arguments.service}.{name}.{domain}"
        )
        say(yaml.safe_dump_all(objects(best.choice, service, need, offered), sort_keys=False).rstrip())
        return FINE
    if arguments.json:
        say_json([{"choice": each.choice, "suits": each.suits, "reasons": each.reasons} for each in verdicts])
        return FINE if best else FOUND
    for each in verdicts:
        say(f"{'yes' if each.suits else 'no':4}{each.choice:25}{'; '.join(each.reasons)}")
    if best is None:
        note("./hybrid network choose: nothing suits; ask for less, or bring two choices together")
    return FINE if best else FOUND
