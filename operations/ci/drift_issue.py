"""The one issue of a repository about drift, from what `./hybrid drift --json` found in each environment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, cast

from operations.ci.errors import CiError
from operations.ci.github import listed, own, sent
from operations.ci.text import fitted, plain

MARK: Final = "<!-- hybrid:drift -->"
TITLE: Final = "Drift: the clouds are not as the state says"
_EDIT: Final = "hand edit"

Json = Mapping[str, Any]


def reports(files: Sequence[Path]) -> dict[str, Json]:
    """Return what was found, by environment. Raises `CiError` for a file that is none."""
    found: dict[str, Json] = {}
    for path in files:
        try:
            document = cast("Json", json.loads(path.read_text(encoding="utf-8")))
            found[str(document["environment"])] = document
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CiError(f"{path} is no report: write one with ./hybrid drift ENV --json") from error
    return found


def body(found: Mapping[str, Json], wanted: Sequence[str], link: str = "") -> str:
    """Return the text of the issue; "" where all of them were looked at whole and nobody edited anything."""
    troubled = [name for name in wanted if name not in found or not found[name]["complete"] or _edits(found[name])]
    if not troubled:
        return ""
    lines = [MARK, "", "Found by the nightly refresh, which changes nothing. `docs/drift.md` has what to do.", ""]
    for name in wanted:
        lines += _of(name, found.get(name), link)
    return fitted(lines, link)


def _edits(report: Json) -> list[Json]:
    return [each for each in report["findings"] if each["kind"] == _EDIT]


def _of(name: str, report: Json | None, link: str) -> Iterator[str]:
    if report is None:
        yield f"## {name}: not looked at"
        yield f"The refresh did not run to its end{f': [the run]({link}) says why' if link else ''}."
        yield ""
        return
    edits = _edits(report)
    yield f"## {name}: {len(edits)} hand edits, {report['looked_at']} resources looked at"
    for failure in report["failures"]:
        yield f"- the refresh did not finish: {plain(failure)}"
    for audience, group in groupby(edits, key=lambda each: str((each["audience"] or ["nobody"])[0])):
        yield f"- For {plain(audience)}:"
        for each in group:
            where, *then = cast("list[str]", each["adopt"])
            yield f"  - {plain(each['name'])}: {plain('; '.join(each['what']))}"
            yield f"    - keep: {plain(where)}{''.join(f', then {plain(command)}' for command in then)}"
            yield f"    - revert: {plain(each['revert'] or 'it can not be undone; keep it')}"
    yield ""


def settle(text: str, link: str = "") -> str:
    """Bring the issue to a text: written, edited, or closed where there is nothing to say. Return what was done."""
    found = own(listed("issues?state=open&creator=github-actions%5Bbot%5D&per_page=100"), MARK)
    if text and found is None:
        return f"opened {sent('POST', 'issues', {'title': TITLE, 'body': text}).get('html_url', '')}"
    if found is None:
        return "no drift, and no issue"
    number = int(found["number"])
    if text:
        sent("PATCH", f"issues/{number}", {"body": text})
        return f"issue #{number} says what there is now"
    sent("POST", f"issues/{number}/comments", {"body": f"No hand edit is left{f': {link}' if link else ''}."})
    sent("PATCH", f"issues/{number}", {"state": "closed", "state_reason": "completed"})
    return f"closed issue #{number}"
