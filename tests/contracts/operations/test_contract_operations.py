"""Scenarios of every operation on a contract, driven through ``judge`` as the engine does it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve, field, frozen

from servicecore.contracts import (
    CONTRACT,
    AlreadyBilled,
    ApproveContract,
    BillDuePeriods,
    BillingBlocked,
    Contract,
    ContractEnded,
    ContractPolicy,
    ContractRenewed,
    ContractStatus,
    CoverageScope,
    CoveredItem,
    CreateContract,
    DiscardContract,
    FeeLine,
    GiveNotice,
    HoldContract,
    LateNotice,
    NoticeGiven,
    NoticeTerms,
    PeriodBilled,
    PeriodCredited,
    RenewalMode,
    RenewalPolicy,
    RenewalReminded,
    RenewContract,
    ResumeContract,
    RunContract,
    StubPolicy,
    TerminateContract,
    TermOrigin,
    Timing,
    Uplift,
)
from servicecore.kernel.authority import Actor, Authority, Reason, Role
from servicecore.kernel.events import Event, fold
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Refusal, judge
from servicecore.kernel.periods import Alignment
from servicecore.kernel.recurrence import Interval, IntervalUnit
from servicecore.storage.codec import JsonCodec

MONTH = Interval(IntervalUnit.MONTH)
YEAR = Interval(IntervalUnit.YEAR)
FEE = FeeLine("fee", "Maintenance", Money(Decimal(100), "EUR"), MONTH, MONTH)
AUTO = RenewalPolicy(RenewalMode.AUTO, uplift=Uplift(Decimal(3)))
THREE_MONTHS = NoticeTerms(Interval(IntervalUnit.MONTH, 3))
DRAFT = CreateContract("C-1", "EUR", "UTC", date(2024, 1, 1), YEAR, (FEE,), renewal=AUTO, notice=THREE_MONTHS)


@frozen
class Played:
    """A contract and everything that happened to it."""

    events: tuple[Event[Contract], ...] = ()
    policy: ContractPolicy = field(default=ContractPolicy())

    @property
    def state(self) -> Contract:
        return fold(self.events)

    def ask(self, command: Command, on: date, hour: int = 12) -> tuple[Event[Contract], ...] | Refusal:
        facts = Facts(
            now=datetime(on.year, on.month, on.day, hour, tzinfo=UTC),
            actor=Actor("agent-1", roles={"all"}),
            authority=Authority((Role("all", ("*",)),)),
            reason=Reason("asked"),
            new_id="CT-1",
            others=(self.policy,),
        )
        return judge(CONTRACT, self.state if self.events else None, command, facts)

    def does(self, command: Command, on: date, hour: int = 12) -> Played:
        decision = self.ask(command, on, hour)
        assert not isinstance(decision, Refusal), decision
        return evolve(self, events=(*self.events, *decision))

    def runs(self, on: date, hour: int = 12) -> Played:
        return self.does(RunContract("CT-1"), on, hour)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def codes(self, command: Command, on: date) -> list[str]:
        decision = self.ask(command, on)
        assert isinstance(decision, Refusal)
        return [problem.code for problem in decision.problems]


def approved(draft: CreateContract = DRAFT, on: date = date(2023, 12, 1), **policy: Any) -> Played:
    return Played(policy=ContractPolicy(**policy)).does(draft, on).does(ApproveContract("CT-1"), on)


def amounts(played: Played) -> list[str]:
    return [str(event.amount.amount) for event in played.of(PeriodBilled)]


def test_a_contract_is_billed_for_two_periods_and_renewed() -> None:
    """Three months' notice to 31 December is due on 30 September, so the contract renews on 1 October, once.

    January, due on the first, costs 100; the same month a year later 3 % more.
    """
    played = approved().runs(date(2024, 2, 1))
    assert [(event.start, event.last_day, event.invoice_on) for event in played.of(PeriodBilled)] == [
        (date(2024, 1, 1), date(2024, 1, 31), date(2024, 1, 1)),
        (date(2024, 2, 1), date(2024, 2, 29), date(2024, 2, 1)),
    ]
    assert played.runs(date(2024, 9, 30)).of(ContractRenewed) == []
    renewed = played.runs(date(2024, 10, 1))
    (renewal,) = renewed.of(ContractRenewed)
    assert renewal.crossed_at == datetime(2024, 10, 1, tzinfo=UTC)
    assert (renewal.term.number, renewal.term.start, renewal.term.last_day) == (2, date(2025, 1, 1), date(2025, 12, 31))
    assert renewal.term.origin is TermOrigin.AUTOMATIC
    assert [step.delta.amount for step in renewal.prices[0].explanation.steps] == [Decimal(100), Decimal(3)]
    assert amounts(renewed.runs(date(2025, 1, 1))) == ["100.00"] * 12 + ["103.00"]
    assert renewed.runs(date(2025, 1, 1)).runs(date(2025, 1, 1)).events == renewed.runs(date(2025, 1, 1)).events


def test_a_charge_carries_all_that_an_invoice_needs() -> None:
    line = evolve(FEE, item="SRV-1", tax_class="service", quantity=Decimal(3))
    played = approved(evolve(DRAFT, fee_lines=(line,), bill_to="C-9", payment_days=14)).runs(date(2024, 1, 1))
    (charge,) = played.of(PeriodBilled)
    assert charge.source_key == "contract:CT-1:fee:0"
    assert (charge.customer, charge.bill_to, charge.item, charge.tax_class) == ("C-1", "C-9", "SRV-1", "service")
    assert (charge.quantity, charge.price, charge.amount) == (3, Money(100, "EUR"), Money(300, "EUR"))
    assert (charge.description, charge.payment_days) == ("Maintenance", 14)
    assert charge.explanation.figure == charge.amount


def test_wakeups_lead_from_one_due_instant_to_the_next_in_the_pinned_zone() -> None:
    """Midnight in Rome is 23:00 UTC the day before in winter."""
    played = approved(evolve(DRAFT, zone="Europe/Rome"))
    assert CONTRACT.next_wakeup(played.state) == datetime(2023, 12, 31, 23, tzinfo=UTC)
    ran = played.runs(date(2023, 12, 31), hour=23)
    assert amounts(ran) == ["100.00"]
    assert CONTRACT.next_wakeup(ran.state) == datetime(2024, 1, 31, 23, tzinfo=UTC)
    assert CONTRACT.wake is not None
    assert CONTRACT.wake("CT-1") == RunContract("CT-1")


def test_arrears_are_invoiced_the_next_day_and_the_last_one_after_the_end() -> None:
    line = evolve(FEE, timing=Timing.ARREARS)
    draft = evolve(DRAFT, fee_lines=(line,), renewal=RenewalPolicy(), initial_term=Interval(IntervalUnit.MONTH, 2))
    played = approved(draft).runs(date(2024, 1, 31))
    assert amounts(played) == []
    played = played.runs(date(2024, 2, 1))
    assert amounts(played) == ["100.00"]
    late = evolve(line, invoice_offset_days=10)
    ended = approved(evolve(draft, fee_lines=(late,))).runs(date(2024, 3, 1))
    assert ended.state.status is ContractStatus.EXPIRED
    assert len(amounts(ended)) == 1
    assert CONTRACT.next_wakeup(ended.state) == datetime(2024, 3, 11, tzinfo=UTC)
    final = ended.runs(date(2024, 3, 11))
    assert [event.invoice_on for event in final.of(PeriodBilled)] == [date(2024, 2, 11), date(2024, 3, 11)]
    assert CONTRACT.next_wakeup(final.state) is None


def test_events_of_a_long_silence_come_in_the_order_of_their_instants() -> None:
    played = approved(evolve(DRAFT, renewal=evolve(AUTO, max_renewals=1))).runs(date(2026, 6, 1))
    crossed = [event.crossed_at for event in played.events if hasattr(event, "crossed_at")]
    assert crossed == sorted(crossed)
    (end,) = played.of(ContractEnded)
    assert (end.status, end.last_day, end.crossed_at) == (
        ContractStatus.EXPIRED,
        date(2025, 12, 31),
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert len(amounts(played)) == 24


def test_too_many_due_periods_block_the_line_until_somebody_bills_them() -> None:
    """Weekly from 2024-01-01 to 2024-12-31 are 53 charges; the limit is 20."""
    week = Interval(IntervalUnit.WEEK)
    weekly = FeeLine("visit", "Weekly visit", Money(10, "EUR"), week, week)
    played = approved(evolve(DRAFT, fee_lines=(FEE, weekly)), max_periods_per_run=20).runs(date(2024, 12, 31))
    (blocked,) = played.of(BillingBlocked)
    assert (blocked.fee_line, blocked.due, blocked.limit) == ("visit", 53, 20)
    assert len(amounts(played)) == 12
    assert played.runs(date(2024, 12, 31)).events == played.events
    assert played.codes(BillDuePeriods("CT-1"), date(2024, 12, 31)) == ["contracts.too_many_periods"]
    released = played.does(BillDuePeriods("CT-1", max_periods=53), date(2024, 12, 31))
    assert len(amounts(released)) == 12 + 53
    assert released.state.blocked == ()


def test_notice_on_the_deadline_ends_the_contract_with_its_term() -> None:
    played = approved().runs(date(2024, 9, 30)).does(GiveNotice("CT-1"), date(2024, 9, 30))
    (notice,) = played.of(NoticeGiven)
    assert notice.last_day == date(2024, 12, 31)
    ended = played.runs(date(2025, 5, 1))
    assert ended.of(ContractRenewed) == []
    assert ended.state.status is ContractStatus.EXPIRED
    assert len(amounts(ended)) == 12
    assert played.codes(GiveNotice("CT-1"), date(2024, 10, 1)) == ["contracts.nothing_to_stop"]


@pytest.mark.parametrize("woken", [True, False])
def test_late_notice_binds_to_the_next_term_whether_or_not_the_renewal_ran(woken: bool) -> None:
    played = approved().runs(date(2024, 9, 30))
    played = played.runs(date(2024, 10, 1)) if woken else played
    ended = played.does(GiveNotice("CT-1"), date(2024, 10, 1)).runs(date(2026, 3, 1))
    assert [renewal.term.number for renewal in ended.of(ContractRenewed)] == [2]
    assert ended.state.term.last_day == date(2025, 12, 31)
    assert ended.state.status is ContractStatus.EXPIRED


def test_notice_is_refused_late_where_agreed_in_the_future_and_where_nothing_renews() -> None:
    strict = approved(evolve(DRAFT, notice=evolve(THREE_MONTHS, late=LateNotice.REJECT)))
    assert strict.codes(GiveNotice("CT-1"), date(2024, 10, 1)) == ["contracts.notice_too_late"]
    future = GiveNotice("CT-1", received_on=date(2024, 9, 2))
    assert strict.codes(future, date(2024, 9, 1)) == ["contracts.notice_in_future"]
    fixed = approved(evolve(DRAFT, renewal=RenewalPolicy()))
    assert fixed.codes(GiveNotice("CT-1"), date(2024, 9, 1)) == ["contracts.nothing_to_stop"]
    never = approved(evolve(DRAFT, renewal=evolve(AUTO, max_renewals=0)))
    assert never.codes(GiveNotice("CT-1"), date(2024, 9, 1)) == ["contracts.nothing_to_stop"]


@pytest.mark.parametrize("woken", [True, False])
def test_late_notice_to_the_last_renewal_stops_nothing_whether_or_not_it_ran(woken: bool) -> None:
    once = approved(evolve(DRAFT, renewal=evolve(AUTO, max_renewals=1)))
    assert isinstance(once.ask(GiveNotice("CT-1"), date(2024, 9, 30)), tuple)
    once = once.runs(date(2024, 10, 1)) if woken else once
    assert once.codes(GiveNotice("CT-1"), date(2024, 10, 1)) == ["contracts.nothing_to_stop"]


def test_a_manual_contract_waits_for_its_renewal_without_a_hole_and_then_expires() -> None:
    manual = evolve(AUTO, mode=RenewalMode.MANUAL, grace_days=10)
    played = approved(evolve(DRAFT, renewal=manual)).runs(date(2025, 1, 5))
    assert played.state.status is ContractStatus.APPROVED
    assert not played.state.entitles(date(2025, 1, 5))
    renewed = played.does(RenewContract("CT-1", percent=Decimal(5)), date(2025, 1, 5)).runs(date(2025, 1, 5))
    assert renewed.state.entitles(date(2025, 1, 5))
    assert amounts(renewed)[-1] == "105.00"
    assert played.runs(date(2025, 1, 10)).of(ContractEnded) == []
    (end,) = played.runs(date(2025, 1, 11)).of(ContractEnded)
    assert end.last_day == date(2024, 12, 31)


def test_a_renewal_by_hand_keeps_the_bounds_and_happens_once() -> None:
    bounded = evolve(AUTO, uplift=Uplift(Decimal(9), floor=Decimal(0), cap=Decimal(4)))
    played = approved(evolve(DRAFT, renewal=bounded))
    day = date(2024, 3, 1)
    assert played.codes(RenewContract("CT-1", percent=Decimal(5)), day) == ["value.not_accepted"]
    renewed = played.does(RenewContract("CT-1"), day)
    assert renewed.state.price_on(FEE, date(2025, 1, 1)) == Money(104, "EUR")
    assert renewed.codes(RenewContract("CT-1"), day) == ["contracts.not_renewable"]
    assert renewed.runs(date(2024, 12, 31)).state.term.number == 2


def test_a_reminder_comes_once_a_term_and_not_after_notice() -> None:
    """Four months before 31 December 2024 is 31 August, and the same day a year later."""
    reminding = evolve(DRAFT, renewal=evolve(AUTO, reminder=Interval(IntervalUnit.MONTH, 4)))
    played = approved(reminding).runs(date(2024, 8, 30))
    assert played.of(RenewalReminded) == []
    assert CONTRACT.next_wakeup(played.state) == datetime(2024, 8, 31, tzinfo=UTC)
    reminded = played.runs(date(2026, 1, 1)).of(RenewalReminded)
    assert [(event.term, event.crossed_at) for event in reminded] == [
        (1, datetime(2024, 8, 31, tzinfo=UTC)),
        (2, datetime(2025, 8, 31, tzinfo=UTC)),
    ]
    assert reminded[0].last_notice_day == date(2024, 9, 30)
    same_instant = evolve(DRAFT, renewal=evolve(AUTO, reminder=Interval(IntervalUnit.DAY, 91)))
    both = approved(same_instant).runs(date(2024, 10, 1))
    assert [event.crossed_at for event in (*both.of(RenewalReminded), *both.of(ContractRenewed))] == [
        datetime(2024, 10, 1, tzinfo=UTC)
    ] * 2
    given = played.does(GiveNotice("CT-1"), date(2024, 8, 30))
    assert given.runs(date(2026, 1, 1)).of(RenewalReminded) == []


def test_grandfathered_fees_keep_their_price() -> None:
    old = evolve(FEE, id="old", grandfathered=True)
    played = approved(evolve(DRAFT, fee_lines=(FEE, old))).runs(date(2025, 1, 1))
    assert [(event.fee_line, str(event.amount.amount)) for event in played.of(PeriodBilled)][-2:] == [
        ("fee", "103.00"),
        ("old", "100.00"),
    ]


def test_an_early_end_credits_what_is_charged_beyond_it() -> None:
    """1 to 10 February are 10 of 29 days: 34.48 stays of 100.00, 65.52 is credited."""
    played = approved().runs(date(2024, 2, 5)).does(TerminateContract("CT-1", date(2024, 2, 10)), date(2024, 2, 5))
    (credit,) = played.of(PeriodCredited)
    assert (credit.amount, credit.start, credit.last_day) == (
        Money("65.52", "EUR"),
        date(2024, 2, 11),
        date(2024, 2, 29),
    )
    assert (credit.charge_key, credit.source_key) == ("contract:CT-1:fee:1", "contract:CT-1:fee:1:credit")
    assert played.state.status is ContractStatus.APPROVED
    assert played.state.entitles(date(2024, 2, 10))
    assert not played.state.entitles(date(2024, 2, 11))
    ended = played.runs(date(2024, 9, 1))
    assert ended.state.status is ContractStatus.TERMINATED
    assert ended.state.billed() == Money("134.48", "EUR")
    assert played.codes(TerminateContract("CT-1", date(2024, 2, 9)), date(2024, 2, 5)) == ["contracts.already_ending"]


def test_the_policy_decides_about_the_last_day_and_the_charges_beyond_it() -> None:
    """Without its last day, service up to 10 February has 9 days: 31.03 stays."""
    end = TerminateContract("CT-1", date(2024, 2, 10))
    half_open = approved(termination_day_billed=False).runs(date(2024, 2, 5)).does(end, date(2024, 2, 5))
    assert half_open.state.billed() == Money("131.03", "EUR")
    refusing = approved(already_billed=AlreadyBilled.REFUSE).runs(date(2024, 2, 5))
    assert refusing.codes(end, date(2024, 2, 5)) == ["contracts.billed_beyond"]
    to_the_day = TerminateContract("CT-1", date(2024, 2, 29))
    assert refusing.does(to_the_day, date(2024, 2, 5)).state.service_end == date(2024, 3, 1)
    full = approved(evolve(DRAFT, fee_lines=(evolve(FEE, last_stub=StubPolicy.FULL),))).runs(date(2024, 2, 5))
    assert full.does(end, date(2024, 2, 5)).of(PeriodCredited) == []
    keeping = approved(already_billed=AlreadyBilled.KEEP).runs(date(2024, 2, 5)).does(end, date(2024, 2, 5))
    assert keeping.state.billed() == Money(200, "EUR")
    outside = TerminateContract("CT-1", date(2023, 12, 31))
    assert keeping.codes(outside, date(2024, 2, 5)) == ["contracts.already_ending"]
    assert approved().codes(outside, date(2024, 2, 5)) == ["contracts.outside_terms"]


def test_an_end_before_the_run_bills_only_the_part_that_was_served() -> None:
    """Terminated before anybody billed: nothing to credit, and February comes as its 10 of 29 days."""
    played = approved().does(TerminateContract("CT-1", date(2024, 2, 10)), date(2024, 3, 1)).runs(date(2024, 3, 1))
    assert played.of(PeriodCredited) == []
    assert amounts(played) == ["100.00", "34.48"]
    assert played.state.status is ContractStatus.TERMINATED


def test_a_hold_stops_everything_and_its_end_catches_up() -> None:
    held = approved().runs(date(2024, 1, 1)).does(HoldContract("CT-1"), date(2024, 1, 15))
    assert CONTRACT.next_wakeup(held.state) is None
    assert not held.state.entitles(date(2024, 1, 15))
    assert held.runs(date(2024, 12, 1)).events == held.events
    assert held.codes(BillDuePeriods("CT-1"), date(2024, 3, 1)) == ["contracts.wrong_status"]
    resumed = held.does(ResumeContract("CT-1"), date(2024, 3, 2)).runs(date(2024, 3, 2))
    assert [event.invoice_on for event in resumed.of(PeriodBilled)] == [date(2024, month, 1) for month in (1, 2, 3)]
    assert resumed.of(PeriodBilled)[-1].crossed_at == datetime(2024, 3, 2, 12, tzinfo=UTC)


def test_a_backdated_contract_is_billed_from_its_start_or_from_the_day_agreed() -> None:
    assert len(amounts(approved(on=date(2024, 3, 20)).runs(date(2024, 3, 20)))) == 3
    later = approved(evolve(DRAFT, bill_from=date(2024, 3, 1)), on=date(2024, 3, 20)).runs(date(2024, 3, 20))
    assert [event.index for event in later.of(PeriodBilled)] == [2]
    inside = approved(evolve(DRAFT, bill_from=date(2024, 2, 15)), on=date(2024, 3, 20)).runs(date(2024, 3, 20))
    assert [event.index for event in inside.of(PeriodBilled)] == [2]


def test_a_draft_is_neither_billed_nor_entitling_and_can_be_discarded() -> None:
    draft = Played().does(DRAFT, date(2024, 1, 1))
    assert CONTRACT.next_wakeup(draft.state) is None
    assert draft.runs(date(2024, 6, 1)).events == draft.events
    assert not draft.state.entitles(date(2024, 1, 2))
    discarded = draft.does(DiscardContract("CT-1"), date(2024, 1, 2))
    assert discarded.codes(ApproveContract("CT-1"), date(2024, 1, 2)) == ["contracts.wrong_status"]


def test_creation_names_every_problem() -> None:
    wrong = evolve(
        DRAFT,
        customer=" ",
        currency="XXX",
        zone="Mars/Base",
        start=date(1, 1, 1),
        initial_term=Interval(IntervalUnit.YEAR, 101),
        payment_days=-1,
        fee_lines=(evolve(FEE, start=date(1, 1, 1)), FEE),
    )
    assert Played().codes(wrong, date(2024, 1, 1)) == [
        "value.not_accepted",
        "money.unknown_currency",
        "time.unknown_zone",
        "value.not_accepted",
        "value.not_accepted",
        "value.not_accepted",
        "contracts.wrong_currency",
        "contracts.duplicate_fee_line",
        "contracts.wrong_currency",
    ]
    early = evolve(DRAFT, fee_lines=(evolve(FEE, start=date(2023, 12, 31)),))
    assert Played().codes(early, date(2024, 1, 1)) == ["contracts.outside_contract"]


def test_the_calendar_and_the_term_cut_a_period_into_parts_that_sum_to_it() -> None:
    """From 15 January 17 of 31 days are 54.84; a year later the term ends after 14 of them, 45.16.

    The rest is 100.00 - 45.16 = 54.84, and with 3 % more 103.00 * 17 / 31 = 56.4838.
    """
    line = evolve(FEE, alignment=Alignment.CALENDAR)
    draft = evolve(DRAFT, start=date(2024, 1, 15), fee_lines=(line,))
    played = approved(draft).runs(date(2025, 1, 31))
    assert (amounts(played)[0], *amounts(played)[-2:]) == ("54.84", "45.16", "56.48")
    kept = approved(evolve(draft, renewal=evolve(AUTO, uplift=Uplift()))).runs(date(2025, 1, 31))
    assert (amounts(kept)[0], *amounts(kept)[-2:]) == ("54.84", "45.16", "54.84")


def test_a_contract_is_found_by_customer_status_and_what_it_covers() -> None:
    covered = (
        CoveredItem(CoverageScope.SERIAL, "SN-1", item="PUMP"),
        CoveredItem(CoverageScope.ITEM_GROUP, "PUMPS"),
    )
    state = approved(evolve(DRAFT, covered=covered)).state
    assert CONTRACT.indexes(state) == {
        "customer": ("C-1",),
        "bill_to": ("C-1",),
        "status": ("approved",),
        "item": ("PUMP",),
        "item_group": ("PUMPS",),
        "serial": ("SN-1",),
    }
    assert CONTRACT.figures(state) == (("billed", Money(0, "EUR")),)


def test_state_and_events_survive_json() -> None:
    played = approved().runs(date(2025, 1, 1)).does(TerminateContract("CT-1", date(2025, 1, 10)), date(2025, 1, 2))
    codec = JsonCodec()
    assert codec.decode(Contract, codec.encode(played.state)) == played.state
    for event in played.events:
        assert codec.decode(type(event), codec.encode(event)) == event
