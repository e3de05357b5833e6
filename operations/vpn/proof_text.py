"""A proof in words: the cells of its table, its summary, what pairs of losses come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from model.planning.bgp.links import LinkKind
from model.planning.bgp.proof import Direction, Judged, Proof, State

HEADINGS: Final = ("lost", "cloud to sites", "sites to cloud", "kpps", "why these", "verdict")
_LISTED: Final = 4
"""How many pairs are named; the rest is counted."""


def summary(proof: Proof) -> str:
    """Return what is proved of an environment in one line."""
    verdict = "every single loss is survived" if proof.holds else "NOT every single loss is survived"
    return (
        f"{proof.environment}: {verdict}; {counted(proof)} carry {proof.intact.kpps} kpps, the peak is "
        f"{proof.peak_kpps}; SLA {proof.sla}"
    )


def counted(proof: Proof) -> str:
    """Return how many links of each kind lead to the sites: `2 tunnels and 4 attachments`."""
    kinds = [link.kind for link in proof.topology.links.values()]
    numbers = {kind: kinds.count(kind) for kind in (LinkKind.TUNNEL, LinkKind.ATTACHMENT)}
    found = [f"{number} {kind.value}s" for kind, number in numbers.items() if number]
    return " and ".join(found) or "no link"


def promise_lines(proof: Proof) -> Iterator[str]:
    """Give what is promised of each group of links, where there are several."""
    if len(proof.sla.groups) > 1:
        for group in proof.sla.groups:
            yield f"{group.group}: {group}"


def row(judged: Judged) -> tuple[str, ...]:
    """Return the cells of one loss, in the order of the headings."""
    state = judged.state
    return (
        str(judged.loss),
        used(state, Direction.TO_SITES),
        used(state, Direction.TO_CLOUD),
        str(state.kpps),
        why(state),
        "beyond" if judged.beyond else judged.verdict,
    )


def used(state: State, direction: Direction) -> str:
    """Return the links in use, by the part of their names that tells them apart, or what is cut."""
    cut = [str(path.prefix) for path in state.cut if path.direction is direction]
    if cut:
        return f"no path to {', '.join(cut)}" if len(cut) < _LISTED else "nothing"
    return " ".join(short(name) for name in sorted(state.used(direction)))


def short(link: str) -> str:
    """Return `t0` of `t0-if0-fw-a`, which the picture explains; a name without a hyphen as it is."""
    return link.partition("-")[0]


def why(state: State) -> str:
    """Return why the Cloud Routers use the links that they use for the environment's own block."""
    reasons = list(dict.fromkeys(path.why for path in state.paths if path.direction is Direction.TO_SITES))
    return "; ".join(reasons)


def pair_lines(proof: Proof) -> Iterator[str]:
    """Give what two losses at once come to; nothing where pairs were not asked for."""
    pairs = [each for each in proof.pairs if each.beyond is None]
    if not pairs:
        return
    counted = {verdict: [each for each in pairs if each.verdict == verdict] for verdict in ("holds", "short", "cut")}
    yield (
        f"{len(pairs)} pairs of losses: {len(counted['holds'])} survived, {len(counted['short'])} leave less than the "
        f"peak, {len(counted['cut'])} cut the link"
    )
    for verdict in ("short", "cut"):
        yield from _named(verdict, counted[verdict])


def _named(verdict: str, pairs: Sequence[Judged]) -> Iterator[str]:
    by_kpps = sorted(pairs, key=lambda each: -each.state.kpps)
    for each in by_kpps[:_LISTED]:
        yield f"  {verdict}: {each.loss}, {each.state.kpps} kpps left"
    if len(pairs) > _LISTED:
        yield f"  {verdict}: {len(pairs) - _LISTED} more (--json has them all)"
