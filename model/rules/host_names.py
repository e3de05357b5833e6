"""Host names of on-prem nodes: valid, and each of one node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model.config.problems import Place
from model.estate import Environment
from model.planning.hosts import Host, control_plane_hosts, worker_hosts
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

MOST_ADDRESSES: Final = 65536
"""More than a cluster of 500 nodes can use: a slip of the prefix length, which is reported as such."""

_VALID: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*")


def _named(env: Environment) -> Iterator[tuple[tuple[Host, ...], str, Place]]:
    """Give the nodes of every address block, whose they are, and where their host names are written."""
    onprem = env.onprem
    for cluster in (*onprem.admin_clusters, *onprem.user_clusters):
        nodes = cluster.control_plane
        yield control_plane_hosts(nodes), f"control plane of {cluster.name}", nodes.at("hostnames")
    for cluster in onprem.user_clusters:
        if sum(len(block) for block in cluster.worker_addresses) > MOST_ADDRESSES:
            continue
        if cluster.worker_hostnames:  # without any, a node is called as its VM
            yield worker_hosts(cluster), f"workers of {cluster.name}", cluster.at("worker_hostnames")


@environment_rules.rule("A47", title="host names are valid and each is one node's", source=pages.ADMIN_CLUSTER_FILE)
def host_names(env: Environment) -> Iterator[Finding]:
    """Refuse host names that are none (RFC 1123), and a name that two nodes of the environment would have."""
    taken: dict[str, str] = {}
    for hosts, owner, place in _named(env):
        wrong = next((host.name for host in hosts if not _VALID.fullmatch(host.name)), None)
        if wrong is not None:
            message = f"'{wrong}', of the {owner}, is no host name"
            yield Finding(place, message, "use lower-case letters, digits, hyphens; {n} or {octet} is put in")
        again, other = None, owner
        for host in hosts:
            if host.name in taken and again is None:
                again, other = host.name, taken[host.name]
            taken.setdefault(host.name, owner)
        if again is not None:
            message = f"host name '{again}' is of the {owner} and of the {other}: only one of two nodes would join"
            yield Finding(place, message, "let the name say the cluster, and {n} or {octet} the node")


@environment_rules.rule("A7", title="the workstation's host name is its own", source=pages.ADMIN_CLUSTER_FILE)
def workstation_name(env: Environment) -> Iterator[Finding]:
    """Refuse a workstation with the host name of a node."""
    workstation = env.onprem.workstation
    for hosts, owner, _ in _named(env):
        if any(host.name == workstation.name for host in hosts):
            message = f"the workstation's name, {workstation.name}, is a host name of the {owner}"
            yield Finding(workstation.at("name"), message, "give it a name of its own")
