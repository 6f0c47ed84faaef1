"""Remove a coupon code from an order: what is still open costs what it would without it (E12)."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.agreed import agree, check_payable
from servicecore.orders.code_discount import CodeDiscount
from servicecore.orders.operations.code_changes import CodesChanged, check_open
from servicecore.orders.order import Order
from servicecore.orders.order_rewards import promised_rewards, rests_on_open, rewards_without
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.recharging import charge_codes, recharged
from servicecore.orders.repricing import RepricedOrder, check_repriceable, code_discounts, repriced_lines
from servicecore.orders.settlement import plan_change
from servicecore.pricing.coupon_limits import normalised

CODE_NOT_ON_ORDER: Final = ProblemKind(
    "orders.code_not_on_order",
    en="the code {value} gives nothing on what is open of the order; accepted: {accepted}",
    it="il codice {value} non dà nulla su quanto è aperto dell'ordine; valori ammessi: {accepted}",
    de="der Code {value} gibt nichts auf das, was vom Auftrag offen ist; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RemoveCoupon(Command):
    """Take a code off the open units of an order; ``preview`` shows what it changes.

    Attributes:
        order: id of the order.
        code: in any case.

    """

    name: ClassVar[str] = "orders.remove_coupon"
    target: ClassVar[str] = "order"

    order: str
    code: str = field(converter=normalised)


@frozen
class CouponRemoved(CodesChanged):
    """A code lowers the open units, and charges, no more; charges of what the goods cost follow."""

    type_name: ClassVar[str] = "orders.coupon_removed"


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is open, where that is so."""
    return check_open(state, facts, RemoveCoupon.name)


def decide(state: Order, command: RemoveCoupon, facts: Facts) -> Decision[Order]:
    """Put back what the code took off the open units, and let charges follow; secure what is missing.

    What it promised for after the order is promised no more, but for units that were sent.

    Problem codes: ``orders.code_not_on_order``, ``orders.not_repriceable``, those of a tax engine.
    """
    repriced = facts.of(RepricedOrder)
    before, of_charges = code_discounts(state), charge_codes(state)
    given = {each.line for each in before if each.code == command.code}
    open_lines = {line.number for line in state.lines if line.open and line.number in given}
    raised = command.code in of_charges and (repriced.quote is None or bool(repriced.quote.charges))
    promised = rests_on_open(state, command.code)
    if not (open_lines or raised or promised):
        of_rewards = (normalised(each.code) for each in promised_rewards(state) if each.code)
        named = sorted({*(each.code for each in before), *of_charges, *of_rewards})
        accepted = ", ".join(named) or "a code of the order"
        return refuse(CODE_NOT_ON_ORDER.at("code", value=command.code, accepted=accepted))
    problems = list(check_repriceable(state, open_lines))
    if problems or repriced.quote is None:
        return refuse(*problems, *repriced.problems)
    problems = list(check_payable(repriced.quote))
    if problems:
        return refuse(*problems)
    lines = repriced_lines(state, repriced.quote, open_lines)
    left = tuple(_after(each, command.code, state) for each in before)
    removed = CouponRemoved(
        command.code,
        lines,
        tuple(each for each in left if each.quantity),
        facts.now,
        recharged(state, agree(repriced.quote).charges),
        tuple(each for each in of_charges if each != command.code),
        rewards_without(state, command.code) if promised else None,
    )
    return (removed, *requested(plan_change(state, removed.apply(state), facts.of(OrderPolicy), facts.now)))


def _after(discount: CodeDiscount, code: str, state: Order) -> CodeDiscount:
    line = state.line(discount.line)
    return discount if line is None or discount.code != code else discount.without_last(line.open)


REMOVE_COUPON: Final = Operation(
    command=RemoveCoupon,
    decide=decide,
    guard=guard,
    events=(CouponRemoved, PaymentRequested),
    needs=(RepricedOrder,),
    capabilities=("E12",),
)
