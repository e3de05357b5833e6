"""What the owner of another HA VPN gateway has to set at their end: a sheet of values, since there is no device there.

Both ends are Google's: each side makes its own gateway, router, tunnels and sessions, each names the other's gateway in
full, and each needs the permission compute.vpnGateways.use on it
(https://docs.cloud.google.com/network-connectivity/docs/vpn/how-to/creating-ha-vpn2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.config.vpn import CloudPeer
from model.estate import Environment
from model.planning.bgp.links import links
from model.planning.names import Names


def own_gateway(env: Environment) -> str:
    """Return our gateway in full, as the other side names it."""
    project, region = env.facts.projects.network.id, env.organisation.region
    return f"projects/{project}/regions/{region}/vpnGateways/{Names.of(env).vpn_gateway}"


def sheet(env: Environment, key: str) -> dict[str, str]:
    """Return the sheet for the other gateway of the key `key`, by file name. Raises `KeyError` where there is none.

    It holds no key: each tunnel names the secret that does.
    """
    text = "".join(f"{line}\n" for line in _lines(env, key, env.vpn.cloud_peers[key]))
    return {f"{env.name}-{key}.gateway.md": text}


def _lines(env: Environment, key: str, peer: CloudPeer) -> Iterator[str]:
    shared = env.organisation.vpn
    yield f"# VPN of {env.name} to the gateway of {key}"
    yield ""
    yield f"Generated from the stack files by `./hybrid vpn peers {env.name}`; change those, not this. Everything below"
    yield "is to be set at the other end, in its own project. No key stands here: each names the secret that holds it."
    yield ""
    yield "| what | value |"
    yield "|---|---|"
    yield f"| your gateway | `{peer.gateway}` |"
    yield f"| its `peerGcpGateway` | `{own_gateway(env)}` |"
    yield "| permission, on it | `compute.vpnGateways.use` for whoever makes your tunnels; we need it on yours |"
    yield f"| ASN of your router | {peer.asn} |"
    yield f"| peer ASN | {env.vpn.asn} |"
    yield f"| keepalive | {shared.keepalive_seconds} s; the hold time is three times it |"
    yield f"| IKE version | {shared.ike_version} |"
    yield f"| what you announce | {_listed(peer.learned)} |"
    every = links(env)
    for name, tunnel in sorted(peer.tunnels.items()):
        link, cipher = every[name], tunnel.cipher or shared.cipher
        one, two = cipher.phase1, cipher.phase2
        yield ""
        yield f"## Tunnel {name}"
        yield ""
        yield "| what | value |"
        yield "|---|---|"
        yield f"| interface of your gateway | {tunnel.gateway_interface}, to our interface {tunnel.gateway_interface} |"
        yield f"| pre-shared key | `{tunnel.pre_shared_key.secret}` |"
        yield f"| phase 1 | {_listed((*one.encryption, *one.integrity, *one.prf, *one.dh))} |"
        yield f"| phase 2 | {_listed((*two.encryption, *two.integrity, *two.pfs))} |"
        yield f"| your router interface | {tunnel.peer_address}/{tunnel.range.prefixlen} |"
        yield f"| BGP peer | {tunnel.google_address} |"
        if tunnel.md5 is not None:
            yield f"| MD5 key of the session | `{tunnel.md5.secret}` |"
        yield f"| priority (MED) that mirrors ours | {tunnel.priority} |"
        yield f"| what you hear | {_listed(sorted(link.tells))} |"


def _listed(values: Sequence[object]) -> str:
    return ", ".join(str(each) for each in values) or "nothing"
