"""Running the official Pulumi command line on a real stack, as one identity of the environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from operations.ci.errors import CiError
from operations.ci.settings import Settings
from operations.console import note
from operations.project import ROOT
from operations.review.asking import ask, explained
from operations.review.preview_file import Preview, PreviewFileError
from rehearsal.engine.acquire import EngineNotFoundError, acquire
from rehearsal.engine.found import LANGUAGE_HOST

_PATIENCE: Final = 60
"""Seconds that Secret Manager has for an answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    def why(self, environment: str) -> str:
        """Say on one line why it failed, and what to do about it."""
        return explained(self.err or self.out, environment)


def variables(given: Settings) -> dict[str, str]:
    """Return the environment of a command on a stack: its backend, the account in vCenter, the engine on PATH.

    Google's credentials are those of whoever runs it: in a workflow, what a token was exchanged for. vCenter's password
    is given to the command alone, and not to the steps after it. Raises `CiError`.
    """
    return {
        **os.environ,
        "PATH": f"{_engine_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PULUMI_BACKEND_URL": given.backend,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "VSPHERE_USER": given.vcenter_user,
        "VSPHERE_PASSWORD": _password(given),
    }


def preview(name: str, given: Mapping[str, str]) -> tuple[Preview, str]:
    """Return what `pulumi preview` of an environment says now, and its text. Raises `CiError`."""
    before = dict(os.environ)
    os.environ.update(given)
    try:
        return ask(ROOT, name)
    except PreviewFileError as error:
        raise CiError(f"{name}: {error}") from error
    finally:
        os.environ.clear()
        os.environ.update(before)


def asked(words: Sequence[str], given: Mapping[str, str]) -> Said:
    """Run a command of Pulumi in the project and return what it printed. Raises `CiError`."""
    command = [_program("pulumi", given), *words]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(given), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return Said(done.returncode, done.stdout, done.stderr)


def run(command: Sequence[str], given: Mapping[str, str]) -> int:
    """Run a command in the project, its output as it comes, and return its exit code. Raises `CiError`."""
    words = [_program(command[0], given), *command[1:]]
    return subprocess.run(words, cwd=ROOT, env=dict(given), check=False).returncode


def _program(name: str, given: Mapping[str, str]) -> str:
    found = shutil.which(str(ROOT / name) if name.startswith("./") else name, path=given["PATH"])
    if found is None:
        raise CiError(f"there is no `{name}` on PATH: install it, or mend the name")
    return found


def _engine_folder() -> str:
    try:
        engine = acquire(note)
    except EngineNotFoundError as error:
        raise CiError(str(error)) from error
    if not engine.has_language_host:
        raise CiError(
            f"{engine.path} is the engine alone, which rehearses but can not run a stack by itself: there is no "
            f"`{LANGUAGE_HOST}` beside it. Install the official release: https://www.pulumi.com/docs/iac/download-install/"
        )
    return str(engine.path.parent)


def _password(given: Settings) -> str:
    """Return the password of the identity's account in vCenter. Raises `CiError`."""
    own = os.environ.get("VSPHERE_PASSWORD")
    if own:
        return own
    project, secret = given.vcenter_secret
    words = ["gcloud", "secrets", "versions", "access", "latest", f"--project={project}", f"--secret={secret}"]
    remedy = f"as {given.account}, or set VSPHERE_PASSWORD yourself"
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except OSError as error:
        raise CiError(f"`gcloud` can not be run ({error.strerror}): install it and log in {remedy}") from error
    except subprocess.TimeoutExpired as error:
        raise CiError(f"Secret Manager did not answer within {_PATIENCE} seconds: log in {remedy}") from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise CiError(
            f"vCenter's password, secret {secret} in {project}, can not be read "
            f"({said[-1] if said else 'gcloud gave no reason'}): log in {remedy}"
        )
    return done.stdout.strip()
