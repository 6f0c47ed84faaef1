"""Quantity breaks that rise: a larger quantity costs more each (pricing property 19)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.lint.rows import PlacedRow, can_match_together, rows_by_item
from servicecore.pricing.price_lists import PriceRow

BREAK_RISES: Final = ProblemKind(
    "lint.break_rises",
    en="from {quantity} on {item} costs {value}, more than before; accepted: {accepted}",
    it="da {quantity} in poi {item} costa {value}, più di prima; valori ammessi: {accepted}",
    de="ab {quantity} kostet {item} {value}, mehr als zuvor; zulässig: {accepted}",
)


def rising_breaks(book: PriceBook) -> Iterator[Problem]:
    """Return the rows whose price is above that of a row with a lower quantity, each once."""
    seen: set[str] = set()
    for item, low, high in _rising(book):
        if high.path not in seen:
            seen.add(high.path)
            accepted = f"{_price(low.row)} or less, as from {low.row.min_quantity} on"
            value, quantity = _price(high.row), high.row.min_quantity
            yield BREAK_RISES.at(high.path, item=item, quantity=quantity, value=value, accepted=accepted)


def rising_items(book: PriceBook) -> frozenset[str]:
    """Return the ids of items with a break that rises; of them more units may cost more each."""
    return frozenset(item for item, _low, _high in _rising(book))


def _rising(book: PriceBook) -> Iterator[tuple[str, PlacedRow, PlacedRow]]:
    for _number, item, rows in rows_by_item(book):
        if all(not each.row.min_quantity for each in rows):
            continue
        for low, high in permutations(rows, 2):
            if (
                low.row.min_quantity < high.row.min_quantity
                and high.goes_before(low)
                and can_match_together(low.row, high.row)
                and _costs_more(high.row, low.row)
            ):
                yield item.id, low, high
        own = item.base_price
        for each in rows:
            amount = each.row.amount
            if own is not None and amount is not None and each.row.min_quantity > 1 and not each.row.unit:
                base = PlacedRow(PriceRow(item.id, own), each.price_list, f"items[{_number}].base_price")
                if amount.currency == own.currency and amount > own and _alone(each, rows):
                    yield item.id, base, each


def _alone(high: PlacedRow, rows: list[PlacedRow]) -> bool:
    """Return whether below the break of ``high`` nothing but the item's own price counts."""
    return not any(
        each.row.min_quantity < high.row.min_quantity and can_match_together(each.row, high.row)
        for each in rows
        if each is not high
    )


def _costs_more(high: PriceRow, low: PriceRow) -> bool:
    if high.amount is not None and low.amount is not None:
        return high.amount > low.amount
    if high.formula is None or low.formula is None:
        return False
    same = (high.formula.basis, high.formula.divisor, high.formula.amount)
    return same == (low.formula.basis, low.formula.divisor, low.formula.amount) and (
        high.formula.multiplier > low.formula.multiplier
    )


def _price(row: PriceRow) -> str:
    return str(row.amount) if row.formula is None else row.formula.text
