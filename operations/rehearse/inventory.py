"""What exists before the program runs, as the files describe it: the given part of an environment for a rehearsal.

The program looks these things up, refers to them or adopts them; it makes none of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from model.config.organisation import Organisation
from model.config.team import GroupState
from model.config.vsphere import Vsphere
from model.estate import Environment
from model.planning.names import Names
from rehearsal.inventory import (
    READ_ONLY,
    ComputeCluster,
    Datacenter,
    Existing,
    Host,
    Identity,
    Inventory,
    Project,
    VirtualMachine,
    VSphere,
)

BOOTSTRAP_SERVICES = ("cloudresourcemanager.googleapis.com", "iam.googleapis.com", "serviceusage.googleapis.com")
"""On in every project before the program first runs: without them it could not even turn on the others."""


def _number(project: str) -> str:
    """Return a number for a project whose number no file states. Only its being a number and steady matters."""
    return str(420_000_000_000 + int(hashlib.sha256(project.encode()).hexdigest()[:8], 16))


def _projects(env: Environment) -> dict[str, Project]:
    facts, shared = env.facts, env.organisation.projects
    own = {
        each.id: Project(each.number, facts.folder, BOOTSTRAP_SERVICES)
        for each in (facts.projects.cluster, facts.projects.network)
    }
    common = {
        shared.seed.id: Project(shared.seed.number, env.organisation.google.folder, BOOTSTRAP_SERVICES),
        shared.logs.id: Project(shared.logs.number, env.organisation.google.folder, BOOTSTRAP_SERVICES),
        shared.artifacts.id: Project(
            shared.artifacts.number,
            env.organisation.google.folder,
            (*BOOTSTRAP_SERVICES, "artifactregistry.googleapis.com"),
        ),
    }
    teams = {
        here.project: Project(_number(here.project), facts.folder, BOOTSTRAP_SERVICES)
        for _, here in env.members.values()
    }
    return {**common, **own, **teams}


def _groups(env: Environment) -> dict[str, str]:
    organisation = env.organisation
    states = {address: group.state for address, group in organisation.groups.items()}
    for team in env.teams.values():
        states[team.groups.google] = team.groups.state.value
    states[organisation.security_group] = GroupState.ACTIVE.value
    return states


def _secrets(env: Environment) -> Iterator[str]:
    access = env.onprem.vsphere.access
    for reference in (access.credentials, access.plan_credentials, access.ca):
        yield reference.removeprefix("sm://")
    yield f"{env.facts.projects.cluster.id}/{env.organisation.services.registry.ca_secret}"
    for tunnel in env.vpn.tunnels.values():
        if tunnel.pre_shared_key.source.value == "referenced":
            yield tunnel.pre_shared_key.secret.removeprefix("sm://")


def _addresses(env: Environment) -> dict[str, str]:
    names = Names.of(env)
    given = {**env.network.nat.egress, **env.network.ingress}
    return {names.of_key(key): str(address) for key, address in given.items() if address is not None}


def _vsphere(vsphere: Vsphere) -> VSphere:
    hosts = tuple(Host(host.name, vsphere.host_size.cores, vsphere.host_size.memory_gib) for host in vsphere.hosts)
    stores = vsphere.datastores
    machines = sorted({name for rule in vsphere.anti_affinity.values() for name in rule.virtual_machines})
    datacenter = Datacenter(
        vsphere.datacenter,
        clusters=(ComputeCluster(vsphere.compute_cluster, hosts),),
        datastores=(stores.nodes.name, stores.backup.name, stores.images.name),
        switches=(vsphere.switch,),
        virtual_machines=tuple(VirtualMachine(name) for name in machines),
    )
    return VSphere(datacenters=(datacenter,))


def service_accounts(organisation: Organisation, environment: str) -> tuple[str, str]:
    """Return the accounts that preview and apply the environment."""
    deployers = organisation.deployers
    return deployers.plan.format(environment=environment), deployers.apply.format(environment=environment)


def inventory(env: Environment, existing: Iterable[Existing] = ()) -> Inventory:
    """Return what exists in `env` before the program runs; `existing` is what it is told to adopt."""
    organisation = env.organisation
    plan, apply = service_accounts(organisation, env.name)
    return Inventory(
        organisation=organisation.google.organisation_id,
        domain=organisation.domain,
        projects=_projects(env),
        groups={address: "pending" if state == "pending" else "active" for address, state in _groups(env).items()},
        users=tuple(organisation.break_glass),
        service_accounts=(plan, apply),
        identities={plan: READ_ONLY, apply: Identity()},
        secrets=tuple(sorted(set(_secrets(env)))),
        addresses=_addresses(env),
        vsphere=_vsphere(env.onprem.vsphere),
        existing=tuple(existing),
    )
