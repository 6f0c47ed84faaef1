"""Lowest prices above the price itself: no offer ever lowers such an item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.price_lists import PriceListType

LOWEST_PRICE_ABOVE: Final = ProblemKind(
    "lint.lowest_price_above",
    en="{value} costs {price}, less than its lowest price {lowest}; accepted: {accepted}",
    it="{value} costa {price}, meno del suo prezzo minimo {lowest}; valori ammessi: {accepted}",
    de="{value} kostet {price}, weniger als sein niedrigster Preis {lowest}; zulässig: {accepted}",
)


def lowest_prices_above(book: PriceBook) -> Iterator[Problem]:
    """Return the items whose ``lowest_price`` is above their ``base_price``, which only agreements price too."""
    lists = [each for each in book.lists if each.type is not PriceListType.SALE]
    listed = {row.item for each in lists for row in each.rows}
    if "" in listed:
        return
    for number, item in enumerate(book.items):
        price, lowest = item.base_unit_price, item.lowest_price
        if price is None or lowest is None or item.id in listed or price.currency != lowest.currency:
            continue
        if lowest > price:
            found = LOWEST_PRICE_ABOVE.at(
                f"items[{number}].lowest_price",
                value=item.id,
                price=price,
                lowest=lowest,
                accepted=f"{price} or less",
            )
            yield found
