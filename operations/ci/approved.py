"""Whether what the main branch plans is what the merged pull request showed."""

from __future__ import annotations

import os
import re

from model.planning.review.digest import Digest
from operations.ci.comment import MARK, digests
from operations.ci.errors import CiError
from operations.ci.github import listed, needed, number, own

_WORDS = {
    "program": "the program's files",
    "configuration": "the stack files",
    "operations": "the operations",
    "state": "the state of the stack",
}


def sentence(environment: str, digest: str) -> str:
    """Return how the digest of a plan stands to the one in the comment of the pull request that brought the commit."""
    try:
        current = Digest.parse(digest)
    except ValueError as error:
        raise CiError(str(error)) from error
    commit = needed("GITHUB_SHA")
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        raise CiError(f"GITHUB_SHA is no commit: {commit}")
    merged = [each for each in listed(f"commits/{commit}/pulls") if each.get("merge_commit_sha") == commit]
    if not merged:
        return f"{environment}: this commit is of no pull request, so nobody has seen this plan before."
    request = number(str(merged[0]["number"]))
    found = own(listed(f"issues/{request}/comments?per_page=100"), MARK)
    shown = digests(str(found["body"])).get(environment) if found is not None else None
    if shown is None:
        return f"{environment}: #{request} has no preview of the real stack, so nobody has seen this plan before."
    differing = Digest.parse(shown).differing(current)
    if not differing:
        return f"{environment}: this is exactly what #{request} showed."
    parts = ", ".join(_WORDS[each] for each in differing)
    effect = "the operations are the same" if "operations" not in differing else "read this page, not that comment"
    return f"{environment}: not what #{request} showed. Different since: {parts}; {effect}."


def link() -> str:
    """Return the address of the run, "" outside of one."""
    server, repository, run = (os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    if server and repository and run:
        return f"{server}/{repository}/actions/runs/{run}"
    return os.environ.get("CI_PIPELINE_URL", "")
