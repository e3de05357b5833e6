"""Lookups of the gcp provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rehearsal.case import bare, last, part, sequence, text
from rehearsal.computed.clusters import CHANNELS
from rehearsal.computed.services import VERSION
from rehearsal.interception import ProviderError
from rehearsal.lookups.registry import Question, answers
from rehearsal.rules.projects import is_enabled
from rehearsal.values import Properties, Secret, Value
from rehearsal.world import Record

_NETWORK: Final = "gcp:compute/network:Network"
_SUBNET: Final = "gcp:compute/subnetwork:Subnetwork"
_PUBLIC_RANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "private-googleapis": ("199.36.153.8/30",),
    "restricted-googleapis": ("199.36.153.4/30",),
    "dns-forwarders": ("35.199.192.0/19",),
    "iap-forwarders": ("35.235.240.0/20",),
    "health-checkers": ("35.191.0.0/16", "130.211.0.0/22"),
}


@answers("gcp:organizations/getClientConfig:getClientConfig")
def client_config(question: Question) -> Properties:
    """Return the provider's own configuration; the token is worth nothing anywhere."""
    settings = {key: text(question.settings.get(key)) for key in ("project", "region", "zone")}
    return {
        **settings,
        "id": f"projects/{settings['project']}/regions/{settings['region']}/zones/{settings['zone']}",
        "accessToken": Secret("rehearsal"),
        "defaultLabels": {},
    }


@answers("gcp:organizations/getProject:getProject")
def project(question: Question) -> Properties:
    """Find a project of the inventory."""
    wanted = question.text("projectId") or text(question.settings.get("project"))
    inventory = question.world.inventory
    id_ = inventory.project_id(wanted.removeprefix("projects/"))
    if id_ is None:
        raise ProviderError(f"projects/{wanted.removeprefix('projects/')} not found or not in ACTIVE state")
    known = inventory.projects[id_]
    return {
        "id": f"projects/{id_}",
        "projectId": id_,
        "name": id_,
        "number": known.number,
        "folderId": known.folder.removeprefix("folders/"),
        "orgId": "" if known.folder else inventory.organisation,
        "autoCreateNetwork": False,
        "billingAccount": "",
        "effectiveLabels": {},
        "labels": {},
        "pulumiLabels": {},
        "tags": {},
    }


@answers("gcp:organizations/getOrganization:getOrganization")
def organization(question: Question) -> Properties:
    """Find the organisation of the inventory, by domain or number."""
    inventory = question.world.inventory
    asked = question.text("domain") or question.text("organization").removeprefix("organizations/")
    if asked not in {inventory.domain, inventory.organisation}:
        name = question.text("organization")
        raise ProviderError(f"organizations/{asked} not found" if name else f"Organization not found: {asked}")
    name = f"organizations/{inventory.organisation}"
    return {
        "id": name,
        "name": name,
        "orgId": inventory.organisation,
        "domain": inventory.domain,
        "lifecycleState": "ACTIVE",
        "createTime": question.world.now(),
        "directoryCustomerId": "C" + question.world.digest("customer")[:8],
    }


@answers("gcp:projects/getProjectService:getProjectService")
def project_service(question: Question) -> Properties:
    """Find an API that is on."""
    service = question.text("service")
    if not is_enabled(question.world, question.project, service):
        raise ProviderError(f"Project Service {question.project}/{service} not found")
    return {"id": f"{question.project}/{service}", "project": question.project, "service": service}


@answers("gcp:compute/getNetwork:getNetwork")
def network(question: Question) -> Properties:
    """Find a network, by name or self link."""
    id_ = _normal(question, question.text("selfLink")) or (
        f"projects/{question.project}/global/networks/{last(question.text('name'))}"
    )
    record = _found(question, _NETWORK, id_)
    subnets: list[Value] = [
        other.text("selfLink")
        for other in question.world.objects(_SUBNET)
        if _normal(question, other.text("network")) == record.id
    ]
    return {**_shown(question, record), "subnetworksSelfLinks": subnets}


@answers("gcp:compute/getSubnetwork:getSubnetwork")
def subnetwork(question: Question) -> Properties:
    """Find a subnetwork, by name or self link."""
    id_ = _normal(question, question.text("selfLink")) or (
        f"projects/{question.project}/regions/{question.place('region')}/subnetworks/{last(question.text('name'))}"
    )
    return _shown(question, _found(question, _SUBNET, id_))


@answers("gcp:compute/getZones:getZones")
def zones(question: Question) -> Properties:
    """Three zones a region, as most regions have."""
    region = question.place("region")
    names: list[Value] = [f"{region}-{letter}" for letter in ("b", "c", "d") if region == "europe-west1"] or [
        f"{region}-{letter}" for letter in ("a", "b", "c")
    ]
    return {"id": f"projects/{question.project}/regions/{region}", "names": names, "project": question.project}


@answers("gcp:compute/getNetblockIPRanges:getNetblockIPRanges")
def netblock_ranges(question: Question) -> Properties:
    """Google's documented ranges (https://cloud.google.com/vpc/docs/configure-private-google-access)."""
    kind = question.text("rangeType")
    if kind not in _PUBLIC_RANGES:
        raise ProviderError(f"the ranges '{kind}' are not simulated; simulated are: {', '.join(_PUBLIC_RANGES)}")
    found = list(_PUBLIC_RANGES[kind])
    return {"id": f"netblock-ip-ranges-{kind}", "cidrBlocks": found, "cidrBlocksIpv4s": found, "cidrBlocksIpv6s": []}


