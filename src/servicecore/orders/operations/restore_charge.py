"""Restore a charge of an order: it costs again what the rules said."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, Problem
from servicecore.orders.charge_checks import change_of, changeable, held
from servicecore.orders.line import Amounts
from servicecore.orders.operations.restore_price import NOT_OVERRIDDEN
from servicecore.orders.order import Order
from servicecore.orders.order_charge import ChargeChange, OrderCharge
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.retax import OrderTax, taxed
from servicecore.orders.settlement import plan_change
from servicecore.pricing.taxes import TaxableLine


@frozen(field_transformer=checked_fields)
class RestoreCharge(Command):
    """Take an override of a charge back, with the tax that was recorded at first (CC 8.3).

    An order that was exempted since asks for its tax anew.

    Attributes:
        order: id of the order.
        charge: the charge's id.
        line: number of the line whose charge it is; 0 for one of the whole order.

    """

    name: ClassVar[str] = "orders.restore_charge"
    target: ClassVar[str] = "order"

    order: str
    charge: str
    line: int = 0

    def taxable(self, state: Order) -> tuple[TaxableLine, ...]:
        """Return the charge as the rules said, of an order that was exempted since; empty for any other."""
        charge = state.charge(self.charge, self.line)
        if state.exemption is None or charge is None or charge.original is None or not state.tax_category(charge):
            return ()
        return (TaxableLine(f"charge:{self.charge}", state.tax_category(charge), ruled_amount(state, charge.original)),)


@frozen
class ChargeRestored(Event[Order]):
    """A charge costs ``amounts`` again, as the rules said."""

    type_name: ClassVar[str] = "orders.charge_restored"

    charge: str
    line: int
    amounts: Amounts
    change: ChargeChange

    def apply(self, state: Order) -> Order:
        """Return the order with the charge as it was."""
        charge = state.charge(self.charge, self.line)
        if charge is None:
            return state
        return state.with_charge(evolve(charge, amounts=self.amounts, original=None, change=None))


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it."""
    return held(state, RestoreCharge.name, 0, facts)


def decide(state: Order, command: RestoreCharge, facts: Facts) -> Decision[Order]:
    """Refuse charges that are invoiced or canceled, and those that nobody changed."""
    charge = changeable(state, command.charge, command.line)
    if isinstance(charge, Problem):
        return refuse(charge)
    problems = list(held(state, command.name, command.line, facts))
    if charge.canceled.gross:
        problems.append(NOT_ACCEPTED.at("charge", value=charge.id, accepted="a charge of which nothing is canceled"))
    if charge.original is None:
        changed = ", ".join(each.id for each in state.charges if each.original is not None) or "none"
        problems.append(NOT_OVERRIDDEN.at("charge", value=charge.id, accepted=changed))
    if problems:
        return Refusal(tuple(dict.fromkeys(problems)))
    return restored_charge(state, charge, facts)


def restored_charge(state: Order, charge: OrderCharge, facts: Facts) -> Decision[Order]:
    """Return that ``charge`` costs again what the rules said, which is what it costs where nobody changed it."""
    original = charge.original or charge.amounts
    amounts: Amounts | tuple[Problem, ...] = original
    if state.exemption is not None:
        amounts = taxed(state, ruled_amount(state, original), facts, untaxed=not state.tax_category(charge))
    if not isinstance(amounts, Amounts):
        return Refusal(amounts)
    restored = ChargeRestored(charge.id, charge.line, amounts, change_of(facts))
    return (restored, *requested(plan_change(state, restored.apply(state), facts.of(OrderPolicy), facts.now)))


def ruled_amount(state: Order, original: Amounts) -> Money:
    """Return ``original`` as the order's prices are said, with tax or without."""
    return original.gross if state.prices_include_tax else original.net


RESTORE_CHARGE: Final = Operation(
    command=RestoreCharge,
    decide=decide,
    guard=guard,
    events=(ChargeRestored, PaymentRequested),
    needs=(OrderTax,),
    capabilities=("A08", "E17"),
)
