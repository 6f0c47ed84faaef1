"""The service desk: cases, their activities and resolutions, and the clocks of their service levels."""

from servicecore.cases.activities import Activity, ActivityKind, ActivityState, Regarding, Resolution, ResolutionKind
from servicecore.cases.case import Case
from servicecore.cases.catch_up import CaseResumed
from servicecore.cases.clock_events import (
    ClockMove,
    SlaBreached,
    SlaBreachRevised,
    SlaClockMoved,
    SlaEscalated,
    SlaWarned,
)
from servicecore.cases.entitlement import (
    ChannelTerm,
    DecreaseOn,
    Entitlement,
    EntitlementStatus,
    EntitlementUnit,
    case_reactivated,
    case_released,
    case_resolved,
    cover_case,
    renew_entitlement,
)
from servicecore.cases.kind import CASE
from servicecore.cases.operations.add_internal_note import AddInternalNote, NoteAdded
from servicecore.cases.operations.assign_case import AssignCase, CaseAssigned
from servicecore.cases.operations.cancel_activity import ActivityCancelled, CancelActivity
from servicecore.cases.operations.cancel_case import CancelCase, CaseCancelled
from servicecore.cases.operations.change_calendar import CaseCalendarChanged, ChangeCalendar
from servicecore.cases.operations.change_priority import ChangePriority, PriorityChanged
from servicecore.cases.operations.change_state import CaseStateChanged, ChangeState
from servicecore.cases.operations.complete_activity import ActivityCompleted, CompleteActivity
from servicecore.cases.operations.open_case import CaseOpened, OpenCase
from servicecore.cases.operations.plan_activity import ActivityPlanned, PlanActivity
from servicecore.cases.operations.record_customer_message import CustomerWrote, RecordCustomerMessage
from servicecore.cases.operations.reopen_case import CaseReopened, ReopenCase
from servicecore.cases.operations.resolve_case import CaseResolved, OpenActivities, ResolveCase
from servicecore.cases.operations.respond_to_customer import CustomerAnswered, RespondToCustomer
from servicecore.cases.operations.run_sla_timers import RunSlaTimers
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.clock import Phase
from servicecore.cases.sla.derive import Level, Reading, read_clock
from servicecore.cases.sla.explain import ClockExplanation, explain_clock
from servicecore.cases.sla.policy import (
    Boundary,
    Escalation,
    Metric,
    OnCalendarChange,
    OnPriorityChange,
    OnReopen,
    SlaPolicy,
    Target,
)
from servicecore.cases.sla.what_if import ChangedDeadline, what_if
from servicecore.cases.states import Category, StateMap

__all__ = [
    "CASE",
    "Activity",
    "ActivityCancelled",
    "ActivityCompleted",
    "ActivityKind",
    "ActivityPlanned",
    "ActivityState",
    "AddInternalNote",
    "AssignCase",
    "Boundary",
    "CancelActivity",
    "CancelCase",
    "Case",
    "CaseAssigned",
    "CaseCalendarChanged",
    "CaseCancelled",
    "CaseOpened",
    "CasePolicy",
    "CaseReopened",
    "CaseResolved",
    "CaseResumed",
    "CaseStateChanged",
    "Category",
    "ChangeCalendar",
    "ChangePriority",
    "ChangeState",
    "ChangedDeadline",
    "ChannelTerm",
    "ClockExplanation",
    "ClockMove",
    "CompleteActivity",
    "CustomerAnswered",
    "CustomerWrote",
    "DecreaseOn",
    "Entitlement",
    "EntitlementStatus",
    "EntitlementUnit",
    "Escalation",
    "Level",
    "Metric",
    "NoteAdded",
    "OnCalendarChange",
    "OnPriorityChange",
    "OnReopen",
    "OpenActivities",
    "OpenCase",
    "Phase",
    "PlanActivity",
    "PriorityChanged",
    "Reading",
    "RecordCustomerMessage",
    "Regarding",
    "ReopenCase",
    "Resolution",
    "ResolutionKind",
    "ResolveCase",
    "RespondToCustomer",
    "RunSlaTimers",
    "SlaBreachRevised",
    "SlaBreached",
    "SlaClockMoved",
    "SlaEscalated",
    "SlaPolicy",
    "SlaWarned",
    "StateMap",
    "Target",
    "case_reactivated",
    "case_released",
    "case_resolved",
    "cover_case",
    "explain_clock",
    "read_clock",
    "renew_entitlement",
    "what_if",
]
