"""The proof as a page: what it says, how it is found, and what is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from model.estate import Estate
from model.planning.bgp.failures import BEYOND
from model.planning.bgp.proof import Proof, prove
from model.planning.register import ring_order
from operations.vpn.proof_picture import draw
from operations.vpn.proof_text import HEADINGS, pair_lines, promise_lines, row, summary

PAGE: Final = "docs/redundancy.md"

_HEAD: Final = """\
# Redundancy of the VPN, proved

Written by `./hybrid generate` from the stack files; `./hybrid vpn prove` shows the same for the files as they are.

Every loss is played on a model of BGP: the Cloud Routers, the sites' devices, a session in each tunnel and on each VLAN
attachment, one between the devices inside, and the routers behind other gateways of the cloud. Everyone announces what
the address plan says, with the MED of the stack file, and chooses as documented (domain rules D10 to D21). The verdict
on a loss is about every prefix, in both directions.

- **holds**: everything has a path, and the links in use carry the stated peak. A tunnel carries 250 000 packets a
  second, both directions summed (D16), an attachment 125 000 with each Gbit/s of its bandwidth; of links used together
  the slowest decides for all, and where the directions differ, the smaller set counts.
- **short**: everything has a path, but the peak does not fit. **cut**: a prefix has no path. In production either is an
  error of `./hybrid check`, elsewhere a warning.
- **beyond**: what the VPN of one region is not made to survive, and nothing is asked of it there.

Two losses at once are no promise of anyone's: they happen while the first is being mended. They are counted for
production, so that it is known beforehand which pairs to fear; nothing is refused for them.

A loss is noticed by the hold time, three keepalives; there is no BFD on HA VPN (D14). Until then packets are lost.
"""

_LIMITS: Final = """\
## What is not in it

- Route policies: what their expressions do to a route is Google's to say, and the proof takes routes as they are told.
- How a site's own network chooses between the devices. Its hosts are taken to reach one that is up; a device without
  tunnels hands on to the other one over the session inside.
- Answers that come back over another device than the questions went, which is usual with equal priorities: the devices
  have to share their sessions' state, or not ask for it. `./hybrid check` warns only where the announcements make it
  certain (D13).
- Queues, and flows that are not spread evenly: equal paths share by flow, and one flow is never faster than one tunnel.
- The other environments' part in what all of them announce: the devices see the ranges of Cloud DNS forwarding and of
  Google APIs from every environment, and use all of them together. `./hybrid check` says so.

Real daemons agree: `tests/frr` gives the generated files of the devices to FRR in network namespaces, plays every loss
of every environment with these priorities and with a second device or interface on standby, and of one with attachments
before signed tunnels to two gateways, and compares the kernels' routes with this model's.
"""


def page(proofs: Sequence[Proof]) -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines(proofs)) + "\n"


def _lines(proofs: Sequence[Proof]) -> Iterator[str]:
    yield _HEAD
    for proof in proofs:
        yield f"## {proof.environment}"
        yield ""
        yield f"{summary(proof)}."
        yield ""
        promises = [f"- {line}" for line in promise_lines(proof)]
        if promises:
            yield from (*promises, "")
        yield f"![Which tunnels carry traffic after each loss of {proof.environment}]({picture_name(proof)})"
        yield ""
        yield f"| {' | '.join(HEADINGS)} |"
        yield f"|{'|'.join('---:' if heading == 'kpps' else '---' for heading in HEADINGS)}|"
        for judged in proof.singles:
            yield f"| {' | '.join(row(judged))} |"
        yield ""
        yield from _pairs(proof)
    yield "## Beyond"
    yield ""
    for kind, reason in BEYOND.items():
        yield f"- {kind.value}: {reason}"
    yield ""
    yield _LIMITS.rstrip("\n")


def _pairs(proof: Proof) -> Iterator[str]:
    lines = list(pair_lines(proof))
    if lines:
        yield f"{lines[0]}."
        yield ""
        for line in lines[1:]:
            yield f"-{line[1:]}"
        if len(lines) > 1:
            yield ""


def picture_name(proof: Proof) -> str:
    """Return the file of an environment's picture, beside the page."""
    return f"redundancy-{proof.environment}.svg"


def pages(estate: Estate) -> dict[str, str]:
    """Return the page and its pictures by file, below the project."""
    proofs = [prove(env, with_pairs=env.facts.production) for env in ring_order(estate)]
    folder = Path(PAGE).parent
    return {PAGE: page(proofs)} | {(folder / picture_name(each)).as_posix(): draw(each) for each in proofs}
