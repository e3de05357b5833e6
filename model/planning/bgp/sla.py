"""Whether Google's promise of 99.99 % holds for a VPN, or why not (D1 to D3).

https://docs.cloud.google.com/network-connectivity/docs/vpn/concepts/topologies: an HA VPN gateway with tunnels on both
of its interfaces, each address of the peer reached from the interface that its topology pairs it with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.vpn import Redundancy
from model.estate import Environment

PAIRS: Final = {
    Redundancy.SINGLE_IP: ((0, 0), (1, 0)),
    Redundancy.TWO_IPS: ((0, 0), (1, 1)),
    Redundancy.FOUR_IPS: ((0, 0), (0, 1), (1, 2), (1, 3)),
}
"""Which interface of the gateway must reach which interface of the peer's."""


@dataclass(frozen=True, slots=True)
class Sla:
    """The promise: `percent` is 99.99 where it holds, None where it does not for the reasons given."""

    percent: str | None
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the verdict in words."""
        return f"{self.percent} %" if self.percent else f"no 99.99 %: {'; '.join(self.reasons)}"


def sla(env: Environment) -> Sla:
    """Return whether the promise holds for the VPN of `env`."""
    reasons = tuple(_missing(env))
    return Sla(None, reasons) if reasons else Sla("99.99")


def _missing(env: Environment) -> Iterator[str]:
    vpn = env.vpn
    joined = {
        (tunnel.gateway_interface, vpn.peers[tunnel.peer].interface)
        for tunnel in vpn.tunnels.values()
        if tunnel.peer in vpn.peers
    }
    for number in (0, 1):
        if number not in {interface for interface, _ in joined}:
            yield f"no tunnel on interface {number} of the gateway (D1)"
    for interface, peer in PAIRS[vpn.redundancy]:
        crossed = vpn.redundancy is Redundancy.TWO_IPS and {(0, 1), (1, 0)} <= joined
        if (interface, peer) not in joined and not crossed and interface in {number for number, _ in joined}:
            yield f"no tunnel from interface {interface} to the peer's interface {peer} (D3)"
