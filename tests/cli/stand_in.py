"""A `pulumi` on PATH that prints what it is given to print, in place of the official one."""

from __future__ import annotations

import shlex
import stat
from pathlib import Path

import pytest


def pulumi(
    home: Path, monkeypatch: pytest.MonkeyPatch, *, out: str, err: str = "", code: int = 0, version: str
) -> Path:
    """Put it on PATH from a folder below `home`, and return the file in which it writes down what it was asked."""
    folder = home / "bin"
    folder.mkdir(exist_ok=True)
    for name, text in (("out", out), ("err", err)):
        (folder / name).write_text(text, encoding="utf-8")
    script = folder / "pulumi"
    here = shlex.quote(str(folder))
    script.write_text(
        f'#!/bin/sh\nif [ "$1" = version ]; then echo v{version}; exit 0; fi\n'
        f'echo "$@" > {here}/asked; cat {here}/out; cat {here}/err >&2; exit {code}\n',
        encoding="utf-8",
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    # The version that was asked last time is kept there.
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    return folder / "asked"
