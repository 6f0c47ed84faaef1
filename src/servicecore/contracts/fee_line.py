"""Fee lines: what a contract charges, how often, when, and for which part of a period."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from servicecore.contracts.proration import Proration
from servicecore.contracts.term import MOST_DAYS, check_length
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.periods import Alignment, Grid
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind
from servicecore.kernel.recurrence import Interval, MonthEnd
from servicecore.kernel.rounding import round_decimal

RATIO_NOT_WHOLE: Final = ProblemKind(
    "contracts.ratio_not_whole",
    en="a price per {value} cannot be billed every {rhythm}; accepted: {accepted}",
    it="un prezzo per {value} non può essere fatturato ogni {rhythm}; valori ammessi: {accepted}",
    de="ein Preis je {value} lässt sich nicht alle {rhythm} abrechnen; zulässig: {accepted}",
)
_RATIO: Final = "intervals of which one is a whole multiple of the other, both of months or both of days"

_MOST: Final = 10**9
_STEP: Final = Decimal("1e-9")


class Timing(Enum):
    """Whether a period is invoiced before it is served or after."""

    ADVANCE = "advance"
    ARREARS = "arrears"


class ArrearsInvoiceDay(Enum):
    """On which day a period in arrears is invoiced: the day after its last one, or the last one."""

    NEXT_DAY = "next_day"
    LAST_DAY = "last_day"


class StubPolicy(Enum):
    """What a first or last period costs that is shorter than the interval: its share, all of it, or nothing."""

    PRORATE = "prorate"
    FULL = "full"
    FREE = "free"


def _positive(value: object) -> Decimal:
    quantity = exact_decimal(value, "quantity")
    if not 0 < quantity < _MOST or quantity != round_decimal(quantity, _STEP):
        raise NOT_ACCEPTED.error("quantity", value=quantity, accepted=f"above 0 and below {_MOST}, up to 9 decimals")
    return quantity


@frozen(field_transformer=checked_fields)
class FeeLine:
    """One fee of a contract.

    Attributes:
        id: unique in the contract.
        description: what the invoice says.
        price: for one ``base_interval`` and a quantity of 1, in major units; at least 0; unit prices may have more
            decimals than the currency.
        base_interval: what the price is for.
        interval: how often it is billed; one of the two is a whole multiple of the other.
        quantity: above 0, up to 9 decimals.
        item: catalogue item, or empty.
        timing: in advance or in arrears.
        alignment: where the periods begin: on the anniversary, with the calendar, on a billing day.
        billing_day: 1 to 31, for Alignment.BILLING_DAY only.
        month_end: what becomes of the 29th to 31st in shorter months.
        invoice_offset_days: days after the period's start (advance) or end (arrears); negative is earlier.
        arrears_invoice_day: from which day an invoice in arrears is counted.
        first_stub: what a short first period costs.
        last_stub: what a short last period costs.
        proration: how a share is counted.
        start: first civil day of the fee; None takes the contract's. It is the anchor of the periods.
        last_day: last civil day of the fee, inclusive; None takes the contract's.
        grandfathered: keeps its price at renewals.
        tax_class: what the tax engine knows it by.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "fee_line.id") and None)
    description: str
    price: Money = field()
    base_interval: Interval
    interval: Interval = field()
    quantity: Decimal = field(converter=_positive, default=Decimal(1))
    item: str = ""
    timing: Timing = Timing.ADVANCE
    alignment: Alignment = Alignment.ANNIVERSARY
    billing_day: int | None = field(default=None)
    month_end: MonthEnd = MonthEnd.ANCHORED_CLIP
    invoice_offset_days: int = field(default=0)
    arrears_invoice_day: ArrearsInvoiceDay = ArrearsInvoiceDay.NEXT_DAY
    first_stub: StubPolicy = StubPolicy.PRORATE
    last_stub: StubPolicy = StubPolicy.PRORATE
    proration: Proration = field(default=Proration())
    start: date | None = None
    last_day: date | None = field(default=None)
    grandfathered: bool = False
    tax_class: str = ""

    @price.validator
    def _check_price(self, _attribute: object, value: Money) -> None:
        if not 0 <= value.amount < _MOST or value.amount != round_decimal(value.amount, _STEP):
            raise NOT_ACCEPTED.error("price", value=value, accepted=f"0 or more, below {_MOST}, up to 9 decimals")

    @interval.validator
    def _check_ratio(self, _attribute: object, value: Interval) -> None:
        check_length(value, "interval")
        check_length(self.base_interval, "base_interval")
        base_periods(self.base_interval, value)

    @invoice_offset_days.validator
    def _check_offset(self, _attribute: object, value: int) -> None:
        if abs(value) > MOST_DAYS:
            raise NOT_ACCEPTED.error("invoice_offset_days", value=value, accepted=f"-{MOST_DAYS} to {MOST_DAYS}")

    @billing_day.validator
    def _check_billing_day(self, _attribute: object, _value: int | None) -> None:
        self.grid(date.min)

    @proration.validator
    def _check_proration(self, _attribute: object, value: Proration) -> None:
        if value.needs_months and not self.interval.months:
            raise NOT_ACCEPTED.error(
                "proration", value=value.name, accepted="actual_over_period_days for intervals of days or weeks"
            )

    @last_day.validator
    def _check_last_day(self, _attribute: object, value: date | None) -> None:
        if value is not None and self.start is not None and value < self.start:
            raise NOT_ACCEPTED.error("last_day", value=value, accepted=f"{self.start} or later")

    def grid(self, anchor: date) -> Grid:
        """Return the boundaries that the line's periods lie between, counted from ``anchor``."""
        return Grid(anchor, self.interval, self.alignment, self.month_end, self.billing_day)

    def invoice_on(self, start: date, end: date) -> date:
        """Return the civil day on which the period ``[start, end)`` is invoiced (specs: contracts 4.3)."""
        day = start
        if self.timing is Timing.ARREARS:
            late = self.arrears_invoice_day is ArrearsInvoiceDay.LAST_DAY
            day = end - timedelta(days=1) if late else end
        return day + timedelta(days=self.invoice_offset_days)


def base_periods(base_interval: Interval, interval: Interval) -> Fraction:
    """Return how many base periods an ``interval`` has: 12 for a monthly price billed yearly, 1/12 the other way.

    Raises:
        InvalidValue: ``contracts.ratio_not_whole`` where neither is a whole multiple of the other.

    """
    by_month = bool(base_interval.months and interval.months)
    base = base_interval.months if by_month else base_interval.days
    rhythm = interval.months if by_month else interval.days
    if not base or not rhythm or (base % rhythm and rhythm % base):
        raise RATIO_NOT_WHOLE.error(
            "base_interval", value=interval_text(base_interval), rhythm=interval_text(interval), accepted=_RATIO
        )
    return Fraction(rhythm, base)


def interval_text(interval: Interval) -> str:
    """Return ``1 month``, ``3 week``: count and unit as explanations and problems show them."""
    return f"{interval.count} {interval.unit.value}"
