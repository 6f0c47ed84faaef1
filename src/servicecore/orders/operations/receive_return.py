"""Receive returned units, in parts where need be."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.line_quantities import LineQuantity, check_quantities
from servicecore.orders.operations.request_return import less_announced
from servicecore.orders.order import Order
from servicecore.orders.quantities import NONE, as_quantity, plus
from servicecore.orders.returns import Disposition, Receipt, Return

UNKNOWN_RETURN: Final = ProblemKind(
    "orders.unknown_return",
    en="return {value} does not wait for that; accepted: {accepted}",
    it="il reso {value} non è in attesa di questo; valori ammessi: {accepted}",
    de="Retoure {value} wartet nicht darauf; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ReceivedLine:
    """Units of one order line as they arrived.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted`` for a quantity that is no number.

    """

    line: int
    quantity: Decimal = field(converter=as_quantity)
    disposition: Disposition = Disposition.SELLABLE


def _received(given: Iterable[ReceivedLine]) -> tuple[ReceivedLine, ...]:
    return tuple(given)


@frozen(field_transformer=checked_fields)
class ReceiveReturn(Command):
    """Record that units of a return arrived.

    Attributes:
        order: id of the order.
        returned: number of the return.
        lines: what arrived, each line once; empty takes everything that is expected, as sellable.

    """

    name: ClassVar[str] = "orders.receive_return"
    target: ClassVar[str] = "order"

    order: str
    returned: int
    lines: tuple[ReceivedLine, ...] = field(converter=_received, default=())


@frozen
class ReturnReceived(Event[Order]):
    """Returned units arrived."""

    type_name: ClassVar[str] = "orders.return_received"

    returned: int
    receipts: tuple[Receipt, ...]

    def apply(self, state: Order) -> Order:
        """Return the order with the units moved from announced to returned."""
        found = state.find_return(self.returned)
        if found is None:
            return state
        for receipt in self.receipts:
            state = less_announced(state, receipt.line, receipt.quantity)
            line = state.line(receipt.line)
            if line is not None:
                state = state.with_line(evolve(line, returned=plus(line.returned, receipt.quantity)))
        quantities = {receipt.line: receipt.quantity for receipt in self.receipts}
        lines = tuple(
            evolve(each, received=plus(each.received, quantities.get(each.line, NONE))) for each in found.lines
        )
        return state.with_return(evolve(found, lines=lines, receipts=(*found.receipts, *self.receipts)))


def unknown_return(state: Order, number: int, waiting: Iterable[Return]) -> Problem:
    """Return that return ``number`` does not wait for this, naming those that do (``orders.unknown_return``)."""
    numbers = ", ".join(str(each.number) for each in waiting)
    accepted = numbers or f"none of the {len(state.returns)} returns"
    return UNKNOWN_RETURN.at("returned", value=number, accepted=accepted)


def expecting(state: Order) -> tuple[Return, ...]:
    """Return the returns of which units are still to come."""
    return tuple(each for each in state.returns if any(line.expected for line in each.lines))


def guard(state: Order, _facts: Facts) -> tuple[Problem, ...]:
    """Return that no unit is expected back, where that is so; goods at the door are taken in whatever is on hold."""
    return () if expecting(state) else (unknown_return(state, 0, ()),)


def decide(state: Order, command: ReceiveReturn, facts: Facts) -> Decision[Order]:
    """Refuse more than is expected of the return."""
    waiting = {each.number: each for each in expecting(state)}
    found = waiting.get(command.returned)
    if found is None:
        return refuse(unknown_return(state, command.returned, waiting.values()))
    expected = {each.line: each.expected for each in found.lines}
    lines = command.lines or tuple(ReceivedLine(line, quantity) for line, quantity in expected.items() if quantity)
    asked = tuple(LineQuantity(each.line, each.quantity) for each in lines)
    problems = check_quantities(state.lines, asked, lambda line: expected.get(line.number, NONE))
    if problems:
        return refuse(*problems)
    receipts = tuple(Receipt(each.line, each.quantity, each.disposition, facts.now) for each in lines)
    return (ReturnReceived(found.number, receipts),)


RECEIVE_RETURN: Final = Operation(
    command=ReceiveReturn,
    decide=decide,
    guard=guard,
    events=(ReturnReceived,),
    capabilities=("E26",),
)
