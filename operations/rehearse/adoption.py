"""What an environment is told to adopt: there before the program runs, exactly as the program declares it.

A rehearsal cannot know how a live cluster differs from the stack file; it shows what happens when it does not. The
program is asked what it declares under each import id (`operations.record`), so this holds for every kind of resource.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from model.config.onprem_cluster import Mode
from model.estate import Environment
from operations.project import ROOT
from operations.record.apart import declared_apart
from operations.rehearse.inside import brought_along
from rehearsal.inventory import Existing


def adopts(env: Environment) -> bool:
    """Say whether anything of `env` is adopted."""
    clusters = (*env.onprem.admin_clusters, *env.onprem.user_clusters, *env.gke.clusters)
    others = (*env.attached.clusters, *env.baremetal.clusters)
    return bool(env.baremetal.admin_clusters) or any(each.mode is Mode.ADOPT for each in (*clusters, *others))


def existing(env: Environment, root: Path = ROOT) -> tuple[Existing, ...]:
    """Return what `env` adopts, with the inputs that the program of the project at `root` declares for it.

    With it comes what its on-prem clusters bring along by themselves.

    Raises `RuntimeError` with the program's own words where it refuses.
    """
    return (*brought_along(env), *(_declared(env.name, root) if adopts(env) else ()))


def _declared(environment: str, root: Path) -> Iterator[Existing]:
    try:
        resources = declared_apart(environment, root)
    except RuntimeError as error:
        raise RuntimeError(f"what {environment} adopts cannot be known: {error}") from error
    for resource in resources:
        identity = cast("str | None", resource["options"].get("import"))
        if identity:
            yield Existing(resource["type"], identity, _stated(resource["inputs"]))


def _stated(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that the files themselves state: what is looked up or secret is not known before the run.

    The provider fills it in from the live object, and the components leave such fields to their owner.
    """
    return {
        key: _stated(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else value
        for key, value in inputs.items()
        if value not in ({"secret": True}, {"unknown": True})
    }
