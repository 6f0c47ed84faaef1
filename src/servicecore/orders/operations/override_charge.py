"""Override a charge of an order: set the amount of one that no invoice billed by hand."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import CURRENCY_MISMATCH, Money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, Problem
from servicecore.orders.charge_checks import change_of, changeable, held, nothing_to_bill
from servicecore.orders.line import Amounts
from servicecore.orders.operations.restore_charge import ChargeRestored, restored_charge, ruled_amount
from servicecore.orders.order import Order
from servicecore.orders.order_charge import ChargeChange
from servicecore.orders.override_facts import OverrideFacts
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.retax import OrderTax, taxed
from servicecore.orders.settlement import plan_change
from servicecore.pricing.taxes import TaxableLine


@frozen(field_transformer=checked_fields)
class OverrideCharge(Command):
    """Set the amount of a charge that was not invoiced yet (E17, CC 8.3); what the rules said takes an override back.

    Attributes:
        order: id of the order.
        charge: the charge's id.
        amount: what all of it costs from now on, 0 or more, in whole minor units, tax included or not as the order's
            prices.
        line: number of the line whose charge it is; 0 for one of the whole order.

    """

    name: ClassVar[str] = "orders.override_charge"
    target: ClassVar[str] = "order"

    order: str
    charge: str
    amount: Money
    line: int = 0

    def taxable(self, state: Order) -> tuple[TaxableLine, ...]:
        """Return the charge, for the tax engine; empty where it is not taxed, or will be refused."""
        charge = state.charge(self.charge, self.line)
        category = "" if charge is None else state.tax_category(charge)
        if not category or _check_amount(state, self.amount):
            return ()
        return (TaxableLine(f"charge:{self.charge}", category, self.amount),)


@frozen
class ChargeOverridden(Event[Order]):
    """The amount of a charge was set by hand; ``original`` is what the rules said."""

    type_name: ClassVar[str] = "orders.charge_overridden"

    charge: str
    line: int
    amounts: Amounts
    original: Amounts
    change: ChargeChange

    def apply(self, state: Order) -> Order:
        """Return the order with the new amount."""
        charge = state.charge(self.charge, self.line)
        if charge is None:
            return state
        return state.with_charge(evolve(charge, amounts=self.amounts, original=self.original, change=self.change))


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is left to bill, where that is so."""
    return (*held(state, OverrideCharge.name, 0, facts), *nothing_to_bill(state))


def decide(state: Order, command: OverrideCharge, facts: Facts) -> Decision[Order]:
    """Refuse charges that are invoiced or canceled, and what the override policy does not allow.

    Limits are measured by what the rules said, whatever was set by hand before; a charge that somebody added has no
    rule, so its first amount counts.
    """
    charge = changeable(state, command.charge, command.line)
    if isinstance(charge, Problem):
        return refuse(charge)
    policy = facts.of(OrderPolicy)
    problems = [
        *policy.check_reason(command.name, facts.reason),
        *held(state, command.name, command.line, facts),
        *_check_amount(state, command.amount),
    ]
    if charge.canceled.gross:
        problems.append(NOT_ACCEPTED.at("charge", value=charge.id, accepted="a charge of which nothing is canceled"))
    if problems:
        return Refusal(tuple(dict.fromkeys(problems)))
    original = charge.original or charge.amounts
    before = ruled_amount(state, original)
    if charge.original is not None and command.amount == before:
        return restored_charge(state, charge, facts)
    reason = "" if facts.reason is None else facts.reason.code
    limits = facts.of(OverrideFacts).policy
    problems = limits.charge_refusals(before, command.amount, reason, facts, "charge")
    if problems:
        return Refusal(tuple(problems))
    amounts = taxed(state, command.amount, facts, untaxed=not state.tax_category(charge))
    if not isinstance(amounts, Amounts):
        return Refusal(amounts)
    changed = ChargeOverridden(charge.id, charge.line, amounts, original, change_of(facts))
    return (changed, *requested(plan_change(state, changed.apply(state), policy, facts.now)))


def _check_amount(state: Order, amount: Money) -> tuple[Problem, ...]:
    if amount.currency != state.currency:
        return (CURRENCY_MISMATCH.at("amount", value=amount, other=state.currency),)
    if amount.amount < 0 or not amount.is_rounded():
        return (NOT_ACCEPTED.at("amount", value=amount, accepted="0 or more, in whole minor units"),)
    return ()


OVERRIDE_CHARGE: Final = Operation(
    command=OverrideCharge,
    decide=decide,
    guard=guard,
    events=(ChargeOverridden, ChargeRestored, PaymentRequested),
    needs=(OverrideFacts, OrderTax),
    reason_required=True,
    capabilities=("A08", "E17"),
)
