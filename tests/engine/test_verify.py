"""Approved equals applied, over what the engine itself prints for `pulumi preview --json --show-sames`.

The program runs inline, so the official command line is stood in for by one that prints what the engine printed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest
from pulumi.automation import CommandError

from operations import cli
from operations.rehearse.session import opened
from operations.review import verify
from operations.review.from_file import digest_of
from operations.review.preview_file import parse
from rehearsal.engine.acquire import Engine
from rehearsal.engine.command import EngineCommand
from rehearsal.engine.steps import StepResult
from tests.cli import stand_in
from tests.engine.bench import Bench


def test_what_was_approved_is_recognised_whatever_order_it_comes_in_and_a_failed_preview_is_not(
    running: Callable[[str], Bench],
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = EngineCommand.run
    printed: list[str] = []

    def in_full(self: EngineCommand, args: list[str], *others: object, **more: object) -> object:
        if args[0] != "preview":
            return run(self, args, *others, **more)  # pyright: ignore[reportArgumentType]  handed on as it came
        try:
            done = run(self, [*args, "--show-sames"], *others, **more)  # pyright: ignore[reportArgumentType]  handed on as it came
        except CommandError as error:
            printed.append(str(error).partition("stdout: ")[2].rpartition("\n stderr:")[0])
            raise
        printed.append(done.stdout)
        return done

    monkeypatch.setattr(EngineCommand, "run", in_full)
    bench = running("sandbox")
    bench.edit("Pulumi.sandbox.yaml", "vpn-psk-1}", "vpn-psk-1, generation: 2}")
    results: list[StepResult] = []
    for refreshed in (False, True):
        with bench.opened("sandbox") as session:
            if refreshed:
                # A deploy job comes later: the state was written again, with other times in it.
                session.take("refresh")
            results.append(session.workbench.preview_json()[0])
    approved, now = (parse(text) for text in printed)
    assert [each.succeeded for each in results] == [True, True]
    assert printed[0] != printed[1]
    assert {each.operation for each in approved.planned} == {"replace"}
    assert len(approved.before) > len(approved.planned)
    digest = digest_of(bench.root, approved, "sandbox")
    assert digest_of(bench.root, now, "sandbox") == digest

    monkeypatch.setattr(verify, "ROOT", bench.root)
    words = ["verify", "sandbox", "--digest", str(digest)]
    stand_in.pulumi(tmp_path, monkeypatch, out=printed[1], version="3.220.0")
    assert cli.main(words) == 0, capsys.readouterr()

    def declared() -> None:
        pulumi.export("begun", value=True)
        raise ValueError("the ranges are used up")

    env = bench.environment("sandbox")
    with opened(env, engine, home=bench.home / "sandbox", root=bench.root, declared=declared) as session:
        session.workbench.preview_json()
    stand_in.pulumi(tmp_path, monkeypatch, out=printed[2], code=255, version="3.220.0")
    capsys.readouterr()
    assert cli.main(words) == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "the ranges are used up" in said
