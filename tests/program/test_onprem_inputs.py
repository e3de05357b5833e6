"""The list of what becomes of each input of GKE on VMware, held against the installed SDK and against the program."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, cast

import pytest
from pulumi_gcp import gkeonprem

from operations.onprem_inputs import inputs
from operations.record import Value
from tests.model import forms
from tests.program.forms import clusters
from tests.program.programs import ENVIRONMENTS

ARGUMENTS: Final = {
    "VMwareCluster": gkeonprem.VMwareClusterArgs,
    "VMwareNodePool": gkeonprem.VMwareNodePoolArgs,
    "VmwareAdminCluster": gkeonprem.VmwareAdminClusterArgs,
}
TOKENS: Final = {
    "gcp:gkeonprem/vMwareCluster:VMwareCluster": "VMwareCluster",
    "gcp:gkeonprem/vMwareNodePool:VMwareNodePool": "VMwareNodePool",
    "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster": "VmwareAdminCluster",
}
KINDS = pytest.mark.parametrize("kind", ARGUMENTS)


def leaves(arguments: type, prefix: str = "") -> Iterator[str]:
    """Give the path of every input that holds no further object of the SDK's own."""
    for name, parameter in inspect.signature(arguments.__init__).parameters.items():
        if name in {"self", "__self__"}:
            continue
        inner = next(
            (
                cast("type", getattr(gkeonprem, each))
                for each in re.findall(r"(\w+Args)\b", str(parameter.annotation))
                if hasattr(gkeonprem, each)
            ),
            None,
        )
        if inner is None:
            yield f"{prefix}{name}"
        else:
            yield from leaves(inner, f"{prefix}{name}.")


@cache
def known(kind: str) -> frozenset[str]:
    found = frozenset(leaves(ARGUMENTS[kind]))
    assert len(found) > 20
    return found


def stated(value: Value, prefix: str = "") -> Iterator[str]:
    """Give the path of every scalar in recorded inputs, in the SDK's own words."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            word = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
            yield from stated(each, f"{prefix}.{word}" if prefix else word)
    elif isinstance(value, tuple):
        for each in value:
            yield from stated(each, prefix)
    else:
        yield prefix


@cache
def registered() -> Mapping[str, frozenset[str]]:
    """Return the inputs that the program sets in any environment or form, by kind."""
    recordings = [clusters(name) for name in (*ENVIRONMENTS, *forms.FORMS)]
    found: dict[str, set[str]] = {kind: set() for kind in ARGUMENTS}
    for recording in recordings:
        for resource in recording.resources:
            kind = TOKENS.get(resource.type)
            if kind is not None:
                found[kind] |= {_input(kind, path) for path in stated(resource.inputs)}
    return {kind: frozenset(paths) for kind, paths in found.items()}


def _input(kind: str, path: str) -> str:
    """Return the SDK's input that a path is in: a map, such as labels, is one input."""
    while path and path not in known(kind):
        path = path.rpartition(".")[0]
    return path


@KINDS
def test_somebody_has_decided_about_every_input_of_the_sdk(kind: str) -> None:
    assert {path for path in known(kind) if inputs()[kind].says(path) is None} == set()


@KINDS
def test_nothing_is_decided_about_inputs_that_there_are_not(kind: str) -> None:
    decided = {*inputs()[kind].given, *inputs()[kind].left_out}
    real = {each for each in decided if each in known(kind) or any(path.startswith(each[:-1]) for path in known(kind))}
    assert decided - real == set()


@KINDS
def test_what_is_said_to_be_set_is_set_in_some_form_of_cluster(kind: str) -> None:
    assert set(inputs()[kind].given) - registered()[kind] == set()


@KINDS
def test_what_is_said_to_be_left_out_is_set_in_none(kind: str) -> None:
    assert {path for path in registered()[kind] if inputs()[kind].says(path) != "set"} == set()
