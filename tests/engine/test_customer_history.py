"""What a customer did before reaches a quote: first-order offers, limits per customer, groups as flags."""

from __future__ import annotations

import sqlite3
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from tests.engine.conftest import tea_book

from servicecore import orders, pricing
from servicecore.customers import ContactPoints, RegisterCustomer
from servicecore.engine.offer_facts import offer_facts
from servicecore.kernel.money import Money
from servicecore.orders import RecordedLine, RecordedOrder, RecordOrder
from servicecore.pricing.promotions import CustomerHistory, OfferCode, OfferLimits
from servicecore.pricing.promotions.conditions import HasFlag, InChannel, Not, NthOrder, UsesPerCustomer


def _ten(**more: Any) -> pricing.PriceBook:
    return tea_book(offers=(pricing.Offer("TEN", pricing.PercentOff(10), **more),))


def _discount(shop: Any, codes: tuple[str, ...] = ()) -> str:
    return str(shop.agent.quote(shop.cart(2, codes=codes)).discount.amount)


FIRST = _ten(conditions=(NthOrder(1),))


def test_a_first_order_offer_is_given_once(open_shop: Any) -> None:
    """Two teas are 9.00; ten percent of it 0.90."""
    shop = open_shop(book=FIRST)
    assert _discount(shop) == "0.90"
    shop.place(2)
    assert _discount(shop) == "0"


def test_an_order_that_was_canceled_does_not_count(open_shop: Any) -> None:
    shop = open_shop(book=FIRST)
    order = shop.place(2)
    shop.manager.execute(orders.CancelOrder(order), reason="customer_request")
    assert _discount(shop) == "0.90"


def test_orders_of_another_system_count(open_shop: Any) -> None:
    shop = open_shop(book=FIRST)
    four = Money(Decimal("4.50"), "EUR")
    nothing = Money.zero("EUR")
    old = RecordedOrder(
        "old-1", "C-1", date(2025, 1, 7), "EUR", (RecordedLine("tea", Decimal(1), four),), four, nothing, nothing
    )
    shop.manager.execute(RecordOrder(old))
    assert _discount(shop) == "0"


def test_another_customer_has_a_history_of_its_own(open_shop: Any) -> None:
    shop = open_shop(book=FIRST)
    shop.place(2)
    other = pricing.Cart(customer="C-2", currency="EUR", lines=(pricing.CartLine("tea", 2),))
    assert str(shop.agent.quote(other).discount.amount) == "0.90"


@pytest.mark.parametrize(
    "more",
    [
        {"limits": OfferLimits(per_customer=2)},
        {"conditions": (UsesPerCustomer(2),)},
        {"trigger": pricing.OfferTrigger.CODE, "codes": (OfferCode("TEA", uses_per_customer=2),)},
    ],
    ids=["limit", "condition", "code"],
)
def test_a_limit_per_customer_counts_what_the_orders_before_used(open_shop: Any, more: dict[str, Any]) -> None:
    shop = open_shop(book=_ten(**more))
    codes = ("TEA",) if "codes" in more else ()
    seen = []
    for _ in range(3):
        seen.append(_discount(shop, codes))
        shop.agent.execute(shop.placing(2, codes=codes))
    assert seen == ["0.90", "0.90", "0"]


def test_the_groups_of_an_account_are_its_flags(open_shop: Any) -> None:
    shop = open_shop(book=_ten(conditions=(HasFlag("staff"),)))
    assert _discount(shop) == "0"
    customer = shop.manager.execute(RegisterCustomer("Mia", groups=("staff",))).id
    cart = pricing.Cart(customer=customer, currency="EUR", lines=(pricing.CartLine("tea", 2),))
    assert str(shop.agent.quote(cart).discount.amount) == "0.90"


def test_a_condition_inside_others_asks_too(open_shop: Any) -> None:
    shop = open_shop(book=_ten(conditions=(Not(NthOrder(1)),)))
    assert _discount(shop) == "0"
    shop.place(2)
    assert _discount(shop) == "0.90"


@pytest.mark.parametrize(
    ("more", "read"),
    [
        ({}, False),
        ({"conditions": (NthOrder(1), InChannel("web"))}, False),
        ({"conditions": (NthOrder(1),)}, True),
    ],
    ids=["no offer asks", "one asks in another channel", "one asks"],
)
def test_orders_are_read_for_a_cart_that_may_get_an_offer_which_asks(
    open_shop: Any, more: dict[str, Any], read: bool
) -> None:
    shop = open_shop(book=_ten(**more))
    shop.place(2)
    facts = offer_facts(shop.core.runtime, shop.core.book(), shop.cart(), None, shop.clock.now())
    assert [type(each) for each in facts] == [CustomerHistory] * read


def test_a_quote_reads_its_customer_once(open_shop: Any, coupon_with: Any, tmp_path: Path) -> None:
    """For taxes, for the names that codes are counted by, and for what the customer did before."""
    coupon = coupon_with(limit_per_customer=1)
    offers = (
        pricing.Offer("FIRST", pricing.PercentOff(10), conditions=(NthOrder(1),)),
        pricing.Offer("TWICE", pricing.PercentOff(10), limits=OfferLimits(per_customer=2)),
    )
    said: list[str] = []
    with patch("sqlite3.connect", partial(sqlite3.connect, factory=partial(_Traced, said))):
        shop = open_shop(f"sqlite:///{tmp_path / 'shop.db'}", book=tea_book(offers=offers, coupons=(coupon,)))
        customer = shop.manager.execute(RegisterCustomer("Mia", points=ContactPoints(("mia@example.com",)))).id
        cart = pricing.Cart(customer, "EUR", (pricing.CartLine("tea", 2),), codes=("SPRING10",))
        said.clear()
        quote = shop.agent.quote(cart)
    assert {each.offer for each in quote.lines[0].discounts} == {"FIRST", "TWICE", coupon.id}
    loads = [each for each in said if "FROM documents" in each and f"'{customer}'" in each]
    assert len(loads) == 1, said


class _Traced(sqlite3.Connection):
    """A connection that writes down its statements, values included."""

    def __init__(self, said: list[str], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.set_trace_callback(said.append)
