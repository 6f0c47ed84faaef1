"""The condition that something else lies in the cart."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.scene import Lines, Scene, Term
from servicecore.pricing.promotions.targets import Target

NOT_IN_CART: Final = ProblemKind(
    "pricing.condition_contains",
    en="the cart holds {value} of {target}; accepted: {accepted}",
    it="il carrello contiene {value} di {target}; valori ammessi: {accepted}",
    de="der Warenkorb enthält {value} von {target}; zulässig: {accepted}",
)


def _quantity(value: object) -> Decimal:
    quantity = exact_decimal(value, "minimum")
    if quantity <= 0:
        raise NOT_ACCEPTED.error("minimum", value=quantity, accepted="a quantity above 0")
    return quantity


@frozen
class CartContains(Condition):
    """The cart holds at least ``minimum`` units of ``target``, whether the offer is about them or not."""

    target: Target
    minimum: Decimal = field(converter=_quantity, default=Decimal(1))

    def narrow(self, lines: Lines, scene: Scene) -> Lines | Problem:
        """Keep all lines where the cart holds enough (``pricing.condition_contains``)."""
        held = Decimal(0)
        for line in self.target.pick(scene.lines):
            held = EXACT.add(held, line.own_quantity)
        if held >= self.minimum:
            return lines
        return NOT_IN_CART.at("lines", value=held, target=self.target, accepted=f"{self.minimum} or more")

    def terms(self) -> tuple[Term, ...] | None:
        """Return the items and categories that the cart has to hold."""
        return self.target.terms()
