"""The history of a stack, as `pulumi stack history --json` prints it: from a file, a backend or a rehearsal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from model.config.source import Data
from model.planning.promotion.history import History, Run
from operations.project import ROOT

_PATIENCE: Final = 60
"""Seconds that a backend has for an answer."""
_APPLIES: Final = "update"
"""What the history calls an `up`; refreshes and destroys are in it too, and bring nothing."""


class HistoryError(ValueError):
    """A file is no history of a stack; the message says what it should be."""


def parsed(text: str) -> History:
    """Return the history that `pulumi stack history --json` printed. Raises `HistoryError`."""
    try:
        found = json.loads(text or "[]")
    except ValueError as error:
        raise HistoryError(f"it is no JSON ({error}); write `pulumi stack history --json -s ENV` into it") from error
    if not isinstance(found, list):
        raise HistoryError("it is no list of updates; write `pulumi stack history --json -s ENV` into it")
    try:
        updates = [cast("Mapping[str, Any]", each) for each in cast("list[object]", found)]
        ended = [each for each in updates if each["kind"] == _APPLIES and each.get("endTime")]
        return History(tuple(sorted(map(_run, ended), key=lambda run: run.at, reverse=True)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise HistoryError(f"an update in it is not as `pulumi stack history --json` prints it: {error!r}") from error


def _run(update: Mapping[str, Any]) -> Run:
    config = cast("Mapping[str, Mapping[str, Any]]", update.get("config") or {})
    values = {key: cast("Data", each.get("objectValue", each.get("value"))) for key, each in config.items()}
    around = cast("Mapping[str, str]", update.get("environment") or {})
    revision = around.get("git.head", "")
    if revision and around.get("git.dirty") == "true":
        # What ran is in no commit, so it is no revision that another environment could get.
        revision = f"{revision}, with changes"
    return Run(datetime.fromisoformat(str(update["endTime"])), update.get("result") == "succeeded", values, revision)


def of_backend(environment: str) -> History:
    """Return the history of an environment's stack in the backend that the command line is logged in to."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        return History(missing="there is no `pulumi` on PATH to ask for the history; --history ENV=FILE gives it")
    return _asked([pulumi, "stack", "history", "--json", "-s", environment], ROOT, dict(os.environ))


def of_rehearsal(environment: str, home: Path) -> History:
    """Return the history of an environment's rehearsal, whose world and state are in `home`."""
    from rehearsal.engine.acquire import find

    workspace, state = home / "engine" / "workspace", home / "engine" / "state"
    engine = find()
    if engine is None or not workspace.is_dir():
        why = "there is no engine" if engine is None else f"it has not been rehearsed: ./hybrid rehearse {environment}"
        return History(missing=why)
    given = {
        **os.environ,
        "PULUMI_HOME": str(home / "engine" / "pulumi"),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",  # a history needs none; without the variable the engine would ask for one
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    return _asked([str(engine.path), "stack", "history", "--json", "-s", environment], workspace, given)


def _asked(command: Iterable[str], folder: Path, variables: Mapping[str, str]) -> History:
    words = [*command, "--non-interactive"]
    try:
        done = subprocess.run(
            words, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return History(missing=f"the history can not be read: {error}")
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        return History(missing=f"the backend gives no history: {said[0] if said else 'no reason given'}")
    try:
        return parsed(done.stdout)
    except HistoryError as error:
        return History(missing=f"the backend's history: {error}")
