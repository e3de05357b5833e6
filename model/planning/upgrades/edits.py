"""The edits of a stack file that a step of an upgrade asks for, and how they are made without touching anything else.

An edit replaces one version, adds one to what had none, or takes one out; `model.planning.file_edits` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.config.problems import Place
from model.config.source import KeyPath, Source
from model.estate import Environment
from model.planning.file_edits import Change, FileEditError, read
from model.planning.file_edits import edited as edited_file
from model.planning.upgrades.moves import Act, Move
from model.planning.upgrades.standing import Admin, Standing

_ONPREM: Final = ("config", "hybrid:onprem")


class EditRefusedError(ValueError):
    """A file could not be edited as asked without changing something else; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A new value for a version in a stack file.

    `old` is None where the key is added, on a line after `anchor`, another key beside it; `new` is None where the key
    goes. `place` is where the value stands now, or what it is added to.
    """

    place: Place
    path: KeyPath
    what: str
    old: str | None
    new: str | None
    anchor: str = "name"

    @property
    def key(self) -> str:
        """The key whose value is edited."""
        return str(self.path[-1])

    def __str__(self) -> str:
        old, new = (f"{self.key}: {value}" if value is not None else "nothing" for value in (self.old, self.new))
        return f"{self.place.file}:{self.place.line}  {self.what}: {old} -> {new}"


def edits(env: Environment, before: Standing, move: Move) -> tuple[Edit, ...]:
    """Return what `move` changes in the stack file.

    None for a migration, whose edits are on a page of its own, and for a conversion, after which the program no longer
    drives the cluster (B64, B65).
    """
    return () if move.converts or move.act is Act.MIGRATION else tuple(_edits(env, before, move))


def _edits(env: Environment, before: Standing, move: Move) -> Iterator[Edit]:
    onprem = env.onprem
    old, new = str(move.before), str(move.after)
    if move.act is Act.WORKSTATION:
        yield _edit(env, ("workstation",), f"workstation {move.name}", old, new)
    for index, admin in enumerate(onprem.admin_clusters):
        if admin.name == move.name:
            yield from _admin(env, before.admins[admin.name], index, move)
    for index, cluster in enumerate(onprem.user_clusters):
        if cluster.name != move.name:
            continue
        if move.act is not Act.POOLS:
            yield _edit(env, ("user_clusters", index), f"user cluster {cluster.name}", old, new)
        pools = {pool.name: pool for pool in before.users[cluster.name].pools}
        for number, pool in enumerate(cluster.node_pools):
            stands, path = pools[pool.name], ("user_clusters", index, "node_pools", number)
            what = f"pool '{pool.name}' of {cluster.name}"
            if move.act is Act.CONTROL_PLANE:
                if not stands.stated:
                    yield _edit(env, path, what, None, str(stands.version))
            elif stands.stated and stands.version != move.after:
                yield _edit(env, path, what, str(stands.version), new)


def _admin(env: Environment, admin: Admin, index: int, move: Move) -> Iterator[Edit]:
    path, what = ("admin_clusters", index), f"admin cluster {admin.name}"
    held = str(admin.platform) if admin.platform is not None else None
    if move.act is Act.PLATFORM:
        yield _platform(env, path, what, held, str(move.after))
    elif move.act is Act.ADMIN:
        yield _edit(env, path, what, str(move.before), str(move.after))
        if admin.platform is not None and admin.platform < move.after:
            # What the cluster itself holds need not be asked of its platform any more.
            yield _platform(env, path, what, held, None)


def _edit(env: Environment, path: KeyPath, what: str, old: str | None, new: str | None) -> Edit:
    full = (*_ONPREM, *path, "version")
    return Edit(env.source.place(full), full, what, old, new)


def _platform(env: Environment, path: KeyPath, what: str, old: str | None, new: str | None) -> Edit:
    full = (*_ONPREM, *path, "platform_version")
    return Edit(env.source.place(full), full, what, old, new, anchor="version")


def edited(text: str, wanted: Sequence[Edit], file: Path) -> str:
    """Return `text`, the stack file `file`, with `wanted` made.

    Raises `EditRefusedError` where a value is not the one the edit is about, or where anything else would change.
    """
    try:
        source = read(str(file), text)
        for edit in wanted:
            _held(source, edit)
        return edited_file(str(file), text, [Change(each.path, each.new, each.anchor) for each in wanted])[0]
    except FileEditError as error:
        raise EditRefusedError(str(error)) from error


def _held(source: Source, edit: Edit) -> None:
    """Refuse an edit of a file that is not as the plan saw it."""
    try:
        held = source.written(edit.path) if edit.old is not None else None
        parent = source.value(edit.path[:-1])
    except KeyError:
        parent = held = None
    if not isinstance(parent, dict) or held != edit.old or (edit.old is None and edit.key in parent):
        raise EditRefusedError(f"{edit.place}: the file does not hold {edit.old or edit.what} there; plan again")
