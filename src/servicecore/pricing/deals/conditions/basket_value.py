"""The condition that the goods are worth enough."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.combination import UnitUse, ValueSeen
from servicecore.pricing.deals.conditions.condition import DealCondition, Progress
from servicecore.pricing.deals.target import EVERY_LINE, DealTarget

BELOW_MINIMUM: Final = ProblemKind(
    "deal.below_minimum",
    en="the goods are worth {value}; accepted: {accepted}",
    it="la merce vale {value}; valori ammessi: {accepted}",
    de="die Ware ist {value} wert; zulässig: {accepted}",
)
NOT_ABOVE_MINIMUM: Final = ProblemKind(
    "deal.not_above_minimum",
    en="the goods are worth {value}; accepted: {accepted}",
    it="la merce vale {value}; valori ammessi: {accepted}",
    de="die Ware ist {value} wert; zulässig: {accepted}",
)
OTHER_CURRENCY: Final = ProblemKind(
    "deal.other_currency",
    en="the basket is in {value}; accepted: {accepted}",
    it="il carrello è in {value}; valori ammessi: {accepted}",
    de="der Warenkorb ist in {value}; zulässig: {accepted}",
)


@frozen
class BasketValue(DealCondition):
    """The goods of ``target`` come to ``minimum``.

    Attributes:
        minimum: in the basket's currency; a basket of another currency never meets it.
        strict: whether the value has to be above ``minimum`` rather than at least it.
        target: the lines that count.
        seen: what is left, or before all deals; None takes the programme's setting.

    """

    minimum: Money = field()
    strict: bool = False
    target: DealTarget = EVERY_LINE
    seen: ValueSeen | None = None

    @minimum.validator
    def _check_minimum(self, _attribute: object, value: Money) -> None:
        if value.amount < 0:
            raise NOT_ACCEPTED.error("minimum", value=value, accepted="an amount of 0 or more")

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.other_currency``, ``deal.below_minimum`` or ``deal.not_above_minimum``, or None."""
        currency = view.basket.currency
        if self.minimum.currency != currency:
            return OTHER_CURRENCY.at("currency", value=currency, accepted=self.minimum.currency)
        value = self._value(view)
        if value > self.minimum.amount or (value == self.minimum.amount and not self.strict):
            return None
        kind = NOT_ABOVE_MINIMUM if self.strict else BELOW_MINIMUM
        accepted = f"more than {self.minimum}" if self.strict else f"{self.minimum} or more"
        return kind.at("subtotal", value=Money(value, currency), accepted=accepted)

    def progress(self, view: View) -> Progress:
        """Return the value that counts."""
        return Progress(self._value(view), self.minimum.amount)

    def spend(self, view: View, used: tuple[tuple[BasketLine, Decimal], ...]) -> tuple[tuple[BasketLine, Decimal], ...]:
        """Return whole units worth what is still missing, the priciest first."""
        missing = self.minimum.amount
        for line, units in used:
            missing = EXACT.subtract(missing, EXACT.multiply(line.unit_price, units))
        spent = []
        for line in view.priciest_first(view.lines(self.target)):
            free = view.available(line)
            if missing <= NOTHING or free <= NOTHING or not line.unit_price:
                continue
            needed = EXACT.divide(missing, line.unit_price).quantize(Decimal(1), ROUND_CEILING, EXACT)
            units = min(free, needed)
            spent.append((line, units))
            missing = EXACT.subtract(missing, EXACT.multiply(line.unit_price, units))
        return tuple(spent)

    def _value(self, view: View) -> Decimal:
        seen = self.seen or view.settings.conditions_see
        total = NOTHING
        for line in view.lines(self.target):
            if seen is ValueSeen.REMAINING:
                value = view.left(line)
            elif view.settings.unit_use is UnitUse.SPENT:
                value = EXACT.multiply(line.unit_price, view.available(line))
            else:
                value = line.value
            total = EXACT.add(total, value)
        return total
