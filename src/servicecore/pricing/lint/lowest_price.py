"""The lowest price that a set of offers takes one unit of an item to, found by quoting carts of that item alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from attrs import evolve, frozen

from servicecore.catalog.items import Item
from servicecore.kernel.authority import Actor, Authority
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.book import PriceBook
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.compile import compile_book
from servicecore.pricing.draft import DraftQuote
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.promotions.benefits import (
    AnyBenefit,
    Bundle,
    BuyGet,
    FirstThenAdditional,
    FullGroups,
    MixAndMatch,
    SetPrice,
    Tiered,
    TierMeasure,
)
from servicecore.pricing.promotions.conditions import AnyCondition, QuantityBetween, ValueAtLeast
from servicecore.pricing.promotions.offer import Offer, OfferTrigger

MANY: Final = Decimal(1000)
"""Units of a large cart: what counts once for a line is next to nothing for each of them."""
_FACTS: Final = Facts(datetime(2000, 1, 1, tzinfo=UTC), Actor("linter"), Authority())


@frozen
class Reached:
    """A price of one unit, and the offers that took it there."""

    price: Decimal
    offers: tuple[str, ...]


def lowest_price(book: PriceBook, item: Item, price: Money, offers: Iterable[Offer]) -> Reached:
    """Return the lowest price of one unit of ``item``, exact, in carts that hold nothing else.

    Conditions on quantity and value are tested, all others count as met, and every offer counts as released.

    Args:
        book: says how offers stand beside each other, and the rounding.
        item: what is bought.
        price: of one unit before offers.
        offers: those that may hold together.

    """
    met = [narrowed for offer in offers if (narrowed := _for_item(offer, item)) is not None]
    lowest = Reached(price.amount, ())
    if not met:
        return lowest
    sold = evolve(item, base_price=price, base_price_includes_tax=None, price_unit=1, active=True)
    alone = compile_book(
        PriceBook(
            book.id,
            book.version,
            items=(sold,),
            offers=tuple(met),
            combination=book.combination,
            rounding=book.rounding,
        )
    )
    for units in sorted(set(_quantities(met, price.amount))):
        draft = price_cart(alone, Cart("linter", price.currency, (CartLine(item.id, units),)), _FACTS, "linter")
        if isinstance(draft, DraftQuote):
            line = draft.lines[0]
            each = EXACT.divide(line.net_exact.amount, units)
            if each < lowest.price:
                lowest = Reached(each, tuple(dict.fromkeys(discount.offer for discount in line.discounts)))
    return lowest


def _for_item(offer: Offer, item: Item) -> Offer | None:
    """Return ``offer`` as it meets a cart of ``item`` alone; None where it gives nothing there."""
    benefits = tuple([each for each in offer.benefits if each.lowers_goods])
    if not benefits or not item.discountable:
        return None
    return evolve(
        offer,
        benefits=benefits,
        trigger=OfferTrigger.AUTOMATIC,
        codes=(),
        conditions=tuple([each for each in offer.conditions if _is_tested(each, item)]),
        valid_from=None,
        valid_until=None,
    )


def _is_tested(condition: AnyCondition, item: Item) -> bool:
    return isinstance(condition, QuantityBetween | ValueAtLeast) and (
        condition.target is None or condition.target.includes(item)
    )


def _quantities(offers: Iterable[Offer], price: Decimal) -> Iterator[Decimal]:
    """Return the numbers of units at which something begins, and a large one."""
    yield Decimal(1)
    for offer in offers:
        for condition in offer.conditions:
            if isinstance(condition, QuantityBetween):
                yield _whole(condition.minimum)
                if condition.maximum is not None:
                    yield max(condition.maximum.quantize(Decimal(1), ROUND_FLOOR, EXACT), Decimal(1))
            if isinstance(condition, ValueAtLeast):
                yield _for_value(condition.minimum.amount, price)
        for benefit in offer.benefits:
            yield from _of_benefit(benefit, price)


def _of_benefit(benefit: AnyBenefit, price: Decimal) -> Iterator[Decimal]:
    if isinstance(benefit, Bundle | FullGroups):
        yield Decimal(benefit.size)
    elif isinstance(benefit, MixAndMatch):
        yield Decimal(sum(slot.units for slot in benefit.slots))
    elif isinstance(benefit, BuyGet):
        yield _whole(EXACT.add(benefit.buy, benefit.get))
    elif isinstance(benefit, FirstThenAdditional):
        yield Decimal(benefit.max_units) or MANY
    elif isinstance(benefit, SetPrice):
        yield MANY if benefit.units is None else _whole(benefit.units)
    tiers = benefit.tiers if isinstance(benefit, FullGroups) else benefit
    if isinstance(tiers, Tiered):
        for tier in tiers.tiers:
            by_units = tiers.measure is TierMeasure.UNITS
            yield _whole(tier.start) if by_units else _for_value(tier.start, price)


def _for_value(value: Decimal, price: Decimal) -> Decimal:
    return _whole(EXACT.divide(value, price)) if price else Decimal(1)


def _whole(units: Decimal) -> Decimal:
    return max(units.quantize(Decimal(1), ROUND_CEILING, EXACT), Decimal(1))
