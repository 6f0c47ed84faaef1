"""What was done on a case: messages, notes, and the resolution activity with the time spent."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final

from attrs import field, frozen

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
    """What kind of activity: only an agent's message is a response (SD 3.6)."""

    AGENT_MESSAGE = "agent_message"
    CUSTOMER_MESSAGE = "customer_message"
    NOTE = "note"


@frozen
class Activity:
    """One closed activity of a case (SD 1.3).

    Attributes:
        number: from 1 within the case.
        kind: message of an agent, of the customer, or internal note.
        text: what was written.
        channel: by which way; empty for notes.
        actor: who recorded it.
        at: instant.
        minutes: working minutes that it took.

    """

    number: int
    kind: ActivityKind
    text: str
    channel: str
    actor: str
    at: datetime
    minutes: int = field(default=0, validator=check_minutes)


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
