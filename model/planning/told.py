"""What each BGP session of an environment's VPN tells its other end: tunnels, other gateways, VLAN attachments."""

from __future__ import annotations

from model.estate import Environment
from model.planning.advertised import Advertised, advertised, advertised_by


def told(env: Environment) -> dict[str, tuple[Advertised, ...]]:
    """Return, by tunnel and attachment, the ranges that its session advertises.

    The sites hear what the address plan says, whichever way they are reached. Another gateway in the cloud is somebody
    else's: it hears what its tunnels name and nothing more.
    """
    vpn = env.vpn
    found = {name: advertised_by(env, name) for name in vpn.tunnels}
    for peer, cloud in vpn.cloud_peers.items():
        for name, link in cloud.tunnels.items():
            found[name] = tuple(Advertised(each, f"for {peer}") for each in sorted(set(link.advertise)))
    if vpn.interconnect is not None:
        found |= dict.fromkeys(vpn.interconnect.attachments, advertised(env))
    return found
