"""The id format of every gcp resource type, as the SDK documents it.

A class's docstring lists the formats that its import takes, the full one first; that one is the id which the provider
gives. `id_formats.json` holds them and is made by `python -m rehearsal.computed.formats`; a test keeps it fresh.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, cast

from rehearsal.facts import Catalogue

FILE: Final = Path(__file__).parent / "id_formats.json"
_TOKEN: Final = re.compile(r'@pulumi\.type_token\("(gcp:[^"]+)"\)')
_IMPORT: Final = re.compile(r'## Import\n(.*?)"""', re.DOTALL)
_FORMATS: Final = (
    re.compile(r"^\s*\* `([^`\s]*\{\{[^`\s]*)`", re.MULTILINE),
    # IAM: the resource that the binding is on; the rest of the id is role and member.
    re.compile(r'\$ pulumi import \S+ \S+ "?([^"\s]*\{\{[^"\s]*)'),
)


@cache
def id_formats() -> Mapping[str, str]:
    """Return the format by type token: `projects/{{project}}/global/networks/{{name}}`; names are in snake case."""
    return cast("dict[str, str]", json.loads(FILE.read_text(encoding="utf-8")))


def documented(tokens: Iterable[str]) -> dict[str, str]:
    """Return the formats that the installed SDK documents, for those of `tokens` that have one."""
    spec = find_spec("pulumi_gcp")
    if spec is None or spec.origin is None:
        raise LookupError("the package pulumi_gcp is not installed: run ./hybrid setup")
    wanted = set(tokens)
    found: dict[str, str] = {}
    for path in sorted(Path(spec.origin).parent.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        token = _TOKEN.search(source)
        if token is None or token[1] not in wanted:
            continue
        section = _IMPORT.search(source)
        matches = [match for pattern in _FORMATS if section and (match := pattern.search(section[1]))]
        if matches:
            found[token[1]] = matches[0][1]
    return dict(sorted(found.items()))


def main() -> None:
    """Write the file."""
    formats = documented(Catalogue.load("gcp").tokens)
    FILE.write_text(json.dumps(formats, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
