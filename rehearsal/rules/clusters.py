"""Clusters, their fleet and the Shared VPC under them."""

from __future__ import annotations

from typing import Final

from rehearsal.case import Case, bare, last, mapping, part, sequence, text
from rehearsal.computed.clusters import (
    ADMIN,
    ATTACHED,
    BARE_METAL,
    BARE_METAL_ADMIN,
    GKE,
    ON_PREM_POOL,
    USER,
    cluster_link,
)
from rehearsal.computed.other_clusters import membership_of
from rehearsal.interception import ProviderError
from rehearsal.rules.projects import require_api
from rehearsal.rules.registry import rule
from rehearsal.world import Record

MEMBERSHIP: Final = "gcp:gkehub/membership:Membership"
FEATURE: Final = "gcp:gkehub/feature:Feature"
_HOST: Final = "gcp:compute/sharedVPCHostProject:SharedVPCHostProject"
_ATTACHED: Final = "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject"
_PROJECT_MEMBER: Final = "gcp:projects/iAMMember:IAMMember"
_SUBNET_MEMBER: Final = "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember"
# https://cloud.google.com/kubernetes-engine/fleet-management/docs: the features that a fleet can be given.
_FEATURES: Final = frozenset(
    {
        "appdevexperience", "authorizer", "cloudbuild", "clusterupgrade", "configmanagement", "dataplanev2",
        "fleetobservability", "helloworld", "identityservice", "metering", "multiclusteringress",
        "multiclusterservicediscovery", "namespaceactuation", "policycontroller", "rbacrolebindingactuation",
        "servicedirectory", "servicemesh", "workloadcertificate", "workloadidentity",
    }
)  # fmt: skip


# Shared VPC (C50, C51, C53; https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc)


@rule("create", GKE)
def shared_network_is_prepared(case: Case) -> None:
    """Ask of a cluster in another project's network that both are joined and the agents have their roles."""
    host = part(case.normal(case.text("network")), "projects")
    if not host or host == case.project:
        return
    if case.world.get(_HOST, host) is None or case.world.get(_ATTACHED, f"{host}/{case.project}") is None:
        raise ProviderError(
            f"googleapi: Error 400: Project {case.project} is not a service project of the Shared VPC host project "
            f"{host}. Attach it before creating a cluster in the host project's network., badRequest"
        )
    require_api(case, host, "container", "Kubernetes Engine API")
    agent = f"serviceAccount:service-{case.number}@container-engine-robot.iam.gserviceaccount.com"
    if not _granted(case, host, "roles/container.hostServiceAgentUser", agent):
        raise ProviderError(
            f"googleapi: Error 403: Google Compute Engine: The service account {agent.partition(':')[2]} is missing "
            f"role 'roles/container.hostServiceAgentUser' on host project {host}., forbidden"
        )
    subnet = case.normal(case.text("subnetwork"))
    for member in (agent, f"serviceAccount:{case.number}@cloudservices.gserviceaccount.com"):
        on_subnet = case.world.get(_SUBNET_MEMBER, f"{subnet}/roles/compute.networkUser/{member}")
        if on_subnet is None and not _granted(case, host, "roles/compute.networkUser", member):
            raise ProviderError(
                "googleapi: Error 403: Google Compute Engine: Required 'compute.subnetworks.use' permission for "
                f"'{subnet}' ({member.partition(':')[2]} has no role 'roles/compute.networkUser' there)., forbidden"
            )


def _granted(case: Case, project: str, role: str, member: str) -> bool:
    return case.world.get(_PROJECT_MEMBER, f"{project}/{role}/{member}") is not None


@rule("create", GKE)
def secondary_ranges_exist(case: Case) -> None:
    """Ask that pod and service ranges are secondary ranges of the cluster's own subnetwork."""
    policy = case.block("ipAllocationPolicy")
    subnet = case.world.get("gcp:compute/subnetwork:Subnetwork", case.normal(case.text("subnetwork")))
    if subnet is None:
        return
    known = [text(mapping(item).get("rangeName")) for item in sequence(subnet.outputs.get("secondaryIpRanges"))]
    for field in ("clusterSecondaryRangeName", "servicesSecondaryRangeName"):
        name = text(policy.get(field))
        if name and name not in known:
            raise ProviderError(
                f'googleapi: Error 400: Secondary range "{name}" does not exist in subnetwork "{last(subnet.id)}" '
                f"(there are: {', '.join(known) or 'none'})., badRequest"
            )


