"""A change of one team's file touches that team's resources and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

import pytest
import yaml

from operations.record import Recorded, Recording
from tests.model.cases import ROOT, edited
from tests.program.granted import granted
from tests.program.programs import recorded_with

STIER: Final = "stacks/teams/stier.yaml"
GROUP: Final = "varde-team-stier@fjellverket.example"
OWN: Final = ("stier", "stiportal", "ruteplan", "turkart")
"""What stands in the names of the team's own resources, before the edit and after it."""
KEPT: Final = {"slug", "groups.state"}
"""The file's own name; and what takes everything away, which has a case of its own."""
OTHER: Final[Mapping[str, object]] = {
    "criticality": "24x7",
    "data_class": "internal",
    "owner_group": "varde-role-skred-leder@fjellverket.example",
    "groups.google": "varde-team-stier-to@fjellverket.example",
    "groups.entra_object_id": "00000000-0000-4000-8000-000000000099",
    "prefixes": ["stiportal", "turkart"],
    "extra_manifest_repos": [{"name": "kart", "repo": "fjellverket/stier-kart"}],
    "github.repositories": ["fjellverket/stier-ny"],
    "environments.dev.clusters": ["gcp1-dev"],
    "environments.test.clusters": ["gcp1-test"],
    "environments.prod.clusters": ["onp1-prod"],
    "environments.dev.rbac": "view",
    "environments.test.rbac": "view",
    "environments.prod.rbac": "edit",
    "deploy.roles": ["roles/pubsub.admin"],
    "deploy.cluster_roles": ["roles/gkehub.viewer"],
    "review_by": "2028-01-31",
}
"""What is written in place of a value; other texts, numbers and switches are changed by what they are."""


def leaves(data: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Give every value of a file that is no mapping, with the way to it."""
    if isinstance(data, dict):
        for key, value in cast("dict[str, object]", data).items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    else:
        yield path, data


def changed(data: object, path: str = "") -> object:
    """Return the content of a file with every value another one."""
    if path in KEPT or path in OTHER:
        return OTHER.get(path, data)
    match data:
        case dict():
            entries = cast("dict[str, object]", data)
            return {key: changed(value, f"{path}.{key}" if path else key) for key, value in entries.items()}
        case bool():
            return not data
        case int():
            return data + 1
        case list():
            return [["varde-role-vaktleder@fjellverket.example"]]
        case _:
            return other_text(str(data), path)


def other_text(text: str, path: str) -> str:
    """Return another text of the same form: a duration, a number in quotes, an address, or any."""
    if path.endswith(".max"):
        return "3h"
    if text.isdigit():
        return f"{int(text) + 5}"
    return text.replace("@", "2@") if "@" in text else f"{text}2"


@pytest.fixture(scope="module")
def edit() -> dict[str, str]:
    """Return the team's file with every field changed."""
    loader = yaml.BaseLoader
    before: object = yaml.load((ROOT / STIER).read_text(encoding="utf-8"), loader)  # noqa: S506  texts alone, no tags
    typed: object = yaml.safe_load((ROOT / STIER).read_text(encoding="utf-8"))
    after = changed(typed)
    text = yaml.safe_dump(after, sort_keys=False, allow_unicode=True)
    again = dict(leaves(yaml.load(text, loader)))  # noqa: S506  texts alone, no tags
    same = {path for path, value in leaves(before) if again.get(path) == value}
    assert same == KEPT, "every field is edited"
    return {STIER: text}


def inputs(recording: Recording) -> dict[str, Recorded]:
    """Return resources by URN without what they wait for: an order that changes is no step of the engine's."""
    every = recording.resources
    return {each.urn: replace(each, options=replace(each.options, depends_on=())) for each in every}


def others(before: Recording, after: Recording) -> list[str]:
    """Return the URNs that differ and are not the team's by their name."""
    old, new = inputs(before), inputs(after)
    touched = sorted(urn for urn in old.keys() | new.keys() if old.get(urn) != new.get(urn))
    assert len(touched) > 10
    return [urn for urn in touched if not any(own in urn.rsplit("::", 1)[-1] for own in OWN)]


def test_an_edit_of_every_field_of_a_teams_file_touches_only_that_teams_resources(edit: Mapping[str, str]) -> None:
    assert others(recorded_with("prod"), recorded_with("prod", edit)) == []


def test_a_group_that_waits_gets_nothing_and_the_team_keeps_its_place() -> None:
    waiting = edited(STIER, {"  state: active": "  state: pending\n  pending_since: 2026-10-30"})
    before, after = recorded_with("prod"), recorded_with("prod", waiting)
    assert others(before, after) == []
    assert GROUP in {principal.removeprefix("group:") for principal, *_ in granted(before)}
    assert GROUP not in {principal.removeprefix("group:") for principal, *_ in granted(after)}
    kept = {each.name for each in after.resources if each.type.endswith(":Namespace")}
    assert kept == {each.name for each in before.resources if each.type.endswith(":Namespace")}
