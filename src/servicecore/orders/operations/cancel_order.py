"""Cancel everything of an order that was not sent yet."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem
from servicecore.orders.holds import holds_against
from servicecore.orders.operations.cancel_line import LineCanceled, cancellation
from servicecore.orders.operations.ship_lines import NOTHING_OPEN
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.settlement import plan_voids


@frozen(field_transformer=checked_fields)
class CancelOrder(Command):
    """Take every open unit off an order; what was sent stays.

    Attributes:
        order: id of the order.

    """

    name: ClassVar[str] = "orders.cancel_order"
    target: ClassVar[str] = "order"

    order: str


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, on the order or a line, and that nothing is open, where that is so."""
    open_lines = (line.number for line in state.lines if line.open)
    problems = holds_against(state.holds, CancelOrder.name, facts.of(OrderPolicy), facts.now, open_lines)
    if state.open:
        return problems
    return (*problems, NOTHING_OPEN.at("", value=state.open, accepted="an order with units that were not sent"))


def decide(state: Order, command: CancelOrder, facts: Facts) -> Decision[Order]:
    """Cancel line by line, and give back the authorisations that are not needed any more."""
    policy = facts.of(OrderPolicy)
    problems = policy.check_reason(command.name, facts.reason)
    if problems:
        return refuse(*problems)
    canceled = tuple(cancellation(line, line.open, facts) for line in state.lines if line.open)
    for event in canceled:
        state = event.apply(state)
    return (*canceled, *requested(plan_voids(state, policy, facts.now)))


CANCEL_ORDER: Final = Operation(
    command=CancelOrder,
    decide=decide,
    guard=guard,
    events=(LineCanceled, PaymentRequested),
    reason_required=True,
    capabilities=("E11",),
)
