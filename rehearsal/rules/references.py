"""What refers to what: references must exist, and what is referred to can not go first.

One table serves both ways. A reference may be an id, a self link or a bare name; a bare name means the same project and
region. `holds` says what happens to the target's deletion: REFUSES it, or the referring object GOES with it (a binding
vanishes with the secret it is on), or neither (STAYS).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rehearsal.case import Case, last
from rehearsal.interception import ProviderError
from rehearsal.rules.registry import rule
from rehearsal.values import Value
from rehearsal.world import Record


class Hold(Enum):
    """What a reference means for the deletion of its target."""

    REFUSES = "refuses"
    GOES = "goes"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Reference:
    """`path` of type `source` names an object of type `target`, whose id is made by `form` from a bare name.

    In `form`, `{project}`, `{region}`, `{location}` are those of the source, `{name}` is what the input says, and any
    other name is an input of the source.
    """

    source: str
    path: str
    target: str
    form: str
    hold: Hold = Hold.REFUSES


_NETWORK = ("gcp:compute/network:Network", "projects/{project}/global/networks/{name}")
_ROUTER = ("gcp:compute/router:Router", "projects/{project}/regions/{region}/routers/{name}")
_SUBNET = ("gcp:compute/subnetwork:Subnetwork", "projects/{project}/regions/{region}/subnetworks/{name}")
_POLICY = (
    "gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy",
    "projects/{project}/global/firewallPolicies/{name}",
)
_ADDRESS = ("gcp:compute/address:Address", "projects/{project}/regions/{region}/addresses/{name}")
_SECRET = ("gcp:secretmanager/secret:Secret", "projects/{project}/secrets/{name}")
_GKE = ("gcp:container/cluster:Cluster", "projects/{project}/locations/{location}/clusters/{name}")
_KEY = ("gcp:kms/cryptoKey:CryptoKey", "{name}")
_MEMBER = ("gcp:gkehub/membership:Membership", "projects/{project}/locations/{location}/memberships/{name}")
_SCOPE = ("gcp:gkehub/scope:Scope", "projects/{project}/locations/global/scopes/{name}")

REFERENCES: Final = (
    Reference("gcp:compute/subnetwork:Subnetwork", "network", *_NETWORK),
    Reference("gcp:compute/router:Router", "network", *_NETWORK),
    Reference("gcp:compute/haVpnGateway:HaVpnGateway", "network", *_NETWORK),
    Reference("gcp:compute/firewall:Firewall", "network", *_NETWORK),
    Reference("gcp:compute/route:Route", "network", *_NETWORK),
    Reference("gcp:compute/globalAddress:GlobalAddress", "network", *_NETWORK),
    Reference("gcp:compute/networkPeering:NetworkPeering", "network", *_NETWORK),
    Reference("gcp:servicenetworking/connection:Connection", "network", *_NETWORK),
    Reference(
        "gcp:servicenetworking/connection:Connection",
        "reservedPeeringRanges[]",
        "gcp:compute/globalAddress:GlobalAddress",
        "projects/{project}/global/addresses/{name}",
    ),
    Reference(
        "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation", "attachmentTarget", *_NETWORK
    ),
    Reference(
        "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation", "firewallPolicy", *_POLICY
    ),
    Reference("gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule", "firewallPolicy", *_POLICY, Hold.GOES),
    Reference("gcp:compute/address:Address", "subnetwork", *_SUBNET),
    Reference("gcp:compute/routerNat:RouterNat", "router", *_ROUTER),
    Reference("gcp:compute/routerNat:RouterNat", "natIps[]", *_ADDRESS),
    Reference("gcp:compute/routerNat:RouterNat", "subnetworks[].name", *_SUBNET),
    Reference("gcp:compute/routerInterface:RouterInterface", "router", *_ROUTER),
    Reference(
        "gcp:compute/routerInterface:RouterInterface",
        "vpnTunnel",
        "gcp:compute/vPNTunnel:VPNTunnel",
        "projects/{project}/regions/{region}/vpnTunnels/{name}",
    ),
    Reference("gcp:compute/routerPeer:RouterPeer", "router", *_ROUTER),
    Reference(
        "gcp:compute/routerPeer:RouterPeer",
        "interface",
        "gcp:compute/routerInterface:RouterInterface",
        "{region}/{router}/{name}",
    ),
    Reference("gcp:compute/vPNTunnel:VPNTunnel", "router", *_ROUTER),
    Reference(
        "gcp:compute/vPNTunnel:VPNTunnel",
        "vpnGateway",
        "gcp:compute/haVpnGateway:HaVpnGateway",
        "projects/{project}/regions/{region}/vpnGateways/{name}",
    ),
    Reference(
        "gcp:compute/vPNTunnel:VPNTunnel",
        "peerExternalGateway",
        "gcp:compute/externalVpnGateway:ExternalVpnGateway",
        "projects/{project}/global/externalVpnGateways/{name}",
    ),
    Reference("gcp:compute/subnetworkIAMMember:SubnetworkIAMMember", "subnetwork", *_SUBNET, Hold.GOES),
    Reference("gcp:container/cluster:Cluster", "network", *_NETWORK),
    Reference("gcp:container/cluster:Cluster", "subnetwork", *_SUBNET),
    Reference("gcp:container/cluster:Cluster", "databaseEncryption.keyName", *_KEY, Hold.STAYS),
    Reference("gcp:container/nodePool:NodePool", "cluster", *_GKE, Hold.GOES),
    Reference("gcp:dns/managedZone:ManagedZone", "privateVisibilityConfig.networks[].networkUrl", *_NETWORK),
    Reference("gcp:dns/policy:Policy", "networks[].networkUrl", *_NETWORK),
    Reference(
        "gcp:dns/recordSet:RecordSet",
        "managedZone",
        "gcp:dns/managedZone:ManagedZone",
        "projects/{project}/managedZones/{name}",
    ),
    Reference("gcp:secretmanager/secretVersion:SecretVersion", "secret", *_SECRET, Hold.GOES),
    Reference("gcp:secretmanager/secretIamMember:SecretIamMember", "secretId", *_SECRET, Hold.GOES),
    Reference("gcp:kms/cryptoKey:CryptoKey", "keyRing", "gcp:kms/keyRing:KeyRing", "{name}", Hold.STAYS),
    Reference("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "cryptoKeyId", *_KEY, Hold.GOES),
    Reference(
        "gcp:gkehub/featureMembership:FeatureMembership",
        "feature",
        "gcp:gkehub/feature:Feature",
        "projects/{project}/locations/{location}/features/{name}",
    ),
    Reference(
        "gcp:gkehub/featureMembership:FeatureMembership",
        "membership",
        "gcp:gkehub/membership:Membership",
        "projects/{project}/locations/{membershipLocation}/memberships/{name}",
        Hold.GOES,
    ),
    Reference("gcp:gkehub/membershipBinding:MembershipBinding", "membershipId", *_MEMBER, Hold.GOES),
    Reference("gcp:gkehub/membershipBinding:MembershipBinding", "scope", *_SCOPE),
    Reference("gcp:gkehub/namespace:Namespace", "scope", *_SCOPE),
    Reference("gcp:gkehub/scopeRbacRoleBinding:ScopeRbacRoleBinding", "scopeId", *_SCOPE),
    Reference("gcp:gkeonprem/vMwareCluster:VMwareCluster", "adminClusterMembership", *_MEMBER),
    Reference(
        "gcp:gkeonprem/vMwareNodePool:VMwareNodePool",
        "vmwareCluster",
        "gcp:gkeonprem/vMwareCluster:VMwareCluster",
        "projects/{project}/locations/{location}/vmwareClusters/{name}",
        Hold.GOES,
    ),
    Reference(
        "gcp:serviceaccount/iAMMember:IAMMember",
        "serviceAccountId",
        "gcp:serviceaccount/account:Account",
        "projects/{project}/serviceAccounts/{name}",
        Hold.GOES,
    ),
    Reference(
        "gcp:storage/bucketIAMMember:BucketIAMMember", "bucket", "gcp:storage/bucket:Bucket", "{name}", Hold.GOES
    ),
    Reference(
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
        "repository",
        "gcp:artifactregistry/repository:Repository",
        "projects/{project}/locations/{location}/repositories/{name}",
        Hold.GOES,
    ),
    Reference(
        "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject",
        "hostProject",
        "gcp:compute/sharedVPCHostProject:SharedVPCHostProject",
        "{name}",
    ),
)
_BY_SOURCE: Final[Mapping[str, tuple[Reference, ...]]] = {
    token: tuple(reference for reference in REFERENCES if reference.source == token)
    for token in {reference.source for reference in REFERENCES}
}
_BY_TARGET: Final[Mapping[str, tuple[Reference, ...]]] = {
    token: tuple(reference for reference in REFERENCES if reference.target == token)
    for token in {reference.target for reference in REFERENCES}
}


@rule("create")
def references_exist(case: Case) -> None:
    """Refuse a reference to what is not there."""
    for reference in _BY_SOURCE.get(case.type, ()):
        for found in names_at(case.inputs, reference.path):
            wanted = target_id(case, reference, found)
            if case.world.get(reference.target, wanted) is None and not _given(case, reference, wanted):
                raise ProviderError(_missing(case, reference, found, wanted))


@rule("update")
def new_references_exist(case: Case) -> None:
    """Ask the same of a change."""
    references_exist(case)


@rule("delete")
def nothing_refers(case: Case) -> None:
    """Refuse to delete what another object needs."""
    for reference, record in referring(case):
        if reference.hold is Hold.REFUSES:
            raise ProviderError(_in_use(case, record))


@rule("deleted")
def dependents_go(case: Case) -> None:
    """Remove what can not exist without the deleted object."""
    for reference, record in referring(case):
        if reference.hold is Hold.GOES and case.world.get(record.type, record.id) is not None:
            case.world.remove(record.type, record.id)


def referring(case: Case) -> list[tuple[Reference, Record]]:
    """Return each object that refers to the case's own."""
    found: list[tuple[Reference, Record]] = []
    for reference in _BY_TARGET.get(case.type, ()):
        for record in case.world.objects(reference.source):
            facts = case.facts.catalogue.resource(record.type)
            if facts is None:
                continue
            other = Case(case.world, facts, record.inputs, case.settings, "", id=record.id, old=record)
            if any(target_id(other, reference, name) == case.id for name in names_at(record.inputs, reference.path)):
                found.append((reference, record))
    return found


