"""Comments and issues on GitHub, through `gh api`: every text goes by a file, every name through the environment.

The job gives GH_TOKEN; GITHUB_REPOSITORY is the runner's own
(https://docs.github.com/en/actions/reference/workflows-and-actions/variables).
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from operations.ci.errors import CiError

Json = Mapping[str, Any]

BOT: Final = "github-actions[bot]"
"""Who the token of a workflow writes as: a text by anybody else with our mark in it is not ours."""


def needed(variable: str) -> str:
    """Return a variable of the job. Raises `CiError` where it is not set."""
    value = os.environ.get(variable)
    if not value:
        raise CiError(f"{variable} is not set: the workflow gives it, see docs/ci.md")
    return value


def number(text: str) -> int:
    """Return a number of a pull request or issue. Raises `CiError` for what is none: it is part of an address."""
    if not text.isdecimal():
        raise CiError(f"'{text}' is no number of a pull request")
    return int(text)


def listed(path: str) -> Iterator[Json]:
    """Give the items of a list, all pages of it. `path` is below the repository."""
    text, decoder, position = _gh("--paginate", f"repos/{needed('GITHUB_REPOSITORY')}/{path}"), json.JSONDecoder(), 0
    while position < len(text.rstrip()):
        page, position = decoder.raw_decode(text, position)
        yield from cast("list[Json]", page)
        while position < len(text) and text[position].isspace():
            position += 1


def sent(method: str, path: str, fields: Json) -> Json:
    """Send fields and return the answer. `path` is below the repository."""
    address = f"repos/{needed('GITHUB_REPOSITORY')}/{path}"
    return cast("Json", json.loads(_gh("--method", method, address, "--input", "-", given=json.dumps(fields)) or "{}"))


def own(items: Iterator[Json], mark: str) -> Json | None:
    """Return the first item that a workflow wrote and that begins with our mark."""
    return next(
        (each for each in items if each["user"]["login"] == BOT and str(each.get("body") or "").startswith(mark)), None
    )


def stick(pull_request: int, text: str, mark: str) -> str:
    """Write the one comment of a pull request: edited where it is, new otherwise. Return its address."""
    found = own(listed(f"issues/{pull_request}/comments?per_page=100"), mark)
    if found is not None:
        answer = sent("PATCH", f"issues/comments/{int(found['id'])}", {"body": text})
    else:
        answer = sent("POST", f"issues/{pull_request}/comments", {"body": text})
    return str(answer.get("html_url", ""))


def _gh(*words: str, given: str | None = None) -> str:
    needed("GH_TOKEN")
    try:
        done = subprocess.run(["gh", "api", *words], input=given, capture_output=True, text=True, check=False)  # noqa: S607  gh of the runner
    except OSError as error:
        raise CiError(f"`gh` can not be run ({error.strerror}): install it, https://cli.github.com") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise CiError(f"GitHub refused: {said[-1] if said else 'it gave no reason'}; see `permissions` of the job")
    return done.stdout
