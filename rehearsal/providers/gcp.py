"""The simulated gcp provider."""

from __future__ import annotations

from typing import Final

from rehearsal.case import Case, bare, text
from rehearsal.check import ProviderDefaults
from rehearsal.computed.ids import gcp_id
from rehearsal.interception import ProviderError, Verb
from rehearsal.lookups import gcp as lookups
from rehearsal.providers.base import Call, Session
from rehearsal.providers.bridged import BridgedProvider
from rehearsal.values import reveal
from rehearsal.world import Record

# Deleting these only makes the program forget them: the cloud keeps a key ring, a key and an agent for ever
# (https://cloud.google.com/kms/docs/object-hierarchy), and an API stays on unless `disableOnDestroy` says otherwise.
_KEPT: Final = frozenset(
    {
        "gcp:kms/keyRing:KeyRing",
        "gcp:kms/cryptoKey:CryptoKey",
        "gcp:projects/serviceIdentity:ServiceIdentity",
    }
)
_SERVICE: Final = "gcp:projects/service:Service"
_REPEATABLE: Final = frozenset(
    {
        "gcp:projects/service:Service",
        "gcp:projects/serviceIdentity:ServiceIdentity",
        "gcp:compute/sharedVPCHostProject:SharedVPCHostProject",
        "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject",
    }
)


class Gcp(BridgedProvider):
    """Google Cloud."""

    name = "gcp"
    lookups = lookups

    def identity(self, case: Case) -> str:
        """Return the id in the documented format."""
        return gcp_id(case)

    def defaults(self, session: Session) -> ProviderDefaults:
        """Return the provider's project, region and zone."""
        settings = session.settings
        return ProviderDefaults(
            project=text(settings.get("project")) or None,
            region=text(settings.get("region")) or None,
            zone=text(settings.get("zone")) or None,
        )

    def taken(self, case: Case, other: Record) -> None:
        """Refuse, except where the API takes a repetition for success."""
        lower = case.kind.lower()
        if case.type in _REPEATABLE or lower.endswith(("iammember", "iambinding", "iampolicy")):
            return
        module = case.type.removeprefix("gcp:").partition("/")[0]
        wording = {
            "compute": f"The resource '{other.id}' already exists, alreadyExists",
            "container": f"Already exists: {other.id}., alreadyExists",
            "secretmanager": f"Secret [{other.text('name') or other.id}] already exists.",
            "serviceaccount": f"Service account {case.text('accountId')} already exists within project "
            f"projects/{case.project}., alreadyExists",
            "dns": f"The resource 'entity.managedZone' named '{case.text('name')}' already exists, alreadyExists",
        }
        usual = f"Resource '{other.id}' already exists, alreadyExists"
        raise ProviderError(f"googleapi: Error 409: {wording.get(module, usual)}")

    def lets_go(self, case: Case, call: Call) -> bool:
        """Heed the deletion policy: PREVENT refuses, ABANDON only forgets (field `deletionPolicy`)."""
        policy = reveal(call.state.get("deletionPolicy", case.inputs.get("deletionPolicy")))
        if policy == "PREVENT":
            raise ProviderError(
                f'cannot destroy {case.id} without setting deletion_policy="DELETE" and running `pulumi up`'
            )
        if case.type in _KEPT or (case.type == _SERVICE and not case.flag("disableOnDestroy")):
            return False
        return policy != "ABANDON"

    def doing(self, case: Case, verb: Verb) -> str:
        """Say it as the gcp provider does; for IAM members it names the policy that is being set."""
        if case.kind.lower().endswith("iammember"):
            target = case.id.partition("/roles/")[0] or case.project
            return f'Error applying IAM policy for "{target}": Error setting IAM policy for "{target}"'
        return super().doing(case, verb)

    def import_id(self, call: Call) -> str:
        """Accept a self link, and the spaces that separate the parts of an IAM member."""
        return "/".join(bare(call.id).split(" "))
