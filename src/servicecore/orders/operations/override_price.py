"""Override the price of an order line: set the unit price of what is neither billed nor canceled by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.explain import Explanation, StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal, refuse
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.orders.charge_checks import NOTHING_TO_BILL, held, nothing_to_bill
from servicecore.orders.gift_card_sales import PRICE_FIXED
from servicecore.orders.line import Amounts, LineOverride, OrderLine
from servicecore.orders.line_quantities import unknown_line
from servicecore.orders.operations.restore_price import PriceRestored, agreed_price, restored_price
from servicecore.orders.order import Order
from servicecore.orders.override_facts import OverrideFacts
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.retax import OrderTax, taxed
from servicecore.orders.settlement import plan_change
from servicecore.pricing.cart import PriceOverride
from servicecore.pricing.overrides import wrong_currency
from servicecore.pricing.price_floor import PriceFloor
from servicecore.pricing.quote import Margin
from servicecore.pricing.taxes import TaxableLine

AGREED: Final = StepKind(
    "orders.agreed_price",
    en="{quantity} units as agreed",
    it="{quantity} unità come concordato",
    de="{quantity} Einheiten wie vereinbart",
)
OVERRIDDEN: Final = StepKind(
    "orders.price_override",
    en="unit price set to {price} by {actor}: {reason}",
    it="prezzo unitario fissato a {price} da {actor}: {reason}",
    de="Stückpreis von {actor} auf {price} gesetzt: {reason}",
)


@frozen(field_transformer=checked_fields)
class OverridePrice(Command):
    """Set the unit price of a line's units that are neither invoiced nor canceled (E17, CC 8.3; specs: orders 4).

    Every other line, and what was invoiced, keeps its price. The agreed price takes an override back (CC 8.3).

    Attributes:
        order: id of the order.
        line: number of the line.
        unit_price: of one unit, tax included or not as the order's prices; 0 is a value.

    """

    name: ClassVar[str] = "orders.override_price"
    target: ClassVar[str] = "order"

    order: str
    line: int
    unit_price: Money

    def taxable(self, state: Order) -> tuple[TaxableLine, ...]:
        """Return the new price of the units, for the tax engine; empty where the command will be refused."""
        line = state.line(self.line)
        price = None if line is None else _price_of(line, self.unit_price)
        if line is None or price is None or price.currency != state.currency or price.amount < 0:
            return ()
        return (TaxableLine(f"line:{self.line}", state.line_tax_category(line), price),)


@frozen
class PriceOverridden(Event[Order]):
    """The price of what is left of a line was set by hand: of its units that were neither invoiced nor canceled."""

    type_name: ClassVar[str] = "orders.price_overridden"

    line: int
    amounts: Amounts
    override: LineOverride

    def apply(self, state: Order) -> Order:
        """Return the order with the new price."""
        line = state.line(self.line)
        return state if line is None else state.with_line(line.with_price(self.amounts, self.override))


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is left to bill, where that is so."""
    return (*held(state, OverridePrice.name, 0, facts), *nothing_to_bill(state))


def decide(state: Order, command: OverridePrice, facts: Facts) -> Decision[Order]:
    """Refuse what the override policy does not allow to actor or approver, and margins that the book blocks.

    The price that limits in percent are measured by is the line's agreed one, after its discounts. A gift card is
    never sold for another price than its value (``gift_card.price_fixed``).
    """
    line = state.line(command.line)
    if line is None:
        return refuse(unknown_line(state.lines, command.line, "line"))
    problems = [
        *facts.of(OrderPolicy).check_reason(command.name, facts.reason),
        *held(state, command.name, line.number, facts),
    ]
    if not line.to_bill:
        problems.append(NOTHING_TO_BILL.at("line", value=0, accepted="a line with units that are neither"))
    quoted = state.quote.line(line.number)
    if quoted is not None and any(sale.line == line.number for sale in state.gift_cards):
        face, accepted = quoted.list_price, "the value of the card"
        problems.append(PRICE_FIXED.at("unit_price", list_price=face, value=command.unit_price, accepted=accepted))
    if problems:
        return Refusal(tuple(dict.fromkeys(problems)))
    by_hand = line.override or line.total_share
    if by_hand is not None and _price_of(line, command.unit_price) == agreed_price(state, line):
        return restored_price(state, line, facts)
    problems = _limits(state, line, command, facts)
    price = None if problems else _price_of(line, command.unit_price)
    if price is None:
        return Refusal(tuple(problems))
    amounts = taxed(state, price, facts)
    if not isinstance(amounts, Amounts):
        return Refusal(amounts)
    problems, margin = _judge(state, line, command.unit_price, amounts, facts)
    if problems:
        return Refusal(tuple(problems))
    override = evolve(_override(state, line, command, price, facts), margin=margin)
    overridden = PriceOverridden(line.number, amounts, override)
    after = overridden.apply(state)
    return (overridden, *requested(plan_change(state, after, facts.of(OrderPolicy), facts.now)))


