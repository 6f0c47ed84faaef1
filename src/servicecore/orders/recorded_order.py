"""Recorded orders: orders that another system took, kept as they were, for history, replay and analysis."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from attrs import Factory, evolve, field, frozen

from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, sum_money


@frozen
class RecordedLine:
    """One line as it was recorded.

    Attributes:
        item: the item's id.
        quantity: as recorded.
        unit_price: price of one unit that was charged.
        line_total: what the line came to; None where nobody recorded it.
        number: the line's number in its order; 0 lets the order number it by its place.
        offers: ids of the offers that were recorded with it.
        unit_cost: cost of one unit at the time; None where unknown.
        tax: tax on the line; None where only the order has it.

    """

    item: str
    quantity: Decimal
    unit_price: Money
    line_total: Money | None = None
    number: int = 0
    offers: tuple[str, ...] = ()
    unit_cost: Money | None = None
    tax: Money | None = None


def _numbered(lines: Iterable[RecordedLine]) -> tuple[RecordedLine, ...]:
    return tuple([line if line.number else evolve(line, number=place) for place, line in enumerate(lines, 1)])


def _sum_of_parts(order: RecordedOrder) -> Money:
    return sum_money((order.subtotal, order.tax, order.freight), order.currency)


@frozen
class RecordedOrder:
    """An order as another system took it; read-only here (OR 0.7).

    Attributes:
        id: the other system's number.
        customer: the customer's id there.
        ordered_on: civil date of the order.
        currency: ISO 4217 of every amount.
        lines: as recorded, by number.
        subtotal: of the lines.
        tax: of the order.
        freight: of the order.
        total: what the customer paid; where nobody says, sub-total, tax and freight together.
        channel: sales channel.
        customer_groups: groups that the customer belonged to.
        ship_to_country: ISO 3166; empty where unknown.
        complete: whether all its lines are here.
        recompute_tax: whether tax and freight follow from rules, so that a replay computes them too.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    customer: str
    ordered_on: date
    currency: str
    lines: tuple[RecordedLine, ...] = field(converter=_numbered)
    subtotal: Money
    tax: Money
    freight: Money
    total: Money = field(default=Factory(_sum_of_parts, takes_self=True))
    channel: str = ""
    customer_groups: tuple[str, ...] = ()
    ship_to_country: str = ""
    complete: bool = True
    recompute_tax: bool = True
