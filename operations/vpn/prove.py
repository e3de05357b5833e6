"""`./hybrid vpn prove`: what every single loss leaves of the VPN, in both directions, and whether it is enough."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, colours, note, say, say_json
from operations.vpn.loading import environments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.planning.bgp.proof import Proof

EXAMPLE = """\
examples:
  ./hybrid vpn prove                    every environment; pairs of losses in production
  ./hybrid vpn prove dev --pairs        pairs of losses too
  ./hybrid vpn prove --json             {"environments": {NAME: {"holds", "sla", "peak_kpps", "singles", "pairs"}}}
  ./hybrid vpn prove --markdown         docs/redundancy.md, as ./hybrid generate writes it
  ./hybrid vpn prove prod --svg > prod.svg
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "prove",
        help="prove that every single loss leaves a path and enough capacity",
        description="Lets BGP settle after every loss: tunnel, attachment, session, gateway interface, line, edge "
        "domain, metro, device, site, router, region. Exit code 0: whatever one region's VPN is made to survive is "
        "survived; 1: something is cut or short; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environments", nargs="*", metavar="ENV", help="environments; all by default")
    parser.add_argument("--pairs", action="store_true", help="every two losses at once, outside production too")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the proof for a machine")
    form.add_argument("--markdown", action="store_true", help="print the proof as a page")
    form.add_argument("--svg", action="store_true", help="print the picture of one environment")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prove and report; see `add_parser` for the exit codes."""
    from model.planning.bgp.proof import prove

    chosen = environments(arguments.environments, "prove")
    if isinstance(chosen, int):
        return chosen
    if arguments.svg and len(chosen) != 1:
        note("./hybrid vpn prove: a picture shows one environment, for example: ./hybrid vpn prove prod --svg")
        return MISUSED
    proofs = [prove(env, with_pairs=arguments.pairs or env.facts.production) for env in chosen]
    if arguments.json:
        from operations.vpn.proof_data import as_data

        say_json({"environments": {proof.environment: as_data(proof) for proof in proofs}})
    elif arguments.markdown:
        from operations.vpn.proof_page import page

        say(page(proofs).rstrip("\n"))
    elif arguments.svg:
        from operations.vpn.proof_picture import draw

        say(draw(proofs[0]).rstrip("\n"))
    else:
        _tables(proofs)
    return FINE if all(proof.holds for proof in proofs) else FOUND


def _tables(proofs: Sequence[Proof]) -> None:
    from rich.console import Console
    from rich.table import Table

    from operations.vpn.proof_text import HEADINGS, pair_lines, promise_lines, row, summary

    console = Console(
        no_color=not colours(sys.stdout), highlight=False, width=None if sys.stdout.isatty() else 160, markup=False
    )
    styles = {"holds": "green", "short": "yellow", "cut": "red", "beyond": "dim"}
    for proof in proofs:
        table = Table(title=summary(proof), title_justify="left", title_style="bold", box=None, pad_edge=False)
        for heading in HEADINGS:
            table.add_column(heading, justify="right" if heading == "kpps" else "left", overflow="fold")
        for judged in proof.singles:
            cells = row(judged)
            table.add_row(*cells, style=styles.get(cells[-1].split(" ")[0]))
        console.print(table)
        for line in promise_lines(proof):
            console.print(f"  {line}")
        for line in pair_lines(proof):
            console.print(line)
        console.print()
