"""Quantity breaks that rise: a larger quantity costs more each (pricing property 19)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Final

from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.lint.rows import PlacedRow, can_match_together, rows_by_item, states_alike
from servicecore.pricing.price_lists import PriceListType, PriceRow
from servicecore.pricing.validity import first_day, last_day

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
    for number, item, rows in rows_by_item(book):
        if all(not each.row.min_quantity for each in rows):
            continue
        for low, high in permutations(rows, 2):
            if (
                low.row.min_quantity < high.row.min_quantity
                and high.goes_before(low)
                and can_match_together(low.row, high.row)
                and states_alike(high.row, low.row, book)
                and _costs_more(high.row, low.row)
            ):
                yield item.id, low, high
        own = item.base_unit_price
        for high in rows:
            if own is not None and _begins_above(own, high) and not any(_covers(low, high) for low in rows):
                base = PlacedRow(
                    PriceRow(item.id, own, includes_tax=item.base_price_includes_tax),
                    high.price_list,
                    f"items[{number}].base_price",
                )
                if states_alike(high.row, base.row, book):
                    yield item.id, base, high


def _begins_above(own: Money, high: PlacedRow) -> bool:
    """Return whether a row for more than one unit costs more than the item's own price, which it goes before."""
    row = high.row
    counts = high.price_list.type is not PriceListType.FALLBACK and not row.unit and row.min_quantity > 1
    return counts and row.amount is not None and row.currency == own.currency and row.amount > own


def _covers(low: PlacedRow, high: PlacedRow) -> bool:
    """Return whether whoever gets ``high`` gets ``low`` for a smaller quantity."""
    one, other = low.row, high.row
    return (
        low.price_list.type is not PriceListType.FALLBACK
        and one.min_quantity <= 1
        and (one.currency, one.unit) == (other.currency, other.unit)
        and one.customer in {"", other.customer}
        and one.channel in {"", other.channel}
        and one.customer_group in {"", other.customer_group}
        and first_day(one.valid_from) <= first_day(other.valid_from)
        and last_day(one.valid_until) >= last_day(other.valid_until)
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