@rule("create", GKE, "gcp:container/nodePool:NodePool")
def node_account_exists(case: Case) -> None:
    """Ask that the nodes' service account exists."""
    email = text(case.block("nodeConfig").get("serviceAccount"))
    project = email.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
    if not email or email == "default" or email in case.inventory.service_accounts or "@developer." in email:
        return
    if case.world.get("gcp:serviceaccount/account:Account", f"projects/{project}/serviceAccounts/{email}") is None:
        raise ProviderError(f'googleapi: Error 400: Service account "{email}" does not exist., badRequest')


@rule("delete", GKE)
def deletion_is_allowed(case: Case) -> None:
    """Heed the provider's own protection; on unless the program turned it off (field `deletionProtection`)."""
    if case.inputs.get("deletionProtection") is not False:
        raise ProviderError(
            "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with "
            "instance deletion."
        )


# Fleet


@rule("create", GKE, USER, ADMIN, BARE_METAL, BARE_METAL_ADMIN, ATTACHED)
def membership_is_free(case: Case) -> None:
    """Ask that the name of the membership, which the cluster registers itself, is free."""
    id_ = _own_membership(case)
    if id_ and case.world.get(MEMBERSHIP, id_) is not None:
        raise ProviderError(f"googleapi: Error 409: Resource '{id_}' already exists, alreadyExists")


@rule("created", GKE, USER, ADMIN, BARE_METAL, BARE_METAL_ADMIN, ATTACHED)
def register(case: Case) -> None:
    """Register the cluster: always for GKE on VMware, for GKE where it names a fleet."""
    id_ = _own_membership(case)
    if not id_ or case.world.get(MEMBERSHIP, id_) is not None:
        return
    kind = {GKE: "gkeCluster", ATTACHED: "multiCloudCluster"}.get(case.type, "onPremCluster")
    inputs = {
        "membershipId": last(id_),
        "location": part(id_, "locations"),
        "project": part(id_, "projects"),
        "endpoint": {kind: {"resourceLink": cluster_link(case)}},
    }
    case.world.put(Record(MEMBERSHIP, id_, dict(inputs), {**inputs, "name": id_}))


@rule("updated", GKE)
def register_later(case: Case) -> None:
    """Register a cluster that a change names a fleet for."""
    register(case)


@rule("deleted", GKE, USER, ADMIN, BARE_METAL, BARE_METAL_ADMIN, ATTACHED)
def unregister(case: Case) -> None:
    """Take the cluster out of its fleet, and with it all that ran in it."""
    id_ = _own_membership(case)
    if id_ and case.world.get(MEMBERSHIP, id_) is not None:
        case.world.remove(MEMBERSHIP, id_)
    # An attached cluster is somebody else's: it only leaves the fleet, and what runs in it stays (E42).
    for record in () if case.type == ATTACHED else case.world.all():
        if record.place == case.id:
            case.world.remove(record.type, record.id, place=record.place)


@rule("delete", ADMIN)
def user_clusters_are_gone(case: Case) -> None:
    """Refuse to unenrol an admin cluster that manages user clusters."""
    for record in case.world.objects(USER):
        if last(record.text("adminClusterMembership")) == last(case.id):
            raise ProviderError(
                f"googleapi: Error 400: Admin cluster {case.id} still manages user cluster {record.id}., "
                "failedPrecondition"
            )


@rule("create", MEMBERSHIP)
def cluster_is_free(case: Case) -> None:
    """Ask that a membership's GKE cluster exists and is in no fleet yet (E2)."""
    link = text(mapping(case.block("endpoint").get("gkeCluster")).get("resourceLink"))
    if not link:
        return
    cluster = case.normal(link)
    if case.world.get(GKE, cluster) is None:
        raise ProviderError(f"googleapi: Error 400: GKE cluster '{cluster}' was not found., badRequest")
    for record in case.world.objects(MEMBERSHIP):
        held = text(mapping(mapping(record.outputs.get("endpoint")).get("gkeCluster")).get("resourceLink"))
        if held and case.normal(held) == cluster:
            raise ProviderError(
                f"googleapi: Error 409: Cluster '{bare(link)}' is already registered as membership '{record.id}', "
                "alreadyExists"
            )


