"""Computed outputs of projects, identities, secrets, keys, DNS, storage."""

from __future__ import annotations

from typing import Final

from rehearsal.case import Case, part
from rehearsal.computed.registry import computes, identifies
from rehearsal.values import Properties
from rehearsal.world import Index, World

_SECRET: Final = "gcp:secretmanager/secret:Secret"  # noqa: S105  a type token
VERSION: Final = "gcp:secretmanager/secretVersion:SecretVersion"
# The agent of a service, where its name is not `gcp-sa-` and the service (https://cloud.google.com/iam/docs/service-agents).
AGENTS: Final = {
    "container.googleapis.com": "container-engine-robot",
    "compute.googleapis.com": "compute-system",
    "servicenetworking.googleapis.com": "service-networking",
    "multiclusterservicediscovery.googleapis.com": "gcp-sa-mcsd",
    "mesh.googleapis.com": "gcp-sa-servicemesh",
    "meshconfig.googleapis.com": "gcp-sa-meshdataplane",
    "storage.googleapis.com": "gs-project-accounts",
}


_OF_SECRET: Final = Index(lambda record: (record.text("secret"),))


def agent_domain(service: str) -> str:
    """Return the name under `.iam.gserviceaccount.com` of a service's agents."""
    return AGENTS.get(service) or f"gcp-sa-{service.partition('.')[0]}"


@computes("gcp:projects/serviceIdentity:ServiceIdentity")
def service_identity(case: Case) -> Properties:
    """Return the service's agent in this project."""
    email = f"service-{case.number}@{agent_domain(case.text('service'))}.iam.gserviceaccount.com"
    return {"email": email, "member": f"serviceAccount:{email}"}


def account_email(case: Case) -> str:
    """Return a service account's address."""
    return f"{case.text('accountId')}@{case.project}.iam.gserviceaccount.com"


@identifies("gcp:serviceaccount/account:Account")
def account_id(case: Case) -> str:
    """By project and address."""
    return f"projects/{case.project}/serviceAccounts/{account_email(case)}"


@computes("gcp:serviceaccount/account:Account")
def account(case: Case) -> Properties:
    """Address, IAM member and number."""
    email = account_email(case)
    return {
        "email": email,
        "member": f"serviceAccount:{email}",
        "name": case.id,
        "uniqueId": "1" + case.world.number(case.type, case.id, digits=20),
    }


@computes(_SECRET)
def secret(case: Case) -> Properties:
    """Put the project's number into the name; the id has its id."""
    return {"name": f"projects/{case.number}/secrets/{case.text('secretId')}", "createTime": _precise(case)}


@identifies(VERSION)
def secret_version_id(case: Case) -> str:
    """Versions count from 1 and are never used again."""
    parent = case.normal(case.text("secret"))
    name = parent.rpartition("/")[2]
    project = case.number_of(part(parent, "projects") or case.project)
    return f"projects/{project}/secrets/{name}/versions/{_next_version(case.world, parent)}"


def _next_version(world: World, parent: str) -> int:
    made = world.found(_OF_SECRET, VERSION, parent)
    return 1 + max((int(record.text("version") or 0) for record in made), default=0)


@computes(VERSION)
def secret_version(case: Case) -> Properties:
    """Numbered, and enabled from the start."""
    return {
        "name": case.id,
        "version": case.id.rpartition("/")[2],
        "secret": case.normal(case.text("secret")),
        "createTime": _precise(case),
        "destroyTime": "",
        "enabled": True,
    }


@computes("gcp:kms/cryptoKey:CryptoKey")
def crypto_key(case: Case) -> Properties:
    """Make the first version the primary one."""
    return {
        "primaries": [{"name": f"{case.id}/cryptoKeyVersions/1", "state": "ENABLED"}],
        "destroyScheduledDuration": "2592000s",
        "versionTemplate": {"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protectionLevel": "SOFTWARE"},
        "purpose": "ENCRYPT_DECRYPT",
    }


@computes("gcp:dns/managedZone:ManagedZone")
def managed_zone(case: Case) -> Properties:
    """Public zones get four name servers; private ones the internal one."""
    letter = "abcde"[int(case.world.digest(case.id), 16) % 5]
    public = [f"ns-cloud-{letter}{number}.googledomains.com." for number in range(1, 5)]
    private = case.text("visibility") == "private"
    return {
        "managedZoneId": int(case.world.number(case.type, case.id, digits=15)),
        "nameServers": ["ns-gcp-private.googledomains.com."] if private else public,
        "creationTime": _precise(case),
        "visibility": "public",
        "description": "Managed by Pulumi",
    }


@computes("gcp:storage/bucket:Bucket")
def bucket(case: Case) -> Properties:
    """Links in the storage API's own form."""
    return {
        "selfLink": f"https://www.googleapis.com/storage/v1/b/{case.text('name')}",
        "url": f"gs://{case.text('name')}",
        "projectNumber": int(case.number),
        "timeCreated": _precise(case),
        "updated": case.world.now().replace("Z", ".000Z"),
        "publicAccessPrevention": "inherited",
        "rpo": "DEFAULT",
        "softDeletePolicy": {"retentionDurationSeconds": 604800},
        "storageClass": "STANDARD",
    }


@computes("gcp:artifactregistry/repository:Repository")
def repository(case: Case) -> Properties:
    """Where images are pulled from."""
    form = case.text("format").lower()
    return {
        "name": case.text("repositoryId"),
        "createTime": _precise(case),
        "registryUri": f"{case.location}-{form}.pkg.dev/{case.project}/{case.text('repositoryId')}",
    }


def _precise(case: Case) -> str:
    return case.now().replace("Z", ".000000Z")
