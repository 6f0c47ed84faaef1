"""The condition that the goods are worth enough."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.scene import Lines, Scene, Term
from servicecore.pricing.promotions.targets import Target

VALUE_BELOW: Final = ProblemKind(
    "pricing.condition_value",
    en="the goods are worth {value}; accepted: {accepted}",
    it="la merce vale {value}; valori ammessi: {accepted}",
    de="die Ware ist {value} wert; zulässig: {accepted}",
)


@frozen
class ValueAtLeast(Condition):
    """The lines' net so far comes to ``minimum``.

    Line offers see the prices before offers; offers on the order see what the line offers left.

    Attributes:
        minimum: in the cart's currency; a cart of another currency never meets it.
        strict: whether the value has to be above ``minimum`` rather than at least it.
        target: the lines that count; None means the lines of the offer.

    """

    minimum: Money = field()
    strict: bool = False
    target: Target | None = None

    @minimum.validator
    def _check_minimum(self, _attribute: object, value: Money) -> None:
        if value.amount < 0:
            raise NOT_ACCEPTED.error("minimum", value=value, accepted="an amount of 0 or more")

    def narrow(self, lines: Lines, scene: Scene) -> Lines | Problem:
        """Keep all lines where the value is reached (``pricing.condition_value``)."""
        counted = lines if self.target is None else self.target.pick(scene.lines)
        value = Decimal(0)
        for line in counted:
            value = EXACT.add(value, line.net)
        enough = value > self.minimum.amount if self.strict else value >= self.minimum.amount
        if enough and scene.currency == self.minimum.currency:
            return lines
        accepted = f"more than {self.minimum}" if self.strict else f"{self.minimum} or more"
        return VALUE_BELOW.at("subtotal", value=scene.one * value, accepted=accepted)

    def terms(self) -> tuple[Term, ...] | None:
        """Return the items that count, or the currency of the minimum."""
        counted = None if self.target is None or not self.minimum else self.target.terms()
        return counted or (("currency", self.minimum.currency),)
