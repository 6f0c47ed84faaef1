"""Contracts from draft to end, each operation by its capability, on the public API only; 100.00 a month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from servicecore import Money, billing, contracts
from servicecore.kernel.recurrence import Interval, IntervalUnit

MONTH = Interval(IntervalUnit.MONTH)


def periods(centre: Any, contract: str) -> list[tuple[date, Money]]:
    found = centre.documents("contract", contract, billing.InvoiceKind.CONTRACT_PERIOD)
    return sorted((each.period_start, each.net) for each in found)


def test_a_contract_is_drafted_approved_and_billed_for_two_periods(centre: Any) -> None:
    """D01 B03: by 3 April the periods of 2 March and 2 April are invoiced, each once."""
    fee = contracts.FeeLine("fee", "Maintenance", Money("100.00", "EUR"), MONTH, MONTH)
    draft = contracts.CreateContract(
        customer="C-1",
        currency="EUR",
        zone="UTC",
        start=date(2026, 3, 2),
        initial_term=Interval(IntervalUnit.MONTH, 12),
        fee_lines=(fee,),
    )
    contract = centre.agent.execute(draft).id
    assert periods(centre, contract) == []
    centre.manager.execute(contracts.ApproveContract(contract))
    centre.clock.move_to(datetime(2026, 4, 3, tzinfo=UTC))
    centre.core.run_due()
    centre.core.run_due()
    hundred = Money("100.00", "EUR")
    assert periods(centre, contract) == [(date(2026, 3, 2), hundred), (date(2026, 4, 2), hundred)]


def test_a_draft_is_discarded(centre: Any) -> None:
    """D01 B03: the customer says no; nothing is ever billed."""
    contract = centre.contract(approved=False)
    centre.manager.execute(contracts.DiscardContract(contract))
    centre.clock.move_to(datetime(2026, 4, 3, tzinfo=UTC))
    centre.core.run_due()
    assert periods(centre, contract) == []


def test_a_contract_on_hold_bills_when_it_is_resumed(centre: Any) -> None:
    """D01 B03: held over April, resumed on the 10th."""
    contract = centre.contract()
    centre.core.run_due()
    centre.agent.execute(contracts.HoldContract(contract))
    centre.clock.move_to(datetime(2026, 4, 10, tzinfo=UTC))
    centre.core.run_due()
    assert [start for start, _net in periods(centre, contract)] == [date(2026, 3, 2)]
    centre.agent.execute(contracts.ResumeContract(contract))
    assert "contracts.contract_resumed" in centre.events(contract)


def test_what_is_due_is_billed_at_once(centre: Any) -> None:
    """D01 D04: nobody waits for the nightly run; the run after it finds nothing left."""
    contract = centre.contract()
    centre.manager.execute(contracts.BillDuePeriods(contract))
    assert [start for start, _net in periods(centre, contract)] == [date(2026, 3, 2)]
    centre.core.run_due()
    assert len(periods(centre, contract)) == 1


def test_a_contract_is_renewed_at_an_agreed_price(centre: Any) -> None:
    """D01 D04: three months at 100.00, then 2 % more: the period of 2 June costs 102.00."""
    contract = centre.contract(
        renewal=contracts.RenewalPolicy(contracts.RenewalMode.MANUAL, uplift=contracts.Uplift(Decimal(2)))
    )
    centre.clock.move_to(datetime(2026, 5, 20, tzinfo=UTC))
    centre.core.run_due()
    centre.manager.execute(contracts.RenewContract(contract))
    centre.clock.move_to(datetime(2026, 6, 3, tzinfo=UTC))
    centre.core.run_due()
    assert periods(centre, contract)[-1] == (date(2026, 6, 2), Money("102.00", "EUR"))


def test_notice_ends_a_contract_with_its_term(centre: Any) -> None:
    """D01 D04: given in time, the contract does not renew itself."""
    contract = centre.contract(renewal=contracts.RenewalPolicy(contracts.RenewalMode.AUTO))
    centre.agent.execute(contracts.GiveNotice(contract))
    centre.clock.move_to(datetime(2026, 7, 1, tzinfo=UTC))
    centre.core.run_due()
    assert [start for start, _net in periods(centre, contract)] == [date(2026, month, 2) for month in (3, 4, 5)]


def test_an_early_end_is_credited_to_the_day(centre: Any) -> None:
    """D01: the period of 2 March has 31 days; ending on the 16th leaves 16 of them: 100 x 16 / 31 = 51.61."""
    contract = centre.contract()
    centre.core.run_due()
    centre.manager.execute(contracts.TerminateContract(contract, last_day=date(2026, 3, 16)), reason="moved")
    centre.clock.move_to(datetime(2026, 3, 20, tzinfo=UTC))
    centre.core.run_due()
    (memo,) = centre.documents("contract", contract, billing.InvoiceKind.CREDIT_MEMO)
    assert memo.net == Money("51.61", "EUR")
