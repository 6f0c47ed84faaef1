"""Rewards after the order, told through the public API: promised, counted, earned, taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.scenarios.conftest import euro

from servicecore import Refused, orders, pricing
from servicecore.catalog import Item
from servicecore.pricing.promotions import OfferCode, OfferTrigger


def open_club(centre: Any, *offers: pricing.Offer) -> None:
    items = (Item("tea", "Green tea", base_price=euro("4.50")), Item("pot", "Tea pot", base_price=euro("20.00")))
    centre.core.use_book(pricing.PriceBook(id="shop", version="club", items=items, offers=offers))


def place(centre: Any, customer: str, *codes: str, pots: int = 3) -> str:
    lines = (pricing.CartLine("pot", Decimal(pots)), pricing.CartLine("tea", Decimal(2)))
    quote = centre.agent.quote(pricing.Cart(customer, "EUR", lines, codes=codes))
    return str(centre.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id)


def standing(centre: Any, order: str) -> list[tuple[str, str, str]]:
    found = orders.order_rewards(centre.agent.get(order))
    return [(f"{each.promised:f}", f"{each.earned:f}", f"{each.taken_back:f}") for each in found]


POINTS = pricing.PromiseReward("club", per_amount=euro("1.00"))


def test_points_follow_the_goods(centre: Any) -> None:
    """E12: 69.00 promise 69 points; a canceled pot takes 20 away, an invoice earns, a return takes back."""
    open_club(centre, pricing.Offer("CLUB", POINTS))
    order = place(centre, "anna")
    assert standing(centre, order) == [("69", "0", "0")]
    centre.agent.execute(orders.CancelLine(order, 1, Decimal(1)), reason="other")
    assert standing(centre, order) == [("49", "0", "0")]
    centre.agent.execute(orders.ShipLines(order, [orders.LineQuantity(1, Decimal(2))]))
    centre.agent.execute(orders.InvoiceShipment(order))
    assert standing(centre, order) == [("49", "40", "0")]
    centre.agent.execute(orders.RequestReturn(order, [orders.LineQuantity(1, Decimal(1))]), reason="other")
    centre.agent.execute(orders.ReceiveReturn(order, 1))
    assert standing(centre, order) == [("29", "20", "20")]
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    assert standing(centre, order) == [("29", "29", "20")]


def test_the_use_of_a_promise_comes_back_with_the_last_unit(centre: Any) -> None:
    """A12, E12: one welcome gift in all; who cancels everything leaves it to the next."""
    gift = pricing.PromiseReward("a tea towel", pricing.RewardKind.OTHER)
    open_club(centre, pricing.Offer("GIFT", gift, limits=pricing.OfferLimits(total=1)))
    first = place(centre, "anna")
    second = place(centre, "bruno")
    assert (standing(centre, first), standing(centre, second)) == ([("1", "0", "0")], [])
    centre.agent.execute(orders.CancelLine(first, 1), reason="other")
    assert standing(centre, place(centre, "carla")) == []
    centre.agent.execute(orders.CancelLine(first, 2), reason="other")
    assert standing(centre, first) == [("0", "0", "0")]
    assert standing(centre, place(centre, "dora")) == [("1", "0", "0")]


def test_a_code_that_comes_later_promises_for_what_is_open(centre: Any) -> None:
    """E12: one pot was billed before the code; what the code promised for the others goes with it again."""
    code = pricing.Offer("CLUB", POINTS, trigger=OfferTrigger.CODE)
    open_club(centre, code)
    order = place(centre, "anna")
    centre.core.use_book(_with_coupon(centre.core.book().book))
    centre.agent.execute(orders.ShipLines(order, [orders.LineQuantity(1, Decimal(1))]))
    centre.agent.execute(orders.InvoiceShipment(order))
    assert standing(centre, order) == []
    centre.agent.execute(orders.AddCoupon(order, "JOIN"))
    assert standing(centre, order) == [("49", "0", "0")]
    with pytest.raises(Refused) as caught:
        centre.agent.execute(orders.AddCoupon(order, "join"))
    assert [each.code for each in caught.value.problems] == ["orders.code_on_order"]
    centre.agent.execute(orders.ShipLines(order, [orders.LineQuantity(1, Decimal(1))]))
    centre.agent.execute(orders.InvoiceShipment(order))
    assert standing(centre, order) == [("49", "20", "0")]
    centre.agent.execute(orders.RemoveCoupon(order, "JOIN"))
    assert standing(centre, order) == [("20", "20", "0")]
    with pytest.raises(Refused) as caught:
        centre.agent.execute(orders.RemoveCoupon(order, "JOIN"))
    assert [each.code for each in caught.value.problems] == ["orders.code_not_on_order"]


def test_a_code_of_a_promise_counts_as_used(centre: Any) -> None:
    """A12: the letter to Anna works once, though nothing is cheaper by it."""
    codes = (OfferCode("DEAR-ANNA", uses_total=1),)
    open_club(centre, pricing.Offer("CLUB", POINTS, trigger=OfferTrigger.CODE, codes=codes))
    first = place(centre, "anna", "dear-anna")
    assert standing(centre, first) == [("69", "0", "0")]
    assert standing(centre, place(centre, "bruno", "dear-anna")) == []
    centre.agent.execute(orders.CancelOrder(first), reason="other")
    assert standing(centre, place(centre, "bruno", "dear-anna")) == [("69", "0", "0")]


def _with_coupon(book: pricing.PriceBook) -> pricing.PriceBook:
    coupon = pricing.Coupon("JOIN", codes=("JOIN",), offer="CLUB")
    return pricing.PriceBook(id="shop", version="club-2", items=book.items, offers=book.offers, coupons=(coupon,))


def test_a_quote_with_a_counted_promise_is_replayed_to_the_same_bytes(centre: Any) -> None:
    """F02: what the customer had before is part of the quote, so its replay promises the same."""
    open_club(centre, pricing.Offer("CLUB", POINTS, limits=pricing.OfferLimits(per_customer=2)))
    place(centre, "anna")
    lines = (pricing.CartLine("pot", Decimal(1)),)
    quote = centre.agent.quote(pricing.Cart("anna", "EUR", lines))
    assert [(each.offer, each.uses_before) for each in quote.offer_uses] == [("CLUB", 1)]
    place(centre, "anna")
    assert centre.agent.replay_quote(quote) == quote
    assert centre.agent.quote(pricing.Cart("anna", "EUR", lines)).rewards == ()
