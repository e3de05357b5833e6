"""How hard an environment is to hurt, before and after: no preview shows it, since protection is no property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from model.estate import Environment


def protection(old: Environment, new: Environment) -> tuple[str, ...]:
    """Return what changes in the protection of what exists, a sentence each (X8).

    Raises `Unavailable` where the files' part about the environment could not be read.
    """
    return tuple(_changes(old, new))


def _changes(old: Environment, new: Environment) -> Iterator[str]:
    before, after = old.facts.protection, new.facts.protection
    if before.protect != after.protect:
        yield f"Pulumi protects '{after.protect.value}' from now on, and '{before.protect.value}' before"
    was, becomes = _words(before.deletion_protection), _words(after.deletion_protection)
    if was != becomes:
        yield f"the providers refuse to delete: {becomes or 'nothing'} from now on, and {was or 'nothing'} before"


def _words(kinds: Iterable[str]) -> str:
    return ", ".join(sorted(str(each) for each in kinds))
