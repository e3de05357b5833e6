"""`./hybrid vpn` as a person runs it."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from operations.cli import main
from operations.vpn.proof_page import pages
from tests.cli.running import checkout, run
from tests.link_alone import link_alone
from tests.model.cases import DEV, ROOT, sample

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
        (("vpn", "rotate", "dve"), "did you mean 'dev'?"),
        (("vpn", "rotate", "dev", "--tunnel", "t9"), "there is t0-if0-fw-a, t1-if1-fw-b"),
        (("vpn", "rotate", "dev", "--what", "peer", "--device", "fw-a"), "--device and --address go together"),
        (("vpn", "rotate", "dev", "--what", "peer"), "say which device moves where"),
        (("vpn", "drill", "dve", "--peer", "fw-a"), "did you mean 'dev'?"),
        (("vpn", "drill", "dev", "--peer", "fw-z"), "there is t0-if0-fw-a-bgp, t1-if1-fw-b-bgp"),
        (("vpn", "drill", "dev", "--peer", "fw-a", "--tunnel", "t1-if1-fw-b"), "is none of t0-if0-fw-a"),
        (("vpn",), "See: ./hybrid vpn --help"),
    ],
)
def test_what_is_used_wrongly_is_said_with_what_was_meant(
    words: tuple[str, ...], saying: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(words)
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    assert saying in capsys.readouterr().err


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


def small(folder: Path) -> Path:
    """Return a checkout whose sandbox is a VPC and the VPN alone, with a comment in it."""
    project = checkout(folder)
    path = project / "stacks" / "Pulumi.sandbox.yaml"
    path.write_text(f"# kept\n{link_alone(path.read_text(encoding='utf-8'))}", encoding="utf-8")
    return project


class TestRotate:
    """The steps, for a person and for a machine, and as files."""

    def test_every_step_says_what_is_down_what_is_left_and_what_the_other_side_does(self) -> None:
        done = run("vpn", "rotate", "dev", "--what", "ranges")
        assert done.code == 0, done.err
        assert "dev: ranges, 2 steps" in done.out
        for tunnel in ("t0-if0-fw-a", "t1-if1-fw-b"):
            assert f"{tunnel} is down; 250 kpps left for the peak of 80: enough" in done.out
        for word in ("edit ", "replaced", "other side", "verify", "undo", "pulumi up -s dev"):
            assert word in done.out

    def test_a_machine_gets_the_same_steps_with_their_edits(self) -> None:
        data = json.loads(run("vpn", "rotate", "prod", "--tunnel", "t0-if0-fw-a", "--json").out)
        assert (data["what"], data["holds"]) == ("keys", True)
        assert [step["down"] for step in data["steps"]] == [[], ["t0-if0-fw-a"], []]
        (edit,) = data["steps"][1]["edits"]
        assert edit["path"][-2:] == ["pre_shared_key", "generation"]
        assert (edit["old"], edit["new"]) == (None, 2)

    def test_the_files_of_the_steps_keep_every_comment_and_line_but_those_of_the_edit(self, tmp_path: Path) -> None:
        assert run("vpn", "rotate", "dev", "--what", "ranges", "--out", str(tmp_path)).code == 0
        texts = [(ROOT / DEV).read_text(encoding="utf-8")]
        texts += [(tmp_path / f"0{number}-Pulumi.dev.yaml").read_text(encoding="utf-8") for number in (1, 2)]
        for before, after in pairwise(texts):
            pairs = list(zip(before.splitlines(), after.splitlines(), strict=True))
            changed = [new.split(":")[0].strip() for old, new in pairs if old != new]
            assert changed == ["range", "google_address", "peer_address"]

    def test_a_rotation_that_would_cut_a_path_is_told_and_no_file_is_written(self, tmp_path: Path) -> None:
        project = checkout(tmp_path)
        path = project / DEV
        off = "drill: {disabled_peers: [t1-if1-fw-b-bgp], expires: 2026-11-04}"
        path.write_text(path.read_text(encoding="utf-8").replace("drill: {disabled_peers: []}", off), encoding="utf-8")
        out = tmp_path / "steps"
        done = run("vpn", "rotate", "dev", "--tunnel", "t0-if0-fw-a", "--out", str(out), project=project)
        assert done.code == 1
        assert "CUT" in done.out
        assert "NO PATH" in done.out
        assert not out.exists()

    def test_a_rehearsal_carries_the_steps_out_in_the_simulated_clouds(self, tmp_path: Path) -> None:
        words = ("vpn", "rotate", "sandbox", "--what", "ranges", "--tunnel", "t0-if0-fw-a", "--rehearse", "--json")
        done = run(*words, project=small(tmp_path))
        assert done.code == 0, done.err
        data = json.loads(done.out)
        (step,) = data["steps"]
        assert (data["succeeded"], step["touched"], step["complaints"]) == (True, ["t0-if0-fw-a"], [])
        assert "replace vpn-t0-if0-fw-a-if: ipRange" in step["operations"]


class TestDrill:
    """The runbook, and what is refused."""

    def test_the_runbook_says_what_to_run_what_to_watch_and_how_to_end(self) -> None:
        done = run("vpn", "drill", "prod", "--peer", "t0-if0-fw-a-bgp")
        assert done.code == 0, done.err
        for word in (
            "disabled_peers: [t0-if0-fw-a-bgp]",
            "750 kpps are left",
            "get-status",
            "7. end",
            "vpn prove prod",
        ):
            assert word in done.out

    def test_a_machine_gets_what_is_withdrawn(self) -> None:
        data = json.loads(run("vpn", "drill", "dev", "--peer", "fw-a", "--json").out)
        assert (data["allowed"], data["tunnels"], data["kpps"]) == (True, ["t0-if0-fw-a"], 250)
        assert {row["after"] for row in data["withdrawn"]} == {"t1-if1-fw-b"}

    def test_the_edit_is_written_where_it_is_allowed_and_touches_one_line(self, tmp_path: Path) -> None:
        project = checkout(tmp_path)
        path = project / DEV
        before = path.read_text(encoding="utf-8")
        assert run("vpn", "drill", "dev", "--peer", "t0-if0-fw-a-bgp", "--write", project=project).code == 0
        after = path.read_text(encoding="utf-8")
        changed = [new for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
        assert changed == ['    drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: "2026-11-02"}']
        # The second tunnel is refused while the first is off, and the file stays.
        done = run("vpn", "drill", "dev", "--peer", "fw-b", "--write", project=project)
        assert done.code == 1
        assert "no path for" in done.out
        assert done.out.rstrip().endswith("refused: nothing is to be run")
        assert path.read_text(encoding="utf-8") == after

    def test_a_drill_that_is_over_is_an_error_of_the_files_and_a_new_one_is_to_the_day(self, tmp_path: Path) -> None:
        project = checkout(tmp_path)
        path = project / DEV
        off = "drill: {disabled_peers: [t0-if0-fw-a-bgp], expires: 2026-10-01}"
        path.write_text(path.read_text(encoding="utf-8").replace("drill: {disabled_peers: []}", off), encoding="utf-8")
        done = run("check", "dev", project=project)
        assert done.code == 1
        assert "the drill ended on 2026-10-01" in done.out + done.err
        data = json.loads(run("vpn", "drill", "dev", "--peer", "t0-if0-fw-a-bgp", "--json", project=project).out)
        assert data["edits"][0]["new"]["expires"] == "2026-11-02"
