"""`./hybrid drift` over what the real engine printed of a rehearsal of dev in which ten hand edits had been made.

The two files hold one refresh: its engine event log and its `--json`, without the resources that stayed as they were
and the values that did not differ. What a refresh sees is tested in `tests/engine/test_drift.py`.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Final, cast

import pytest

from model.estate import Environment
from operations import cli
from operations.drift.judging import Finding, Kind, Report, judged
from operations.drift.reading import Difference, Moved, Refresh, parsed, read, written
from operations.project import ROOT
from operations.record.environment import record_environment
from operations.record.recording import Recording
from tests.model.cases import environment

LOG: Final = ROOT / "tests" / "fixtures" / "drift" / "dev.jsonl"
DIGEST: Final = ROOT / "tests" / "fixtures" / "drift" / "dev.json"
POOL: Final = (
    "urn:pulumi:dev::hybrid::hybrid:onprem:UserCluster$gcp:gkeonprem/vMwareNodePool:VMwareNodePool::onp1-dev-general"
)


@pytest.fixture(scope="module")
def dev() -> Environment:
    return environment("dev")


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record_environment("dev")


@pytest.fixture(scope="module")
def report(dev: Environment, recording: Recording) -> Report:
    return judged(read(LOG.read_text(encoding="utf-8")), dev, recording)


def found(report: Report, name: str) -> Finding:
    return next(each for each in report.findings if each.moved.name == name)


def of_pool(dev: Environment, recording: Recording, *paths: str) -> Finding:
    """Return the verdict over a node pool of which these properties differ."""
    moved = Moved(POOL, gone=False, differences=tuple(Difference(parsed(path), "6", "7") for path in paths))
    return judged(Refresh("dev", 1, (moved,)), dev, recording).findings[0]


def test_log_and_json_of_one_refresh_are_read_as_the_same() -> None:
    log, digest = (read(file.read_text(encoding="utf-8")) for file in (LOG, DIGEST))
    assert log.moved == digest.moved
    assert (len(log.moved), log.stack, digest.stack, log.failures) == (10, "dev", "dev", ())


def test_every_hand_edit_is_found_with_what_it_changed(report: Report) -> None:
    assert {each.moved.name: each.what for each in report.of(Kind.INCIDENT)} == {
        "access-hytter-browser-varde-team-hytter": ("it is gone",),
        "gcp1-dev-innsikt-main-admin-varde-team-innsikt": (
            "subjects[0].kind: Group -> User",
            "subjects[0].name: varde-team-innsikt@fjellverket.example -> somebody@elsewhere.example",
        ),
        "network-egress-egress-1": ("it is gone",),
        "network-firewall-rule-istiod-to-gke-api": ("match.srcIpRanges[0]: 10.20.17.0/24 -> 0.0.0.0/0",),
        "onp1-dev-cluster": ("onPremVersion: 1.32.200-gke.27 -> 1.33.100-gke.89",),
        "onp1-dev-general": ("nodePoolAutoscaling.maxReplicas: 8 -> 9",),
        "onp1-dev-namespace-varsel-main": ("metadata.labels.team: skred -> nobody",),
        "vpn-t0-if0-fw-a-bgp": ("enable: true -> false",),
        "vpn-t0-if0-fw-a-tunnel": ("it is gone",),
        "vsphere-network-node": ("vlanId: 2012 -> 2013",),
    }


@pytest.mark.parametrize(
    ("name", "audience"),
    [
        ("vpn-t0-if0-fw-a-bgp", ("network",)),
        ("vsphere-network-node", ("network",)),
        ("network-firewall-rule-istiod-to-gke-api", ("network", "security")),
        ("onp1-dev-general", ("platform",)),
        ("access-hytter-browser-varde-team-hytter", ("security", "team hytter")),
        ("gcp1-dev-innsikt-main-admin-varde-team-innsikt", ("security", "team innsikt")),
        ("onp1-dev-namespace-varsel-main", ("team skred", "platform")),
    ],
)
def test_each_is_for_those_who_would_care(report: Report, name: str, audience: tuple[str, ...]) -> None:
    assert found(report, name).audience == audience


def test_each_says_how_to_keep_it_and_how_to_revert_it(report: Report) -> None:
    peer = found(report, "vpn-t0-if0-fw-a-bgp")
    assert "drill.disabled_peers" in peer.adopt[0]
    assert peer.adopt[1] == f"pulumi refresh --target '{peer.moved.urn}' -s dev"
    assert peer.revert == f"pulumi up --refresh --target '{peer.moved.urn}' -s dev"


def test_what_follows_from_the_files_has_only_the_way_back(report: Report) -> None:
    rule = found(report, "network-firewall-rule-istiod-to-gke-api")
    assert len(rule.adopt) == 1
    assert rule.revert


def test_a_version_that_can_not_go_back_has_no_command_to_revert_it(report: Report) -> None:
    assert found(report, "onp1-dev-cluster").revert == ""


def test_an_echo_is_told_apart_with_the_reason_that_stands_in_the_component(
    dev: Environment, recording: Recording
) -> None:
    echo = of_pool(dev, recording, "config.replicas")
    assert echo.kind is Kind.ECHO
    assert "autoscaler" in echo.reason


def test_an_echo_beside_a_hand_edit_does_not_hide_it(dev: Environment, recording: Recording) -> None:
    both = of_pool(dev, recording, "config.replicas", "nodePoolAutoscaling.maxReplicas")
    assert (both.kind, both.what) == (Kind.INCIDENT, ("nodePoolAutoscaling.maxReplicas: 6 -> 7",))


def test_a_value_that_the_program_does_not_state_is_nobodys_edit(dev: Environment, recording: Recording) -> None:
    for path in ("onPremVersion", "status.conditions[0]", "config.image"):
        assert of_pool(dev, recording, path).kind is Kind.UNSTATED
    assert of_pool(dev, recording, "config.labels.touched").kind is Kind.INCIDENT
    assert of_pool(dev, recording, "config.taints[1].key").kind is Kind.INCIDENT


def test_a_resource_that_the_program_no_longer_has_is_said_to_go(dev: Environment, recording: Recording) -> None:
    moved = Moved(f"{POOL}-2", gone=False, differences=(Difference(("config",)),))
    assert "does not declare" in judged(Refresh("dev", 1, (moved,)), dev, recording).findings[0].reason


@pytest.mark.parametrize("text", ["a.b[0].c", 'metadata.annotations["a.b/c"]', "labels"])
def test_a_path_of_the_engine_is_taken_apart(text: str) -> None:
    assert written(parsed(text)) == text.replace('["a.b/c"]', ".a.b/c")
    assert parsed("a.b[0].c") == ("a", "b", 0, "c")


class TestCommand:
    """The command as a person runs it."""

    @pytest.fixture(autouse=True)
    def recorded_once(self, monkeypatch: pytest.MonkeyPatch, recording: Recording) -> None:
        def once(_: str) -> Recording:
            return recording

        monkeypatch.setattr("operations.record.environment.record_environment", once)

    def test_hand_edits_end_in_1_grouped_by_who_would_care(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["drift", "dev", "--from", str(LOG)]) == 1
        out = capsys.readouterr().out
        assert out.startswith("dev: 10 hand edits, 0 echoes, 0 not stated; ")
        headings = [line for line in out.splitlines() if line.startswith("For ")]
        assert headings == ["For network:", "For platform:", "For security:", "For team skred:"]

    def test_a_refresh_that_found_nothing_ends_in_0(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lines = LOG.read_text(encoding="utf-8").splitlines()
        quiet = [line for line in lines if '"op": "update"' not in line and '"op": "delete"' not in line]
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(quiet)))
        assert cli.main(["drift", "dev", "--from", "-", "--json"]) == 0
        said = cast("dict[str, Any]", json.loads(capsys.readouterr().out))
        assert (said["findings"], said["complete"], said["looked_at"]) == ([], True, 10)
        assert list(tmp_path.iterdir()) == []

    def test_a_log_that_is_cut_short_never_passes_for_a_clean_one(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        cut = tmp_path / "cut.jsonl"
        lines = LOG.read_text(encoding="utf-8").splitlines()
        begun = [line for line in lines if "resourcePreEvent" in line]
        cut.write_text("\n".join(begun), encoding="utf-8")
        assert cli.main(["drift", "dev", "--from", str(cut)]) == 1
        assert "ends before the refresh does" in capsys.readouterr().out

    def test_what_was_said_before_the_document_does_not_matter(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"warning: {{a}} is old\n{DIGEST.read_text(encoding='utf-8')}"))
        assert cli.main(["drift", "dev", "--from", "-"]) == 1
        assert capsys.readouterr().out.startswith("dev: 10 hand edits")

    def test_a_file_that_is_not_there_is_said_once(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["drift", "dev", "--from", "/no/such/file"]) == 2
        assert capsys.readouterr().err == "./hybrid drift: /no/such/file can not be read: No such file or directory\n"

    @pytest.mark.parametrize(
        ("text", "saying"),
        [
            ("", "no event of an engine"),
            ("{}\n", "could not begin"),
            ("hello", "line 1 is no JSON"),
            ('{\n    "config": {},\n    "steps": [\n        {"op": "upd', "cut short"),
            ("[1]", "no event"),
            ('{"steps": [{"op": "create", "urn": "urn:pulumi:dev::hybrid::t::n"}]}', "not of a refresh"),
            ('{"steps": [{"op": "update"}]}', "another shape"),
        ],
    )
    def test_what_is_no_refresh_is_a_wrong_use(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, saying: str
    ) -> None:
        file = tmp_path / "given"
        file.write_text(text, encoding="utf-8")
        assert cli.main(["drift", "dev", "--from", str(file)]) == 2
        assert saying in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("words", "saying"),
        [
            (("prod", "--from", str(LOG)), "is of stack dev"),
            (("dve", "--from", str(LOG)), "did you mean 'dev'"),
            (("dev", "--from", "/no/such/file"), "/no/such/file"),
        ],
    )
    def test_another_stack_an_unknown_one_and_a_missing_file_are_wrong_uses(
        self, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], saying: str
    ) -> None:
        assert cli.main(["drift", *words]) == 2
        assert saying in capsys.readouterr().err
