"""`./hybrid review` and `./hybrid verify` as a person runs them, over files as the engine writes them, without one."""

from __future__ import annotations

import json
import subprocess

import pytest

from operations.project import ROOT
from tests.cli.desk import Desk

KIND = "gcp:compute/vPNTunnel:VPNTunnel"
URN = f"urn:pulumi:prod::hybrid::hybrid:vpn:Vpn${KIND}::vpn-t0"
IN_WINDOW = "2026-11-03T19:00"


def step(operation: str, **given: object) -> dict[str, object]:
    state = {"urn": URN, "type": KIND, "custom": True, "inputs": {"name": "t0"}, "protect": True}
    return {"op": operation, "urn": URN, "oldState": state, **given}


def test_an_identical_tree_is_one_line_and_fine(desk: Desk) -> None:
    code, out, _ = desk.run("review", "--base", "HEAD")
    assert code == 0
    assert len(out.splitlines()) == 1
    assert out.startswith("No differences:")


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        ((), "--base REV, or --from-preview FILE"),
        (("--base", "no-such-revision"), "no revision 'no-such-revision': name a branch"),
        (("--base=--help",), "no revision"),
        (("--base", "HEAD", "--stack", "prodd"), "did you mean 'prod'"),
        (("--from-preview", "missing.json"), "can not be read"),
        (("--from-preview", str(ROOT / "Pulumi.yaml")), "no preview: give it"),
    ],
)
def test_wrong_use_ends_in_2_with_one_line_and_the_remedy(desk: Desk, words: tuple[str, ...], saying: str) -> None:
    code, out, err = desk.run("review", *words)
    assert (code, out) == (2, "")
    assert saying in err
    assert len(err.splitlines()) == 1


def test_a_base_without_stack_files_is_said_with_the_remedy(desk: Desk) -> None:
    (desk.project / "stacks" / "organisation.yaml").write_text("- not a mapping\n", encoding="utf-8")
    own = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *own, "commit", "-qam", "broken"], cwd=desk.project, check=True, capture_output=True)  # noqa: S607  git of the machine
    code, _, err = desk.run("review", "--base", "HEAD")
    assert code == 2
    assert "can not be read" in err
    assert "./hybrid check" in err


def test_a_preview_that_deletes_what_is_protected_stops_until_it_is_acknowledged(desk: Desk) -> None:
    file = desk.preview(step("delete"))
    code, out, _ = desk.run("review", "--from-preview", file, "--at", IN_WINDOW)
    assert code == 1
    assert out.startswith("STOPPED: deletes or replaces what is protected")
    assert f"acknowledge delete of {URN}" in out
    (desk.project / "stacks" / "acknowledgements.yaml").write_text(
        f"acknowledgements: [{{urn: '{URN}', operation: delete, reason: moved elsewhere, expires: 2026-11-30}}]\n",
        encoding="utf-8",
    )
    code, out, _ = desk.run("review", "--from-preview", file, "--at", IN_WINDOW)
    assert (code, out.splitlines()[0]) == (0, "PASSES: 1 deleted or replaced, 1 acknowledged")


def test_prod_outside_its_window_is_stopped(desk: Desk) -> None:
    file = desk.preview(
        step("update", newState={"urn": URN, "type": KIND, "inputs": {"name": "t1"}}, diffReasons=["name"])
    )
    code, out, _ = desk.run("review", "--from-preview", file, "--at", "2026-12-24T19:00")
    assert code == 1
    assert "change freeze 'christmas'" in out


def test_the_page_is_written_for_a_pull_request_and_for_a_machine(desk: Desk) -> None:
    file, page = desk.preview(step("delete")), desk.project / "page.md"
    assert desk.run("review", "--from-preview", file, "--markdown", "--out", str(page))[0] == 1
    assert page.read_text(encoding="utf-8").startswith("# STOPPED")
    document = json.loads(desk.run("review", "--from-preview", file, "--json")[1])
    assert document["passes"] is False
    assert document["environments"][0]["operations"] == [f"delete {URN}"]


def test_what_was_approved_is_verified_and_any_difference_is_shown(desk: Desk) -> None:
    approved = desk.preview(step("delete"))
    review = desk.project / "review.json"
    desk.run("review", "--from-preview", approved, "--json", "--out", str(review))
    digest = json.loads(review.read_text(encoding="utf-8"))["environments"][0]["digest"]
    words = ("verify", "prod", "--digest", digest, "--from-preview", approved, "--approved", str(review))
    assert desk.run(*words)[0] == 0

    desk.preview(step("update", newState={"urn": URN, "type": KIND, "inputs": {"name": "t1"}}, diffReasons=["name"]))
    code, out, _ = desk.run(*words)
    assert code == 1
    assert "other operations would run" in out
    assert f"approved, not now: delete {URN}" in out
    assert f"now, not approved: update {URN} name" in out

    path = desk.project / "stacks" / "Pulumi.prod.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("peak_kpps: ", "peak_kpps: 1"), encoding="utf-8")
    desk.preview(step("delete"))
    assert "the stack files say something else" in desk.run(*words)[1]


@pytest.mark.parametrize(
    ("digest", "saying"), [("v1.short", "is no digest"), (".".join(["v1", *["a" * 32] * 4]), "no `pulumi` on PATH")]
)
def test_verify_without_a_digest_or_an_engine_ends_in_2(desk: Desk, digest: str, saying: str) -> None:
    code, _, err = desk.run("verify", "prod", "--digest", digest)
    assert code == 2
    assert saying in err
