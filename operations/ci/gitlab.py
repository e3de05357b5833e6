"""The one note of a merge request on GitLab, through its API (https://docs.gitlab.com/api/notes/#merge-requests).

A job's own token may not write notes, so the project gives one that may, as the masked variable GITLAB_NOTE_TOKEN.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, cast

from operations.ci.errors import CiError
from operations.ci.github import needed, number

_PATIENCE = 30


def stick(text: str, mark: str) -> str:
    """Write the one note of the job's merge request: edited where it is, new otherwise. Return its number."""
    request = number(needed("CI_MERGE_REQUEST_IID"))
    notes = f"projects/{number(needed('CI_PROJECT_ID'))}/merge_requests/{request}/notes"
    me = _asked("GET", "user")["id"]
    found = next((each for each in _pages(notes) if each["author"]["id"] == me and each["body"].startswith(mark)), None)
    if found is not None:
        answer = _asked("PUT", f"{notes}/{int(found['id'])}", {"body": text})
    else:
        answer = _asked("POST", notes, {"body": text})
    return str(answer["id"])


def _pages(path: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for page in range(1, 100):
        items = cast("list[Mapping[str, Any]]", _asked("GET", f"{path}?per_page=100&page={page}"))
        found += items
        if len(items) < 100:
            break
    return found


def _asked(method: str, path: str, fields: Mapping[str, str] | None = None) -> Any:
    address = f"{needed('CI_API_V4_URL')}/{path}"
    if not address.startswith(("https://", "http://")):
        raise CiError("CI_API_V4_URL is no address of a GitLab")
    headers = {"PRIVATE-TOKEN": needed("GITLAB_NOTE_TOKEN"), "Content-Type": "application/json"}
    body = json.dumps(fields).encode() if fields is not None else None
    request = urllib.request.Request(address, data=body, headers=headers, method=method)  # noqa: S310  see above
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310  see above
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise CiError(
            f"GitLab answers {error.code} to {method} {path}: has GITLAB_NOTE_TOKEN the scope api?"
        ) from error
    except (OSError, ValueError) as error:
        raise CiError(f"GitLab can not be asked: {error}") from error
