"""The folder in which the engine finds project and stack: copies, so that a rehearsal writes to no reviewed file.

The engine writes an encryption salt or key into the stack file it is given (`pulumi stack init`, `pulumi up`), and a
rehearsal has neither the KMS key that a stack file names nor the right to use it. The copies are made as text, line by
line: a YAML library would read `03:00` as a number and write 180.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import yaml

_SECRETS: Final = frozenset({"secretsprovider", "encryptedkey", "encryptionsalt"})
_ELSEWHERE: Final = frozenset({"stackConfigDir", "runtime", "main", "backend", "plugins"})
"""Keys of Pulumi.yaml that name things of the real work tree; an inline program needs none of them."""
_LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""The one over libyaml is ten times as fast, and every run of the engine begins with it."""


class StackFileError(Exception):
    """A project or stack file that the engine could not be given; the text names file and place."""


def lay_out(folder: Path, *, project_file: Path, stack_file: Path, stack: str) -> tuple[str, ...]:
    """Write the engine's copies of both files into the folder.

    Returns the config keys with a value that only the real KMS can decrypt: the copy holds a made-up one in its place,
    the same each time. Raises StackFileError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    project = without_keys(_read(project_file), _ELSEWHERE, project_file)
    _write(folder / "Pulumi.yaml", f"{project}runtime: python\n")
    copy = folder / f"Pulumi.{stack}.yaml"
    salt = _kept_salt(copy)
    text, replaced = with_made_up_secrets(without_keys(_read(stack_file), _SECRETS, stack_file), stack_file)
    _write(copy, text + salt)
    return replaced


def without_keys(text: str, keys: Collection[str], file: Path) -> str:
    """Return the YAML text without these top-level keys and what is below them; all else stays as it is."""
    root = _composed(text, file)
    starts = [(key.value, key.start_mark.index) for key, _ in _pairs(root)]
    leaving = [key for key, _ in starts if key in keys]
    if leaving and isinstance(root, yaml.MappingNode) and root.flow_style:
        raise StackFileError(f"{file} is written in braces: give `{leaving[0]}` and each other key a line of its own.")
    ends = [*(start for _, start in starts[1:]), len(text)]
    for (key, start), end in reversed(list(zip(starts, ends, strict=False))):
        if key in keys:
            text = text[:start] + text[end:]
    return text if text.endswith("\n") or not text else text + "\n"


def with_made_up_secrets(text: str, file: Path) -> tuple[str, tuple[str, ...]]:
    """Return the text with each `secure: ...` under `config` turned into a made-up plain value, and their keys."""
    encrypted: list[tuple[str, int, int]] = []
    for key, value in _pairs(_composed(text, file)):
        if key.value == "config":
            encrypted = list(_encrypted(value, ""))
    for path, start, end in reversed(encrypted):
        made_up = f'"rehearsed-{hashlib.sha256(path.encode()).hexdigest()[:24]}"'
        text = f"{text[:start]}{made_up}{text[end:]}"
    return text, tuple(path for path, _, _ in encrypted)


def _encrypted(node: yaml.Node, path: str) -> Iterator[tuple[str, int, int]]:
    """Yield the path, start and end in the text of each encrypted value, in the order of the text."""
    pairs = list(_pairs(node))
    if [key.value for key, _ in pairs] == ["secure"]:
        key, value = pairs[0]
        # The end of a block mapping lies behind the comments that follow it; that of its last value does not.
        inside = isinstance(node, yaml.MappingNode) and node.flow_style
        outer = (node, node) if inside else (key, value)
        yield path, outer[0].start_mark.index, outer[1].end_mark.index
        return
    for key, value in pairs:
        yield from _encrypted(value, f"{path}.{key.value}" if path else str(key.value))
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _encrypted(item, f"{path}[{number}]")


def _pairs(node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key, value


def _composed(text: str, file: Path) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise StackFileError(f"{file} is not YAML, so no stack can be made of it: {error}") from error


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise StackFileError(f"{file} can not be read: {error.strerror}. A stack needs it; restore it.") from error


def _kept_salt(copy: Path) -> str:
    """Return the line with the salt that the engine wrote into the copy it was given last time: its state needs it."""
    if not copy.exists():
        return ""
    return "".join(
        f"encryptionsalt: {value.value}\n"
        for key, value in _pairs(_composed(copy.read_text(encoding="utf-8"), copy))
        if key.value == "encryptionsalt"
    )


def _write(file: Path, text: str) -> None:
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)
