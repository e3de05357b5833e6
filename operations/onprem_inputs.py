"""What becomes of each input of the resources of GKE on VMware, as a page: from where it is set, or why it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast

import yaml

FILE: Final = Path(__file__).with_suffix(".yaml")
_HEAD: Final = """\
# Inputs of on-prem clusters

Every input that the provider has for GKE on VMware: where in `hybrid:onprem` of a stack file it is set from, or why it
is left out. A test holds the list against the installed SDK, and what is said to be set or left out against what the
program registers for every form of cluster. Made from `operations/onprem_inputs.yaml` by `./hybrid generate`.
"""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of one kind of resource by their path; a path that ends in `.*` stands for all below it."""

    given: Mapping[str, str]
    """From where those that the program sets are set."""
    left_out: Mapping[str, str]
    """Why the others are not."""

    def says(self, path: str) -> str | None:
        """Return "set" or "unset" for an input of the SDK, None where nobody has decided."""
        for kind, paths in (("set", self.given), ("unset", self.left_out)):
            if any(path == each or (each.endswith(".*") and path.startswith(each[:-1])) for each in paths):
                return kind
        return None


@cache
def inputs() -> Mapping[str, Inputs]:
    """Return the decisions by kind of resource, `VMwareCluster` for example."""
    data = cast("dict[str, dict[str, dict[str, str]]]", yaml.safe_load(FILE.read_text(encoding="utf-8")))
    return {kind: Inputs(each["set"], each["unset"]) for kind, each in data.items()}


def render() -> str:
    """Return the page as Markdown."""
    parts = [_HEAD]
    for kind, each in inputs().items():
        parts.append(f"\n## gcp.gkeonprem.{kind}\n\n| input | from |\n|---|---|\n")
        parts += [f"| `{path}` | {words} |\n" for path, words in each.given.items()]
        parts.append("\n| left out | because |\n|---|---|\n")
        parts += [f"| `{path}` | {words} |\n" for path, words in each.left_out.items()]
    return "".join(parts)
