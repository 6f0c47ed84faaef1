"""The item as a kind of thing with a history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from servicecore.catalog.items import Item
from servicecore.catalog.operations.add_item import ADD_ITEM
from servicecore.catalog.operations.change_item import CHANGE_ITEM
from servicecore.kernel.operations import AggregateKind


def _indexes(item: Item) -> Mapping[str, tuple[str, ...]]:
    return {"category": item.categories, "active": ("yes" if item.active else "no",)}


ITEM: Final = AggregateKind(
    name="item",
    state=Item,
    operations=(ADD_ITEM, CHANGE_ITEM),
    indexes=_indexes,
    found_by=("category", "active"),
)
"""Items: added once, changed with history, found by category and by whether they can still be sold."""
