"""The two costs of one unit that floors stand on, out of a compiled book."""

from __future__ import annotations

from decimal import Decimal

from servicecore.errors import InvalidValue
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.override_permission import FloorCosts


def floor_costs(book: CompiledBook, item_id: str, unit: str, currency: str, day: int) -> FloorCosts:
    """Return the costs of one ``unit`` of an item on a civil day; None where the book does not know them.

    Args:
        book: the price book.
        item_id: the item's id.
        unit: unit of measure; empty means the item's own.
        currency: ISO 4217; a cost in another currency counts as unknown.
        day: civil day, as a number of days.

    """
    item = book.items.get(item_id)
    if item is None:
        return FloorCosts(None, None)
    own = item.cost.amount if item.cost is not None and item.cost.currency == currency else None
    dated = book.cost(item, currency, day)
    if not unit or unit == item.unit:
        return FloorCosts(own, dated)
    try:
        ratio = book.units.ratio(unit, item.unit, item.id)
    except InvalidValue:
        return FloorCosts(None, None)
    return FloorCosts(*(_converted(cost, ratio.numerator, ratio.denominator) for cost in (own, dated)))


def _converted(cost: Decimal | None, numerator: int, denominator: int) -> Decimal | None:
    return None if cost is None else EXACT.divide(EXACT.multiply(cost, numerator), Decimal(denominator))
