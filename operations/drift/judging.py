"""What each difference is: a hand edit, a known echo, or a value that the program leaves alone; and who would care.

A difference counts where the program states the value: the next `up` would undo it. What it ignores on purpose is an
echo, with the reason that stands beside the input in the component; what it does not state is nobody's edit to undo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path as File
from typing import Final

from model.estate import Environment
from model.planning.access.clusters import team_namespaces
from operations.drift.reading import Moved, Path, Refresh, written
from operations.project import ROOT
from operations.record.recording import Recording
from operations.record.registered import Recorded
from operations.record.values import Value
from operations.rehearse.hand_edits import DERIVED, Delete, HandEdit, Set, Verdict, catalogue
from operations.rehearse.ignoring import why_ignored


class Kind(StrEnum):
    """What a difference is."""

    INCIDENT = "hand edit"
    """The program states the value: the next `up` would undo it, so somebody decides."""
    ECHO = "echo"
    """The program ignores the value on purpose."""
    UNSTATED = "not stated"
    """The program states no such value, or no such resource."""


@dataclass(frozen=True)
class Finding:
    """One resource that differs. `audience` would care, the first of them most; `reason` says why an echo is one."""

    moved: Moved
    kind: Kind
    audience: tuple[str, ...]
    what: tuple[str, ...]
    reason: str = ""
    known_as: str = ""
    """The edit of the rehearsal's catalogue that it looks like."""
    adopt: tuple[str, ...] = ()
    """Where to write it to keep it, then the command; no command for what nobody keeps."""
    revert: str = ""
    """The command that undoes it, "" for what can not be undone."""
    remark: str = ""


@dataclass(frozen=True)
class Report:
    """What a refresh of an environment came to."""

    environment: str
    refresh: Refresh
    findings: tuple[Finding, ...]

    def of(self, kind: Kind) -> tuple[Finding, ...]:
        """Return the findings of a kind, by audience and name."""
        found = [each for each in self.findings if each.kind is kind]
        return tuple(sorted(found, key=lambda each: (each.audience, each.moved.name)))


def judged(refresh: Refresh, env: Environment, recording: Recording) -> Report:
    """Return what each resource of `refresh` is; `recording` is what the program declares for `env` now."""
    declared = {each.urn: each for each in recording.resources}
    judge = _Judge(env, declared)
    findings = (judge.finding(moved) for moved in refresh.moved if not moved.type.startswith("hybrid:"))
    return Report(env.name, refresh, tuple(findings))


@dataclass(frozen=True)
class _Judge:
    env: Environment
    declared: Mapping[str, Recorded]

    def finding(self, moved: Moved) -> Finding:
        recorded = self.declared.get(moved.urn)
        audience = tuple(_audience(moved, recorded, self.env))
        if recorded is None:
            reason = "the program does not declare it any more; the next `up` deletes it"
            return Finding(moved, Kind.UNSTATED, audience, _told(moved, None), reason)
        ignored = recorded.options.ignore_changes
        left = [(each.path, _covering(each.path, ignored)) for each in moved.differences]
        counting = [path for path, covered in left if not covered and _stated(recorded.inputs, path)]
        if moved.gone or counting or not moved.differences:
            return self._incident(moved, audience, counting)
        echoes = sorted({covered for _, covered in left if covered})
        if echoes:
            reason = " ".join(f"`{name}`: {_why(moved, name)}" for name in echoes)
            return Finding(moved, Kind.ECHO, audience, _told(moved, None), reason)
        reason = f"the program states no {', '.join(f'`{written(path)}`' for path, _ in left)}"
        return Finding(moved, Kind.UNSTATED, audience, _told(moved, None), reason)

    def _incident(self, moved: Moved, audience: tuple[str, ...], counting: list[Path]) -> Finding:
        edit = _known(moved, counting)
        stack = self.env.name
        target = f"--target '{moved.urn}' -s {stack}"
        where = edit.adopt.removesuffix(", then `pulumi refresh`") if edit and edit.adopt else _place(moved)
        # What is derived has no place to be written in: there is only the way back.
        adopt = (where,) if where == DERIVED else (where, f"pulumi refresh {target}")
        revert = "" if edit is not None and not edit.undone else f"pulumi up --refresh {target}"
        return Finding(
            moved,
            Kind.INCIDENT,
            audience,
            _told(moved, counting),
            known_as=edit.title if edit else "",
            adopt=adopt,
            revert=revert,
            remark=edit.remark if edit else "",
        )


