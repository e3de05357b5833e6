"""Promotion: what is read as a versioned thing, since when it runs, when an environment may be changed, what moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from zoneinfo import ZoneInfo

import pytest

from model.config.promotion import Promoted, Ring
from model.config.source import Data
from model.estate import Estate
from model.planning.promotion.blockers import Cause
from model.planning.promotion.history import History, Run, held
from model.planning.promotion.status import Row, State, clock, promotion_of, status
from model.planning.promotion.things import Slot, compared, things, things_of
from model.planning.promotion.times import Shut, gate
from tests.model.cases import (
    DEV,
    ORGANISATION,
    PROD,
    TEST,
    edited,
    environment,
    estate,
    of_rule,
    refused,
    sample,
    warned,
)

HERE: Final = ZoneInfo("Europe/Oslo")
USER: Final = Slot(Promoted.USER_CLUSTER, "onp1-*")
ADMIN: Final = Slot(Promoted.ADMIN_CLUSTER, "onp1-*-admin")
WORKSTATION: Final = Slot(Promoted.WORKSTATION, "onp1-*-ws")
IMAGE: Final = Slot(Promoted.IMAGE, "onp1-*-ws")
PROGRAM: Final = Slot(Promoted.PROGRAM)
PROVEN: Final = "1.32.200-gke.27"


def local(text: str) -> datetime:
    """Return a moment of the organisation's local time."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def ring(name: str, among: Estate | None = None) -> Ring:
    """Return the ring of an environment of the project's own files."""
    found = promotion_of(among or sample()).ring_of(name)
    assert found is not None
    return found


def ran(name: str, at: datetime, *, succeeded: bool = True, revision: str = "a" * 40, other: str = "") -> Run:
    """Return an `up` of an environment with its own file, or with `other` as the version of its user cluster."""
    config = cast("dict[str, dict[str, Data]]", cast("Mapping[str, Data]", environment(name).source.data)["config"])
    if other:
        user = {**cast("list[dict[str, Data]]", config["hybrid:onprem"]["user_clusters"])[0], "version": other}
        config = {**config, "hybrid:onprem": {**config["hybrid:onprem"], "user_clusters": [cast("Data", user)]}}
    return Run(at, succeeded, cast("Mapping[str, Data]", config), revision)


def all_since(at: datetime, **other: datetime) -> dict[str, History]:
    """Return histories in which every environment has run its own file since `at`, or since its own moment."""
    return {name: History((ran(name, other.get(name, at)),)) for name in sample().environments}


def row(rows: tuple[Row, ...], name: str, slot: Slot) -> Row:
    """Return the row of a thing in an environment."""
    return next(each for each in rows if (each.environment, each.slot) == (name, slot))


def causes(found: Row) -> set[Cause]:
    """Return why a thing waits."""
    return {each.cause for each in found.blockers}


def test_every_versioned_thing_of_a_stack_file_is_found_with_its_place() -> None:
    dev = environment("dev")
    found = things_of(dev)
    assert {(slot.kind, slot.name) for slot in found} == {
        (Promoted.WORKSTATION, "onp1-*-ws"),
        (Promoted.IMAGE, "onp1-*-ws"),
        (Promoted.ADMIN_CLUSTER, "onp1-*-admin"),
        (Promoted.USER_CLUSTER, "onp1-*"),
        (Promoted.NODE_POOL, "general of onp1-*"),
        (Promoted.NODE_POOL, "ingress of onp1-*"),
        (Promoted.RELEASE_CHANNEL, "gcp1-*"),
        (Promoted.VERSION_FLOOR, "gcp1-*"),
    }
    for thing in found.values():
        assert dev.source.value(thing.path) == thing.value


def test_a_configuration_of_another_shape_gives_what_is_there_and_no_error() -> None:
    odd: dict[str, Data] = {
        "hybrid:onprem": {"user_clusters": [3, {"name": "onp1-dev", "version": 7}]},
        "hybrid:gke": 1,
    }
    assert things(odd, "dev") == {}


def test_versions_are_compared_as_versions_and_images_of_one_name_by_their_date() -> None:
    assert compared(USER, "1.32.1000-gke.1", "1.32.900-gke.9") == 1
    assert compared(IMAGE, "ubuntu-ws-20261001", "ubuntu-ws-20261020") == -1
    assert compared(IMAGE, "ubuntu-ws-20261001", "windows-ws-20261020") is None
    assert compared(PROGRAM, "a", "b") is None


