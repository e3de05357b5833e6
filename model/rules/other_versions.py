"""Versions of clusters that are not GKE on VMware: in the catalogue, and supported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from model.config.problems import Severity
from model.config.shape import Shape
from model.config.supported import Supported
from model.estate import Environment
from model.planning.supported import ending
from model.planning.versions import Minor, Version
from model.rules.registry import Finding


@dataclass(frozen=True, slots=True)
class Versioned:
    """Something with a version, and the field that it stands in."""

    what: str
    version: Version
    owner: Shape
    field: str


def supported(
    env: Environment, catalogue: Mapping[str, Supported], key: str, uses: Iterable[Versioned], upgrade: str
) -> Iterator[Finding]:
    """Refuse minors that `catalogue`, `key` of stacks/versions.yaml, does not know or whose support has ended.

    Warns when the end is near. `upgrade` says who brings the thing to a later version.
    """
    for use in uses:
        minor, place = use.version.minor, use.owner.at(use.field)
        state = ending(minor, catalogue, today=env.today, warn_days=env.catalogue.warn_days)
        if state is None:
            known = ", ".join(sorted(catalogue, key=Minor.parse)) or "nothing"
            message = f"minor {minor} of {use.what} is not in the version catalogue, so nobody knows how long it lasts"
            remedy = f"use a minor of the catalogue ({known}), or add it to {key}: of stacks/versions.yaml"
            yield Finding(place, message, remedy)
        elif state.ended:
            yield Finding(place, f"support of {minor} ended on {state.until}: {use.what}", upgrade)
        elif state.warn:
            message = f"support of {minor} ends on {state.until}, {state.days_left} days from {env.today}: {use.what}"
            yield Finding(place, message, upgrade, Severity.WARNING)
