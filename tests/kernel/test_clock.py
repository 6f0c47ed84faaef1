"""Instants, zones and civil dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.clock import FixedClock, as_instant, local_date, zone

ROME_SUMMER = timezone(timedelta(hours=2))


def test_an_instant_is_kept_in_utc() -> None:
    instant = as_instant(datetime(2026, 7, 1, 12, tzinfo=ROME_SUMMER))
    assert instant == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (datetime(2026, 7, 1, 12), "time.naive_instant"),  # noqa: DTZ001 - naive on purpose
        (date(2026, 7, 1), "value.wrong_type"),
        ("2026-07-01T12:00:00Z", "value.wrong_type"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))), "value.not_accepted"),
        (datetime.min.replace(tzinfo=ROME_SUMMER), "value.not_accepted"),
    ],
)
def test_what_is_no_instant_is_refused(wrong: object, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        as_instant(wrong, "facts.now")
    assert (refused.value.problem.code, refused.value.problem.path) == (code, "facts.now")


def test_the_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2026, 7, 1, 12, tzinfo=ROME_SUMMER))
    assert clock.now() == clock.now() == datetime(2026, 7, 1, 10, tzinfo=UTC)
    clock.advance(timedelta(hours=3))
    assert clock.now() == datetime(2026, 7, 1, 13, tzinfo=UTC)
    clock.move_to(datetime(2025, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("wrong", ["Europe/Roma", "", "../etc/passwd", "Europe", None, "/etc/localtime"])
def test_an_unknown_zone_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        zone(wrong)
    assert refused.value.problem.code == "time.unknown_zone"


@pytest.mark.parametrize(
    ("instant", "zone_name", "expected"),
    [
        # the sun is 14 hours ahead on Kiritimati, 10 behind in Honolulu; Rome gained an hour on 2026-03-29
        (datetime(2026, 1, 1, 10, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 1, 2)),
        (datetime(2026, 1, 1, 9, 59, tzinfo=UTC), "Pacific/Honolulu", date(2025, 12, 31)),
        (datetime(2026, 1, 1, 22, 30, tzinfo=UTC), "Europe/Rome", date(2026, 1, 1)),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "Europe/Rome", date(2026, 7, 2)),
    ],
)
def test_the_civil_date_is_that_of_the_wall(instant: datetime, zone_name: str, expected: date) -> None:
    assert local_date(instant, zone_name) == expected


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 - bounds
def test_the_same_instant_has_one_form_whatever_its_offset(naive: datetime, minutes: int) -> None:
    aware = naive.replace(tzinfo=UTC)
    assert as_instant(aware.astimezone(timezone(timedelta(minutes=minutes)))) == as_instant(aware) == aware
