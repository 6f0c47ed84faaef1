"""The catalogue: items and what can be done to them."""

from servicecore.catalog.item_kind import ITEM
from servicecore.catalog.items import Item
from servicecore.catalog.operations.add_item import AddItem, ItemAdded
from servicecore.catalog.operations.change_item import ChangeItem, ItemChanged

__all__ = ["ITEM", "AddItem", "ChangeItem", "Item", "ItemAdded", "ItemChanged"]
