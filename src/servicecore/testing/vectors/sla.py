"""Runs the vectors of SLA time lines and entitlements through the rules that the operations use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.cases.entitlement import (
    ChannelTerm,
    DecreaseOn,
    Entitlement,
    EntitlementUnit,
    case_reactivated,
    case_released,
    case_resolved,
    cover_case,
    renew_entitlement,
)
from servicecore.cases.sla.derive import read_clock
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
    change_calendar,
    change_priority,
    customer_wrote,
    enter_state,
    start_timers,
)
from servicecore.cases.sla.timers import SlaTimers
from servicecore.cases.states import StateMap
from servicecore.kernel.problems import Problem
from servicecore.kernel.workcalendar import WorkCalendar
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck, compare


def sla_policy(data: Mapping[str, Any]) -> SlaPolicy:
    """Return the service level that a vector's ``policy`` describes; what it leaves out takes the defaults."""
    targets = tuple(
        Target(priority, Metric(metric), timedelta(seconds=seconds))
        for priority, metrics in data["targets"].items()
        for metric, seconds in metrics.items()
    )
    states = {name: tuple(names) for name, names in data.get("states", {}).items()}
    paused = data.get("paused_metrics")
    return SlaPolicy(
        id="vector",
        targets=targets,
        calendar="main",
        states=StateMap(**states),
        paused_metrics=tuple(Metric) if paused is None else tuple(Metric(each) for each in paused),
        warn_ratios=tuple(Decimal(str(ratio)) for ratio in data.get("warn_ratios", ())),
        on_reopen=OnReopen(data.get("on_reopen", "continue")),
        on_priority_change=OnPriorityChange(data.get("on_priority_change", "keep_elapsed")),
        on_calendar_change=OnCalendarChange(data.get("on_calendar_change", "split")),
        boundary=Boundary(data.get("boundary", "close")),
    )


def check_sla_timeline(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Return where the clocks differ from a vector's checks; each check sees the events up to its instant."""
    policy = sla_policy(vector["policy"])
    calendars = {name: WorkCalendar.from_json(data) for name, data in vector["calendars"].items()}
    mismatches: list[Mismatch] = []
    for index, check in enumerate(vector["checks"]):
        at = _instant(check["at"])
        timers: SlaTimers | None = None
        for event in sorted(vector["events"], key=_at):
            if _at(event) <= at:
                timers = _after(timers, event, policy, calendars)
        got = _read(timers, Metric(check["metric"]), at)
        for name, expected in check["expect"].items():
            mismatches.extend(compare(f"checks[{index}].{name}", expected, got.get(name)))
    return tuple(mismatches)


def _after(
    timers: SlaTimers | None, event: Mapping[str, Any], policy: SlaPolicy, calendars: Mapping[str, WorkCalendar]
) -> SlaTimers:
    at = _at(event)
    what = event["type"]
    if timers is None:
        name = event.get("calendar", "main")
        return start_timers(
            policy, name, calendars[name], state=event["state"], priority=event.get("priority", "normal"), at=at
        )
    if what == "state":
        return enter_state(timers, at, event["to"])
    if what == "priority":
        return change_priority(timers, at, event["to"])
    if what == "calendar":
        return change_calendar(timers, at, event["to"], calendars[event["to"]])
    if what == "customer_message":
        return customer_wrote(timers, at)
    return agent_answered(timers, at) if what == "agent_message" else timers


def _read(timers: SlaTimers | None, metric: Metric, at: datetime) -> dict[str, object]:
    clock = None if timers is None else timers.latest(metric)
    if timers is None or clock is None:
        return {"phase": "not_started"}
    reading = read_clock(timers, clock, at)
    return {
        "phase": reading.phase.value,
        "elapsed": _seconds(reading.elapsed),
        "remaining": _seconds(reading.remaining),
        "due": _text(reading.due),
        "due_if_resumed_now": _text(reading.due_if_resumed_now),
        "warnings": [_text(warning) for warning in reading.warnings],
        "level": reading.level.value,
    }


def _at(event: Mapping[str, Any]) -> datetime:
    return _instant(event["at"])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(duration: timedelta) -> int:
    return duration // timedelta(seconds=1)


def check_entitlement(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Return where the ledger differs from a vector's expectations after each of its operations."""
    terms = vector["entitlement"]
    entitlement = Entitlement(
        id="vector",
        customer="vector",
        start=date(2026, 1, 1),
        end=date(2026, 12, 31),
        total=terms["total"],
        unit=EntitlementUnit(terms["unit"]),
        decrease_on=DecreaseOn(terms["decrease_on"]),
        restrict=terms["restrict"],
        channels=tuple(ChannelTerm(name, total) for name, total in terms.get("channels", {}).items()),
    )
    mismatches: list[Mismatch] = []
    free: set[str] = set()
    for index, step in enumerate(vector["ops"]):
        if step.get("do_not_decrement"):
            free.add(step["case"])
        outcome = _moved(entitlement, step, free=step["case"] in free)
        error = outcome.code.partition(".")[2] if isinstance(outcome, Problem) else None
        if isinstance(outcome, Entitlement):
            entitlement = outcome
        expect, path = step["expect"], f"ops[{index}]"
        mismatches.extend(compare(f"{path}.error", expect.get("error"), error))
        mismatches.extend(compare(f"{path}.remaining", expect["remaining"], entitlement.remaining))
        for channel, left in expect.get("channel_remaining", {}).items():
            got = entitlement.channel_remaining(channel)
            mismatches.extend(compare(f"{path}.channel_remaining.{channel}", left, got))
    return tuple(mismatches)


def check_entitlement_status(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Return where the status of an entitlement on a day differs."""
    status = _dated(vector["entitlement"]).status(date.fromisoformat(vector["on"]))
    return compare("status", vector["expected"]["status"], status.value)


def check_entitlement_renew(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Return where the renewed entitlement differs."""
    on = date.fromisoformat(vector["on"])
    renewed = renew_entitlement(_dated(vector["entitlement"]), on, "renewed")
    if isinstance(renewed, Problem):
        return compare("error", vector["expected"].get("error"), renewed.code.partition(".")[2])
    got = {"start": renewed.start.isoformat(), "end": renewed.end.isoformat(), "status": renewed.status(on).value}
    return tuple(each for name, value in vector["expected"].items() for each in compare(name, value, got.get(name)))


def _moved(entitlement: Entitlement, step: Mapping[str, Any], *, free: bool) -> Entitlement | Problem:
    what, case = step["op"], step["case"]
    if what in ("create", "attach"):
        return cover_case(entitlement, case, channel=step.get("channel", ""), free=free, reason=what)
    if what == "resolve":
        return case_resolved(entitlement, case, billable_minutes=step.get("billable_minutes", 0))
    if what == "reactivate":
        return case_reactivated(entitlement, case)
    return case_released(entitlement, case, what)


def _dated(terms: Mapping[str, Any]) -> Entitlement:
    status = terms.get("status", "draft")
    return Entitlement(
        id="vector",
        customer="vector",
        start=date.fromisoformat(terms["start"]),
        end=date.fromisoformat(terms["end"]),
        total=0,
        activated=terms.get("activated", status != "draft"),
        cancelled=status == "cancelled",
    )


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType(
    {
        "sla_timeline": check_sla_timeline,
        "entitlement": check_entitlement,
        "entitlement_status": check_entitlement_status,
        "entitlement_renew": check_entitlement_renew,
    }
)
"""Vector kind to its check."""