def _limits(state: Order, line: OrderLine, command: OverridePrice, facts: Facts) -> list[Problem]:
    bounds, path = facts.of(OverrideFacts), f"lines[{line.number}]"
    override = PriceOverride(command.unit_price, "" if facts.reason is None else facts.reason.code)
    other = wrong_currency(override, state.currency, path)
    if other is not None:
        return [other]
    unit, contains_tax = _agreed_unit(state, line), state.prices_include_tax
    return bounds.policy.refusals(override, unit, bounds.costs, line.item, facts, path, contains_tax=contains_tax)


def _agreed_unit(state: Order, line: OrderLine) -> Decimal:
    agreed = line.first_agreed or line.agreed
    total = agreed.gross if state.prices_include_tax else agreed.net
    return EXACT.divide(total.amount, line.first_units)


def _judge(
    state: Order, line: OrderLine, unit_price: Money, amounts: Amounts, facts: Facts
) -> tuple[list[Problem], Margin | None]:
    """Return what the price without tax is refused for, and its margin: known only now, with the tax."""
    bounds, path = facts.of(OverrideFacts), f"lines[{line.number}]"
    unit_net = Money(EXACT.divide(amounts.net.amount, line.to_bill), state.currency).round(bounds.rounding)
    problems: list[Problem] = []
    if state.prices_include_tax and unit_price.amount < _agreed_unit(state, line):
        floor = bounds.policy.floor(state.currency, bounds.costs, line.item, facts, path)
        below = floor.refusal(unit_net) if isinstance(floor, PriceFloor) else None
        problems.extend(() if below is None else (below,))
    policy, cost = bounds.margin, bounds.costs.margin
    if policy is None:
        return problems, None
    unit_cost = None if cost is None else Money(cost, state.currency)
    margin = policy.judge(amounts.net.amount, line.to_bill, unit_cost, bounds.deductions, bounds.rounding)
    blocked = policy.refusal(margin, line.item, unit_net, bounds.rounding, path, deductions=bounds.deductions)
    return (problems if blocked is None else [*problems, blocked]), margin


def _price_of(line: OrderLine, unit_price: Money) -> Money | None:
    try:
        return Money(EXACT.multiply(unit_price.amount, line.to_bill), unit_price.currency).round()
    except InvalidValue:
        return None


def _override(state: Order, line: OrderLine, command: OverridePrice, price: Money, facts: Facts) -> LineOverride:
    quantity: Decimal = line.to_bill
    first = line.first_share(quantity)
    original = first.gross if state.prices_include_tax else first.net
    reason = "" if facts.reason is None else facts.reason.code
    steps = (
        AGREED.step(original, quantity=f"{quantity:f}"),
        OVERRIDDEN.step(price - original, price=command.unit_price, actor=facts.actor.id, reason=reason),
    )
    return LineOverride(
        unit_price=command.unit_price,
        quantity=quantity,
        original=original,
        price=price,
        reason=reason,
        by=facts.actor.id,
        approved_by="" if facts.approver is None else facts.approver.id,
        at=facts.now,
        explanation=Explanation(f"line {line.number}", price, steps),
        billed_before=line.billed_before_override,
    )


OVERRIDE_PRICE: Final = Operation(
    command=OverridePrice,
    decide=decide,
    guard=guard,
    events=(PriceOverridden, PriceRestored, PaymentRequested),
    needs=(OverrideFacts, OrderTax),
    reason_required=True,
    capabilities=("A08", "A11", "E17"),
)