def target_id(case: Case, reference: Reference, name: str) -> str:
    """Return the id of what an input of `case` names."""
    plain = case.normal(name)
    if plain.startswith("projects/") and plain.count("/") > 1:
        return plain
    form = reference.form
    if form == "{name}":
        return plain
    places = {
        "name": last(plain),
        "project": case.project,
        "region": case.region,
        "location": case.location,
        "membershipLocation": case.text("membershipLocation") or "global",
        "router": last(case.text("router")),
    }
    return form.format(**places)


def names_at(value: Value, path: str) -> Iterator[str]:
    """Yield each text at `path`, where `[]` stands for every item of a list."""
    head, _, rest = path.partition(".")
    if not isinstance(value, Mapping):
        return
    inner = value.get(head.removesuffix("[]"))
    items = inner if head.endswith("[]") and isinstance(inner, list) else [inner]
    for item in items:
        if rest:
            yield from names_at(item, rest)
        elif isinstance(item, str) and item:
            yield item


def _given(case: Case, reference: Reference, wanted: str) -> bool:
    """Say whether the inventory has what the world does not hold as an object of its own."""
    if reference.target == _SECRET[0]:
        steps = wanted.split("/")
        return f"{steps[1]}/{steps[-1]}" in case.inventory.secrets
    if reference.target == "gcp:serviceaccount/account:Account":
        return last(wanted) in case.inventory.service_accounts
    # A subnetwork or network of a project that nobody described can not be judged.
    return False


