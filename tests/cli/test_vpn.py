"""`./hybrid vpn` as a person runs it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from operations.vpn.proof_page import pages
from tests.cli.running import checkout, run
from tests.model.cases import sample

SVG = "{http://www.w3.org/2000/svg}"


def test_the_proof_of_every_environment_holds_and_says_so() -> None:
    done = run("vpn", "prove")
    assert done.code == 0, done.err
    for name in ("sandbox", "dev", "test", "prod"):
        assert f"{name}: every single loss is survived" in done.out
    assert "peer device fw-a" in done.out
    assert "pairs of losses" in done.out


def test_the_proof_for_a_machine_has_every_loss_with_its_paths() -> None:
    found = json.loads(run("vpn", "prove", "prod", "--json").out)["environments"]
    assert set(found) == {"prod"}
    proof = found["prod"]
    assert (proof["holds"], proof["sla"]["percent"], proof["intact"]["kpps"]) == (True, "99.99", 1000)
    losses = {each["lost"]: each for each in proof["singles"]}
    assert losses["peer device fw-a"]["kpps"] == 500
    path = losses["peer device fw-a"]["paths"]["sites to cloud"]["10.40.48.0/20"]
    assert path["tunnels"] == ["t1-if0-fw-b", "t3-if1-fw-b"]
    assert {each["verdict"] for each in proof["pairs"]} == {"holds", "short", "cut"}


def test_a_vpn_that_a_single_loss_cuts_is_no_proof(tmp_path: Path) -> None:
    project = checkout(tmp_path)
    path = project / "stacks" / "organisation.yaml"
    text = path.read_text(encoding="utf-8")
    assert "site: bergen1" in text
    path.write_text(text.replace("site: bergen1", "site: oslo1"), encoding="utf-8")
    done = run("vpn", "prove", "prod", project=project)
    assert done.code == 1
    assert "NOT every single loss is survived" in done.out
    assert run("check", "prod", project=project).code == 1


def test_the_picture_has_a_row_for_each_loss_and_a_column_for_each_tunnel() -> None:
    texts = pages(sample())
    drawn = Xml.fromstring(texts["docs/redundancy-prod.svg"])  # noqa: S314  just written
    words = [each.text for each in drawn.iter(f"{SVG}text")]
    for word in ("t0", "t3", "MED 100", "peer site oslo1", "region europe-north1", "peak 320", "holds", "beyond"):
        assert word in words
    right = float(drawn.attrib["width"])
    for each in drawn.iter(f"{SVG}text"):
        width = len(each.text or "") * float(each.attrib["font-size"]) * 0.6
        left = float(each.attrib["x"]) - (width / 2 if each.get("text-anchor") == "middle" else 0)
        assert left >= 0
        assert left + width <= right, each.text
    assert texts == pages(sample())


def test_one_picture_shows_one_environment() -> None:
    done = run("vpn", "prove", "--svg")
    assert done.code == 2
    assert "./hybrid vpn prove prod --svg" in done.err


def test_the_peers_files_are_written_with_googles_addresses(tmp_path: Path) -> None:
    words = ("vpn", "peers", "prod", "--out", str(tmp_path), "--gateway", "0=192.0.2.1", "--gateway", "1=192.0.2.2")
    assert run(*words).code == 0
    names = {path.name for path in tmp_path.iterdir()}
    ends = ("swanctl.conf", "tunnels.sh", "frr.conf")
    assert names == {f"prod-{device}.{end}" for device in ("fw-a", "fw-b") for end in ends}
    assert "<address" not in "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("vpn", "peers", "dev", "--device", "fw-c"), "did you mean 'fw-b'?"),
        (("vpn", "peers", "dve"), "did you mean 'dev'?"),
        (("vpn", "peers", "dev", "--gateway", "2=192.0.2.1"), "0=192.0.2.1"),
        (("vpn", "prove", "dve"), "did you mean 'dev'?"),
        (("vpn", "orders", "dve"), "did you mean 'dev'?"),
        (("vpn",), "See: ./hybrid vpn --help"),
    ],
)
def test_what_is_used_wrongly_is_said_with_what_was_meant(words: tuple[str, ...], saying: str) -> None:
    done = run(*words)
    assert done.code == 2
    assert saying in done.err


def test_the_order_sheet_says_the_same_in_three_forms() -> None:
    rows = list(csv.DictReader(io.StringIO(run("vpn", "orders", "prod", "--csv").out)))
    data = json.loads(run("vpn", "orders", "prod", "--json").out)
    page = run("vpn", "orders", "prod").out
    assert {int(row["number"]) for row in rows} == {each["number"] for each in data["openings"]}
    for opening in data["openings"]:
        mine = [row for row in rows if int(row["number"]) == opening["number"]]
        assert {row["why"] for row in mine} >= {opening["why"]}
        assert {row["from"] for row in mine} >= {each["name"] for each in opening["from"]}
        assert f"| {opening['number']} | " in page
        assert opening["owner"]
    dns = next(row for row in rows if row["why"] == "DNS forwarding" and row["protocol"] == "udp")
    assert (dns["from range"], dns["to range"], dns["ports"]) == ("35.199.192.0/19", "10.20.255.10", "53")
