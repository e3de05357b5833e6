"""The commands that say how the VPN is doing, exact for an environment.

`gcloud compute routers get-status`: https://docs.cloud.google.com/sdk/gcloud/reference/compute/routers/get-status
"""

from __future__ import annotations

from model.estate import Environment
from model.planning.names import Names


def _where(env: Environment) -> str:
    return f"--region={env.organisation.region} --project={env.facts.projects.network.id}"


def _table(env: Environment, part: str, fields: tuple[str, ...]) -> str:
    columns = ",".join(f"result.{part}.{field}" for field in fields)
    router = Names.of(env).vpn_router
    return (
        f"gcloud compute routers get-status {router} {_where(env)} --flatten='result.{part}[]' "
        f"--format='table({columns})'"
    )


def router_status(env: Environment) -> str:
    """Return the command that lists every session with its state and the number of routes it brings."""
    return _table(env, "bgpPeerStatus", ("name", "ipAddress", "peerIpAddress", "status", "state", "numLearnedRoutes"))


def best_routes(env: Environment) -> str:
    """Return the command that lists the routes in use, with their next hop and MED."""
    return _table(env, "bestRoutesForRouter", ("destRange", "nextHopIp", "priority"))


def session_is_up(env: Environment, tunnel: str) -> str:
    """Return the command that prints the state of one session: `Established` when it is up."""
    peer = Names.peer(tunnel)
    return (
        f"gcloud compute routers get-status {Names.of(env).vpn_router} {_where(env)} "
        f"--flatten='result.bgpPeerStatus[]' --filter='result.bgpPeerStatus.name={peer}' "
        "--format='value(result.bgpPeerStatus.state)'"
    )


def tunnel_is_up(env: Environment, tunnel: str) -> str:
    """Return the command that prints the state of one tunnel: `ESTABLISHED` when it is up."""
    return f"gcloud compute vpn-tunnels describe {tunnel} {_where(env)} --format='value(status,detailedStatus)'"
