"""Lowest prices: promotions, offers and coupons stop there; a price set by hand need not (pricing property 5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.quantity import Conversion
from servicecore.pricing import (
    AmountOff,
    CartLine,
    CataloguePromotion,
    Combination,
    Coupon,
    CouponTier,
    CouponValue,
    Offer,
    PercentOff,
    PriceBook,
    PriceOverride,
    Quote,
    Selection,
    SetPrice,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


LAMP = Item("LAMP", "Lamp", categories=("light",), base_price=_eur(20), lowest_price=_eur(16))
PEN = Item("PEN", "Pen", base_price=_eur(2))
BOOK = PriceBook("b", "1", items=(LAMP, PEN), conversions=(Conversion("box", "each", 6),))


def _quote(desk: Any, *lines: CartLine, **changes: Any) -> Quote:
    codes = changes.pop("codes", ())
    made: Quote = desk.quote(evolve(BOOK, **changes), desk.cart(*lines, codes=codes))
    return made


@pytest.mark.parametrize(
    "benefit",
    [PercentOff(30), AmountOff(_eur(9)), SetPrice(_eur(5)), PercentOff(50, on_order=True)],
)
def test_an_offer_stops_at_the_lowest_price(desk: Any, benefit: Any) -> None:
    """Three lamps of 20.00 never go below 3 x 16.00."""
    assert _quote(desk, CartLine("LAMP", 3), offers=(Offer("O", benefit),)).subtotal == _eur("48.00")


def test_an_offer_that_stays_above_it_is_not_touched(desk: Any) -> None:
    assert _quote(desk, CartLine("LAMP", 3), offers=(Offer("O", PercentOff(10)),)).subtotal == _eur("54.00")


def test_what_one_line_cannot_take_goes_to_the_others(desk: Any) -> None:
    """10.00 off 20.00 and 20.00 of pens: the lamp takes 4.00 at most, the pens the other 6.00."""
    offers = (Offer("O", AmountOff(_eur(10), on_order=True)),)
    quote = _quote(desk, CartLine("LAMP", 1), CartLine("PEN", 10), offers=offers)
    assert [line.net for line in quote.lines] == [_eur("16.00"), _eur("14.00")]


def test_a_catalogue_promotion_stops_there(desk: Any) -> None:
    promotion = CataloguePromotion("HALF", percent=Decimal(50), categories=("light",))
    assert _quote(desk, CartLine("LAMP", 1), catalogue_promotions=(promotion,)).subtotal == _eur("16.00")


def test_a_coupon_stops_there_and_says_so_where_nothing_is_left(desk: Any) -> None:
    """5.00 off one lamp gives 4.00; after an offer down to 16.00 it gives nothing."""
    coupons = (Coupon("five", ("FIVE",), tiers=(CouponTier(_eur(0), "5", CouponValue.FIXED),)),)
    quote = _quote(desk, CartLine("LAMP", 1), coupons=coupons, codes=("five",))
    assert (quote.subtotal, quote.lines[0].discount) == (_eur("16.00"), _eur("4.00"))
    offers = (Offer("O", PercentOff(30)),)
    (lost,) = _quote(desk, CartLine("LAMP", 1), coupons=coupons, offers=offers, codes=("five",)).not_applied
    assert (lost.rule, lost.reason.code) == ("FIVE", "coupon.at_lowest_price")


def test_it_is_a_price_of_the_items_own_unit(desk: Any) -> None:
    """A box of six never goes below 6 x 16.00."""
    quote = _quote(desk, CartLine("LAMP", 1, "box"), offers=(Offer("O", PercentOff(90)),))
    assert quote.subtotal == _eur("96.00")


def test_a_price_set_by_hand_may_go_lower(desk: Any) -> None:
    item = evolve(LAMP, lowest_price=_eur("19.50"))
    line = CartLine("LAMP", 1, override=PriceOverride(_eur(19), "goodwill"))
    assert _quote(desk, line, items=(item,)).subtotal == _eur("19.00")


def test_another_currency_has_no_such_price(desk: Any) -> None:
    """Property 13."""
    item = evolve(LAMP, lowest_price=Money(Decimal(16), "USD"))
    assert _quote(desk, CartLine("LAMP", 1), items=(item,), offers=(Offer("O", PercentOff(30)),)).subtotal == _eur(14)


def test_a_negative_one_is_refused() -> None:
    with pytest.raises(InvalidValue, match="lowest_price"):
        evolve(LAMP, lowest_price=_eur(-1))


@given(
    percents=st.lists(st.integers(0, 100), max_size=3),
    amount=st.integers(0, 60),
    quantity=st.integers(1, 9),
    lowest=st.integers(0, 25),
    selection=st.sampled_from(Selection),
)
def test_no_stack_of_offers_goes_below_it(
    desk: Any, percents: list[int], amount: int, quantity: int, lowest: int, selection: Selection
) -> None:
    """Property 5: at least the lesser of the price before and the lowest price, however offers are chosen."""
    offers = [Offer(f"P{place}", PercentOff(each)) for place, each in enumerate(percents)]
    offers.append(Offer("A", AmountOff(_eur(amount), on_order=True)))
    item = evolve(LAMP, lowest_price=_eur(lowest))
    quote = _quote(
        desk, CartLine("LAMP", quantity), items=(item,), offers=tuple(offers), combination=Combination(selection)
    )
    assert quote.subtotal.amount >= min(20, lowest) * quantity
