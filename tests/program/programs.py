"""The program of an environment under the strict recorder: as the files are, or with an edit of them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, cast

from infra.environment import build
from model.config.load import load
from operations.record import Recorded, Recording, Value, record
from operations.record.environment import record_environment
from operations.record.values import Json
from tests.model.cases import ROOT, estate


def _named(arguments: Mapping[str, Value]) -> dict[str, Json]:
    return {"id": f"id of {arguments['name']}"}


LOOKUPS: Final = {
    "vsphere:index/getDatacenter:getDatacenter": _named,
    "vsphere:index/getHost:getHost": _named,
}
"""Answers of vCenter. Every other look-up names the datacenter, and is not made before that is known."""

ENVIRONMENTS = ("sandbox", "dev", "test", "prod")


@cache
def recorded(name: str) -> Recording:
    """Return what the whole program registers for an environment of the project as it is."""
    return record_environment(name)


def recorded_with(name: str, *edits: Mapping[str, str]) -> Recording:
    """Return what the components of an environment register after `edits` of the files, whatever the rules say."""
    return _built(name, tuple(sorted((file, text) for edit in edits for file, text in edit.items())))


@cache
def _built(name: str, texts: tuple[tuple[str, str], ...]) -> Recording:
    environment = estate(dict(texts)).environments[name]
    return record(lambda: void(build(environment)), stack=name, answers=LOOKUPS)


def void(_: object) -> None:
    """Drop a result: a program returns nothing."""


def project(folder: Path, *edits: Mapping[str, str]) -> Path:
    """Lay out the project's reviewed files in `folder` with `edits`, and return it as a root."""
    shutil.copytree(ROOT / "stacks", folder / "stacks")
    for edit in edits:
        for file, text in edit.items():
            (folder / file).write_text(text, encoding="utf-8")
    return folder


def configuration(root: Path, name: str) -> dict[str, str]:
    """Return the configuration that the engine gives a program: each section of the stack file, as JSON."""
    loaded = load(root).estate
    assert loaded is not None
    sections = loaded.environments[name].sections
    return {key: section.model_dump_json(exclude_unset=True) for key, section in sections.items()}


def at(resource: Recorded, path: str) -> Value:
    """Return an input of `resource` by its path: `networkConfig.hostConfig.dnsServers.0`."""
    value: Value = resource.inputs
    for key in path.split("."):
        if isinstance(value, tuple):
            value = cast("tuple[Value, ...]", value)[int(key)]
        else:
            assert isinstance(value, Mapping), f"{resource.name} has no {path}: {value!r} holds nothing"
            assert key in value, f"{resource.name} has no {path}; there is {', '.join(value)}"
            value = value[key]
    return value


def text(resource: Recorded, path: str) -> str:
    """Return an input of `resource` that is a text."""
    value = at(resource, path)
    assert isinstance(value, str), f"{path} of {resource.name} is {value!r}"
    return value


def items(resource: Recorded, path: str) -> list[Mapping[str, Value]]:
    """Return a list of objects among the inputs of `resource`."""
    value = at(resource, path)
    assert isinstance(value, tuple)
    return [cast("Mapping[str, Value]", each) for each in value]


def waits_for(recording: Recording, resource: Recorded) -> set[str]:
    """Return the names of everything that has to exist before `resource`, directly or through others."""
    by_urn = {each.urn: each for each in recording.resources}
    found: set[str] = set()
    waiting = [resource]
    while waiting:
        for urn in waiting.pop().options.depends_on:
            each = by_urn[urn]
            if f"{each.type} {each.name}" not in found:
                found.add(f"{each.type} {each.name}")
                waiting.append(each)
    return found
