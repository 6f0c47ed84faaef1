"""Apply offers to the lines of a quote on a bench, which counts units: the general executor."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from attrs import evolve

from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing.best_price import IntegerSolver
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.asked import AddedByOffer, AskedOffer, OfferOutcome
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.bench import Bench, Share
from servicecore.pricing.promotions.combination import Combination
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.outcomes import OFFER_APPLIED, applied
from servicecore.pricing.promotions.scene import Scene
from servicecore.pricing.promotions.selection import Run, select


def apply_on_bench(
    asked: Sequence[AskedOffer],
    scene: Scene,
    settings: Combination,
    rounding: Rounding,
    solver: IntegerSolver | None = None,
) -> OfferOutcome:
    """Apply the offers ``asked``; return what became of them, what they add, and the proof of the best price, if any.

    Args:
        asked: as they stand in the book.
        scene: the cart and its lines; the lines are changed.
        settings: how offers stand beside each other.
        rounding: of the book's lines.
        solver: helps to prove the best combination of large carts.

    """
    if settings.rounding is None:
        settings = evolve(settings, rounding=rounding)
    basket = basket_of(scene)
    by_number = {line.id: line for line in basket.lines}
    bench = Bench(basket, settings, scene.day, scene.lines[0].round_line)
    among = {
        each.offer.id: tuple([by_number[str(line.number)] for line in each.among])
        for each in asked
        if each.among is not None
    }
    codes = {each.offer.id: each.code for each in asked if each.code}
    run = Run(bench, codes=codes, among=among)
    offers = {each.offer.id: each.offer for each in asked}
    certificate = select(run, tuple(offers.values()), solver)
    lines = {str(line.number): line for line in scene.lines}
    for share in bench.shares:
        take_share_off(lines[share.line], share, offers[share.offer], codes)
    for line, reason in run.lost_on_line:
        lines[line].note_lost(reason)
    for line in bench.closed:
        lines[line].taken = True
    added = [AddedByOffer(offers[each.offer], each, codes.get(each.offer, "")) for each in bench.added]
    lost, times, allowed = tuple(run.lost), run.times, run.allowed
    return OfferOutcome(len(asked), lost, tuple(added), best_price=certificate, times=times, allowed=allowed)


def take_share_off(line: LineInProgress, share: Share, offer: Offer, codes: dict[str, str]) -> None:
    """Take what ``offer`` gives off a line of the quote, as a step that names it."""
    code, named = codes.get(offer.id, ""), applied(offer, offer.terms, share.base, share.units or line.quantity)
    if share.on_order:
        line.take_off_share(share.amount, offer.id, code, OFFER_APPLIED, named)
    else:
        line.take_off(share.amount, offer.id, code, OFFER_APPLIED, named)


def basket_of(scene: Scene) -> Basket:
    """Return the lines of a quote as a basket; each line's id is its number."""
    cart, customer = scene.cart, scene.customer
    return Basket(
        currency=cart.currency,
        lines=tuple([_line(line) for line in scene.lines]),
        customer=customer,
        channel=cart.channel,
        attributes=cart.attributes,
        codes=cart.codes,
        direct=cart.offers,
        shipped_by=scene.shipping_methods,
    )


def _line(line: LineInProgress) -> BasketLine:
    own, quantity = line.own_quantity, line.quantity
    return BasketLine(
        id=str(line.number),
        item_id=line.item_id,
        quantity=quantity,
        unit_price=max(line.unit_price, Decimal(0)),
        lowest_unit_price=line.lowest,
        list_price=line.list_price,
        open_to_offers=line.open_to_offers,
        attributes=line.attributes,
        item_attributes=line.item_attributes,
        categories=line.categories,
        own_units=Decimal(1) if own == quantity else EXACT.divide(own, quantity),
        counts=True,
        unit=line.unit,
    )
