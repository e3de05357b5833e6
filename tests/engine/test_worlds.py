"""Worlds that were brought up by the real engine: kept in a file and brought back, and two rehearsals at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.rehearse import worlds
from rehearsal.engine.acquire import Engine
from rehearsal.world import WorldInUseError
from tests.engine.bench import Bench, explained
from tests.engine.conftest import Up

WorldsOf = Callable[[str], Path]


def test_an_environment_that_was_exported_goes_on_elsewhere_as_if_nothing_had_happened(
    engine: Engine, tmp_path: Path, worlds_of: WorldsOf
) -> None:
    shutil.copytree(worlds_of("dev") / "dev", tmp_path / "here" / "dev")
    worlds.export("dev", tmp_path / "dev.export", rehearsals=tmp_path / "here")
    bench = Bench.made(tmp_path, engine)
    worlds.import_("dev", tmp_path / "dev.export", rehearsals=bench.home)
    assert worlds.compare("dev", str(tmp_path / "dev.export"), rehearsals=bench.home).same
    preview = bench.take("dev", "preview")
    assert preview.empty, explained(preview)
    assert preview.operations["same"] > 100


def test_the_simulated_clouds_take_at_most_a_tenth_of_an_up(ups: Callable[[str], Up]) -> None:
    share = ups("dev").share
    assert share.reading.calls > 400
    # Processor time: what runs beside this test lengthens the clock's time of both, and of that of the calls alone.
    assert share.reading.cost <= share.seconds / 10, share.line()


def test_a_second_rehearsal_of_an_environment_is_refused_and_another_goes_on_beside(
    engine: Engine, tmp_path: Path, worlds_of: WorldsOf
) -> None:
    bench = Bench.made(tmp_path, engine, worlds=worlds_of("dev"))
    with bench.opened("dev") as session:
        with pytest.raises(WorldInUseError) as caught, bench.opened("dev"):
            pass
        assert "\n" not in str(caught.value)
        with bench.opened("sandbox") as other:
            beside = other.take("up")
            assert beside.succeeded, explained(beside)
        undisturbed = session.take("preview")
        assert undisturbed.empty, explained(undisturbed)
    assert len(worlds.show("sandbox", rehearsals=bench.home).records) > 100
