"""Asking the official `pulumi` for a preview of a real stack, and what it means when it gives none.

What the engine prints was taken down from pulumi 3.220: a preview that fails half way still prints its document, with
what went wrong among its diagnostics; one that can not begin prints nothing, or `{}`, and its reason on stderr.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from operations.review.preview_file import Preview, PreviewFileError, one_line, parse
from rehearsal.engine.found import look_on_path

_INSTALL: Final = "https://www.pulumi.com/docs/iac/download-install/"
_MEANINGS: Final = tuple(
    (re.compile(pattern), remedy)
    for pattern, remedy in (
        (r"PULUMI_ACCESS_TOKEN must be set", "log in to the state's bucket first: `pulumi login gs://BUCKET`"),
        (
            r"no stack named",
            "this backend has no such stack: `pulumi whoami --verbose` says which backend it is; `pulumi login` to the "
            "right one, or `pulumi stack init` for a new environment",
        ),
        (r"passphrase", "set PULUMI_CONFIG_PASSPHRASE to the passphrase of this stack"),
        (
            r"google credentials|default credentials|invalid_grant|oauth2",
            "sign in to Google: `gcloud auth application-default login`",
        ),
        (r"version range", f"install the version that Pulumi.yaml asks for: {_INSTALL}"),
        (r"language plugin", f"install the official release, which brings pulumi-language-python: {_INSTALL}"),
        (
            r"currently locked|is already in progress|currently in progress",
            "wait for the update that has the lock; if none runs any more: ./hybrid runbook ENV lock-held",
        ),
        (
            r"PermissionDenied|[Pp]ermission denied|AccessDenied|Forbidden|code[= ]403",
            "whoever runs it may not read the state or use its key: sign in as the identity of the preview",
        ),
        (
            r"no such host|connection refused|i/o timeout|deadline exceeded|TLS handshake",
            "the backend can not be reached: look at the network or the proxy, and ask again",
        ),
    )
)
_OTHERWISE: Final = "run `pulumi preview --stack ENV` to see all that it says"


def ask(root: Path, environment: str) -> tuple[Preview, str]:
    """Return what `pulumi preview` of the project at `root` says now, and its text.

    A preview that fails half way is returned with its errors. Raises `PreviewFileError`, one line with a remedy, where
    there is no preview.
    """
    command = shutil.which("pulumi")
    if command is None:
        raise PreviewFileError(f"no `pulumi` on PATH: install it ({_INSTALL}), or give a preview by --from-preview")
    fitting, words = look_on_path()
    if fitting is None:
        raise PreviewFileError(f"{words}: install that ({_INSTALL}), or give a preview by --from-preview")
    arguments = ["preview", "--json", "--show-sames", "--non-interactive", "--stack", environment]
    done = subprocess.run(
        [command, *arguments], cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    try:
        preview = parse(done.stdout)
    except PreviewFileError as error:
        if done.returncode == 0:
            raise
        raise PreviewFileError(f"`pulumi preview` failed: {explained(done.stderr, environment)}") from error
    if done.returncode != 0 and not preview.errors:
        # Whatever stopped it, what it printed is not all that would run.
        raise PreviewFileError(f"`pulumi preview` failed: {explained(done.stderr, environment)}")
    return preview, done.stdout


def explained(said: str, environment: str) -> str:
    """Return what the engine said on its way out, on one line, and what to do about it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error:")]
    reason = one_line((errors or lines or ["it gave no reason"])[-1]).rstrip(".")
    remedy = next((remedy for pattern, remedy in _MEANINGS if pattern.search(reason)), _OTHERWISE)
    return f"{reason}. {remedy[0].upper()}{remedy[1:]}".replace("ENV", environment)
