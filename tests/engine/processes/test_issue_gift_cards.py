"""Order to gift card: a billed line becomes a card, once, and comes back only where nobody can spend it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from servicecore import Money, Refused, billing, orders, pricing
from servicecore.catalog import Item
from servicecore.engine.execute import execute
from servicecore.engine.outbox import hand_on
from servicecore.engine.processes.issue_gift_cards import ORDER_TO_GIFT_CARD, issue_gift_cards
from servicecore.engine.requests import SYSTEM, Request

NUMBER = billing.GiftCardCode.read("7KQ2-9XMP-4TRA-00BD")
ANNA = billing.GiftCardRecipient("Anna Bianchi", "anna@example.org", "Marta", "marta@example.org")


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


@pytest.fixture
def gift_shop(open_shop: Callable[..., Any]) -> Any:
    items = (
        Item("tea", "Green tea", base_price=euro("4.50")),
        Item("gift-50", "Gift card", base_price=euro("50.00"), discountable=False, coupons_allowed=False),
    )
    policy = orders.OrderPolicy(card_gateway="scripted", gift_card_items=("gift-50",))
    return open_shop(orders=policy, book=pricing.PriceBook(id="shop", version="1", items=items))


def sell(shop: Any, *sales: orders.GiftCardSale, teas: int = 2) -> str:
    """Order teas on line 1 and a gift card on every further line."""
    lines = (pricing.CartLine("tea", Decimal(teas)), *(pricing.CartLine("gift-50", Decimal(1)) for _sale in sales))
    quote = shop.agent.quote(pricing.Cart(customer="C-1", currency="EUR", lines=lines))
    card = orders.Card("tok_1")
    return str(shop.agent.execute(orders.PlaceOrder(quote=quote, tenders=(card,), gift_cards=sales)).id)


def bill(shop: Any, order: str) -> None:
    shop.agent.execute(orders.ShipLines(order))
    shop.agent.execute(orders.InvoiceShipment(order))


def cards(shop: Any, order: str) -> list[billing.GiftCard]:
    sources = [orders.gift_card_source(order, sale.line) for sale in shop.order(order).gift_cards]
    return [shop.agent.get(each) for source in sources for each in shop.core.find("gift_card", "source", source)]


def test_every_billed_line_becomes_a_card_over_its_price(gift_shop: Any) -> None:
    """One printed with its number, one to be mailed, which has none yet."""
    order = sell(gift_shop, orders.GiftCardSale(2, code=NUMBER), orders.GiftCardSale(3, ANNA))
    assert cards(gift_shop, order) == []
    bill(gift_shop, order)
    printed, mailed = cards(gift_shop, order)
    assert [each.balance for each in (printed, mailed)] == [euro("50.00")] * 2
    assert (printed.code, printed.status.value, printed.customer) == (NUMBER, "active", "C-1")
    assert (mailed.code, mailed.status.value, mailed.recipient) == (None, "created", ANNA)
    assert gift_shop.gateway.server.balance("EUR") == euro("109.00")


def test_what_is_not_billed_is_not_issued(gift_shop: Any) -> None:
    order = sell(gift_shop, orders.GiftCardSale(2))
    gift_shop.agent.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(2)),)))
    gift_shop.agent.execute(orders.InvoiceShipment(order))
    assert cards(gift_shop, order) == []
    bill(gift_shop, order)
    assert len(cards(gift_shop, order)) == 1


def test_the_same_event_twice_issues_once(gift_shop: Any) -> None:
    order = sell(gift_shop, orders.GiftCardSale(2))
    runtime = gift_shop.core.runtime
    gift_shop.agent.execute(orders.ShipLines(order))
    event = execute(runtime, Request(orders.InvoiceShipment(order), SYSTEM)).events[0]
    assert isinstance(event, orders.ShipmentInvoiced)
    first = issue_gift_cards(runtime, order, event)
    assert len(first) == 1
    assert issue_gift_cards(runtime, order, event) == first
    hand_on(runtime, (ORDER_TO_GIFT_CARD,))
    assert issue_gift_cards(runtime, order, event) == ()
    with pytest.raises(Refused) as refused:
        execute(runtime, Request(first[0], SYSTEM))
    assert refused.value.problems[0].code == "command.claim_taken"


def test_a_printed_number_that_another_card_has_does_not_cost_the_customer_the_card(gift_shop: Any) -> None:
    gift_shop.manager.execute(billing.IssueGiftCard(euro("5.00"), code=NUMBER))
    order = sell(gift_shop, orders.GiftCardSale(2, code=NUMBER))
    bill(gift_shop, order)
    (card,) = cards(gift_shop, order)
    assert (card.code, card.balance) == (None, euro("50.00"))


def test_a_sold_card_comes_back_once_it_is_voided(gift_shop: Any) -> None:
    order = sell(gift_shop, orders.GiftCardSale(2, code=NUMBER))
    bill(gift_shop, order)
    back = orders.RequestReturn(order, lines=(orders.LineQuantity(2, Decimal(1)),))
    (problem,) = gift_shop.agent.check(back, reason="unwanted")
    assert problem.code == "gift_card.not_voided"
    (card,) = cards(gift_shop, order)
    gift_shop.manager.execute(billing.VoidGiftCard(card.id), reason="withdrawal")
    gift_shop.agent.execute(back, reason="unwanted")
    gift_shop.agent.execute(orders.ReceiveReturn(order, returned=1))
    gift_shop.agent.execute(orders.RefundReturn(order, returned=1))
    assert gift_shop.gateway.server.balance("EUR") == euro("9.00")
    tea = orders.RequestReturn(order, lines=(orders.LineQuantity(1, Decimal(1)),))
    assert gift_shop.agent.check(tea, reason="unwanted") == ()


def test_a_spent_card_never_comes_back(gift_shop: Any) -> None:
    order = sell(gift_shop, orders.GiftCardSale(2, code=NUMBER))
    bill(gift_shop, order)
    (card,) = cards(gift_shop, order)
    gift_shop.manager.execute(billing.PayByGiftCard(card.id, euro("0.01"), key="k-1"))
    refused = gift_shop.manager.check(billing.VoidGiftCard(card.id), reason="withdrawal")
    assert [each.code for each in refused] == ["gift_card.already_used"]


def test_an_order_whose_gift_card_nobody_describes_is_refused(gift_shop: Any) -> None:
    line = pricing.CartLine("gift-50", Decimal(2))
    quote = gift_shop.agent.quote(pricing.Cart(customer="C-1", currency="EUR", lines=(line,)))
    placing = orders.PlaceOrder(quote=quote, tenders=(orders.Card("tok_1"),))
    assert [each.code for each in gift_shop.agent.check(placing)] == [
        "gift_card.sale_missing",
        "gift_card.one_per_line",
    ]
