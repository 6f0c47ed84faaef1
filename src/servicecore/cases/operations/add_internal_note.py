"""Add an internal note: the customer does not see it, and no clock takes it for a response."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.cases.activities import Activity, ActivityKind, check_minutes
from servicecore.cases.case import Case, moment
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.operations.respond_to_customer import EMPTY_MESSAGE
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse


@frozen(field_transformer=checked_fields)
class AddInternalNote(Command):
    """Write down something for colleagues, in any state of the case (SD 3.6, C03).

    Attributes:
        case: id of the case.
        text: the note.
        minutes: working minutes spent; they count towards the time of the resolution.

    """

    name: ClassVar[str] = "cases.add_internal_note"
    target: ClassVar[str] = "case"
    case: str
    text: str
    minutes: int = field(default=0, validator=check_minutes)


@frozen
class NoteAdded(Event[Case]):
    """A colleague left a note."""

    type_name: ClassVar[str] = "cases.note_added"
    activity: Activity

    def apply(self, state: Case) -> Case:
        """Return the case with the note."""
        return state.with_activity(self.activity)


def decide(state: Case, command: AddInternalNote, facts: Facts) -> Decision[Case]:
    """Return the note, or why not (``cases.empty_message``)."""
    if not command.text.strip():
        return refuse(EMPTY_MESSAGE.at("text", value=repr(command.text), accepted="some text"))
    activity = Activity(
        number=state.next_number,
        kind=ActivityKind.NOTE,
        text=command.text,
        channel="",
        actor=facts.actor.id,
        at=moment(state, facts),
        minutes=command.minutes,
    )
    return (NoteAdded(activity),)


ADD_INTERNAL_NOTE: Final = Operation(
    command=AddInternalNote, decide=caught_up(decide), events=(NoteAdded, *CATCH_UP_EVENTS), capabilities=("C02", "C03")
)
