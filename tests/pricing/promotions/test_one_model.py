"""Priority, exclusivity, codes and names hold over offers of every kind, whether they count units or not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    AmountOff,
    Bundle,
    BuyGet,
    CartLine,
    Combination,
    Coupon,
    CouponTier,
    Exclusivity,
    Offer,
    OfferCode,
    OfferTrigger,
    PercentOff,
    PriceBook,
    Quote,
    Selection,
    SetPrice,
    Target,
    compile_book,
    price_cart,
    with_offer,
)


def eur(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS = (Item("tea", "Tea", base_price=eur(10)), Item("cup", "Cup", base_price=eur(6)))
THIRD_FREE = Offer("third", BuyGet(2, 1), target=Target(("tea",)))


def book(*offers: Offer, coupons: tuple[Coupon, ...] = ()) -> PriceBook:
    return PriceBook("b", "1", ITEMS, offers=offers, coupons=coupons)


def lost(quote: Quote) -> dict[str, str]:
    return {each.rule: each.reason.code.removeprefix("pricing.") for each in quote.not_applied}


@pytest.mark.parametrize("other", [THIRD_FREE, Offer("third", Bundle(2, price=eur(15)))])
def test_an_offer_exclusive_in_the_cart_stands_alone_beside_one_that_counts_units(desk: Any, other: Offer) -> None:
    alone = Offer("alone", PercentOff(5), priority=1, exclusive=Exclusivity.CART)
    quote = desk.quote(book(alone, other), desk.cart(CartLine("tea", 3)))
    # 30.00 less 5 %, though the other would take more off
    assert (quote.subtotal, lost(quote)) == (Money("28.50", "EUR"), {"third": "offer_not_combinable"})


def test_one_that_counts_units_keeps_its_line_to_itself(desk: Any) -> None:
    mine = Offer("mine", BuyGet(2, 1), target=Target(("tea",)), priority=1, exclusive=Exclusivity.LINE)
    cart = desk.cart(CartLine("tea", 3), CartLine("cup", 1))
    quote = desk.quote(book(mine, Offer("tenth", PercentOff(10))), cart)
    # the tea costs 20.00 with its free unit; 10 % are left for the cup
    assert [str(line.net.amount) for line in quote.lines] == ["20.00", "5.40"]


def test_priority_decides_between_both_kinds(desk: Any) -> None:
    fixed = Offer("fixed", SetPrice(eur(4)), target=Target(("tea",)), priority=1)
    # three teas at 4.00 are 12.00, and the free unit is worth 10.00 of its own
    quote = desk.quote(book(fixed, THIRD_FREE), desk.cart(CartLine("tea", 3)))
    assert [each.offer for each in quote.lines[0].discounts] == ["fixed", "third"]


def test_a_cart_names_an_offer_and_an_unknown_one_is_refused(desk: Any) -> None:
    kind = Offer("kind", AmountOff(eur(2), on_order=True), trigger=OfferTrigger.DIRECT)
    assert desk.quote(book(kind), desk.cart(CartLine("tea", 1))).subtotal == eur(10)
    assert desk.quote(book(kind), desk.cart(CartLine("tea", 1), offers=("kind",))).subtotal == eur(8)
    answer = price_cart(compile_book(book(kind)), desk.cart(CartLine("tea", 1), offers=("kynd",)), desk.facts(), "Q1")
    assert isinstance(answer, Refusal)
    assert [(each.code, each.path) for each in answer.problems] == [("pricing.unknown_offer", "offers")]


def test_a_code_of_an_offer_and_one_of_a_coupon_stand_side_by_side_and_each_is_told_once(desk: Any) -> None:
    own = Offer("own", AmountOff(eur(1)), trigger=OfferTrigger.CODE, codes=(OfferCode("OWN"),))
    coupon = Coupon("c", ("CARD",), tiers=(CouponTier(eur(0), Decimal(2)),))
    codes = ("own", "card", " OWN", "Card", "no", "NO")
    quote = desk.quote(book(own, coupons=(coupon,)), desk.cart(CartLine("tea", 1), codes=codes))
    assert quote.subtotal == eur(7)
    told = [(each.rule, each.reason.code) for each in quote.not_applied]
    assert sorted(told) == [
        ("CARD", "pricing.code_typed_before"),
        ("NO", "coupon.unknown"),
        ("OWN", "pricing.code_typed_before"),
    ]


def test_a_code_belongs_to_one_offer_or_one_coupon() -> None:
    one = Offer("one", PercentOff(1), trigger=OfferTrigger.CODE, codes=(OfferCode("SAVE"),))
    two = Offer("two", PercentOff(1), trigger=OfferTrigger.CODE, codes=(OfferCode(" save"),))
    with pytest.raises(InvalidValue) as refused:
        compile_book(book(one, two))
    assert refused.value.problem.code == "pricing.code_given_twice"
    with pytest.raises(InvalidValue) as refused:
        with_offer(compile_book(book(one)), two, "2")
    assert refused.value.problem.code == "pricing.code_given_twice"
    coupon = Coupon("c", ("save",), tiers=(CouponTier(eur(0), Decimal(2)),))
    with pytest.raises(InvalidValue) as refused:
        compile_book(book(one, coupons=(coupon,)))
    assert refused.value.problem.code == "pricing.given_twice"


def test_a_changed_offer_takes_its_codes_along(desk: Any) -> None:
    one = Offer("one", AmountOff(eur(1)), trigger=OfferTrigger.CODE, codes=(OfferCode("OLD"),))
    new = Offer("one", AmountOff(eur(3)), trigger=OfferTrigger.CODE, codes=(OfferCode("NEW"),))
    changed = with_offer(compile_book(book(one)), new, "2")
    draft = price_cart(changed, desk.cart(CartLine("tea", 1), codes=("OLD", "NEW")), desk.facts(), "Q1")
    assert not isinstance(draft, Refusal)
    assert draft.subtotal == eur(7)
    assert [(each.rule, each.reason.code) for each in draft.not_applied] == [("OLD", "coupon.unknown")]


@pytest.mark.parametrize(("lane", "lanes"), [("late", ()), ("", ("pre", "post")), ("late", ("pre", "default"))])
def test_an_offer_in_a_lane_that_nobody_comes_to_is_refused(lane: str, lanes: tuple[str, ...]) -> None:
    best = Combination(selection=Selection.BEST_SINGLE, lanes=lanes)
    with pytest.raises(InvalidValue) as refused:
        compile_book(evolve(book(Offer("o", PercentOff(10), lane=lane)), combination=best))
    assert refused.value.problem.code == "pricing.offer_unknown_lane"
