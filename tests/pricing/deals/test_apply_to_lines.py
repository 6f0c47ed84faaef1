"""Deals in a quote: after offers, on lines that are open, each with its step, and codes that are no coupons."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from servicecore.catalog import Item
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.pricing import Cart, CartLine, Offer, PercentOff, PriceBook, Quote
from servicecore.pricing.deals.benefits import (
    AddItem,
    Bundle,
    BuyGet,
    CheapestFree,
    DealAmount,
    DealPercent,
    FirstThenAdditional,
    FullGroups,
    SetPrice,
    Tier,
    Tiered,
    UnitPriceFactor,
)
from servicecore.pricing.deals.benefits.caps import UnitCaps
from servicecore.pricing.deals.codes import DealCode, PastOrder
from servicecore.pricing.deals.combination import Combination, DealSelection
from servicecore.pricing.deals.conditions import (
    AnyLineQuantity,
    BasketAttribute,
    BasketValue,
    ContainsLine,
    CustomerFlag,
    CustomerGroup,
    DistinctItems,
    EveryOf,
    InChannels,
    NthOrder,
    ShippedBy,
    UnitCount,
    UsesPerCustomer,
)
from servicecore.pricing.deals.deal import Deal, DealTrigger
from servicecore.pricing.deals.history import CustomerHistory
from servicecore.pricing.deals.limits import Budget, DealLimits, Measure
from servicecore.pricing.deals.programme import DealProgramme
from servicecore.pricing.deals.target import DealTarget, Operator, PathTest, of_items
from servicecore.storage.codec import JsonCodec


class _Desk(Protocol):
    def facts(self, role: str = ..., approver: str = ..., others: tuple[object, ...] = ...) -> Facts: ...
    def cart(self, *lines: CartLine, codes: tuple[str, ...] = ..., **more: object) -> Cart: ...
    def quote(self, book: PriceBook, cart: Cart, facts: Facts | None = None) -> Quote: ...


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def book(*deals: Deal, offers: tuple[Offer, ...] = ()) -> PriceBook:
    items = (Item("tea", "Tea", base_price=eur("10.00")), Item("card", "Card", base_price=eur("5"), discountable=False))
    return PriceBook("b", "1", items, offers=offers, deals=DealProgramme(deals))


THIRD_FREE = Deal("3rd", (BuyGet(2, 1),), "Every third tea")


def test_a_deal_lowers_a_line_on_what_the_offer_left_and_the_quote_explains_it(desk: _Desk) -> None:
    quote = desk.quote(book(THIRD_FREE, offers=(Offer("ten", PercentOff(10)),)), desk.cart(CartLine("tea", 3)))
    # 30.00 less 10 % is 27.00: one of three units at 9.00 is free
    assert [(each.offer, str(each.amount.amount)) for each in quote.lines[0].discounts] == [
        ("ten", "3.00"),
        ("3rd", "9.00"),
    ]
    assert quote.lines[0].net == eur("18.00")
    assert "Every third tea" in quote.explain()
    assert "Nachlass" in quote.explain("de")


def test_a_closed_line_is_no_part_of_a_deal(desk: _Desk) -> None:
    quote = desk.quote(book(Deal("d", (DealAmount(3),))), desk.cart(CartLine("tea", 1), CartLine("card", 1)))
    assert [str(line.net.amount) for line in quote.lines] == ["7.00", "5.00"]


def test_a_code_of_a_deal_is_no_unknown_coupon_and_others_are(desk: _Desk) -> None:
    deal = Deal("d", (DealAmount(3),), trigger=DealTrigger.CODE, codes=(DealCode("SAVE3"),))
    quote = desk.quote(book(deal), desk.cart(CartLine("tea", 1), codes=("save 3", "nothing")))
    assert [(each.offer, each.code) for each in quote.lines[0].discounts] == [("d", "save 3")]
    assert [(each.rule, each.reason.code) for each in quote.not_applied] == [("NOTHING", "coupon.unknown")]


def test_what_the_customer_did_before_is_a_fact(desk: _Desk) -> None:
    welcome = book(Deal("welcome", (DealAmount(2),), conditions=(NthOrder(1),)))
    cart = desk.cart(CartLine("tea", 1))
    assert desk.quote(welcome, cart).subtotal == eur("8.00")
    known = desk.facts(others=(CustomerHistory((PastOrder(),)),))
    quote = desk.quote(welcome, cart, known)
    assert (quote.subtotal, [each.reason.code for each in quote.not_applied]) == (
        eur("10.00"),
        ["deal.not_first_order"],
    )
    again = desk.facts(others=(CustomerHistory((PastOrder(cancelled=True),)),))
    assert desk.quote(welcome, cart, again).subtotal == eur("8.00")


def test_somebody_applies_a_deal_by_name(desk: _Desk) -> None:
    kind = book(Deal("kind", (DealAmount(1),), trigger=DealTrigger.DIRECT))
    assert desk.quote(kind, desk.cart(CartLine("tea", 1))).subtotal == eur("10.00")
    named = desk.cart(CartLine("tea", 1), attributes=(("deal", "kind"),))
    assert desk.quote(kind, named).subtotal == eur("9.00")


def test_every_part_of_a_deal_can_stand_in_a_file() -> None:
    tiers = Tiered(1, (Tier(10, 5),))
    benefits = (
        DealPercent(10, caps=UnitCaps(units=Decimal(2)), target=of_items("tea")),
        DealAmount(5, currency="EUR"),
        SetPrice(5),
        UnitPriceFactor("0.9"),
        CheapestFree(),
        BuyGet(2, 1),
        Bundle(2, price=Decimal(3)),
        tiers,
        FirstThenAdditional(1, 2),
        FullGroups(2, tiers=tiers),
        AddItem("card", 5),
    )
    test = PathTest("colour", Operator.IN, ["red"])
    conditions = (
        UnitCount(1, DealTarget(any_of=(of_items("tea"), DealTarget((test,))))),
        BasketValue(eur("1")),
        DistinctItems(1),
        AnyLineQuantity(1),
        ContainsLine(of_items("tea")),
        NthOrder(1),
        CustomerGroup(("vip",)),
        CustomerFlag("staff"),
        UsesPerCustomer(1),
        InChannels(("web",)),
        BasketAttribute(test),
        ShippedBy(("dhl",)),
        EveryOf((UnitCount(1), NthOrder(1))),
    )
    limits = DealLimits(per_basket=1, budget=Budget(Measure.AMOUNT, 100, 5))
    deal = Deal("d", benefits, codes=(DealCode("X"),), conditions=conditions, limits=limits)
    programme = DealProgramme((deal,), Combination(selection=DealSelection.BEST_SINGLE, lanes=("pre",)))
    codec = JsonCodec()
    assert codec.decode(DealProgramme, codec.encode(programme)) == programme
