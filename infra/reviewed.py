"""Only what was reviewed is deployed: the files are checked together, and the engine must have been given the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Final, cast

import pulumi
from pydantic import ValidationError

from model.check import check
from model.config.problems import Severity
from model.config.shape import Shape
from model.config.stack import OPTIONAL, SECTIONS
from model.estate import Environment

_MIDNIGHT: Final = ("T00:00:00Z", " 00:00:00 +0000 UTC")
"""What the engine puts behind a day without quotes: one or the other, by where the day stands."""


class RefusedError(pulumi.RunError):
    """The program registers nothing, for the reasons in its text. Pulumi shows the text without a traceback."""


def reviewed_environment(root: Path, stack: str) -> Environment:
    """Check all files below `root/stacks` together and return the environment of `stack`.

    Raises `RefusedError` with every error of every file: environments share addresses, teams and versions, so a mistake
    in one file can be the fault of another. Warnings are logged, but for those about other stacks.
    """
    result = check(root)
    errors = [problem.text() for problem in result.errors]
    if errors:
        skipped = [f"not judged for that reason: rule {each.rule}, {each.why}" for each in result.not_run]
        raise RefusedError(
            f"nothing is deployed: the stack files have {_count(len(errors), 'error')}\n\n"
            + "\n".join([*errors, *skipped])
            + "\n\nCorrect them, then look again with `./hybrid check`."
        )
    estate = result.loaded.estate
    environments: Mapping[str, Environment] = estate.environments if estate else {}
    if stack not in environments:
        raise RefusedError(
            f"there is no stack file for stack '{stack}', so there is nothing to deploy. "
            f"There are {', '.join(sorted(environments))}: `pulumi stack select <one of them>`, "
            f"or write stacks/Pulumi.{stack}.yaml."
        )
    elsewhere = {other.source.file for name, other in environments.items() if name != stack}
    for problem in result.problems:
        if problem.severity is Severity.WARNING and problem.file not in elsewhere:
            pulumi.log.warn(problem.text())
    return environments[stack]


def require_same_configuration(environment: Environment) -> None:
    """Require that the engine was given what the stack file says, section by section.

    `pulumi up -c`, an ESC environment or an edit of a copied file change what the engine gives the program, past every
    rule and every reviewer. Raises `RefusedError` that names each value that differs.
    """
    config = pulumi.Config("hybrid")
    differences = [
        difference
        for key, shape in SECTIONS.items()
        for difference in _differences(key, shape, environment.sections[key], config)
    ]
    if differences:
        raise RefusedError(
            f"nothing is deployed: the engine was given another configuration than {environment.source.file} says\n\n"
            + "\n".join(f"  {difference}" for difference in differences)
            + "\n\nWhat was reviewed is the file. Leave out `-c` and `pulumi config set`, take these keys out of the "
            "stack's ESC environment, or change the file and have that reviewed."
        )


def _differences(key: str, shape: type[Shape], written: Shape, config: pulumi.Config) -> Iterator[str]:
    given = cast("object", config.get_object(key.removeprefix("hybrid:")))
    if given is None and key in OPTIONAL:
        given = {}
    if given is None:
        yield f"{key}: the engine has no value"
        return
    try:
        read = _read(shape, cast("object", given))
    except ValidationError as error:
        for each in error.errors(include_url=False, include_context=False, include_input=False):
            yield f"{_path(key, each['loc'])}: {each['msg']}"
        return
    if read != written:
        yield from _unequal(key, written.model_dump(mode="json"), read.model_dump(mode="json"))


def _read(shape: type[Shape], given: object) -> Shape:
    """Read what the engine gives. It hands on a date without quotes as the midnight that YAML makes of it."""
    try:
        return shape.model_validate_json(json.dumps(given))
    except ValidationError as error:
        mended = deepcopy(given)
        dates = [each["loc"] for each in error.errors(include_url=False) if each["type"] == "date_parsing"]
        midnights = [place for place in dates if _mend(mended, place)]
        if not midnights:
            raise
        return shape.model_validate_json(json.dumps(mended))


def _mend(value: object, place: Sequence[str | int]) -> bool:
    """Make the midnight at `place` a date; say whether there was one."""
    *way, last = place
    for part in way:
        if isinstance(value, dict):
            value = cast("dict[object, object]", value).get(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = cast("list[object]", value)[part]
    if not isinstance(value, dict):
        return False
    held = cast("dict[object, object]", value)
    midnight = held.get(last)
    if not isinstance(midnight, str) or not midnight.endswith(_MIDNIGHT):
        return False
    held[last] = midnight[: len("2026-11-04")]
    return True


def _unequal(path: str, written: object, given: object) -> Iterator[str]:
    """Give a line for every place where two values made of mappings, lists and scalars differ."""
    if isinstance(written, dict) and isinstance(given, dict):
        left, right = cast("dict[str, object]", written), cast("dict[str, object]", given)
        for key in sorted(left.keys() | right.keys()):
            yield from _unequal(f"{path}.{key}", left.get(key), right.get(key))
    elif isinstance(written, list) and isinstance(given, list):
        left_items, right_items = cast("list[object]", written), cast("list[object]", given)
        if len(left_items) != len(right_items):
            yield f"{path}: {_count(len(left_items), 'item')} in the file, {len(right_items)} in the engine"
        else:
            for number, (left_item, right_item) in enumerate(zip(left_items, right_items, strict=True)):
                yield from _unequal(f"{path}[{number}]", left_item, right_item)
    elif written != given:
        yield f"{path}: {json.dumps(written)} in the file, {json.dumps(given)} in the engine"


def _path(key: str, location: Iterable[str | int]) -> str:
    return key + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
