"""Apply a programme of deals to the lines of a quote, after the offers and before coupons with an amount."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.explain import NotApplied, StepKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.apply_deals import apply_deals
from servicecore.pricing.deals.basket import Basket, BasketCustomer, BasketLine
from servicecore.pricing.deals.codes import UNKNOWN_CODE
from servicecore.pricing.deals.history import CustomerHistory
from servicecore.pricing.deals.programme import DealProgramme
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.scene import Scene

DEAL_APPLIED: Final = StepKind(
    "pricing.deal",
    en="deal {deal} {name}: {amount} off",
    it="promozione {deal} {name}: {amount} di sconto",
    de="Aktion {deal} {name}: {amount} Nachlass",
)
DIRECT: Final = "deal"
"""The cart's attribute that names a deal which somebody applies directly."""


@frozen
class DealsApplied:
    """What became of the deals: how many were looked at, which took no effect, and which codes released one."""

    tested: int
    not_applied: tuple[NotApplied, ...]
    codes: frozenset[str]


def apply_to_lines(programme: DealProgramme, scene: Scene, history: CustomerHistory) -> DealsApplied:
    """Take off the lines of ``scene`` what the deals of ``programme`` give, each with its step.

    Deals see what offers left: a line's unit price is then what is left of it for one unit. Lines that are closed to
    offers are closed to deals. Codes that nobody knows here are left to coupons.
    """
    outcome = apply_deals(programme, basket_of(scene, history), scene.day, history.orders)
    codes = dict(outcome.codes)
    lines = {str(line.number): line for line in scene.lines}
    for share in outcome.shares:
        line = lines[share.line]
        amount = min(share.amount, line.exact)
        deal = programme.deal(share.deal)
        line.take_off(
            amount,
            deal.id,
            codes.get(deal.id, ""),
            DEAL_APPLIED,
            deal=deal.id,
            name=deal.name,
            amount=scene.one * amount,
        )
    refused = tuple([each for each in outcome.refused if each.reason.code != UNKNOWN_CODE.code])
    return DealsApplied(outcome.tested, refused, frozenset(codes.values()))


def without_codes(refused: Iterable[NotApplied], released: frozenset[str]) -> list[NotApplied]:
    """Return ``refused`` less the codes that released a deal: they are no coupons, and not in vain."""
    compared = {"".join(code.split()).upper() for code in released}
    return [each for each in refused if each.rule not in compared]


def basket_of(scene: Scene, history: CustomerHistory) -> Basket:
    """Return the lines of a quote as a basket; each line's id is its number."""
    cart = scene.cart
    return Basket(
        currency=cart.currency,
        lines=tuple([_line(line) for line in scene.lines]),
        customer=BasketCustomer(
            "" if history.guest else cart.customer,
            history.guest,
            cart.customer_groups,
            history.flags,
            history.orders_before,
            history.deal_uses,
        ),
        channel=cart.channel,
        attributes=cart.attributes,
        codes=cart.codes,
        direct=tuple([value for name, value in cart.attributes if name == DIRECT]),
    )


def _line(line: LineInProgress) -> BasketLine:
    item = line.item
    price = EXACT.divide(line.exact, line.quantity)
    before = line.list_price if line.list_price > price else None
    categories = tuple([("categories", category) for category in item.categories])
    return BasketLine(
        id=str(line.number),
        item=item.id,
        quantity=line.quantity,
        unit_price=max(price, Decimal(0)),
        list_price=before,
        discountable=line.open_to_offers and not line.taken,
        attributes=(*line.cart_line.attributes, *item.attributes, *categories),
    )
