"""A rotation: one tunnel may be replaced, for a while, and what is left carries everything (D4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from model.config.problems import Severity
from model.estate import Environment
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Prover
from model.planning.drill import off
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest

LONGEST: Final = 7
"""Days that a drill or a rotation may be announced for in production: long enough for a change window to slip once."""


@environment_rules.rule("D4", title="a rotation is short and leaves a path", source=pages.VPN_TUNNEL)
def rotation(env: Environment) -> Iterator[Finding]:
    """Refuse an unknown tunnel, a rotation that is over or too long, and one whose tunnel is the last with a path.

    A tunnel that is replaced is away meanwhile, together with those that a drill has switched off.
    """
    vpn = env.vpn
    given = vpn.rotation
    if given is None:
        return
    if given.tunnel not in vpn.links:
        message = f"no tunnel '{given.tunnel}' to rotate"
        yield Finding(given.at("tunnel"), message, suggest(given.tunnel, vpn.links))
        return
    last = env.today + timedelta(days=LONGEST)
    if given.expires < env.today:
        message = f"the rotation ended on {given.expires.isoformat()}, and today is {env.today.isoformat()}"
        yield Finding(given.at("expires"), message, "remove `rotation:`, or give a new day on purpose")
    elif env.facts.production and given.expires > last:
        message = f"production would be without protection of {given.tunnel} until {given.expires.isoformat()}"
        yield Finding(given.at("expires"), message, f"end it by {last.isoformat()}: {LONGEST} days at most")
    if given.tunnel not in vpn.tunnels:
        return
    state = Prover(env).after(Down(sessions=off(env) | {given.tunnel}))
    if state.cut:
        cut = ", ".join(sorted({str(path.prefix) for path in state.cut}))
        message = f"while {given.tunnel} is replaced, nothing of {env.name} reaches {cut}"
        yield Finding(given.at("tunnel"), message, "end the drill first, or add a tunnel")
    else:
        left = f"{state.kpps} kpps are left for the peak of {vpn.peak_kpps}"
        message = f"{given.tunnel} may be replaced until {given.expires.isoformat()}; {left} meanwhile"
        yield Finding(given.at("tunnel"), message, "remove `rotation:` when it is done", Severity.WARNING)