class TestSince:
    """Since when something runs: the soak counts from there, so a guess would let something through too early."""

    start: Final = local("2026-10-01T10:00")

    def test_it_is_the_first_of_the_updates_that_all_had_it(self) -> None:
        days = [self.start + timedelta(days=number) for number in range(4)]
        older = ran("dev", days[0], other="1.32.100-gke.1")
        history = History((ran("dev", days[3]), ran("dev", days[2]), ran("dev", days[1]), older))
        assert held(history, "dev", USER).since == days[1]

    def test_a_failed_up_begins_the_time_anew(self) -> None:
        days = [self.start + timedelta(days=number) for number in range(3)]
        history = History((ran("dev", days[2]), ran("dev", days[1], succeeded=False), ran("dev", days[0])))
        assert held(history, "dev", USER).since == days[2]

    def test_after_a_failed_up_there_is_no_such_time(self) -> None:
        failed = ran("dev", self.start + timedelta(days=1), succeeded=False)
        found = held(History((failed, ran("dev", self.start))), "dev", USER)
        assert (found.value, found.since) == (PROVEN, None)
        assert "failed" in found.why

    def test_without_a_history_it_is_not_known_and_says_why(self) -> None:
        assert held(History(missing="no login"), "dev", USER).why == "no login"

    def test_of_the_program_it_is_its_revision(self) -> None:
        history = History((ran("dev", self.start, revision="b" * 40),))
        assert held(history, "dev", PROGRAM).value == "b" * 40
        assert held(History((ran("dev", self.start, revision=""),)), "dev", PROGRAM).value is None


class TestTimes:
    """When prod may be changed: Tuesday and Wednesday 18 to 23 in Oslo whatever the clocks do, never in a freeze."""

    @pytest.mark.parametrize(
        ("at", "opens"),
        [
            ("2026-11-02T12:00", "2026-11-03T18:00"),
            ("2026-11-03T17:59", "2026-11-03T18:00"),
            ("2026-11-03T23:00", "2026-11-04T18:00"),
            ("2026-11-05T00:00", "2026-11-10T18:00"),
        ],
    )
    def test_outside_the_window_the_next_one_is_told(self, at: str, opens: str) -> None:
        found = gate(ring("prod"), local(at), "Europe/Oslo")
        assert (found.shut, found.next_open) == (Shut.WINDOW, local(opens))

    def test_it_is_open_from_its_first_minute_to_its_last(self) -> None:
        assert gate(ring("prod"), local("2026-11-03T18:00"), "Europe/Oslo").open
        found = gate(ring("prod"), local("2026-11-04T22:59"), "Europe/Oslo")
        assert (found.open, found.closes) == (True, local("2026-11-04T23:00"))

    @pytest.mark.parametrize(
        ("after", "opens", "utc"),
        [
            ("2026-10-22T12:00", "2026-10-27T18:00", 17),
            ("2026-10-20T12:00", "2026-10-20T18:00", 16),
            ("2027-03-25T12:00", "2027-03-30T18:00", 16),
            ("2027-03-23T12:00", "2027-03-23T18:00", 17),
        ],
    )
    def test_it_opens_at_the_same_local_hour_when_the_clocks_change(self, after: str, opens: str, utc: int) -> None:
        found = gate(ring("prod"), local(after), "Europe/Oslo").next_open
        assert found is not None
        assert (found, found.astimezone(UTC).hour) == (local(opens), utc)

    @pytest.mark.parametrize("day", ["2026-12-22T19:00", "2026-12-18T00:00", "2027-01-05T22:00"])
    def test_a_freeze_holds_on_its_last_day_too_and_the_first_window_after_it_is_told(self, day: str) -> None:
        found = gate(ring("prod"), local(day), "Europe/Oslo")
        assert (found.shut, found.next_open) == (Shut.FREEZE, local("2027-01-06T18:00"))
        assert "christmas" in found.words

    def test_the_window_before_a_freeze_is_open(self) -> None:
        assert gate(ring("prod"), local("2026-12-16T20:00"), "Europe/Oslo").open

    def test_a_freeze_begins_at_local_midnight(self) -> None:
        late = datetime(2026, 12, 17, 22, 59, tzinfo=UTC)
        assert gate(ring("prod"), late, "Europe/Oslo").shut is Shut.WINDOW
        assert gate(ring("prod"), late + timedelta(minutes=1), "Europe/Oslo").shut is Shut.FREEZE

    def test_a_ring_without_window_and_freeze_is_always_open(self) -> None:
        assert gate(ring("dev"), local("2026-12-24T03:00"), "Europe/Oslo").open

    def test_a_freeze_without_a_window_opens_at_the_next_midnight(self) -> None:
        frozen = ring("prod").model_copy(update={"window": None})
        found = gate(frozen, local("2026-12-24T12:00"), "Europe/Oslo")
        assert (found.shut, found.next_open) == (Shut.FREEZE, local("2027-01-06T00:00"))


