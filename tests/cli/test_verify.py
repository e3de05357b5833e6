"""`./hybrid verify` beside a `pulumi` that answers as the real one does: what 3.220 prints was taken down from it.

Real previews go through it in tests/engine/test_verify.py.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping

import pytest

from operations.review.preview_file import PreviewFileError, parse
from tests.cli.desk import Desk
from tests.cli.stand_in import pulumi
from tests.cli.test_review import URN, step

ANY = ".".join(["v1", *["a" * 32] * 4])


def document(*steps: Mapping[str, object], errors: tuple[str, ...] = ()) -> str:
    said = [{"message": f"error: {each}\n", "severity": "error"} for each in errors]
    return json.dumps({"config": {}, "steps": list(steps), "diagnostics": said}, indent=4)


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions", "`pulumi login gs://"),
        ("error: no stack named 'prod' found", "`pulumi stack init`"),
        (
            "error: getting stack configuration: get stack secrets manager: incorrect passphrase",
            "PULUMI_CONFIG_PASSPHRASE",
        ),
        (
            "error: missing google credentials: unable to find gcp credentials: google: could not find default "
            "credentials. See https://cloud.google.com/docs/authentication/external/set-up-adc for more information",
            "`gcloud auth application-default login`",
        ),
        (
            'error: Pulumi CLI version 3.220.0 does not satisfy the version range ">=9.0.0"',
            "install the version that Pulumi.yaml asks for",
        ),
        (
            "error: the stack is currently locked by 1 lock(s). Either wait for the other process\n"
            "warning: A new version of Pulumi is available",
            "runbook prod lock-held",
        ),
        ("warning: a new version is there\nerror: something new\n\n", "Run `pulumi preview --stack prod`"),
        ("", "it gave no reason"),
    ],
)
@pytest.mark.parametrize("out", ["", "{}\n"])
def test_an_engine_that_can_not_begin_is_said_in_one_line_with_the_remedy(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, said: str, remedy: str, out: str
) -> None:
    pulumi(desk.project, monkeypatch, out=out, err=said, code=255, version="3.220.0")
    code, shown, err = desk.run("verify", "prod", "--digest", ANY)
    assert (code, shown) == (2, "")
    assert len(err.splitlines()) == 1
    assert remedy.lower() in err.lower()


def test_an_engine_without_a_language_host_prints_an_empty_document_and_is_no_empty_change(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "error: failed to load language plugin python: no language plugin 'pulumi-language-python' found"
    pulumi(desk.project, monkeypatch, out="{}\n", err=said, code=255, version="3.220.0")
    code, _, err = desk.run("verify", "prod", "--digest", ANY)
    assert code == 2
    assert "official release" in err


@pytest.mark.parametrize("version", ["3.219.9", "2.1.0", "4.0.0"])
def test_another_version_of_pulumi_is_refused_before_it_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    asked = pulumi(desk.project, monkeypatch, out=document(), version=version)
    code, _, err = desk.run("verify", "prod", "--digest", ANY)
    assert (code, asked.exists()) == (2, False)
    assert f"is {version}; 3.220.0 or a later 3.x is needed" in err
    assert len(err.splitlines()) == 1


def test_a_preview_that_fails_half_way_stops_with_its_first_reason_on_one_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = 'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nValueError: no such range'
    failed = document(
        step("delete"),
        errors=(
            f"Program failed with an unhandled exception:\n{trace}",
            f"an unhandled error occurred: Program failed with an unhandled exception:\n{trace}",
            'resource "x" cannot be deleted\nbecause it is protected.',
            "preview failed",
        ),
    )
    pulumi(desk.project, monkeypatch, out=failed, code=255, version="3.220.0")
    code, out, err = desk.run("verify", "prod", "--digest", ANY)
    assert (code, out) == (1, "")
    assert err == (
        "./hybrid verify: the preview of prod failed: Program failed with an unhandled exception: "
        "ValueError: no such range (and 1 more)\n"
    )


def test_an_engine_that_ends_badly_after_a_whole_document_is_not_believed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = desk.preview(step("delete"))
    digest = _digest(desk, file)
    pulumi(
        desk.project,
        monkeypatch,
        out=document(step("delete")),
        err="error: update cancelled",
        code=255,
        version="3.221.0",
    )
    code, _, err = desk.run("verify", "prod", "--digest", digest)
    assert code == 2
    assert "update cancelled" in err


def test_what_pulumi_says_is_compared_asked_for_in_full_and_kept_for_oneself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = _digest(desk, desk.preview(step("delete")))
    noise = "warning: resource plugin {gcp} is from elsewhere\n@ previewing update...\n"
    asked = pulumi(
        desk.project, monkeypatch, out=noise + document(step("delete")), err="warning: x\n", version="3.221.0"
    )
    kept = desk.project / "kept.json"
    code, out, err = desk.run("verify", "prod", "--digest", digest, "--out", str(kept))
    assert (code, err) == (0, "")
    assert "what would run is what was approved" in out
    assert asked.read_text().split() == ["preview", "--json", "--show-sames", "--non-interactive", "--stack", "prod"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert desk.run("verify", "prod", "--digest", digest, "--from-preview", str(kept))[0] == 0


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("prodd",), "did you mean 'prod'"),
        (("prod", "--out", "/no/such/folder/x.json"), "can not be written"),
        (("prod", "--from-preview", "preview.json", "--out", "x.json"), "give one of them"),
        (("dev",), "the preview is of prod, not of dev"),
    ],
)
def test_wrong_use_ends_in_2_with_one_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], saying: str
) -> None:
    pulumi(desk.project, monkeypatch, out=document(step("delete")), version="3.220.0")
    name, *others = words
    code, out, err = desk.run("verify", name, "--digest", ANY, *others)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert saying in err


def _digest(desk: Desk, file: str) -> str:
    return str(json.loads(desk.run("review", "--from-preview", file, "--json")[1])["environments"][0]["digest"])


class TestReading:
    """A preview that is taken for more than it is approves what nobody has seen."""

    @pytest.mark.parametrize("part", [0.3, 0.6, 0.99])
    def test_one_that_was_cut_short_is_refused_wherever_it_was_cut(self, part: float) -> None:
        text = document(*(step("delete") for _ in range(5)))
        with pytest.raises(PreviewFileError, match="cut short"):
            parse(text[: int(len(text) * part)])

    def test_an_event_log_without_its_end_has_failed(self) -> None:
        event = json.dumps({"resourcePreEvent": {"metadata": step("delete") | {"type": "x:y:Z"}}})
        assert "cut short" in parse(event).errors[0]
        summary = json.dumps({"summaryEvent": {"resourceChanges": {"delete": 1}}})
        assert parse(f"{event}\n{summary}").errors == ()

    def test_a_resource_that_a_plan_marks_as_to_be_deleted_is_still_in_the_state_before(self) -> None:
        state = {"urn": URN, "type": "gcp:compute/vPNTunnel:VPNTunnel", "id": "1", "inputs": {"name": "t0"}}
        replaced = parse(document({"op": "replace", "urn": URN, "oldState": {**state, "delete": True}}))
        same = parse(document({"op": "same", "urn": URN, "oldState": state}))
        assert [bool(each.get("delete")) for each in replaced.before] == [False]
        assert replaced.before[0]["id"] == same.before[0]["id"]

    def test_what_was_to_be_deleted_already_does_not_stand_for_what_lives(self) -> None:
        old = {"urn": URN, "id": "old", "delete": True}
        steps = (
            {"op": "same", "urn": URN, "oldState": {"urn": URN, "id": "new"}},
            {"op": "delete-replaced", "urn": URN, "oldState": old},
        )
        assert [each["id"] for each in parse(document(*steps)).before] == ["new"]
        assert [each["id"] for each in parse(document(*reversed(steps))).before] == ["new"]
