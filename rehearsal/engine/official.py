"""The official release of the engine, through the installer of Pulumi's own SDK."""

from __future__ import annotations

import sys
from typing import Final

from rehearsal.engine import found, processes
from rehearsal.engine.ways import Progress, WayClosedError, empty_folder, keep, remove

SOURCE: Final = "https://get.pulumi.com/install.sh"
"""Where `PulumiCommand.install` begins (https://www.pulumi.com/docs/iac/download-install/)."""

_SECONDS_TO_REACH: Final = 12.0
_SECONDS_TO_INSTALL: Final = 300.0

# Both run in a process of their own, that can be ended: name resolution and the installer's curl know no time-out.
_REACH: Final = """
import sys, urllib.request
try:
    urllib.request.urlopen(sys.argv[1], timeout=8).close()
except OSError as error:
    sys.exit(str(getattr(error, "reason", error)))
"""
_INSTALL: Final = """
import subprocess, sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
try:
    PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
except subprocess.CalledProcessError as error:
    sys.exit((error.output or b"").decode(errors="replace") or str(error))
except Exception as error:
    sys.exit(str(error))
"""


def install(progress: Progress, why: str) -> None:
    """Leave the pinned release in the cache.

    Raises WayClosedError, within seconds when there is no way out to the network.
    """
    reached = processes.run([sys.executable, "-c", _REACH, SOURCE], seconds=_SECONDS_TO_REACH)
    if reached.code is None:
        raise WayClosedError(f"{SOURCE} did not answer within {_SECONDS_TO_REACH:.0f} seconds")
    if reached.code:
        raise WayClosedError(f"{SOURCE} can not be reached: {reached.last_lines(1)}")
    progress(f"installing the Pulumi engine {found.PINNED} from its official release: {why}; once, about 100 MB")
    made = empty_folder(found.installed_folder().with_name(f".official-{found.PINNED}"))
    try:
        installed = processes.run(
            [sys.executable, "-c", _INSTALL, made, found.PINNED],
            seconds=_SECONDS_TO_INSTALL,
            on_wait=lambda seconds: progress(f"still installing the engine ({seconds:.0f} s)"),
        )
        if installed.code is None:
            raise WayClosedError(f"the installer was still at it after {_SECONDS_TO_INSTALL / 60:.0f} minutes")
        if installed.code:
            raise WayClosedError(f"the installer failed: {installed.last_lines(3)}")
        keep(made, found.installed_folder())
    finally:
        remove(made)
