"""Apply offers on shipping to the charges for delivery, after the goods have their prices and the charges are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.money import Money
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing.charge_category import ChargeCategory
from servicecore.pricing.promotions.apply_on_bench import basket_of, take_share_off
from servicecore.pricing.promotions.asked import NEVER, AskedOffer
from servicecore.pricing.promotions.basket import Basket, BasketLine, Scope
from servicecore.pricing.promotions.bench import Bench, Share
from servicecore.pricing.promotions.combination import Combination, Selection
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.outcomes import OFFER_APPLIED, applied, not_beside
from servicecore.pricing.promotions.scene import Scene
from servicecore.pricing.promotions.selection import Run, select
from servicecore.pricing.promotions.take_off import holder
from servicecore.pricing.quote import Discount, QuoteCharge

NO_SHIPPING: Final = ProblemKind(
    "pricing.offer_no_shipping",
    en="nothing is charged for shipping by {value}; accepted: {accepted}",
    it="nessuna spesa di spedizione con {value}; valori ammessi: {accepted}",
    de="für den Versand mit {value} wird nichts berechnet; zulässig: {accepted}",
)


@frozen
class ShippingOutcome:
    """The charges less what offers take off them, the offers that took nothing, and how often others were applied."""

    charges: tuple[QuoteCharge, ...]
    not_applied: tuple[NotApplied, ...]
    times: Mapping[str, int] = NEVER


def on_goods(offer: Offer) -> Offer | None:
    """Return ``offer`` with its benefits on goods alone; None where it has none."""
    kept = tuple([each for each in offer.benefits if each.scope is Scope.LINES])
    if len(kept) == len(offer.benefits):
        return offer
    return evolve(offer, benefits=kept) if kept else None


def on_shipping(offer: Offer) -> Offer | None:
    """Return ``offer`` with its benefits on shipping, or on goods and shipping together; None where it has none."""
    kept = tuple([each for each in offer.benefits if each.scope is not Scope.LINES])
    return evolve(offer, benefits=kept) if kept else None


def apply_to_shipping(
    asked: Sequence[AskedOffer],
    scene: Scene,
    charges: tuple[QuoteCharge, ...],
    settings: Combination,
    rounding: Rounding,
    alone: str = "",
) -> ShippingOutcome:
    """Return ``charges`` less what the offers ``asked``, those with benefits on shipping, take off.

    Conditions see the goods as the offers before left them. An offer that is exclusive in the cart does not stand
    beside offers that lowered goods. Charges themselves are not computed again where goods are lowered here.

    Args:
        asked: as they stand in the book.
        scene: the cart and its lines; offers on goods and shipping together lower them.
        charges: every charge of the cart; those for shipping that nobody set by hand are open.
        settings: how offers stand beside each other; the best price is sought among offers on goods alone.
        rounding: of the book's lines.
        alone: id of an offer or coupon that lowered goods and tolerates nothing else in the cart; empty for none.

    """
    shipping = [each for each in charges if each.category is ChargeCategory.SHIPPING and not each.overridden]
    if not any(each.amount for each in shipping):
        none = NO_SHIPPING.at("delivery_mode", value=scene.cart.delivery_mode or "''", accepted="a charge for shipping")
        return ShippingOutcome(charges, tuple([NotApplied(each.name, none) for each in asked]))
    lost = [NotApplied(each.name, not_beside(each.offer, beside)) for each, beside in _beaten(asked, scene, alone)]
    beaten = {each.rule for each in lost}
    staying = [each for each in asked if each.name not in beaten]
    settings = evolve(
        settings,
        rounding=rounding if settings.rounding is None else settings.rounding,
        selection=Selection.ALL if settings.selection is Selection.OPTIMAL else settings.selection,
    )
    basket = _with_shipping(basket_of(scene), scene, shipping)
    codes = {each.offer.id: each.code for each in staying if each.code}
    run = Run(Bench(basket, settings, scene.day, scene.lines[0].round_line), codes=codes)
    offers = {each.offer.id: each.offer for each in staying}
    select(run, tuple(offers.values()))
    lines = {str(line.number): line for line in scene.lines}
    lowered = {each.key: each for each in charges}
    for share in run.bench.shares:
        if share.line in lines:
            take_share_off(lines[share.line], share, offers[share.offer], codes)
        else:
            lowered[share.line] = _lowered(lowered[share.line], share, offers[share.offer], codes)
    return ShippingOutcome(tuple(lowered.values()), (*lost, *run.lost), run.times)


def _beaten(asked: Iterable[AskedOffer], scene: Scene, alone: str) -> list[tuple[AskedOffer, str]]:
    if alone:
        return [(each, alone) for each in asked if each.offer.id != alone]
    lowered_by = holder(scene.lines)
    others = [each for each in asked if each.offer.exclusive is Exclusivity.CART and not _lowers(each, scene)]
    return [(each, lowered_by) for each in others] if lowered_by else []


def _lowers(asked: AskedOffer, scene: Scene) -> bool:
    return any(discount.offer == asked.offer.id for line in scene.lines for discount in line.discounts)


def _with_shipping(basket: Basket, scene: Scene, shipping: Iterable[QuoteCharge]) -> Basket:
    left = {str(line.number): EXACT.divide(max(line.exact, Decimal(0)), line.quantity) for line in scene.lines}
    goods = [evolve(line, unit_price=left[line.id]) for line in basket.lines]
    cart = scene.cart
    modes = {line.number: cart.mode_of(line.cart_line) for line in scene.lines}
    customer = scene.customer
    charged = [
        BasketLine(
            each.key,
            modes.get(each.line, cart.delivery_mode) or each.id,
            Decimal(1),
            each.amount.amount,
            shipping=True,
            groups=customer.groups_on(str(each.line)) if customer.groups_by_line else None,
        )
        for each in shipping
    ]
    return evolve(basket, lines=(*goods, *charged))


def _lowered(charge: QuoteCharge, share: Share, offer: Offer, codes: dict[str, str]) -> QuoteCharge:
    off = min(Money(share.amount, charge.amount.currency).round(), charge.amount)
    if not off:
        return charge
    named = applied(offer, offer.terms, share.base, share.units or Decimal(1))
    return charge.lowered(Discount(offer.id, off, codes.get(offer.id, "")), OFFER_APPLIED, **named)
