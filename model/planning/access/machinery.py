"""What the program gives to machines: GKE's nodes, Google's agents, and the on-prem clusters' way to the gateway.

No person has any of it. The components of those things make these grants beside the things themselves; they are listed
here so that a report of all access has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.network import Purpose
from model.estate import Environment
from model.planning.access.bootstrap import APPLY, accounts
from model.planning.access.plans import SERVICE_ACCOUNT, Kind
from model.planning.access.words import local_part, principal_kind
from model.planning.members import MemberKind, workload_members
from model.planning.names import Names

NODE_ROLES: Final = ("roles/logging.logWriter", "roles/monitoring.metricWriter", "roles/monitoring.viewer")
"""What a GKE node does in its own project: writes logs and metrics, and reads metrics for autoscaling."""
IMAGE_READER: Final = "roles/artifactregistry.reader"
"""What a GKE node has on the project of the images."""
NODE_USER: Final = "roles/iam.serviceAccountUser"
"""What whoever makes node pools needs on the account of the nodes."""
SUBNET_USER: Final = "roles/compute.networkUser"
HOST_AGENT_USER: Final = "roles/container.hostServiceAgentUser"
KEY_USER: Final = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
CONNECT_AGENT: Final = "gke-connect/connect-agent-sa"
"""The account inside an on-prem cluster that speaks for those who come through the gateway (E32)."""


@dataclass(frozen=True)
class MachineGrant:
    """One role of one machine, or of an account on a machine's account."""

    kind: Kind
    resource: str
    """A project, a subnetwork's name, a key's name, an account, or a cluster."""
    project: str
    role: str
    member: str
    reason: str


def machine_grants(env: Environment) -> Iterator[MachineGrant]:
    """Give every role that a component gives to machines for its own sake."""
    yield from _shared_network(env)
    if env.gke.clusters:
        yield from _nodes(env)
    yield from _impersonations(env)


def node_account(env: Environment) -> str:
    """Return the address of the account that GKE nodes run as."""
    return f"{Names.of(env).node_service_account}@{env.facts.projects.cluster.id}.iam.gserviceaccount.com"


def _nodes(env: Environment) -> Iterator[MachineGrant]:
    project, artifacts = env.facts.projects.cluster, env.organisation.projects.artifacts.id
    address = node_account(env)
    nodes = f"{SERVICE_ACCOUNT}{address}"
    for role in NODE_ROLES:
        yield MachineGrant(Kind.PROJECT_IAM, project.id, project.id, role, nodes, "GKE nodes log and measure")
    yield MachineGrant(Kind.PROJECT_IAM, artifacts, artifacts, IMAGE_READER, nodes, "GKE nodes pull images")
    apply_account = f"{SERVICE_ACCOUNT}{accounts(env)[APPLY][0]}"
    reason = "whoever makes node pools acts as their account"
    yield MachineGrant(Kind.ACCOUNT_IAM, address, project.id, NODE_USER, apply_account, reason)
    agent = f"{SERVICE_ACCOUNT}service-{project.number}@container-engine-robot.iam.gserviceaccount.com"
    yield MachineGrant(
        Kind.KEY_IAM, Names.of(env).etcd_key, project.id, KEY_USER, agent, "GKE encrypts its clusters' secrets"
    )


def _shared_network(env: Environment) -> Iterator[MachineGrant]:
    number, network = env.facts.projects.cluster.number, env.facts.projects.network.id
    agent = f"{SERVICE_ACCOUNT}service-{number}@container-engine-robot.iam.gserviceaccount.com"
    yield MachineGrant(
        Kind.PROJECT_IAM, network, network, HOST_AGENT_USER, agent, "GKE runs clusters in the shared network"
    )
    for key, subnet in sorted(env.network.subnets.items()):
        if subnet.shared and subnet.purpose is Purpose.PRIVATE:
            for member in (agent, f"{SERVICE_ACCOUNT}{number}@cloudservices.gserviceaccount.com"):
                reason = "Google's agents use the shared subnet"
                name = Names.of(env).of_key(key)
                yield MachineGrant(Kind.SUBNET_IAM, name, network, SUBNET_USER, member, reason)


def _impersonations(env: Environment) -> Iterator[MachineGrant]:
    """Give whom the on-prem clusters' agents may speak for, besides groups, which the gateway sees to (E32, E33)."""
    apply_account = accounts(env)[APPLY][0]
    for member in workload_members(env):
        for grant in env.access.clusters.values():
            named = principal_kind(grant.principal) == "User" and grant.principal != apply_account
            if member.kind is not MemberKind.GKE and named:
                role = f"gateway-impersonate-{local_part(grant.principal)}"
                reason = f"the gateway lets {grant.principal} through"
                yield MachineGrant(Kind.CLUSTER_RBAC, member.cluster, member.project, role, CONNECT_AGENT, reason)
