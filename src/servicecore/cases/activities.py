"""What was done on a case and what is planned: messages, notes, tasks, and the resolution with the time spent."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import ProblemKind

NEGATIVE_MINUTES: Final = ProblemKind(
    "cases.negative_minutes",
    en="{value} minutes cannot have been worked; accepted: {accepted}",
    it="non si possono lavorare {value} minuti; valori ammessi: {accepted}",
    de="{value} Minuten können nicht gearbeitet worden sein; zulässig: {accepted}",
)


def check_minutes(_owner: object, attribute: object, value: int | None) -> None:
    """Refuse minutes below 0 (``cases.negative_minutes``)."""
    if value is not None and value < 0:
        raise NEGATIVE_MINUTES.error(getattr(attribute, "name", "minutes"), value=value, accepted="0 or more")


class ActivityKind(Enum):
    """What kind of activity: messages and notes are written down when they happen, the others may be planned."""

    AGENT_MESSAGE = "agent_message"
    CUSTOMER_MESSAGE = "customer_message"
    NOTE = "note"
    PHONE_CALL = "phone_call"
    EMAIL = "email"
    LETTER = "letter"
    CHAT = "chat"
    TASK = "task"
    APPOINTMENT = "appointment"
    VISIT = "visit"

    @property
    def plannable(self) -> bool:
        """Return whether it can be planned ahead."""
        return self not in (ActivityKind.AGENT_MESSAGE, ActivityKind.CUSTOMER_MESSAGE, ActivityKind.NOTE)


class ActivityState(Enum):
    """Open as long as it is not done, also where it is planned for later; closed by completing or cancelling."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@frozen(field_transformer=checked_fields)
class Regarding:
    """Another record that an activity is about: ``order``, ``contract``, ``equipment`` ... and its id."""

    kind: str
    id: str


@frozen
class Activity:
    """One activity of a case (SD 1.3, C03); planned and actual figures stand side by side.

    Attributes:
        number: from 1 within the case.
        kind: message, note, call, task, visit ...
        text: what was written, or what is to be done.
        channel: by which way; empty where that says nothing.
        actor: who recorded it.
        at: when it was recorded.
        minutes: working minutes that it took.
        state: open, completed or cancelled.
        owner: who is to do it.
        regarding: further records that it is about, beside the case.
        planned_start: when it is to begin.
        planned_minutes: how long it is to take.
        ended_at: when it was completed or cancelled.
        outcome: what came of it.

    """

    number: int
    kind: ActivityKind
    text: str
    channel: str
    actor: str
    at: datetime
    minutes: int = field(default=0, validator=check_minutes)
    state: ActivityState = ActivityState.COMPLETED
    owner: str = ""
    regarding: tuple[Regarding, ...] = ()
    planned_start: datetime | None = None
    planned_minutes: int | None = field(default=None, validator=check_minutes)
    ended_at: datetime | None = None
    outcome: str = ""


class ResolutionKind(Enum):
    """Whether the case was resolved or cancelled."""

    RESOLUTION = "resolution"
    CANCELLATION = "cancellation"


@frozen
class Resolution:
    """The activity that ended the case (SD 1.4); reopening keeps it and marks it as superseded.

    Attributes:
        kind: resolution or cancellation.
        resolution_type: from the configured list; the reason code for a cancellation.
        text: what solved it.
        total_minutes: time spent on the case: of all activities, or as the agent said.
        billable_minutes: part of it that may be charged or taken from an entitlement.
        actor: who ended it.
        at: instant.
        superseded_at: when the case was reopened.

    """

    kind: ResolutionKind
    resolution_type: str
    text: str
    total_minutes: int
    billable_minutes: int
    actor: str
    at: datetime
    superseded_at: datetime | None = None
