"""The history of an item's prices for a customer, read from the orders that were placed and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import states_found
from servicecore.orders import ORDER, RECORDED_ORDER, Order, RecordedOrder
from servicecore.orders.bought import bought
from servicecore.pricing.past_prices import PastPrice


def price_history(runtime: Runtime, customer: str, item: str, limit: int) -> tuple[PastPrice, ...]:
    """Return what ``customer`` paid for ``item``, the latest first, at most ``limit``.

    Only orders of this customer with this item are read. Orders that were canceled whole do not count.
    """
    found: list[PastPrice] = []
    goods = bought(customer, item)
    for order in states_found(runtime, ORDER, "bought", goods):
        found.extend(_placed(order, item))
    for recorded in states_found(runtime, RECORDED_ORDER, "bought", goods):
        found.extend(_recorded(recorded, item))
    found.sort(key=lambda each: (each.on, each.order, each.line), reverse=True)
    return tuple(found[:limit])


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
