"""Which sessions a drill switches off, and what is left without them (D20)."""

from __future__ import annotations

from model.estate import Environment
from model.planning.bgp.links import links
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Prover, State
from model.planning.names import Names


def off(env: Environment) -> frozenset[str]:
    """Return the tunnels and attachments whose session the drill of `env` switches off today; none once it is over."""
    given = env.vpn.drill
    if given.expires is not None and given.expires < env.today:
        return frozenset()
    return frozenset(name for name in links(env) if Names.peer(name) in given.disabled_peers)


def left_by_drill(env: Environment) -> State:
    """Return what the routing model says is left while the drill's sessions are off, over or not."""
    disabled = env.vpn.drill.disabled_peers
    return Prover(env).after(Down(sessions=frozenset(each for each in links(env) if Names.peer(each) in disabled)))
