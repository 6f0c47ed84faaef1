"""The parts of a line's quantity that lie between quantity breaks, each with the rows that price it."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from attrs import frozen

from servicecore.kernel.rounding import EXACT, settled
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.price_index import IndexedRow, PriceQuestion, RowPool
from servicecore.pricing.price_lists import PriceMode


@frozen(eq=False)
class GraduatedPart:
    """A part of a line's quantity.

    Attributes:
        units: how much of the line's quantity, in the line's unit.
        rows: the row that prices it; under ``PriceMode.LOWEST`` every row that could.

    """

    units: Decimal
    rows: tuple[IndexedRow, ...]


def graduated_parts(pool: RowPool, line: LineInProgress, asked: PriceQuestion) -> tuple[GraduatedPart, ...]:
    """Return the parts of the line's quantity in rising order; none where a part has no row.

    Where a sum over the cart is held against the breaks, the line has the same share of every part as of the sum, so
    that the order of lines does not matter.
    """
    rows = pool.for_any_quantity(line, asked)
    if not rows:
        return ()
    counted = _settled_quantity(rows[0], line, asked)
    rows = [each for each in rows if _settled_quantity(each, line, asked) == counted]
    lowest = min(each.minimum for each in rows)
    if not 0 < counted >= lowest:
        return ()
    ends = {each.row.max_quantity for each in rows if each.row.max_quantity is not None}
    starts = {each.minimum for each in rows if each.minimum > lowest}
    borders = [Decimal(0), *sorted(each for each in starts | ends if 0 < each < counted), counted]
    every = pool.mode is PriceMode.LOWEST
    parts: list[GraduatedPart] = []
    for begin, end in pairwise(borders):
        fitting = tuple([each for each in rows if _prices(each, max(begin, lowest), end)])
        if not fitting:
            return ()
        units = EXACT.divide(EXACT.multiply(EXACT.subtract(end, begin), line.quantity), counted)
        parts.append(GraduatedPart(units, fitting if every else fitting[:1]))
    return tuple(parts)


def _settled_quantity(indexed: IndexedRow, line: LineInProgress, asked: PriceQuestion) -> Decimal:
    # A line's quantity and a sum of one line are the same, also where thirds make them differ in the last digit.
    return settled(indexed.quantity(line, asked) or Decimal(0))


def _prices(indexed: IndexedRow, begin: Decimal, end: Decimal) -> bool:
    highest = indexed.row.max_quantity
    return indexed.minimum <= begin and (highest is None or end <= highest)
