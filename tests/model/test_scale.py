"""The proofs over an organisation of many environments: what they find, and that they cost as much for each one.

What is compared is processor time of this process, of ten times as many against few, in pairs; no figure is absolute.
`python -m tests.scale` measures the commands themselves.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from statistics import median

import pytest

from model.check import check
from model.config.types import AddressRange
from model.planning.entries import RANGES
from model.planning.proposal import ClusterKind, propose
from model.planning.register import register
from operations.cli import main
from tests.model.cases import ROOT
from tests.scale import lay_out

FEW, MANY = 4, 40
MOST = 1.6
"""How much more an environment may cost among many: less where it is shared, more where memory is slower."""


@pytest.fixture(scope="module")
def organisations(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Return a project of few environments and one of ten times as many."""
    found: dict[int, Path] = {}
    for count in (FEW, MANY):
        project = tmp_path_factory.mktemp(f"of-{count}")
        (project / "stacks" / "teams").mkdir(parents=True)
        shutil.copy(ROOT / "stacks" / "versions.yaml", project / "stacks")
        lay_out(project, count)
        found[count] = project
    return found


def test_every_environment_of_a_generated_organisation_keeps_the_rules(organisations: dict[int, Path]) -> None:
    found = check(organisations[MANY])
    assert [each.text() for each in found.errors] == []
    assert found.loaded.estate is not None
    entries = register(found.loaded.estate)
    assert {each.environment for each in entries if each.environment} == set(found.loaded.estate.environments)
    assert len(entries) > 30 * MANY


@pytest.mark.parametrize("kind", ClusterKind)
def test_what_is_proposed_in_a_generated_organisation_overlaps_nothing_of_it_and_is_the_same_again(
    organisations: dict[int, Path], kind: ClusterKind
) -> None:
    estate = check(organisations[FEW]).loaded.estate
    assert estate is not None
    taken = [each for each in register(estate) if each.kind in RANGES]
    for env in estate.environments.values():
        found = propose(estate, env, kind, nodes=20, pods_per_node=64)
        assert found
        assert found == propose(estate, env, kind, nodes=20, pods_per_node=64)
        for each in found:
            around = [held.name for held in taken if held.range.overlaps(AddressRange.of(each.range))]
            assert around == [], each


@pytest.mark.parametrize("words", [("network", "plan", "--json"), ("vpn", "prove", "--json")])
def test_the_cost_of_a_proof_is_near_linear_in_the_environments(
    organisations: dict[int, Path],
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def seconds(count: int) -> float:
        for module in ("operations.network.plan", "operations.vpn.loading"):
            monkeypatch.setattr(f"{module}.ROOT", organisations[count])
        begun = time.process_time()
        assert main(words) == 0
        used = time.process_time() - begun
        assert f"e{count - 1:03}" in capsys.readouterr().out
        return used

    seconds(FEW)  # modules are imported and shapes built before anything is measured
    ratios = [seconds(MANY) / seconds(FEW) for _ in range(3)]
    assert median(ratios) < MANY / FEW * MOST, ratios
