"""The periods of a fee line with their prices, by figures of calendars: January 2026 has 31 days, February 28."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.contracts.billing_schedule import (
    BillingPeriod,
    PricedPeriod,
    PriceFrom,
    billing_periods,
    price_at,
    priced_periods,
    whole_price,
)
from servicecore.contracts.fee_line import FeeLine, StubPolicy, Timing
from servicecore.contracts.proration import LeadingWhole, Proration, ProrationBasis
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.periods import Alignment, Period
from servicecore.kernel.recurrence import Interval, IntervalUnit

MONTH = Interval(IntervalUnit.MONTH)
QUARTER = Interval(IntervalUnit.QUARTER)
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


FEE = FeeLine("fee", "Fee", eur("31.00"), MONTH, MONTH, alignment=Alignment.CALENDAR)


def _priced(
    line: FeeLine, start: date, end: date, cuts: tuple[date, ...] = (), prices: tuple[PriceFrom, ...] = ()
) -> list[PricedPeriod]:
    return list(priced_periods(line, billing_periods(line, start, end, cuts), start, prices))


def _amounts(line: FeeLine, start: str, end: str, *cuts: str, prices: tuple[PriceFrom, ...] = ()) -> list[Money]:
    priced = _priced(line, _day(start), _day(end), tuple(_day(each) for each in cuts), prices)
    return [each.amount for each in priced]


def test_periods_follow_the_grid_from_the_first_day_to_the_last() -> None:
    """From 16 January to the end of March: the rest of January, February, March; each invoiced on its first day."""
    february, march = (Period(_day(f"0{month}-01"), _day(f"0{month + 1}-01")) for month in (2, 3))
    assert list(billing_periods(FEE, _day("01-16"), _day("04-01"))) == [
        BillingPeriod(0, _day("01-16"), _day("02-01"), JANUARY, _day("01-16")),
        BillingPeriod(1, _day("02-01"), _day("03-01"), february, _day("02-01")),
        BillingPeriod(2, _day("03-01"), _day("04-01"), march, _day("03-01")),
    ]


def test_a_later_term_cuts_the_period_in_which_it_starts_and_no_other() -> None:
    """Terms start on 11 and 21 January and on 1 February, where a period starts anyway; in arrears each part is due."""
    late = evolve(FEE, timing=Timing.ARREARS)
    cuts = tuple(_day(each) for each in ("01-01", "01-11", "01-21", "02-01", "05-05"))
    found = list(billing_periods(late, _day("01-01"), _day("03-01"), cuts))
    assert [(each.index, each.start, each.end, each.invoice_on) for each in found] == [
        (0, _day("01-01"), _day("01-11"), _day("01-11")),
        (1, _day("01-11"), _day("01-21"), _day("01-21")),
        (2, _day("01-21"), _day("02-01"), _day("02-01")),
        (3, _day("02-01"), _day("03-01"), _day("03-01")),
    ]
    assert [each.whole for each in found[:3]] == [JANUARY] * 3
    assert found[3].last_day == _day("02-28")


@pytest.mark.parametrize(
    ("leading", "start", "first"),
    [
        (LeadingWhole.GRID, "02-10", "01-31"),
        (LeadingWhole.ONE_INTERVAL, "02-10", "01-28"),
        (LeadingWhole.ONE_INTERVAL, "01-31", "01-31"),
    ],
)
def test_a_short_first_period_is_a_part_of_the_grid_or_of_one_interval(
    leading: LeadingWhole, start: str, first: str
) -> None:
    """With billing day 31 the boundaries are 31 January, 28 February and 31 March; a month before 28 is 28 January."""
    line = evolve(FEE, alignment=Alignment.BILLING_DAY, billing_day=31, proration=Proration(leading_whole=leading))
    found = list(billing_periods(line, _day(start), _day("03-31")))
    assert [each.whole for each in found] == [
        Period(_day(first), _day("02-28")),
        Period(_day("02-28"), _day("03-31")),
    ]


def test_only_the_first_period_is_measured_by_one_interval() -> None:
    """From 10 January: the month before 31 January is from 31 December; February's period stays that of the grid."""
    line = evolve(
        FEE,
        alignment=Alignment.BILLING_DAY,
        billing_day=31,
        proration=Proration(leading_whole=LeadingWhole.ONE_INTERVAL),
    )
    found = list(billing_periods(line, _day("01-10"), _day("02-28")))
    assert [each.whole for each in found] == [
        Period(date(2025, 12, 31), _day("01-31")),
        Period(_day("01-31"), _day("02-28")),
    ]


