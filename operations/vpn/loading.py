"""The environments that a subcommand is asked about. Rules are not run: the proof is for files that break them too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from operations.console import FOUND, MISUSED, note
from operations.project import ROOT

if TYPE_CHECKING:
    from model.estate import Environment


def environments(names: Sequence[str], command: str) -> list[Environment] | int:
    """Return the environments named, all when none is; or, having said why not, the exit code."""
    from model.config.load import load
    from model.config.wording import suggest
    from model.planning.register import ring_order
    from model.rules.registry import Unavailable

    loaded = load(ROOT)
    if loaded.estate is None:
        return _unreadable("stacks/organisation.yaml could not be read")
    known = loaded.estate.environments
    for name in names:
        if name not in known:
            note(f"./hybrid vpn {command}: no environment '{name}'; {suggest(name, list(known))}")
            return MISUSED
    chosen = [known[name] for name in names] if names else list(ring_order(loaded.estate))
    for env in chosen:
        try:
            _ = env.facts, env.network, env.vpn, env.gke, env.onprem
        except Unavailable as reason:
            return _unreadable(str(reason))
    return chosen


def _unreadable(why: str) -> int:
    note(f"{why}: ./hybrid check says what is wrong in it")
    return FOUND
