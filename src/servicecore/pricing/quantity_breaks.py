"""Quantity breaks: which quantity reaches them, and whether they price all units or only what lies beyond."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Final

from servicecore.catalog.items import Item
from servicecore.kernel.rounding import EXACT, settled


class BreakPricing(Enum):
    """What a quantity break prices once it is reached.

    - ``ALL_UNITS``: every unit of the line.
    - ``GRADUATED``: the part of the quantity beyond the break, up to the next one; the lowest break also prices what
      lies below it. With 5.00 from 1 and 4.00 from 10, 14 units cost 10 x 5.00 + 4 x 4.00: the total is continuous and
      never falls as the quantity grows.
    """

    ALL_UNITS = "all_units"
    GRADUATED = "graduated"


class BreakQuantity(Enum):
    """Which quantity is held against the breaks, in the items' own units.

    - ``LINE``: that of the line.
    - ``ITEM``: that of all lines of the cart with the line's item.
    - ``CATEGORY``: that of all lines whose item is in the row's category.
    """

    LINE = "line"
    ITEM = "item"
    CATEGORY = "category"


NO_SUMS: Final[Mapping[tuple[BreakQuantity, str], Decimal]] = {}
"""The sums of a question in which no list asks for any."""


def break_sums(lines: Iterable[tuple[Item, Decimal]]) -> Mapping[tuple[BreakQuantity, str], Decimal]:
    """Return quantities by item and by category; ``lines`` are items with quantities in the item's own unit."""
    sums: dict[tuple[BreakQuantity, str], Decimal] = {}
    for item, quantity in lines:
        keys = [(BreakQuantity.ITEM, item.id), *((BreakQuantity.CATEGORY, each) for each in item.categories)]
        for key in dict.fromkeys(keys):
            sums[key] = EXACT.add(sums.get(key, Decimal(0)), quantity)
    return {key: settled(total) for key, total in sums.items()}
