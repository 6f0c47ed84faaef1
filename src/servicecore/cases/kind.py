"""The case as a kind of aggregate: all that can be done to it, how it is found, and when time changes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from servicecore.cases.case import Case
from servicecore.cases.operations.add_internal_note import ADD_INTERNAL_NOTE
from servicecore.cases.operations.assign_case import ASSIGN_CASE
from servicecore.cases.operations.cancel_activity import CANCEL_ACTIVITY
from servicecore.cases.operations.cancel_case import CANCEL_CASE
from servicecore.cases.operations.change_calendar import CHANGE_CALENDAR
from servicecore.cases.operations.change_priority import CHANGE_PRIORITY
from servicecore.cases.operations.change_state import CHANGE_STATE
from servicecore.cases.operations.complete_activity import COMPLETE_ACTIVITY
from servicecore.cases.operations.open_case import OPEN_CASE
from servicecore.cases.operations.plan_activity import PLAN_ACTIVITY
from servicecore.cases.operations.record_customer_message import RECORD_CUSTOMER_MESSAGE
from servicecore.cases.operations.reopen_case import REOPEN_CASE
from servicecore.cases.operations.resolve_case import RESOLVE_CASE
from servicecore.cases.operations.respond_to_customer import RESPOND_TO_CUSTOMER
from servicecore.cases.operations.run_sla_timers import RUN_SLA_TIMERS, RunSlaTimers
from servicecore.cases.sla.derive import next_wakeup
from servicecore.kernel.operations import AggregateKind


def _indexes(case: Case) -> Mapping[str, tuple[str, ...]]:
    single = {
        "customer": case.customer,
        "contact": case.contact,
        "state": case.state,
        "priority": case.priority,
        "owner": case.owner,
        "queue": case.queue,
        "order": case.order,
        "contract": case.contract,
        "item": case.item,
        "serial": case.serial,
        "subject": case.subject,
    }
    return {name: (value,) for name, value in single.items() if value}


def _next_wakeup(case: Case) -> datetime | None:
    clocks = None if case.timers is None else next_wakeup(case.timers)
    return min((each for each in (clocks, case.resume_at) if each is not None), default=None)


CASE: Final = AggregateKind(
    name="case",
    state=Case,
    operations=(
        OPEN_CASE,
        RESPOND_TO_CUSTOMER,
        RECORD_CUSTOMER_MESSAGE,
        ADD_INTERNAL_NOTE,
        PLAN_ACTIVITY,
        COMPLETE_ACTIVITY,
        CANCEL_ACTIVITY,
        ASSIGN_CASE,
        CHANGE_STATE,
        CHANGE_PRIORITY,
        CHANGE_CALENDAR,
        RESOLVE_CASE,
        REOPEN_CASE,
        CANCEL_CASE,
        RUN_SLA_TIMERS,
    ),
    indexes=_indexes,
    found_by=(
        "customer",
        "contact",
        "state",
        "priority",
        "owner",
        "queue",
        "order",
        "contract",
        "item",
        "serial",
        "subject",
    ),
    next_wakeup=_next_wakeup,
    wake=RunSlaTimers,
)
"""Cases, found by customer, contact, state, priority, owner, queue, order, contract, item, serial and subject."""
