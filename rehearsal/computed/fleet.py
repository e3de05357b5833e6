"""Computed outputs of the fleet."""

from __future__ import annotations

from rehearsal.case import Case
from rehearsal.computed.generic import uuid_text
from rehearsal.computed.registry import computes
from rehearsal.values import Properties, Value


@computes("gcp:gkehub/fleet:Fleet")
def fleet(case: Case) -> Properties:
    """Ready at once."""
    return {**_dated(case), "uid": uuid_text(case.world.digest(case.id)), "states": [{"code": "READY"}]}


@computes("gcp:gkehub/feature:Feature")
def feature(case: Case) -> Properties:
    """Active at once."""
    states: list[Value] = [{"states": [{"code": "OK", "description": "", "updateTime": case.world.now()}]}]
    return {**_dated(case), "name": case.text("name"), "resourceStates": [{"state": "ACTIVE", "hasResources": True}],
            "states": states}  # fmt: skip


@computes("gcp:gkehub/scope:Scope", "gcp:gkehub/namespace:Namespace", "gcp:gkehub/membershipBinding:MembershipBinding",
          "gcp:gkehub/scopeRbacRoleBinding:ScopeRbacRoleBinding")  # fmt: skip
def fleet_object(case: Case) -> Properties:
    """Ready at once."""
    return {
        **_dated(case),
        "name": case.id,
        "uid": uuid_text(case.world.digest(case.id)),
        "states": [{"code": "READY"}],
    }


def _dated(case: Case) -> Properties:
    return {"createTime": case.now(), "updateTime": case.world.now(), "deleteTime": ""}
