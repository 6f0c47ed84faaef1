"""The history of an item's prices for a customer, read from the orders that were placed and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final

from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import state_in
from servicecore.kernel.operations import AggregateKind
from servicecore.orders import ORDER, RECORDED_ORDER, Order, RecordedOrder
from servicecore.orders.bought import bought
from servicecore.pricing.past_prices import PastPrice

_PAGE: Final = 500


def price_history(runtime: Runtime, customer: str, item: str, limit: int) -> tuple[PastPrice, ...]:
    """Return what ``customer`` paid for ``item``, the latest first, at most ``limit``.

    Only orders of this customer with this item are read. Orders that were canceled whole do not count.
    """
    found: list[PastPrice] = []
    for order in _orders(runtime, ORDER, customer, item):
        found.extend(_placed(order, item))
    for recorded in _orders(runtime, RECORDED_ORDER, customer, item):
        found.extend(_recorded(recorded, item))
    found.sort(key=lambda each: (each.on, each.order, each.line), reverse=True)
    return tuple(found[:limit])


def _orders(runtime: Runtime, kind: AggregateKind[Any], customer: str, item: str) -> Iterator[Any]:
    after = ""
    while True:
        with runtime.store.reading() as reader:
            ids = reader.find(kind.name, "bought", bought(customer, item), after=after, limit=_PAGE)
            states = [state_in(runtime, reader, kind, each) for each in ids]
        yield from states
        if len(ids) < _PAGE:
            return
        after = ids[-1]


def _placed(order: Order, item: str) -> Iterator[PastPrice]:
    if order.is_canceled:
        return
    for line in order.quote.lines:
        if line.item == item:
            yield PastPrice(
                order=order.id,
                line=line.number,
                on=order.placed_at.astimezone(UTC).date(),
                item=item,
                quantity=line.quantity,
                unit=line.unit,
                unit_price=line.unit_price,
                net=line.net,
                overridden=line.overridden,
            )


def _recorded(order: RecordedOrder, item: str) -> Iterator[PastPrice]:
    for line in order.lines:
        if line.item == item:
            yield PastPrice(
                order=order.id,
                line=line.number,
                on=order.ordered_on,
                item=item,
                quantity=line.quantity,
                unit="",
                unit_price=line.unit_price,
                net=line.line_total,
                recorded=True,
            )
