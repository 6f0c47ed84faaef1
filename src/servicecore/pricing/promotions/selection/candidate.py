"""A candidate: an offer with the lines that it can touch, on its way through a selection."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.explain import NotApplied, StepKind
from servicecore.kernel.problems import ProblemKind
from servicecore.pricing.promotions.benefits import Benefit
from servicecore.pricing.promotions.offers import Offer
from servicecore.pricing.promotions.scene import Lines, Scene

OFFER_APPLIED: Final = StepKind(
    "pricing.offer",
    en="offer {offer} {name}: {terms}",
    it="offerta {offer} {name}: {terms}",
    de="Angebot {offer} {name}: {terms}",
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
    en="{value} takes nothing off; accepted: {accepted}",
    it="{value} non toglie nulla; valori ammessi: {accepted}",
    de="{value} bringt keinen Nachlass; zulässig: {accepted}",
)
NOTHING: Final = Decimal(0)


@frozen(eq=False)
class Candidate:
    """An offer that can be applied.

    Attributes:
        offer: the offer.
        lines: the lines that it can touch, at least one.
        code: the code that released it; empty for others.
        name: what refusals call it: the code, or the offer's id.

    """

    offer: Offer
    lines: Lines
    code: str
    name: str

    @property
    def benefit(self) -> Benefit:
        """Return what it gives, as the general class."""
        return self.offer.benefit

    def gives_nothing(self) -> NotApplied:
        """Return that it was applied in vain."""
        reason = GIVES_NOTHING.at("offers", value=self.benefit.text, accepted="a benefit above 0")
        return NotApplied(self.name, reason)

    def not_beside(self, other: str) -> NotApplied:
        """Return that it does not combine with ``other``."""
        accepted = "one of the two"
        return NotApplied(self.name, NOT_COMBINABLE.at("offers", value=self.offer.id, other=other, accepted=accepted))

    def lost(self, off: Decimal, scene: Scene, winner: Candidate, won: Decimal) -> NotApplied:
        """Return that ``winner`` took more than the ``off`` that this one would have."""
        accepted = f"more than {scene.one * won}"
        return NotApplied(
            self.name, LOST_TO.at("offers", value=scene.one * off, winner=winner.offer.id, accepted=accepted)
        )
