"""Deals in a quote: after offers, on lines that are open, each with its step, and codes that are no coupons."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from servicecore.catalog import Item
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.pricing import Cart, CartLine, Offer, PercentOff, PriceBook, Quote
from servicecore.pricing.deals.benefits import BuyGet, DealAmount
from servicecore.pricing.deals.codes import DealCode, PastOrder
from servicecore.pricing.deals.conditions import NthOrder
from servicecore.pricing.deals.deal import Deal, DealTrigger
from servicecore.pricing.deals.history import CustomerHistory
from servicecore.pricing.deals.programme import DealProgramme


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
