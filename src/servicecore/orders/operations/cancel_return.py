"""Give up units that were announced to come back and did not."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.orders.operations.receive_return import expecting, guard, unknown_return
from servicecore.orders.operations.request_return import less_announced
from servicecore.orders.order import Order
from servicecore.orders.quantities import plus


@frozen(field_transformer=checked_fields)
class CancelReturn(Command):
    """Expect nothing more of a return; what arrived stays received.

    Attributes:
        order: id of the order.
        returned: number of the return.

    """

    name: ClassVar[str] = "orders.cancel_return"
    target: ClassVar[str] = "order"

    order: str
    returned: int


@frozen
class ReturnCanceled(Event[Order]):
    """What did not arrive of a return is not expected any more."""

    type_name: ClassVar[str] = "orders.return_canceled"

    returned: int

    def apply(self, state: Order) -> Order:
        """Return the order with the expected units back with the customer."""
        found = state.find_return(self.returned)
        if found is None:
            return state
        for each in found.lines:
            state = less_announced(state, each.line, each.expected)
        lines = tuple(evolve(each, given_up=plus(each.given_up, each.expected)) for each in found.lines)
        return state.with_return(evolve(found, lines=lines))


def decide(state: Order, command: CancelReturn, _facts: Facts) -> Decision[Order]:
    """Refuse a return of which nothing is expected."""
    waiting = expecting(state)
    if command.returned not in {each.number for each in waiting}:
        return refuse(unknown_return(state, command.returned, waiting))
    return (ReturnCanceled(command.returned),)


CANCEL_RETURN: Final = Operation(
    command=CancelReturn,
    decide=decide,
    guard=guard,
    events=(ReturnCanceled,),
    capabilities=("E26",),
)
