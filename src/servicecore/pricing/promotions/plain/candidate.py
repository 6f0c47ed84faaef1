"""A candidate: a plain offer with the lines that it can touch."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from servicecore.kernel.explain import NotApplied
from servicecore.pricing.promotions.benefits import PlainBenefit
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.outcomes import gives_nothing, not_beside
from servicecore.pricing.promotions.scene import Lines
from servicecore.pricing.promotions.take_off import holder


@frozen(eq=False)
class Candidate:
    """A plain offer that can be applied.

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
    def benefit(self) -> PlainBenefit:
        """Return the one thing that it gives."""
        benefit: Any = self.offer.benefits[0]
        plain: PlainBenefit = benefit
        return plain

    def free_lines(self) -> Lines:
        """Return its lines that the offers before it leave to it."""
        offer = self.offer
        undiscounted = offer.exclusive is Exclusivity.LINE or not offer.applies_to_discounted
        if undiscounted:
            return tuple([line for line in self.lines if not (line.taken or line.discounts)])
        return tuple([line for line in self.lines if not line.taken])

    def gives_nothing(self) -> NotApplied:
        """Return that it was applied in vain."""
        return NotApplied(self.name, gives_nothing(self.offer))

    def stands_back(self) -> NotApplied:
        """Return that others hold all its lines; or, where they changed no amount, that it was applied in vain."""
        others = holder(self.lines)
        return NotApplied(self.name, not_beside(self.offer, others)) if others else self.gives_nothing()
