"""What leaves the price of a line that is not being quoted: its deductions out of a compiled book."""

from __future__ import annotations

from decimal import Decimal

from servicecore.errors import InvalidValue
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.deductions import NO_DEDUCTION, Deducted, deducted


def line_deductions(book: CompiledBook, cart: Cart, item_id: str, unit: str) -> Deducted:
    """Return what margins of an item, sold by ``unit`` in ``cart``, are counted without; nothing where unknown.

    Args:
        book: the price book.
        cart: whose customer and groups count.
        item_id: the item's id.
        unit: unit of measure; empty means the item's own.

    """
    item = book.items.get(item_id)
    if item is None or not book.book.deductions:
        return NO_DEDUCTION
    own = Decimal(1)
    if unit and unit != item.unit:
        try:
            own = book.units.amount_in(item.unit, own, unit, item.id)
        except InvalidValue:
            return NO_DEDUCTION
    return deducted(book.book.deductions, cart, item, own)
