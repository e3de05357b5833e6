"""Conditions over several fields of one file, for each kind of file, and the one door to all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from model.config.source import Data
from model.planning.versions import Minor, Version
from model.rendering import admin_conditions, block_conditions, cluster_conditions, small_conditions, user_conditions
from model.rendering.files import FileKind
from model.rendering.reading import Part
from model.rendering.schema import Fault, Target, form

Condition: TypeAlias = Callable[[Target, Part], Iterator[Fault]]

CONDITIONS: Final[Mapping[FileKind, tuple[Condition, ...]]] = {
    FileKind.ADMIN_WORKSTATION: (small_conditions.host_config,),
    FileKind.CREDENTIALS: (small_conditions.entry_names,),
    FileKind.ADMIN_CLUSTER: (*cluster_conditions.ALL, *admin_conditions.ALL),
    FileKind.USER_CLUSTER: (*cluster_conditions.ALL, *user_conditions.ALL),
    FileKind.IP_BLOCK: block_conditions.ALL,
    FileKind.CLIENT_CONFIG: (small_conditions.groups,),
}


def validate(kind: FileKind, version: Version | Minor, data: Data) -> list[Fault]:
    """Return everything that is wrong with `data` as a file of `kind` for `version`, first its form, then conditions.

    With a full version, the file has to be for exactly that one. Raises `UndescribedError` for a version whose files
    are not described here.
    """
    target = Target.of(kind, version)
    faults = form(target, data)
    for condition in CONDITIONS[kind]:
        faults.extend(condition(target, Part(data)))
    return faults


def kind_of(data: Data) -> FileKind | None:
    """Return what kind of file `data` is, by its `kind` or by a section that only one kind has; None for no kind."""
    if not isinstance(data, dict):
        return None
    named = {
        "AdminCluster": FileKind.ADMIN_CLUSTER,
        "UserCluster": FileKind.USER_CLUSTER,
        "CredentialFile": FileKind.CREDENTIALS,
        "ClientConfig": FileKind.CLIENT_CONFIG,
    }
    kind = data.get("kind")
    if isinstance(kind, str):
        return named.get(kind)
    if "blocks" in data:
        return FileKind.IP_BLOCK
    return FileKind.ADMIN_WORKSTATION if "adminWorkstation" in data else None
