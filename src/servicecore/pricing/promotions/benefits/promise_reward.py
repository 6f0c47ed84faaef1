"""The benefit of a reward after the order: points, a credit, a coupon, or what a text says."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promised_reward import PromisedReward, RewardedLine, RewardKind
from servicecore.pricing.promotions.basket import BasketLine, Scope
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.combination import ValueSeen
from servicecore.pricing.promotions.field_checks import above_zero, not_blank, percentage
from servicecore.pricing.promotions.money_off import percent_of

_ONE = Decimal(1)


def _exact(value: object) -> Decimal:
    return exact_decimal(value, "promise_reward")


def _exact_or_none(value: object) -> Decimal | None:
    return None if value is None else _exact(value)


def _money_above_zero(_self: object, attribute: object, value: Money | None) -> None:
    if value is not None and value.amount <= 0:
        raise NOT_ACCEPTED.error(str(getattr(attribute, "name", "")), value=value, accepted="an amount above 0")


@frozen(field_transformer=checked_fields)
class PromiseReward(Benefit):
    """``quantity`` of a reward after the order: once, or for every so many units or so much value of the target.

    It changes no price and no unit is used by it. ``CREDIT`` is ``credit`` each time, or ``percent`` of the value in
    whole minor units, rounded down; the other kinds are ``quantity``. Promised once, it is had as a whole or not at
    all; otherwise it follows the units.

    Attributes:
        reward: what whoever grants it calls it: a programme, the id of a coupon, a text for people.
        kind: what is promised.
        quantity: how much each time; not of ``CREDIT``.
        credit: money each time, of ``CREDIT``.
        percent: of the value of the target, of ``CREDIT``.
        per_units: units of the target that bring it once; None for once in all.
        per_amount: value of the target that brings it once; None for once in all.
        seen: which value counts: what the offers left, or the one before them.

    Raises:
        InvalidValue: ``value.not_accepted``, for fields that do not go together too.

    """

    turn: ClassVar[int] = 3
    takes_off: ClassVar[bool] = False
    reward: str = field(validator=not_blank)
    kind: RewardKind = RewardKind.POINTS
    quantity: Decimal = field(converter=_exact, default=_ONE, validator=above_zero)
    credit: Money | None = field(default=None, validator=_money_above_zero)
    percent: Decimal | None = field(converter=_exact_or_none, default=None, validator=[percentage, above_zero])
    per_units: Decimal | None = field(converter=_exact_or_none, default=None, validator=above_zero)
    per_amount: Money | None = field(default=None, validator=_money_above_zero)
    seen: ValueSeen = ValueSeen.REMAINING

    def __attrs_post_init__(self) -> None:
        if self.scope is not Scope.LINES:
            raise NOT_ACCEPTED.error("scope", value=self.scope.value, accepted=Scope.LINES.value)
        money = [each for each in (self.credit, self.percent) if each is not None]
        if self.kind is not RewardKind.CREDIT and money:
            raise NOT_ACCEPTED.error("kind", value=self.kind.value, accepted="credit, where money is promised")
        if self.kind is RewardKind.CREDIT and (len(money) != 1 or self.quantity != _ONE):
            raise NOT_ACCEPTED.error("credit", value=self.credit, accepted="either credit or percent, and no quantity")
        every = [each for each in (self.percent, self.per_units, self.per_amount) if each is not None]
        if len(every) > 1:
            raise NOT_ACCEPTED.error(
                "per_units", value=self.per_units, accepted="one of percent, per_units, per_amount"
            )
        if self.credit is not None and self.per_amount is not None and self.credit.currency != self.currency:
            raise NOT_ACCEPTED.error("credit", value=self.credit, accepted=f"an amount in {self.per_amount.currency}")

    @property
    def currency(self) -> str:
        """Return the currency of its amounts; empty where it has none."""
        money = self.per_amount or self.credit
        return "" if money is None else money.currency

    @property
    def text(self) -> str:
        """Return ``+ 1 / 10.00 EUR (club)``."""
        return f"+ {self.rate} ({self.reward})"

    @property
    def rate(self) -> str:
        """Return ``1 / 10.00 EUR``."""
        if self.percent is not None:
            return f"{self.percent} %"
        promised, every = self.credit or self.quantity, self.per_amount or self.per_units
        return f"{promised}" if every is None else f"{promised} / {every}"

    @property
    def once(self) -> bool:
        """Return whether it is promised once, whatever the units and their value."""
        return self.percent is None and self.per_units is None and self.per_amount is None

    def work_out(self, view: View) -> Proposal:
        """Return what it promises; nothing where no unit is left to it."""
        lines = [(line, units) for line in self.lines(view) if (units := view.available(line))]
        values = [self._value(view, line, units) for line, units in lines]
        base = _total(values)
        by_value = self.percent is not None or self.per_amount is not None
        rests_on = tuple(
            [
                RewardedLine(line.id, units, value if by_value else units)
                for (line, units), value in zip(lines, values, strict=True)
                if value or not by_value
            ]
        )
        quantity = self._quantity(base, _total([units for _line, units in lines]), view.currency)
        if not rests_on or quantity <= NOTHING:
            return Proposal()
        step = NOTHING if self.once else self._step(view.currency)
        reward = PromisedReward(
            view.offer.id,
            self.kind,
            self.reward,
            quantity,
            view.currency,
            rests_on,
            step,
            self.rate,
            base,
            view.offer.name,
        )
        return Proposal(rewards=(reward,))

    def _value(self, view: View, line: BasketLine, units: Decimal) -> Decimal:
        if self.seen is ValueSeen.ORIGINAL:
            return EXACT.multiply(line.unit_price, units)
        return view.left(line, on_order=True) if units == line.quantity else view.base(line, units)

    def _quantity(self, base: Decimal, units: Decimal, currency: str) -> Decimal:
        if self.percent is not None:
            return percent_of(base, self.percent).quantize(self._step(currency), ROUND_FLOOR, EXACT)
        each = self.quantity if self.credit is None else self.credit.amount
        if self.per_units is not None:
            return EXACT.multiply(_times(units, self.per_units), each)
        if self.per_amount is not None:
            return EXACT.multiply(_times(base, self.per_amount.amount), each)
        return each

    def _step(self, currency: str) -> Decimal:
        if self.kind is RewardKind.CREDIT:
            return _ONE.scaleb(-currency_digits(currency))
        exponent = self.quantity.normalize().as_tuple().exponent
        return _ONE.scaleb(min(exponent if isinstance(exponent, int) else 0, 0))


def _times(value: Decimal, each: Decimal) -> Decimal:
    return EXACT.divide(value, each).quantize(_ONE, ROUND_FLOOR, EXACT)


def _total(values: list[Decimal]) -> Decimal:
    total = NOTHING
    for each in values:
        total = EXACT.add(total, each)
    return total
