"""Whether an environment is as the program says after an `up`, before the next one is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final, cast

from operations.ci.errors import CiError
from operations.ci.locks import pending
from operations.ci.pulumi import asked, preview, variables
from operations.ci.settings import environment, settings
from operations.console import FINE, FOUND, say

OUTPUTS: Final = ("clusters", "contexts", "vpn_gateway")
"""What others reach the environment by: without these an `up` has not come to its end."""


def health(name: str, identity: str) -> int:
    """Say what is wrong with an environment; 0 where nothing is. Raises `CiError`."""
    around = variables(settings(environment(name), identity))
    wrong = list(_wrong(name, around))
    for line in wrong:
        say(f"{name}: {line}")
    if not wrong:
        say(f"{name} is as the program says: nothing to change, nothing pending, its outputs are there")
    return FOUND if wrong else FINE


def _wrong(name: str, around: Mapping[str, str]) -> Iterator[str]:
    found, _ = preview(name, around)
    yield from (f"the second preview failed: {' '.join(each.split())}" for each in found.errors)
    yield from (f"the second preview would {each.operation} {each.urn}" for each in found.planned)
    yield from (f"pending: {each}" for each in pending(name, around))
    shown = asked(["stack", "output", "--json", "--stack", name], around)
    if shown.code != 0:
        raise CiError(f"the outputs of {name} can not be read: {shown.why(name)}")
    outputs = cast("Mapping[str, object]", json.loads(shown.out))
    yield from (f"the output {each} is empty" for each in OUTPUTS if not outputs.get(each))
