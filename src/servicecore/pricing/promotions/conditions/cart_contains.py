"""The condition that something else lies in the cart."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.situation import L, Situation, Term
from servicecore.pricing.promotions.target import Target

NOT_IN_CART: Final = ProblemKind(
    "pricing.condition_contains",
    en="the cart holds {value} of {target}; accepted: {accepted}",
    it="il carrello contiene {value} di {target}; valori ammessi: {accepted}",
    de="der Warenkorb enthält {value} von {target}; zulässig: {accepted}",
)


def _quantity(value: object) -> Decimal | None:
    if value is None:
        return None
    quantity = exact_decimal(value, "minimum")
    if quantity <= 0:
        raise NOT_ACCEPTED.error("minimum", value=quantity, accepted="a quantity above 0")
    return quantity


@frozen(field_transformer=checked_fields)
class CartContains(Condition):
    """The cart holds at least ``minimum`` units of ``target``, whether the offer is about them or not.

    Attributes:
        target: what it has to hold.
        minimum: in the items' own units; None is any quantity above 0.

    """

    target: Target
    minimum: Decimal | None = field(converter=_quantity, default=Decimal(1))

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines where the cart holds enough (``pricing.condition_contains``)."""
        held = Decimal(0)
        for line in situation.counted(self.target):
            held = EXACT.add(held, situation.units(line))
        if held > 0 if self.minimum is None else held >= self.minimum:
            return lines
        accepted = "some" if self.minimum is None else f"{self.minimum} or more"
        return NOT_IN_CART.at("lines", value=held, target=self.target, accepted=accepted)

    def terms(self) -> tuple[Term, ...] | None:
        """Return the items and categories that the cart has to hold."""
        return self.target.terms()