@pytest.mark.parametrize(
    ("start", "stub", "amount"),
    [
        ("01-11", StubPolicy.PRORATE, "21.00"),
        ("01-11", StubPolicy.FULL, "31.00"),
        ("01-11", StubPolicy.FREE, "0.00"),
        ("01-01", StubPolicy.FREE, "31.00"),
    ],
)
def test_a_short_first_period_costs_its_share_all_or_nothing(start: str, stub: StubPolicy, amount: str) -> None:
    """From 11 January 21 of 31 days are left; from the 1st it is not short. February costs all in any case."""
    assert _amounts(evolve(FEE, first_stub=stub), start, "03-01") == [eur(amount), eur("31.00")]


@pytest.mark.parametrize(
    ("stub", "amount"),
    [(StubPolicy.PRORATE, "10.00"), (StubPolicy.FULL, "31.00"), (StubPolicy.FREE, "0.00")],
)
def test_a_short_last_period_costs_its_share_all_or_nothing(stub: StubPolicy, amount: str) -> None:
    """The first 10 of 31 days of March."""
    assert _amounts(evolve(FEE, last_stub=stub), "02-01", "03-11") == [eur("31.00"), eur(amount)]


@pytest.mark.parametrize(
    ("first", "last", "amount"),
    [
        (StubPolicy.PRORATE, StubPolicy.PRORATE, "10.00"),
        (StubPolicy.PRORATE, StubPolicy.FULL, "21.00"),
        (StubPolicy.FULL, StubPolicy.PRORATE, "10.00"),
        (StubPolicy.FREE, StubPolicy.FULL, "0.00"),
    ],
)
def test_a_period_short_at_both_ends_costs_no_more_than_its_start_leaves(
    first: StubPolicy, last: StubPolicy, amount: str
) -> None:
    """11 to 20 January are 10 days, of the 21 that a start on the 11th leaves."""
    assert _amounts(evolve(FEE, first_stub=first, last_stub=last), "01-11", "01-21") == [eur(amount)]


def test_the_last_part_of_a_period_costs_what_the_others_left() -> None:
    """100.00 for January: 10 days are 32.26 and once more 32.26, so the last 11 cost 35.48 and not 35.484 rounded.

    From 2 January 30 days are available: 96.77 in all, of which 9 and 10 days take 29.03 and 32.26, 35.48 are left.
    """
    line = evolve(FEE, price=eur("100.00"))
    first, second, third = _priced(line, _day("01-01"), _day("02-01"), (_day("01-11"), _day("01-21")))
    assert [each.amount for each in (first, second, third)] == [eur("32.26"), eur("32.26"), eur("35.48")]
    assert [each.share for each in (first, second, third)] == [Fraction(10, 31), Fraction(10, 31), Fraction(11, 31)]
    assert [each.before for each in (first, second, third)] == [None, None, eur("64.52")]
    assert {each.available for each in (first, second, third)} == {Fraction(1)}
    last = _priced(line, _day("01-02"), _day("02-01"), (_day("01-11"), _day("01-21")))[-1]
    assert last == PricedPeriod(
        BillingPeriod(2, _day("01-21"), _day("02-01"), JANUARY, _day("01-21")),
        price=eur("100.00"),
        whole_price=eur("100.00"),
        share=Fraction(11, 31),
        available=Fraction(30, 31),
        before=eur("61.29"),
        amount=eur("35.48"),
    )


def test_parts_start_over_with_each_period_of_the_grid() -> None:
    """February's 28 days at 31.00: 14 of them are 15.50, whatever January's parts took."""
    assert _amounts(FEE, "01-01", "03-01", "01-11", "02-15") == [
        eur(each) for each in ("10.00", "21.00", "15.50", "15.50")
    ]


def test_where_each_part_costs_all_only_the_first_one_does() -> None:
    line = evolve(FEE, last_stub=StubPolicy.FULL)
    assert _amounts(line, "01-01", "02-01", "01-11", "01-21") == [eur("31.00"), eur("0.00"), eur("0.00")]


def test_where_rounded_parts_took_more_than_the_price_the_last_one_costs_nothing() -> None:
    """0.02 for January: three times 9 of 31 days are 0.0058, rounded 0.01; of 0.02 nothing is left, and no less."""
    line = evolve(FEE, price=eur("0.02"))
    assert _amounts(line, "01-01", "02-01", "01-10", "01-19", "01-28") == [
        eur(each) for each in ("0.01", "0.01", "0.01", "0")
    ]


