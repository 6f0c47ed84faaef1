"""Sets of offers that together can take an item below its cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.book import PriceBook
from servicecore.pricing.lint.rows import PlacedRow, rows_by_item
from servicecore.pricing.promotions.benefits import AmountOff, PercentOff, SetPrice, Spread
from servicecore.pricing.promotions.combination import Selection
from servicecore.pricing.promotions.conditions import InChannel
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger
from servicecore.pricing.validity import FIRST_DAY, first_day, last_day

BELOW_COST: Final = ProblemKind(
    "lint.below_cost",
    en="{offers} can take {item} to {value}; accepted: {accepted}, its cost, or more",
    it="{offers} possono portare {item} a {value}; valori ammessi: {accepted}, il suo costo, o più",
    de="{offers} können {item} auf {value} bringen; zulässig: {accepted}, die Kosten, oder mehr",
)
_NONE: Final = Decimal(0)


def sets_below_cost(book: PriceBook) -> Iterator[Problem]:
    """Return the items that the lowest price for everybody and the offers of one day and channel take below cost.

    A bound that does not look at carts: offers count as met at once where days and channels allow it. Percentages,
    amounts off units and prices of units are looked at; amounts off the order, sets, free units, coupons' own tiers and
    prices by formula are not.
    """
    costs = {row.item: row.amount for row in book.costs}
    for number, item, rows in rows_by_item(book):
        cost = costs.get(item.id, item.cost)
        price = None if cost is None else _lowest(item, rows, cost.currency)
        if cost is None or price is None:
            continue
        worst = min(
            (_with_offers(book, item, price, day, channel) for day, channel in _scenes(book, item)),
            key=lambda each: each.price,
        )
        if worst.price < cost.amount:
            names = ", ".join(worst.offers) or "the price lists"
            value = Money(worst.price, cost.currency).round()
            yield BELOW_COST.at(f"items[{number}]", offers=names, item=item.id, value=value, accepted=cost)


@frozen
class _Reached:
    """A price of one unit, and the offers that took it there."""

    price: Decimal
    offers: tuple[str, ...]


def _lowest(item: Item, rows: Iterable[PlacedRow], currency: str) -> Decimal | None:
    amounts = [
        each.row.amount.amount
        for each in rows
        if each.row.amount is not None
        and each.row.currency == currency
        and not each.row.customer
        and each.row.unit in {"", item.unit}
    ]
    if item.base_price is not None and item.base_price.currency == currency:
        amounts.append(item.base_price.amount)
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


def _with_offers(book: PriceBook, item: Item, price: Decimal, day: int, channel: str) -> _Reached:
    released = {coupon.offer for coupon in book.coupons} | {offer.id for offer in book.offers if offer.codes}
    met = [
        offer
        for offer in sorted(book.offers, key=lambda offer: offer.order)
        if item.discountable
        and offer.target.includes(item)
        and first_day(offer.valid_from) <= day <= last_day(offer.valid_until)
        and (offer.trigger is not OfferTrigger.CODE or offer.id in released)
        and all(channel in each.channels for each in offer.conditions if isinstance(each, InChannel))
    ]
    alone = [_applied([offer], price) for offer in met]
    beside = [offer for offer in met if offer.exclusive is Exclusivity.NO]
    if book.combination.selection is Selection.BEST_SINGLE:
        of_line = [offer for offer in beside if not offer.on_order]
        of_order = [offer for offer in beside if offer.on_order]
        pairs = [[one, other] for one in of_line for other in of_order if other.applies_to_discounted]
        sets = [_applied(each, price) for each in pairs]
    else:
        first, others = beside[:1], beside[1:]
        sets = [_applied([*first, *(offer for offer in others if offer.applies_to_discounted)], price)]
    return min((_Reached(price, ()), *alone, *sets), key=lambda each: each.price)


def _applied(offers: Iterable[Offer], price: Decimal) -> _Reached:
    names: list[str] = []
    for offer in offers:
        after = _after(offer, price)
        if after < price:
            names.append(offer.id)
            price = after
    return _Reached(price, tuple(names))


def _after(offer: Offer, price: Decimal) -> Decimal:
    for benefit in offer.benefits:
        if isinstance(benefit, PercentOff):
            price = EXACT.multiply(price, EXACT.subtract(Decimal(100), benefit.percent)).scaleb(-2, EXACT)
        elif isinstance(benefit, AmountOff) and benefit.meant_for is not Spread.ACROSS:
            price = max(EXACT.subtract(price, benefit.amount.amount), _NONE)
        elif isinstance(benefit, SetPrice) and benefit.meant_for is not Spread.ACROSS:
            price = min(price, benefit.price.amount)
    return price
