"""The simulated vsphere provider."""

from __future__ import annotations

import json
from typing import Final, cast

from rehearsal.case import Case
from rehearsal.computed import identity
from rehearsal.interception import ProviderError
from rehearsal.lookups import machines, vsphere
from rehearsal.providers.base import Call, Made
from rehearsal.providers.bridged import BridgedProvider
from rehearsal.rules.permissions import Action
from rehearsal.vcenter import (
    CATEGORY,
    DISK,
    FOLDER,
    GROUPS,
    MACHINE,
    PERMISSIONS,
    POOL,
    PORT_GROUP,
    RULES,
    TAG,
    directory,
    pool_path,
)
from rehearsal.world import Record

# The folder of a datacenter that each kind hangs below, in a path that an import takes.
_BELOW: Final = {FOLDER: "vm", MACHINE: "vm", POOL: "host", PORT_GROUP: "network"}


class VSphere(BridgedProvider):
    """One vCenter."""

    name = "vsphere"
    lookups = (vsphere, machines)

    def identity(self, case: Case) -> str:
        """Return a managed object id or UUID, as vCenter gives one to that kind."""
        own = identity(case.type)
        if own is not None:
            return own(case)
        name = case.text("name") or case.name
        return f"{case.kind.lower()}-{case.world.number(case.type, name, digits=6)}"

    def authorise(self, case: Case, action: Action) -> None:
        """Refuse in vCenter's words, which name no privilege; the permission is `vsphere.resourcePools.create`."""
        kind = case.kind[0].lower() + case.kind[1:]
        if not self.allows(case.settings, f"vsphere.{kind}s.{action}"):
            raise ProviderError("ServerFaultCode: Permission to perform this operation was denied.")

    def taken(self, case: Case, other: Record) -> None:
        """Refuse: a name is used once in its folder, pool, category or cluster, and the id comes from it."""
        if case.type == DISK:
            raise ProviderError(
                f"Cannot complete the operation because the file or folder [{other.text('datastore')}] {other.id} "
                "already exists"
            )
        if case.type == PERMISSIONS:
            raise ProviderError(
                f"error while creating permission for entity id {other.id}: its permissions are managed already; they "
                "are authoritative for the object, so one resource holds them all"
            )
        raise ProviderError(f"ServerFaultCode: The name '{other.text('name') or other.text('path')}' already exists.")

    def read(self, call: Call) -> Made:
        """Read; what the provider documents no import of can not be imported."""
        if call.type == PERMISSIONS and not call.state:
            raise ProviderError(f"resource {call.type} doesn't support import")
        return super().read(call)

    def import_id(self, call: Call) -> str:
        """Return the id behind a path, a name or a JSON text, whichever the type's import takes."""
        if call.type in _BELOW and call.id.startswith("/"):
            return self._by_path(call.type, call.id)
        if call.type == CATEGORY:
            return next((each.id for each in self.world.objects(CATEGORY) if each.text("name") == call.id), call.id)
        if call.id.startswith("{"):
            try:
                given = cast("dict[str, str]", json.loads(call.id))
            except ValueError:
                return call.id
            return self._by_fields(call.type, given) or call.id
        return call.id

    def _by_path(self, token: str, path: str) -> str:
        """Return the id of the object at `/<datacenter>/<vm, host or network>/<path>`, or the path itself."""
        place, _, rest = path.strip("/").partition("/")
        below, _, name = rest.partition("/")
        found = directory(self.world)
        home = found.named("datacenter", place)
        if home is None or below != _BELOW[token]:
            return path
        for record in self.world.objects(token):
            if token == POOL:
                thing = found.by_id("pool", record.id)
                own = pool_path(found, thing) if thing is not None else ""
            elif token == MACHINE:
                own = f"{record.text('folder').strip('/')}/{record.text('name')}".lstrip("/")
            else:
                own = record.text("path") if token == FOLDER else record.text("name")
            if own.strip("/") == name:
                return record.id
        return path

    def _by_fields(self, token: str, given: dict[str, str]) -> str:
        """Return the id that an import's JSON text names, or nothing."""
        found = directory(self.world)
        if token == DISK:
            return given.get("virtual_disk_path", "").partition("]")[2].strip()
        if token == TAG:
            category = found.named("category", given.get("category_name", ""))
            tag = found.named("tag", given.get("tag_name", ""), parent=category.id) if category is not None else None
            return tag.id if tag is not None else ""
        if token in (*GROUPS, *RULES):
            cluster = found.named("cluster", given.get("compute_cluster_path", "").rpartition("/")[2])
            for record in self.world.objects(token):
                named = record.text("name") == given.get("name")
                if cluster is not None and named and record.text("computeClusterId") == cluster.id:
                    return record.id
        return ""
