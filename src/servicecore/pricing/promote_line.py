"""Promote a line: lower the price of its unit by the catalogue promotions that fit its item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from attrs import evolve

from servicecore.kernel.explain import StepKind
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing.catalogue_promotions import (
    CatalogueItem,
    CataloguePromotion,
    CatalogueSelection,
    catalogue_price,
)
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.price_index import PriceQuestion

PROMOTION_CURRENCY: Final = ProblemKind(
    "pricing.promotion_currency",
    en="the amount {value} of a catalogue promotion has no currency; accepted: {accepted}",
    it="l'importo {value} di una promozione a catalogo non ha valuta; valori ammessi: {accepted}",
    de="der Betrag {value} einer Katalogaktion hat keine Währung; zulässig: {accepted}",
)
PROMOTION_FOR_NOTHING: Final = ProblemKind(
    "pricing.promotion_for_nothing",
    en="the catalogue promotion {value} names nothing that it lowers; accepted: {accepted}",
    it="la promozione a catalogo {value} non indica alcun articolo; valori ammessi: {accepted}",
    de="die Katalogaktion {value} nennt nichts, das sie senkt; zulässig: {accepted}",
)
PROMOTED: Final = StepKind(
    "pricing.catalogue_promotion",
    en="catalogue promotion {promotions}: {price} each",
    it="promozione a catalogo {promotions}: {price} ciascuno",
    de="Katalogaktion {promotions}: je {price}",
)

PromotionShelf: TypeAlias = Mapping[str, tuple[tuple[int, CataloguePromotion], ...]]
"""Catalogue promotions with their place in the book, by ``item:`` or ``category:`` and an id."""


def file_promotions(promotions: Iterable[CataloguePromotion]) -> PromotionShelf:
    """Return the promotions by what they lower; a product is an item here.

    Raises:
        InvalidValue: ``pricing.promotion_currency``, ``pricing.promotion_for_nothing``.

    """
    shelf: dict[str, list[tuple[int, CataloguePromotion]]] = {}
    for place, each in enumerate(promotions):
        path = f"catalogue_promotions.{each.id}"
        stated = each.price if each.amount is None else each.amount
        if stated is not None and not each.currency:
            raise PROMOTION_CURRENCY.error(f"{path}.currency", value=stated, accepted="an ISO 4217 code")
        names = [f"item:{item}" for item in (*each.variants, *each.products)]
        names += [f"category:{category}" for category in each.categories]
        if not names:
            raise PROMOTION_FOR_NOTHING.error(path, value=each.id, accepted="variants, products or categories")
        for name in dict.fromkeys(names):
            shelf.setdefault(name, []).append((place, each))
    return {name: tuple(found) for name, found in shelf.items()}


def promote_line(
    shelf: PromotionShelf,
    line: LineInProgress,
    asked: PriceQuestion,
    rounding: Rounding,
    selection: CatalogueSelection,
) -> None:
    """Charge the promoted price for one unit of ``line``, as a step; the list price stays shown.

    Promotions start from the price charged so far, an agreement's included. Amounts are off one of the item's own
    unit, prices rounded for one unit of the line.
    """
    item = line.item
    found = {place: each for name in _names(line) for place, each in shelf.get(name, ())}
    if not found:
        return
    promotions = [found[place] for place in sorted(found)]
    if line.own_quantity != line.quantity:
        ratio = EXACT.divide(line.own_quantity, line.quantity)
        promotions = [_for_unit(each, ratio) for each in promotions]
    shown = CatalogueItem(item.id, line.unit_price, categories=item.categories, lowest_price=line.lowest)
    price = catalogue_price(
        shown,
        promotions,
        asked.currency,
        channel=asked.channel,
        day=asked.day,
        rounding=rounding,
        selection=selection,
    )
    if not price.promotions:
        return
    before = line.exact
    line.set_unit_price(price.amount)
    change = exact_decimal(EXACT.subtract(line.exact, before))
    named = ", ".join(price.promotions)
    line.note(PROMOTED, change, promotions=named, price=Money(price.amount, asked.currency))


def _names(line: LineInProgress) -> tuple[str, ...]:
    return (f"item:{line.item.id}", *(f"category:{each}" for each in line.item.categories))


def _for_unit(promotion: CataloguePromotion, ratio: Decimal) -> CataloguePromotion:
    if promotion.price is not None:
        return evolve(promotion, price=EXACT.multiply(promotion.price, ratio))
    if promotion.amount is None:
        return promotion
    return evolve(promotion, amount=EXACT.multiply(promotion.amount, ratio))
