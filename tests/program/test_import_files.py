"""The ids under which existing objects are imported, of everything that the program declares, in every environment.

Whether a real cloud knows an object by its id is not known here; the engine tier imports them from the simulated ones.
"""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any, Final, cast

import pytest

from model.runbooks.import_ids import FORMS, MADE_TWICE, Phase, Where, import_files
from operations.import_files import NotDeclaredError, held, read
from tests.program.programs import ENVIRONMENTS, recorded

WHERE: Final = Where("dc", "cl", "category")
NOT_IN_DOCSTRINGS: Final = {
    "gcp:serviceaccount/account:Account",
    "gcp:servicenetworking/connection:Connection",
    "gcp:storage/bucket:Bucket",
}
"""Kinds whose docstring has no form, or only that of a network's bare name. Theirs is in the section "Import" of
google_service_account, google_storage_bucket and google_service_networking_connection, below
https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/."""


def files(name: str, **options: Any) -> dict[Phase, dict[str, Any]]:
    declared = [read(cast("dict[str, Any]", each.as_json())) for each in recorded(name).resources]
    return import_files(declared, WHERE, **options)


def entries(name: str, **options: Any) -> list[dict[str, Any]]:
    return [each for content in files(name, **options).values() for each in content["resources"]]


def shape(form: str) -> str:
    """Return a form without the names of its parts."""
    return re.sub(r"\{+[^{}]*\}+", "{}", form.strip("/"))


@pytest.mark.parametrize("token", sorted(each for each in FORMS if each.startswith("gcp:")))
def test_the_form_of_an_id_is_one_that_the_provider_documents(token: str) -> None:
    if token in NOT_IN_DOCSTRINGS:
        return
    module, _, rest = token.removeprefix("gcp:").partition("/")
    own = getattr(
        importlib.import_module(f"pulumi_gcp.{module}"), rest.partition(":")[2][0].upper() + rest.partition(":")[2][1:]
    )
    text = (
        str(own.__init__.__doc__)
        + str(own.__doc__)
        + Path(str(importlib.import_module(own.__module__).__file__)).read_text()
    )
    documented = re.findall(rf"pulumi import {re.escape(token)} \S+ (\S+)", text) + re.findall(
        r"(?m)^ *\* `(\S+)`$", text
    )
    assert documented, token
    ours = FORMS[token][1]
    # What we know beforehand stands in ours as itself: a ring as its own form, the fleet's only name.
    ours = ours.replace("{ring}", "{key_ring}").replace("/servicenetworking-googleapis-com", "/{peering}")
    assert shape(ours) in {shape(each) for each in documented}, (ours, documented)


@pytest.mark.parametrize("name", ENVIRONMENTS)
class TestEveryEnvironment:
    """Files that `pulumi import` takes as they are."""

    def test_every_id_is_whole_and_no_two_objects_of_a_kind_have_the_same(self, name: str) -> None:
        found = [(each["type"], each["id"]) for each in entries(name) if "id" in each]
        assert len(found) > 40
        assert len(set(found)) == len(found)
        for kind, identity in found:
            assert identity
            assert "//" not in identity, (kind, identity)
            assert not identity.endswith("/"), (kind, identity)
            assert "unknown" not in identity, (kind, identity)

    def test_a_parent_is_in_an_earlier_file_or_in_the_same_one(self, name: str) -> None:
        seen: set[str] = set()
        for content in files(name).values():
            seen |= {each["name"] for each in content["resources"]}
            for each in content["resources"]:
                assert each.get("parent", each["name"]) in seen
                assert each["name"] in seen
                if "provider" in each:
                    assert content["nameTable"][each["provider"]] == each["provider"]

    def test_what_the_program_adopts_by_itself_is_in_no_file(self, name: str) -> None:
        adopted = {each.urn for each in recorded(name).resources if each.options.import_id}
        assert not adopted & {each["name"] for each in entries(name)}

    def test_an_object_of_a_cloud_has_a_form_is_made_twice_or_has_an_id_of_its_clouds_choice(self, name: str) -> None:
        chosen = {
            *("gcp:billing/budget:Budget", "gcp:monitoring/alertPolicy:AlertPolicy"),
            *(
                "gcp:monitoring/notificationChannel:NotificationChannel",
                "gcp:secretmanager/secretVersion:SecretVersion",
            ),
            *("gcp:tags/locationTagBinding:LocationTagBinding", "vsphere:index/contentLibrary:ContentLibrary"),
            *("vsphere:index/contentLibraryItem:ContentLibraryItem", "vsphere:index/virtualDisk:VirtualDisk"),
            "vsphere:index/virtualMachine:VirtualMachine",
        }
        for each in recorded(name).resources:
            if each.custom and each.type.startswith(("gcp:", "vsphere:")):
                assert each.type in {*FORMS, *MADE_TWICE, *chosen}, each.type

    def test_what_the_state_has_is_left_out_with_its_components(self, name: str) -> None:
        whole = entries(name)
        first = {each["name"] for each in files(name)[Phase.PROJECTS]["resources"]}
        rest = {each["name"] for each in entries(name, held=first)}
        assert rest == {each["name"] for each in whole} - first

    def test_a_single_object_comes_without_its_components(self, name: str) -> None:
        (only,) = entries(name, only=["network-vpc"])
        assert only["logicalName"] == "network-vpc"
        assert only["id"].endswith(f"/global/networks/varde-{name}")
        (content,) = files(name, only=["network-vpc"]).values()
        assert only["parent"] in content["nameTable"]


def test_a_state_that_is_no_export_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps({"deployment": {"resources": [{"urn": "a"}]}}))
    assert held(path) == {"a"}
    for text in ("[]", "{", '{"deployment": null}'):
        path.write_text(text)
        with pytest.raises(NotDeclaredError, match=r"state\.json is not what"):
            held(path)
