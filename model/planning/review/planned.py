"""What the engine would do to one resource, and what stands in its way of being read: secrets, unknowns, noise."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import commonprefix
from typing import Any, Final, cast

Values = Mapping[str, Any]
"""Inputs of a resource, by property."""

HIDDEN: Final = "(not shown)"
SECRET: Final = "(secret)"  # noqa: S105  what is written in place of one
UNKNOWN: Final = "(known once it is made)"
ABSENT: Final = "nothing"
_MARK: Final = "4dabf18193072939515e22adb298388d"
"""The key under which Pulumi writes what a special value is (https://www.pulumi.com/docs/iac/concepts/secrets/)."""
_UNKNOWNS: Final = frozenset({"04da6b54-80e4-46f7-96ec-b56ff0331ba9", "output<string>", "[unknown]"})
_MASKED: Final = "[secret]"
_SUSPICIOUS: Final = re.compile(
    r"password|passphrase|passwd|pre_?shared|shared_?secret|shared_?key|private_?key|secret_?(data|value|key)|token"
    r"|credential|kube_?config|api_?key|md5|stringData|^data$",
    re.IGNORECASE,
)
"""Names of properties whose value is never shown, whether or not somebody remembered to mark it as a secret."""
_SUSPICIOUS_TEXT: Final = re.compile(r"-----BEGIN |ghp_[A-Za-z0-9]{20}|ya29\.|eyJ[A-Za-z0-9_-]{10,}\.")
_LONGEST: Final = 160
_AROUND: Final = 40
"""Characters that are shown on either side of a difference."""
_ABSENT = object()

DESTRUCTIVE: Final = frozenset({"delete", "replace"})
_SILENT: Final = frozenset({"same", "read", "refresh"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that changes; both values in words, secrets masked. `forces` says whether it forces replacement."""

    path: str
    before: str
    after: str
    forces: bool

    @property
    def words(self) -> str:
        """The difference in words."""
        return f"{self.path}: {self.before} becomes {self.after}"


@dataclass(frozen=True, slots=True)
class Planned:
    """What the engine would do to one resource.

    operation: create, update, replace, delete, import. keys: the properties that differ; replace_keys: those of them
    that force a replacement. old, new: the inputs before and after, None where there is no resource. protected: whether
    Pulumi protected it before the change. retained: whether a deletion leaves it in the cloud (`retainOnDelete`).
    """

    urn: str
    type: str
    operation: str
    keys: tuple[str, ...] = ()
    replace_keys: tuple[str, ...] = ()
    detailed: Mapping[str, str] = field(default_factory=dict[str, str])
    old: Values | None = None
    new: Values | None = None
    protected: bool = False
    component: str = ""
    retained: bool = False

    @property
    def name(self) -> str:
        """Its logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def outcome(self) -> str:
        """Its operation, or `retain` where it leaves the state alone and stays in the cloud."""
        return "retain" if self.operation == "delete" and self.retained else self.operation

    @property
    def destructive(self) -> bool:
        """Whether what exists is deleted."""
        return self.operation in DESTRUCTIVE

    @property
    def follows(self) -> bool:
        """Whether it is replaced for no reason of its own: something that it is made of is, or the cluster it is in."""
        return self.operation == "replace" and {*self.changed_keys} <= {"provider"}

    @property
    def changed_keys(self) -> tuple[str, ...]:
        """The properties that differ, sorted: what the engine and the provider say of it."""
        roots = {re.split(r"[.\[]", path, maxsplit=1)[0] for path in self.detailed}
        return tuple(sorted({*self.keys, *self.replace_keys, *roots} - {"", "__defaults"}))

    @property
    def silent(self) -> bool:
        """Whether it is no change of anything: a component, a look-up, or an update of nothing."""
        if self.operation in _SILENT or self.type.startswith("hybrid:") or self.type == "pulumi:pulumi:Stack":
            return True
        return self.operation == "update" and not self.changed_keys

    def differences(self) -> tuple[Difference, ...]:
        """Return what differs, leaf by leaf; a property that only the provider sees differ is given by name."""
        old, new = self.old or {}, self.new or {}
        found: list[Difference] = []
        for key in self.changed_keys:
            leaves = list(_leaves(key, old.get(key, _ABSENT), new.get(key, _ABSENT)))
            forced = key in self.replace_keys or any(
                kind.endswith("replace") and re.split(r"[.\[]", path, maxsplit=1)[0] == key
                for path, kind in self.detailed.items()
            )
            found += [Difference(path, *_both(path, before, after), forced) for path, before, after in leaves] or [
                Difference(key, *_not_seen(key), forced)
            ]
        return tuple(found)


def _not_seen(key: str) -> tuple[str, str]:
    """Return the two sides of a property that differs where what is known of it does not."""
    return ("one value", f"another {HIDDEN}") if _SUSPICIOUS.search(key) else ("what is there", "what the program says")


def _both(path: str, before: object, after: object) -> tuple[str, str]:
    """Return both values in words; of two long texts, the part in which they differ and a little around it."""
    if not isinstance(before, str) or not isinstance(after, str) or min(len(before), len(after)) <= _AROUND:
        return shown(path, before), shown(path, after)
    old, new = _decoded(before), _decoded(after)
    if any(HIDDEN in shown(path, each) or SECRET in shown(path, each) for each in (before, after, old, new)):
        return HIDDEN, HIDDEN
    if _SUSPICIOUS.search(old) or _SUSPICIOUS.search(new):
        return HIDDEN, f"another text {HIDDEN}"
    if "\n" in old and "\n" in new:
        was, becomes = old.splitlines(), new.splitlines()
        gone, come = [line for line in was if line not in becomes], [line for line in becomes if line not in was]
        if gone and come:
            return shown(path, " / ".join(gone)), shown(path, " / ".join(come))
    start = len(commonprefix((old, new)))
    end = len(commonprefix((old[start:][::-1], new[start:][::-1])))
    return _cut(path, old, start, end), _cut(path, new, start, end)


def _cut(path: str, text: str, start: int, end: int) -> str:
    """Return a text without most of the `start` first and `end` last characters, which it shares with another."""
    first, last = max(start - _AROUND, 0), min(len(text) - end + _AROUND, len(text))
    around = f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"
    return shown(path, around)


def _decoded(text: str) -> str:
    """Return what a long text says that is written in base64; any other as it is."""
    if len(text) <= _AROUND:
        return text
    try:
        plain = base64.b64decode(text, validate=True).decode()
    except ValueError:
        return text
    return plain if plain.replace("\n", "").isprintable() else text


def shown(path: str, value: object) -> str:
    """Return a value in words, on one line: never a secret, nor what might be one."""
    if value is _ABSENT or value is None:
        return ABSENT
    if any(_SUSPICIOUS.search(part) for part in re.split(r"[.\[\]\"]+", path)):
        return HIDDEN
    if isinstance(value, str) and (said := _decoded(value)) != value:
        return HIDDEN if _SUSPICIOUS.search(said) else shown(path, said)
    text = json.dumps(_masked(value), ensure_ascii=False, sort_keys=True) if not isinstance(value, str) else value
    if isinstance(value, str):
        text = str(_masked(value))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _masked(value: object) -> object:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        plain = {key: HIDDEN if _SUSPICIOUS.search(key) else _masked(each) for key, each in held.items()}
        return SECRET if _MARK in held else {key: each for key, each in plain.items() if key != "__defaults"}
    if isinstance(value, Sequence):
        return [_masked(each) for each in cast("Sequence[object]", value)]
    return value


def _text(value: str) -> str:
    if value == _MASKED:
        return SECRET
    if value in _UNKNOWNS:
        return UNKNOWN
    return HIDDEN if _SUSPICIOUS_TEXT.search(value) else value


def _leaves(path: str, old: object, new: object) -> Iterator[tuple[str, object, object]]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and _MARK not in old and _MARK not in new:
        before, after = cast("Mapping[str, object]", old), cast("Mapping[str, object]", new)
        for key in sorted({*before, *after} - {"__defaults"}):
            yield from _leaves(f"{path}.{key}", before.get(key, _ABSENT), after.get(key, _ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_lists(path, cast("list[object]", old), cast("list[object]", new))
    else:
        yield path, old, new


def _of_lists(path: str, old: list[object], new: list[object]) -> Iterator[tuple[str, object, object]]:
    """Give what differs between lists: item by item where they are as long, else what goes and what comes."""
    if len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _leaves(f"{path}[{number}]", before, after)
        return
    gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
    yield path, gone or _ABSENT, come or _ABSENT
