"""The condition that the goods are worth enough."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.combination import ValueSeen
from servicecore.pricing.promotions.conditions.condition import Condition, Progress
from servicecore.pricing.promotions.situation import L, Situation, Term
from servicecore.pricing.promotions.target import Target

VALUE_BELOW: Final = ProblemKind(
    "pricing.condition_value",
    en="the goods are worth {value}; accepted: {accepted}",
    it="la merce vale {value}; valori ammessi: {accepted}",
    de="die Ware ist {value} wert; zulässig: {accepted}",
)
VALUE_NOT_ABOVE: Final = ProblemKind(
    "pricing.condition_value_above",
    en="the goods are worth {value}; accepted: {accepted}",
    it="la merce vale {value}; valori ammessi: {accepted}",
    de="die Ware ist {value} wert; zulässig: {accepted}",
)
VALUE_CURRENCY: Final = ProblemKind(
    "pricing.condition_currency",
    en="the goods are priced in {value}; accepted: {accepted}",
    it="la merce è in {value}; valori ammessi: {accepted}",
    de="die Ware hat Preise in {value}; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ValueAtLeast(Condition):
    """The lines' net so far comes to ``minimum``.

    Attributes:
        minimum: in the cart's currency; a cart of another currency never meets it.
        strict: whether the value has to be above ``minimum`` rather than at least it.
        target: the lines that count; None means the lines of the offer.
        seen: what is left, or before all offers; None takes the book's setting.

    """

    minimum: Money = field()
    strict: bool = False
    target: Target | None = None
    seen: ValueSeen | None = None

    @minimum.validator
    def _check_minimum(self, _attribute: object, value: Money) -> None:
        if value.amount < 0:
            raise NOT_ACCEPTED.error("minimum", value=value, accepted="an amount of 0 or more")

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines where the value is reached.

        Problems: ``pricing.condition_currency``, ``pricing.condition_value``, ``pricing.condition_value_above`` where
        it has to be above.
        """
        currency = situation.currency
        if currency != self.minimum.currency:
            return VALUE_CURRENCY.at("currency", value=currency, accepted=self.minimum.currency)
        value = NOTHING
        for line in lines if self.target is None else situation.counted(self.target):
            value = EXACT.add(value, situation.worth(line, self.seen))
        minimum = self.minimum.amount
        if value > minimum or (value == minimum and not self.strict):
            return lines
        kind = VALUE_NOT_ABOVE if self.strict else VALUE_BELOW
        accepted = f"more than {self.minimum}" if self.strict else f"{self.minimum} or more"
        return kind.at("subtotal", value=Money(value, currency), accepted=accepted)

    def terms(self) -> tuple[Term, ...] | None:
        """Return the items that count, or the currency of the minimum."""
        counted = None if self.target is None or not self.minimum else self.target.terms()
        return counted or (("currency", self.minimum.currency),)

    def progress(self, view: View) -> Progress:
        """Return the value that counts."""
        value = NOTHING
        for line in self._lines(view):
            value = EXACT.add(value, view.worth(line, self.seen))
        return Progress(value, self.minimum.amount)

    def spend(self, view: View, used: tuple[tuple[BasketLine, Decimal], ...]) -> tuple[tuple[BasketLine, Decimal], ...]:
        """Return whole units worth what is still missing, the priciest first."""
        missing = self.minimum.amount
        for line, units in used:
            missing = EXACT.subtract(missing, EXACT.multiply(line.unit_price, units))
        spent = []
        for line in view.priciest_first(list(self._lines(view))):
            free = view.available(line)
            if missing <= NOTHING or free <= NOTHING or not line.unit_price:
                continue
            needed = EXACT.divide(missing, line.unit_price).quantize(Decimal(1), ROUND_CEILING, EXACT)
            units = min(free, needed)
            spent.append((line, units))
            missing = EXACT.subtract(missing, EXACT.multiply(line.unit_price, units))
        return tuple(spent)

    def _lines(self, view: View) -> tuple[BasketLine, ...]:
        return view.counted(view.offer.target if self.target is None else self.target)
