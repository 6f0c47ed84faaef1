"""What a customer paid before: the history of an item's prices, beside a new one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from attrs import frozen

from servicecore.kernel.money import Money


@frozen
class PastPrice:
    """What an item was sold for on one line of an order.

    Attributes:
        order: id of the order.
        line: number of its line.
        on: civil day of the order, in UTC where the order has an instant.
        item: the item's id.
        quantity: in ``unit``, as ordered.
        unit: unit of measure; empty where it was not recorded.
        unit_price: price of one unit before discounts of the line.
        net: what the line came to after discounts, with or without tax as its prices were; None where it was not
            recorded.
        overridden: whether the price was set by hand.
        recorded: whether another system took the order.

    """

    order: str
    line: int
    on: date
    item: str
    quantity: Decimal
    unit: str
    unit_price: Money
    net: Money | None
    overridden: bool = False
    recorded: bool = False
