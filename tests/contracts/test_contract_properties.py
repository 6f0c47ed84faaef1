"""What holds for every contract, whatever its fees, terms and the days on which somebody looked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from servicecore.contracts import (
    CONTRACT,
    ApproveContract,
    Contract,
    ContractPolicy,
    ContractStatus,
    CreateContract,
    FeeLine,
    NoticeTerms,
    PeriodBilled,
    Proration,
    ProrationBasis,
    RenewalMode,
    RenewalPolicy,
    RunContract,
    StubPolicy,
    TerminateContract,
    Timing,
    Uplift,
)
from servicecore.kernel.authority import Actor, Authority, Reason, Role
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Command, Refusal, after, judge
from servicecore.kernel.periods import Alignment
from servicecore.kernel.recurrence import Interval, IntervalUnit

MONTH = Interval(IntervalUnit.MONTH)
YEAR = Interval(IntervalUnit.YEAR)
DAYS = st.dates(date(2019, 12, 1), date(2024, 3, 31))
SMALLEST = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def decided(state: Contract | None, command: Command, now: datetime) -> tuple[Event[Contract], ...]:
    facts = Facts(
        now=now,
        actor=Actor("a", roles={"all"}),
        authority=Authority((Role("all", ("*",)),)),
        reason=Reason("asked"),
        new_id="CT-1",
        others=(ContractPolicy(max_periods_per_run=10_000),),
    )
    decision = judge(CONTRACT, state, command, facts)
    assert not isinstance(decision, Refusal), decision
    return decision


def run(state: Contract, day: date) -> Contract:
    return after(state, events) if (events := decided(state, RunContract("CT-1"), at(day))) else state


@st.composite
def fee_lines(draw: st.DrawFn, currency: str = "EUR") -> FeeLine:
    interval = draw(st.sampled_from([Interval(IntervalUnit.WEEK, 2), MONTH, Interval(IntervalUnit.QUARTER), YEAR]))
    alignment = draw(st.sampled_from([Alignment.ANNIVERSARY, Alignment.CALENDAR, Alignment.BILLING_DAY]))
    bases = list(ProrationBasis) if interval.months else [ProrationBasis.ACTUAL_OVER_PERIOD_DAYS]
    return FeeLine(
        id=draw(st.sampled_from("abc")),
        description="fee",
        price=Money(draw(st.integers(0, 99_999)) * SMALLEST[currency], currency),
        base_interval=interval,
        interval=interval,
        timing=draw(st.sampled_from(Timing)),
        alignment=alignment,
        billing_day=draw(st.integers(1, 31)) if alignment is Alignment.BILLING_DAY else None,
        invoice_offset_days=draw(st.integers(-20, 20)),
        first_stub=draw(st.sampled_from(StubPolicy)),
        last_stub=draw(st.sampled_from(StubPolicy)),
        proration=Proration(draw(st.sampled_from(bases))),
    )


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Draw an approved contract; 0, 2 or 3 decimals, fixed or renewed."""
    currency = draw(st.sampled_from(sorted(SMALLEST)))
    draft = CreateContract(
        customer="C-1",
        currency=currency,
        zone=draw(st.sampled_from(["UTC", "Europe/Rome", "America/New_York", "Pacific/Apia"])),
        start=draw(DAYS),
        initial_term=Interval(IntervalUnit.MONTH, draw(st.integers(1, 18))),
        fee_lines=tuple(draw(st.lists(fee_lines(currency), min_size=1, max_size=2, unique_by=lambda line: line.id))),
        renewal=RenewalPolicy(
            draw(st.sampled_from(RenewalMode)),
            extension=draw(st.sampled_from([None, YEAR, Interval(IntervalUnit.MONTH, 5)])),
            uplift=Uplift(Decimal(draw(st.integers(-5, 10)))),
            max_renewals=draw(st.sampled_from([None, 0, 2])),
            reminder=draw(st.sampled_from([None, Interval(IntervalUnit.DAY, 45)])),
        ),
        notice=NoticeTerms(draw(st.sampled_from([None, MONTH, Interval(IntervalUnit.MONTH, 3)]))),
    )
    state = after(None, decided(None, draft, at(date(2019, 6, 1))))
    return after(state, decided(state, ApproveContract("CT-1"), at(date(2019, 6, 1))))


@settings(max_examples=50)
@given(contracts(), st.dates(date(2021, 1, 1), date(2025, 6, 1)))
def test_periods_tile_the_contract(contract: Contract, until: date) -> None:
    """Consecutive, without hole or overlap, from the start to the end of the latest term, none across two terms."""
    contract = run(contract, until)
    for line in contract.fee_lines:
        periods = list(contract.periods(line))
        assert (periods[0].start, periods[-1].end) == (contract.start, contract.end)
        assert all(one.end == two.start for one, two in pairwise(periods))
        assert [period.index for period in periods] == list(range(len(periods)))
        starts = [term.start for term in contract.terms]
        assert not any(period.start < start < period.end for period in periods for start in starts)
    for one, two in pairwise(contract.terms):
        assert (one.end, one.number + 1) == (two.start, two.number)


