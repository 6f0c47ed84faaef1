from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.quantity import Conversion
from servicecore.kernel.rounding import HALF_UP
from servicecore.pricing import (
    CartLine,
    DeductionKind,
    MarginBasis,
    MarginDeduction,
    MarginEnforcement,
    MarginLevel,
    MarginPolicy,
    OverridePermission,
    OverridePolicy,
    PriceBook,
    TaxSettings,
    TotalOverride,
)
from servicecore.pricing.deductions import Deducted


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


BANDS = MarginPolicy(Decimal(40), Decimal(20))
SHARES = (
    MarginDeduction(DeductionKind.ROYALTY, 5),
    MarginDeduction(DeductionKind.BROKER, per_unit=_eur(3)),
    MarginDeduction(DeductionKind.REBATE, 2, customer="C1"),
)
ITEMS = (
    Item("A", "A", base_price=_eur(100), cost=_eur(72), categories=("books",)),
    Item("B", "B", base_price=_eur(50), cost=_eur(10)),
    Item("C", "C", base_price=_eur(20)),
)
BOOK = PriceBook("b", "1", items=ITEMS, margin=BANDS, deductions=SHARES)


def test_royalty_broker_and_rebate_leave_the_price_before_the_margin(desk: Any) -> None:
    """CC 9, vector margin-alert-net-price: 100 less 5, 3 and 2 is 90; over a cost of 72 that is 20 percent of it."""
    book = evolve(BOOK, margin=MarginPolicy(Decimal(30), Decimal(10), MarginBasis.MARGIN_ON_PRICE))
    margin = desk.quote(book, desk.cart(CartLine("A", 2))).lines[0].margin
    assert (margin.level, margin.percent, margin.deducted) == (MarginLevel.WARNING, Decimal("20.0000"), _eur(20))


def test_a_deduction_is_for_its_customers_and_products_only(desk: Any) -> None:
    other = desk.cart(CartLine("A", 1), customer="C2", customer_groups=("vip",))
    assert desk.quote(BOOK, other).lines[0].margin.deducted == _eur(8)
    narrow = (
        MarginDeduction(DeductionKind.ROYALTY, 10, products=("books",)),
        MarginDeduction(DeductionKind.REBATE, 1, customer_group="vip"),
        MarginDeduction(DeductionKind.BROKER, per_unit=Money(9, "USD")),
    )
    quote = desk.quote(evolve(BOOK, deductions=narrow), desk.cart(CartLine("A", 1), CartLine("B", 1)))
    assert [line.margin.deducted for line in quote.lines] == [_eur(10), _eur(0)]
    vip = desk.quote(evolve(BOOK, deductions=narrow), evolve(other, lines=(CartLine("B", 1),)))
    assert vip.lines[0].margin.deducted == _eur("0.50")


def test_an_amount_for_each_unit_counts_the_items_own_units(desk: Any) -> None:
    """A dozen at 12 times the price owes the broker 36.00."""
    dozens = evolve(BOOK, conversions=(Conversion("dozen", "each", Decimal(12)),))
    line = desk.quote(evolve(dozens, deductions=SHARES[1:2]), desk.cart(CartLine("A", 1, "dozen"))).lines[0]
    assert line.margin.deducted == _eur(36)


def test_tax_in_the_price_is_no_part_of_what_is_shared(desk: Any) -> None:
    """122.00 contain 22.00 of tax: 5 and 2 percent of 100.00, and 3.00."""
    items = (evolve(ITEMS[0], base_price=_eur(122)),)
    book = evolve(BOOK, items=items, tax=TaxSettings(prices_include_tax=True))
    quote = desk.quote(book, desk.cart(CartLine("A", 1)))
    assert quote.lines[0].margin.deducted == _eur(10)
    assert (quote.margin.net, quote.margin.cost, quote.margin.percent) == (_eur(90), _eur(72), Decimal("25.0000"))


def test_a_margin_that_alerts_suggests_the_lowest_acceptable_price(desk: Any) -> None:
    """40 percent on 72 is 100.80; with 3.00 and 7 percent to go it takes 103.80 / 0.93 = 111.6129, in cents up."""
    margin = desk.quote(BOOK, desk.cart(CartLine("A", 1))).lines[0].margin
    assert (margin.level, margin.suggested) == (MarginLevel.WARNING, _eur("111.62"))
    assert desk.quote(BOOK, desk.cart(CartLine("B", 1))).lines[0].margin.suggested is None
    plain = desk.quote(evolve(BOOK, deductions=()), desk.cart(CartLine("A", 1))).lines[0].margin
    assert (plain.deducted, plain.suggested) == (None, _eur("100.80"))