def test_parts_of_two_prices_cost_their_share_of_their_own() -> None:
    """31.00 to 15 January, 62.00 from the 16th: 15 days are 15.00, the other 16 of 31 are 32.00."""
    raised = (PriceFrom("fee", _day("01-16"), eur("62.00")),)
    first, second = _priced(FEE, _day("01-01"), _day("02-01"), (_day("01-16"),), raised)
    assert (first.amount, first.price) == (eur("15.00"), eur("31.00"))
    assert second == PricedPeriod(
        BillingPeriod(1, _day("01-16"), _day("02-01"), JANUARY, _day("01-16")),
        price=eur("62.00"),
        whole_price=eur("62.00"),
        share=Fraction(16, 31),
        available=Fraction(1),
        before=None,
        amount=eur("32.00"),
    )


def test_the_latest_price_of_the_line_that_came_into_force_holds() -> None:
    prices = (
        PriceFrom("fee", _day("03-01"), eur("33.00")),
        PriceFrom("fee", _day("02-01"), eur("32.00")),
        PriceFrom("other", _day("02-15"), eur("99.00")),
    )
    days = ("01-31", "02-01", "02-28", "03-01", "04-01")
    assert [price_at(FEE, _day(day), prices) for day in days] == [
        eur(each) for each in ("31.00", "32.00", "32.00", "33.00", "33.00")
    ]


@pytest.mark.parametrize(
    ("changes", "price", "whole"),
    [
        ({}, None, "31.00"),
        ({}, "40.00", "40.00"),
        ({}, "0.00", "0.00"),
        ({"quantity": Decimal("2.5")}, None, "77.50"),
        ({"interval": QUARTER}, "10.00", "30.00"),
        ({"base_interval": QUARTER, "quantity": Decimal(2)}, "10.50", "7.00"),
    ],
)
def test_a_whole_period_costs_price_times_quantity_times_its_base_periods(
    changes: dict[str, Any], price: str | None, whole: str
) -> None:
    """A month at 10.50 a quarter is a third, 3.50, and 7.00 for two."""
    assert whole_price(evolve(FEE, **changes), None if price is None else eur(price)) == eur(whole)


@pytest.mark.parametrize(
    ("basis", "from_16_february", "to_15_february"),
    [
        (ProrationBasis.ACTUAL_OVER_PERIOD_DAYS, "14.67", "15.33"),
        (ProrationBasis.ACTUAL_365, "14.47", "15.12"),
        (ProrationBasis.WHOLE_BASE_PERIODS, "15.16", "15.36"),
    ],
)
def test_a_share_is_counted_by_the_basis_with_the_line_s_intervals(
    basis: ProrationBasis, from_16_february: str, to_15_february: str
) -> None:
    """The quarter from 1 January 2026 costs 30.00, a month of it 10.00; 16 February to 31 March are 44 of 90 days.

    30.00 x 44/90 = 14.667 and 30.00 x 46/90 = 15.333. Over 365, four quarters a year: 30.00 x 4 x 44/365 = 14.466 and
    30.00 x 4 x 46/365 = 15.123. By months: one to 16 March, 16 of 31 days on, 10.00 x 47/31 = 15.161; one to
    1 February, 15 of 28 days on, 10.00 x 43/28 = 15.357.
    """
    line = evolve(FEE, price=eur("10.00"), interval=QUARTER, proration=Proration(basis))
    assert _amounts(line, "02-16", "04-01") == [eur(from_16_february)]
    assert _amounts(line, "01-01", "02-16") == [eur(to_15_february)]


@given(
    cents=st.integers(100, 10**7),
    start=st.integers(0, 27),
    cuts=st.lists(st.integers(1, 30), max_size=2, unique=True),
)
def test_parts_of_one_price_sum_to_the_share_of_the_days_that_are_left(cents: int, start: int, cuts: list[int]) -> None:
    """Wherever terms cut January: together the parts cost price x days / 31, rounded half up once."""
    line = evolve(FEE, price=Money.from_minor(cents, "EUR"))
    first = JANUARY.start + timedelta(days=start)
    parts = _priced(line, first, JANUARY.end, tuple(JANUARY.start + timedelta(days=cut) for cut in sorted(cuts)))
    assert sum_money((each.amount for each in parts), "EUR").to_minor() == (2 * cents * (31 - start) + 31) // 62
    assert sum((each.share for each in parts), Fraction(0)) == Fraction(31 - start, 31)
