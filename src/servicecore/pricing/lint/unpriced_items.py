"""Items that nobody can buy, because nothing gives them a price."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.lint.rows import rows_by_item
from servicecore.pricing.price_lists import FormulaBasis

ITEM_WITHOUT_PRICE: Final = ProblemKind(
    "lint.item_without_price",
    en="{value} has no price in any list; accepted: {accepted}",
    it="{value} non ha un prezzo in nessun listino; valori ammessi: {accepted}",
    de="{value} hat in keiner Preisliste einen Preis; zulässig: {accepted}",
)


def unpriced_items(book: PriceBook) -> Iterator[Problem]:
    """Return the active items without a base price and without a row, in any currency, for anybody, on any day."""
    for number, item, rows in rows_by_item(book):
        gives_price = any(
            each.row.amount is not None or each.row.formula is None or each.row.formula.basis is FormulaBasis.COST
            for each in rows
        )
        if item.base_price is None and not gives_price:
            accepted = "a base price, a row of a list, or active: false"
            yield ITEM_WITHOUT_PRICE.at(f"items[{number}]", value=item.id, accepted=accepted)
