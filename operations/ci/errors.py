"""Why a step of a workflow can not go on."""

from __future__ import annotations


class CiError(Exception):
    """Something that a step needs is not there, or refuses. The text is one line, with the remedy."""


class WrongUseError(CiError):
    """A step was asked for what can not be."""
