"""`./hybrid render --check FILE`: what is wrong in somebody's file, by line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from operations.console import colours, counted, say
from operations.project import ROOT

if TYPE_CHECKING:
    from model.config.problems import Problem
    from model.planning.versions import Minor, Version


def judge(path: Path, version: Version | Minor) -> list[Problem]:
    """Return everything that is wrong in a file for a version, in the order of its lines."""
    return sorted(_problems(path, version))


def said(problems: Sequence[Problem], path: Path, version: Version | Minor) -> None:
    """Write the problems for a person."""
    colour = colours(sys.stdout)
    for problem in problems:
        say(problem.text(colour=colour))
    if problems:
        say(f"{counted(len(problems), 'problem')} in {path} for {version}")
    else:
        say(f"{path} is right for {version}")


def _problems(path: Path, version: Version | Minor) -> Iterator[Problem]:
    from model.config.problems import Problem
    from model.config.source import Source
    from model.rendering.conditions import kind_of, validate
    from model.rendering.gates import NEWEST, OLDEST
    from model.rendering.schema import UndescribedError

    source, unreadable = Source.read(path, root=ROOT)
    yield from unreadable
    if source is None:
        return
    kind = kind_of(source.data)
    if kind is None:
        yield Problem.at(
            source.place(),
            rule="format",
            message="nothing says what this file is: it has no kind of gkectl's, no blocks and no adminWorkstation",
            remedy="give kind: AdminCluster, UserCluster, CredentialFile or ClientConfig as its documentation does",
        )
        return
    try:
        faults = validate(kind, version, source.data)
    except UndescribedError as error:
        yield Problem.at(
            source.place(), rule="B72", message=str(error), remedy=f"check it for one of {OLDEST} to {NEWEST}"
        )
        return
    for fault in faults:
        yield Problem.at(
            source.place(fault.at), rule=fault.rule, message=fault.message, remedy=fault.remedy, source=fault.source
        )
