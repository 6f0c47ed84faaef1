"""Renewal: whether a contract goes on, for how long, and at which price."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from attrs import field, frozen
from attrs.converters import optional

from servicecore.contracts.proration import times_fraction
from servicecore.contracts.term import MOST_DAYS
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.explain import Explanation, Step, StepKind, rounding_step
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.recurrence import Interval
from servicecore.kernel.rounding import EXACT, Rounding

_HUNDRED: Final = Decimal(100)

PRICE_BEFORE: Final = StepKind(
    "contracts.price_before_renewal",
    en="price before the renewal",
    it="prezzo prima del rinnovo",
    de="Preis vor der Verlängerung",
)
UPLIFT: Final = StepKind(
    "contracts.uplift",
    en="changed by {percent} % at the renewal",
    it="variato del {percent} % al rinnovo",
    de="um {percent} % bei der Verlängerung geändert",
)
UPLIFT_BOUNDED: Final = StepKind(
    "contracts.uplift_bounded",
    en="{percent} % agreed, {applied} % applied: the bounds are {floor} to {cap}",
    it="{percent} % concordato, {applied} % applicato: i limiti sono da {floor} a {cap}",
    de="{percent} % vereinbart, {applied} % angewandt: die Grenzen sind {floor} bis {cap}",
)


_LEAST_PERCENT: Final = Decimal(-100)
_MOST_PERCENT: Final = Decimal(1000)


def percent_of_change(value: object) -> Decimal:
    """Return ``value`` as a change of price in percent, -100 to 1000.

    Raises:
        InvalidValue: ``value.wrong_type`` or ``value.not_accepted``.

    """
    percent = exact_decimal(value, "percent")
    if not _LEAST_PERCENT <= percent <= _MOST_PERCENT:
        raise NOT_ACCEPTED.error("percent", value=percent, accepted=f"{_LEAST_PERCENT} to {_MOST_PERCENT}")
    return percent


class RenewalMode(Enum):
    """NONE expires at the end of the term; MANUAL waits for somebody to renew; AUTO renews unless notice is given."""

    NONE = "none"
    MANUAL = "manual"
    AUTO = "auto"


@frozen(field_transformer=checked_fields)
class Uplift:
    """By how much a price changes at a renewal.

    Attributes:
        percent: of the last rounded price, -100 to 1000; negative lowers.
        floor: least change in percent, or None.
        cap: greatest change in percent, or None.
        rounding: of the new price; None is half up to the decimals that the price has, at least the currency's.

    """

    percent: Decimal = field(converter=percent_of_change, default=Decimal(0))
    floor: Decimal | None = field(converter=optional(percent_of_change), default=None)
    cap: Decimal | None = field(converter=optional(percent_of_change), default=None)
    rounding: Rounding | None = None

    @cap.validator
    def _check_bounds(self, _attribute: object, value: Decimal | None) -> None:
        if value is not None and self.floor is not None and value < self.floor:
            raise NOT_ACCEPTED.error("uplift.cap", value=value, accepted=f"{self.floor} or more, the floor")

    def applied(self, percent: Decimal) -> Decimal:
        """Return ``percent`` held between floor and cap."""
        if self.floor is not None and percent < self.floor:
            return self.floor
        return self.cap if self.cap is not None and percent > self.cap else percent


@frozen(field_transformer=checked_fields)
class RenewalPolicy:
    """The rules of renewal that a contract was signed with.

    Attributes:
        mode: who renews.
        extension: length of each later term; None takes the initial term's.
        uplift: change of price from each later term on.
        max_renewals: how many times at most; None is without limit.
        reminder: how long before the last day of a term somebody is reminded of it; None is never. Keep it before the
            last day for notice: a term that renewed itself is not reminded of.
        grace_days: how long after the last day a MANUAL contract waits for its renewal before it expires.

    """

    mode: RenewalMode = RenewalMode.NONE
    extension: Interval | None = None
    uplift: Uplift = field(default=Uplift())
    max_renewals: int | None = field(default=None)
    grace_days: int = field(default=30)
    reminder: Interval | None = None

    @max_renewals.validator
    def _check_renewals(self, _attribute: object, value: int | None) -> None:
        if value is not None and value < 0:
            raise NOT_ACCEPTED.error("renewal.max_renewals", value=value, accepted="0 or more")

    @grace_days.validator
    def _check_grace(self, _attribute: object, value: int) -> None:
        if not 0 <= value <= MOST_DAYS:
            raise NOT_ACCEPTED.error("renewal.grace_days", value=value, accepted=f"0 to {MOST_DAYS}")


def uplifted(price: Money, uplift: Uplift, percent: Decimal | None = None) -> Explanation:
    """Return the price after a renewal, explained: ``round(price * (1 + clamp(percent)))`` (specs: contracts 6).

    ``percent`` replaces the policy's, inside the same floor and cap.
    """
    agreed = uplift.percent if percent is None else percent
    applied = uplift.applied(agreed)
    rounding = uplift.rounding or Rounding(digits=max(currency_digits(price.currency), _decimals(price.amount)))
    delta = price * EXACT.divide(applied, _HUNDRED)
    after = (price + delta).round(rounding) if applied else price
    steps: list[Step] = [PRICE_BEFORE.step(price)]
    if applied != agreed:
        bounds = {"floor": _bound(uplift.floor), "cap": _bound(uplift.cap)}
        steps.append(UPLIFT_BOUNDED.step(delta, percent=agreed, applied=applied, **bounds))
    elif applied:
        steps.append(UPLIFT.step(delta, percent=applied))
    steps.extend(rounding_step(price + delta, after, rounding.name))
    return Explanation("price from the renewal on", after, tuple(steps))


def indexed_percent(base: Decimal, now: Decimal, share_percent: Decimal = _HUNDRED) -> Decimal:
    """Return the change in percent that an index from ``base`` to ``now`` makes: ``(now / base - 1) * share``.

    Not yet held between floor and cap (specs: contracts 6, policy ``index``).

    Raises:
        InvalidValue: ``value.not_accepted`` for an index of 0 or less.

    """
    for name, value in (("base", base), ("now", now)):
        if value <= 0:
            raise NOT_ACCEPTED.error(f"index.{name}", value=value, accepted="an index above 0")
    return EXACT.divide(EXACT.multiply(EXACT.subtract(now, base), share_percent), base)


def renewal_total(price: Money, base_interval: Interval, term: Interval) -> Money:
    """Return what a term costs at ``price`` per base interval, whatever the rhythm of billing; both in months."""
    return times_fraction(price, Fraction(term.months, base_interval.months)).round()


def monthly_value(amount: Money, interval: Interval) -> Money:
    """Return what ``amount`` every ``interval`` is worth a month, rounded; a month of days is 365/12 days."""
    months = Fraction(interval.months) or Fraction(interval.days * 12, 365)
    return times_fraction(amount, 1 / months).round()


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize(EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _bound(value: Decimal | None) -> str:
    return "-" if value is None else f"{value} %"
