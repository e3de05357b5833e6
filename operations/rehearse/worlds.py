"""`./hybrid rehearse world`: look at the world of an environment, keep it, bring it back, compare two.

Everything wrong ends in a `WorldError` whose text is one line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from model.config.wording import suggest
from operations.project import REHEARSALS, ROOT
from operations.rehearse import world_files
from rehearsal.values import Value
from rehearsal.world import Record, World, WorldError, WorldMissingError
from rehearsal.world.comparing import Difference
from rehearsal.world.comparing import compare as compare_contents
from rehearsal.world.seal import is_sealed

_SHOWN_DIFFERENCES: Final = 200
_LONGEST: Final = 100


class UnknownEnvironmentError(WorldError):
    """A name is that of no environment, and where a file would do, of no file either."""


class NothingOfTypeError(WorldError):
    """A world has nothing of the type that was asked for."""


@dataclass(frozen=True)
class Shown:
    """What a world holds, or the part of it that was asked for; `detailed` shows each object's inputs."""

    environment: str
    records: tuple[Record, ...]
    detailed: bool

    def as_dict(self) -> dict[str, object]:
        """Return the shape for machines; secrets are fingerprints."""
        return {"environment": self.environment, "objects": [record.to_json() for record in self.records]}

    def lines(self) -> list[str]:
        """Return the lines for people: objects under their type; with their inputs where few were asked for."""
        types: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            types[record.type].append(record)
        lines: list[str] = []
        for kind, records in sorted(types.items()):
            lines.append(f"{kind} ({len(records)})")
            for record in sorted(records, key=lambda each: (each.place, each.id)):
                where = f"   in {record.place.rpartition('/')[2]}" if record.place else ""
                lines.append(f"  {record.id}{where}")
                if self.detailed:
                    lines.extend(_described(record))
        lines.append(f"{len(self.records)} objects in {self.environment}")
        return lines


@dataclass(frozen=True)
class Compared:
    """What differs between two worlds, which were given under these names."""

    first: str
    second: str
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def as_dict(self) -> dict[str, object]:
        """Return the shape for machines."""
        differences = [each.as_dict() for each in self.differences]
        return {"first": self.first, "second": self.second, "differences": differences}

    def lines(self) -> list[str]:
        """Return the lines for people."""
        if self.same:
            return [f"{self.first} and {self.second} hold the same, apart from what the clouds make up by themselves."]
        lines = [self._line(each) for each in self.differences[:_SHOWN_DIFFERENCES]]
        more = len(self.differences) - _SHOWN_DIFFERENCES
        if more > 0:
            lines.append(f"... and {more} more: --json shows all of them")
        number = len(self.differences)
        return [*lines, f"{number} {'difference' if number == 1 else 'differences'}"]

    def _line(self, each: Difference) -> str:
        what = f"{each.type} {each.name}".rstrip()
        if each.kind == "differs":
            return f"{what}: {each.path}: {_short(each.first)} in {self.first}, {_short(each.second)} in {self.second}"
        return f"{what}: only in {self.first if each.kind == 'only in the first' else self.second}"


def show(environment: str, type_filter: str | None = None, *, rehearsals: Path = REHEARSALS) -> Shown:
    """Return what the world of an environment holds; it may be in use by a rehearsal.

    `type_filter` is a type token or a part of one, in any case: `VPNTunnel`, `kubernetes:`. Raises
    `UnknownEnvironmentError`, `WorldMissingError`, `WorldUnreadableError`, and `NothingOfTypeError`.
    """
    records = World(_home(environment, rehearsals) / world_files.WORLD, reading=True).all()
    if type_filter is None:
        return Shown(environment, tuple(records), detailed=False)
    wanted = [record for record in records if type_filter.lower() in record.type.lower()]
    if not wanted:
        kinds = {record.type.rpartition(":")[2] for record in records}
        raise NothingOfTypeError(f"nothing in {environment} is of type '{type_filter}'; {suggest(type_filter, kinds)}")
    return Shown(environment, tuple(wanted), detailed=True)


