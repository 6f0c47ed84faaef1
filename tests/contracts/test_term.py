from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.contracts.term import NoticeArithmetic, NoticeTerms, notice_deadline, term_span
from servicecore.kernel.recurrence import Interval, IntervalUnit

MONTH = Interval(IntervalUnit.MONTH)
YEAR = Interval(IntervalUnit.YEAR)
DAYS = st.dates(date(2019, 1, 1), date(2029, 1, 1))
INTERVALS = st.builds(Interval, st.sampled_from(IntervalUnit), st.integers(1, 5))


def test_a_leap_day_is_neither_lost_nor_left_uncovered() -> None:
    """From 1 March 2023 each term ends on the last of February, on the 29th in 2024 and 2028."""
    ends = [term_span(date(2023, 3, 1), YEAR, YEAR, number).last_day for number in range(1, 6)]
    assert ends == [
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_a_term_from_the_31st_comes_back_to_it() -> None:
    spans = [term_span(date(2024, 1, 31), MONTH, MONTH, number) for number in (1, 2, 3)]
    assert [(span.start.day, span.last_day.day) for span in spans] == [(31, 28), (29, 30), (31, 29)]


def test_extensions_may_differ_from_the_first_term_also_in_kind() -> None:
    assert term_span(date(2024, 1, 15), YEAR, MONTH, 3).last_day == date(2025, 3, 14)
    thirty_days = Interval(IntervalUnit.DAY, 30)
    assert term_span(date(2024, 1, 15), YEAR, thirty_days, 2).last_day == date(2025, 2, 13)


@given(DAYS, INTERVALS, INTERVALS, st.integers(1, 20))
def test_terms_tile(start: date, initial: Interval, extension: Interval, number: int) -> None:
    one, two = (term_span(start, initial, extension, each) for each in (number, number + 1))
    assert one.end == two.start
    assert term_span(start, initial, extension, 1).start == start


@given(st.dates(date(2020, 1, 1), date(2028, 12, 31)), st.integers(1, 12))
def test_month_ends_need_no_special_case(last_day: date, months: int) -> None:
    """A term that ends on a month end has its last day for notice on a month end, as the sticking rule says."""
    last_day = last_day.replace(day=calendar.monthrange(last_day.year, last_day.month)[1])
    notice = Interval(IntervalUnit.MONTH, months)
    ours = notice_deadline(last_day, notice)
    assert ours == notice_deadline(last_day, notice, NoticeArithmetic.STICK_TO_MONTH_END)
    assert (ours + timedelta(days=1)).day == 1


@given(DAYS, st.integers(1, 100), st.sampled_from(NoticeArithmetic))
def test_days_of_notice_are_days(last_day: date, days: int, arithmetic: NoticeArithmetic) -> None:
    notice = Interval(IntervalUnit.DAY, days)
    assert notice_deadline(last_day, notice, arithmetic) == last_day - timedelta(days=days)


@given(DAYS, st.integers(1, 11), st.sampled_from(NoticeArithmetic))
def test_a_longer_notice_is_due_earlier(last_day: date, months: int, arithmetic: NoticeArithmetic) -> None:
    shorter, longer = (Interval(IntervalUnit.MONTH, each) for each in (months, months + 1))
    assert notice_deadline(last_day, longer, arithmetic) < notice_deadline(last_day, shorter, arithmetic) < last_day


@pytest.mark.parametrize(
    ("arithmetic", "expected"),
    [
        (NoticeArithmetic.LITERAL, date(2023, 11, 29)),
        (NoticeArithmetic.STICK_TO_MONTH_END, date(2023, 11, 30)),
        (NoticeArithmetic.SHIFT_EXCLUSIVE_END, date(2023, 11, 30)),
    ],
)
def test_three_months_to_29_february(arithmetic: NoticeArithmetic, expected: date) -> None:
    assert notice_deadline(date(2024, 2, 29), Interval(IntervalUnit.QUARTER), arithmetic) == expected


def test_the_deadline_itself_counts_unless_agreed_otherwise() -> None:
    last_day = date(2024, 12, 31)
    assert NoticeTerms(MONTH).last_notice_day(last_day) == date(2024, 11, 30)
    assert NoticeTerms(MONTH, deadline_inclusive=False).last_notice_day(last_day) == date(2024, 11, 29)
    assert NoticeTerms().last_notice_day(last_day) == last_day
