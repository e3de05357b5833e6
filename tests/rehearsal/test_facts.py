"""The facts about the providers: complete, consistent, quick to load."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path
from typing import cast

import pytest

from rehearsal.checking.formats import FORMATS, NUMBER_FORMATS
from rehearsal.facts import Catalogue, ConstraintError, ResourceFacts, UnknownProviderError
from rehearsal.facts import constraints as kept_by_hand
from rehearsal.facts.constraints import FILES, Group
from rehearsal.facts.generate import Generator, main, render
from rehearsal.facts.sdk import Sdk
from rehearsal.facts.shapes import FieldFacts, TypeSpec, parse_field
from tests.rehearsal.sdk_classes import classes, resource_tokens, uses, uses_in

PROVIDERS = ("gcp", "vsphere")
NO_FIELDS: Mapping[str, FieldFacts] = {}
ROOT = Path(__file__).resolve().parents[2]


def cluster() -> ResourceFacts:
    facts = Catalogue.load("gcp").resource("gcp:container/cluster:Cluster")
    assert facts is not None
    return facts


def test_a_notation_is_read_with_its_nesting_and_its_flags() -> None:
    assert parse_field("![{compute/Thing") == FieldFacts(
        TypeSpec("list", items=TypeSpec("object", ref="compute/Thing")), replaces=True
    )
    assert parse_field("$<s") == FieldFacts(TypeSpec("map", items=TypeSpec("string")), secret=True)


@pytest.mark.parametrize("notation", ["", "x", "si", "{", "[", "!"])
def test_a_notation_that_nobody_writes_is_refused(notation: str) -> None:
    with pytest.raises(ValueError, match="unknown type notation"):
        parse_field(notation)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_type_that_a_field_refers_to_is_described(provider: str) -> None:
    catalogue = Catalogue.load(provider)
    seen: set[str] = set()
    for token in catalogue.tokens:
        facts = catalogue.resource(token)
        assert facts is not None
        waiting = [*facts.inputs.values(), *facts.outputs.values()]
        while waiting:
            body = facts.object(waiting.pop().type)
            if body is None:
                continue
            name = next(key for key, value in catalogue._objects.items() if value is body)
            if name not in seen:
                seen.add(name)
                waiting += body.fields.values()
    assert len(seen) > 50


@pytest.mark.parametrize("provider", PROVIDERS)
def test_required_inputs_and_constant_outputs_are_fields(provider: str) -> None:
    catalogue = Catalogue.load(provider)
    for token in catalogue.tokens:
        facts = catalogue.resource(token)
        assert facts is not None
        assert facts.required <= set(facts.inputs), token
        assert facts.always <= set(facts.outputs), token


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_plugin_reports_the_version_of_the_installed_sdk(provider: str) -> None:
    assert Catalogue.load(provider).version == version(f"pulumi-{provider}")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_facts_were_made_with_the_installed_sdk(provider: str) -> None:
    facts = json.loads((ROOT / "rehearsal" / "facts" / "data" / f"{provider}.json").read_text(encoding="utf-8"))
    assert facts["sdk"] == version(f"pulumi-{provider}"), "make the facts again: python -m rehearsal.facts.generate"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("container", "NodePool"),
        ("container", "Cluster"),
        ("compute", "ServiceAttachment"),
        ("compute", "RegionBackendService"),
        ("gkehub", "Fleet"),
        ("networkconnectivity", "Hub"),
        ("projects", "ApiKey"),
        ("secretmanager", "Secret"),
        ("secretmanager", "RegionalSecret"),
        ("gkeonprem", "VMwareCluster"),
    ],
)
def test_every_input_of_an_sdk_class_is_known(module: str, name: str) -> None:
    known = Sdk("gcp").inputs(module, name)
    assert known
    token = classes("pulumi_gcp")[f"pulumi_gcp.{module}.{name}"]
    facts = Catalogue.load("gcp").resource(token)
    assert facts is not None
    assert set(known) <= set(facts.inputs)
    assert {key for key, field in known.items() if field.required} <= facts.required


def test_a_provider_without_facts_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(UnknownProviderError, match=r"'aws'.*gcp, vsphere.*facts\.generate"):
        Catalogue.load("aws")


def test_a_type_that_the_provider_does_not_have_is_none() -> None:
    catalogue = Catalogue.load("gcp")
    assert catalogue.resource("gcp:compute/netwrok:Netwrok") is None
    assert catalogue.function("gcp:compute/getNetwrok:getNetwrok") is None


def test_a_lookup_knows_what_it_takes_and_what_it_gives() -> None:
    facts = Catalogue.load("gcp").function("gcp:organizations/getProject:getProject")
    assert facts is not None
    assert facts.inputs["projectId"].type == TypeSpec("string")
    assert facts.outputs["number"].type == TypeSpec("string")


def test_blocks_that_the_provider_fills_in_are_told_apart_from_those_it_leaves_empty() -> None:
    assert cluster().filled == {"confidentialNodes", "ipAllocationPolicy", "nodeConfig", "nodePools"}
    nat = Catalogue.load("gcp").resource("gcp:compute/routerNat:RouterNat")
    assert nat is not None
    assert not nat.filled


def hand_kept() -> Iterator[tuple[str, str, ResourceFacts, str]]:
    """Yield each path in the constraint files with the type it is about."""
    for file in sorted(FILES.glob("*.yaml")):
        catalogue = Catalogue.load(file.stem.partition("-")[0])
        for name, entry in kept_by_hand._entries(file.stem):
            for token in (token for token in catalogue.tokens if fnmatchcase(token, name)):
                facts = catalogue.resource(token)
                assert facts is not None
                for key, value in entry.items():
                    yield from ((file.name, name, facts, path) for path in paths_of(key, value))


def paths_of(key: str, value: object) -> set[str]:
    """Return the paths that an entry's key names; kept in several shapes."""
    if key in {"exactly_one", "at_least_one"}:
        return {path for group in cast("tuple[Group, ...]", value) for path in group}
    if key in {"conflicts", "required_with"}:
        rivals = cast("dict[str, Group]", value)
        return set(rivals) | {path for group in rivals.values() for path in group}
    if key == "auto_name" or isinstance(value, bool):
        return set()
    return set(cast("frozenset[str]", value))


