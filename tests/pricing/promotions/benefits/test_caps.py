"""Caps on units: what the units that they leave are worth where their line was lowered before."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.money import Money
from servicecore.pricing.promotions.apply_to_basket import apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.benefits import AmountOff, AnyBenefit, PercentOff
from servicecore.pricing.promotions.benefits.caps import UnitCaps
from servicecore.pricing.promotions.combination import CappedBase, Combination, OfferOrder, PercentBase
from servicecore.pricing.promotions.offer import Offer

ONE = UnitCaps(1)


def second(first: AnyBenefit, then: AnyBenefit, units: int, price: str = "50", **rules: object) -> Decimal:
    """Return what ``then`` takes off a line after ``first``."""
    settings = Combination(order=OfferOrder.AS_GIVEN, **rules)  # type: ignore[arg-type]
    basket = Basket("EUR", (BasketLine("a", "a", Decimal(units), Decimal(price)),))
    shares = apply_to_basket((Offer("first", first), Offer("then", then)), settings, basket, 1).shares
    return sum((each.amount for each in shares if each.offer == "then"), Decimal(0))


@pytest.mark.parametrize(
    ("then", "of_units", "of_line"),
    [
        # 30 % off two of three units at 50 is 30 off: the third still costs 50, or 50 - 30
        (PercentOff(10, ONE), "5", "2"),
        (AmountOff(Money(45, "EUR"), ONE), "45", "20"),
        # without a cap both are what is left of the line: 120
        (PercentOff(10), "12", "12"),
    ],
)
def test_a_cap_leaves_units_at_what_they_cost_or_less_all_that_came_off_their_line(
    then: AnyBenefit, of_units: str, of_line: str
) -> None:
    first = PercentOff(30, UnitCaps(2))
    assert second(first, then, 3) == Decimal(of_units)
    assert second(first, then, 3, capped_base=CappedBase.LINE) == Decimal(of_line)


def test_percentages_of_the_price_before_all_offers_do_not_look_at_what_came_off() -> None:
    first, then = PercentOff(30, UnitCaps(2)), PercentOff(10, ONE)
    assert second(first, then, 3, base=PercentBase.ORIGINAL, capped_base=CappedBase.LINE) == 5


@given(
    units=st.integers(1, 6),
    price=st.integers(1, 400),
    first=st.integers(0, 100),
    percent=st.integers(0, 100),
    caps=st.tuples(st.integers(1, 7), st.integers(1, 7)),
)
def test_what_is_taken_of_the_line_is_its_formula_and_never_more_than_of_the_units(
    units: int, price: int, first: int, percent: int, caps: tuple[int, int]
) -> None:
    """The oracle: percent of (price x capped units - what came off the line), at least 0."""
    before, then = PercentOff(first, UnitCaps(caps[0])), PercentOff(percent, UnitCaps(caps[1]))
    gone = Decimal(price * min(units, caps[0]) * first) / 100
    wanted = max(Decimal(0), price * min(units, caps[1]) - gone) * percent / 100
    of_line = second(before, then, units, str(price), capped_base=CappedBase.LINE)
    assert of_line == wanted
    assert of_line <= second(before, then, units, str(price))
