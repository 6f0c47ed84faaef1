"""Sets of offers that together can take an item below its cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from servicecore.catalog.items import Item
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.lint.lowest_price import Reached, lowest_price
from servicecore.pricing.lint.rows import PlacedRow, rows_by_item
from servicecore.pricing.promotions.conditions import InChannel
from servicecore.pricing.promotions.offer import Exclusivity, OfferTrigger
from servicecore.pricing.validity import FIRST_DAY, first_day, last_day

BELOW_COST: Final = ProblemKind(
    "lint.below_cost",
    en="{offers} can take {item} to {value}; accepted: {accepted}, its cost, or more",
    it="{offers} possono portare {item} a {value}; valori ammessi: {accepted}, il suo costo, o più",
    de="{offers} können {item} auf {value} bringen; zulässig: {accepted}, die Kosten, oder mehr",
)


def sets_below_cost(book: PriceBook) -> Iterator[Problem]:
    """Return the items that the lowest price for everybody and the offers of one day and channel take below cost.

    Each offer alone, and all together that tolerate others, are quoted in carts of the item alone: offers count as met
    at once where days and channels allow it, and quantity and value are reached. Goods that are cheaper with others
    which were bought, coupons' own tiers, prices by formula and prices stated unlike the book (with tax or without)
    are not looked at.
    """
    costs = {row.item: row.amount for row in book.costs}
    for number, item, rows in rows_by_item(book):
        cost = costs.get(item.id, item.cost)
        price = None if cost is None else _lowest(item, rows, cost.currency, book)
        if cost is None or price is None:
            continue
        worst = min(
            (
                _with_offers(book, item, Money(price, cost.currency), day, channel)
                for day, channel in _scenes(book, item)
            ),
            key=lambda each: each.price,
        )
        if worst.price < cost.amount:
            names = ", ".join(worst.offers) or "the price lists"
            value = Money(worst.price, cost.currency).round()
            yield BELOW_COST.at(f"items[{number}]", offers=names, item=item.id, value=value, accepted=cost)


def _lowest(item: Item, rows: Iterable[PlacedRow], currency: str, book: PriceBook) -> Decimal | None:
    amounts = [
        each.row.amount.amount
        for each in rows
        if each.row.amount is not None
        and each.row.currency == currency
        and not each.row.customer
        and each.row.unit in {"", item.unit}
        and each.row.includes_tax in {None, book.tax.prices_include_tax}
    ]
    own = item.base_price_includes_tax in {None, book.tax.prices_include_tax}
    price = item.base_unit_price
    if own and price is not None and price.currency == currency:
        amounts.append(price.amount)
    return min(amounts, default=None)


def _scenes(book: PriceBook, item: Item) -> Iterator[tuple[int, str]]:
    """Return the days on which an offer begins, and the channels, the nameless one included."""
    offers = [offer for offer in book.offers if offer.target.includes(item)] if item.discountable else []
    days = dict.fromkeys((FIRST_DAY, *(first_day(offer.valid_from) for offer in offers)))
    channels = dict.fromkeys(
        (
            "",
            *(
                name
                for offer in offers
                for each in offer.conditions
                if isinstance(each, InChannel)
                for name in each.channels
            ),
        )
    )
    for day in days:
        for channel in channels:
            yield day, channel


def _with_offers(book: PriceBook, item: Item, price: Money, day: int, channel: str) -> Reached:
    released = {coupon.offer for coupon in book.coupons} | {offer.id for offer in book.offers if offer.codes}
    met = [
        offer
        for offer in book.offers
        if offer.target.includes(item)
        and first_day(offer.valid_from) <= day <= last_day(offer.valid_until)
        and (offer.trigger is not OfferTrigger.CODE or offer.id in released)
        and all(channel in each.channels for each in offer.conditions if isinstance(each, InChannel))
    ]
    sets = [[offer] for offer in met]
    beside = [offer for offer in met if offer.exclusive is Exclusivity.NO]
    if len(beside) > 1:
        sets.append(beside)
    reached = (lowest_price(book, item, price, each) for each in sets)
    return min(reached, key=lambda each: each.price, default=Reached(price.amount, ()))
