"""A small shop on a clock that the tests move, with a gateway that fails when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from servicecore import orders, pricing
from servicecore.catalog import Item
from servicecore.engine import ServiceCore, Settings
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.ids import CountingIds
from servicecore.kernel.money import Money
from servicecore.plugins.builtin.scripted_gateway import ScriptedGateway, ScriptedPlugin
from servicecore.storage.memory import MemoryStore
from servicecore.storage.ports import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT = Actor("agent-7", roles={"agent"})
MANAGER = Actor("manager-1", roles={"manager"})


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def coupon(**limits: Any) -> pricing.Coupon:
    tier = pricing.CouponTier(euro("0"), Decimal(10), pricing.CouponValue.PERCENT)
    return pricing.Coupon("SPRING", codes=("SPRING10", "MAI10"), tiers=(tier,), **limits)


def tea_book(version: str = "1", **parts: Any) -> pricing.PriceBook:
    """A book with tea at 4.50 and a pot at 20.00; cost of the tea is 2.00."""
    items = (
        Item("tea", "Green tea", base_price=euro("4.50"), cost=euro("2")),
        Item("pot", "Tea pot", base_price=euro("20.00")),
    )
    return pricing.PriceBook(id="shop", version=version, items=items, **parts)


class Shop:
    """An installation with everything a test has to reach into."""

    def __init__(self, store: str | Store, **settings: Any) -> None:
        book = settings.pop("book", None)
        plugins = settings.pop("plugins", ())
        self.store = store
        self.clock = settings.pop("clock", None) or FixedClock(NOW)
        self.gateway = ScriptedGateway()
        if "plugin_settings" in settings:
            settings["plugins"] = settings.pop("plugin_settings")
        settings.setdefault("tax_engine", "none")
        settings.setdefault("orders", orders.OrderPolicy(card_gateway="scripted"))
        self.core = ServiceCore.open(
            store,
            settings=Settings(**settings),
            book=book or tea_book(),
            plugins=(ScriptedPlugin(self.gateway), *plugins),
            autoload=False,
            clock=self.clock,
            ids=CountingIds(),
        )
        self.agent = self.core.acting_as(AGENT)
        self.manager = self.core.acting_as(MANAGER)

    def cart(self, quantity: int = 3, *, item: str = "tea", codes: tuple[str, ...] = ()) -> pricing.Cart:
        line = pricing.CartLine(item, Decimal(quantity))
        return pricing.Cart(customer="C-1", currency="EUR", lines=(line,), codes=codes)

    def placing(self, quantity: int = 3, *, codes: tuple[str, ...] = (), card: bool = False) -> orders.PlaceOrder:
        tender = orders.Card(token="tok_1") if card else orders.OnAccount()  # noqa: S106 - a made-up token
        return orders.PlaceOrder(quote=self.agent.quote(self.cart(quantity, codes=codes)), tenders=(tender,))

    def place(self, quantity: int = 3, *, card: bool = False) -> str:
        return self.agent.execute(self.placing(quantity, card=card)).id

    def order(self, identity: str) -> orders.Order:
        found = self.agent.get(identity, "order")
        assert isinstance(found, orders.Order)
        return found

    def events(self, identity: str) -> tuple[str, ...]:
        return tuple(entry.event.type_name for entry in self.core.history(identity))

    def snapshot(self) -> tuple[Any, ...]:
        """Return all that a store holds, to show that nothing changed."""
        store = self.core.runtime.store
        return (store.log(), tuple(store.documents()), store.outbox(limit=1000), store.next_wakeup())


@pytest.fixture
def open_shop() -> Iterator[Callable[..., Shop]]:
    opened: list[Shop] = []

    def open_one(store: str | Store | None = None, **settings: Any) -> Shop:
        shop = Shop(MemoryStore() if store is None else store, **settings)
        opened.append(shop)
        return shop

    yield open_one
    for shop in opened:
        shop.core.close()


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    return open_shop()


@pytest.fixture(scope="session")
def book_with() -> Callable[..., pricing.PriceBook]:
    return tea_book


@pytest.fixture(scope="session")
def coupon_with() -> Callable[..., pricing.Coupon]:
    return coupon
