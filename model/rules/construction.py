"""Rules that no file can break: the shapes have no word for breaking them, or the program always does it right.

They are listed so that nobody looks for their check; tests hold each against the whole program of every environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.rules import pages


@dataclass(frozen=True, slots=True)
class Held:
    """A rule and why it holds."""

    number: str
    title: str
    why: str
    source: str


HELD: Final = (
    Held(
        "A40", "connect, logging and API share project and location", "one project and one region", pages.ADMIN_CLUSTER
    ),
    Held(
        "B36",
        "host groups come in twos or not at all",
        "pools have none and rely on anti-affinity",
        pages.USER_NODE_POOL,
    ),
    Held("B37", "the pools of a cluster share one IP mode", "addresses are static", pages.USER_CLUSTER),
    Held(
        "B51",
        "one pod and one service range, one IP mode, a control plane block",
        "the shape has room for one",
        pages.USER_CLUSTER,
    ),
    Held(
        "B53",
        "the API's cluster-admins are users",
        "the apply account alone; groups get roles in the cluster",
        pages.USER_CLUSTER,
    ),
    Held("C3", "ranges by name or by CIDR", "by name, of the reviewed address plan", pages.GKE_CLUSTER),
    Held("C5", "one way to say binary authorization", "by evaluation mode", pages.GKE_CLUSTER),
    Held("C6", "no version fights the release channel", "none is set, upgrade and repair are on", pages.GKE_CLUSTER),
    Held("C8", "workload identity reaches the nodes", "pool and metadata server are always set", pages.GKE_CLUSTER),
    Held(
        "E3",
        "memberships have an id, a place and an issuer",
        "from the cluster's name and region",
        pages.FLEET_MEMBERSHIP,
    ),
    Held("E4", "an on-prem membership carries the cluster's id", "the API registers it so", pages.FLEET_MEMBERSHIP),
    Held("E5", "fleet features are global, one of a name", "the shape is a record of features", pages.FLEET_FEATURE),
    Held("F5", "custom roles keep their limits", "the program makes none", pages.IAM_GROUPS),
    Held("F8", "groups are made as the directory wants them", "the program makes none (F12)", pages.IAM_GROUPS),
    Held("F9", "memberships of groups keep their form", "the program makes none (F12)", pages.IAM_GROUPS),
    Held("F13", "one system owns a group's members", "the directory (F12)", pages.IAM_GROUPS),
)
"""Every rule that holds by construction."""
