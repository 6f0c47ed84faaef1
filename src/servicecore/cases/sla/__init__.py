"""Service levels and their clocks."""

from servicecore.cases.sla.clock import EndedBy, Mark, MarkKind, Phase, Segment, SlaClock
from servicecore.cases.sla.crossings import Crossing, Revision, crossed, revised
from servicecore.cases.sla.derive import Level, Reading, next_wakeup, read_clock
from servicecore.cases.sla.explain import ClockExplanation, LedgerLine, Standing, explain_clock
from servicecore.cases.sla.policy import (
    Boundary,
    Metric,
    OnCalendarChange,
    OnPriorityChange,
    OnReopen,
    SlaPolicy,
    Target,
)
from servicecore.cases.sla.timeline import (
    agent_answered,
    begin_again,
    change_calendar,
    change_priority,
    customer_wrote,
    enter_state,
    start_timers,
)
from servicecore.cases.sla.timers import BrokenTimers, CalendarInForce, SlaTimers
from servicecore.cases.sla.what_if import ChangedDeadline, what_if

__all__ = [
    "Boundary",
    "BrokenTimers",
    "CalendarInForce",
    "ChangedDeadline",
    "ClockExplanation",
    "Crossing",
    "EndedBy",
    "LedgerLine",
    "Level",
    "Mark",
    "MarkKind",
    "Metric",
    "OnCalendarChange",
    "OnPriorityChange",
    "OnReopen",
    "Phase",
    "Reading",
    "Revision",
    "Segment",
    "SlaClock",
    "SlaPolicy",
    "SlaTimers",
    "Standing",
    "Target",
    "agent_answered",
    "begin_again",
    "change_calendar",
    "change_priority",
    "crossed",
    "customer_wrote",
    "enter_state",
    "explain_clock",
    "next_wakeup",
    "read_clock",
    "revised",
    "start_timers",
    "what_if",
]
