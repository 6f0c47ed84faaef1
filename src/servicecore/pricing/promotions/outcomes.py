"""What becomes of offers that could be applied: the step that says it, who stands back, and why others lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from servicecore.kernel.explain import NotApplied, StepKind
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger
from servicecore.pricing.promotions.situation import L, Situation
from servicecore.pricing.promotions.target import EVERYTHING

OFFER_APPLIED: Final = StepKind(
    "pricing.offer",
    en="offer {offer}{name:spaced}: {terms} on {base} (quantity {units})",
    it="offerta {offer}{name:spaced}: {terms} su {base} (quantità {units})",
    de="Angebot {offer}{name:spaced}: {terms} auf {base} (Menge {units})",
    amounts=("base",),
)
LOST_TO: Final = ProblemKind(
    "pricing.offer_lost",
    en="{value} off loses to the offer {winner}; accepted: {accepted}",
    it="lo sconto di {value} cede all'offerta {winner}; valori ammessi: {accepted}",
    de="{value} Nachlass unterliegt dem Angebot {winner}; zulässig: {accepted}",
)
NOT_COMBINABLE: Final = ProblemKind(
    "pricing.offer_not_combinable",
    en="the offer {value} does not stand beside {other}; accepted: {accepted}",
    it="l'offerta {value} non è cumulabile con {other}; valori ammessi: {accepted}",
    de="das Angebot {value} verträgt sich nicht mit {other}; zulässig: {accepted}",
)
GIVES_NOTHING: Final = ProblemKind(
    "pricing.offer_gives_nothing",
    en="{terms} takes nothing off; accepted: {accepted}",
    it="{terms} non toglie nulla; valori ammessi: {accepted}",
    de="{terms} bringt keinen Nachlass; zulässig: {accepted}",
)


def applied(offer: Offer, terms: object, base: Decimal, units: Decimal) -> dict[str, object]:
    """Return what a step of `OFFER_APPLIED` names: the offer, and the ``units`` worth ``base`` that it was taken of."""
    return {"offer": offer.id, "name": offer.name, "terms": terms, "base": base, "units": units}


def gives_nothing(offer: Offer) -> Problem:
    """Return that ``offer`` was applied in vain."""
    return GIVES_NOTHING.at("offers", value=offer.id, terms=offer.terms, accepted="a benefit above 0")


def not_beside(offer: Offer, others: str) -> Problem:
    """Return that ``offer`` does not combine with ``others``."""
    return NOT_COMBINABLE.at("offers", value=offer.id, other=others, accepted="one of the two")


def lost_to(winner: Offer, off: Money, most: Money) -> Problem:
    """Return that ``winner`` takes ``most`` off, more than the ``off`` that the loser would."""
    return LOST_TO.at("offers", value=off, winner=winner.id, accepted=f"more than {most}")


def alone(offers: list[Offer], holder: str, lowered_by: str) -> tuple[list[Offer], list[Offer], str]:
    """Return which of ``offers``, in the order of application, stand beside each other in a cart, and which do not.

    Where the first is exclusive in the cart, it stands alone; otherwise such offers stand back.

    Args:
        offers: those that could be applied.
        holder: the offer that has the cart for itself already; empty where none has.
        lowered_by: the offers that lowered lines before; beside them nothing is exclusive in the cart.

    Returns:
        Those that stay, those that stand back, and beside whom they do not stand.

    """
    if holder and lowered_by:
        return [], offers, holder
    exclusive = [offer for offer in offers if offer.exclusive is Exclusivity.CART]
    if not exclusive:
        return offers, [], ""
    if not lowered_by and offers[0].exclusive is Exclusivity.CART:
        return offers[:1], offers[1:], offers[0].id
    others = [offer for offer in offers if offer.exclusive is not Exclusivity.CART]
    return (others, exclusive, lowered_by or others[0].id)


def left_out(
    offer: Offer, left: tuple[L, ...], situation: Situation[L], among: tuple[L, ...] | None
) -> Iterator[tuple[L, NotApplied]]:
    """Return the lines that an offer applied by name does not touch, each with the reason."""
    if offer.trigger is not OfferTrigger.DIRECT:
        return
    for line in situation.counted(EVERYTHING) if among is None else among:
        if line not in left:
            reason = offer.eligible(situation, (line,))
            if isinstance(reason, Problem):
                yield line, NotApplied(offer.id, reason)
