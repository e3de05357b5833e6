"""What a recorded program grants, in the terms of the report: who, what, on what, and on which terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

from operations.record import Recorded, Recording, Value
from operations.record.values import Unknown
from tests.program.programs import items, text

Granted: TypeAlias = "tuple[str, str, str, str | None, str]"
"""Principal, role, resource, namespace, and the terms: a condition, or an entitlement with its approvals."""

RESOURCES = {
    "gcp:projects/iAMMember:IAMMember": "project",
    "gcp:billing/accountIamMember:AccountIamMember": "billingAccountId",
    "gcp:storage/bucketIAMMember:BucketIAMMember": "bucket",
    "gcp:serviceaccount/iAMMember:IAMMember": "serviceAccountId",
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": "repository",
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": "cryptoKeyId",
    "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember": "subnetwork",
    "gcp:gkehub/scopeIamMember:ScopeIamMember": "scopeId",
}
"""Every kind of additive grant that the program makes, and the input that says on what."""
NAMES = {
    "gcp:serviceaccount/account:Account": "accountId",
    "gcp:artifactregistry/repository:Repository": "repositoryId",
    "gcp:kms/cryptoKey:CryptoKey": "name",
}
"""The input that names what a grant is on, where the grant itself has only an output of it."""


def granted(recording: Recording) -> Iterator[Granted]:
    """Give every grant of a recording: IAM members, role bindings and entitlements."""
    by_urn = {each.urn: each for each in recording.resources}
    for each in recording.resources:
        kind = each.type.lower()
        if kind.endswith(("iammember", "iambinding", "iampolicy")):
            role, member, resource = text(each, "role"), _known(each, "member", by_urn), RESOURCES[each.type]
            yield member, role, _known(each, resource, by_urn), None, _condition(each)
        elif kind.endswith(":entitlement"):
            yield from _entitlement(each)
        elif kind.endswith((":rolebinding", ":clusterrolebinding")):
            yield _binding(each, by_urn)


def _known(each: Recorded, name: str, by_urn: Mapping[str, Recorded]) -> str:
    """Return an input, or what it will be once the thing that it is an output of is there."""
    value = each.inputs[name]
    if not isinstance(value, Unknown):
        assert isinstance(value, str)
        return value
    (urn,) = each.sources[name]
    source = by_urn[urn]
    made = text(source, NAMES[source.type])
    if source.type != "gcp:serviceaccount/account:Account":
        return made
    address = f"{made}@{text(source, 'project')}.iam.gserviceaccount.com"
    return f"serviceAccount:{address}" if name == "member" else address


def _condition(each: Recorded) -> str:
    return text(each, "condition.expression") if "condition" in each.inputs else ""


def _entitlement(each: Recorded) -> Iterator[Granted]:
    levels: list[str] = []
    if "approvalWorkflow" in each.inputs:
        for step in items(each, "approvalWorkflow.manualApprovals.steps"):
            (approvers,) = objects(step["approvers"])
            levels.append("|".join(sorted(texts(approvers["principals"]))))
    terms = f"{text(each, 'entitlementId')} {text(each, 'maxRequestDuration')} {'; '.join(levels)}"
    for eligible in items(each, "eligibleUsers"):
        for principal in texts(eligible["principals"]):
            for binding in items(each, "privilegedAccess.gcpIamAccess.roleBindings"):
                project = text(each, "parent").removeprefix("projects/")
                yield principal, str(binding["role"]), project, None, terms


def texts(value: Value) -> tuple[str, ...]:
    """Return a list of texts."""
    assert isinstance(value, tuple)
    return tuple(str(each) for each in cast("tuple[Value, ...]", value))


def objects(value: Value) -> tuple[Mapping[str, Value], ...]:
    """Return a list of objects; of one object, it alone."""
    several = (value,) if isinstance(value, Mapping) else value
    assert isinstance(several, tuple)
    return tuple(cast("Mapping[str, Value]", each) for each in several)


def _binding(each: Recorded, by_urn: Mapping[str, Recorded]) -> Granted:
    (subject,) = items(each, "subjects")
    assert each.parent is not None
    cluster = by_urn[each.parent].name
    metadata = each.inputs["metadata"]
    assert isinstance(metadata, Mapping)
    namespace = metadata.get("namespace")
    prefix = {"Group": "group:", "User": "serviceAccount:"}.get(str(subject["kind"]))
    who = f"{prefix}{subject['name']}" if prefix else f"{subject['namespace']}/{subject['name']}"
    return who, text(each, "roleRef.name"), cluster, str(namespace) if namespace else None, ""
