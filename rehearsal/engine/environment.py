"""What a rehearsal sees of the person's environment: nothing that opens a door to a real cloud."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Mapping, MutableMapping
from typing import Final

_KEPT: Final = frozenset({"LANG", "LC_ALL", "LC_CTYPE", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "TZ", "USER"})
"""What the engine gets of the environment: an allow-list, since no list of secrets is ever complete."""

_CLOUD: Final = re.compile(
    r"(GOOGLE|GCLOUD|GCP|CLOUDSDK|GKE|VSPHERE|GOVC|KUBE|KUBERNETES|PULUMI|AWS|AZURE|ARM|VAULT|HELM)_|KUBECONFIG$"
    r"|.*(_TOKEN|_SECRET|_PASSWORD|_PASSPHRASE|_CREDENTIALS|_API_KEY)$"
)
"""What the providers' Python packages and their plugins read as defaults, and what looks like a credential."""

_LOOPBACK: Final = "127.0.0.1,localhost"
_OBJECTS: Final = 70_000
"""New objects after which the youngest are looked through for garbage; 700 by default."""


def forget_credentials(environment: MutableMapping[str, str] | None = None) -> list[str]:
    """Remove cloud settings and credentials from this process for good, and return the names of what was removed.

    An inline program runs in this process: `pulumi_gcp.Provider`, say, takes its project from GOOGLE_PROJECT when the
    program leaves it out, and a rehearsal would then differ from machine to machine.
    """
    environment = os.environ if environment is None else environment
    forgotten = sorted(name for name in environment if _CLOUD.match(name))
    for name in forgotten:
        del environment[name]
    return forgotten


def prepare_process() -> None:
    """Make this process fit to run the program: no credentials, no proxy to itself, no unresolved output as text.

    Nearly all that a program makes lives until it ends, so the collector looks for garbage a hundred times less often:
    by default it takes a third of an `up`.
    """
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    forget_credentials()
    os.environ["PULUMI_ERROR_OUTPUT_STRING"] = "true"
    # gRPC would go through a person's proxy even to reach the engine beside it.
    for name in ("no_proxy", "NO_PROXY"):
        present = os.environ.get(name)
        if present is None or "127.0.0.1" not in present:
            os.environ[name] = f"{present},{_LOOPBACK}" if present else _LOOPBACK


def engine_environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of an engine process: the harmless part of ours, and what the caller adds."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    return {**kept, "no_proxy": _LOOPBACK, "NO_PROXY": _LOOPBACK, **own}
