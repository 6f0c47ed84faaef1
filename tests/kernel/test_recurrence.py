"""Boundaries are counted from the anchor, and every month-end policy keeps its own promise."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, rrule
from hypothesis import assume, given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.recurrence import (
    Interval,
    IntervalUnit,
    MonthEnd,
    boundaries,
    boundary,
    boundary_index,
    day_in_month,
    month_length,
    shift,
)

MONTH = Interval(IntervalUnit.MONTH)
ANCHORS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
LATE_ANCHORS = ANCHORS.filter(lambda day: day.day >= 26)
INTERVALS = st.builds(Interval, st.sampled_from(IntervalUnit), st.integers(1, 14))
MONTHLY_INTERVALS = INTERVALS.filter(lambda interval: interval.months > 0)
STEPS = st.integers(-40, 40)


def is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).month != day.month


@pytest.mark.parametrize(
    ("month_end", "expected"),
    [
        (MonthEnd.ANCHORED_CLIP, ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]),
        (MonthEnd.STICKY, ["2023-01-31", "2023-02-28", "2023-03-28", "2023-04-28"]),
        (MonthEnd.END_OF_MONTH, ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]),
        (MonthEnd.SKIP, ["2023-01-31", "2023-03-31", "2023-05-31", "2023-07-31"]),
        (MonthEnd.DISTANCE_TO_MONTH_END_3, ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]),
    ],
)
def test_each_policy_from_the_31st_of_january(month_end: MonthEnd, expected: list[str]) -> None:
    found = islice(boundaries(date(2023, 1, 31), MONTH, month_end), 4)
    assert [str(day) for day in found] == expected


@pytest.mark.parametrize(
    ("month_end", "expected"),
    [
        (MonthEnd.ANCHORED_CLIP, date(2023, 3, 28)),
        (MonthEnd.END_OF_MONTH, date(2023, 3, 31)),
        (MonthEnd.DISTANCE_TO_MONTH_END_3, date(2023, 3, 31)),
    ],
)
def test_only_some_policies_take_28_february_for_a_month_end(month_end: MonthEnd, expected: date) -> None:
    assert boundary(date(2023, 2, 28), MONTH, 1, month_end) == expected


def test_the_day_before_a_month_end_keeps_its_distance_of_one() -> None:
    # 30 January lies one day before the end; one day before the end of February 2024 is the 28th.
    assert boundary(date(2024, 1, 30), MONTH, 1, MonthEnd.DISTANCE_TO_MONTH_END_3) == date(2024, 2, 28)


@given(ANCHORS, MONTHLY_INTERVALS, STEPS)
def test_anchored_clip_is_one_step_of_k_intervals_from_the_anchor(anchor: date, interval: Interval, k: int) -> None:
    assert boundary(anchor, interval, k) == anchor + relativedelta(months=interval.months * k)


@given(ANCHORS, st.integers(1, 5), STEPS, st.sampled_from(MonthEnd))
def test_days_and_weeks_are_plain_day_arithmetic(anchor: date, count: int, k: int, month_end: MonthEnd) -> None:
    assert boundary(anchor, Interval(IntervalUnit.DAY, count), k, month_end) == anchor + timedelta(days=count * k)
    assert boundary(anchor, Interval(IntervalUnit.WEEK, count), k, month_end) == anchor + timedelta(weeks=count * k)


@given(LATE_ANCHORS, MONTHLY_INTERVALS, STEPS)
def test_sticky_is_the_end_of_a_chain_of_single_clipped_steps(anchor: date, interval: Interval, k: int) -> None:
    chained = anchor
    for _ in range(abs(k)):
        chained += relativedelta(months=interval.months if k > 0 else -interval.months)
    assert boundary(anchor, interval, k, MonthEnd.STICKY) == chained


@given(LATE_ANCHORS, MONTHLY_INTERVALS, st.integers(1, 12))
def test_skip_leaves_out_months_without_the_day(anchor: date, interval: Interval, count: int) -> None:
    assume(interval.months * count < 300)
    rule = rrule(MONTHLY, dtstart=anchor, interval=interval.months, count=count)
    expected = [each.date() for each in rule]
    assert list(islice(boundaries(anchor, interval, MonthEnd.SKIP), count)) == expected


@given(LATE_ANCHORS, MONTHLY_INTERVALS, STEPS)
def test_end_of_month_stays_on_last_days(anchor: date, interval: Interval, k: int) -> None:
    at = boundary(anchor, interval, k, MonthEnd.END_OF_MONTH)
    assert is_last_of_month(at) if is_last_of_month(anchor) else at == boundary(anchor, interval, k)


@given(LATE_ANCHORS, MONTHLY_INTERVALS, STEPS)
def test_a_short_distance_to_the_month_end_is_kept(anchor: date, interval: Interval, k: int) -> None:
    at = boundary(anchor, interval, k, MonthEnd.DISTANCE_TO_MONTH_END_3)
    distance = month_length(anchor.year, anchor.month) - anchor.day
    if distance <= 2:
        assert month_length(at.year, at.month) - at.day == distance
    else:
        assert at == boundary(anchor, interval, k)


@given(ANCHORS, INTERVALS, st.sampled_from(MonthEnd), st.integers(-3000, 3000))
def test_the_index_of_a_day_is_the_last_boundary_not_after_it(
    anchor: date, interval: Interval, month_end: MonthEnd, days: int
) -> None:
    # Every 14th 29 February may lie centuries away; such a grid has no boundary near the day to compare with.
    assume(month_end is not MonthEnd.SKIP or (anchor.month, anchor.day) != (2, 29))
    day = anchor + timedelta(days=days)
    k = boundary_index(anchor, interval, day, month_end)
    assert boundary(anchor, interval, k, month_end) <= day < boundary(anchor, interval, k + 1, month_end)


@given(ANCHORS, INTERVALS, st.sampled_from(MonthEnd))
def test_boundaries_rise_and_start_with_the_anchor(anchor: date, interval: Interval, month_end: MonthEnd) -> None:
    assume(month_end is not MonthEnd.SKIP or (anchor.month, anchor.day) != (2, 29))
    found = list(islice(boundaries(anchor, interval, month_end), 6))
    assert found[0] == anchor
    assert all(earlier < later for earlier, later in pairwise(found))


def test_boundaries_begin_at_since_and_stop_before_the_end() -> None:
    found = boundaries(date(2023, 1, 31), MONTH, since=date(2023, 3, 1), until_exclusive=date(2023, 5, 31))
    assert list(found) == [date(2023, 3, 31), date(2023, 4, 30)]


def test_since_on_a_boundary_includes_it() -> None:
    assert next(boundaries(date(2023, 1, 31), MONTH, since=date(2023, 2, 28))) == date(2023, 2, 28)


def test_a_shift_goes_back_with_a_negative_number() -> None:
    assert shift(date(2023, 3, 31), MONTH, -1) == date(2023, 2, 28)
    assert shift(date(2023, 3, 31), Interval(IntervalUnit.QUARTER)) == date(2023, 6, 30)
    assert shift(date(2024, 2, 29), Interval(IntervalUnit.HALF_YEAR), 2) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("anchor", "interval", "month_end"),
    [
        (date(9999, 12, 1), MONTH, MonthEnd.ANCHORED_CLIP),
        (date(9999, 12, 31), MONTH, MonthEnd.STICKY),
        (date(9999, 12, 31), MONTH, MonthEnd.SKIP),
        (date(9999, 12, 31), Interval(IntervalUnit.DAY), MonthEnd.ANCHORED_CLIP),
    ],
)
def test_a_boundary_after_year_9999_is_refused(anchor: date, interval: Interval, month_end: MonthEnd) -> None:
    with pytest.raises(InvalidValue) as refused:
        boundary(anchor, interval, 1, month_end)
    assert refused.value.problem.code == "recurrence.out_of_range"


@pytest.mark.parametrize("count", [0, -1])
def test_an_interval_counts_at_least_one(count: int) -> None:
    with pytest.raises(InvalidValue) as refused:
        Interval(IntervalUnit.MONTH, count)
    assert refused.value.problem.param("accepted") == "1 or more"


@given(st.integers(2000 * 12, 2400 * 12), st.integers(1, 31))
def test_a_day_in_a_month_is_clipped_to_its_last(index: int, day: int) -> None:
    year, month0 = divmod(index, 12)
    last = (date(year + month0 // 11, (month0 + 1) % 12 + 1, 1) - timedelta(days=1)).day
    assert day_in_month(index, day) == date(year, month0 + 1, min(day, last))
