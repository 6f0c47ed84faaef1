"""Billing schedules: the periods of a fee line over the terms of a contract, with share, price and invoice day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby, pairwise

from attrs import frozen

from servicecore.contracts.fee_line import FeeLine, StubPolicy, base_periods
from servicecore.contracts.proration import LeadingWhole, share, times_fraction
from servicecore.kernel.money import Money
from servicecore.kernel.periods import Period
from servicecore.kernel.recurrence import shift


@frozen
class BillingPeriod:
    """One period of a fee line; periods follow each other without hole or overlap.

    Attributes:
        index: 0 for the first; counted from the anchor, never a counter that is stored.
        start: first civil day.
        end: the day after the last one.
        whole: the period of the grid, boundary to boundary, that this one is all or a part of.
        invoice_on: the civil day on which it is invoiced.

    """

    index: int
    start: date
    end: date
    whole: Period
    invoice_on: date

    @property
    def last_day(self) -> date:
        """Return the last civil day, inclusive."""
        return self.end - timedelta(days=1)


@frozen
class PriceFrom:
    """The price of a fee line for one base interval, for periods that start on ``effective_from`` or later."""

    fee_line: str
    effective_from: date
    price: Money


@frozen
class PricedPeriod:
    """A period with what it costs.

    Attributes:
        period: the period.
        price: for one base interval and a quantity of 1.
        whole_price: of the whole period of the grid, not rounded beyond 60 digits.
        share: the fraction of the whole that is charged.
        available: the fraction of the whole that the line covers; below 1 for a prorated first period.
        before: what earlier parts of the same whole cost, where this part takes what is left of it; else None.
        amount: rounded half up to the currency's decimals, once.

    """

    period: BillingPeriod
    price: Money
    whole_price: Money
    share: Fraction
    available: Fraction
    before: Money | None
    amount: Money


def billing_periods(
    line: FeeLine, start: date, end: date | None, cuts: tuple[date, ...] = ()
) -> Iterator[BillingPeriod]:
    """Yield the periods of ``line`` in ``[start, end)``, oldest first; without an end they never stop.

    ``start`` is the anchor. A period of the grid that a cut (the start of a later term) divides comes as its parts,
    so that no period lies in two terms and an index never changes when a contract is renewed.
    """
    index = 0
    for clipped in line.grid(start).periods(end):
        whole = clipped.whole
        if whole.start < start and line.proration.leading_whole is LeadingWhole.ONE_INTERVAL:
            whole = Period(shift(whole.end, line.interval, -1), whole.end)
        inner = (cut for cut in cuts if clipped.start < cut < clipped.end)
        edges = (clipped.start, *inner, clipped.end)
        for part_start, part_end in pairwise(edges):
            yield BillingPeriod(index, part_start, part_end, whole, line.invoice_on(part_start, part_end))
            index += 1


def priced_periods(
    line: FeeLine, periods: Iterator[BillingPeriod], anchor: date, prices: tuple[PriceFrom, ...]
) -> Iterator[PricedPeriod]:
    """Yield ``periods`` with their amounts; all of them, from the first one on, have to be given.

    A part that ends its whole period after other parts costs what those left of the price, to the cent
    (specs: contracts 4, complement rule). Where a renewal changed the price inside the whole period, each part takes
    its share of its own price.
    """
    for _whole, parts in groupby(periods, key=lambda period: period.whole):
        earlier: list[PricedPeriod] = []
        for period in parts:
            priced = _priced(line, period, anchor, price_at(line, period.start, prices), earlier)
            earlier.append(priced)
            yield priced


def _priced(
    line: FeeLine, period: BillingPeriod, anchor: date, price: Money, earlier: list[PricedPeriod]
) -> PricedPeriod:
    full = whole_price(line, price)
    available = _available(line, period.whole, anchor)
    left = available - sum(each.share for each in earlier)
    completes = period.end == period.whole.end
    if completes and earlier and all(each.price == price for each in earlier):
        before = Money.zero(price.currency)
        for each in earlier:
            before += each.amount
        total = times_fraction(full, available).round()
        amount = max(Money.zero(price.currency), total - before)
        return PricedPeriod(period, price, full, left, available, before, amount)
    fraction = left if completes else min(left, _part_share(line, period))
    amount = times_fraction(full, fraction).round()
    return PricedPeriod(period, price, full, fraction, available, None, amount)


def _available(line: FeeLine, whole: Period, anchor: date) -> Fraction:
    if anchor <= whole.start:
        return Fraction(1)
    if line.first_stub is StubPolicy.PRORATE:
        return share(Period(anchor, whole.end), whole, line.interval, line.base_interval, line.proration)
    return Fraction(int(line.first_stub is StubPolicy.FULL))


def _part_share(line: FeeLine, period: BillingPeriod) -> Fraction:
    if line.last_stub is StubPolicy.PRORATE:
        part = Period(period.start, period.end)
        return share(part, period.whole, line.interval, line.base_interval, line.proration)
    return Fraction(int(line.last_stub is StubPolicy.FULL))


def price_at(line: FeeLine, day: date, prices: tuple[PriceFrom, ...]) -> Money:
    """Return the price that holds for a period of ``line`` that starts on ``day``."""
    valid = [each for each in prices if each.fee_line == line.id and each.effective_from <= day]
    return max(valid, key=lambda each: each.effective_from).price if valid else line.price


def whole_price(line: FeeLine, price: Money | None = None) -> Money:
    """Return what a whole period of ``line`` costs, exact, at ``price`` or at the line's own."""
    each = line.price if price is None else price
    return times_fraction(each * line.quantity, base_periods(line.base_interval, line.interval))
