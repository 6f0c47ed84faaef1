"""What source codes brought against what was planned (A05, CC 5.4)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import SourceCodePlan, SourceCodeResult, SourceCodeSale, source_code_results


def eur(amount: object) -> Money:
    return Money(Decimal(str(amount)), "EUR")


PLAN = SourceCodePlan("SP-1", eur(1000), eur(300), 400)


def sale(order: str, invoiced: str, returned: str = "0", code: str = " sp-1") -> SourceCodeSale:
    return SourceCodeSale(code, order, eur(invoiced), eur(returned))


def test_actual_planned_and_the_deviation() -> None:
    """Two orders of 400 copies are 0.5 %; 640.00 of 1000.00 is 360.00 too little, 320.00 for 300.00 20.00 too much."""
    sales = [sale("o-1", "600.00", "50.00"), sale("o-2", "40.00"), sale("o-1", "0.00")]
    (found,) = source_code_results([PLAN], sales, {"SP-1": eur(320)})
    assert (found.code, found.orders, found.revenue, found.returned) == ("SP-1", 2, eur("640.00"), eur("50.00"))
    assert (found.revenue_deviation, found.cost, found.cost_deviation) == (eur("-360.00"), eur(320), eur(20))
    assert found.response_percent == Decimal("0.5000")


def test_codes_are_compared_planned_ones_first() -> None:
    quiet = SourceCodePlan("QUIET", eur(10), eur(5))
    found = source_code_results([PLAN, quiet], [sale("o-1", "5", code="zz"), sale("o-1", "7", code="aa")])
    assert [(each.code, each.orders, each.revenue) for each in found] == [
        ("SP-1", 0, eur(0)),
        ("QUIET", 0, eur(0)),
        ("AA", 1, eur(7)),
        ("ZZ", 1, eur(5)),
    ]
    assert found[1].response_percent is None
    other = found[2]
    assert (other.plan, other.revenue_deviation, other.cost_deviation, other.response_percent) == (None,) * 4


@pytest.mark.parametrize(
    ("plans", "sales", "costs"),
    [
        ([PLAN, SourceCodePlan("sp-1", eur(1), eur(1))], [], {}),
        ([PLAN], [SourceCodeSale("SP-1", "o-1", Money("1", "USD"), Money("0", "USD"))], {}),
        ([PLAN], [], {"SP-1": Money("1", "USD")}),
    ],
)
def test_what_cannot_be_summed_is_refused(plans: Any, sales: Any, costs: Any) -> None:
    with pytest.raises(InvalidValue):
        source_code_results(plans, sales, costs)


@pytest.mark.parametrize("figures", [(-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_plans_are_not_below_nothing(figures: tuple[int, int, int]) -> None:
    sales, cost, mailed = figures
    with pytest.raises(InvalidValue):
        SourceCodePlan("A", eur(sales), eur(cost), mailed)
    with pytest.raises(InvalidValue):
        SourceCodePlan("A", eur(1), Money("1", "USD"))


@given(
    rows=st.lists(st.tuples(st.sampled_from(["A", "B"]), st.integers(0, 4), st.integers(0, 9999)), max_size=12),
    mailed=st.integers(1, 5000),
)
def test_nothing_is_lost_between_codes_and_each_order_counts_once(
    rows: list[tuple[str, int, int]], mailed: int
) -> None:
    sales = [SourceCodeSale(code, f"o-{order}", eur(Decimal(cents) / 100), eur(0)) for code, order, cents in rows]
    found = source_code_results([SourceCodePlan("A", eur(0), eur(0), mailed)], sales)
    assert sum(each.revenue.amount for each in found) * 100 == sum(cents for _code, _order, cents in rows)
    first: SourceCodeResult = found[0]
    orders = len({order for code, order, _cents in rows if code == "A"})
    assert first.orders == orders
    assert first.response_percent is not None
    assert abs(Fraction(first.response_percent) - Fraction(100 * orders, mailed)) <= Fraction(1, 20000)
