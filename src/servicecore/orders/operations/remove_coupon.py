"""Remove a coupon code from an order: what is still open costs what it would without it (E12)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.agreed import check_payable
from servicecore.orders.code_discount import CodeDiscount
from servicecore.orders.holds import holds_against
from servicecore.orders.operations.ship_lines import NOTHING_OPEN
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.repricing import (
    RepricedLine,
    RepricedOrder,
    check_repriceable,
    code_discounts,
    repriced_lines,
    with_repriced,
)
from servicecore.orders.settlement import purse, to_secure
from servicecore.pricing.coupon_limits import normalised

CODE_NOT_ON_ORDER: Final = ProblemKind(
    "orders.code_not_on_order",
    en="the code {value} gives nothing on what is open of the order; accepted: {accepted}",
    it="il codice {value} non dà nulla su quanto è aperto dell'ordine; valori ammessi: {accepted}",
    de="der Code {value} gibt nichts auf das, was vom Auftrag offen ist; zulässig: {accepted}",
)


@frozen
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
class CouponRemoved(Event[Order]):
    """A code lowers the open units no more; ``discounts`` is what every code gives after it."""

    type_name: ClassVar[str] = "orders.coupon_removed"

    code: str
    lines: tuple[RepricedLine, ...]
    discounts: tuple[CodeDiscount, ...]
    at: datetime

    def apply(self, state: Order) -> Order:
        """Return the order at its new prices."""
        return with_repriced(state, self.lines, self.discounts)


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is open, where that is so."""
    problems = holds_against(state.holds, RemoveCoupon.name, facts.of(OrderPolicy), facts.now)
    if state.open:
        return problems
    return (*problems, NOTHING_OPEN.at("", value=state.open, accepted="an order with units that were not sent"))


def decide(state: Order, command: RemoveCoupon, facts: Facts) -> Decision[Order]:
    """Put back what the code took off the open units, and nothing else; secure what is missing.

    Problem codes: ``orders.code_not_on_order``, ``orders.not_repriceable``, those of a tax engine.
    """
    repriced = facts.of(RepricedOrder)
    before = code_discounts(state)
    given = {each.line for each in before if each.code == command.code}
    open_lines = {line.number for line in state.lines if line.open and line.number in given}
    if not open_lines:
        accepted = ", ".join(sorted({each.code for each in before})) or "a code of the order"
        return refuse(CODE_NOT_ON_ORDER.at("code", value=command.code, accepted=accepted))
    problems = list(check_repriceable(state, open_lines))
    if problems or repriced.quote is None:
        return refuse(*problems, *repriced.problems)
    problems = list(check_payable(repriced.quote))
    if problems:
        return refuse(*problems)
    lines = repriced_lines(state, repriced.quote, open_lines)
    left = tuple(_after(each, command.code, state) for each in before)
    removed = CouponRemoved(command.code, lines, tuple(each for each in left if each.quantity), facts.now)
    order = removed.apply(state)
    policy = facts.of(OrderPolicy)
    payments: tuple[PaymentRequested, ...] = ()
    if policy.authorize_at_submit:
        payments = requested(purse(order, policy, facts.now).authorize(to_secure(order, facts.now)))
    return (removed, *payments)


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
