"""Targets: the lines that an offer is about, by item and category; an exclusion beats an inclusion (CC 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import field, frozen

from servicecore.catalog.items import Item
from servicecore.pricing.promotions.scene import Lines, Term


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


@frozen
class Target:
    """Lines of a cart.

    Attributes:
        items: ids of items; together with ``categories`` empty means every item.
        categories: categories, ancestors of an item's category count.
        excluded_items: never these.
        excluded_categories: never these.

    """

    items: tuple[str, ...] = field(converter=_names, default=())
    categories: tuple[str, ...] = field(converter=_names, default=())
    excluded_items: tuple[str, ...] = field(converter=_names, default=())
    excluded_categories: tuple[str, ...] = field(converter=_names, default=())
    _items: frozenset[str] = field(init=False, eq=False, repr=False)
    _excludes: bool = field(init=False, eq=False, repr=False)

    @_items.default
    def _index_items(self) -> frozenset[str]:
        return frozenset(self.items)

    @_excludes.default
    def _has_exclusions(self) -> bool:
        return bool(self.excluded_items or self.excluded_categories)

    def includes(self, item: Item) -> bool:
        """Return whether lines of ``item`` belong to the target."""
        if self._excludes and (
            item.id in self.excluded_items or any(each in self.excluded_categories for each in item.categories)
        ):
            return False
        if item.id in self._items:
            return True
        if self.categories:
            return any(each in self.categories for each in item.categories)
        return not self._items

    def pick(self, lines: Lines) -> Lines:
        """Return the lines of the target, in their order."""
        items = self._items
        if items and not (self._excludes or self.categories):
            return tuple([line for line in lines if line.item.id in items])
        return tuple([line for line in lines if self.includes(line.item)])

    def terms(self) -> tuple[Term, ...] | None:
        """Return terms of which a cart with a line of the target has at least one; None where every cart may."""
        if not self.items and not self.categories:
            return None
        return (*(("item", each) for each in self.items), *(("category", each) for each in self.categories))

    def __str__(self) -> str:
        parts = [f"item {', '.join(self.items)}" if self.items else ""]
        parts.append(f"category {', '.join(self.categories)}" if self.categories else "")
        excluded = (*self.excluded_items, *self.excluded_categories)
        parts.append(f"not {', '.join(excluded)}" if excluded else "")
        return "; ".join(part for part in parts if part) or "any item"


EVERYTHING: Final = Target()
"""Every line."""
