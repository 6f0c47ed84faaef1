"""Cancel units of a line that were not sent yet."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem
from servicecore.orders.holds import holds_against
from servicecore.orders.line import Amounts, OrderLine
from servicecore.orders.line_quantities import check_quantity, unknown_line
from servicecore.orders.operations.ship_lines import NOTHING_OPEN
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.quantities import as_optional_quantity
from servicecore.orders.settlement import plan_voids


@frozen(field_transformer=checked_fields)
class CancelLine(Command):
    """Take units of one line off an order.

    Attributes:
        order: id of the order.
        line: number of the line.
        quantity: how many open units; None takes all of them.

    """

    name: ClassVar[str] = "orders.cancel_line"
    target: ClassVar[str] = "order"

    order: str
    line: int
    quantity: Decimal | None = field(default=None, converter=as_optional_quantity)


@frozen
class LineCanceled(Event[Order]):
    """Open units of a line were taken off; ``amounts`` is what they would have cost."""

    type_name: ClassVar[str] = "orders.line_canceled"

    line: int
    quantity: Decimal
    amounts: Amounts
    reason: str
    at: datetime

    def apply(self, state: Order) -> Order:
        """Return the order with the units moved from open to canceled, and with what of its charges goes with them."""
        line = state.line(self.line)
        if line is None:
            return state
        for charge in state.charges:
            if charge.per_unit and charge.line == line.number:
                state = state.with_charge(charge.without(charge.share(line, self.quantity)))
        return _without_unbillable(state.with_line(line.with_cancellation(self.quantity, self.amounts)))


def _without_unbillable(state: Order) -> Order:
    """Return the order without charges that no invoice will ever bill, because their units are gone.

    Charges of the whole order go by themselves where all of it is canceled.
    """
    billed = state.billed_charges
    waiting = {line.number for line in state.lines if line.to_bill}
    for charge in state.charges:
        gone = charge.line not in waiting if charge.line else bool(state.invoices) and not waiting
        if gone and not charge.per_unit and charge.place not in billed:
            state = state.with_charge(charge.without(charge.billable))
    return state


def cancellation(line: OrderLine, quantity: Decimal, facts: Facts) -> LineCanceled:
    """Return the event that takes ``quantity`` units off ``line``, for the reason of ``facts``."""
    reason = facts.reason.code if facts.reason is not None else ""
    return LineCanceled(line.number, quantity, line.next_share(quantity), reason, facts.now)


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is open, where that is so."""
    problems = holds_against(state.holds, CancelLine.name, facts.of(OrderPolicy), facts.now)
    if state.open:
        return problems
    return (*problems, NOTHING_OPEN.at("", value=state.open, accepted="an order with units that were not sent"))


def decide(state: Order, command: CancelLine, facts: Facts) -> Decision[Order]:
    """Refuse more than is open; give back the authorisations that are not needed any more."""
    policy = facts.of(OrderPolicy)
    line = state.line(command.line)
    if line is None:
        return refuse(unknown_line(state.lines, command.line, "line"))
    quantity = line.open if command.quantity is None else command.quantity
    held = [hold for hold in state.holds if hold.line]
    problems = [
        *policy.check_reason(command.name, facts.reason),
        *check_quantity(line, quantity, line.open, "quantity"),
        *holds_against(held, command.name, policy, facts.now, (line.number,)),
    ]
    if problems:
        return refuse(*problems)
    canceled = cancellation(line, quantity, facts)
    return (canceled, *requested(plan_voids(canceled.apply(state), policy, facts.now)))


CANCEL_LINE: Final = Operation(
    command=CancelLine,
    decide=decide,
    guard=guard,
    events=(LineCanceled, PaymentRequested),
    reason_required=True,
    capabilities=("E11",),
)
