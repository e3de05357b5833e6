"""`./hybrid diagram` as a person runs it, and its page in a browser where there is one (`apt-get install chromium`)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as Xml

import pytest

from operations import cli
from operations.diagram import command
from operations.diagram.page import Section, Table, page
from operations.project import ROOT
from tests.cli.browser import Browser
from tests.cli.looking import seen
from tests.cli.markup import loads_nothing

DEV: Final = "stacks/Pulumi.dev.yaml"


def diagram(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.main(["diagram", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of prod."""
    file = tmp_path_factory.mktemp("page") / "prod.html"
    assert cli.main(["diagram", "prod", "--html", "--out", str(file)]) == 0
    return file


def test_a_picture_is_written_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "dev.svg"
    assert diagram(capsys, "dev", "--out", str(file))[0] == 0
    assert Xml.fromstring(file.read_text(encoding="utf-8")).tag.endswith("svg")  # noqa: S314  our own text
    _, out, _ = diagram(capsys, "dev", "--out", "-")
    assert out == file.read_text(encoding="utf-8")


def test_against_a_revision_the_differences_are_marked_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    own = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "stacks"], ["commit", "-qm", "as it is"]):
        subprocess.run(["git", *own, *words], cwd=tmp_path, check=True, capture_output=True)  # noqa: S607  git of the machine
    file = tmp_path / DEV
    file.write_text(file.read_text(encoding="utf-8").replace("start: 6, max: 8", "start: 6, max: 9"), encoding="utf-8")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    picture = tmp_path / "out.svg"
    code, out, _ = diagram(capsys, "dev", "--base", "HEAD", "--out", str(picture), "--json")
    (said,) = json.loads(out)["differences"]
    assert (code, "5-8" in said, "5-9" in said) == (0, True, True)
    assert "line-through" in picture.read_text(encoding="utf-8")
    assert diagram(capsys, "test", "--base", "HEAD", "--out", str(picture))[1] == f"written: {picture}\n"


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("dve",), "did you mean 'dev'"),
        (("dev", "--base", "no-such-revision", "--out", "-"), "fatal"),
        (("dev", "--out", "/no/such/folder/dev.svg"), "/no/such/folder/dev.svg can not be written"),
        (("dev", "--out", "-", "--json"), "both want the output"),
    ],
)
def test_wrong_use_ends_in_2_with_the_reason(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], saying: str
) -> None:
    code, out, err = diagram(capsys, *words)
    assert (code, out) == (2, "")
    assert saying in err


def test_the_page_is_well_formed_and_loads_nothing(prod: Path) -> None:
    text = prod.read_text(encoding="utf-8")
    tags = loads_nothing(text)
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)\S+", text) == []
    assert {"picture", "versions", "addresses", "access", "openings", "policy"} <= tags.anchors


def test_the_page_has_versions_addresses_access_and_openings_of_the_environment(prod: Path) -> None:
    text = prod.read_text(encoding="utf-8")
    for said in ("1.31.700-gke.24", "2027-01-31, 90 days", "10.20.49.100-10.20.49.199", "istiod-to-gke-api"):
        assert said in text
    assert "group:varde-team-stier@fjellverket.example" in text
    assert "may ask for platform-admin" in text


def test_what_a_file_says_is_never_markup() -> None:
    text = page("<t>", "&", (Section("a", "<b>", "<script>x", table=Table(("<i>",), (("<img src=x>",),))),))
    assert not re.search(r"<(t|b|i|img)>|<img|<script>x", text)


def test_a_browser_shows_the_page_on_every_screen_and_hides_the_rows_that_lack_what_is_typed(
    browser: Browser, prod: Path
) -> None:
    tab = seen(browser, prod)
    assert tab.value("document.documentElement.dataset.ready") == "yes"
    assert tab.value("document.querySelector('#picture svg').getBoundingClientRect().height") > 300
    typed = "const b = document.querySelector('[data-table=table-access] input'); b.value = 'stier view';"
    tab.value(f"{{ {typed} b.dispatchEvent(new Event('input')) }}")
    rows = tab.value("[...document.querySelectorAll('#table-access tbody tr')].map(e => [e.hidden, e.textContent])")
    shown = [text for hidden, text in rows if not hidden]
    assert 0 < len(shown) < len(rows)
    assert all("stier" in text and "view" in text.lower() for text in shown)
    assert tab.value("document.querySelector('#access output').textContent") == f"{len(shown)} of {len(rows)}"