@rule("create", MEMBERSHIP)
def membership_is_beside_its_cluster(case: Case) -> None:
    """Ask that a membership is in its GKE cluster's region, or `global` (E3).

    https://docs.cloud.google.com/kubernetes-engine/fleet-management/docs/register/gke: membership location.
    """
    link = text(mapping(case.block("endpoint").get("gkeCluster")).get("resourceLink"))
    region = _region(part(case.normal(link), "locations"))
    if region and case.location not in {region, "global"}:
        raise ProviderError(
            f"googleapi: Error 400: Membership location '{case.location}' is not allowed for cluster "
            f"'{case.normal(link)}': it must be '{region}' or 'global'., badRequest"
        )


@rule("update", GKE)
def cluster_joins_one_fleet(case: Case) -> None:
    """Refuse to enter a cluster into a fleet that it is in already under another name (E2)."""
    own = _own_membership(case)
    for record in case.world.objects(MEMBERSHIP):
        held = text(mapping(mapping(record.outputs.get("endpoint")).get("gkeCluster")).get("resourceLink"))
        if own and held and case.normal(held) == case.id and record.id != own:
            raise ProviderError(
                f"googleapi: Error 409: Cluster '{case.id}' is already registered as membership '{record.id}', "
                "alreadyExists"
            )


@rule("delete", "gcp:gkehub/fleet:Fleet")
def fleet_is_empty(case: Case) -> None:
    """Refuse to delete a fleet that has members."""
    project = part(case.id, "projects")
    members = [m for m in case.world.objects(MEMBERSHIP) if part(m.id, "projects") == project]
    if members:
        raise ProviderError(
            f"googleapi: Error 400: Fleet {case.id} has {len(members)} membership(s), among them {members[0].id}; "
            "delete them first., failedPrecondition"
        )


@rule("create", FEATURE)
def feature_is_known(case: Case) -> None:
    """Ask for one of the known names, in `global` (E5)."""
    if case.text("name") not in _FEATURES:
        raise ProviderError(
            f"googleapi: Error 400: Feature name '{case.text('name')}' is not known. Known features: "
            f"{', '.join(sorted(_FEATURES))}., badRequest"
        )
    if case.text("location") != "global":
        raise ProviderError(
            f"googleapi: Error 400: Invalid location '{case.text('location')}' for feature '{case.text('name')}': "
            "fleet features exist in 'global' only., badRequest"
        )


@rule("create", ON_PREM_POOL)
def pool_is_not_newer(case: Case) -> None:
    """Refuse a pool that is newer than its cluster."""
    wanted = case.text("onPremVersion")
    cluster_id = f"projects/{case.project}/locations/{case.location}/vmwareClusters/{last(case.text('vmwareCluster'))}"
    parent = case.world.get(USER, cluster_id)
    if wanted and parent is not None and _ordered(wanted) > _ordered(parent.text("onPremVersion")):
        raise ProviderError(
            f"googleapi: Error 400: Node pool version {wanted} is newer than its cluster's "
            f"{parent.text('onPremVersion')}., badRequest"
        )


def _own_membership(case: Case) -> str:
    name = case.text("name") or last(case.id)
    if case.type == ATTACHED:
        return membership_of(case)
    if case.type != GKE:
        return f"projects/{case.project}/locations/{case.location}/memberships/{name}"
    project = text(case.block("fleet").get("project"))
    if not project:
        return ""
    location = _region(case.location)
    known = case.inventory.project_id(project.removeprefix("projects/")) or project.removeprefix("projects/")
    return f"projects/{known}/locations/{location}/memberships/{name}"


def _region(location: str) -> str:
    return location if location.count("-") == 1 else location.rpartition("-")[0]


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(step) for step in version.replace("-gke", "").split(".") if step.isdigit())
