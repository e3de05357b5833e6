"""How long privileged access lasts, as the files write it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_DURATION: Final = re.compile(r"([0-9]+)([mh])")


def duration(text: str) -> timedelta | None:
    """Read `30m` or `1h`; None for anything else."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    return timedelta(hours=int(match[1])) if match[2] == "h" else timedelta(minutes=int(match[1]))
