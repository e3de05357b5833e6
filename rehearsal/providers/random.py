"""The random provider: values that look random and come from the world's seed, so a rehearsal repeats exactly.

It has no cloud: what it made lives in the engine's state alone, and the world keeps nothing of it.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from rehearsal.check import CheckFailure, CheckResult
from rehearsal.diff import Difference, Kind
from rehearsal.interception import ProviderError
from rehearsal.providers.base import NO_DIFFERENCE, Call, Made, Provider, refused
from rehearsal.values import UNKNOWN, Properties, Secret, Value, has_unknown, reveal
from rehearsal.world import World

_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
_NUMERIC: Final = "0123456789"
_SPECIAL: Final = "!@#$%&*()-_=+[]{}<>:?"
_BCRYPT: Final = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_STRING_INPUTS: Final[dict[str, type]] = {
    "keepers": dict,
    "length": int,
    "lower": bool,
    "minLower": int,
    "minNumeric": int,
    "minSpecial": int,
    "minUpper": int,
    "number": bool,
    "numeric": bool,
    "overrideSpecial": str,
    "special": bool,
    "upper": bool,
}


class _Stream:
    """Endless draws from one seed."""

    def __init__(self, world: World, *parts: str) -> None:
        self._bytes = self._endless(world, parts)

    @staticmethod
    def _endless(world: World, parts: tuple[str, ...]) -> Iterator[int]:
        block = 0
        while True:
            yield from bytes.fromhex(world.digest("random", *parts, str(block)))
            block += 1

    def bytes(self, count: int) -> bytes:
        return bytes(next(self._bytes) for _ in range(count))

    def below(self, limit: int) -> int:
        return int.from_bytes(self.bytes(6), "big") % limit

    def choice(self, text: str) -> str:
        return text[self.below(len(text))]

    def shuffled(self, items: list[str]) -> str:
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
        return "".join(items)


@dataclass(frozen=True, slots=True)
class _Kind:
    inputs: Mapping[str, type]
    required: tuple[str, ...]
    outputs: tuple[str, ...]
    make: Callable[[Properties, _Stream], tuple[str, Properties]]
    validate: Callable[[Properties], str | None]


def _flag(inputs: Properties, name: str) -> bool:
    return inputs.get(name) is not False


def _count(inputs: Properties, name: str) -> int:
    value = inputs.get(name)
    return value if isinstance(value, int) else 0


def _classes(inputs: Properties) -> list[tuple[str, int]]:
    """Return the character classes in use, each with its least number of characters."""
    override = inputs.get("overrideSpecial")
    special = override if isinstance(override, str) and override else _SPECIAL
    numeric = _flag(inputs, "numeric") and _flag(inputs, "number")
    return [
        (characters, _count(inputs, least))
        for characters, least, used in (
            (_LOWER, "minLower", _flag(inputs, "lower")),
            (_LOWER.upper(), "minUpper", _flag(inputs, "upper")),
            (_NUMERIC, "minNumeric", numeric),
            (special, "minSpecial", _flag(inputs, "special")),
        )
        if used
    ]


def _validate_string(inputs: Properties) -> str | None:
    least = sum(_count(inputs, name) for name in ("minLower", "minUpper", "minNumeric", "minSpecial"))
    length = _count(inputs, "length")
    if length < max(1, least):
        return f"Attribute length value must be at least {max(1, least)}, got: {length}"
    if not _classes(inputs):
        return "At least one attribute out of [special, upper, lower, numeric] must be specified as true"
    return None


def _text(inputs: Properties, stream: _Stream) -> tuple[str, Properties]:
    classes = _classes(inputs)
    drawn = [stream.choice(characters) for characters, least in classes for _ in range(least)]
    everything = "".join(characters for characters, _ in classes)
    drawn += [stream.choice(everything) for _ in range(_count(inputs, "length") - len(drawn))]
    filled: Properties = {
        **{name: _count(inputs, name) for name in ("minLower", "minNumeric", "minSpecial", "minUpper")},
        **{name: _flag(inputs, name) for name in ("lower", "upper", "special")},
        "number": _flag(inputs, "numeric") and _flag(inputs, "number"),
        "numeric": _flag(inputs, "numeric") and _flag(inputs, "number"),
    }
    return stream.shuffled(drawn), filled


def _make_string(inputs: Properties, stream: _Stream) -> tuple[str, Properties]:
    text, filled = _text(inputs, stream)
    return text, {**filled, "result": text}


def _make_password(inputs: Properties, stream: _Stream) -> tuple[str, Properties]:
    text, filled = _text(inputs, stream)
    # Of the right form only: the true hash takes seconds in Python, and nothing in a rehearsal logs in with it.
    hashed = "$2a$10$" + "".join(stream.choice(_BCRYPT) for _ in range(53))
    return "none", {**filled, "result": Secret(text), "bcryptHash": Secret(hashed)}


def _make_id(inputs: Properties, stream: _Stream) -> tuple[str, Properties]:
    drawn = stream.bytes(_count(inputs, "byteLength"))
    prefix = inputs.get("prefix")
    lead = prefix if isinstance(prefix, str) else ""
    url = base64.urlsafe_b64encode(drawn).decode().rstrip("=")
    return url, {
        "b64Std": lead + base64.b64encode(drawn).decode(),
        "b64Url": lead + url,
        "hex": lead + drawn.hex(),
        "dec": lead + str(int.from_bytes(drawn, "big")),
    }


def _make_uuid(inputs: Properties, stream: _Stream) -> tuple[str, Properties]:
    del inputs
    text = str(uuid.UUID(bytes=stream.bytes(16), version=4))
    return text, {"result": text}


def _validate_id(inputs: Properties) -> str | None:
    return None if _count(inputs, "byteLength") >= 1 else "Attribute byte_length value must be at least 1"


def _always_valid(inputs: Properties) -> str | None:
    del inputs


_STRING_OUTPUTS: Final = (
    "lower", "minLower", "minNumeric", "minSpecial", "minUpper", "number", "numeric", "special", "upper", "result"
)  # fmt: skip
_KINDS: Final[dict[str, _Kind]] = {
    "random:index/randomPassword:RandomPassword": _Kind(
        _STRING_INPUTS, ("length",), (*_STRING_OUTPUTS, "bcryptHash"), _make_password, _validate_string
    ),
    "random:index/randomString:RandomString": _Kind(
        _STRING_INPUTS, ("length",), _STRING_OUTPUTS, _make_string, _validate_string
    ),
    "random:index/randomId:RandomId": _Kind(
        {"byteLength": int, "keepers": dict, "prefix": str},
        ("byteLength",),
        ("b64Std", "b64Url", "dec", "hex"),
        _make_id,
        _validate_id,
    ),
    "random:index/randomUuid:RandomUuid": _Kind({"keepers": dict}, (), ("result",), _make_uuid, _always_valid),
}


class Random(Provider):
    """RandomPassword, RandomString, RandomId and RandomUuid; each change of an input replaces."""

    name = "random"
    version = version("pulumi_random")

    def check(self, call: Call) -> CheckResult:
        """Validate; the inputs come back as given."""
        kind = _KINDS.get(call.type)
        if kind is None:
            return refused(call, f"the simulated random provider has no resource type '{call.type}'")
        failures = [CheckFailure(name, f"required property '{name}' is missing") for name in kind.required
                    if call.inputs.get(name) is None]  # fmt: skip
        for name, value in call.inputs.items():
            plain = reveal(value)
            wanted = kind.inputs.get(name)
            if wanted is None:
                failures.append(CheckFailure(name, f"unknown property '{name}' of {call.type}"))
            elif not has_unknown(plain) and plain is not None and not _is_a(plain, wanted):
                failures.append(CheckFailure(name, f"expected {wanted.__name__}, got {type(plain).__name__}"))
        if not failures and not any(has_unknown(value) for value in call.inputs.values()):
            reason = kind.validate(_plain(call.inputs))
            if reason:
                failures.append(CheckFailure("", reason))
        return CheckResult(call.inputs, tuple(failures), call.inputs)

    def diff(self, call: Call) -> Difference:
        """Replace on any change."""
        old, new = _plain(call.old_inputs), _plain(call.inputs)
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key) and key not in call.ignore_changes)
        if not changed:
            return NO_DIFFERENCE
        kinds: dict[str, Kind] = {
            key: "add-replace" if key not in old else "delete-replace" if key not in new else "update-replace"
            for key in changed
        }
        return Difference(changes=kinds, replaces=tuple(changed), delete_before_replace=False)

    def create(self, call: Call) -> Made:
        """Draw the value: it depends on the world's seed, the resource and its inputs."""
        kind = self._kind(call)
        inputs = _plain(call.inputs)
        if call.preview:
            unknown = dict.fromkeys(kind.outputs, UNKNOWN)
            return Made("", {**unknown, **call.inputs})
        stream = _Stream(self.world, call.urn, repr(sorted(inputs.items())))
        id_, outputs = kind.make(inputs, stream)
        return Made(id_, {**outputs, **call.inputs})

    def read(self, call: Call) -> Made:
        """Return what the engine knows already: there is nothing else to ask."""
        if not call.state:
            raise ProviderError(f"{call.type} can not be imported into a simulated world: it has no cloud to read from")
        return Made(call.id, call.state, call.old_inputs)

    def update(self, call: Call) -> Properties:
        """Take over the inputs that do not matter to the value."""
        return {**call.state, **call.inputs}

    def delete(self, call: Call) -> None:
        """Forget nothing: the world never knew."""
        del call

    def _kind(self, call: Call) -> _Kind:
        kind = _KINDS.get(call.type)
        if kind is None:
            raise ProviderError(f"the simulated random provider has no resource type '{call.type}'")
        return kind


def _plain(inputs: Properties) -> Properties:
    return {key: reveal(value) for key, value in inputs.items() if value is not None}


def _is_a(value: Value, wanted: type) -> bool:
    if wanted is dict:
        return isinstance(value, Mapping)
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))
