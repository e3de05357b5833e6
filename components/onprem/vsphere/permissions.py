"""Roles and permissions in vCenter of the account that the clusters log in with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component
from components.onprem.vsphere.surroundings import Surroundings
from model.config.vsphere import Vsphere
from model.config.vsphere_access import OtherPermission, SharedEntity
from model.planning.vcenter_privileges import GRANTS, Entity, Grant, principal

ROOT_FOLDER: Final = "group-d1"
"""The folder at the top of every vCenter has this reference."""


class Permissions(Component):
    """Makes a role for each kind of object, and gives it to the clusters' account there (I6, A91).

    `wanted`        the environment's vSphere; `permissions` says whom to give what, and who else has a permission.
    `surroundings`  the objects of ours, and those that are shared.

    The permissions of an object are one list in the provider: it writes and reads them all, so those of others are part
    of what is wanted. The account of this program needs the privileges of group Authorization for it.
    """

    token: ClassVar[str] = "hybrid:onprem:Permissions"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        wanted: Vsphere,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self._wanted = wanted
        self._account = principal(wanted.permissions.account or "")
        roles = {grant.entity: self._make_role(grant) for grant in GRANTS}
        for grant in GRANTS:
            for key, (id_, kind) in sorted(_objects(grant.entity, wanted, surroundings).items()):
                vsphere.EntityPermissions(
                    self.named("permissions", *([grant.entity.value, key] if key else [grant.entity.value])),
                    entity_id=id_,
                    entity_type=kind,
                    permissions=self._permissions(grant, roles[grant.entity]),
                    opts=self.child(),
                )
        self.register_outputs({"roles": {entity.value: role for entity, role in roles.items()}})

    def _make_role(self, grant: Grant) -> pulumi.Output[str]:
        return vsphere.Role(
            self.named("role", grant.entity.value),
            # Roles are the whole vCenter's, and the folder's name is the environment's own.
            name=f"{self._wanted.folder}-{grant.entity.value.replace('_', '-')}",
            role_privileges=sorted(grant.privileges),
            opts=self.child(),
        ).id

    def _permissions(self, grant: Grant, role: pulumi.Output[str]) -> list[vsphere.EntityPermissionsPermissionArgs]:
        shared = {each.value: each for each in SharedEntity}.get(grant.entity.value)
        others = self._wanted.permissions.others.get(shared, ()) if shared is not None else ()
        every = {principal(each.principal): self._other(each) for each in others}
        every[self._account] = vsphere.EntityPermissionsPermissionArgs(
            user_or_group=self._account, is_group=False, role_id=role, propagate=grant.propagate
        )
        # The provider asks for them in the order of their names.
        return [every[name] for name in sorted(every)]

    def _other(self, other: OtherPermission) -> vsphere.EntityPermissionsPermissionArgs:
        role = vsphere.get_role_output(label=other.role, opts=pulumi.InvokeOutputOptions(parent=self))
        return vsphere.EntityPermissionsPermissionArgs(
            user_or_group=principal(other.principal),
            is_group=other.group,
            role_id=role.id,
            propagate=other.propagate,
        )


def _objects(
    entity: Entity, wanted: Vsphere, surroundings: Surroundings
) -> Mapping[str, tuple[pulumi.Input[str], str]]:
    """Return the objects that an entity stands for: id and managed object type, by a key of the files."""
    site = surroundings.site
    datastores = {wanted.datastores.nodes.name, wanted.datastores.backup.name}
    every: Mapping[Entity, Mapping[str, tuple[pulumi.Input[str], str]]] = {
        Entity.ROOT: {"": (ROOT_FOLDER, "Folder")},
        Entity.DATACENTER: {"": (site.datacenter, "Datacenter")},
        Entity.COMPUTE_CLUSTER: {"": (site.compute_cluster, "ClusterComputeResource")},
        Entity.DATASTORES: {name: (site.datastores[name], "Datastore") for name in datastores},
        Entity.RESOURCE_POOL: {"": (surroundings.pool_id, "ResourcePool")},
        Entity.FOLDER: {"": (surroundings.folder_id, "Folder")},
        Entity.PORT_GROUPS: {key: (id_, "DistributedVirtualPortgroup") for key, id_ in surroundings.networks.items()},
    }
    return every[entity]
