"""Reviews of scripted pull requests over the sample organisation, each by the real engine against one base.

Each environment's base comes up once in the session, and every pull request is previewed on a copy of it. The pages are
kept below tests/fixtures/reviews; HYBRID_GOLDEN=write writes them. What a real cloud would say is not known here.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from operations.project import ROOT
from operations.review import one
from operations.review.from_file import FromFile, review_of_file
from operations.review.markdown import markdown
from operations.review.preview_file import read
from rehearsal.engine.acquire import Engine
from tests.engine.pull_requests import PULL_REQUESTS
from tests.engine.pull_requests_desk import Desk
from tests.engine.pull_requests_edits import IN_WINDOW, PullRequest, put

GOLDEN = ROOT / "tests" / "fixtures" / "reviews"


@pytest.fixture(scope="session")
def desk(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a clone of the reviewed files, with one commit: the base of every pull request."""
    return Desk.made(tmp_path_factory.mktemp("desk"), engine)


def kept(page: str) -> str:
    """Return a page without what differs from one clone to the next, or moves with every line of the sample."""
    page = re.sub(r"HEAD \([0-9a-f]{10}\)", "HEAD (base)", page)
    return re.sub(r"(\.yaml):\d+", r"\1:LINE", page)


@pytest.mark.parametrize(
    "pull_request",
    [
        # One worker for each environment, so that its base comes up once.
        pytest.param(each, id=each.name, marks=pytest.mark.xdist_group(f"review-{each.environment}"))
        for each in PULL_REQUESTS
    ],
)
def test_a_pull_request_gives_its_page_and_closes_its_gates(pull_request: PullRequest, desk: Desk) -> None:
    found = desk.review(pull_request)
    page, path = kept(markdown(found)), GOLDEN / f"{pull_request.name}.md"
    assert {gate.kind for gate in found.closed} == pull_request.closed, page
    assert found.passes == (not pull_request.closed)
    assert found.empty == pull_request.empty, page
    plain = page.replace("\\", "")
    for words in pull_request.says:
        assert words in plain, page
    for words in pull_request.hides:
        assert words not in plain, page
    if os.environ.get("HYBRID_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    assert path.is_file(), f"{path} is missing: HYBRID_GOLDEN=write writes it"
    assert page == path.read_text(encoding="utf-8"), f"read the new page, then keep it: HYBRID_GOLDEN=write ({path})"


def test_every_page_that_is_kept_is_of_a_pull_request_and_is_linked_to() -> None:
    names = {each.name for each in PULL_REQUESTS}
    document = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    assert set(re.findall(r"fixtures/reviews/([a-z-]+)\.md", document)) == names
    assert {path.stem for path in GOLDEN.glob("*.md")} == names


@pytest.mark.xdist_group("review-sandbox")
def test_a_captured_preview_of_the_engine_gives_the_same_page_and_its_event_log_the_same_operations(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    # One that was previewed before is not previewed again.
    desk.seen.clear()
    offline = desk.review(change)
    file = tmp_path / "preview.json"
    file.write_text(captured[0], encoding="utf-8")
    page = offline.environments[0]
    assert page.planned, "the change does nothing, so nothing is compared"
    online = read(file)
    assert [(each.urn, each.operation, each.changed_keys) for each in online.planned] == [
        (each.urn, each.operation, each.changed_keys) for each in page.planned
    ]
    from_file = review_of_file(FromFile(desk.project, file, at=IN_WINDOW))
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
    for text in (markdown(offline), markdown(review_of_file(FromFile(desk.project, file, at=IN_WINDOW)))):
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