@answers("gcp:container/getEngineVersions:getEngineVersions")
def engine_versions(question: Question) -> Properties:
    """Say what each release channel gives."""
    channels = {name: version for name, version in CHANNELS.items() if name != "UNSPECIFIED"}
    prefix = question.text("versionPrefix")
    versions = sorted({version for version in channels.values() if version.startswith(prefix)}, reverse=True)
    return {
        "id": question.world.digest("versions")[:10],
        "project": question.project,
        "location": question.place("location"),
        "validMasterVersions": list(versions),
        "validNodeVersions": list(versions),
        "latestMasterVersion": versions[0] if versions else "",
        "latestNodeVersion": versions[0] if versions else "",
        "defaultClusterVersion": channels["REGULAR"],
        "releaseChannelDefaultVersion": dict(channels),
        "releaseChannelLatestVersion": dict(channels),
        "releaseChannelUpgradeTargetVersion": dict(channels),
    }


@answers("gcp:container/getCluster:getCluster")
def cluster(question: Question) -> Properties:
    """Find a GKE cluster."""
    id_ = f"projects/{question.project}/locations/{question.place('location')}/clusters/{question.text('name')}"
    return _shown(question, _found(question, "gcp:container/cluster:Cluster", id_))


@answers("gcp:gkehub/getMembership:getMembership")
def membership(question: Question) -> Properties:
    """Find a fleet membership."""
    id_ = (
        f"projects/{question.project}/locations/{question.text('location')}/memberships/{question.text('membershipId')}"
    )
    return _shown(question, _found(question, "gcp:gkehub/membership:Membership", id_))


@answers("gcp:gkehub/getFeature:getFeature")
def feature(question: Question) -> Properties:
    """Find a fleet feature."""
    id_ = f"projects/{question.project}/locations/{question.text('location')}/features/{question.text('name')}"
    return _shown(question, _found(question, "gcp:gkehub/feature:Feature", id_))


@answers("gcp:storage/getBucket:getBucket")
def bucket(question: Question) -> Properties:
    """Find a bucket."""
    return _shown(question, _found(question, "gcp:storage/bucket:Bucket", question.text("name")))


@answers("gcp:storage/getProjectServiceAccount:getProjectServiceAccount")
def storage_account(question: Question) -> Properties:
    """Return the storage service's agent in a project."""
    number = question.world.inventory.number(question.project)
    email = f"service-{number}@gs-project-accounts.iam.gserviceaccount.com"
    return {"id": email, "emailAddress": email, "member": f"serviceAccount:{email}", "project": question.project}


@answers(
    "gcp:secretmanager/getSecretVersion:getSecretVersion",
    "gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess",
)
def secret_version(question: Question) -> Properties:
    """Find a secret's version: what the program wrote, or, for a given secret, a text derived from its name."""
    secret = last(question.text("secret"))
    project_id = part(question.text("secret"), "projects") or question.project
    project_id = question.world.inventory.project_id(project_id) or project_id
    wanted = question.text("version") or "latest"
    number = question.world.inventory.number(project_id) or project_id
    made = [
        record
        for record in question.world.objects(VERSION)
        if record.outputs.get("secret") == f"projects/{project_id}/secrets/{secret}"
        and wanted in {"latest", record.text("version")}
    ]
    base = {
        "project": project_id,
        "secret": secret,
        "createTime": question.world.now(),
        "destroyTime": "",
        "enabled": True,
    }
    if made:
        newest = max(made, key=lambda record: int(record.text("version")))
        data = question.world.recall(newest.inputs.get("secretData"))
        if data is None:
            raise ProviderError(
                f"the data of {newest.id} was written by an earlier run: a world keeps only a fingerprint of a secret, "
                "so this lookup can not be rehearsed. List the secret in the inventory, or pass the value on as an "
                "output of the resource that made it"
            )
        version = newest.text("version")
    elif f"{project_id}/{secret}" in question.world.inventory.secrets and wanted in {"latest", "1"}:
        data, version = question.world.digest("secret", project_id, secret)[:40], "1"
    else:
        raise ProviderError(
            "error retrieving available secret manager secret versions: googleapi: Error 404: Secret "
            f"[projects/{number}/secrets/{secret}] not found or has no versions."
        )
    name = f"projects/{number}/secrets/{secret}/versions/{version}"
    return {**base, "id": name, "name": name, "version": version, "secretData": Secret(data)}


def _normal(question: Question, reference: str) -> str:
    steps = bare(reference).split("/")
    if len(steps) > 1 and steps[0] == "projects":
        steps[1] = question.world.inventory.project_id(steps[1]) or steps[1]
    return "/".join(steps)


def _found(question: Question, token: str, id_: str) -> Record:
    """Return the object with that id, or say that there is none as the provider's data sources do."""
    record = question.world.get(token, id_)
    if record is None:
        raise ProviderError(f"{id_} not found")
    return record


def _shown(question: Question, record: Record) -> Properties:
    """Return a record in the form of a lookup, where a block is a list of one under its plural."""
    found: Properties = {"id": record.id}
    for name in question.facts.outputs:
        if name in record.outputs:
            found[name] = record.outputs[name]
            continue
        single = next((form for form in _singulars(name) if form in record.outputs), None)
        if single is not None:
            value = record.outputs[single]
            found[name] = list(sequence(value)) if isinstance(value, list) else [value]
    return found


def _singulars(name: str) -> tuple[str, ...]:
    return (name.removesuffix("ies") + "y", name.removesuffix("es"), name.removesuffix("s"))
