"""Terms of a contract: the spans that renewals string together, and until when notice can be given."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.periods import Period
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.recurrence import Interval, IntervalUnit, boundary, month_length, shift

MOST_DAYS: Final = 3660
"""The longest offset, grace or payment time in days: ten years."""
_MOST_MONTHS: Final = 1200
_ONE_DAY: Final = timedelta(days=1)


class TermOrigin(Enum):
    """How a term came about."""

    INITIAL = "initial"
    AUTOMATIC = "automatic"
    MANUAL = "manual"


class NoticeArithmetic(Enum):
    """How the last day for notice is counted back from the last day of a term.

    SHIFT_EXCLUSIVE_END shifts the first day after the term and takes the day before (the default: right at month
    ends and for days alike). LITERAL shifts the last day itself. STICK_TO_MONTH_END does so too, but a month end
    stays a month end; day and week units never stick.
    """

    SHIFT_EXCLUSIVE_END = "shift_exclusive_end"
    LITERAL = "literal"
    STICK_TO_MONTH_END = "stick_to_month_end"


class LateNotice(Enum):
    """What a notice after the deadline does: it binds to the end of the next term, or is refused."""

    NEXT_TERM_END = "next_term_end"
    REJECT = "reject"


def check_length(interval: Interval | None, path: str) -> None:
    """Check that ``interval`` is at most a hundred years long, so that no schedule leaves the calendar.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """
    if interval is not None and (interval.months > _MOST_MONTHS or interval.days > 10 * MOST_DAYS):
        value = f"{interval.count} {interval.unit.value}"
        raise NOT_ACCEPTED.error(path, value=value, accepted="at most 1200 months or 36600 days")


@frozen(field_transformer=checked_fields)
class NoticeTerms:
    """How notice is given.

    Attributes:
        period: how long before the end; None means up to the last day.
        arithmetic: how the deadline is counted.
        deadline_inclusive: whether a notice on the deadline itself counts.
        late: what a late notice does.

    """

    period: Interval | None = None
    arithmetic: NoticeArithmetic = NoticeArithmetic.SHIFT_EXCLUSIVE_END
    deadline_inclusive: bool = True
    late: LateNotice = LateNotice.NEXT_TERM_END

    def last_notice_day(self, term_last_day: date) -> date:
        """Return the last civil day on which notice still ends the term that ends on ``term_last_day``."""
        deadline = (
            term_last_day if self.period is None else notice_deadline(term_last_day, self.period, self.arithmetic)
        )
        return deadline if self.deadline_inclusive else deadline - _ONE_DAY


@frozen
class Term:
    """One term of a contract.

    Attributes:
        number: 1 for the initial term.
        start: first civil day.
        end: the day after the last one.
        last_notice_day: last civil day on which notice ends this term; inclusive.
        origin: how it came about.
        known_at: the instant from which the term stood, aware UTC.

    """

    number: int
    start: date
    end: date
    last_notice_day: date
    origin: TermOrigin
    known_at: datetime

    @property
    def last_day(self) -> date:
        """Return the last civil day, inclusive."""
        return self.end - _ONE_DAY


def term_span(anchor: date, initial: Interval, extension: Interval, number: int) -> Period:
    """Return the span of term ``number`` (1 is the initial one), each end computed from the first start.

    A leap day is never lost and never drifts: the fourth yearly term from 1 March ends on 29 February where there
    is one (specs: contracts 6, ``term n = [B(n*d), B((n+1)*d))``).
    """
    return Period(_term_end(anchor, initial, extension, number - 1), _term_end(anchor, initial, extension, number))


def _term_end(anchor: date, initial: Interval, extension: Interval, number: int) -> date:
    if number == 0:
        return anchor
    if initial.months and extension.months:
        months = initial.months + (number - 1) * extension.months
        return boundary(anchor, Interval(IntervalUnit.MONTH), months)
    return shift(shift(anchor, initial), extension, number - 1)


def notice_deadline(
    term_last_day: date, notice: Interval, arithmetic: NoticeArithmetic = NoticeArithmetic.SHIFT_EXCLUSIVE_END
) -> date:
    """Return the last civil day for a notice of ``notice`` to the end of ``term_last_day``, inclusive.

    By default: the day before (the day after the term, shifted back by the notice), which gives month ends for
    month ends without a special case (specs: contracts 6).
    """
    if arithmetic is NoticeArithmetic.SHIFT_EXCLUSIVE_END:
        return shift(term_last_day + _ONE_DAY, notice, -1) - _ONE_DAY
    literal = shift(term_last_day, notice, -1)
    sticks = arithmetic is NoticeArithmetic.STICK_TO_MONTH_END and notice.months > 0
    if sticks and (term_last_day + _ONE_DAY).day == 1:
        return literal.replace(day=month_length(literal.year, literal.month))
    return literal
