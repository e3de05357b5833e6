"""A change of an environment's files that creates, updates, replaces and deletes, for rehearsing a faulty update."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Final, cast

import yaml

from model.estate import Environment
from operations.project import ROOT

_Settings = dict[str, Any]


@dataclass(frozen=True)
class Changed:
    """The environment as a copy of the project at `root` describes it; `edits` says what is different there."""

    env: Environment
    root: Path
    edits: tuple[str, ...]


def changed(env: Environment, folder: Path, root: Path = ROOT) -> Changed:
    """Return `env` with every edit that the rules allow there, in a copy of the files of `root` below `folder`.

    Raises `ValueError` when no edit is possible: an update without a change would prove nothing.
    """
    folder.mkdir(parents=True)
    shutil.copytree(root / "stacks", folder / "stacks")
    shutil.copy(root / "Pulumi.yaml", folder / "Pulumi.yaml")
    file = folder / env.source.file
    now, done = env, list[str]()
    for name, edit in _EDITS.items():
        before = file.read_text(encoding="utf-8")
        settings = cast("_Settings", yaml.safe_load(before))
        if not edit(settings["config"]):
            continue
        file.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
        loaded = _right(folder)
        if loaded is None:
            file.write_text(before, encoding="utf-8")
        else:
            now = loaded[env.name]
            done.append(name)
    if not done:
        raise ValueError(f"{env.name}: none of these edits is possible there: {', '.join(_EDITS)}")
    return Changed(now, folder, tuple(done))


def _right(root: Path) -> dict[str, Environment] | None:
    """Return the environments, or None where the files break a rule."""
    from model.check import check
    from model.config.problems import Severity

    result = check(root)
    wrong = any(each.severity is Severity.ERROR for each in result.problems)
    return None if wrong or result.loaded.estate is None else dict(result.loaded.estate.environments)


def _rename_fleet(config: _Settings) -> bool:
    config["hybrid:fleet"]["display_name"] += "-2"
    return True


def _grow_a_pool(config: _Settings) -> bool:
    for cluster in config["hybrid:gke"]["clusters"]:
        for pool in cluster["node_pools"]:
            pool["nodes_per_zone"]["max"] += 1
            return True
    return False


def _label_a_pool(config: _Settings) -> bool:
    for cluster in config["hybrid:onprem"]["user_clusters"]:
        for pool in cluster["node_pools"]:
            pool.setdefault("labels", {})["rehearsal"] = "changed"
            return True
    return False


def _move_a_tunnel(config: _Settings) -> bool:
    """Give one tunnel the /30 after the highest one: its interface and its peer are replaced (domain rule D4)."""
    tunnels = cast("dict[str, _Settings]", config["hybrid:vpn"]["tunnels"])
    if not tunnels:
        return False
    highest = max(IPv4Network(tunnel["range"]) for tunnel in tunnels.values())
    free = IPv4Network((int(highest.network_address) + 4, 30))
    tunnel = tunnels[min(tunnels)]
    tunnel.update(range=str(free), google_address=str(free[1]), peer_address=str(free[2]))
    return True


def _withdraw_a_grant(config: _Settings) -> bool:
    grants = cast("_Settings", config["hybrid:access"]["grants"])
    if len(grants) < 2:
        return False
    del grants[max(grants)]
    return True


def _grant_a_role(config: _Settings) -> bool:
    grants = cast("_Settings", config["hybrid:access"]["grants"])
    first = grants[min(grants)]
    if "roles/logging.viewAccessor" in first["roles"]:
        return False
    first["roles"].append("roles/logging.viewAccessor")
    return True


_EDITS: Final[dict[str, Callable[[_Settings], bool]]] = {
    "the fleet's display name": _rename_fleet,
    "a larger node pool": _grow_a_pool,
    "a label on an on-prem pool": _label_a_pool,
    "another range for a tunnel": _move_a_tunnel,
    "a grant less": _withdraw_a_grant,
    "a role more": _grant_a_role,
}
