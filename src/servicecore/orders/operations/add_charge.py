"""Add a charge to an order, or to one of its lines, by hand."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import CURRENCY_MISMATCH, Money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem
from servicecore.kernel.rounding import EXACT
from servicecore.orders.charge_checks import NOTHING_TO_BILL, change_of, held, nothing_to_bill
from servicecore.orders.line import Amounts
from servicecore.orders.line_quantities import unknown_line
from servicecore.orders.order import Order
from servicecore.orders.order_charge import OrderCharge
from servicecore.orders.override_facts import OverrideFacts
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.quantities import NONE
from servicecore.orders.retax import OrderTax, taxed
from servicecore.orders.settlement import plan_change
from servicecore.pricing.charge_category import ChargeCategory
from servicecore.pricing.taxes import TaxableLine


@frozen(field_transformer=checked_fields)
class AddCharge(Command):
    """Add a charge that no rule makes (E17; specs: orders 4).

    Attributes:
        order: id of the order.
        charge: what it is called; no other charge of the same line, or of the whole order, may have the name.
        amount: 0 or more, in whole minor units, tax included or not as the order's prices; for each unit where
            ``per_unit``.
        line: number of the line that it is for; 0 for the whole order.
        per_unit: whether ``amount`` is for each unit of the line that is neither invoiced nor canceled.
        category: what it is for.
        tax_category: for the tax engine; empty is not taxed.
        refundable: whether, ``per_unit``, it is given back for units that come back.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    name: ClassVar[str] = "orders.add_charge"
    target: ClassVar[str] = "order"

    order: str
    charge: str = field(validator=lambda _self, _attribute, value: check_id(value, "charge") and None)
    amount: Money
    line: int = 0
    per_unit: bool = False
    category: ChargeCategory = ChargeCategory.OTHER
    tax_category: str = ""
    refundable: bool = True

    def taxable(self, state: Order) -> tuple[TaxableLine, ...]:
        """Return the charge, for the tax engine; empty where it is not taxed, or will be refused."""
        price = _price_of(state, self)
        if not self.tax_category or price is None or _check(state, self):
            return ()
        return (TaxableLine(f"charge:{self.charge}", self.tax_category, price),)


@frozen
class ChargeAdded(Event[Order]):
    """A charge was added by hand."""

    type_name: ClassVar[str] = "orders.charge_added"

    charge: OrderCharge

    def apply(self, state: Order) -> Order:
        """Return the order with one more charge."""
        return evolve(state, charges=(*state.charges, self.charge))


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is left to bill, where that is so."""
    return (*held(state, AddCharge.name, 0, facts), *nothing_to_bill(state))


def decide(state: Order, command: AddCharge, facts: Facts) -> Decision[Order]:
    """Refuse names that are taken, lines that are billed, and what the override policy does not allow."""
    policy = facts.of(OrderPolicy)
    reason = "" if facts.reason is None else facts.reason.code
    problems = [
        *policy.check_reason(command.name, facts.reason),
        *held(state, command.name, command.line, facts),
        *_check(state, command),
        *facts.of(OverrideFacts).policy.added_refusals(reason, facts, "charge"),
    ]
    price = None if problems else _price_of(state, command)
    if price is None:
        return Refusal(tuple(dict.fromkeys(problems)))
    amounts = taxed(state, price, facts, untaxed=not command.tax_category)
    if not isinstance(amounts, Amounts):
        return Refusal(amounts)
    line = state.line(command.line)
    added = ChargeAdded(
        OrderCharge(
            command.charge,
            amounts,
            command.line,
            command.per_unit,
            command.category,
            command.tax_category,
            units_from=line.begun if command.per_unit and line is not None else NONE,
            change=change_of(facts),
            added=True,
            refundable=command.refundable,
        )
    )
    return (added, *requested(plan_change(state, added.apply(state), policy, facts.now)))


def _check(state: Order, command: AddCharge) -> list[Problem]:
    problems: list[Problem] = []
    amount = command.amount
    if amount.currency != state.currency:
        problems.append(CURRENCY_MISMATCH.at("amount", value=amount, other=state.currency))
    elif amount.amount < 0 or not amount.is_rounded():
        problems.append(NOT_ACCEPTED.at("amount", value=amount, accepted="0 or more, in whole minor units"))
    if state.charge(command.charge, command.line) is not None:
        problems.append(NOT_ACCEPTED.at("charge", value=command.charge, accepted="a name that is not in use"))
    line = state.line(command.line)
    if command.line and line is None:
        problems.append(unknown_line(state.lines, command.line, "line"))
    elif line is not None and not line.to_bill:
        problems.append(NOTHING_TO_BILL.at("line", value=0, accepted="a line with units that are neither"))
    if command.per_unit and not command.line:
        problems.append(NOT_ACCEPTED.at("per_unit", value=True, accepted="for each unit of one line"))
    return problems


def _price_of(state: Order, command: AddCharge) -> Money | None:
    line = state.line(command.line)
    if not command.per_unit or line is None:
        return command.amount
    try:
        return Money(EXACT.multiply(command.amount.amount, line.to_bill), command.amount.currency).round()
    except InvalidValue:
        return None


ADD_CHARGE: Final = Operation(
    command=AddCharge,
    decide=decide,
    guard=guard,
    events=(ChargeAdded, PaymentRequested),
    needs=(OverrideFacts, OrderTax),
    reason_required=True,
    capabilities=("A08", "E17"),
)
