"""Runs the vectors of SLA time lines through the clocks that the operations use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

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


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"sla_timeline": check_sla_timeline})
"""Vector kind to its check."""
