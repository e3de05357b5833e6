"""A proof for a machine."""

from __future__ import annotations

from model.planning.bgp.proof import Direction, Judged, Proof, State


def as_data(proof: Proof) -> dict[str, object]:
    """Return the proof as plain data."""
    return {
        "holds": proof.holds,
        "production": proof.production,
        "sla": {
            "percent": proof.sla.percent,
            "reasons": list(proof.sla.reasons),
            "groups": [
                {"group": each.group, "percent": each.percent, "reasons": list(each.reasons)}
                for each in proof.sla.groups
            ],
        },
        "links": {name: {"kind": link.kind.value, "kpps": link.kpps} for name, link in proof.topology.links.items()},
        "peak_kpps": proof.peak_kpps,
        "intact": _state(proof.intact),
        "singles": [_judged(each) for each in proof.singles],
        "pairs": [_judged(each) for each in proof.pairs],
    }


def _judged(judged: Judged) -> dict[str, object]:
    return {
        "lost": str(judged.loss),
        "verdict": judged.verdict,
        "beyond": judged.beyond,
        **_state(judged.state),
    }


def _state(state: State) -> dict[str, object]:
    return {
        "kpps": state.kpps,
        "cut": sorted({str(path.prefix) for path in state.cut}),
        "asymmetric": sorted({str(path.prefix) for path in state.lopsided}),
        "paths": _paths(state, ""),
        "gateways": {key: _paths(state, key) for key in sorted({path.gateway for path in state.paths if path.gateway})},
    }


def _paths(state: State, gateway: str) -> dict[str, object]:
    return {
        direction.value: {
            str(path.prefix): {"tunnels": sorted(path.tunnels), "why": path.why}
            for path in state.paths
            if path.direction is direction and path.gateway == gateway
        }
        for direction in Direction
    }
