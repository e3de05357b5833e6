"""Things go wrong under the real engine, and it still ends as it would have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from operations.project import ROOT
from operations.rehearse.fault_report import FaultPass, FaultReport
from operations.rehearse.faults import Stage, Sweep, _unended
from rehearsal.engine.acquire import Engine
from rehearsal.engine.steps import Diagnostic, StepResult
from rehearsal.faults import Injector, parse_rule
from rehearsal.faults.recovery import after_lost_answers
from tests.engine.bench import Bench, explained

# One worker has what an undisturbed run comes to.
pytestmark = pytest.mark.xdist_group("faults")

Stages = tuple[Stage, Stage, Stage]


@pytest.fixture(scope="module")
def sweep(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sweep, Stages]:
    """Return a sweep of sandbox whose steps have been run undisturbed."""
    folder = tmp_path_factory.mktemp("sweep")
    bench = Bench.made(folder, engine)
    made = Sweep(bench.environment("sandbox"), engine, folder / "worlds", root=ROOT, seed=7)
    return made, made.stages()


def passed(result: FaultPass) -> int:
    """Return how many operations passed, which must be all of them."""
    assert result.succeeded, "\n".join(FaultReport("sandbox", 7, (result,)).lines())
    return result.passed


def test_every_deletion_of_a_destroy_may_fail_once(sweep: tuple[Sweep, Stages]) -> None:
    made, (_, _, destroy) = sweep
    assert passed(made.each(destroy, "before")) > 90


def test_one_fault_at_a_time_ends_as_if_it_had_not_been(sweep: tuple[Sweep, Stages]) -> None:
    made, (up, _, _) = sweep
    assert passed(made.one_at_a_time(up, sample=1)) == 1


def test_an_engine_killed_in_the_middle_of_an_up_is_settled_and_run_again(sweep: tuple[Sweep, Stages]) -> None:
    made, (up, _, _) = sweep
    assert passed(made.killed(up, 1)) == 1


def test_a_sweep_sees_what_a_fault_has_left_behind(sweep: tuple[Sweep, Stages]) -> None:
    made, (up, _, destroy) = sweep
    result = made.one_at_a_time(replace(destroy, should=up.should), sample=1)
    assert not result.succeeded
    assert any("object missing" in line for line in result.wrong)


def test_a_created_object_whose_answer_was_lost_is_refused_then_imported(sweep: tuple[Sweep, Stages]) -> None:
    made, (_, _, destroy) = sweep
    routes = "gcp:compute/route:Route"
    answer = Injector(parse_rule(f"{routes} create once after drop"))
    with made.opened(destroy, made.home(destroy.start), [answer]) as session:
        route = session.world.objects(routes)[0]
        session.world.remove(routes, route.id)
        assert session.take("refresh").succeeded
        assert not session.workbench.up(continue_on_error=True).succeeded
        refused = session.workbench.up(continue_on_error=True)
        assert any("409" in each.message for each in refused.errors), explained(refused)
        recovered = after_lost_answers(session.workbench, session.world)
        assert len(recovered.imported) == 1
        settled = session.take("up")
        assert settled.succeeded, explained(settled)
        assert not settled.operations["create"]
        assert session.world.get(routes, route.id) is not None


def test_what_is_refused_without_a_fault_too_is_no_failure_of_a_pass() -> None:
    errors = tuple(Diagnostic("error", urn, f"{urn} fails") for urn in ("urn:protected", "urn:broken", ""))
    result = StepResult("destroy", {}, 0.0, (), errors, succeeded=False)
    assert _unended(result, {"urn:protected"}) == ["destroy fails: urn:broken urn:broken fails"]
    assert len(_unended(result)) == 3
