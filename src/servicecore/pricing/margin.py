"""The margin alert: how what is charged for a line stands against what it costs (A11, CC 9)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding, RoundingMode, round_decimal
from servicecore.pricing.deductions import NO_DEDUCTION, Deducted
from servicecore.pricing.negative_percent import negative_percent
from servicecore.pricing.quote import Margin, MarginLevel, OrderMargin, QuoteLine

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


def _acceptable(value: object) -> Decimal:
    return exact_decimal(value, "acceptable_percent")


def _questionable(value: object) -> Decimal:
    return exact_decimal(value, "questionable_percent")


def _check_acceptable(_self: object, _attribute: object, value: Decimal) -> None:
    if value < 0:
        raise negative_percent("acceptable_percent", value, accepted="above 0")
    if not value:
        raise NOT_ACCEPTED.error("acceptable_percent", value=value, accepted="above 0")


def _check_questionable(_self: object, _attribute: object, value: Decimal) -> None:
    if value < 0:
        raise negative_percent("questionable_percent", value)


@frozen(field_transformer=checked_fields)
class MarginPolicy:
    """The bands of the margin alert.

    A margin of at least ``acceptable_percent`` is ok, of at least ``questionable_percent`` a warning, below it an
    error. A cost of 0 is ok, a price of 0 or less an error, an unknown cost its own state. What the price is counted
    without stands in ``PriceBook.deductions``.

    Attributes:
        acceptable_percent: from it on a margin is ok; above 0.
        questionable_percent: from it on it is a warning; 0 or more, below ``acceptable_percent``.
        basis: what the percentage is of.
        enforcement: whether an error informs or blocks.

    Raises:
        InvalidValue: ``config.questionable_not_below_acceptable``, ``config.negative_percent``,
            ``value.not_accepted``, ``value.wrong_type``.

    """

    acceptable_percent: Decimal = field(converter=_acceptable, validator=_check_acceptable)
    questionable_percent: Decimal = field(converter=_questionable, validator=_check_questionable)
    basis: MarginBasis = MarginBasis.MARKUP_ON_COST
    enforcement: MarginEnforcement = MarginEnforcement.INFORM

    def __attrs_post_init__(self) -> None:
        if self.questionable_percent >= self.acceptable_percent:
            accepted = f"below {self.acceptable_percent}"
            raise BANDS_IN_WRONG_ORDER.error("questionable_percent", value=self.questionable_percent, accepted=accepted)
        if self.basis is MarginBasis.MARGIN_ON_PRICE and self.acceptable_percent >= _ALL:
            raise NOT_ACCEPTED.error("acceptable_percent", value=self.acceptable_percent, accepted="below 100")

    def judge(
        self,
        net: Decimal,
        quantity: Decimal,
        unit_cost: Money | None,
        deductions: Deducted = NO_DEDUCTION,
        rounding: Rounding = HALF_UP,
    ) -> Margin:
        """Return the margin of a line.

        Args:
            net: what is charged for the whole line, without tax, after every discount.
            quantity: in the unit that ``unit_cost`` is for.
            unit_cost: None where unknown.
            deductions: what leaves the price again.
            rounding: of unit prices; the suggested one is rounded up by its step.

        """
        if unit_cost is None:
            return NO_MARGIN
        taken, money = None, None
        if deductions is not NO_DEDUCTION:
            taken = deductions.of(net, quantity)
            net = EXACT.subtract(net, taken)
            money = Money(taken, unit_cost.currency)
        level, percent = self.stand(net, EXACT.multiply(unit_cost.amount, quantity))
        suggested = None
        if level is not MarginLevel.OK:
            suggested = self.lowest_price(unit_cost, rounding, self.acceptable_percent, deductions)
        return Margin(level, percent, unit_cost, money, suggested)

    def stand(self, net: Decimal, cost: Decimal) -> tuple[MarginLevel, Decimal | None]:
        """Return how ``net``, less deductions, stands against ``cost``, and the percentage."""
        if net <= 0:
            return (MarginLevel.ERROR if cost else MarginLevel.OK), None
        if not cost:
            return MarginLevel.OK, None
        basis = cost if self.basis is MarginBasis.MARKUP_ON_COST else net
        scaled = EXACT.multiply(EXACT.subtract(net, cost), _ALL)
        if scaled >= EXACT.multiply(basis, self.acceptable_percent):
            level = MarginLevel.OK
        elif scaled >= EXACT.multiply(basis, self.questionable_percent):
            level = MarginLevel.WARNING
        else:
            level = MarginLevel.ERROR
        return level, round_decimal(EXACT.divide(scaled, basis), _SHOWN, RoundingMode.FLOOR)

    def judge_order(self, lines: Iterable[QuoteLine], currency: str, *, contains_tax: bool) -> OrderMargin:
        """Return the margin of ``lines`` together; ``contains_tax`` tells whether their nets contain tax."""
        net, cost, unknown = Decimal(0), Decimal(0), []
        for line in lines:
            margin = line.margin
            net = EXACT.add(net, (line.net - line.tax if contains_tax else line.net).amount)
            if margin.deducted is not None:
                net = EXACT.subtract(net, margin.deducted.amount)
            if margin.unit_cost is None:
                unknown.append(line.number)
            else:
                cost = EXACT.add(cost, EXACT.multiply(margin.unit_cost.amount, line.quantity))
        if unknown:
            return OrderMargin(MarginLevel.UNKNOWN_COST, None, Money(net, currency), None, tuple(unknown))
        level, percent = self.stand(net, cost)
        return OrderMargin(level, percent, Money(net, currency), Money(cost, currency))

    def lowest_price(
        self,
        unit_cost: Money,
        rounding: Rounding,
        percent: Decimal | None = None,
        deductions: Deducted = NO_DEDUCTION,
    ) -> Money | None:
        """Return the lowest unit price without tax at a margin of ``percent``, rounded up by ``rounding``'s step.

        ``percent`` is ``questionable_percent`` by default, the lowest that is not an error. None where the deductions
        leave nothing of any price.
        """
        wanted = self.questionable_percent if percent is None else percent
        kept = EXACT.subtract(_ALL, deductions.percent)
        if kept <= 0:
            return None
        if self.basis is MarginBasis.MARKUP_ON_COST:
            exact = EXACT.multiply(unit_cost.amount, EXACT.add(_ALL, wanted)).scaleb(-2, EXACT)
        else:
            exact = EXACT.divide(EXACT.multiply(unit_cost.amount, _ALL), EXACT.subtract(_ALL, wanted))
        if deductions is not NO_DEDUCTION:
            exact = EXACT.divide(EXACT.multiply(EXACT.add(exact, deductions.per_unit), _ALL), kept)
        upwards = Rounding(RoundingMode.CEILING, rounding.digits, rounding.step)
        return Money(exact, unit_cost.currency).round(upwards)

    def refusal(
        self,
        margin: Margin,
        item: str,
        unit_net: Money,
        rounding: Rounding,
        path: str,
        *,
        deductions: Deducted = NO_DEDUCTION,
    ) -> Problem | None:
        """Return why ``item``, at ``unit_net`` without tax, may not be sold, or None (``margin.blocked``)."""
        if self.enforcement is MarginEnforcement.INFORM:
            return None
        if margin.unit_cost is None or margin.level is not MarginLevel.ERROR:
            return None
        lowest = self.lowest_price(margin.unit_cost, rounding, deductions=deductions)
        accepted = "none, the deductions leave nothing" if lowest is None else f"{lowest} or more"
        return MARGIN_BLOCKED.at(path, value=unit_net, item=item, accepted=accepted)


NO_MARGIN: Final = Margin(MarginLevel.UNKNOWN_COST, None, None)
"""The margin of a line that none is computed for, or whose cost is unknown."""
