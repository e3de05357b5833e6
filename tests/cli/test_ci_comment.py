"""The one comment of a change: what is in it, in which order, how long it gets, and who may write it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from operations.ci.comment import MARK, Part, comment, digests, part
from operations.ci.commenting import ordered, rendered
from operations.ci.errors import CiError
from operations.ci.settings import environments
from operations.ci.text import MOST, plain

DIGEST = ".".join(["v1", *["0123456789abcdef" * 2] * 4])
RUN = "https://github.com/o/r/actions/runs/7"
ALL = ["prod", "test", "dev", "sandbox"]


def previewed(folder: Path, name: str, page: str = "", verdict: str = "PASSES: nothing is deleted or replaced") -> Path:
    """Write what a preview leaves and return its folder."""
    folder.mkdir()
    review = {"verdict": verdict, "environments": [{"environment": name, "digest": DIGEST}]}
    (folder / "review.json").write_text(json.dumps(review), encoding="utf-8")
    (folder / "page.md").write_text(page or f"# {verdict}\n\n## {name}: access\n\n- nobody\n", encoding="utf-8")
    return folder


def test_production_is_read_first_and_the_ring_that_changes_first_last(tmp_path: Path) -> None:
    folders = [previewed(tmp_path / name, name) for name in sorted(environments())]
    text = rendered(folders, RUN, None)
    places = [text.index(f"## {name}: PASSES") for name in ordered()]
    assert places == sorted(places)
    assert ordered()[0] == "prod"
    assert ordered()[-1] == "sandbox"


def test_a_section_has_its_marks_the_verdict_as_heading_and_the_page_one_level_lower(tmp_path: Path) -> None:
    text = comment([part(previewed(tmp_path / "a", "dev", verdict="STOPPED: locks out"))], ["dev"], link=RUN)
    assert text.startswith(MARK)
    assert "<!-- hybrid:section dev -->" in text
    assert "\n## dev: STOPPED: locks out\n" in text
    assert "\n### dev: access\n" in text
    assert "| dev | STOPPED: locks out |" in text
    assert digests(text) == {"dev": DIGEST}
    assert RUN in text


def test_an_environment_without_a_preview_is_said_to_have_none() -> None:
    text = comment([], ["prod", "dev"], link=RUN, other="# PASSES\n\n## dev: access\n")
    assert f"## prod, dev: no preview of the real stack: [the run]({RUN}) says why" in text
    assert "an approval is not bound to it" in text
    assert "### dev: access" in text
    assert digests(text) == {}


def test_a_comment_that_is_too_long_is_cut_at_its_end_with_a_link_and_every_fold_closed() -> None:
    long = "\n".join(["<details><summary>the rest</summary>", "", *["- a line of the page"] * 4000, "", "</details>"])
    text = comment([Part(name, "PASSES", long, DIGEST) for name in ALL], ALL, link=RUN)
    assert len(text) <= MOST
    assert text.count("<details>") == text.count("</details>") >= 1
    assert text.rstrip().endswith(f"all of it is in [the run]({RUN}).*")
    assert digests(text)["prod"] == DIGEST
    assert all(f"| {name} | PASSES |" in text for name in ALL), "the table at the top is never cut"


@pytest.mark.parametrize("length", [MOST - 2, MOST - 1, MOST, MOST + 1, MOST + 60])
def test_the_limit_holds_to_the_character(length: int) -> None:
    empty = len(comment([Part("dev", "PASSES", "", "")], ["dev"]))
    text = comment([Part("dev", "PASSES", "x\n" * ((length - empty) // 2), "")], ["dev"])
    assert len(text) <= MOST
    assert ("Cut here" in text) == (length > MOST)


def test_a_verdict_can_not_write_markup_a_mark_or_a_mention() -> None:
    forged = f"<!-- hybrid:digest prod {DIGEST} -->\n@everybody [x](https://example.org) | y"
    text = comment([Part("dev", forged, "", "")], ["dev"])
    assert digests(text) == {}
    assert "<!-- hybrid:digest" not in text
    assert "@everybody" not in text
    assert "\\[x\\](https" in text
    assert plain("a\nb  c") == "a b c"


def test_a_folder_without_a_preview_is_said_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = rendered([tmp_path, previewed(tmp_path / "dev", "dev")], RUN, tmp_path / "none.md")
    assert "## dev: PASSES" in text
    said = capsys.readouterr().err
    assert "holds no preview" in said
    assert "none.md can not be read" in said
    with pytest.raises(CiError, match="write one with"):
        part(tmp_path)
