"""Cases under their clocks, each operation by its capability, on the public API only. Office hours are 9 to 17 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from servicecore import cases

HOUR = timedelta(hours=1)


def test_a_case_warns_once_and_is_breached_once(centre: Any) -> None:
    """C02 C09 C11: opened Monday 9:00, four hours to answer: the warning falls at 11:00, the breach at 13:00."""
    case = centre.agent.execute(cases.OpenCase(customer="C-1", subject="the pot leaks")).id
    centre.clock.move_to(datetime(2026, 3, 2, 15, tzinfo=UTC))
    centre.core.run_due()
    crossed = [
        (entry.event.type_name, entry.event.crossed_at.hour, entry.at.hour)
        for entry in centre.core.history(case)
        if entry.event.type_name in {"cases.sla_warned", "cases.sla_breached"}
    ]
    assert crossed == [("cases.sla_warned", 11, 15), ("cases.sla_breached", 13, 15)]
    assert centre.core.run_due().events == 0


def test_an_answer_in_time_stops_the_first_clock(centre: Any) -> None:
    """C02 C03 C11: answered after an hour; nothing of the first response is breached later."""
    case = centre.case()
    centre.clock.advance(HOUR)
    centre.agent.execute(cases.RespondToCustomer(case, "please send a photo", minutes=5))
    centre.clock.advance(5 * HOUR)
    centre.core.run_due()
    assert "cases.sla_breached" not in centre.events(case)


def test_the_customer_writes_back(centre: Any) -> None:
    """C02 C03 C11: a case that waits for the customer goes on when the customer writes."""
    case = centre.case()
    centre.agent.execute(cases.ChangeState(case, "pending", waits_for="customer"))
    centre.agent.execute(cases.RecordCustomerMessage(case, "here is the photo", channel="email"))
    assert centre.get(case).state == "open"


def test_a_waiting_case_comes_back_by_itself(centre: Any) -> None:
    """C02 C11: parts arrive on Wednesday at 10; the run on Thursday says that it went on at that instant."""
    case = centre.case()
    back = datetime(2026, 3, 4, 10, tzinfo=UTC)
    centre.agent.execute(cases.ChangeState(case, "pending", waits_for="parts", until=back))
    centre.clock.move_to(datetime(2026, 3, 5, 10, tzinfo=UTC))
    centre.core.run_due()
    assert centre.get(case).state == "open"


def test_a_colleague_leaves_a_note(centre: Any) -> None:
    """C02 C03: an internal note counts its minutes and answers nobody."""
    case = centre.case()
    centre.agent.execute(cases.AddInternalNote(case, "same batch as last week", minutes=10))
    assert "cases.note_added" in centre.events(case)


def test_a_call_is_planned_and_done(centre: Any) -> None:
    """C03 C11: the call that reached the customer is the first response."""
    case = centre.case()
    centre.agent.execute(cases.PlanActivity(case, cases.ActivityKind.PHONE_CALL, "call about it", planned_minutes=10))
    centre.agent.execute(cases.CompleteActivity(case, activity=1, minutes=12, reached_customer=True))
    assert [each.state.value for each in centre.get(case).activities] == ["completed"]


def test_a_call_is_not_needed_any_more(centre: Any) -> None:
    """C03: a planned activity is canceled with its outcome."""
    case = centre.case()
    centre.agent.execute(cases.PlanActivity(case, cases.ActivityKind.PHONE_CALL, "call about the photo"))
    centre.agent.execute(cases.CancelActivity(case, activity=1, outcome="the photo came"))
    assert [each.state.value for each in centre.get(case).activities] == ["cancelled"]


def test_a_case_goes_to_a_colleague(centre: Any) -> None:
    """C02 C08: out of the queue, into somebody's hands."""
    case = centre.case(queue="pots")
    centre.agent.execute(cases.AssignCase(case, owner="agent-8"))
    assert centre.get(case).owner == "agent-8"


def test_what_is_urgent_is_due_earlier(centre: Any) -> None:
    """C02 C11: a high priority has one hour to answer instead of four."""
    case = centre.case()
    centre.agent.execute(cases.ChangePriority(case, "high"))
    centre.clock.advance(2 * HOUR)
    centre.core.run_due()
    assert "cases.sla_breached" in centre.events(case)


def test_a_case_moves_to_another_office(centre: Any) -> None:
    """C11 F06: from now on the hours of Rome count."""
    case = centre.case()
    centre.agent.execute(cases.ChangeCalendar(case, "rome"))
    assert "cases.calendar_changed" in centre.events(case)


def test_a_case_is_solved_and_comes_back(centre: Any) -> None:
    """C02 C07 C11: solved with its time; it opens again when the pot leaks again."""
    case = centre.case()
    centre.agent.execute(cases.ResolveCase(case, "problem_solved", text="a new lid", total_minutes=30))
    assert centre.get(case).state == "resolved"
    centre.clock.advance(24 * HOUR)
    centre.agent.execute(cases.ReopenCase(case))
    assert centre.get(case).state == "open"


def test_a_case_was_none(centre: Any) -> None:
    """C02 C07 C11: opened by mistake, it is canceled with a reason and watches no clock any more."""
    case = centre.case()
    centre.agent.execute(cases.CancelCase(case, text="a test call"), reason="mistake")
    centre.clock.advance(100 * HOUR)
    centre.core.run_due()
    assert "cases.sla_breached" not in centre.events(case)