@settings(max_examples=50)
@given(contracts(), st.lists(st.dates(date(2019, 12, 1), date(2024, 12, 31)), min_size=1, max_size=5))
def test_any_partition_of_time_makes_the_same_ledger(contract: Contract, days: list[date]) -> None:
    """Runs on any days before the last one change nothing in the rows, terms, prices and status after it."""
    last = max(days)
    stepwise = contract
    for day in sorted(days):
        stepwise = run(stepwise, day)
    at_once = run(contract, last)
    order = {(row.fee_line, row.index): row for row in stepwise.charges}
    assert order == {(row.fee_line, row.index): row for row in at_once.charges}
    assert len(order) == len(stepwise.charges)
    assert evolve(stepwise, charges=()) == evolve(at_once, charges=())


@settings(max_examples=50)
@given(contracts(), st.dates(date(2019, 12, 1), date(2024, 12, 31)))
def test_a_run_leaves_nothing_due_and_its_repeat_does_nothing(contract: Contract, day: date) -> None:
    contract = run(contract, day)
    assert decided(contract, RunContract("CT-1"), at(day)) == ()
    following = CONTRACT.next_wakeup(contract)
    assert following is None or following > at(day)


@settings(max_examples=50)
@given(contracts(), st.dates(date(2019, 12, 1), date(2023, 12, 31)))
def test_a_run_at_the_wakeup_has_something_to_do_and_before_it_nothing(contract: Contract, day: date) -> None:
    contract = run(contract, day)
    following = CONTRACT.next_wakeup(contract)
    if following is None:
        assert decided(contract, RunContract("CT-1"), at(day + timedelta(days=4000))) == ()
        return
    assert decided(contract, RunContract("CT-1"), following - timedelta(seconds=1)) == ()
    events = decided(contract, RunContract("CT-1"), following)
    assert events
    assert all(getattr(event, "crossed_at", None) == following for event in events)


@settings(max_examples=50)
@given(contracts(), st.dates(date(2020, 6, 1), date(2023, 12, 31)), st.integers(0, 400))
def test_an_early_end_leaves_what_a_contract_known_to_end_then_costs(contract: Contract, day: date, back: int) -> None:
    """Credit never exceeds the charge, and the net ledger does not depend on when the end became known."""
    contract = run(contract, day)
    last_day = max(contract.start, min(contract.term.last_day, day - timedelta(days=back)))
    assume(contract.status is ContractStatus.APPROVED)
    late = after(contract, decided(contract, TerminateContract("CT-1", last_day), at(day)))
    late = run(late, date(2031, 1, 1))
    assert all(Money.zero(row.amount.currency) <= row.credited <= row.amount for row in late.charges)
    unbilled = evolve(contract, charges=())
    early = after(unbilled, decided(unbilled, TerminateContract("CT-1", last_day), at(day)))
    early = run(early, date(2031, 1, 1))
    assert late.billed() == early.billed()


@given(fee_lines(), st.dates(date(2023, 1, 1), date(2024, 12, 31)), st.data())
def test_parts_of_a_period_sum_to_its_price(line: FeeLine, start: date, data: st.DataObject) -> None:
    """A stub and its complement cost the full price to the cent, wherever a term cuts the period."""
    line = evolve(line, alignment=Alignment.ANNIVERSARY, billing_day=None)
    whole = line.grid(start).whole(0)
    cut = data.draw(st.integers(1, whole.days - 1).map(lambda days: start + timedelta(days=days)))
    draft = CreateContract("C-1", "EUR", "UTC", start, Interval(IntervalUnit.DAY, (cut - start).days), (line,))
    renewal = RenewalPolicy(RenewalMode.MANUAL, extension=Interval(IntervalUnit.DAY, (whole.end - cut).days))
    state = after(None, decided(None, evolve(draft, renewal=renewal), at(start)))
    term = evolve(state.term, number=2, start=cut, end=whole.end)
    parts = list(evolve(state, terms=(state.term, term)).schedule(line))
    assert len(parts) == 2
    assert sum_money((part.amount for part in parts), "EUR") == line.price
    assert sum((part.share for part in parts), Fraction(0)) == 1


@given(st.integers(0, 10**6), st.sampled_from(sorted(SMALLEST)), DAYS)
def test_twelve_monthly_charges_are_one_yearly_of_a_monthly_price(units: int, currency: str, start: date) -> None:
    monthly = FeeLine("m", "monthly", Money(units * SMALLEST[currency], currency), MONTH, MONTH)
    yearly = evolve(monthly, id="y", interval=YEAR)
    draft = CreateContract("C-1", currency, "UTC", start, YEAR, (monthly, yearly))
    state = after(None, decided(None, draft, at(start)))
    months = [priced.amount for priced in state.schedule(monthly)]
    years = [priced.amount for priced in state.schedule(yearly)]
    assert (len(months), len(years)) == (12, 1)
    assert sum_money(months, currency) == years[0]


@settings(max_examples=50)
@given(contracts(), st.dates(date(2021, 1, 1), date(2023, 12, 31)))
def test_amounts_are_whole_minor_units_and_explained(contract: Contract, day: date) -> None:
    for event in decided(contract, RunContract("CT-1"), at(day)):
        if isinstance(event, PeriodBilled):
            assert event.amount.is_rounded()
            assert sum_money((step.delta for step in event.explanation.steps), contract.currency) == event.amount
            assert not event.amount.amount.is_signed() or not event.amount
