"""A day of a small tea trade on any store: placed, paid, sent, billed, given back; and a case that falls due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from servicecore import orders, pricing
from servicecore.cases import OpenCase
from servicecore.catalog import Item
from servicecore.engine import ServiceCore, Settings
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.ids import CountingIds, IdSource
from servicecore.kernel.money import Money
from servicecore.plugins.builtin.scripted_gateway import ScriptedGateway, ScriptedPlugin

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT = Actor("agent-7", roles={"agent", "manager"})


def open_trade(url: str, clock: FixedClock, ids: IdSource | None = None) -> ServiceCore:
    tier = pricing.CouponTier(Money("0", "EUR"), Decimal(10), pricing.CouponValue.PERCENT)
    return ServiceCore.open(
        url,
        settings=Settings(tax_engine="none", orders=orders.OrderPolicy(card_gateway="scripted")),
        book=pricing.PriceBook(
            id="tea",
            version="1",
            items=(Item("tea", "Green tea", base_price=Money("4.50", "EUR")),),
            coupons=(pricing.Coupon("SPRING", codes=("SPRING10",), tiers=(tier,), limit=3),),
        ),
        plugins=(ScriptedPlugin(ScriptedGateway()),),
        autoload=False,
        clock=clock,
        ids=ids or CountingIds(),
    )


def tea_cart() -> pricing.Cart:
    return pricing.Cart(
        customer="C-1", currency="EUR", lines=(pricing.CartLine("tea", Decimal(3)),), codes=("SPRING10",)
    )


def trade(core: ServiceCore, clock: FixedClock) -> tuple[str, str]:
    """Do the day's work and return the ids of the order that was billed and of the case."""
    desk = core.acting_as(AGENT)
    cart = tea_cart()
    card = orders.Card(token="tok_1")  # noqa: S106 - a made-up token
    order = desk.execute(orders.PlaceOrder(quote=desk.quote(cart), tenders=(card,)), key="the first order").id
    desk.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(2)),)))
    desk.execute(orders.InvoiceShipment(order))
    waiting = desk.execute(orders.PlaceOrder(quote=desk.quote(cart), tenders=(orders.OnAccount(),))).id
    desk.execute(orders.ApplyHold(waiting, hold="customer"), reason="other")
    case = desk.execute(OpenCase(customer="C-1", subject="Der Tee ist noch nicht da")).id
    core.run_due()
    clock.advance(timedelta(days=3))
    core.run_due()
    return order, case
