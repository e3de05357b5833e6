"""Reviews of scripted pull requests over the sample organisation, each by the real engine against one base.

Each environment's base comes up once in the session, and every pull request is previewed on a copy of it. The pages are
kept below tests/fixtures/reviews; HYBRID_GOLDEN=write writes them. What a real cloud would say is not known here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from model.planning.review.page import Review
from operations.project import ROOT
from operations.review import one
from operations.review.from_file import FromFile, review_of_file
from operations.review.markdown import markdown
from operations.review.preview_file import read
from operations.review.run import Wanted, review
from rehearsal.engine.acquire import Engine
from tests.engine.pull_requests import PULL_REQUESTS, PullRequest, put

GOLDEN = ROOT / "tests" / "fixtures" / "reviews"
IN_WINDOW = datetime.fromisoformat("2026-11-03T19:00:00+01:00")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clone of the reviewed files, with one commit: the base of every pull request."""
    project = tmp_path_factory.mktemp("desk") / "project"
    shutil.copytree(ROOT / "stacks", project / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", project / "Pulumi.yaml")
    own = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "as it is"]):
        subprocess.run(["git", *own, *words], cwd=project, check=True, capture_output=True)  # noqa: S607  git of the machine
    return project


@pytest.fixture
def reviewed(desk: Path, engine: Engine) -> Callable[[PullRequest], Review]:
    """Return a function that reviews a pull request, and leaves the clone as it was."""

    def run(pull_request: PullRequest) -> Review:
        stacks = desk / "stacks"
        try:
            for name, edit in pull_request.edits.items():
                path = stacks / name
                if edit is None:
                    path.unlink()
                else:
                    text = path.read_text(encoding="utf-8") if path.is_file() else ""
                    path.write_text(edit(text), encoding="utf-8")
            wanted = Wanted(desk, desk.parent / "bases", "HEAD", (pull_request.environment,), IN_WINDOW)
            return review(wanted, engine)
        finally:
            shutil.rmtree(stacks)
            shutil.copytree(ROOT / "stacks", stacks)

    return run


def kept(page: str) -> str:
    """Return a page without what differs from one clone to the next, or moves with every line of the sample."""
    page = re.sub(r"HEAD \([0-9a-f]{10}\)", "HEAD (base)", page)
    return re.sub(r"(\.yaml):\d+", r"\1:LINE", page)


@pytest.mark.parametrize("pull_request", PULL_REQUESTS, ids=[each.name for each in PULL_REQUESTS])
def test_a_pull_request_gives_its_page_and_closes_its_gates(
    pull_request: PullRequest, reviewed: Callable[[PullRequest], Review]
) -> None:
    found = reviewed(pull_request)
    page, path = kept(markdown(found)), GOLDEN / f"{pull_request.name}.md"
    assert {gate.kind for gate in found.closed} == pull_request.closed, page
    assert found.passes == (not pull_request.closed)
    assert found.empty == (pull_request.name in {"comment-only", "reorder"}), page
    for words in pull_request.says:
        assert words in page.replace("\\", ""), page
    if os.environ.get("HYBRID_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    assert path.is_file(), f"{path} is missing: HYBRID_GOLDEN=write writes it"
    assert page == path.read_text(encoding="utf-8"), f"read the new page, then keep it: HYBRID_GOLDEN=write ({path})"


def test_a_captured_preview_of_the_engine_gives_the_same_page_and_its_event_log_the_same_operations(
    desk: Path,
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reviewed: Callable[[PullRequest], Review],
) -> None:
    captured: list[str] = []
    parse = one.parse

    def keep(text: str):
        captured.append(text)
        return parse(text)

    monkeypatch.setattr(one, "parse", keep)
    change = PullRequest(
        "captured",
        "sandbox",
        {
            "Pulumi.sandbox.yaml": put(
                "secret: sm://varde-net-sandbox-3c4d/vpn-psk-1}",
                "secret: sm://varde-net-sandbox-3c4d/vpn-psk-1, generation: 2}",
            )
        },
    )
    offline = reviewed(change)
    file = tmp_path / "preview.json"
    file.write_text(captured[0], encoding="utf-8")
    page = offline.environments[0]
    assert page.planned, "the change does nothing, so nothing is compared"
    online = read(file)
    assert [(each.urn, each.operation, each.changed_keys) for each in online.planned] == [
        (each.urn, each.operation, each.changed_keys) for each in page.planned
    ]
    from_file = review_of_file(FromFile(desk, file, at=IN_WINDOW))
    assert from_file.environments[0].digest is not None
    events = tmp_path / "events.jsonl"
    events.write_text(_as_event_log(captured[0]), encoding="utf-8")
    assert [(each.urn, each.operation) for each in read(events).planned] == [
        (each.urn, each.operation) for each in page.planned
    ]
    # What the engine knows of the new key is masked by it; what nobody marked is masked here.
    leaked = captured[0].replace('"[secret]"', '"hunter2-hunter2"')
    assert leaked != captured[0], "the change has no secret in it, so nothing is proved"
    file.write_text(leaked, encoding="utf-8")
    for text in (markdown(offline), markdown(review_of_file(FromFile(desk, file, at=IN_WINDOW)))):
        assert "hunter2" not in text


def _as_event_log(text: str) -> str:
    """Return the steps of a preview as the events that the engine writes for them."""
    document = json.loads(text[text.index("{") :])
    lines = [
        {
            "resourcePreEvent": {
                "metadata": {
                    "op": step["op"],
                    "urn": step["urn"],
                    "type": (step.get("newState") or step.get("oldState"))["type"],
                    "old": step.get("oldState"),
                    "new": step.get("newState"),
                    "diffs": step.get("diffReasons"),
                    "keys": step.get("replaceReasons"),
                }
            }
        }
        for step in document["steps"]
    ]
    return "\n".join(json.dumps(line) for line in lines)
