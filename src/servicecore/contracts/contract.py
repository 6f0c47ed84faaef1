"""A maintenance contract: who pays what for which terms, and the ledger of what was charged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import takewhile

from attrs import frozen

from servicecore.contracts.billing_schedule import (
    BillingPeriod,
    PricedPeriod,
    PriceFrom,
    billing_periods,
    price_at,
    priced_periods,
)
from servicecore.contracts.covered_item import CoveredItem
from servicecore.contracts.fee_line import FeeLine
from servicecore.contracts.period_charge import PeriodCharge
from servicecore.contracts.phase import Phase, phase
from servicecore.contracts.renewal import RenewalMode, RenewalPolicy
from servicecore.contracts.term import NoticeTerms, Term, term_span
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.periods import Period, first_instant
from servicecore.kernel.recurrence import Interval


class ContractStatus(Enum):
    """How a contract stands; only APPROVED entitles to service."""

    DRAFT = "draft"
    APPROVED = "approved"
    ON_HOLD = "on_hold"
    TERMINATED = "terminated"
    EXPIRED = "expired"
    DISCARDED = "discarded"


@frozen
class Notice:
    """A notice that was given.

    Attributes:
        received_on: civil day.
        term: number of the term with whose last day the contract ends.
        at: the instant of the record, aware UTC.

    """

    received_on: date
    term: int
    at: datetime


@frozen
class Contract:
    """A contract with its history of terms and its ledger.

    Attributes:
        id: of the contract.
        customer: who is served.
        bill_to: who pays.
        currency: of every price and charge.
        zone: IANA name, pinned: a later move of the customer never moves a boundary.
        title: what it is called.
        start: first civil day; the anchor of all terms.
        initial_term: length of the first term.
        renewal: the rules of renewal.
        notice_terms: how notice is given.
        payment_days: days from invoice to due date.
        fee_lines: what it costs; ids are unique.
        covered: what it covers.
        bill_from: periods that start earlier are not billed; None bills all.
        status: how it stands.
        terms: history, in order, without hole or overlap.
        prices: prices from renewals.
        charges: the ledger, in order of billing.
        billable_since: the instant of the approval or of the last resumption, aware UTC; None while not billable.
        notice: the notice that was given, or None.
        service_end: the first civil day without service after an early end, or None.
        reminded: number of the last term whose renewal somebody was reminded of; 0 for none.
        blocked: ids of fee lines with more due periods than a run may bill.

    """

    id: str
    customer: str
    bill_to: str
    currency: str
    zone: str
    title: str
    start: date
    initial_term: Interval
    renewal: RenewalPolicy
    notice_terms: NoticeTerms
    payment_days: int
    fee_lines: tuple[FeeLine, ...]
    covered: tuple[CoveredItem, ...]
    bill_from: date | None
    terms: tuple[Term, ...]
    status: ContractStatus = ContractStatus.DRAFT
    prices: tuple[PriceFrom, ...] = ()
    charges: tuple[PeriodCharge, ...] = ()
    billable_since: datetime | None = None
    notice: Notice | None = None
    service_end: date | None = None
    reminded: int = 0
    blocked: tuple[str, ...] = ()

    @property
    def term(self) -> Term:
        """Return the latest term."""
        return self.terms[-1]

    @property
    def end(self) -> date:
        """Return the first civil day that no term and no service covers, as things stand."""
        return self.term.end if self.service_end is None else min(self.term.end, self.service_end)

    def span_of(self, number: int) -> Period:
        """Return the span of term ``number``, existing or future, computed from the first start."""
        return term_span(self.start, self.initial_term, self.renewal.extension or self.initial_term, number)

    def day_start(self, day: date) -> datetime:
        """Return the instant at which ``day`` begins in the contract's zone, aware UTC."""
        return first_instant(day, self.zone)

    def line(self, fee_line: str) -> FeeLine:
        """Return the fee line with that id."""
        return next(line for line in self.fee_lines if line.id == fee_line)

    def periods(self, line: FeeLine) -> Iterator[BillingPeriod]:
        """Yield all periods of ``line`` up to the end of the latest term, oldest first."""
        end = self.end if line.last_day is None else min(self.end, line.last_day + timedelta(days=1))
        cuts = tuple(term.start for term in self.terms[1:])
        return billing_periods(line, line.start or self.start, end, cuts)

    def schedule(self, line: FeeLine) -> Iterator[PricedPeriod]:
        """Yield the same periods with their prices and amounts."""
        return priced_periods(line, self.periods(line), line.start or self.start, self.prices)

    def due_periods(self, line: FeeLine, on: date) -> tuple[PricedPeriod, ...]:
        """Return the periods of ``line`` with an invoice day up to ``on`` (inclusive) and no row in the ledger."""
        known = takewhile(lambda priced: priced.period.invoice_on <= on, self.schedule(line))
        billed = self._billed(line)
        return tuple(priced for priced in known if self._is_open(priced.period, billed))

    def next_period(self, line: FeeLine) -> BillingPeriod | None:
        """Return the oldest period of ``line`` that has no row in the ledger, or None."""
        billed = self._billed(line)
        return next((period for period in self.periods(line) if self._is_open(period, billed)), None)

    def _billed(self, line: FeeLine) -> set[int]:
        return {row.index for row in self.charges if row.fee_line == line.id}

    def _is_open(self, period: BillingPeriod, billed: set[int]) -> bool:
        return period.index not in billed and (self.bill_from is None or period.start >= self.bill_from)

    def due_at(self, period: BillingPeriod) -> datetime:
        """Return the instant at which ``period`` is to be billed, aware UTC.

        The begin of its invoice day, but not before the contract was billable and its term stood.
        """
        at = self.day_start(period.invoice_on)
        term = next(term for term in reversed(self.terms) if term.start <= period.start)
        return max(at, term.known_at, self.billable_since or at)

    def price_on(self, line: FeeLine, day: date) -> Money:
        """Return the price of ``line`` for one base interval that holds for a period starting on ``day``."""
        return price_at(line, day, self.prices)

    def renews_automatically(self) -> bool:
        """Return whether the latest term is followed by another one unless notice is given."""
        return self.renewal.mode is RenewalMode.AUTO and self.can_renew()

    def can_renew(self) -> bool:
        """Return whether nothing stops a renewal of the latest term: notice, early end or the greatest number."""
        left = self.renewal.max_renewals is None or len(self.terms) <= self.renewal.max_renewals
        noticed = self.notice is not None and self.notice.term <= self.term.number
        return left and not noticed and self.service_end is None and self.renewal.mode is not RenewalMode.NONE

    def billed(self) -> Money:
        """Return what was charged and not credited."""
        return sum_money((row.net for row in self.charges), self.currency)

    def entitles(self, on: date) -> bool:
        """Return whether the contract gives a right to service on ``on``: approved and inside its terms."""
        return self.status is ContractStatus.APPROVED and self.start <= on < self.end

    def phase(self, on: date) -> Phase:
        """Return the phase on civil day ``on``: derived for display, never stored."""
        ended = self.status in {ContractStatus.EXPIRED, ContractStatus.TERMINATED}
        return phase(
            on,
            self.start,
            self.end - timedelta(days=1),
            self.term.last_notice_day,
            renewal_expected=not ended and self.can_renew(),
            cancelled=self.status is ContractStatus.DISCARDED,
        )
