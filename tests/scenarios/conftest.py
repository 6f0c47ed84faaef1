"""A call centre on a clock: a shop, an SLA over office hours, and three people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore import Actor, Money, ServiceCore, Settings, billing, cases, contracts, orders, pricing
from servicecore.catalog import Item
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.ids import CountingIds
from servicecore.kernel.recurrence import Interval, IntervalUnit
from servicecore.kernel.workcalendar import WorkCalendar
from servicecore.plugins.builtin.scripted_gateway import ScriptedGateway, ScriptedPlugin
from servicecore.pricing.price_match import PriceMatchPolicy

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


class Centre:
    """The installation, its clock, and the people at their desks."""

    def __init__(self) -> None:
        self.clock = FixedClock(MONDAY)
        self.gateway = ScriptedGateway()
        calendars = tuple(
            (name, WorkCalendar.from_json({"tz": zone, "weekly": WEEK}))
            for name, zone in (("office", "UTC"), ("rome", "Europe/Rome"))
        )
        sla = cases.SlaPolicy(
            id="standard",
            targets=(
                cases.Target("normal", cases.Metric.FIRST_RESPONSE, timedelta(hours=4)),
                cases.Target("normal", cases.Metric.RESOLUTION, timedelta(hours=16)),
                cases.Target("high", cases.Metric.FIRST_RESPONSE, timedelta(hours=1)),
                cases.Target("high", cases.Metric.RESOLUTION, timedelta(hours=8)),
            ),
            calendar="office",
            warn_ratios=(Decimal("0.5"),),
        )
        policy = cases.CasePolicy(
            calendars=calendars, default_calendar="office", sla_policies=(sla,), default_sla="standard"
        )
        items = (
            Item("tea", "Green tea", base_price=euro("4.50")),
            Item("pot", "Tea pot", base_price=euro("20.00")),
            Item("gift-50", "Gift card", base_price=euro("50.00"), discountable=False, coupons_allowed=False),
        )
        self.core = ServiceCore.open(
            "memory:",
            settings=Settings(
                tax_engine="none",
                cases=policy,
                price_match=PriceMatchPolicy(open_units=True),
                orders=orders.OrderPolicy(card_gateway="scripted", gift_card_items=("gift-50",)),
            ),
            book=pricing.PriceBook(id="shop", version="1", items=items),
            plugins=(ScriptedPlugin(self.gateway),),
            autoload=False,
            clock=self.clock,
            ids=CountingIds(),
        )
        self.agent = self.core.acting_as(Actor("agent-7", roles={"agent"}))
        self.manager = self.core.acting_as(Actor("manager-1", roles={"manager"}))

    def get(self, identity: str, kind: str = "") -> Any:
        return self.agent.get(identity, kind)

    def events(self, identity: str, kind: str = "") -> list[str]:
        return [entry.event.type_name for entry in self.core.history(identity, kind)]

    def order(self, quantity: int = 3, **changes: Any) -> str:
        """Place an order of teas, by card unless the tenders are given."""
        line = pricing.CartLine("tea", Decimal(quantity))
        cart = pricing.Cart(customer="C-1", currency="EUR", lines=(line,), ship_to_country="IT")
        changes.setdefault("tenders", (orders.Card(token="tok_1"),))  # noqa: S106 - a made-up token
        return self.agent.execute(orders.PlaceOrder(quote=self.agent.quote(cart), **changes)).id

    def delivered(self, quantity: int = 3) -> str:
        """Place an order, send all of it and bill it."""
        order = self.order(quantity)
        self.agent.execute(orders.ShipLines(order))
        self.agent.execute(orders.InvoiceShipment(order))
        return order

    def returned(self, order: str, quantity: int = 1) -> int:
        """Announce a return and receive it; return its number."""
        lines = (orders.LineQuantity(1, Decimal(quantity)),)
        self.agent.execute(orders.RequestReturn(order, lines=lines), reason="unwanted")
        number = int(self.get(order).returns[-1].number)
        self.agent.execute(orders.ReceiveReturn(order, returned=number))
        return number

    def case(self, **fields: Any) -> str:
        return self.agent.execute(cases.OpenCase(**({"customer": "C-1", "subject": "the pot leaks"} | fields))).id

    def contract(self, *, approved: bool = True, **fields: Any) -> str:
        """Draft a contract of 100.00 a month from 2 March 2026 for three months."""
        month = Interval(IntervalUnit.MONTH)
        fee = contracts.FeeLine("fee", "Maintenance", euro("100.00"), month, month)
        terms: dict[str, Any] = {
            "customer": "C-1",
            "currency": "EUR",
            "zone": "UTC",
            "start": date(2026, 3, 2),
            "initial_term": Interval(IntervalUnit.MONTH, 3),
            "fee_lines": (fee,),
        }
        contract = self.manager.execute(contracts.CreateContract(**(terms | fields))).id
        if approved:
            self.manager.execute(contracts.ApproveContract(contract))
        return contract

    def documents(self, index: str, identity: str, kind: billing.InvoiceKind) -> list[billing.Invoice]:
        found = [self.get(each, "invoice") for each in self.core.find("invoice", index, identity)]
        return [each for each in found if each.kind is kind]


@pytest.fixture
def centre() -> Iterator[Centre]:
    opened = Centre()
    yield opened
    assert tuple(opened.core.verify()) == (), "every scenario leaves documents that are the fold of their events"
    opened.core.close()
