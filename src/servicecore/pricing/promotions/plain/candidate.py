"""A candidate: a plain offer with the lines that it can touch."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.blank import blank_class
from servicecore.kernel.explain import NotApplied
from servicecore.pricing.promotions.benefits import PlainBenefit
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.outcomes import gives_nothing, not_beside
from servicecore.pricing.promotions.scene import Lines
from servicecore.pricing.promotions.take_off import holder

# A member of an enumeration is looked up in its class each time, which a quote does for every offer.
_ALONE_ON_LINES: Final = Exclusivity.LINE


@frozen(eq=False, weakref_slot=False)
class Candidate:
    """A plain offer that can be applied.

    Attributes:
        offer: the offer.
        lines: the lines that it can touch, at least one.
        code: the code that released it; empty for others.
        benefit: the one thing that it gives.

    """

    offer: Offer
    lines: Lines
    code: str
    benefit: PlainBenefit

    @property
    def name(self) -> str:
        """Return what refusals call it: the code, or the offer's id."""
        return self.code or self.offer.id

    @property
    def alone_on_lines(self) -> bool:
        """Return whether it closes its lines to all others."""
        return self.offer.exclusive is _ALONE_ON_LINES

    def free_lines(self) -> Lines:
        """Return its lines that the offers before it leave to it."""
        lines = self.lines
        for line in lines:
            if line.discounts or line.taken:
                untouched = self.alone_on_lines or not self.offer.applies_to_discounted
                return tuple([line for line in lines if not (line.taken or (untouched and line.discounts))])
        return lines

    def gives_nothing(self) -> NotApplied:
        """Return that it was applied in vain."""
        return NotApplied(self.name, gives_nothing(self.offer))

    def stands_back(self) -> NotApplied:
        """Return that others hold all its lines; or, where they changed no amount, that it was applied in vain."""
        others = holder(self.lines)
        return NotApplied(self.name, not_beside(self.offer, others)) if others else self.gives_nothing()


_BlankCandidate: Final = blank_class(Candidate)


def candidate(offer: Offer, lines: Lines, code: str) -> Candidate:
    """Return plain ``offer`` as a candidate for ``lines``: a quote makes some, so they are made without ceremony."""
    made = _BlankCandidate()
    made.offer = offer
    made.lines = lines
    made.code = code
    made.benefit = offer.benefits[0]
    made.__class__ = Candidate
    can: Candidate = made
    return can
