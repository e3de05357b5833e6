"""The review as a page of HTML: what is on it and in which order, and in a browser where there is one.

The reviews here are made by hand, so that each part is on the page; that the engine's go on it as they are is held by
tests/engine/test_review.py for every form of the page.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Final

import pytest
import yaml

from model.config.acknowledgement import Acknowledgement, Operation
from model.config.problems import Problem, Severity
from model.planning.questions.difference import Turn
from model.planning.review.access import Sentence
from model.planning.review.gates import Gate, Kind
from model.planning.review.page import EnvironmentPage, PathStep, Review, Standing
from model.planning.review.planned import Planned
from model.planning.review.radius import Radius
from model.planning.review.size import Figure
from model.planning.review.versions import Versions
from operations.review.html import html
from operations.review.html_pictures import Drawn, before_and_after
from tests.cli.browser import Browser
from tests.cli.desk import Desk
from tests.cli.looking import seen
from tests.cli.markup import loads_nothing
from tests.model.cases import DEV, edited, sample
from tests.model.standings import read

# One worker makes the pages.
pytestmark = pytest.mark.xdist_group("page")

TUNNEL: Final = "gcp:compute/vPNTunnel:VPNTunnel"
URN: Final = f"urn:pulumi:prod::hybrid::hybrid:vpn:Vpn${TUNNEL}::vpn-it's-t0"
STACK: Final = "urn:pulumi:dev::hybrid::pulumi:pulumi:Stack::hybrid-dev"
OPENED: Final = {Kind.ERRORS, Kind.PROTECTED, Kind.LOCK_OUT, Kind.FREEZE, Kind.REDUNDANCY, Kind.WINDOW}
HOSTILE: Final = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onload='x' \u202egnp.exe &lt;b>]]>--><!--"


def planned(operation: str, name: str, kind: str = TUNNEL, **given: object) -> Planned:
    urn = f"urn:pulumi:prod::hybrid::hybrid:vpn:Vpn${kind}::{name}"
    return Planned(urn, kind, operation, component="vpn Vpn", **given)  # pyright: ignore[reportArgumentType]  each test gives what it is about


def whole(word: str = "") -> Review:
    """Return a review with everything in it; `word` stands in every text that comes from a file."""
    replaced = planned(
        "replace",
        f"vpn-t0{word}",
        keys=("peerIp",),
        replace_keys=("peerIp",),
        old={"peerIp": f"203.0.113.20{word}"},
        new={"peerIp": "203.0.113.99"},
        protected=True,
    )
    budget = planned("delete", f"innsikt-budget{word}", "gcp:billing/budget:Budget")
    policy = planned(
        "update",
        f"alerts{word}",
        "gcp:monitoring/alertPolicy:AlertPolicy",
        keys=("displayName",),
        old={"displayName": f"one{word}"},
        new={"displayName": "two"},
    )
    prod = EnvironmentPage(
        "prod",
        Standing.PREVIEWED,
        (replaced, budget, policy, planned("create", f"new{word}", "gcp:compute/network:Network")),
        radii={
            replaced.urn: Radius((f"onp1-prod{word}",), ("stier",), ("203.0.113.20",), ("vpn-t0",), (("secret", 2),))
        },
        protection=(f"clusters are no longer protected{word}",),
        access=tuple(
            Sentence("prod", "group:a", turn, f"{turn.value} {number}{word}")
            for turn in Turn
            for number in range(20 if turn is Turn.LOSES else 2)
        ),
        exposure=(f"opens: 203.0.113.128/25{word}",),
        versions=Versions(
            (f"user cluster onp1-prod: 1.31 becomes 1.32{word}",), (), (f"the admin cluster{word}", "the rest")
        ),
        size=(Figure(f"on-prem vCPU at most{word}", 96, 128, 512),),
        time=("about 2 min for 3 operations, 3 by estimate", f"critical path: replace vpn-t0 (90 s){word}"),
        path=(PathStep(f"vpn-t0{word}", "replace", 0, 90), PathStep("alerts", "update", 90, 120)),
        why_not=(f"sizes are not compared{word}",),
    )
    broken = EnvironmentPage("dev", Standing.UNKNOWN, failed=(f"the program raised{word}",))
    problem = Problem(f"stacks/a{word}.yaml", 3, 1, "D1", f"one tunnel{word}", f"add one{word}", Severity.ERROR)
    wanted = Acknowledgement(
        urn=STACK, operation=Operation.FREEZE, reason=f"agreed with the team{word}", expires=date(2026, 11, 30)
    )
    gates = (
        Gate(Kind.ERRORS, "", f"one tunnel{word}"),
        Gate(Kind.PROTECTED, "prod", f"replaces VPN tunnel{word}", URN + word, Operation.REPLACE),
        Gate(Kind.PROTECTED, "prod", f"deletes a bucket{word}", URN, Operation.DELETE),
        Gate(Kind.LOCK_OUT, "prod", f"the team loses all{word}"),
        *(Gate(kind, "prod", f"{kind.value}{word}", mend=f"another way{word}") for kind in Kind if kind not in OPENED),
        Gate(Kind.FREEZE, "dev", f"a freeze{word}", STACK, Operation.FREEZE, wanted),
    )
    return Review(
        f"HEAD{word} and the work tree",
        (prod, broken, EnvironmentPage("sandbox", Standing.SAME)),
        gates,
        (problem,),
        (replace(problem, severity=Severity.WARNING),),
    )


@pytest.fixture(scope="module")
def pictures() -> dict[str, Drawn]:
    """Return dev against itself with a larger pool and without a tunnel, under the name of prod."""
    text = edited(DEV, {"nodes: {min: 5, start: 6, max: 8}": "nodes: {min: 5, start: 6, max: 9}"})
    return {"prod": before_and_after(sample(), read(text), ["dev"], "HEAD")["dev"]}


@pytest.fixture(scope="module")
def file(pictures: dict[str, Drawn], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "review.html"
    path.write_text(html(whole(), pictures=pictures, digests=True), encoding="utf-8")
    return path


def test_the_page_leads_with_the_verdict_then_the_gates_then_production(pictures: dict[str, Drawn]) -> None:
    tags = loads_nothing(html(whole(), pictures=pictures, digests=True))
    assert "script" not in {tag for tag, _ in tags.seen}
    titles = [said.strip() for level, said in tags.headings if level <= 2]
    assert titles[0].startswith("STOPPED: breaks a rule")
    assert [title.partition(" ")[0] for title in titles[1:]] == [
        "At",
        "What",
        "Acknowledged",
        "Errors",
        "prod",
        "dev",
        "New",
        "What",
    ]
    of_prod = [said for level, said in tags.headings if level == 3]
    wanted = ["Deleted or replaced", "Protection", "Access", "Network exposure and routes", "Versions"]
    wanted += ["Capacity, licences and cost", "Time of up", "Before and after", "The rest by component", "Not known"]
    assert [each for each in of_prod if each in wanted] == wanted


def test_every_part_of_a_review_is_on_its_page(pictures: dict[str, Drawn]) -> None:
    review = whole()
    text = unescape(re.sub(r"<wbr>", "", html(review, pictures=pictures)))
    page = review.environments[0]
    for said in (
        *(gate.reason for gate in review.gates),
        *(sentence.words for sentence in page.access),
        *(each.name for each in page.planned),
        *page.exposure,
        *page.protection,
        "another way",
        *page.versions.moves,
        *page.versions.order,
        *page.why_not,
        *page.time[1:],
        *review.environments[1].failed,
        "203.0.113.20</td><td>203.0.113.99",
        "onp1-prod</dd>",
        "96</td>",
        "agreed",
        "changed in onp1-dev: pool general 5-8",
        "replace vpn-t0",
    ):
        assert said in text, said


def test_what_opens_a_gate_is_an_entry_that_the_gate_accepts() -> None:
    review = whole()
    (entries,) = re.findall(r"<pre>(- urn.*?)</pre>", html(review), re.DOTALL)
    found = [(each["urn"], each["operation"]) for each in yaml.safe_load(unescape(entries))]
    assert found == [(gate.urn, gate.operation) for gate in review.closed if gate.operation]


def test_what_a_file_says_is_never_markup_and_never_turns_the_text(pictures: dict[str, Drawn]) -> None:
    drawn = {"prod": Drawn(pictures["prod"].svg, (f"changed: {HOSTILE}",))}
    plain = loads_nothing(html(whole(), pictures={"prod": Drawn(pictures["prod"].svg, ("changed: x",))}))
    text = html(whole(HOSTILE), pictures=drawn, digests=False)
    tags = loads_nothing(text)
    assert [tag for tag, _ in tags.seen] == [tag for tag, _ in plain.seen]
    assert [sorted(given) for _, given in tags.seen] == [sorted(given) for _, given in plain.seen]
    assert "alert(1)" in text
    assert "\u202e" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
    assert "\\u202e" in text


def test_the_same_review_is_the_same_page_byte_for_byte(pictures: dict[str, Drawn]) -> None:
    assert html(whole(), pictures=pictures) == html(whole(), pictures=dict(pictures))


def test_a_review_without_differences_is_its_verdict() -> None:
    same = Review("HEAD and the work tree", (EnvironmentPage("prod", Standing.SAME),))
    tags = loads_nothing(html(same))
    assert [said for level, said in tags.headings if level == 1] == [same.verdict]
    assert "env-prod" not in tags.anchors


def test_an_environment_whose_picture_does_not_differ_has_it_folded(pictures: dict[str, Drawn]) -> None:
    drawn = Drawn(pictures["prod"].svg, ())
    page = html(whole(), pictures={"prod": drawn})
    assert "Nothing that the picture shows differs" in page
    assert "<details open>" not in page
    assert "<details open>" in html(whole(), pictures=pictures)


class TestInABrowser:
    """What only a browser shows: that the page is quiet, fits a phone, can be read, opens, and prints whole."""

    def test_it_loads_nothing_complains_of_nothing_fits_and_can_be_read(self, browser: Browser, file: Path) -> None:
        tab = seen(browser, file)
        assert tab.value("document.title").startswith("STOPPED")
        shown = tab.value("[...document.querySelectorAll('section')].filter(e => e.offsetHeight > 30).map(e => e.id)")
        wanted = ["overview", "gates", "acknowledged", "errors", "env-prod", "env-dev", "warnings", "digests"]
        assert shown == wanted
        assert tab.value("[...document.querySelectorAll('svg')].map(e => e.getBoundingClientRect().width > 300)") == [
            True,
            True,
        ]

    def test_what_is_folded_opens_by_mouse_and_by_keyboard(self, browser: Browser, file: Path) -> None:
        tab = browser.look(file)
        closed = "[...document.querySelectorAll('details:not([open])')]"
        inside = f"{closed}.map(e => e.querySelector(':scope > :not(summary)').checkVisibility())"
        hidden = tab.value(inside)
        assert len(hidden) > 4
        assert not any(hidden)
        tab.value("document.querySelector('details:not([open]) > summary').focus()")
        tab.press("Enter")
        assert tab.value("document.activeElement.parentElement.open") is True
        tab.value(f"{closed}.forEach(e => e.querySelector('summary').click())")
        assert tab.value(f"{closed}.length") == 0
        everything = "[...document.querySelectorAll('details > :not(summary)')].every(e => e.checkVisibility())"
        assert tab.value(everything) is True

    def test_a_printed_page_has_what_is_folded(self, browser: Browser, file: Path) -> None:
        folded = "[...document.querySelectorAll('details:not([open]) > :not(summary)')].map(e => e.checkVisibility())"
        printed = browser.look(file, paper=True).value(folded)
        assert len(printed) > 4
        assert all(printed)

    def test_a_hostile_page_runs_nothing(self, browser: Browser, pictures: dict[str, Drawn], tmp_path: Path) -> None:
        path = tmp_path / "hostile.html"
        path.write_text(html(whole(HOSTILE), pictures=pictures), encoding="utf-8")
        tab = seen(browser, path)
        assert tab.value("document.scripts.length + document.images.length") == 0
        assert "<script>alert(1)</script>" in tab.value("document.querySelector('main').textContent")


@pytest.mark.parametrize("words", [("--html",), ("--out", "review.html")])
def test_the_command_writes_the_page_with_its_pictures(
    desk: Desk, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.project)
    path = desk.project / "stacks" / "Pulumi.prod.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("start: 9, max: 12", "start: 9, max: 11"), encoding="utf-8"
    )
    state = {"urn": URN, "type": TUNNEL, "custom": True, "inputs": {"name": "t0"}}
    file = desk.project / "preview.json"
    file.write_text(json.dumps({"steps": [{"op": "delete", "urn": URN, "oldState": state}]}), encoding="utf-8")
    code, out, err = desk.run("review", "--from-preview", str(file), "--base", "HEAD", *words)
    page = out if words == ("--html",) else (desk.project / "review.html").read_text(encoding="utf-8")
    assert (code, "review.html" in err) == (1, words != ("--html",))
    loads_nothing(page)
    assert "against HEAD" in page
    assert "9-11 of" in page