class TestStatus:
    """What may move: the whole of it, over the project's own files."""

    long_ago: Final = local("2026-09-01T10:00")
    window: Final = local("2026-11-03T19:00")

    def test_prod_may_have_the_workstation_next_and_nothing_else_before_it(self) -> None:
        found = status(sample(), all_since(self.long_ago), self.window).rows
        first = row(found, "prod", WORKSTATION)
        assert (first.state, first.target, first.blockers) == (State.MAY_MOVE, PROVEN, ())
        for later in (ADMIN, USER):
            waits = row(found, "prod", later)
            assert (waits.state, causes(waits)) == (State.BLOCKED, {Cause.ORDER})

    def test_what_a_version_has_left_of_support_is_said(self) -> None:
        found = status(sample(), all_since(self.long_ago), self.window).rows
        assert any("support of 1.31 ends on 2027-01-31" in each for each in row(found, "prod", USER).notes)

    @pytest.mark.parametrize(("hours", "waits"), [(167, True), (168, False)])
    def test_prod_waits_seven_days_for_dev_and_test(self, hours: int, *, waits: bool) -> None:
        histories = all_since(self.long_ago, test=self.window - timedelta(hours=hours))
        found = row(status(sample(), histories, self.window).rows, "prod", WORKSTATION)
        assert (causes(found) == {Cause.SOAK}) is waits
        assert [each.until for each in found.blockers] == ([self.window + timedelta(hours=1)] if waits else [])

    @pytest.mark.parametrize(("hours", "waits"), [(23, True), (24, False)])
    def test_dev_and_test_wait_24_hours_for_sandbox(self, hours: int, *, waits: bool) -> None:
        histories = all_since(self.long_ago, sandbox=self.window - timedelta(hours=hours))
        for name in ("dev", "test"):
            found = row(status(sample(), histories, self.window).rows, name, IMAGE)
            assert (found.state is State.BLOCKED, causes(found)) == (waits, {Cause.SOAK} if waits else set())

    def test_an_unknown_history_is_a_soak_that_nobody_can_vouch_for(self) -> None:
        found = row(status(sample(), {}, self.window).rows, "prod", WORKSTATION)
        assert (found.state, causes(found)) == (State.BLOCKED, {Cause.HISTORY})

    def test_a_file_that_is_not_up_yet_proves_nothing(self) -> None:
        histories = {
            **all_since(self.long_ago),
            "test": History((ran("test", self.long_ago, other="1.31.700-gke.24"),)),
        }
        found = row(status(sample(), histories, self.window).rows, "prod", USER)
        assert Cause.RING in causes(found)

    def test_a_freeze_and_a_closed_window_keep_everything_back(self) -> None:
        histories = all_since(self.long_ago)
        for moment, cause in (("2026-12-22T19:00", Cause.FREEZE), ("2026-11-05T19:00", Cause.WINDOW)):
            found = row(status(sample(), histories, local(moment)).rows, "prod", WORKSTATION)
            assert cause in causes(found)

    def test_a_hold_keeps_what_is_there_from_going_on_until_its_last_day(self) -> None:
        text = "holds: {test: {why: the mesh loses packets, until: 2026-11-03}}\n  applies_to:"
        held_back = estate(edited(ORGANISATION, {"applies_to:": text}))
        found = row(status(held_back, all_since(self.long_ago), self.window).rows, "prod", WORKSTATION)
        assert causes(found) == {Cause.HOLD}
        later = status(held_back, all_since(self.long_ago), self.window + timedelta(days=1)).rows
        assert row(later, "prod", WORKSTATION).state is State.MAY_MOVE

    def test_a_version_without_support_goes_nowhere(self) -> None:
        later = local("2027-09-07T19:00")
        assert Cause.SUPPORT in causes(row(status(sample(), all_since(self.long_ago), later).rows, "prod", USER))

    def test_the_program_goes_from_ring_to_ring_by_its_revision(self) -> None:
        histories = all_since(self.long_ago)
        histories["prod"] = History((ran("prod", self.long_ago, revision="b" * 40),))
        found = status(sample(), histories, self.window).rows
        assert (row(found, "prod", PROGRAM).state, row(found, "dev", PROGRAM).state) == (State.MAY_MOVE, State.IN_STEP)
        histories["test"] = History((ran("test", self.long_ago, revision="c" * 40),))
        apart = row(status(sample(), histories, self.window).rows, "prod", PROGRAM)
        assert (apart.state, causes(apart)) == (State.BLOCKED, {Cause.RING})

    def test_channels_differ_on_purpose_and_are_not_promoted(self) -> None:
        found = row(status(sample(), {}, self.window).rows, "prod", Slot(Promoted.RELEASE_CHANNEL, "gcp1-*"))
        assert (found.value, found.state) == ("STABLE", State.OWN_PACE)

    def test_what_is_ahead_of_its_ring_is_seen(self) -> None:
        ahead = estate(
            edited(DEV, {"template: ubuntu-2204-adminws-20261001": "template: ubuntu-2204-adminws-20261101"})
        )
        assert row(status(ahead, {}, self.window).rows, "dev", IMAGE).state is State.AHEAD

    def test_without_a_word_of_promotion_the_rings_of_the_stack_files_hold_and_nothing_waits(self) -> None:
        text = edited(ORGANISATION, {})[ORGANISATION]
        start, end = text.index("promotion:\n"), text.index("\ndeployers:")
        silent = estate({ORGANISATION: text[:start] + text[end:]})
        found = status(silent, {}, local("2026-12-22T19:00"))
        assert found.rings == (("sandbox",), ("dev", "test"), ("prod",))
        assert row(found.rows, "prod", WORKSTATION).state is State.MAY_MOVE
        assert warned("X2", {ORGANISATION: text[:start] + text[end:]}, saying="3 rings")


