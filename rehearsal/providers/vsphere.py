"""The simulated vsphere provider."""

from __future__ import annotations

from rehearsal.case import Case
from rehearsal.computed import identity
from rehearsal.interception import ProviderError
from rehearsal.lookups import vsphere as lookups
from rehearsal.providers.bridged import BridgedProvider
from rehearsal.rules.permissions import Action
from rehearsal.world import Record


class VSphere(BridgedProvider):
    """One vCenter."""

    name = "vsphere"
    lookups = lookups

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

    def taken(self, case: Case, other: Record) -> None:  # noqa: ARG002  gcp reads the case
        """Refuse: a name is used once in its folder, pool, category or cluster, and the id comes from it."""
        raise ProviderError(f"ServerFaultCode: The name '{other.text('name') or other.text('path')}' already exists.")