def test_a_block_names_a_price_that_pays_the_deductions_too(desk: Any) -> None:
    """20 percent on 72 is 86.40; (86.40 + 3.00) / 0.93 = 96.129, in cents up."""
    book = evolve(BOOK, margin=evolve(BANDS, enforcement=MarginEnforcement.BLOCK))
    cheap = evolve(book, items=(evolve(ITEMS[0], base_price=_eur("96.12")),))
    assert desk.said(cheap, desk.cart(CartLine("A", 1))) == [
        "lines[0]: at 96.12 EUR a unit of A the margin is not acceptable; accepted: 96.13 EUR or more"
    ]
    enough = evolve(book, items=(evolve(ITEMS[0], base_price=_eur("96.13")),))
    assert desk.quote(enough, desk.cart(CartLine("A", 1))).lines[0].margin.level is MarginLevel.WARNING


@pytest.mark.parametrize("percent", [50, 60])
def test_where_the_deductions_take_the_whole_price_none_is_high_enough(desk: Any, percent: int) -> None:
    """Twice 50 percent leave nothing, twice 60 less than that."""
    policy = evolve(BANDS, enforcement=MarginEnforcement.BLOCK)
    whole = evolve(BOOK, margin=policy, deductions=(MarginDeduction(DeductionKind.ROYALTY, percent),) * 2)
    assert desk.said(whole, desk.cart(CartLine("A", 1))) == [
        "lines[0]: at 100.00 EUR a unit of A the margin is not acceptable; accepted: none, the deductions leave nothing"
    ]


def test_one_percent_of_the_price_that_is_left_is_enough_for_a_price() -> None:
    """20 percent on 1.00 is 1.20, of which 99 percent more leave again: 120.00."""
    assert BANDS.lowest_price(_eur(1), HALF_UP, deductions=Deducted(Decimal(99))) == _eur(120)


def test_an_order_has_a_margin_of_its_own(desk: Any) -> None:
    """100 and 50 over 72 and 10: 68 / 82 is 82.9268 percent; lowered by hand to 120: 46.3414."""
    free = OverridePolicy((OverridePermission("clerk", total_discount_percent=None),))
    book = evolve(BOOK, deductions=(), overrides=free)
    lines = (CartLine("A", 1), CartLine("B", 1))
    margin = desk.quote(book, desk.cart(*lines)).margin
    assert (margin.level, margin.percent, margin.cost) == (MarginLevel.OK, Decimal("82.9268"), _eur(82))
    lowered = desk.cart(*lines, total_override=TotalOverride(_eur(120), "loyal"))
    assert desk.quote(book, lowered).margin.percent == Decimal("46.3414")
    assert desk.quote(evolve(book, margin=None), desk.cart(*lines)).margin is None


def test_one_unknown_cost_leaves_the_margin_of_the_order_unknown(desk: Any) -> None:
    margin = desk.quote(BOOK, desk.cart(CartLine("B", 1), CartLine("C", 1))).margin
    assert (margin.level, margin.percent, margin.cost) == (MarginLevel.UNKNOWN_COST, None, None)
    assert margin.unknown == (2,)
    # 50.00 less 5 and 2 percent and 3.00 is 43.50; nothing is deducted where the cost is unknown
    assert margin.net == _eur("63.50")


@pytest.mark.parametrize("wrong", [{"percent": 100}, {"percent": -1}, {"per_unit": Money("-0.01", "EUR")}])
def test_a_deduction_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        MarginDeduction(DeductionKind.BROKER, **wrong)


@given(
    price=st.integers(0, 30000),
    quantity=st.integers(1, 30),
    cost=st.integers(0, 20000),
    percents=st.lists(st.integers(0, 30), max_size=3),
    per_unit=st.integers(0, 2000),
)
def test_the_alert_is_raised_exactly_where_the_rest_is_below_cost_and_margin(
    desk: Any, price: int, quantity: int, cost: int, percents: list[int], per_unit: int
) -> None:
    """Property 40 with deductions: an error iff what is left < cost x 1.2, a warning iff < cost x 1.4."""
    shares = [MarginDeduction(DeductionKind.ROYALTY, each) for each in percents]
    shares.append(MarginDeduction(DeductionKind.BROKER, per_unit=_eur(str(Decimal(per_unit) / 100))))
    item = Item("A", "A", base_price=_eur(str(Decimal(price) / 100)), cost=_eur(str(Decimal(cost) / 100)))
    book = evolve(BOOK, items=(item,), deductions=tuple(shares))
    quote = desk.quote(book, desk.cart(CartLine("A", quantity)))
    left = quantity * (Fraction(price * (100 - sum(percents)), 100) - per_unit)
    below = sum(left < quantity * cost * Fraction(each, 10) for each in (12, 14)) if cost else 0
    expected = (MarginLevel.OK, MarginLevel.WARNING, MarginLevel.ERROR)[below]
    margin = quote.lines[0].margin
    assert margin.level is expected
    assert quote.margin.level is expected
    assert (margin.suggested is None) == (expected is MarginLevel.OK)
    if margin.suggested is not None:
        better = evolve(book, items=(evolve(item, base_price=margin.suggested),))
        assert desk.quote(better, desk.cart(CartLine("A", quantity))).lines[0].margin.level is MarginLevel.OK