def _told(moved: Moved, counting: list[Path] | None) -> tuple[str, ...]:
    if moved.gone:
        return ("it is gone",)
    shown = [each for each in moved.differences if counting is None or each.path in counting]
    return tuple(
        f"{written(each.path)}: {each.state or '(nothing plain)'} -> {each.cloud or '(nothing plain)'}"
        if each.state or each.cloud
        else written(each.path)
        for each in shown
    )


def _covering(path: Path, ignored: tuple[str, ...]) -> str:
    text = written(path)
    return next((each for each in ignored if text == each or text.startswith((f"{each}.", f"{each}["))), "")


def _stated(inputs: Mapping[str, Value], path: Path) -> bool:
    """Say whether the program states what is at a path: the value, or the list or labels that it was added to."""
    value: Value = inputs
    for step in path:
        if isinstance(value, Mapping):
            inside = value
            if str(step) not in inside:
                # A map of plain values (labels) is stated as a whole; of a block, only what is in it.
                return inside is not inputs and all(isinstance(each, str) for each in inside.values())
            value = inside[str(step)]
        elif isinstance(value, tuple):
            if not isinstance(step, int) or step >= len(value):
                return True
            value = value[step]
        else:
            return value is not None
    return value is not None


def _known(moved: Moved, counting: list[Path]) -> HandEdit | None:
    """Return the edit of the catalogue that this looks like: of the same type, and a deletion or of the same input."""
    texts = [written(tuple(step for step in path if isinstance(step, str))) for path in counting]
    for edit in catalogue():
        if edit.which.type != moved.type or edit.expected is not Verdict.INCIDENT:
            continue
        if moved.gone and isinstance(edit.action, Delete):
            return edit
        if not moved.gone and isinstance(edit.action, Set):
            named = [written(tuple(step for step in path if isinstance(step, str))) for path in edit.action.values]
            if any(text == name or text.startswith(f"{name}.") for text in texts for name in named):
                return edit
    return None


_SECTIONS: Final = {
    "network": "hybrid:network",
    "vpn": "hybrid:vpn",
    "onprem": "hybrid:onprem",
    "gke": "hybrid:gke",
    "fleet": "hybrid:fleet",
    "access": "hybrid:access, or the team's file in stacks/teams/",
    "attached": "hybrid:attached",
    "baremetal": "hybrid:baremetal",
}


def _area(moved: Moved) -> str:
    """Return the area of the component that a resource is in, "" for none."""
    return next((each.split(":")[1] for each in moved.components if each.startswith("hybrid:")), "")


def _place(moved: Moved) -> str:
    section = _SECTIONS.get(_area(moved))
    return f"write it in {section}" if section else "write it where the program takes it from"


_NETWORK_TYPES: Final = ("vsphere:index/distributedPortGroup:", "vsphere:index/distributedVirtualSwitch:")
_GRANTS: Final = ("iAMMember", "IAMMember", "RoleBinding", "entitlement", "denyPolicy", "iamMember")


def _audience(moved: Moved, recorded: Recorded | None, env: Environment) -> Iterator[str]:
    """Give who would care: first whose thing it is."""
    area = _area(moved)
    team = _team(recorded, env) if recorded is not None else ""
    if area in {"network", "vpn"} or moved.type.startswith(_NETWORK_TYPES):
        yield "network"
        if "irewall" in moved.type:
            yield "security"
    elif area == "access" and any(each.lower() in moved.type.lower() for each in _GRANTS):
        yield "security"
        if team:
            yield f"team {team}"
    elif team:
        yield f"team {team}"
        yield "platform"
    else:
        yield "platform"


def _team(recorded: Recorded, env: Environment) -> str:
    """Return the team whose project or namespace a resource is in or makes, "" for none."""
    inputs = recorded.inputs
    names = {_text(inputs, "metadata", "namespace")}
    if recorded.type.endswith(":Namespace"):
        names.add(_text(inputs, "metadata", "name"))
    for each in team_namespaces(env):
        if each.name in names:
            return each.team
    return next((slug for slug, (_, here) in env.members.items() if inputs.get("project") == here.project), "")


def _text(inputs: Mapping[str, Value], *path: str) -> str:
    value: Value = inputs
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def _why(moved: Moved, ignored: str) -> str:
    """Return the reason that stands in the component, from the files of its area."""
    folder = File(ROOT) / "components" / _area(moved)
    for file in sorted(folder.rglob("*.py")) if _area(moved) else ():
        with suppress(OSError, SyntaxError):
            reason = why_ignored(file, ignored)
            if reason:
                return reason
    return "left to somebody else on purpose"