def has_path(facts: ResourceFacts, path: str) -> bool:
    fields = facts.inputs
    for part in path.split("."):
        if part not in fields:
            return False
        body = facts.object(fields[part].type)
        fields = body.fields if body else NO_FIELDS
    return True


def test_every_path_of_a_constraint_is_an_input_of_its_type() -> None:
    # A pattern over many types speaks of the inputs that they have in common.
    checked = [(file, name, path, has_path(facts, path)) for file, name, facts, path in hand_kept() if "*" not in name]
    assert len(checked) > 300
    assert not [f"{file}: {name}: no input {path}" for file, name, path, found in checked if not found]


def test_every_entry_of_a_constraint_file_is_about_a_type_that_exists() -> None:
    missing: list[str] = []
    for file in sorted(FILES.glob("*.yaml")):
        tokens = Catalogue.load(file.stem.partition("-")[0]).tokens
        missing += [
            f"{file.name}: {name}"
            for name, _ in kept_by_hand._entries(file.stem)
            if not any(fnmatchcase(token, name) for token in tokens)
        ]
    assert not missing


def test_every_format_is_known_by_its_name_or_is_a_regular_expression() -> None:
    forms = {
        form
        for file in FILES.glob("*.yaml")
        for _, entry in kept_by_hand._entries(file.stem)
        for form in entry.get("formats", {}).values()
    }
    assert "iam member" in forms
    for form in forms - set(FORMATS) - set(NUMBER_FORMATS):
        assert form.startswith("^"), f"{form!r} is no format: name one of rehearsal.checking.formats"
        assert re.compile(form)


