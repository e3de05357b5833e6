"""Where the project is: the folder that holds Pulumi.yaml, whatever directory a command is run from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""The project's root."""

REHEARSALS: Final = ROOT / ".rehearsal"
"""Worlds, states and reports of rehearsals; nothing under version control."""
