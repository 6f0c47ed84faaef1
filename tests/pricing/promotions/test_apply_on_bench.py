"""Offers in a quote: after offers, on lines that are open, each with its step, and codes that are no coupons."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.pricing import Cart, CartLine, PriceBook, Quote, Spread
from servicecore.pricing.promotions.benefits import (
    AddItem,
    AmountOff,
    Bundle,
    BuyGet,
    CheapestFree,
    FirstThenAdditional,
    FullGroups,
    PercentOff,
    SetPrice,
    Tier,
    Tiered,
    UnitPriceFactor,
)
from servicecore.pricing.promotions.benefits.caps import UnitCaps
from servicecore.pricing.promotions.combination import Combination, Selection, UnitUse
from servicecore.pricing.promotions.conditions import (
    AllOf,
    CartContains,
    Counted,
    DistinctItems,
    HasAttribute,
    HasFlag,
    InChannel,
    InCustomerGroup,
    NthOrder,
    QuantityBetween,
    ShippedBy,
    UsesPerCustomer,
    ValueAtLeast,
)
from servicecore.pricing.promotions.customer_history import CustomerHistory
from servicecore.pricing.promotions.limits import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger
from servicecore.pricing.promotions.offer_codes import OfferCode, PastOrder
from servicecore.pricing.promotions.path_test import Operator, PathTest
from servicecore.pricing.promotions.target import Target
from servicecore.storage.codec import JsonCodec


class _Desk(Protocol):
    def facts(self, role: str = ..., approver: str = ..., others: tuple[object, ...] = ...) -> Facts: ...
    def cart(self, *lines: CartLine, codes: tuple[str, ...] = ..., **more: object) -> Cart: ...
    def quote(self, book: PriceBook, cart: Cart, facts: Facts | None = None) -> Quote: ...


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def book(*offers: Offer) -> PriceBook:
    items = (
        Item("tea", "Tea", base_price=eur("10.00")),
        Item("card", "Card", base_price=eur("5"), discountable=False),
    )
    return PriceBook("b", "1", items, offers=offers)


THIRD_FREE = Offer("3rd", (BuyGet(2, 1),), "Every third tea")


def test_free_units_come_before_percentages_and_the_quote_explains_both(desk: _Desk) -> None:
    quote = desk.quote(book(Offer("ten", PercentOff(10)), THIRD_FREE), desk.cart(CartLine("tea", 3)))
    # of three units at 10.00 one is free; of the 20.00 left 10 % are 2.00
    assert [(each.offer, str(each.amount.amount)) for each in quote.lines[0].discounts] == [
        ("3rd", "10.00"),
        ("ten", "2.00"),
    ]
    assert quote.lines[0].net == eur("18.00")
    assert "Every third tea" in quote.explain()
    assert "Angebot 3rd" in quote.explain("de")


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 100))
def test_a_repeated_bundle_costs_its_price_each_time(desk: _Desk, units: int, size: int, price: int) -> None:
    """The units of a bundle are full priced, however many bundles of the same line came before."""
    sets = Offer("set", Bundle(size, None, eur(price)))
    repeated = evolve(book(sets), combination=Combination(repeat=True, unit_use=UnitUse.SPENT))
    quote = desk.quote(repeated, desk.cart(CartLine("tea", units)))
    full, rest = divmod(units, size)
    assert quote.lines[0].net == eur(full * min(price, 10 * size) + 10 * rest)


@pytest.mark.parametrize("unit_use", UnitUse)
def test_a_gift_is_added_once_for_all_units_where_offers_repeat(desk: _Desk, unit_use: UnitUse) -> None:
    """Five teas bring two cards, one for every two, however the book repeats."""
    gift = Offer("gift", AddItem("card", eur(5), per_units=2), target=Target(("tea",)))
    repeated = evolve(book(gift), combination=Combination(repeat=True, unit_use=unit_use))
    quote = desk.quote(repeated, desk.cart(CartLine("tea", 5)))
    assert [(line.item, str(line.quantity), line.net) for line in quote.lines] == [
        ("tea", "5", eur(50)),
        ("card", "2", eur(0)),
    ]


def test_who_finds_the_units_taken_is_told_by_whom(desk: _Desk) -> None:
    """Of two offers that do not share units or lines, the one that comes second names the first."""
    tenth, off = Offer("ten", PercentOff(10)), Offer("off", AmountOff(eur(2)))
    for second in (evolve(tenth, exclusive=Exclusivity.UNIT), evolve(tenth, combinable_with=("another",))):
        quote = desk.quote(book(second, off), desk.cart(CartLine("tea", 3)))
        [lost] = quote.not_applied
        assert (lost.rule, lost.reason.code, lost.reason.param("other")) == (
            "ten",
            "pricing.offer_not_combinable",
            "off",
        )
        assert quote.lines[0].net == eur(24)


def test_a_closed_line_is_no_part_of_an_offer(desk: _Desk) -> None:
    quote = desk.quote(
        book(Offer("d", AmountOff(eur(3), on_order=True))), desk.cart(CartLine("tea", 1), CartLine("card", 1))
    )
    assert [str(line.net.amount) for line in quote.lines] == ["7.00", "5.00"]


def test_a_code_of_an_offer_is_no_unknown_coupon_and_others_are(desk: _Desk) -> None:
    offer = Offer("d", AmountOff(eur(3), on_order=True), trigger=OfferTrigger.CODE, codes=(OfferCode("SAVE3"),))
    quote = desk.quote(book(offer), desk.cart(CartLine("tea", 1), codes=("save 3", "nothing")))
    assert [(each.offer, each.code) for each in quote.lines[0].discounts] == [("d", "SAVE3")]
    assert [(each.rule, each.reason.code) for each in quote.not_applied] == [("NOTHING", "coupon.unknown")]


def test_what_the_customer_did_before_is_a_fact(desk: _Desk) -> None:
    welcome = book(Offer("welcome", AmountOff(eur(2), on_order=True), conditions=(NthOrder(1),)))
    cart = desk.cart(CartLine("tea", 1))
    assert desk.quote(welcome, cart).subtotal == eur("8.00")
    known = desk.facts(others=(CustomerHistory((PastOrder(),)),))
    quote = desk.quote(welcome, cart, known)
    assert (quote.subtotal, [each.reason.code for each in quote.not_applied]) == (
        eur("10.00"),
        ["pricing.condition_first_order"],
    )
    again = desk.facts(others=(CustomerHistory((PastOrder(cancelled=True),)),))
    assert desk.quote(welcome, cart, again).subtotal == eur("8.00")


def test_somebody_applies_an_offer_by_name(desk: _Desk) -> None:
    kind = book(Offer("kind", AmountOff(eur(1), on_order=True), trigger=OfferTrigger.DIRECT))
    assert desk.quote(kind, desk.cart(CartLine("tea", 1))).subtotal == eur("10.00")
    named = desk.cart(CartLine("tea", 1), offers=("kind",))
    assert desk.quote(kind, named).subtotal == eur("9.00")


def test_every_part_of_an_offer_can_stand_in_a_file() -> None:
    tiers = Tiered(1, (Tier(10, 5),))
    benefits = (
        PercentOff(10, caps=UnitCaps(units=Decimal(2)), target=Target(("tea",))),
        AmountOff(eur(5), spread=Spread.ACROSS),
        SetPrice(eur(5), spread=Spread.ACROSS),
        UnitPriceFactor("0.9"),
        CheapestFree(),
        BuyGet(2, 1),
        Bundle(2, price=eur(3)),
        tiers,
        FirstThenAdditional(eur(1), eur(2)),
        FullGroups(2, tiers=tiers),
        AddItem("card", eur(5)),
    )
    test = PathTest("colour", Operator.IN, ["red"])
    conditions = (
        QuantityBetween(1, counted=Counted.TOGETHER, target=Target(any_of=(Target(("tea",)), Target(where=(test,))))),
        ValueAtLeast(eur("1")),
        DistinctItems(1),
        QuantityBetween(1, counted=Counted.ANY_LINE),
        CartContains(Target(("tea",))),
        NthOrder(1),
        InCustomerGroup(("vip",)),
        HasFlag("staff"),
        UsesPerCustomer(1),
        InChannel(("web",)),
        HasAttribute("colour", ["red"], op=Operator.NE),
        ShippedBy(("dhl",)),
        AllOf((QuantityBetween(1, counted=Counted.TOGETHER), NthOrder(1))),
    )
    limits = OfferLimits(per_basket=1, budget=Budget(Measure.AMOUNT, 100, 5))
    offer = Offer(
        "d", benefits, trigger=OfferTrigger.CODE, codes=(OfferCode("X"),), conditions=conditions, limits=limits
    )
    kept = evolve(book(offer), combination=Combination(selection=Selection.BEST_SINGLE, lanes=("pre",)))
    codec = JsonCodec()
    assert codec.decode(PriceBook, codec.encode(kept)) == kept
