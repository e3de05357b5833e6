"""What refers to what: references must exist, and what is referred to can not go first.

One table serves both ways. A reference may be an id, a self link or a bare name; a bare name means the same project and
region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rehearsal.case import Case, last
from rehearsal.interception import ProviderError
from rehearsal.rules.reference_table import REFERENCES, SECRET, Hold, Reference
from rehearsal.rules.registry import rule
from rehearsal.values import Value
from rehearsal.world import Record
from rehearsal.world.index import MENTIONS

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
        for record in case.world.found(MENTIONS, reference.source, last(case.id)):
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
    if reference.target == SECRET:
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
