"""Access in forms that the organisation's own files do not have: a scope, logs, a budget, a team that goes.

What the fleet makes of a scope inside the clusters is held against a real API server in `tests/apiserver`.
"""

from __future__ import annotations

from pathlib import Path

from rehearsal.engine.acquire import Engine
from tests.engine.bench import Bench, explained, operations
from tests.model import access_forms as forms

SCOPE = "gcp:gkehub/scope:Scope"
BUCKET = "gcp:storage/bucket:Bucket"
DENIAL = "gcp:iam/denyPolicy:DenyPolicy"
LOGS = "gcp:logging/projectBucketConfig:ProjectBucketConfig"


def lay_out(bench: Bench, *edits: dict[str, str]) -> None:
    """Write edited files into the bench."""
    for edit in edits:
        for file, text in edit.items():
            (bench.root / file).write_text(text, encoding="utf-8")


def test_a_team_comes_in_every_form_stays_as_it_is_and_leaves_its_state_guarded(engine: Engine, tmp_path: Path) -> None:
    bench = Bench.made(tmp_path, engine)
    lay_out(bench, forms.sandbox(), forms.stier(), forms.organisation())
    with bench.opened("sandbox") as session:
        up, again = session.take("up"), session.take("preview")
    assert up.succeeded, explained(up)
    made = {(each.type.rsplit(":", 1)[-1], each.name) for each in up.changes}
    assert made >= {
        ("Scope", "stier-scope"),
        ("MembershipBinding", "stier-member-gcp1-sandbox"),
        ("Namespace", "stier-namespace-stiportal-review"),
        ("ScopeRbacRoleBinding", "stier-role-restarter-varde-role-plattform-vakt"),
        ("ScopeIamMember", "stier-gkehub.scopeViewer-varde-team-stier"),
        ("LogView", "stier-view"),
        ("ProjectSink", "stier-sink"),
        ("Budget", "platform-budget"),
        ("ClusterRole", "gcp1-sandbox-role-restarter"),
        ("ClusterRoleBinding", "onp1-sandbox-cluster-admin-varde-role-plattform-admin"),
    }
    assert again.empty, explained(again)

    (bench.root / forms.STIER).unlink()
    lay_out(bench, forms.retired())
    with bench.opened("sandbox") as session:
        gone = operations(session.take("up"))
        assert {operation for operation, name in gone if name == "stier-denial"} == {"update"}
        assert ("delete", "stier-scope") in gone
        destroyed = session.take("destroy")
        assert destroyed.succeeded, explained(destroyed)
        left = {record.type: record for record in session.clouds.world.all()}
    assert SCOPE not in left
    # What a team made outlives its record, and everything else: its state, and what keeps others from reading it.
    assert left[BUCKET].id == "stier-sandbox-5b77-tfstate"
    assert "stier-deploy" not in str(left[DENIAL].inputs)
    assert "sandbox-apply" in str(left[DENIAL].inputs)
    assert LOGS in left
