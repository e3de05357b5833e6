"""How on-prem versions are read, compared and supported."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.config.catalogue import Catalogue
from model.planning.versions import Minor, Version, patches, support
from tests.model.reading import made

CATALOGUE = made(
    Catalogue,
    """
    warn_days: 120
    onprem:
      "1.31":
        kubernetes: "1.31"
        supported_until: 2027-01-31
        patches: [1.31.800-gke.32, 1.31.1000-gke.2]
        gkectl: {lowest: "1.31", highest: "1.33"}
        defaults: {control_plane_v2: true, dataplane_v2: true, advanced: false, server_side_preflights: true}
        source: {page: "https://example.org/versions", read: 2026-11-02}
    """,
)

parts = st.integers(min_value=0, max_value=2000)


@given(parts, parts, parts, parts)
def test_a_version_is_written_as_it_is_read(major: int, minor: int, patch: int, build: int) -> None:
    text = f"{major}.{minor}.{patch}-gke.{build}"
    assert str(Version.parse(text)) == text


def test_versions_are_ordered_by_number_and_not_by_text() -> None:
    texts = ["1.9.900-gke.1", "1.31.700-gke.24", "1.31.700-gke.100", "1.31.1000-gke.2", "1.32.0-gke.1"]
    assert sorted(texts, key=Version.parse) == texts


@pytest.mark.parametrize("text", ["1.32.200", "1.32-gke.2", "v1.32.200-gke.27", "1.32.200-gke.27\n", "1.32.200-gke"])
def test_other_texts_are_no_versions(text: str) -> None:
    with pytest.raises(ValueError, match="is not an on-prem version"):
        Version.parse(text)


@pytest.mark.parametrize("text", ["1", "1.32.200", "1.x"])
def test_other_texts_are_no_minors(text: str) -> None:
    with pytest.raises(ValueError, match="is not a minor version"):
        Minor.parse(text)


def test_minors_are_counted_in_both_directions() -> None:
    assert Minor.parse("1.33").steps_above(Minor.parse("1.31")) == 2
    assert Minor.parse("1.31").steps_above(Minor.parse("1.33")) == -2
    assert Minor.parse("2.0").steps_above(Minor.parse("1.40")) > 2


@pytest.mark.parametrize(
    ("days_before", "warn", "ended"),
    [(121, False, False), (120, True, False), (0, True, False), (-1, True, True)],
)
def test_support_is_warned_of_from_the_chosen_day_and_holds_through_its_last(
    days_before: int, warn: bool, ended: bool
) -> None:
    state = support(Minor(1, 31), CATALOGUE, date(2027, 1, 31) - timedelta(days=days_before))
    assert state is not None
    assert (state.days_left, state.warn, state.ended) == (days_before, warn, ended)


def test_a_minor_that_the_catalogue_does_not_know_has_no_support() -> None:
    assert support(Minor(1, 30), CATALOGUE, date(2026, 1, 1)) is None


def test_patches_come_by_number_and_an_unknown_minor_has_none() -> None:
    assert [str(each) for each in patches(CATALOGUE, Minor(1, 31))] == ["1.31.800-gke.32", "1.31.1000-gke.2"]
    assert patches(CATALOGUE, Minor(1, 30)) == ()


def test_a_minor_is_stepped_from_in_both_directions() -> None:
    assert Minor(1, 31).above() == Minor(1, 32)
    assert Minor(1, 31).above(-1) == Minor(1, 30)
