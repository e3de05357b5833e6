"""The id that the gcp provider gives an object."""

from __future__ import annotations

import re
from typing import Final

from rehearsal.case import Case, bare, last, text
from rehearsal.computed.formats import id_formats
from rehearsal.computed.registry import identity
from rehearsal.values import Value

_PLACE: Final = re.compile(r"\{\{([^{}]+)\}?\}")
_IAM: Final = re.compile(r"I[aA][mM](Member|Binding|Policy)$|IAM(Member|Binding|Policy)$")
# The documented import format names the resource differently from the id that the provider keeps.
_FORMATS: Final = {
    "gcp:compute/routerInterface:RouterInterface": "{{region}}/{{router}}/{{name}}",
    "gcp:compute/networkPeering:NetworkPeering": "{{network}}/{{name}}",
    "gcp:compute/sharedVPCHostProject:SharedVPCHostProject": "{{project}}",
    "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject": "{{host_project}}/{{service_project}}",
    "gcp:container/cluster:Cluster": "projects/{{project}}/locations/{{location}}/clusters/{{name}}",
    "gcp:dns/recordSet:RecordSet": "projects/{{project}}/managedZones/{{managed_zone}}/rrsets/{{name}}/{{type}}",
    "gcp:projects/service:Service": "{{project}}/{{service}}",
    "gcp:projects/serviceIdentity:ServiceIdentity": "projects/{{project}}/services/{{service}}",
    "gcp:projects/iAMCustomRole:IAMCustomRole": "projects/{{project}}/roles/{{role_id}}",
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": "{{project}}/audit_config/{{service}}",
    "gcp:organizations/iamAuditConfig:IamAuditConfig": "{{org_id}}/audit_config/{{service}}",
    "gcp:folder/iamAuditConfig:IamAuditConfig": "{{folder}}/audit_config/{{service}}",
    "gcp:storage/bucket:Bucket": "{{name}}",
}
# What an IAM binding hangs on, where the documentation of its import does not say it as a format.
_IAM_TARGETS: Final = {
    "gcp:projects": "{{project}}",
    "gcp:folder": "{{folder}}",
    "gcp:organizations": "{{org_id}}",
    "gcp:serviceaccount": "{{service_account_id}}",
    "gcp:storage": "b/{{bucket}}",
}


def gcp_id(case: Case) -> str:
    """Return the id of the object that `case` describes, in the provider's format."""
    own = identity(case.type)
    if own is not None:
        return own(case)
    if _IAM.search(case.kind):
        return _iam_id(case)
    template = _FORMATS.get(case.type) or id_formats().get(case.type)
    if template is None:
        return f"{case.project}/{case.text('name') or case.name}"
    return _filled(template, case)


def _iam_id(case: Case) -> str:
    module = case.type.partition("/")[0]
    template = _IAM_TARGETS.get(module) or id_formats().get(case.type)
    if case.text("cryptoKeyId") or case.text("keyRingId"):
        template = "{{crypto_key_id}}" if case.text("cryptoKeyId") else "{{key_ring_id}}"
    target = _filled(template or "{{project}}", case)
    steps = [target, case.text("role"), case.text("member"), text(case.block("condition").get("title"))]
    return "/".join(step for step in steps if step)


def _filled(template: str, case: Case) -> str:
    whole = template == "{{name}}" or "/" not in template

    def fill(match: re.Match[str]) -> str:
        field = match[1].strip()
        if field.startswith("project") and field in {"project", "project_id"}:
            return case.project
        value = _input(case, _camel(field))
        if not value:
            value = _fallback(field, case)
        # A reference to a parent may be its name or its link; at the start of a format the link itself is meant.
        return bare(value) if whole or match.start() == 0 else last(value)

    return _PLACE.sub(fill, template)


def _input(case: Case, field: str) -> str:
    value: Value = case.inputs.get(field)
    return str(value) if isinstance(value, (str, int)) else ""


def _fallback(field: str, case: Case) -> str:
    if field == "region":
        return case.region
    if field in {"location", "zone"}:
        return case.location
    if field == "name":
        # The API chooses the name: a number that nothing else has.
        return case.world.number(case.type, case.project, case.name, case.world.now())
    return _input(case, "name") or case.world.number(case.type, case.name, field, case.world.now())


def _camel(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(word.capitalize() for word in rest)
