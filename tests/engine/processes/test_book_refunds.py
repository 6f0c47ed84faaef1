"""Refunds are booked on credit memos: once, oldest first, and only what really went back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from servicecore import Actor, Money, ServiceCore, Settings, billing, orders, pricing
from servicecore.catalog import Item
from servicecore.kernel.ids import CountingIds
from servicecore.plugins.builtin.scripted_gateway import Fault, ScriptedGateway, ScriptedPlugin
from servicecore.pricing.price_match import CompetitorPrice

RIVAL = CompetitorPrice("rival", Money("4.00", "EUR"))


@pytest.fixture
def shop() -> Iterator[tuple[ServiceCore, Any, ScriptedGateway]]:
    gateway = ScriptedGateway()
    book = pricing.PriceBook(id="shop", version="1", items=(Item("tea", "Tea", base_price=Money("5.00", "EUR")),))
    settings = Settings(tax_engine="none", orders=orders.OrderPolicy(card_gateway="scripted"))
    given: dict[str, Any] = {"settings": settings, "book": book, "ids": CountingIds()}
    with ServiceCore.open("memory:", plugins=(ScriptedPlugin(gateway),), autoload=False, **given) as core:
        yield core, core.acting_as(Actor("m", roles=frozenset({"manager"}))), gateway


def delivered(desk: Any) -> str:
    cart = pricing.Cart("C-1", "EUR", (pricing.CartLine("tea", Decimal(3)),))
    card = orders.Card(token="tok_1")  # noqa: S106 - a made-up token
    order: str = desk.execute(orders.PlaceOrder(quote=desk.quote(cart), tenders=(card,))).id
    desk.execute(orders.ShipLines(order))
    desk.execute(orders.InvoiceShipment(order))
    return order


def memos(core: ServiceCore, desk: Any, order: str) -> list[billing.Invoice]:
    found = [desk.get(each, "invoice") for each in core.find("invoice", "order", order)]
    return [each for each in found if each.kind is billing.InvoiceKind.CREDIT_MEMO]


def test_a_paid_refund_settles_its_memo_once(shop: Any) -> None:
    core, desk, _gateway = shop
    order = delivered(desk)
    desk.execute(orders.MatchPrice(order, 1, price=RIVAL), reason="competitor_price")
    (memo,) = memos(core, desk, order)
    assert (memo.total, memo.status) == (Money("3.00", "EUR"), billing.InvoiceStatus.PAID)
    core.run_due()
    assert len(memos(core, desk, order)[0].payments) == 1


def test_a_declined_refund_leaves_the_memo_open_until_it_is_paid(shop: Any) -> None:
    core, desk, gateway = shop
    order = delivered(desk)
    gateway.script(Fault.DECLINE_HARD)
    desk.execute(orders.MatchPrice(order, 1, price=RIVAL), reason="competitor_price")
    (memo,) = memos(core, desk, order)
    assert memo.status is billing.InvoiceStatus.OPEN
    desk.execute(orders.PayRefund(order))
    assert memos(core, desk, order)[0].status is billing.InvoiceStatus.PAID


def test_what_is_on_the_customers_account_stays_open(shop: Any) -> None:
    core, desk, _gateway = shop
    order = delivered(desk)
    desk.execute(orders.MatchPrice(order, 1, Decimal(1), RIVAL, to_account=True), reason="other")
    desk.execute(orders.MatchPrice(order, 1, Decimal(2), RIVAL), reason="other")
    assert sorted(each.status.value for each in memos(core, desk, order)) == ["open", "paid"]
