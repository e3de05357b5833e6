"""What exists before the program runs, as the files describe it: the given part of an environment for a rehearsal.

The program looks these things up, refers to them or adopts them; it makes none of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from model.config.organisation import Organisation
from model.config.team import GroupState
from model.config.vsphere import Vsphere
from model.config.vsphere_access import Owner
from model.config.workstation import Workstation, WorkstationMaker
from model.estate import Environment
from model.planning.access.plans import SERVICE_ACCOUNT
from model.planning.grants import Kind, grants
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
        here.project: Project(here.project_number or _number(here.project), facts.folder, BOOTSTRAP_SERVICES)
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
    for cluster in env.onprem.user_clusters:
        references = (
            cluster.vcenter.ca if cluster.vcenter else None,
            cluster.authentication.client_secret if cluster.authentication else None,
        )
        yield from (reference.removeprefix("sm://") for reference in references if reference is not None)
    for tunnel in env.vpn.tunnels.values():
        if tunnel.pre_shared_key.source.value == "referenced":
            yield tunnel.pre_shared_key.secret.removeprefix("sm://")


def _addresses(env: Environment) -> dict[str, str]:
    names = Names.of(env)
    given = {**env.network.nat.egress, **env.network.ingress}
    return {names.of_key(key): str(address) for key, address in given.items() if address is not None}


def _vsphere(vsphere: Vsphere, workstation: Workstation) -> VSphere:
    hosts = tuple(Host(host.name, vsphere.host_size.cores, vsphere.host_size.memory_gib) for host in vsphere.hosts)
    stores = vsphere.datastores
    kept_apart = {name for rule in vsphere.anti_affinity.values() for name in rule.virtual_machines}
    made = {workstation.name} if workstation.made_by is WorkstationMaker.PROGRAM else set[str]()
    bound = {workstation.name} if workstation.host_group is not None else set[str]()
    machines = sorted((kept_apart | bound) - made)
    datacenter = Datacenter(
        vsphere.datacenter,
        clusters=(ComputeCluster(vsphere.compute_cluster, hosts),),
        datastores=(stores.nodes.name, stores.backup.name, stores.images.name),
        switches=(vsphere.switch,),
        virtual_machines=tuple(VirtualMachine(name) for name in machines),
    )
    library, policy = vsphere.content_library, vsphere.storage_policy
    there = tuple(sorted(name for name, template in library.templates.items() if template.source is None))
    return VSphere(
        datacenters=(datacenter,),
        content_libraries={library.name: there} if library.owner is Owner.VCENTER else {},
        tags={policy.tag_category: policy.tags} if policy is not None and policy.tag_category is not None else {},
        storage_policies=(policy.name,) if policy is not None and policy.owner is Owner.VCENTER else (),
    )


def service_accounts(organisation: Organisation, environment: str) -> tuple[str, str]:
    """Return the accounts that preview and apply the environment."""
    deployers = organisation.deployers
    return deployers.plan.format(environment=environment), deployers.apply.format(environment=environment)


def _of_other_environments(env: Environment) -> tuple[str, ...]:
    """Return the accounts of another environment that this one grants something: its stack has made them."""
    pushing = (each.member for each in grants(env).resources if each.kind is Kind.REPOSITORY_IAM)
    return tuple(sorted({member.removeprefix(SERVICE_ACCOUNT) for member in pushing}))


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
        service_accounts=(plan, apply, *_of_other_environments(env)),
        identities={plan: READ_ONLY, apply: Identity()},
        secrets=tuple(sorted(set(_secrets(env)))),
        addresses=_addresses(env),
        vsphere=_vsphere(env.onprem.vsphere, env.onprem.workstation),
        existing=tuple(existing),
    )