def test_an_enum_of_the_constraints_is_only_kept_where_the_documentation_does_not_print_the_same() -> None:
    for file in sorted(FILES.glob("gcp-*.yaml")):
        for name, entry in kept_by_hand._entries(file.stem):
            facts = Catalogue.load("gcp").resource(name)
            for path, values in entry.get("enums", {}).items():
                printed = facts.body.enums.get(path, ()) if facts else ()
                blank = () if facts and path in facts.required else ("",)
                assert set(values) != {*printed, *blank} or not printed, f"{file.name}: {name}: {path}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gcp:a/b:B:\n  source: https://example.com\n  exactly_one_of: [[a, b]]\n", "unknown key exactly_one_of"),
        ("gcp:a/b:B:\n  defaults: {a: 1}\n", "no source"),
    ],
)
def test_a_constraint_file_with_a_mistake_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    (tmp_path / "gcp-broken.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(kept_by_hand, "FILES", tmp_path)
    with pytest.raises(ConstraintError, match=rf"gcp-broken\.yaml: gcp:a/b:B: {message}"):
        kept_by_hand._entries("gcp-broken")


SCHEMA = {
    "name": "gcp",
    "version": "0.0.1",
    "provider": {"inputProperties": {"project": {"type": "string"}}},
    "resources": {
        "gcp:compute/router:Router": {
            "inputProperties": {
                "name": {"type": "string", "willReplaceOnChanges": True, "description": "dropped"},
                "bgp": {"$ref": "#/types/gcp:compute/RouterBgp:RouterBgp"},
            },
            "requiredInputs": ["name"],
            "properties": {"name": {"type": "string"}, "selfLink": {"type": "string"}},
            "required": ["name", "selfLink"],
        }
    },
    "functions": {},
    "types": {"gcp:compute/RouterBgp:RouterBgp": {"properties": {"asn": {"type": "integer"}}, "required": ["asn"]}},
}


def test_the_generator_keeps_the_schema_and_adds_what_only_the_sdk_knows() -> None:
    facts = Generator(SCHEMA, Sdk("gcp")).facts()
    router = facts["resources"]["gcp:compute/router:Router"]
    assert router["f"]["name"] == "!s"
    assert router["f"]["bgp"] == "{compute/RouterBgp"
    assert router["f"]["network"] == "s"
    assert router["must"] == ["name"]
    assert router["out"] == {"selfLink": "s"}
    bgp = facts["types"]["compute/RouterBgp"]
    assert bgp["f"]["asn"] == "i"
    assert bgp["f"]["advertisedIpRanges"] == "[{compute/RouterBgpAdvertisedIpRange"
    assert bgp["enum"] == {"advertiseMode": ["DEFAULT", "CUSTOM"]}
    assert facts["types"]["compute/RouterBgpAdvertisedIpRange"]["must"] == ["range"]


def test_the_sdk_says_of_a_field_what_is_deprecated_and_what_only_the_provider_writes() -> None:
    disk = Sdk("vsphere").inputs("index", "VirtualDisk")
    assert disk is not None
    assert (disk["adapterType"].default, disk["type"].default) == (None, "eagerZeroedThick")
    fleet = Sdk("gcp").object("gkeonprem", "BareMetalAdminClusterFleet")
    assert fleet is not None
    assert fleet["membership"].output_only


def test_the_generator_writes_a_line_a_resource_that_the_loader_reads(tmp_path: Path) -> None:
    given, made = tmp_path / "schema.json", tmp_path / "made" / "gcp.json"
    given.write_text(json.dumps(SCHEMA), encoding="utf-8")
    assert main(["--schema", str(given), "--out", str(made)]) == 0
    text = made.read_text(encoding="utf-8")
    assert len([line for line in text.splitlines() if '"gcp:compute/router:Router": {' in line]) == 1
    loaded = Catalogue(json.loads(text)).resource("gcp:compute/router:Router")
    assert loaded is not None
    assert loaded.required == {"name"}
    assert render(json.loads(text)) == text


def test_a_type_that_the_schema_leaves_out_is_read_from_the_sdk() -> None:
    name = "gcp:billing/accountIamMember:AccountIamMember"
    made = Catalogue(json.loads(render(Generator(SCHEMA, Sdk("gcp"), [name]).facts()))).resource(name)
    assert made is not None
    assert made.required == {"billingAccountId", "member", "role"}
    assert made.always == {"billingAccountId", "etag", "member", "role"}
    assert made.inputs["condition"].type == TypeSpec("object", ref="billing/AccountIamMemberCondition")
    with pytest.raises(LookupError, match=r"the SDK has no resource class billing\.Nothing"):
        Generator(SCHEMA, Sdk("gcp"), ["gcp:billing/nothing:Nothing"]).facts()


def test_a_class_named_in_a_source_is_found_however_it_is_imported() -> None:
    source = """
import pulumi_gcp as gcp
import pulumi_vsphere
from pulumi_gcp import compute
from pulumi_gcp.dns import RecordSet as Record

def build():
    gcp.kms.KeyRing("a"); compute.Network("b"); Record("c"); pulumi_vsphere.Folder("d"); other.Thing("e")
"""
    assert set(resource_tokens(uses_in(source, "sample.py"))) == {
        "gcp:kms/keyRing:KeyRing",
        "gcp:compute/network:Network",
        "gcp:dns/recordSet:RecordSet",
        "vsphere:index/folder:Folder",
    }


def test_every_resource_class_that_the_program_uses_is_in_the_facts() -> None:
    sources = [*(ROOT / "components").glob("**/*.py"), *(ROOT / "infra").glob("**/*.py")]
    tokens = resource_tokens(uses(sources))
    assert tokens, "the program names the SDKs, but no resource class of them was recognised"
    unknown = {
        token: place
        for token, place in tokens.items()
        if Catalogue.load(token.partition(":")[0]).resource(token) is None
    }
    assert not unknown
