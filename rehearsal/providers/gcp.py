"""The simulated gcp provider."""

from __future__ import annotations

from typing import Final

from rehearsal.case import Case, bare, text
from rehearsal.check import ProviderDefaults
from rehearsal.computed.ids import gcp_id
from rehearsal.interception import ProviderError, Verb
from rehearsal.lookups import attached, gcp
from rehearsal.providers.base import Call, Session
from rehearsal.providers.bridged import BridgedProvider
from rehearsal.rules.permissions import Action, denial, permission
from rehearsal.values import Properties, reveal
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
_VERSION: Final = "gcp:secretmanager/secretVersion:SecretVersion"
# What a look-up reads, where that takes a permission on an object.
_LOOKED_UP: Final = {
    "gcp:compute/getNetwork:getNetwork": "gcp:compute/network:Network",
    "gcp:compute/getSubnetwork:getSubnetwork": "gcp:compute/subnetwork:Subnetwork",
    "gcp:container/getCluster:getCluster": "gcp:container/cluster:Cluster",
    "gcp:gkehub/getFeature:getFeature": "gcp:gkehub/feature:Feature",
    "gcp:gkehub/getMembership:getMembership": "gcp:gkehub/membership:Membership",
    "gcp:organizations/getProject:getProject": "gcp:organizations/project:Project",
    "gcp:projects/getProjectService:getProjectService": "gcp:projects/service:Service",
    "gcp:secretmanager/getSecretVersion:getSecretVersion": _VERSION,
    "gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess": _VERSION,
    "gcp:storage/getBucket:getBucket": "gcp:storage/bucket:Bucket",
}
_NODE_POOL: Final = "gcp:container/nodePool:NodePool"
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
    lookups = (gcp, attached)

    def identity(self, case: Case) -> str:
        """Return the id in the documented format."""
        return gcp_id(case)

    def acting_as(self, settings: Properties) -> str:
        """Return the account that the instance impersonates, or the one that all run as."""
        return text(reveal(settings.get("impersonateServiceAccount"))) or self.account

    def authorise(self, case: Case, action: Action) -> None:
        """Ask IAM."""
        self._require_account(case.settings)
        needed = permission(case.type, action)
        if not self.allows(case.settings, needed):
            raise ProviderError(denial(needed, case.id or self.identity(case)))

    def immutable(self, case: Case, field: str) -> str:
        """Say it as Compute Engine does, or as the other services do."""
        if case.type.startswith("gcp:compute/"):
            return (
                f"googleapi: Error 400: Invalid value for field 'resource.{field}': '{case.inputs.get(field)}'. "
                f"The field is immutable: '{case.id}' keeps the value that it was created with., invalid"
            )
        return f"googleapi: Error 400: Field '{field}' of '{case.id}' is immutable., badRequest"

    def invoke(self, session: Session, token: str, arguments: Properties) -> Properties:
        """Ask IAM, then answer."""
        self._require_account(session.settings)
        target = _LOOKED_UP.get(token)
        needed = permission(target, "get") if target else ""
        if needed and not self.allows(session.settings, needed):
            asked = ("name", "secret", "membershipId", "projectId", "selfLink")
            named = next((text(reveal(arguments.get(key))) for key in asked if arguments.get(key)), "")
            raise ProviderError(f"invoking {token}: 1 error occurred:\n\t* {denial(needed, named)}\n\n")
        return super().invoke(session, token, arguments)

    def _require_account(self, settings: Properties) -> None:
        """Refuse to impersonate an account that is not there, if the inventory says which are."""
        account = self.acting_as(settings)
        known = self.world.inventory.identities
        if known and account and account not in known:
            raise ProviderError(
                f"impersonate: status code 404: Not found; Gaia id not found for email {account}, notFound"
            )

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
        return self.canonical(call.type, "/".join(bare(call.id).split(" ")))

    def canonical(self, type: str, id: str) -> str:  # noqa: A002  the field's own words
        """Return a node pool's full name for `<project>/<location>/<cluster>/<pool>`, which its import takes too.

        https://registry.terraform.io/providers/hashicorp/google-beta/latest/docs/resources/container_node_pool#import
        """
        if type == _NODE_POOL and id.count("/") == 3:
            project, location, cluster, name = id.split("/")
            return f"projects/{project}/locations/{location}/clusters/{cluster}/nodePools/{name}"
        return id
