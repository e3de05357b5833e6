"""What an environment refuses to delete."""

from __future__ import annotations

import pytest

from model.config.environment import DeletionProtection, EnvironmentFacts, Protect, Protection
from model.planning.protection import Kind, guarded, protected
from tests.model.cases import environment


def facts(protect: Protect, *switches: DeletionProtection) -> EnvironmentFacts:
    """Return the facts of sandbox with another protection."""
    protection = Protection(protect=protect, deletion_protection=switches)
    return environment("sandbox").facts.model_copy(update={"protection": protection})


def test_only_what_can_not_be_deleted_is_protected_where_the_environment_is_wiped() -> None:
    assert {kind for kind in Kind if protected(environment("sandbox").facts, kind)} == {Kind.KEY_RING, Kind.KEY}
    assert not any(guarded(environment("sandbox").facts, kind) for kind in Kind)


def test_identity_is_what_others_have_written_down() -> None:
    found = {kind for kind in Kind if protected(environment("dev").facts, kind)}
    assert {Kind.VPN_GATEWAY, Kind.EGRESS_ADDRESS, Kind.FLEET} <= found
    assert not found & {Kind.GKE_CLUSTER, Kind.USER_CLUSTER, Kind.SECRET, Kind.NETWORK}


def test_everything_stateful_is_protected_in_production() -> None:
    assert all(protected(environment("prod").facts, kind) for kind in Kind)
    assert all(guarded(environment("prod").facts, kind) for kind in Kind)


def test_test_guards_its_clusters_and_nothing_else() -> None:
    found = {kind for kind in Kind if guarded(environment("test").facts, kind)}
    assert found == {Kind.GKE_CLUSTER, Kind.USER_CLUSTER}


@pytest.mark.parametrize(
    ("switch", "kind"),
    [(DeletionProtection.GKE, Kind.GKE_CLUSTER), (DeletionProtection.ONPREM, Kind.USER_CLUSTER)],
)
def test_a_switch_guards_its_own_kind_alone(switch: DeletionProtection, kind: Kind) -> None:
    assert {each for each in Kind if guarded(facts(Protect.NONE, switch), each)} == {kind}
