"""Remove a charge from an order: one that no invoice billed."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal, refuse
from servicecore.kernel.problems import Problem
from servicecore.orders.charge_checks import change_of, changeable, held
from servicecore.orders.order import Order
from servicecore.orders.order_charge import ChargeChange, OrderCharge
from servicecore.orders.override_facts import OverrideFacts
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.settlement import plan_change


@frozen(field_transformer=checked_fields)
class RemoveCharge(Command):
    """Take a charge that was not invoiced yet off an order (E17; specs: orders 4).

    Attributes:
        order: id of the order.
        charge: the charge's id.
        line: number of the line whose charge it is; 0 for one of the whole order.

    """

    name: ClassVar[str] = "orders.remove_charge"
    target: ClassVar[str] = "order"

    order: str
    charge: str
    line: int = 0


@frozen
class ChargeRemoved(Event[Order]):
    """A charge was taken off; the charge as it stood is kept here."""

    type_name: ClassVar[str] = "orders.charge_removed"

    charge: OrderCharge
    change: ChargeChange

    def apply(self, state: Order) -> Order:
        """Return the order without the charge."""
        place = self.charge.place
        return evolve(
            state,
            charges=tuple(each for each in state.charges if each.place != place),
            removed_charges=(*(each for each in state.removed_charges if each != place), place),
        )


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it."""
    return held(state, RemoveCharge.name, 0, facts)


def decide(state: Order, command: RemoveCharge, facts: Facts) -> Decision[Order]:
    """Refuse charges that are invoiced; taking off one that the rules made is lowering it to 0.

    What somebody added by hand may be taken off by whoever may add charges.
    """
    charge = changeable(state, command.charge, command.line)
    if isinstance(charge, Problem):
        return refuse(charge)
    policy, limits = facts.of(OrderPolicy), facts.of(OverrideFacts).policy
    reason = "" if facts.reason is None else facts.reason.code
    problems = [
        *policy.check_reason(command.name, facts.reason),
        *held(state, command.name, command.line, facts),
    ]
    if charge.added:
        problems += limits.added_refusals(reason, facts, "charge")
    else:
        original = charge.original or charge.amounts
        before = original.gross if state.prices_include_tax else original.net
        problems += limits.charge_refusals(before, Money.zero(state.currency), reason, facts, "charge")
    if problems:
        return Refusal(tuple(dict.fromkeys(problems)))
    removed = ChargeRemoved(charge, change_of(facts))
    return (removed, *requested(plan_change(state, removed.apply(state), policy, facts.now)))


REMOVE_CHARGE: Final = Operation(
    command=RemoveCharge,
    decide=decide,
    guard=guard,
    events=(ChargeRemoved, PaymentRequested),
    needs=(OverrideFacts,),
    reason_required=True,
    capabilities=("A08", "E17"),
)
