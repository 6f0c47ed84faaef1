"""The margin alert: how what is charged for a line stands against what it costs (A11, CC 9)."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT, Rounding, RoundingMode, round_decimal
from servicecore.pricing.quote import Margin, MarginLevel

BANDS_IN_WRONG_ORDER: Final = ProblemKind(
    "config.questionable_not_below_acceptable",
    en="the questionable margin is {value} percent; accepted: {accepted}",
    it="il margine discutibile è {value} per cento; valori ammessi: {accepted}",
    de="die fragliche Marge ist {value} Prozent; zulässig: {accepted}",
)
MARGIN_BLOCKED: Final = ProblemKind(
    "margin.blocked",
    en="at {value} a unit of {item} the margin is not acceptable; accepted: {accepted}",
    it="a {value} l'unità di {item} il margine non è accettabile; valori ammessi: {accepted}",
    de="bei {value} je Einheit von {item} ist die Marge nicht annehmbar; zulässig: {accepted}",
)

_ALL: Final = Decimal(100)
_SHOWN: Final = Decimal("0.0001")


class MarginBasis(Enum):
    """What the margin is a percentage of: the cost, or the price. 140 at a cost of 100 is 40 or 28.57 percent."""

    MARKUP_ON_COST = "markup_on_cost"
    MARGIN_ON_PRICE = "margin_on_price"


class MarginEnforcement(Enum):
    """What an unacceptable margin does: it is shown, or it stops the quote."""

    INFORM = "inform"
    BLOCK = "block"


def _percent(value: object) -> Decimal:
    return exact_decimal(value, "percent")


@frozen
class MarginPolicy:
    """The bands of the margin alert.

    A margin of at least ``acceptable_percent`` is ok, of at least ``questionable_percent`` a warning, below it an
    error. A cost of 0 is ok, a price of 0 or less an error, an unknown cost its own state.

    Raises:
        InvalidValue: ``config.questionable_not_below_acceptable``, ``value.not_accepted``.

    """

    acceptable_percent: Decimal = field(converter=_percent)
    questionable_percent: Decimal = field(converter=_percent)
    basis: MarginBasis = MarginBasis.MARKUP_ON_COST
    enforcement: MarginEnforcement = MarginEnforcement.INFORM

    def __attrs_post_init__(self) -> None:
        if self.questionable_percent >= self.acceptable_percent:
            accepted = f"below {self.acceptable_percent}"
            raise BANDS_IN_WRONG_ORDER.error("questionable_percent", value=self.questionable_percent, accepted=accepted)
        if self.basis is MarginBasis.MARGIN_ON_PRICE and self.acceptable_percent >= _ALL:
            raise NOT_ACCEPTED.error("acceptable_percent", value=self.acceptable_percent, accepted="below 100")

    def judge(self, net: Decimal, quantity: Decimal, unit_cost: Money | None) -> Margin:
        """Return the margin of a line.

        Args:
            net: what is charged for the whole line, without tax, after every discount.
            quantity: in the unit that ``unit_cost`` is for.
            unit_cost: None where unknown.

        """
        if unit_cost is None:
            return Margin(MarginLevel.UNKNOWN_COST, None, None)
        cost = EXACT.multiply(unit_cost.amount, quantity)
        if net <= 0:
            level = MarginLevel.OK if not cost else MarginLevel.ERROR
            return Margin(level, None, unit_cost)
        if not cost:
            return Margin(MarginLevel.OK, None, unit_cost)
        profit = EXACT.subtract(net, cost)
        basis = cost if self.basis is MarginBasis.MARKUP_ON_COST else net
        scaled = EXACT.multiply(profit, _ALL)
        if scaled >= EXACT.multiply(basis, self.acceptable_percent):
            level = MarginLevel.OK
        elif scaled >= EXACT.multiply(basis, self.questionable_percent):
            level = MarginLevel.WARNING
        else:
            level = MarginLevel.ERROR
        percent = round_decimal(EXACT.divide(scaled, basis), _SHOWN, RoundingMode.FLOOR)
        return Margin(level, percent, unit_cost)

    def lowest_price(self, unit_cost: Money, rounding: Rounding, percent: Decimal | None = None) -> Money:
        """Return the lowest unit price without tax at a margin of ``percent``, rounded up by ``rounding``'s step.

        ``percent`` is ``questionable_percent`` by default, the lowest that is not an error.
        """
        wanted = self.questionable_percent if percent is None else percent
        if self.basis is MarginBasis.MARKUP_ON_COST:
            exact = EXACT.multiply(unit_cost.amount, EXACT.add(_ALL, wanted)).scaleb(-2, EXACT)
        else:
            exact = EXACT.divide(EXACT.multiply(unit_cost.amount, _ALL), EXACT.subtract(_ALL, wanted))
        upwards = Rounding(RoundingMode.CEILING, rounding.digits, rounding.step)
        return Money(exact, unit_cost.currency).round(upwards)

    def refusal(self, margin: Margin, item: str, unit_net: Money, rounding: Rounding, path: str) -> Problem | None:
        """Return why a line with ``margin`` may not be sold, or None (``margin.blocked``)."""
        if self.enforcement is not MarginEnforcement.BLOCK or margin.level is not MarginLevel.ERROR:
            return None
        lowest = "" if margin.unit_cost is None else str(self.lowest_price(margin.unit_cost, rounding))
        return MARGIN_BLOCKED.at(path, value=unit_net, item=item, accepted=f"{lowest} or more")


NO_MARGIN: Final = Margin(MarginLevel.UNKNOWN_COST, None, None)
"""The margin of a line that none is computed for."""
