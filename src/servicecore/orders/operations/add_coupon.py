"""Add a coupon code to an order: it lowers what is still open, and what was sent keeps its price (E12)."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.agreed import agree, check_payable
from servicecore.orders.code_discount import CodeDiscount
from servicecore.orders.operations.code_changes import CodesChanged, check_open
from servicecore.orders.order import Order
from servicecore.orders.order_rewards import promised_rewards, rewards_with
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.recharging import charge_codes, recharged
from servicecore.orders.repricing import (
    RepricedOrder,
    check_repriceable,
    code_discounts,
    lowered_by_hand,
    repriced_lines,
)
from servicecore.orders.settlement import plan_change
from servicecore.pricing.check_coupon import EXCLUSIVE_CONFLICT
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.offer_use import OfferUse

CODE_ON_ORDER: Final = ProblemKind(
    "orders.code_on_order",
    en="the order has the code {value} already; accepted: {accepted}",
    it="l'ordine ha già il codice {value}; valori ammessi: {accepted}",
    de="der Auftrag hat den Code {value} bereits; zulässig: {accepted}",
)

GIVES_NOTHING: Final = ProblemKind(
    "orders.code_gives_nothing",
    en="the code {value} lowers nothing that is open; accepted: {accepted}",
    it="il codice {value} non riduce nulla di aperto; valori ammessi: {accepted}",
    de="der Code {value} senkt nichts Offenes; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class AddCoupon(Command):
    """Use a code for the open units of an order; ``preview`` shows what it changes.

    Attributes:
        order: id of the order.
        code: as typed.

    """

    name: ClassVar[str] = "orders.add_coupon"
    target: ClassVar[str] = "order"

    order: str
    code: str = field(converter=normalised)


@frozen
class CouponAdded(CodesChanged):
    """A code lowers the open units, or charges, from now on; charges of what the goods cost follow.

    Attributes:
        offer_uses: what the code takes from the limits of the offer that it released.
        off_charges: what the code takes off charges, for the budgets of its coupon; None for nothing.

    """

    type_name: ClassVar[str] = "orders.coupon_added"

    offer_uses: tuple[OfferUse, ...] = ()
    off_charges: Money | None = None


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is open, where that is so."""
    return check_open(state, facts, AddCoupon.name)


def decide(state: Order, command: AddCoupon, facts: Facts) -> Decision[Order]:
    """Lower the open units by what the code gives on their agreed prices, and let charges follow what they cost.

    What its offer promises for after the order is promised for the open units.

    What is secured too much is given back; where charges rise by more than the code gives, the rest is secured.

    Problem codes: ``orders.code_on_order``, ``coupon.*`` (the one reason why it cannot be used),
    ``orders.code_gives_nothing``, ``orders.not_repriceable``.
    """
    repriced = facts.of(RepricedOrder)
    before, of_charges = code_discounts(state), charge_codes(state)
    promised = [normalised(each.code) for each in promised_rewards(state)]
    if command.code in {*(each.code for each in before), *of_charges, *promised}:
        return refuse(CODE_ON_ORDER.at("code", value=command.code, accepted="a code that is not on the order"))
    quote = state.quote
    lowered = [*(line.discounts for line in quote.lines), *(charge.discounts for charge in quote.charges)]
    others = {each.offer: None for discounts in lowered for each in discounts}
    others |= dict.fromkeys((*(each.code for each in before), *of_charges))
    if repriced.exclusive and others:
        alone = [each for each in repriced.exclusive if each != command.code] or list(others)
        conflict = EXCLUSIVE_CONFLICT.at("code", value=command.code, other=", ".join(alone), accepted="one of the two")
        return refuse(conflict)
    if repriced.problems:
        return refuse(*repriced.problems)
    quoted = () if repriced.quote is None else repriced.quote.lines
    given = {line.number: line.discount for line in quoted if line.discount and state.line(line.number)}
    rewards = () if repriced.quote is None else repriced.quote.rewards
    lowered_lines = [line for line in state.lines if line.open and line.total_share is not None]
    if lowered_lines and not (given or rewards or repriced.lowered is not None):
        return refuse(*map(lowered_by_hand, lowered_lines))
    if repriced.quote is None or not (given or rewards or repriced.lowered is not None):
        return refuse(GIVES_NOTHING.at("code", value=command.code, accepted="a code that lowers what is open"))
    problems = [*check_payable(repriced.quote), *check_repriceable(state, set(given))]
    if problems:
        return refuse(*problems)
    lines = repriced_lines(state, repriced.quote, set(given))
    own = tuple(CodeDiscount(command.code, each.line, each.quantity, given[each.line]) for each in lines)
    added = CouponAdded(
        command.code,
        lines,
        (*before, *own),
        facts.now,
        recharged(state, agree(repriced.quote).charges),
        of_charges if repriced.lowered is None else (*of_charges, command.code),
        rewards_with(state, repriced.quote) if rewards else None,
        repriced.quote.offer_uses,
        repriced.lowered,
    )
    return (added, *requested(plan_change(state, added.apply(state), facts.of(OrderPolicy), facts.now)))


ADD_COUPON: Final = Operation(
    command=AddCoupon,
    decide=decide,
    guard=guard,
    events=(CouponAdded, PaymentRequested),
    needs=(RepricedOrder,),
    capabilities=("E12",),
)