def export(environment: str, path: Path, *, rehearsals: Path = REHEARSALS) -> str:
    """Write an environment's world and state to a file; return a line that says so.

    Raises `UnknownEnvironmentError`, and what `world_files.export` raises.
    """
    number = world_files.export(_home(environment, rehearsals), environment, path)
    return f"{number} objects of {environment} are in {path}"


def import_(environment: str, path: Path, *, rehearsals: Path = REHEARSALS) -> str:
    """Put an exported world and state in the place of an environment's own; return a line that says so.

    Raises `UnknownEnvironmentError`, and what `world_files.import_` raises.
    """
    _known(environment)
    number = world_files.import_(rehearsals / environment, environment, path)
    return f"{environment} holds the {number} objects of {path}"


def compare(first: str, second: str, *, rehearsals: Path = REHEARSALS) -> Compared:
    """Return what differs between two worlds, each the name of an environment or the path of an exported file.

    Of two environments, the names and projects of either are taken for the same. Raises `UnknownEnvironmentError`,
    `WorldMissingError` and `WorldUnreadableError`.
    """
    (one, one_name), (two, two_name) = _contents(first, rehearsals), _contents(second, rehearsals)
    neutral = (str, str) if one_name == two_name else (_Words(one, one_name).neutral, _Words(two, two_name).neutral)
    return Compared(first, second, tuple(compare_contents(one, two, neutral=neutral)))


class _Words:
    """The words that are bound to differ between two environments: their names, and their projects' ids and numbers."""

    def __init__(self, contents: Mapping[str, Any], environment: str) -> None:
        self._name = re.compile(rf"(?<![a-z0-9]){re.escape(environment)}(?![a-z0-9])")
        self._projects: dict[str, str] = {}
        for project, facts in contents.get("inventory", {}).get("projects", {}).items():
            # An id ends in digits that make it unique in the world; a number is nothing else.
            plain = self._name.sub("ENVIRONMENT", re.sub(r"-[0-9a-f]{4}$", "", project))
            self._projects |= {project: plain, facts["number"]: f"number of {plain}"}
        longest_first = sorted(self._projects, key=len, reverse=True)
        self._any = re.compile("|".join(re.escape(word) for word in longest_first)) if longest_first else None

    def neutral(self, text: str) -> str:
        """Return a text without them."""
        if self._any is not None:
            text = self._any.sub(lambda found: self._projects[found.group()], text)
        return self._name.sub("ENVIRONMENT", text)


def _contents(given: str, rehearsals: Path) -> tuple[dict[str, Any], str]:
    if given in _environments():
        return World(_home(given, rehearsals) / world_files.WORLD, reading=True).contents(), given
    if "/" in given or "." in given or Path(given).exists():
        exported = world_files.read(Path(given))
        return exported.world, exported.environment
    raise UnknownEnvironmentError(f"'{given}' is neither a file nor an environment; {suggest(given, _environments())}")


def _environments() -> Sequence[str]:
    found = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))
    return [path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in found]


def _known(environment: str) -> None:
    if environment not in _environments():
        raise UnknownEnvironmentError(f"no environment '{environment}'; {suggest(environment, _environments())}")


def _home(environment: str, rehearsals: Path) -> Path:
    _known(environment)
    home = rehearsals / environment
    world_files.mend(home)
    if not home.is_dir():
        raise WorldMissingError(f"{environment} has no world yet: ./hybrid rehearse {environment} makes one")
    return home


def _described(record: Record) -> list[str]:
    plain = {key: _open(value) for key, value in record.inputs.items() if key != "__defaults"}
    text = yaml.safe_dump(plain, sort_keys=True, allow_unicode=True, width=110)
    return [f"      {line}" for line in text.splitlines()]


def _open(value: Value) -> object:
    """Return a value with its sealed secrets shown as such."""
    if isinstance(value, Mapping):
        return "(a secret)" if is_sealed(value) else {key: _open(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_open(item) for item in value]
    return value


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