def test_the_clock_is_noon_of_the_samples_own_day() -> None:
    assert clock(sample()) == local("2026-11-02T12:00")


class TestRules:
    """What `./hybrid check` says of rings, windows, freezes and what is ahead."""

    @pytest.mark.parametrize(
        ("old", "new", "saying"),
        [
            ("environments: [dev, test]", "environments: [dev]", "test is in no ring"),
            ("environments: [sandbox]", "environments: [sandbox, dev]", "is in ring 0 and in ring 1"),
            ("environments: [prod]", "environments: [prdo, prod]", "did you mean 'prod'"),
        ],
    )
    def test_rings_that_do_not_have_every_environment_once_are_refused(self, old: str, new: str, saying: str) -> None:
        assert refused("X1", edited(ORGANISATION, {old: new}), saying=saying).file == ORGANISATION

    def test_a_ring_that_is_not_the_stack_files_is_refused(self) -> None:
        found = refused("X1", edited(TEST, {"  ring: 1": "  ring: 2"}), saying="test says ring 2")
        assert found.file == TEST

    @pytest.mark.parametrize(
        ("old", "new", "saying"),
        [
            ('closes: "23:00"', 'closes: "17:00"', "never open"),
            ("days: [TU, WE]", "days: []", "opens on no day"),
            ("time_zone: Europe/Oslo}", "time_zone: Europe/Olso}", "no time zone"),
            ("last_day: 2027-01-05", "last_day: 2026-01-05", "before it begins"),
        ],
    )
    def test_a_window_that_never_opens_and_a_freeze_that_is_none_are_refused(
        self, old: str, new: str, saying: str
    ) -> None:
        assert refused("X2", edited(ORGANISATION, {old: new}), saying=saying)

    def test_a_hold_that_ran_out_is_warned_of_and_one_of_nobody_refused(self) -> None:
        over = "holds: {test: {why: over, until: 2026-11-01}}\n  applies_to:"
        assert warned("X2", edited(ORGANISATION, {"applies_to:": over}), saying="ran out")
        nobody = "holds: {tset: {why: over, until: 2026-12-01}}\n  applies_to:"
        assert refused("X2", edited(ORGANISATION, {"applies_to:": nobody}), saying="did you mean 'test'")

    def test_reviewers_of_an_unknown_group_are_refused(self) -> None:
        wrong = {"count: 2, group: varde-team-plattform@": "count: 2, group: varde-team-platform@"}
        assert refused("X2", edited(ORGANISATION, wrong), saying="no group of the organisation")

    def test_support_that_ends_in_a_freeze_is_warned_of(self) -> None:
        moved = {"last_day: 2027-01-05": "last_day: 2027-02-05"}
        assert warned("X2", edited(ORGANISATION, moved), saying="upgrade before 2026-12-18").file == PROD

    def test_a_workstation_an_image_and_a_pool_ahead_of_their_ring_are_refused(self) -> None:
        workstation = {
            "      version: 1.31.800-gke.32\n      data_disk": "      version: 1.32.300-gke.41\n      data_disk"
        }
        assert refused("B73", edited(PROD, workstation), saying="workstation onp1-*-ws of prod").file == PROD
        image = {"template: ubuntu-2204-adminws-20261001": "template: ubuntu-2204-adminws-20261101"}
        assert refused("B73", edited(DEV, image), saying="image onp1-*-ws of dev")
        general = "- name: general\n            "
        pool = {f"{general}nodes: {{min: 5": f"{general}version: 1.32.400-gke.1\n            nodes: {{min: 5"}
        assert refused("B73", edited(DEV, pool), saying="node pool general of onp1-* of dev")

    def test_the_project_is_in_order(self) -> None:
        assert [*of_rule("X1"), *of_rule("X2"), *of_rule("B73")] == []
