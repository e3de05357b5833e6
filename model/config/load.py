"""Reading the stack files, the organisation file, the version catalogue and the team files of a project."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from model.config.catalogue import FILE as CATALOGUE
from model.config.catalogue import Catalogue
from model.config.environment import EnvironmentFacts
from model.config.organisation import Organisation
from model.config.pause import collector_paused
from model.config.problems import Problem, Severity
from model.config.shape import Shape, parse
from model.config.source import Source
from model.config.stack import OPTIONAL, SECTIONS
from model.config.team import Team
from model.config.wording import suggest
from model.estate import Environment, Estate

T = TypeVar("T", bound=Shape)

STACK_KEYS = ("secretsprovider", "encryptedkey", "encryptionsalt", "config")


@dataclass(frozen=True)
class Loaded:
    """What was read, and what is wrong with how it is written. `estate` is absent without a readable organisation."""

    estate: Estate | None
    problems: tuple[Problem, ...]


class _Reader:
    """Reads files of one project, with the text of some of them possibly replaced, and gathers problems."""

    def __init__(self, root: Path, texts: Mapping[str, str]) -> None:
        self.root = root
        self.texts = texts
        self.problems: list[Problem] = []

    def source(self, path: Path) -> Source | None:
        text = self.texts.get(path.relative_to(self.root).as_posix())
        source, problems = Source.read(path, text, root=self.root)
        self.problems.extend(problems)
        return source

    def shape(self, shape: type[T], source: Source, path: tuple[str | int, ...] = ()) -> T | None:
        result, problems = parse(shape, source, path)
        self.problems.extend(problems)
        return result

    def refuse(self, source: Source, path: tuple[str | int, ...], message: str, remedy: str) -> None:
        place = source.place(path)
        self.problems.append(
            Problem(place.file, place.line, place.column, "format", message, remedy, Severity.ERROR),
        )

    def files(self, pattern: str) -> list[Path]:
        found = set(self.root.glob(pattern))
        found |= {self.root / name for name in self.texts if (self.root / name).match(pattern)}
        return sorted(found)


def _sections(reader: _Reader, source: Source) -> dict[str, Shape]:
    """Read the sections of a stack file one by one, so that a mistake in one does not hide those in the others."""
    data = source.data
    if not isinstance(data, Mapping):
        reader.refuse(source, (), "a stack file is a mapping", "begin it with `config:`, see README.md")
        return {}
    for key in data:
        if key not in STACK_KEYS:
            reader.refuse(source, (str(key),), f"unknown key '{key}'", suggest(str(key), STACK_KEYS))
    config = data.get("config")
    if not isinstance(config, Mapping):
        reader.refuse(source, ("config",), "there is no configuration", f"add `config:` with {', '.join(SECTIONS)}")
        return {}
    for key in config:
        if key not in SECTIONS and not str(key).startswith("pulumi:"):
            reader.refuse(source, ("config", str(key)), f"unknown key '{key}'", suggest(str(key), SECTIONS))
    sections: dict[str, Shape] = {}
    for key, shape in SECTIONS.items():
        if key not in config and key in OPTIONAL:
            sections[key] = shape()
            sections[key].bind(source, ("config", key), by_default=True)
        elif key not in config:
            reader.refuse(
                source, ("config",), f"missing key '{key}'", f"add it: {(shape.__doc__ or '').splitlines()[0]}"
            )
        elif (section := reader.shape(shape, source, ("config", key))) is not None:
            sections[key] = section
    return sections


def _teams(reader: _Reader) -> dict[str, Team]:
    teams: dict[str, Team] = {}
    for path in reader.files("stacks/teams/*.yaml"):
        source = reader.source(path)
        team = reader.shape(Team, source) if source else None
        if source is None or team is None:
            continue
        if team.slug != path.stem:
            reader.refuse(
                source, ("slug",), f"slug '{team.slug}' is not the file's name", f"rename the file to {team.slug}.yaml"
            )
        teams[path.stem] = team
    return teams


def _ring(sections: Mapping[str, Shape]) -> int:
    """Return where an environment stands in the order of promotion; last where its file does not say so readably."""
    facts = sections.get("hybrid:environment")
    return facts.ring if isinstance(facts, EnvironmentFacts) else sys.maxsize


@collector_paused()
def load(root: Path, *, today: date | None = None, texts: Mapping[str, str] | None = None) -> Loaded:
    """Read everything under `root/stacks`.

    `today` is the date that rules about time use; by default the sample's own, else the calendar's. `texts` replaces
    the text of files by their path below `root` (an edit that is not saved; a test's case).

    Returns the estate and every problem of form. Rules are `model.check`'s part.
    """
    reader = _Reader(root, texts or {})
    organisation_source = reader.source(root / "stacks" / "organisation.yaml")
    organisation = reader.shape(Organisation, organisation_source) if organisation_source else None
    catalogue_source = reader.source(root / CATALOGUE)
    catalogue = reader.shape(Catalogue, catalogue_source) if catalogue_source else None
    teams = _teams(reader)
    sources = {path.name.split(".")[1]: reader.source(path) for path in reader.files("stacks/Pulumi.*.yaml")}
    sections = {name: _sections(reader, source) for name, source in sources.items() if source is not None}
    if organisation is None:
        return Loaded(None, tuple(sorted(reader.problems)))
    day = today or (organisation.sample.today if organisation.sample else datetime.now(UTC).date())
    environments = {
        name: Environment(name, source, organisation, teams, day, sections[name], catalogue)
        for name, source in sorted(sources.items(), key=lambda item: (_ring(sections.get(item[0], {})), item[0]))
        if source is not None
    }
    return Loaded(Estate(organisation, environments, teams, day), tuple(sorted(reader.problems)))
