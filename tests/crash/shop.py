"""The shop that crashes: opened anew by every process, on one folder that holds its database and its bank."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from tests.crash.bank import Bank
from tests.crash.points import Points

from servicecore import billing, orders, pricing
from servicecore.catalog import Item
from servicecore.engine import ServiceCore, Settings
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command
from servicecore.plugins.builtin.scripted_gateway import ScriptedGateway, ScriptedPlugin
from servicecore.storage.ports import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COUNTERS = (
    "coupon:SPRING",
    "offer-uses:LAUNCH",
    "money:EUR:offer-uses:LAUNCH",
    "customer-uses:LAUNCH\nC-1",
    "order-number:C-1\n1",
    "offer-code-uses:LETTER\nLAST",
    "customer-code-uses:LETTER\nC-1\nLAST",
)
MANAGER = Actor("manager-1", roles={"manager"})


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def book() -> pricing.PriceBook:
    """Tea at 4.50, a tenth off with the coupon, which may be used three times.

    On the web a tenth is off without a code, five times, three times for each customer, and 2.00 in all; by mail it is
    off a customer's first order. The letter's code LAST has one use left; a customer may have two.
    """
    tenth = pricing.PercentOff(Decimal(10))
    budget = pricing.Budget(pricing.Measure.AMOUNT, Decimal("2.00"))
    limits = pricing.OfferLimits(total=5, per_customer=3, budget=budget)
    launch = pricing.Offer("LAUNCH", tenth, conditions=(pricing.InChannel("web"),), limits=limits)
    welcome = pricing.Offer("WELCOME", tenth, conditions=(pricing.InChannel("mail"), pricing.NthOrder(1)))
    last = pricing.OfferCode("LAST", uses_total=30, used=29, uses_per_customer=2)
    letter = pricing.Offer("LETTER", tenth, trigger=pricing.OfferTrigger.CODE, codes=(last,))
    tier = pricing.CouponTier(euro("0"), Decimal(10), pricing.CouponValue.PERCENT)
    return pricing.PriceBook(
        id="shop",
        version="1",
        items=(Item("tea", "Green tea", base_price=euro("4.50")),),
        offers=(launch, welcome, letter),
        coupons=(pricing.Coupon("SPRING", codes=("SPRING10",), tiers=(tier,), limit=3),),
    )


class Shop:
    """One process's view of the shop."""

    def __init__(self, url: str | Store, folder: Path, points: Points, *, new: bool = False) -> None:
        self.folder = folder
        self.clock = FixedClock(NOW)
        self.bank = Bank(folder / "bank.jsonl", points)
        self.core = ServiceCore.open(
            url,
            settings=Settings(tax_engine="none", orders=orders.OrderPolicy(card_gateway="scripted")),
            book=book() if new else None,
            plugins=(ScriptedPlugin(ScriptedGateway(server=self.bank)),),
            autoload=False,
            clock=self.clock,
        )
        self.desk = self.core.acting_as(MANAGER)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.core.close()

    def do(self, key: str, command: Command, reason: str | None = None) -> str:
        """Execute under an idempotency key, as a client does that tries again until it has an answer."""
        return self.desk.execute(command, key=key, reason=reason).id

    def keep_placing(
        self, name: str, quantity: int, codes: tuple[str, ...] = (), gift_card: str = "", **cart_fields: Any
    ) -> None:
        """Write down a command that every process will repeat to the letter: a quote is made once."""
        line = pricing.CartLine("tea", Decimal(quantity))
        cart = pricing.Cart(customer="C-1", currency="EUR", lines=(line,), codes=codes, **cart_fields)
        card = orders.Card(token="tok_1")  # noqa: S106 - made up
        tender = orders.GiftCardTender(gift_card) if gift_card else card
        command = orders.PlaceOrder(quote=self.desk.quote(cart), tenders=(tender,))
        (self.folder / f"{name}.json").write_text(self.core.runtime.journal.write(command), encoding="utf-8")

    def placing(self, name: str) -> orders.PlaceOrder:
        text = (self.folder / f"{name}.json").read_text(encoding="utf-8")
        return self.core.runtime.journal.codec.decode(orders.PlaceOrder, text)

    def settle(self) -> None:
        """Let time pass until leases and pauses are over and nothing is left to do."""
        for _run in range(3):
            self.clock.advance(timedelta(hours=1))
            self.core.run_due()

    def unsound(self) -> list[str]:
        """Return what is wrong with the store, whatever happened."""
        return [f"{each.kind} {each.id} {each.version}: {each.what}" for each in self.core.verify()]

    def unsettled(self) -> list[str]:
        """Return what is left to do though everything should be done."""
        report = self.core.run_due()
        left = [f"waiting in the outbox: {each.event.type_name}" for each in self.core.runtime.store.outbox()]
        left += [f"failed: {each.id}: {each.error}" for each in (*self.core.parked(), *self.core.retrying())]
        if report.woken or report.payments or report.failures or report.refused:
            left.append(f"still something to do: {report}")
        return left

    def summary(self) -> dict[str, Any]:
        """Return everything that must come out alike whether or not the process died: no ids, no instants."""
        store = self.core.runtime.store
        histories: dict[tuple[str, str], list[str]] = {}
        for each in store.log(limit=100_000):
            histories.setdefault((each.kind, each.id), []).append(_told(each.event.type_name, each.event.data))
        with store.reading() as reader:
            used = {name: reader.counter(name) for name in COUNTERS}
        return {
            "histories": sorted([kind, *events] for (kind, _id), events in histories.items()),
            "bank": self.bank.moves(),
            "balance": str(self.bank.balance("EUR")),
            "uses": used,
            "money": sorted(self._money(document.kind, document.data) for document in store.documents()),
        }

    def _money(self, kind: str, data: str) -> str:
        plain = json.loads(data)
        if kind == "order":
            state = self.core.runtime.journal.codec.decode(orders.Order, data)
            return f"order captured {state.ledger.captured()} refunded {state.ledger.refunded()}"
        if kind == "invoice":
            return f"invoice {plain['kind']} {plain['lines'][0]['net']['amount']}"
        if kind == "gift_card":
            card = self.core.runtime.journal.codec.decode(billing.GiftCard, data)
            return f"gift card {card.status.value} {card.balance} reserved {card.reserved}"
        return kind


def _told(type_name: str, data: str) -> str:
    """Return an event's name with the instant that it fell due, which is the same whenever it is noted."""
    crossed = json.loads(data).get("crossed_at")
    return f"{type_name} {crossed}" if crossed else type_name
