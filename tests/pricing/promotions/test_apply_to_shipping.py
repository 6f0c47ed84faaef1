"""Offers on shipping in quotes: they lower the charges for delivery, once the goods have their prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AmountOff,
    AutoCharge,
    Cart,
    CartLine,
    ChargeOverride,
    ChargeTier,
    Coupon,
    CouponTier,
    Exclusivity,
    Offer,
    OfferTrigger,
    OverridePermission,
    OverridePolicy,
    PercentOff,
    PriceBook,
    Quote,
    SetPrice,
    ValueAtLeast,
)
from servicecore.pricing.charge_category import ChargeCategory
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.promotions.conditions import ShippedBy


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


FREIGHT = AutoCharge("freight", "EUR", (ChargeTier("6.90"),), tax_category="standard", category=ChargeCategory.SHIPPING)
WRAP = AutoCharge("wrap", "EUR", (ChargeTier("2.00"),))
FREE = Offer("FREE", PercentOff(100, scope=Scope.SHIPPING), conditions=(ValueAtLeast(_eur(50)),))
BOOK = PriceBook(
    "b",
    "1",
    items=(Item("LAMP", "Lamp", base_price=_eur(20)),),
    charges=(FREIGHT, WRAP),
    offers=(FREE,),
    overrides=OverridePolicy((OverridePermission("clerk", charge_decrease_percent=Decimal(100)),)),
)


def _quote(desk: Any, quantity: int, *offers: Offer, book: PriceBook = BOOK, **cart: Any) -> Quote:
    made: Quote = desk.quote(evolve(book, offers=offers or book.offers), desk.cart(CartLine("LAMP", quantity), **cart))
    return made


def _freight(quote: Quote) -> str:
    return next(str(each.amount.amount) for each in quote.charges if each.id == "freight")


@pytest.mark.parametrize(("quantity", "freight"), [(2, "6.90"), (3, "0.00")])
def test_shipping_is_free_from_a_value_on(desk: Any, quantity: int, freight: str) -> None:
    """40.00 does not reach 50.00, 60.00 does; the wrapping is charged all the same."""
    quote = _quote(desk, quantity)
    assert _freight(quote) == freight
    assert next(each.amount for each in quote.charges if each.id == "wrap") == _eur("2.00")


def test_the_charge_says_who_lowered_it_and_its_tax_follows(desk: Any) -> None:
    """6.90 less 50 percent is 3.45; tax of 22 percent on 3.45 is 0.76."""
    half = Offer("HALF", PercentOff(50, scope=Scope.SHIPPING), name="half the freight")
    charge = _quote(desk, 1, half).charges[0]
    assert (charge.amount, charge.gross, charge.tax) == (_eur("3.45"), _eur("6.90"), _eur("0.76"))
    assert charge.explanation.steps[-1].text() == "offer HALF half the freight: -50 % on 6.90 EUR (quantity 1)"
    assert [(each.offer, each.amount) for each in charge.discounts] == [("HALF", _eur("3.45"))]


def test_what_does_not_reach_the_value_says_so(desk: Any) -> None:
    (lost,) = _quote(desk, 2).not_applied
    assert (lost.rule, lost.reason.code) == ("FREE", "pricing.condition_value")


def test_where_no_shipping_is_charged_the_offer_says_so(desk: Any) -> None:
    (lost,) = _quote(desk, 3, book=evolve(BOOK, charges=(WRAP,))).not_applied
    assert (lost.rule, lost.reason.code) == ("FREE", "pricing.offer_no_shipping")


def test_a_code_releases_free_shipping(desk: Any) -> None:
    book = evolve(BOOK, coupons=(Coupon("ship", ("SHIP",), offer="CODE"),))
    offer = Offer("CODE", PercentOff(100, scope=Scope.SHIPPING), trigger=OfferTrigger.CODE)
    assert _freight(_quote(desk, 1, offer, book=book)) == "6.90"
    quote = _quote(desk, 1, offer, book=book, codes=("ship",))
    assert _freight(quote) == "0.00"
    assert quote.charges[0].discounts[0].code == "SHIP"
    assert quote.not_applied == ()


def test_an_offer_may_lower_goods_and_shipping_by_two_benefits(desk: Any) -> None:
    """60.00 less 10 percent is 54.00, and half of the freight 3.45; the conditions of the goods decide for both."""
    benefits = (PercentOff(10), PercentOff(50, scope=Scope.SHIPPING))
    both = Offer("BOTH", benefits, conditions=(ValueAtLeast(_eur(50)),))
    quote = _quote(desk, 3, both)
    assert (quote.subtotal, _freight(quote)) == (_eur("54.00"), "3.45")
    refused = _quote(desk, 1, both)
    assert (refused.subtotal, _freight(refused)) == (_eur("20.00"), "6.90")
    assert [each.rule for each in refused.not_applied] == ["BOTH"]


def test_a_price_for_goods_and_shipping_together_is_split_over_both(desk: Any) -> None:
    """10.00 off 20.00 and 6.90 together: in proportion 7.43 and 2.57; what is left is 12.57 and 4.33."""
    offer = Offer("ALL", AmountOff(_eur(10), on_order=True, scope=Scope.LINES_AND_SHIPPING))
    quote = _quote(desk, 1, offer)
    assert (quote.subtotal, _freight(quote)) == (_eur("12.57"), "4.33")


def test_a_fixed_price_for_shipping(desk: Any) -> None:
    assert _freight(_quote(desk, 1, Offer("FLAT", SetPrice(_eur("1.90"), scope=Scope.SHIPPING)))) == "1.90"


def test_the_delivery_mode_decides(desk: Any) -> None:
    post = Offer("POST", PercentOff(100, scope=Scope.SHIPPING), conditions=(ShippedBy(("POST",)),))
    assert _freight(_quote(desk, 1, post, delivery_mode="POST")) == "0.00"
    assert _freight(_quote(desk, 1, post, delivery_mode="AIR")) == "6.90"


def test_what_was_set_by_hand_stays(desk: Any) -> None:
    override = ChargeOverride("freight", _eur("5.00"), "goodwill")
    assert _freight(_quote(desk, 3, charge_overrides=(override,))) == "5.00"


def test_an_offer_that_is_exclusive_in_the_cart_does_not_stand_beside_discounts(desk: Any) -> None:
    alone = evolve(FREE, conditions=(), exclusive=Exclusivity.CART)
    quote = _quote(desk, 1, Offer("TEN", PercentOff(10)), alone)
    assert _freight(quote) == "6.90"
    assert [(each.rule, each.reason.code) for each in quote.not_applied] == [("FREE", "pricing.offer_not_combinable")]
    assert _freight(_quote(desk, 1, alone)) == "0.00"


def test_beside_an_offer_that_is_exclusive_in_the_cart_delivery_keeps_its_price(desk: Any) -> None:
    """20.00 less the exclusive tenth, and 6.90; what the exclusive offer itself gives on shipping stays."""
    free = evolve(FREE, conditions=())
    tenth = Offer("TEN", PercentOff(10), exclusive=Exclusivity.CART)
    quote = _quote(desk, 1, free, tenth)
    assert (quote.lines[0].net, _freight(quote)) == (_eur("18.00"), "6.90")
    assert [(each.rule, each.reason.code) for each in quote.not_applied] == [("FREE", "pricing.offer_not_combinable")]
    both = evolve(tenth, benefits=(PercentOff(10), PercentOff(100, scope=Scope.SHIPPING)))
    assert _freight(_quote(desk, 1, free, both)) == "0.00"


def test_after_an_exclusive_coupon_no_offer_lowers_delivery(desk: Any) -> None:
    """CC 11.2 rule 4: 20.00 less the coupon's 5.00, and 6.90; a coupon that took no effect keeps nothing away."""
    coupon = Coupon("ALONE", ("ALONE",), tiers=(CouponTier(_eur(20), 5),), exclusive=True)
    book = evolve(BOOK, offers=(evolve(FREE, conditions=()),), coupons=(coupon,))
    quote = _quote(desk, 1, book=book, codes=("alone",))
    assert (quote.subtotal, _freight(quote)) == (_eur("15.00"), "6.90")
    assert [(each.rule, dict(each.reason.params)["other"]) for each in quote.not_applied] == [("FREE", "ALONE")]
    dear = evolve(book, coupons=(evolve(coupon, tiers=(CouponTier(_eur(21), 5),)),))
    assert _freight(_quote(desk, 1, book=dear, codes=("alone",))) == "0.00"
    social = evolve(book, coupons=(evolve(coupon, exclusive=False),))
    assert _freight(_quote(desk, 1, book=social, codes=("alone",))) == "0.00"


_percents = st.integers(0, 100)


@given(first=_percents, second=_percents, quantity=st.integers(1, 5))
def test_two_offers_work_on_what_the_first_left_and_never_below_nothing(
    desk: Any, first: int, second: int, quantity: int
) -> None:
    """In thousandths of a cent: 690 less the first percentage, then less the second; each rounded to the cent."""
    offers = [
        Offer(name, PercentOff(percent, scope=Scope.SHIPPING), priority=9 - place)
        for place, (name, percent) in enumerate((("A", first), ("B", second)))
    ]
    quote = _quote(desk, quantity, *offers)
    left = 690 * (100 - first) * (100 - second)
    assert 0 <= Decimal(_freight(quote)) * 100 <= 690
    assert abs(Decimal(_freight(quote)) * 1_000_000 - left) <= 10_000
    assert quote.total.amount == sum((each.amount.amount for each in quote.charges), quote.subtotal.amount) + (
        quote.tax.amount
    )


def test_a_cart_is_not_changed(desk: Any) -> None:
    cart = desk.cart(CartLine("LAMP", 3))
    assert isinstance(cart, Cart)
    assert desk.quote(BOOK, cart).cart == cart
