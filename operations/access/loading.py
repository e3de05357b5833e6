"""The estate that a question is about, and the environments that it names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from operations.console import FOUND, MISUSED, note
from operations.project import ROOT

if TYPE_CHECKING:
    from model.estate import Estate


def readable_estate(command: str, environments: Sequence[str] = ()) -> Estate | int:
    """Return the estate, or the exit code after saying why there is none or why `environments` can not be asked."""
    from model.check import check
    from model.config.wording import suggest

    result = check(ROOT)
    estate = result.loaded.estate
    if estate is None or result.not_run:
        note(f"./hybrid access {command}: the files can not be read whole; ./hybrid check says why")
        return FOUND
    for name in environments:
        if name not in estate.environments:
            note(f"./hybrid access {command}: no environment '{name}'; {suggest(name, list(estate.environments))}")
            return MISUSED
    if result.errors:
        note(f"./hybrid access {command}: the files have errors, so the program would refuse them; see ./hybrid check")
    return estate
