"""A07: the history of an item's prices for a customer, beside the details of a new price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from servicecore import Actor, Money, Refused, ServiceCore, Settings, orders, pricing
from servicecore.catalog import Item
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.ids import CountingIds
from servicecore.orders import RecordedLine, RecordedOrder, RecordOrder

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MANAGER = Actor("m", roles=frozenset({"manager"}))


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


@pytest.fixture
def core() -> Iterator[ServiceCore]:
    items = (Item("tea", "Tea", base_price=euro("4.50")), Item("pot", "Pot", base_price=euro("20.00")))
    book = pricing.PriceBook(id="shop", version="1", items=items)
    clock = FixedClock(NOW)
    settings = Settings(tax_engine="none")
    with ServiceCore.open(
        "memory:", settings=settings, book=book, autoload=False, clock=clock, ids=CountingIds()
    ) as it:
        yield it


def cart(customer: str = "C-1", price: str | None = None, item: str = "tea") -> pricing.Cart:
    override = None if price is None else pricing.PriceOverride(euro(price), "loyalty")
    return pricing.Cart(customer, "EUR", (pricing.CartLine(item, Decimal(2), override=override),))


def place(core: ServiceCore, customer: str = "C-1", price: str | None = None, item: str = "tea") -> str:
    desk = core.acting_as(MANAGER)
    quote = desk.quote(cart(customer, price, item))
    return desk.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id


def recorded(number: str, on: date, price: str, customer: str = "C-1") -> RecordedOrder:
    line = RecordedLine(item="tea", quantity=Decimal(1), unit_price=euro(price), line_total=euro(price), number=1)
    none = euro("0.00")
    return RecordedOrder(number, customer, on, "EUR", (line,), euro(price), none, none, euro(price))


def test_the_latest_price_comes_first_whether_placed_here_or_recorded(core: ServiceCore) -> None:
    desk = core.acting_as(MANAGER)
    first = place(core)
    core.runtime.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    second = place(core, price="4.00")
    desk.execute(RecordOrder(recorded("old-1", date(2025, 5, 1), "3.80")))
    place(core, customer="C-2")
    place(core, item="pot")
    desk.execute(RecordOrder(recorded("old-2", date(2025, 6, 1), "3.70", customer="C-2")))
    found = core.price_history("C-1", "tea")
    assert [(each.order, each.on, str(each.unit_price), each.overridden, each.recorded) for each in found] == [
        (second, date(2026, 3, 3), "4.00 EUR", True, False),
        (first, date(2026, 3, 2), "4.50 EUR", False, False),
        ("old-1", date(2025, 5, 1), "3.80 EUR", False, True),
    ]
    assert core.price_history("C-1", "tea", limit=1) == found[:1]
    assert core.price_history("C-3", "tea") == ()


def test_an_order_that_was_canceled_whole_is_no_price_that_was_paid(core: ServiceCore) -> None:
    desk = core.acting_as(MANAGER)
    canceled = place(core)
    kept = place(core)
    desk.execute(orders.CancelOrder(canceled), reason="customer_request")
    assert [each.order for each in core.price_history("C-1", "tea")] == [kept]


def test_only_orders_of_the_customer_with_the_item_are_read(core: ServiceCore, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many orders there are, the history of one item reads as many as it shows."""
    wanted = [place(core) for _ in range(2)]
    for number in range(20):
        place(core, customer="C-1" if number % 2 else "C-2", item="pot" if number % 2 else "tea")
    read: list[str] = []
    journal = type(core.runtime.journal)
    original = journal.read_state

    def counting(self: object, kind: object, document: object) -> object:
        read.append(document.id)  # type: ignore[attr-defined]
        return original(self, kind, document)  # type: ignore[arg-type]

    monkeypatch.setattr(journal, "read_state", counting)
    assert len(core.price_history("C-1", "tea")) == 2
    assert sorted(read) == sorted(wanted)


def test_details_of_a_line_bring_the_history_with_them(core: ServiceCore) -> None:
    desk = core.acting_as(MANAGER)
    before = place(core, price="4.00")
    quote = desk.quote(cart())
    details = desk.price_details(quote, 1)
    assert (details.net, details.item) == (euro("9.00"), "tea")
    assert [each.order for each in details.history] == [before]
    with pytest.raises(Refused) as caught:
        desk.price_details(quote, 2)
    assert [problem.code for problem in caught.value.problems] == ["pricing.no_such_line"]
    with pytest.raises(Refused) as caught:
        core.acting_as(Actor("x", roles=frozenset({"nobody"}))).price_details(quote, 1)
    assert [problem.code for problem in caught.value.problems] == ["authority.not_permitted"]
