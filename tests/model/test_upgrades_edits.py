"""The edits of a step: they change versions and nothing else, comments and layout included."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from model.estate import Environment
from model.planning.upgrades.edits import Edit, EditRefusedError, edited, edits
from model.planning.upgrades.moves import Act, Move, Way, applied
from model.planning.upgrades.plan import plan
from model.planning.upgrades.standing import standing
from tests.fixtures import legacy
from tests.model.cases import PROD, ROOT, environment, sample
from tests.model.standings import V, read

FILE = ROOT / PROD
NOW, NEXT = "1.31.700-gke.24", "1.32.200-gke.27"


def text() -> str:
    return FILE.read_text(encoding="utf-8")


def changed(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines that differ, of two texts of as many lines."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [(old.strip(), new.strip()) for old, new in pairs if old != new]


def of(act: Act, env: Environment | None = None, *, after: str = NEXT) -> tuple[Edit, ...]:
    env = env or environment("prod")
    name = {Act.ADMIN: "onp1-prod-admin", Act.PLATFORM: "onp1-prod-admin", Act.WORKSTATION: "onp1-prod-ws"}
    before = standing(env)
    who = name.get(act, "onp1-prod")
    was = before.admins[who].version if who in before.admins else before.workstation
    if act in {Act.USER, Act.CONTROL_PLANE, Act.POOLS}:
        was = before.users[who].version
    return edits(env, before, Move(act, who, was, V(after), Way.PULUMI))


@pytest.mark.parametrize(
    ("act", "old"), [(Act.WORKSTATION, "1.31.800-gke.32"), (Act.ADMIN, "1.31.800-gke.32"), (Act.USER, NOW)]
)
def test_an_upgrade_is_one_line_of_the_stack_file_and_the_edit_says_which(act: Act, old: str) -> None:
    wanted = of(act)
    assert changed(text(), edited(text(), wanted, FILE)) == [(f"version: {old}", f"version: {NEXT}")]
    assert text().splitlines()[wanted[0].place.line - 1].strip() == f"version: {old}"
    assert str(wanted[0]).startswith(f"{PROD}:{wanted[0].place.line}  ")


def test_a_control_plane_alone_gives_each_pool_the_version_it_has() -> None:
    after = edited(text(), of(Act.CONTROL_PLANE), FILE)
    added = set(after.splitlines()) - set(text().splitlines())
    assert {line.strip() for line in added} == {f"version: {NEXT}", f"version: {NOW}"}
    assert after.count(f"            version: {NOW}\n") == 2
    env = read({PROD: after}).environments["prod"]
    assert [str(pool.version) for pool in standing(env).users["onp1-prod"].pools] == [NOW, NOW]
    assert standing(env) == applied(
        standing(environment("prod")), Move(Act.CONTROL_PLANE, "onp1-prod", V(NOW), V(NEXT), Way.PULUMI)
    )


def test_pools_with_a_version_of_their_own_follow_by_their_own_lines() -> None:
    first = edited(text(), of(Act.CONTROL_PLANE), FILE)
    env = read({PROD: first}).environments["prod"]
    after = edited(first, of(Act.POOLS, env), FILE)
    assert changed(first, after) == [(f"version: {NOW}", f"version: {NEXT}")] * 2
    whole = edits(env, standing(env), Move(Act.USER, "onp1-prod", V(NEXT), V("1.32.300-gke.41"), Way.PULUMI))
    assert len(whole) == 3


def test_comments_quotes_and_braces_stay() -> None:
    line = f"        network: node\n        version: {NOW}\n"
    noted = text().replace(line, f'        network: node\n        "version": "{NOW}"   # until autumn\n')
    flow = noted.replace(
        "          - name: ingress\n            nodes",
        "          - # a pool\n            name: ingress # i\n            nodes",
    )
    env = read({PROD: flow}).environments["prod"]
    after = edited(flow, of(Act.CONTROL_PLANE, env), FILE)
    assert f'        "version": "{NEXT}"   # until autumn\n' in after
    assert f"            name: ingress # i\n            version: {NOW}\n" in after


def test_a_pool_in_braces_gets_its_version_in_braces() -> None:
    pool = "{name: small, nodes: {min: 3, start: 3, max: 3}, cpus: 4, memory_mib: 8192, load_balancer: true}"
    kept = text()[: text().index("        node_pools:\n          - name: general")]
    tail = text()[text().index("\n  hybrid:gke:") :]
    short = f"{kept}        node_pools:\n          - {pool}\n{tail}"
    env = read({PROD: short}).environments["prod"]
    assert f"- {{name: small, version: {NOW}, nodes" in edited(short, of(Act.CONTROL_PLANE, env), FILE)


def test_the_platform_of_an_admin_cluster_is_added_and_goes_again_with_its_own_upgrade() -> None:
    first = edited(text(), of(Act.PLATFORM), FILE)
    assert f"        version: 1.31.800-gke.32\n        platform_version: {NEXT}\n" in first
    env = read({PROD: first}).environments["prod"]
    again = edited(first, of(Act.ADMIN, env, after="1.32.300-gke.41"), FILE)
    assert "platform_version" not in again
    assert "        version: 1.32.300-gke.41\n" in again


def test_a_file_that_is_not_as_the_plan_saw_it_is_refused() -> None:
    with pytest.raises(EditRefusedError, match="plan again"):
        edited(text().replace(NOW, "1.31.800-gke.32"), of(Act.USER), FILE)


def test_a_value_on_another_line_than_its_key_is_edited_where_it_stands() -> None:
    apart = text().replace(
        f"        network: node\n        version: {NOW}\n",
        f"        network: node\n        version:\n          {NOW}\n",
    )
    after = edited(apart, of(Act.USER, read({PROD: apart}).environments["prod"]), FILE)
    assert changed(apart, after) == [(NOW, NEXT)]


def test_an_edit_that_would_change_more_is_refused() -> None:
    wanted = of(Act.USER)[0]
    shared = text().replace(
        f"        network: node\n        version: {NOW}\n", f"        network: node\n        version: &v {NOW}\n"
    )
    with pytest.raises(EditRefusedError, match="edit it by hand"):
        edited(shared, [wanted], FILE)


def test_a_value_never_becomes_more_than_a_value() -> None:
    after = edited(text(), [replace(of(Act.USER)[0], new=f"{NEXT} # and more")], FILE)
    assert changed(text(), after) == [(f"version: {NOW}", f'version: "{NEXT} # and more"')]


def test_what_is_no_yaml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditRefusedError, match="can not be read"):
        edited("a: [1\n", of(Act.USER), tmp_path / "x.yaml")


def test_a_migration_and_a_conversion_have_no_edit_of_a_version() -> None:
    old = plan(legacy.estate(), "prod", "1.32")
    assert [step.edits for step in old.steps if step.move.act is Act.MIGRATION] == [(), ()]
    on = plan(sample(), "prod", "1.33")
    assert [step.edits for step in on.steps if step.move.converts] == [(), ()]


def test_edits_of_the_steps_one_after_another_lead_to_the_target() -> None:
    now = text()
    while True:
        made = plan(read({PROD: now}), "prod", "1.32", pools_later=True)
        if not made.steps:
            break
        now = edited(now, made.steps[0].edits, FILE)
    versions = {str(each.version) for each in made.end.users["onp1-prod"].pools}
    assert versions == {NEXT}
    assert now.count("#") == text().count("#")
