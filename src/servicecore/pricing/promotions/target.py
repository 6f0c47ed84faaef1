"""Targets: the lines that an offer is about, by item, category and tests; an exclusion beats an inclusion (CC 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import field, frozen

from servicecore.catalog.items import Item
from servicecore.kernel.checked_fields import checked_fields
from servicecore.pricing.promotions.path_test import Operator, PathTest
from servicecore.pricing.promotions.situation import L, OfferLine, Term

_MANY: Final = 8
"""From how many items on a set is worth its memory."""

_MEMBER: Final = frozenset({Operator.IN, Operator.CONTAINS_ANY})


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


@frozen(field_transformer=checked_fields)
class Target:
    """Lines of a cart: those of its items or categories, not excluded, that pass its tests.

    Attributes:
        items: ids of items; together with ``categories`` empty means every item.
        categories: categories, ancestors of an item's category count.
        excluded_items: never these.
        excluded_categories: never these.
        where: tests that a line has to pass, all of them.
        any_of: where given, one of these has to hold too.
        units: only lines in one of these units of measure, as the cart states them; empty is every unit. Nothing is
            converted (CC 7.2).

    """

    items: tuple[str, ...] = field(converter=_names, default=())
    categories: tuple[str, ...] = field(converter=_names, default=())
    excluded_items: tuple[str, ...] = field(converter=_names, default=())
    excluded_categories: tuple[str, ...] = field(converter=_names, default=())
    where: tuple[PathTest, ...] = ()
    any_of: tuple[Target, ...] = ()
    units: tuple[str, ...] = field(converter=_names, default=())
    _many: frozenset[str] = field(init=False, eq=False, repr=False)
    _by_item: bool = field(init=False, eq=False, repr=False)
    only_item: str = field(init=False, eq=False, repr=False)

    @_many.default
    def _index_items(self) -> frozenset[str]:
        return frozenset() if len(self.items) < _MANY else frozenset(self.items)

    @_by_item.default
    def _is_by_item(self) -> bool:
        excluded = self.excluded_items or self.excluded_categories
        others = self.categories or excluded or self.where or self.any_of or self.units
        return bool(self.items and not others)

    @only_item.default
    def _find_only_item(self) -> str:
        """Return the item, where it is nothing but a list of one; otherwise nothing."""
        return self.items[0] if self._by_item and len(self.items) == 1 else ""

    def includes(self, item: Item) -> bool:
        """Return whether lines of ``item`` can belong to the target, as far as the item says it."""
        return (
            self._names_item(item.id, item.categories)
            and all(_can_pass(test, item) for test in self.where)
            and (not self.any_of or any(each.includes(item) for each in self.any_of))
        )

    def matches(self, line: OfferLine, *, lowered: bool = False) -> bool:
        """Return whether ``line`` belongs to it; ``lowered`` is whether an offer lowered it already."""
        return (
            self._names_item(line.item_id, line.categories)
            and (not self.units or line.unit in self.units)
            and all(test.holds_for(line, lowered=lowered) for test in self.where)
            and (not self.any_of or any(each.matches(line, lowered=lowered) for each in self.any_of))
        )

    def pick(self, lines: Iterable[L]) -> tuple[L, ...]:
        """Return the lines of the target, in their order."""
        if self._by_item:
            items = self._many or self.items
            return tuple([line for line in lines if line.item_id in items])
        return tuple([line for line in lines if self.matches(line, lowered=line.lowered)])

    def terms(self) -> tuple[Term, ...] | None:
        """Return terms of which a cart with a line of the target has at least one; None where every cart may."""
        if self.items or self.categories:
            return (*(("item", each) for each in self.items), *(("category", each) for each in self.categories))
        for test in self.where:
            kind = {"sku": "item", "categories": "category"}.get(test.path)
            if kind is not None and test.op in _MEMBER:
                return tuple((kind, each) for each in test.values)
        branches = [each.terms() for each in self.any_of]
        if not branches or any(branch is None for branch in branches):
            return None
        return tuple(dict.fromkeys(term for branch in branches for term in branch or ()))

    def _names_item(self, item: str, categories: tuple[str, ...]) -> bool:
        if item in self.excluded_items or (
            self.excluded_categories and any(each in self.excluded_categories for each in categories)
        ):
            return False
        if item in (self._many or self.items):
            return True
        if self.categories:
            return any(each in self.categories for each in categories)
        return not self.items

    def __str__(self) -> str:
        parts = [f"item {', '.join(self.items)}" if self.items else ""]
        parts.append(f"category {', '.join(self.categories)}" if self.categories else "")
        excluded = (*self.excluded_items, *self.excluded_categories)
        parts.append(f"not {', '.join(excluded)}" if excluded else "")
        parts.append(" and ".join(f"{test.path} {test.op.value} {', '.join(test.values)}" for test in self.where))
        parts.append(f"in {', '.join(self.units)}" if self.units else "")
        parts.append(" or ".join(f"({target})" for target in self.any_of))
        return "; ".join(part for part in parts if part) or "any item"


def _can_pass(test: PathTest, item: Item) -> bool:
    if test.path == "sku":
        return test.holds((item.id,))
    if test.path == "categories":
        return test.holds(item.categories)
    given = [value for name, value in item.attributes if name == test.path]
    return not given or test.holds(given)


EVERYTHING: Final = Target()
"""Every line."""
