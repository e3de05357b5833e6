"""What exists before the program runs: the given part of an environment.

Projects, groups and machines are made by other people than the platform team; the program looks them up, refers to them
or adopts them. An inventory says which there are, so that the simulated clouds can answer a lookup and refuse a
reference to something that nobody made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final, Literal, TypeAlias

from pydantic import ConfigDict, JsonValue, TypeAdapter
from pydantic.dataclasses import dataclass

GroupState: TypeAlias = Literal["active", "pending", "deleted"]
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class Project:
    """A Google Cloud project: its number, its folder (`folders/123`), and the APIs that are on from the start.

    `quotas` are limits that differ from the usual ones, by Google's name for them: `{"VPN_TUNNELS": 30}`
    (`rehearsal.rules.quotas`).
    """

    number: str
    folder: str = ""
    services: tuple[str, ...] = ()
    quotas: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, config=_STRICT)
class Identity:
    """What an account may do, as patterns over permissions: `compute.vpnTunnels.create`, `*.get`, `*`.

    A permission is `service.collection.verb` as IAM writes it; in vCenter `vsphere.<kind>.<verb>`, in clusters
    `kubernetes.<resource>.<verb>`. What is denied is denied, whatever is allowed.
    """

    allowed: tuple[str, ...] = ("*",)
    denied: tuple[str, ...] = ()

    def may(self, permission: str) -> bool:
        """Say whether the account has a permission."""

        def named(patterns: tuple[str, ...]) -> bool:
            return any(fnmatchcase(permission, pattern) for pattern in patterns)

        return named(self.allowed) and not named(self.denied)


READ_ONLY: Final = Identity(allowed=("*.get", "*.list", "*.getIamPolicy", "secretmanager.versions.access"))
"""What a preview and a refresh need: reading, and the secrets that look-ups ask for."""


@dataclass(frozen=True, config=_STRICT)
class Host:
    """An ESXi host in a compute cluster; sizes as vCenter shows them, cores and GiB."""

    name: str
    cores: int = 0
    memory: int = 0


@dataclass(frozen=True, config=_STRICT)
class ComputeCluster:
    """A vSphere compute cluster with its hosts; its root resource pool is `<name>/Resources`."""

    name: str
    hosts: tuple[Host, ...] = ()


@dataclass(frozen=True, config=_STRICT)
class VirtualMachine:
    """A virtual machine or template that is there already, by its inventory path below the datacenter's VM folder."""

    name: str
    template: bool = False
    guest: str = "ubuntu64Guest"
    disk: int = 40
    """Size of its first disk, GiB."""


@dataclass(frozen=True, config=_STRICT)
class Datacenter:
    """A vSphere datacenter and what it holds. Names are unique within their kind."""

    name: str
    clusters: tuple[ComputeCluster, ...] = ()
    datastores: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    resource_pools: tuple[str, ...] = ()
    """Below a cluster, written `<cluster>/Resources/<pool>`."""
    folders: tuple[str, ...] = ()
    """Virtual machine folders, below `<datacenter>/vm`."""
    virtual_machines: tuple[VirtualMachine, ...] = ()
    directories: tuple[str, ...] = ()
    """Directories on datastores, written `[<datastore>] <path>`."""


@dataclass(frozen=True, config=_STRICT)
class VSphere:
    r"""One vCenter. A content library maps to its items' names, a tag category to its tags.

    `storage_policies` by name; `principals` are the users and groups that its identity sources know, as `name@domain`
    or `DOMAIN\name`; where none is named, every one is taken to be known.
    """

    datacenters: tuple[Datacenter, ...] = ()
    content_libraries: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    storage_policies: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()


@dataclass(frozen=True, config=_STRICT)
class Existing:
    """An object that the program may adopt: type token, provider id, and the inputs that describe it.

    `place` is the id of the cluster that a Kubernetes object is in.
    """

    type: str
    id: str
    inputs: Mapping[str, JsonValue]
    place: str = ""


@dataclass(frozen=True, config=_STRICT)
class Inventory:
    """The given part of one environment.

    `projects` by project id; `groups` and their state by e-mail (a pending group is known upstream and not synced yet,
    a deleted one was there once); `users` and `service_accounts` by e-mail; `identities` are the accounts that the
    providers may run as, by e-mail; `secrets` as `project/secret`; `addresses` maps the name of a static
    address to what the cloud will hand out for it; `existing` is there for adoption.
    """

    organisation: str = ""
    domain: str = ""
    projects: Mapping[str, Project] = field(default_factory=dict[str, Project])
    groups: Mapping[str, GroupState] = field(default_factory=dict[str, GroupState])
    users: tuple[str, ...] = ()
    service_accounts: tuple[str, ...] = ()
    identities: Mapping[str, Identity] = field(default_factory=dict[str, Identity])
    secrets: tuple[str, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict[str, str])
    vsphere: VSphere = VSphere()
    existing: tuple[Existing, ...] = ()

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Inventory:
        """Return the inventory that `data` describes. Raises `pydantic.ValidationError` naming each wrong field."""
        return _adapter().validate_python(data)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return _adapter().dump_python(self, mode="json")

    def number(self, project: str) -> str | None:
        """Return the number of a project given by id or number, None if there is no such project."""
        known = self.projects.get(project)
        if known is not None:
            return known.number
        return project if self.project_id(project) else None

    def project_id(self, project: str) -> str | None:
        """Return the id of a project given by id or number, None if there is no such project."""
        if project in self.projects:
            return project
        return next((name for name, known in self.projects.items() if known.number == project), None)


@cache
def _adapter() -> TypeAdapter[Inventory]:
    return TypeAdapter(Inventory)
