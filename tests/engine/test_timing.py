"""The predicted time of a real `up`. Whether real providers keep to the figures is not known here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree as Xml

import pytest

from operations.rehearse.timing import Timing, clock, needs, predict, spoken, timed
from rehearsal.engine.steps import Change
from tests.engine.bench import Bench

MOST = 1.15
MOST_ADOPTING = 1.25
"""Prod adopts its on-prem clusters: nothing long is left there to hide hundreds of short calls behind."""
ENVIRONMENTS = ("sandbox", "dev", "test", "prod")
SVG = "{http://www.w3.org/2000/svg}"
NETWORK = "gcp:compute/network:Network"


def change(urn: str, operation: str, type: str, **new: object) -> Change:  # noqa: A002  the field's own word
    return Change(urn, type, urn.rpartition("::")[2], operation, new=new)


def fresh(resources: Sequence[Mapping[str, Any]], *, adopting: bool) -> list[Change]:
    """Return the changes that made all of `resources`; what is adopted was imported, or made like the rest."""
    return [
        change(each["urn"], "import" if adopting and each.get("importID") else "create", each["type"])
        for each in resources
    ]


@pytest.fixture(scope="module")
def resources(worlds_of: Callable[[str], Path]) -> Callable[[str], list[dict[str, Any]]]:
    """Return a function that gives the resources in the state of an environment that is up."""

    def read(name: str) -> list[dict[str, Any]]:
        file = next(worlds_of(name).glob(f"{name}/engine/state/.pulumi/stacks/*/{name}.json"))
        state = cast("dict[str, Any]", json.loads(file.read_text(encoding="utf-8")))
        return state["checkpoint"]["latest"]["resources"]

    return read


class TestEnvironments:
    """Where the graph orders what need not wait, a real `up` is longer than it has to be."""

    @pytest.mark.parametrize("cores", [2, 4])
    @pytest.mark.parametrize("name", ENVIRONMENTS)
    def test_a_fresh_environment_takes_hardly_longer_than_its_critical_path(
        self, name: str, cores: int, resources: Callable[[str], list[dict[str, Any]]]
    ) -> None:
        state = resources(name)

        timing = timed(name, state, fresh(state, adopting=False), cores=cores)

        assert 1 <= timing.ratio <= MOST, "\n".join(timing.lines())
        assert timing.critical_seconds > 3600

    @pytest.mark.parametrize("name", ENVIRONMENTS)
    def test_an_environment_as_it_stands_takes_hardly_longer_than_its_critical_path(
        self, name: str, resources: Callable[[str], list[dict[str, Any]]]
    ) -> None:
        state = resources(name)

        timing = timed(name, state, fresh(state, adopting=True))

        assert 1 <= timing.ratio <= MOST_ADOPTING, "\n".join(timing.lines())

    @pytest.mark.parametrize("name", ENVIRONMENTS)
    def test_each_resource_of_the_critical_path_needs_the_one_before(
        self, name: str, resources: Callable[[str], list[dict[str, Any]]]
    ) -> None:
        state = resources(name)
        needed = {each["urn"]: needs(each) for each in state}

        timing = timed(name, state, fresh(state, adopting=True))

        assert all(before.urn in needed[after.urn] for before, after in pairwise(timing.critical))
        assert sum(step.seconds for step in timing.critical) == pytest.approx(timing.critical_seconds)
        assert {step.urn for step in timing.critical if step.seconds} <= {step.urn for step in timing.steps}

    @pytest.mark.parametrize("name", ENVIRONMENTS)
    def test_no_step_begins_before_what_it_needs_is_there(
        self, name: str, resources: Callable[[str], list[dict[str, Any]]]
    ) -> None:
        state = resources(name)
        timing = timed(name, state, fresh(state, adopting=True))
        steps = {step.urn: step for step in timing.steps}
        needed = {each["urn"]: needs(each) & steps.keys() for each in state}
        pairs = [(step, steps[urn]) for step in timing.steps for urn in needed[step.urn]]

        assert len(pairs) > len(steps)
        assert [after.name for after, before in pairs if after.start < before.end] == []

    def test_the_on_prem_clusters_wait_neither_for_managed_services_nor_for_the_cloud_s_load_balancers(
        self, resources: Callable[[str], list[dict[str, Any]]]
    ) -> None:
        clusters = [each for each in resources("dev") if each["type"].startswith("gcp:gkeonprem/")]
        waited = {urn for each in clusters for urn in needs(each)}

        assert len(clusters) == 4
        assert [urn for urn in waited if "network:PrivateServices" in urn or "network:Ingress" in urn] == []
        assert [urn for urn in waited if urn.endswith("::network-google-apis")]

    def test_the_order_of_the_state_changes_nothing(self, resources: Callable[[str], list[dict[str, Any]]]) -> None:
        state = resources("dev")
        changes = fresh(state, adopting=True)

        assert timed("dev", state, changes) == timed("dev", state[::-1], changes[::-1])

    def test_an_up_that_changes_nothing_takes_no_time(self, running: Callable[[str], Bench]) -> None:
        bench = running("sandbox")
        with bench.opened("sandbox") as session:
            timing = predict(session, session.take("up"))

        assert (timing.makespan, timing.ratio, timing.steps) == (0, 1, ())
        assert timing.lines() == ["sandbox: nothing was changed, so there is nothing to predict."]

    def test_a_change_is_predicted_from_what_the_engine_says_it_did(self, running: Callable[[str], Bench]) -> None:
        bench = running("sandbox")
        bench.edit("Pulumi.sandbox.yaml", "release_channel: RAPID", "release_channel: REGULAR")
        with bench.opened("sandbox") as session:
            timing = predict(session, session.take("up"))

        assert [(step.name, step.operation) for step in timing.steps] == [("gcp1-sandbox-cluster", "update")]
        assert timing.makespan == timing.steps[0].seconds > 0

    def test_the_report_for_machines_and_the_picture_tell_the_same(
        self, resources: Callable[[str], list[dict[str, Any]]], tmp_path: Path
    ) -> None:
        state = resources("dev")
        timing = timed("dev", state, fresh(state, adopting=True))
        told = timing.as_dict()
        timing.write_svg(tmp_path / "pictures" / "dev.svg")
        drawn = Xml.parse(tmp_path / "pictures" / "dev.svg")  # noqa: S314  just written
        whole, *hints = [each.text or "" for each in drawn.iter(f"{SVG}title")]
        path = [step for step in timing.critical if step.seconds]

        listed = cast("list[dict[str, Any]]", told["critical_path"])
        assert [each["name"] for each in listed] == [step.name for step in path]
        assert told["predicted_seconds"] == pytest.approx(timing.makespan, abs=0.1)
        assert all(sum(hint.startswith(f"{step.name} (") for hint in hints) >= 2 for step in path)
        assert whole.startswith("dev: predicted time of a real up")
        assert len(hints) == len(path) + sum(1 for step in timing.steps if step.seconds)
        assert any(spoken(timing.makespan) in line for line in timing.lines())


class TestPrediction:
    """What is made of a state and of changes, on a state small enough to see through."""

    STACK: Mapping[str, Any] = {"urn": "urn:pulumi:t::p::pulumi:pulumi:Stack::p-t", "type": "pulumi:pulumi:Stack"}

    def network(self, name: str, **more: object) -> dict[str, Any]:
        urn = f"urn:pulumi:t::p::{NETWORK}::{name}"
        return {"urn": urn, "type": NETWORK, "custom": True, "parent": self.STACK["urn"], **more}

    def timing(self, resources: Sequence[Mapping[str, Any]], changes: Sequence[Change]) -> Timing:
        return timed("t", [self.STACK, *resources], changes)

    def test_what_a_property_is_made_of_is_waited_for(self) -> None:
        first = self.network("first")
        second = self.network("second", propertyDependencies={"name": [first["urn"]], "mtu": None})

        timing = self.timing([first, second], fresh([first, second], adopting=False))

        assert [step.name for step in timing.critical] == ["p-t", "first", "second"]

    def test_a_provider_is_waited_for(self) -> None:
        provider = {"urn": "urn:pulumi:t::p::pulumi:providers:gcp::gcp", "type": "pulumi:providers:gcp", "custom": True}
        network = self.network("first", provider=f"{provider['urn']}::0a1b")

        timing = self.timing([provider, network], fresh([provider, network], adopting=False))

        assert [step.name for step in timing.critical] == ["gcp", "first"]

    def test_what_takes_something_along_when_deleted_is_not_waited_for(self) -> None:
        first = self.network("first")
        second = self.network("second", deletedWith=first["urn"])

        timing = self.timing([first, second], fresh([first, second], adopting=False))

        assert {step.start for step in timing.steps} == {0}

    def test_what_stays_as_it_is_takes_no_time(self) -> None:
        first, second = self.network("first"), self.network("second")

        timing = self.timing([first, second], fresh([second], adopting=False))

        assert [step.name for step in timing.steps] == ["second"]
        assert timing.makespan == timing.steps[0].seconds

    def test_a_deletion_comes_when_everything_is_made(self) -> None:
        first, gone = self.network("first"), self.network("gone")

        timing = self.timing([first], [*fresh([first], adopting=False), change(gone["urn"], "delete", NETWORK)])

        ends = {step.name: (step.start, step.end) for step in timing.steps}
        assert ends["gone"][0] == ends["first"][1]
        assert timing.makespan == ends["gone"][1] == timing.critical_seconds

    def test_a_component_takes_no_time_and_is_no_step(self) -> None:
        component = {"urn": "urn:pulumi:t::p::hybrid:network:Network::n", "type": "hybrid:network:Network"}

        timing = self.timing([component], fresh([component], adopting=False))

        assert (timing.steps, timing.makespan) == ((), 0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(45, "45 s"), (720, "12 min"), (4440, "1 h 14 min"), (3600, "1 h 00 min")]
)
def test_a_duration_is_said_in_words(seconds: float, text: str) -> None:
    assert spoken(seconds) == text


def test_a_moment_is_said_as_a_clock_shows_it() -> None:
    assert clock(3750) == "1:02:30"
