"""Write a note on an order or a line."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind
from servicecore.orders.line_quantities import unknown_line
from servicecore.orders.order import Note, Order

EMPTY_NOTE: Final = ProblemKind(
    "orders.empty_note",
    en="{value} says nothing; accepted: {accepted}",
    it="{value} non dice nulla; valori ammessi: {accepted}",
    de="{value} sagt nichts; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class AddNote(Command):
    """Write something down, at any time and whatever is on hold.

    Attributes:
        order: id of the order.
        text: what.
        line: number of the line; 0 for the whole order.
        external: whether the customer gets to see it.

    """

    name: ClassVar[str] = "orders.add_note"
    target: ClassVar[str] = "order"

    order: str
    text: str
    line: int = 0
    external: bool = False


@frozen
class NoteAdded(Event[Order]):
    """Something was written down."""

    type_name: ClassVar[str] = "orders.note_added"

    note: Note

    def apply(self, state: Order) -> Order:
        """Return the order with one more note."""
        return evolve(state, notes=(*state.notes, self.note))


def decide(state: Order, command: AddNote, facts: Facts) -> Decision[Order]:
    """Refuse blank text and unknown lines."""
    problems = []
    if not command.text.strip():
        problems.append(EMPTY_NOTE.at("text", value=repr(command.text), accepted="text"))
    if command.line and state.line(command.line) is None:
        problems.append(unknown_line(state.lines, command.line, "line"))
    if problems:
        return refuse(*problems)
    return (NoteAdded(Note(command.text, facts.now, facts.actor.id, command.line, command.external)),)


ADD_NOTE: Final = Operation(
    command=AddNote,
    decide=decide,
    events=(NoteAdded,),
    capabilities=("A03", "E02"),
)
