"""No secret is readable in anything that a rehearsal leaves behind or a preview shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from operations.rehearse.one import Rehearsed
from operations.rehearse.report import write
from operations.rehearse.summary import summarise
from tests.engine.bench import Bench

Running = Callable[[str], Bench]


def pre_shared_keys(state: dict[str, Any]) -> set[str]:
    """Return the generated keys of a state that was exported with its secrets shown."""
    resources = cast("list[dict[str, Any]]", state["deployment"]["resources"])
    passwords = [each for each in resources if each["type"] == "random:index/randomPassword:RandomPassword"]
    return {json.loads(each["outputs"]["result"]["plaintext"]) for each in passwords}


def readable(folder: Path, secrets: set[str]) -> list[str]:
    """Return the files below `folder` in which one of the secrets stands in the clear."""
    found: list[str] = []
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            found += [str(path) for secret in secrets if secret.encode() in text]
    return found


def test_pre_shared_keys_are_in_no_file_and_no_result(running: Running, tmp_path: Path) -> None:
    bench = running("prod")
    with bench.opened("prod") as session:
        exported = session.workbench._say("stack", "export", "--show-secrets")
        secrets = pre_shared_keys(json.loads(exported))
        assert len(secrets) == 4
        assert all(len(secret) >= 32 for secret in secrets)
        preview = session.take("preview")
        refresh = session.workbench.preview_refresh()
        outputs = json.dumps(session.workbench.outputs())
        resources = session.workbench.resource_counts()
        steps = (("preview", preview), ("refresh", refresh))
        rehearsed = Rehearsed("prod", steps, resources, summarise(session.world, resources), (), ())
    shown = repr(preview) + repr(refresh) + outputs + write((rehearsed,), tmp_path).read_text(encoding="utf-8")
    assert not [secret for secret in secrets if secret in shown]
    assert not readable(bench.home, secrets)


def test_the_search_would_find_a_secret_that_leaked(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("the key is correct-horse-battery-staple", encoding="utf-8")
    assert readable(tmp_path, {"correct-horse-battery-staple"}) == [str(tmp_path / "log")]
