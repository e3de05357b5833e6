"""Standings made by hand, for tests of upgrades over more forms of clusters than the sample has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from model.config.catalogue import Catalogue, Feature
from model.config.load import load
from model.estate import Estate
from model.planning.upgrades.sequence import Taken, sequence
from model.planning.upgrades.standing import Admin, Pool, Standing, User
from model.planning.versions import Version
from tests.model.cases import ROOT, environment

V = Version.parse


def read(texts: Mapping[str, str]) -> Estate:
    """Return the estate of the project's own files with these texts, no rule having been asked."""
    loaded = load(ROOT, texts=texts)
    assert loaded.estate is not None
    return loaded.estate


def catalogue() -> Catalogue:
    """Return the project's own catalogue."""
    return environment("prod").catalogue


def standing(
    admin: str,
    user: str | None = None,
    *,
    workstation: str | None = None,
    pools: Iterable[str] = (),
    admin_has: Iterable[Feature] = (),
    user_has: Iterable[Feature] = (),
    api: bool = True,
    windows: bool = False,
) -> Standing:
    """Return one admin cluster with one user cluster, everything on one version unless said otherwise."""
    held = tuple(
        Pool(f"pool{number}", V(version), stated=True, nodes=3, windows=windows) for number, version in enumerate(pools)
    )
    inside = held or (Pool("pool0", V(user or admin), stated=False, nodes=3, windows=windows),)
    return Standing(
        V(workstation or max(admin, user or admin, key=V)),
        {"adm": Admin("adm", V(admin), frozenset(admin_has))},
        {"usr": User("usr", "usr-id", "adm", V(user or admin), frozenset(user_has), api, inside)},
    )


def steps(start: Standing, target: str, *, pools_later: bool = False, proven: str | None = None) -> tuple[Taken, ...]:
    """Return the sequence of steps to `target` by the project's own catalogue."""
    return sequence(
        start,
        V(target),
        catalogue(),
        workstation="ws",
        pools_later=pools_later,
        proven=V(proven) if proven else None,
    )


def told(taken: Iterable[Taken]) -> list[str]:
    """Return steps as `user cluster usr 1.32` for a test to compare."""
    return [
        f"{each.move.act} {each.move.name} {each.move.feature or each.move.after.minor}"
        + (" converts" if each.move.converts else "")
        for each in taken
    ]
