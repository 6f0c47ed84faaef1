from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from servicecore.contracts.covered_item import CoverageScope, CoveredItem
from servicecore.contracts.fee_line import ArrearsInvoiceDay, FeeLine, Timing, base_periods
from servicecore.contracts.proration import Proration, ProrationBasis
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.periods import Alignment
from servicecore.kernel.recurrence import Interval, IntervalUnit

DAY = Interval(IntervalUnit.DAY)
WEEK = Interval(IntervalUnit.WEEK)
MONTH = Interval(IntervalUnit.MONTH)
YEAR = Interval(IntervalUnit.YEAR)


def line(**changes: Any) -> FeeLine:
    given: dict[str, Any] = {"id": "fee", "description": "Fee", "price": Money(10, "EUR"), "base_interval": MONTH}
    return FeeLine(**(given | {"interval": MONTH} | changes))


@pytest.mark.parametrize(
    ("base", "rhythm", "ratio"),
    [(MONTH, YEAR, 12), (YEAR, MONTH, Fraction(1, 12)), (DAY, WEEK, 7), (MONTH, MONTH, 1)],
)
def test_a_price_is_billed_in_multiples_or_parts_of_its_base(base: Interval, rhythm: Interval, ratio: Fraction) -> None:
    assert base_periods(base, rhythm) == ratio


@pytest.mark.parametrize(
    ("base", "rhythm"),
    [(MONTH, WEEK), (DAY, MONTH), (Interval(IntervalUnit.MONTH, 2), Interval(IntervalUnit.MONTH, 3))],
)
def test_other_ratios_are_refused(base: Interval, rhythm: Interval) -> None:
    with pytest.raises(InvalidValue) as refused:
        line(base_interval=base, interval=rhythm)
    assert refused.value.problem.code == "contracts.ratio_not_whole"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"price": Money(-1, "EUR")}, "price"),
        ({"price": Money("0.0000000001", "EUR")}, "price"),
        ({"price": Money(10**9, "EUR")}, "price"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": "0.0000000001"}, "quantity"),
        ({"id": ""}, "fee_line.id"),
        ({"alignment": Alignment.BILLING_DAY}, "billing_day"),
        ({"billing_day": 5}, "billing_day"),
        ({"alignment": Alignment.BILLING_DAY, "billing_day": 32}, "billing_day"),
        ({"invoice_offset_days": 4000}, "invoice_offset_days"),
        ({"start": date(2024, 2, 1), "last_day": date(2024, 1, 31)}, "last_day"),
        ({"interval": Interval(IntervalUnit.YEAR, 101)}, "interval"),
        (
            {"base_interval": WEEK, "interval": WEEK, "proration": Proration(ProrationBasis.THIRTY_E_360)},
            "proration",
        ),
    ],
)
def test_a_fee_that_makes_no_sense_is_refused_at_its_field(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        line(**changes)
    assert refused.value.problem.path == path


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, date(2024, 2, 1)),
        ({"invoice_offset_days": -14}, date(2024, 1, 18)),
        ({"timing": Timing.ARREARS}, date(2024, 3, 1)),
        ({"timing": Timing.ARREARS, "arrears_invoice_day": ArrearsInvoiceDay.LAST_DAY}, date(2024, 2, 29)),
        ({"timing": Timing.ARREARS, "invoice_offset_days": 5}, date(2024, 3, 6)),
    ],
)
def test_the_invoice_day_of_february(changes: dict[str, Any], expected: date) -> None:
    assert line(**changes).invoice_on(date(2024, 2, 1), date(2024, 3, 1)) == expected


def test_what_is_covered_names_its_scope_and_days() -> None:
    pump = CoveredItem(CoverageScope.SERIAL, "SN-1", start=date(2024, 1, 1), last_day=date(2024, 1, 31))
    assert [pump.includes(day) for day in (date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 1))] == [
        False,
        True,
        False,
    ]
    for scope, reference in ((CoverageScope.CUSTOMER, "SN-1"), (CoverageScope.SERIAL, "")):
        with pytest.raises(InvalidValue, match=r"covered\.reference"):
            CoveredItem(scope, reference)
    with pytest.raises(InvalidValue, match=r"covered\.last_day"):
        CoveredItem(CoverageScope.SERIAL, "SN-1", start=date(2024, 2, 1), last_day=date(2024, 1, 1))
