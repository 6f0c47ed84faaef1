"""Rows of price lists that can give no price: their unit has no conversion, or their formula no cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.quantity import UnitTable
from servicecore.pricing.book import PriceBook
from servicecore.pricing.price_lists import FormulaBasis

UNIT_WITHOUT_CONVERSION: Final = ProblemKind(
    "lint.unit_without_conversion",
    en="{item} is counted in {unit}, and nothing says how many of them one {value} is; accepted: {accepted}",
    it="{item} si conta in {unit}, e nulla dice quanti ne fa un {value}; valori ammessi: {accepted}",
    de="{item} wird in {unit} gezählt, und nichts sagt, wie viele davon 1 {value} ist; zulässig: {accepted}",
)
COST_MISSING: Final = ProblemKind(
    "lint.cost_missing",
    en="the price is computed from the cost of {value}, which has none in {currency}; accepted: {accepted}",
    it="il prezzo si calcola dal costo di {value}, che non ne ha in {currency}; valori ammessi: {accepted}",
    de="der Preis wird aus den Kosten von {value} gerechnet, das keine in {currency} hat; zulässig: {accepted}",
)


def dead_rows(book: PriceBook) -> Iterator[Problem]:
    """Return the rows in a unit that no item of theirs can be bought in, and those that need a cost that is missing."""
    units = UnitTable(book.conversions)
    by_id = {item.id: (item,) for item in book.items}
    costs = {(row.item, row.amount.currency) for row in book.costs}
    costs |= {(item.id, item.cost.currency) for item in book.items if item.cost is not None}
    for number, price_list in enumerate(book.lists):
        for place, row in enumerate(price_list.rows):
            on_cost = row.formula is not None and row.formula.basis is FormulaBasis.COST
            if not (row.unit or on_cost):
                continue
            about = by_id.get(row.item, ()) if row.item else book.items
            sold = [item for item in about if item.active and (not row.category or row.category in item.categories)]
            path = f"lists[{number}].rows[{place}]"
            if row.unit and sold and not any(_converts(units, row.unit, item) for item in sold):
                accepted = "a conversion between the two"
                first = sold[0]
                yield UNIT_WITHOUT_CONVERSION.at(
                    f"{path}.unit", value=row.unit, item=first.id, unit=first.unit, accepted=accepted
                )
            for item in sold if on_cost else ():
                if (item.id, row.currency) not in costs:
                    accepted = "a cost of the item, or a row of the cost history"
                    yield COST_MISSING.at(f"{path}.formula", value=item.id, currency=row.currency, accepted=accepted)


def _converts(units: UnitTable, unit: str, item: Item) -> bool:
    try:
        units.ratio(unit, item.unit, item.id)
    except InvalidValue:
        return False
    return True
