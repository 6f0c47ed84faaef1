"""Rows of price lists with their places, and which of two goes before the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.pricing.book import PriceBook
from servicecore.pricing.price_lists import PriceList, PriceListType, PriceMode, PriceRow
from servicecore.pricing.validity import first_day, last_day

_STRENGTH: Final = {
    PriceListType.FALLBACK: 0,
    PriceListType.BASE: 1,
    PriceListType.OVERRIDE: 2,
    PriceListType.SALE: 3,
}


@frozen(eq=False)
class PlacedRow:
    """A row, its list and where it stands.

    Attributes:
        row: the row.
        price_list: its list.
        path: ``lists[0].rows[3]``.

    """

    row: PriceRow
    price_list: PriceList
    path: str

    def goes_before(self, other: PlacedRow) -> bool:
        """Return whether this row counts where both match; also where the list chooses the lower price."""
        mine, theirs = self._pool, other._pool
        if mine != theirs:
            return mine > theirs
        mode = self.price_list.mode
        if mode is PriceMode.LOWEST:
            return False
        if mode is PriceMode.FIRST_MATCH:
            return self.path < other.path
        return self.specificity > other.specificity

    @property
    def specificity(self) -> tuple[object, ...]:
        """Return what ``most_specific`` compares, the larger first: what is named, the break, the first day."""
        row = self.row
        named = (bool(row.customer), bool(row.item), bool(row.customer_group), bool(row.category), bool(row.channel))
        return (sum(named), named, row.min_quantity, bool(row.unit), first_day(row.valid_from))

    @property
    def _pool(self) -> tuple[int, int]:
        return (_STRENGTH[self.price_list.type], self.price_list.priority)

    def shares_pool(self, other: PlacedRow) -> bool:
        """Return whether both rows compete with each other: lists of one type and priority."""
        return self._pool == other._pool


def placed_rows(book: PriceBook) -> Iterator[PlacedRow]:
    """Return every row of the book with its place."""
    for number, price_list in enumerate(book.lists):
        for place, row in enumerate(price_list.rows):
            yield PlacedRow(row, price_list, f"lists[{number}].rows[{place}]")


def rows_by_item(book: PriceBook) -> Iterator[tuple[int, Item, list[PlacedRow]]]:
    """Return for each active item, with its place in the book, the rows that can give it a price."""
    own: dict[str, list[PlacedRow]] = {}
    shared: dict[str, list[PlacedRow]] = {}
    for each in placed_rows(book):
        if each.row.item:
            own.setdefault(each.row.item, []).append(each)
        else:
            shared.setdefault(each.row.category, []).append(each)
    for number, item in enumerate(book.items):
        if item.active:
            rows = [
                each for each in own.get(item.id, ()) if not each.row.category or each.row.category in item.categories
            ]
            for category in ("", *item.categories):
                rows.extend(shared.get(category, ()))
            yield number, item, rows


def can_match_together(one: PriceRow, other: PriceRow) -> bool:
    """Return whether some line, customer and day match both rows."""
    return (
        one.currency == other.currency
        and one.unit == other.unit
        and _agree(one.customer, other.customer)
        and _agree(one.channel, other.channel)
        and first_day(one.valid_from) <= last_day(other.valid_until)
        and first_day(other.valid_from) <= last_day(one.valid_until)
    )


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def states_alike(one: PriceRow, other: PriceRow, book: PriceBook) -> bool:
    """Return whether both prices contain tax, or neither: others cannot be compared without a rate."""
    own = book.tax.prices_include_tax
    first = own if one.includes_tax is None else one.includes_tax
    return first is (own if other.includes_tax is None else other.includes_tax)