def _missing(case: Case, reference: Reference, found: str, wanted: str) -> str:
    module = case.type.removeprefix("gcp:").partition("/")[0]
    if reference.path == "hostProject":
        return f"googleapi: Error 400: Project {wanted} is not a Shared VPC host project (XPN host)., badRequest"
    field = reference.path.replace("[]", "[0]")
    if module == "compute" and not case.kind.lower().endswith("iammember"):
        if reference.path in {"router", "firewallPolicy"} and case.type != "gcp:compute/vPNTunnel:VPNTunnel":
            return f"googleapi: Error 404: The resource '{wanted}' was not found, notFound"
        what = reference.target.rpartition(":")[2].lower()
        return (
            f"googleapi: Error 400: Invalid value for field 'resource.{field}': '{found}'. "
            f"The referenced {what} resource cannot be found., invalid"
        )
    if module == "container" and reference.path in {"network", "subnetwork"}:
        return f'googleapi: Error 400: {reference.path.capitalize()} "{wanted}" does not exist., badRequest'
    return f"googleapi: Error 404: Resource '{wanted}' was not found (field {field}: '{found}'), notFound"


def _in_use(case: Case, user: Record) -> str:
    words = {
        "gcp:dns/managedZone:ManagedZone": "googleapi: Error 400: The resource named "
        f"'{last(case.id)}' cannot be deleted because it contains one or more 'resource records'., containerNotEmpty",
        "gcp:compute/sharedVPCHostProject:SharedVPCHostProject": "googleapi: Error 400: Cannot disable project "
        f"{case.id} as a shared VPC host (XPN host) because it has active service projects ({user.id}).",
    }
    what = case.kind[0].lower() + case.kind[1:]
    usual = (
        f"googleapi: Error 400: The {what} resource '{case.id}' is already being used by '{user.id}', "
        "resourceInUseByAnotherResource"
    )
    return words.get(case.type, usual)
