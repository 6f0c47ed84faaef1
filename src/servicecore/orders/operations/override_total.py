"""Override the total of an order: lower what all units that are neither billed nor canceled cost together by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.kernel.allocation import allocate
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.explain import Explanation, Step
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import CURRENCY_MISMATCH, Money, sum_money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem
from servicecore.kernel.rounding import EXACT
from servicecore.orders.charge_checks import held, nothing_to_bill
from servicecore.orders.line import Amounts, OrderLine, TotalShare
from servicecore.orders.operations.match_open_price import EARLIER
from servicecore.orders.operations.override_price import AGREED
from servicecore.orders.operations.restore_total import TotalRestored, restored_total
from servicecore.orders.order import Order
from servicecore.orders.override_facts import LineCosts, OverrideFacts
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.retax import OrderTax, answered, with_tax
from servicecore.orders.settlement import plan_change
from servicecore.pricing.check_tax_quote import tax_by_key
from servicecore.pricing.lower_total import TOTAL_LOWERED, TOTAL_OVERRIDE
from servicecore.pricing.margin import NO_MARGIN
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.quote import Margin
from servicecore.pricing.taxes import TaxableLine, TaxQuote
from servicecore.pricing.total_override import whole_and_not_negative


@frozen(field_transformer=checked_fields)
class OverrideTotal(Command):
    """Lower what all units of an order that are neither invoiced nor canceled cost together (E17, A08, CC 8.3).

    What it takes off is spread over their lines by what they cost, to the cent; gift cards keep their price. Invoiced
    units and charges stay as they are. Another one takes the place of the one before; the sub-total without any takes
    it back (CC 8.3).

    Attributes:
        order: id of the order.
        subtotal: of those units, before charges, tax included or not as the order's prices; in whole minor units.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    name: ClassVar[str] = "orders.override_total"
    target: ClassVar[str] = "order"

    order: str
    subtotal: Money = field(validator=whole_and_not_negative)

    def taxable(self, state: Order) -> tuple[TaxableLine, ...]:
        """Return the new price of each line, for the tax engine; empty where the command will be refused."""
        return tuple(
            TaxableLine(f"line:{line.number}", state.line_tax_category(line), _shown(state, line) - taken)
            for line, taken in _taken(state, self.subtotal)
        )


@frozen
class LoweredLine:
    """Units of a line at their share of a total that was lowered by hand.

    Attributes:
        line: number of the line.
        amounts: what its units cost from now on that are neither billed nor canceled.
        share: what was taken off them; None for nothing.

    """

    line: int
    amounts: Amounts
    share: TotalShare | None = None


@frozen
class TotalOverridden(Event[Order]):
    """The total of what is left of an order was lowered by hand: of its units neither invoiced nor canceled."""

    type_name: ClassVar[str] = "orders.total_overridden"

    lines: tuple[LoweredLine, ...]

    def apply(self, state: Order) -> Order:
        """Return the order with the shares of its lines."""
        for each in self.lines:
            line = state.line(each.line)
            if line is not None:
                state = state.with_line(line.with_price(each.amounts, line.override, each.share))
        return state


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds on the whole order that stop it, and that nothing is left to bill, where that is so."""
    return (*held(state, OverrideTotal.name, 0, facts), *nothing_to_bill(state))


def decide(state: Order, command: OverrideTotal, facts: Facts) -> Decision[Order]:
    """Refuse what the override policy does not allow to actor or approver, and margins that the book blocks.

    Percentages are measured by what the units cost without any lowered total, also without one that the quote had.

    Problem codes: ``money.currency_mismatch``, ``value.not_accepted`` for a sub-total above what the units cost or
    below what gift cards among them do, ``override.reason_required``, ``override.approval_required``,
    ``authority.*``, ``margin.blocked``, those of a tax engine.
    """
    lines = _left(state)
    problems = list(facts.of(OrderPolicy).check_reason(command.name, facts.reason))
    for line in lines:
        problems.extend(held(state, command.name, line.number, facts))
    problems = list(dict.fromkeys(problems)) or _out_of_bounds(state, command.subtotal)
    if problems:
        return Refusal(tuple(problems))
    before = sum_money((_shown(state, line) for line in lines), state.currency)
    if command.subtotal == before:
        return restored_total(state, facts) if any(line.total_share for line in lines) else ()
    policy, reason = facts.of(OverrideFacts).policy, "" if facts.reason is None else facts.reason.code
    problems = policy.total_refusals(before + _lowered_before(state, lines), command.subtotal, reason, facts, "")
    answer = Refusal(tuple(problems)) if problems else answered(facts)
    if isinstance(answer, Refusal):
        return answer
    if not isinstance(answer, TaxQuote):
        return Refusal(answer)
    taxes = tax_by_key(answer)
    lowered: list[LoweredLine] = []
    for line, taken in _taken(state, command.subtotal):
        amounts = with_tax(state, _shown(state, line) - taken, taxes[f"line:{line.number}"])
        margin = _margin(line, amounts, facts)
        if isinstance(margin, Problem):
            problems.append(margin)
        elif taken or line.total_share is not None:
            share = _share(state, line, taken, before, command.subtotal, facts) if taken else None
            lowered.append(LoweredLine(line.number, amounts, share and evolve(share, margin=margin)))
    if problems:
        return Refusal(tuple(problems))
    overridden = TotalOverridden(tuple(lowered))
    after = overridden.apply(state)
    return (overridden, *requested(plan_change(state, after, facts.of(OrderPolicy), facts.now)))


def _left(state: Order) -> list[OrderLine]:
    return [line for line in state.lines if line.to_bill]


def _shown(state: Order, line: OrderLine) -> Money:
    """Return what is left of ``line`` costs without a lowered total, with tax where the order's prices contain it."""
    amounts = line.without_total
    return amounts.gross if state.prices_include_tax else amounts.net


def _out_of_bounds(state: Order, subtotal: Money) -> list[Problem]:
    if subtotal.currency != state.currency:
        return [CURRENCY_MISMATCH.at("subtotal", value=subtotal, other=state.currency)]
    cards = {sale.line for sale in state.gift_cards}
    most = sum_money((_shown(state, line) for line in _left(state)), state.currency)
    least = sum_money((_shown(state, line) for line in _left(state) if line.number in cards), state.currency)
    if least <= subtotal <= most:
        return []
    accepted = f"{least} to {most}" if least else f"{most} or less"
    return [NOT_ACCEPTED.at("subtotal", value=subtotal, accepted=accepted)]


def _taken(state: Order, subtotal: Money) -> list[tuple[OrderLine, Money]]:
    """Return what is taken off each line that can be lowered; nothing where the sub-total cannot be."""
    cards = {sale.line for sale in state.gift_cards}
    lines = [line for line in _left(state) if line.number not in cards]
    if not lines or _out_of_bounds(state, subtotal):
        return []
    prices = [_shown(state, line) for line in lines]
    everything = sum_money((_shown(state, line) for line in _left(state)), state.currency)
    keys = [line.number for line in lines]
    split = allocate(everything - subtotal, [price.amount for price in prices], keys=keys, caps=prices)
    return list(zip(lines, split.shares, strict=True))


def _lowered_before(state: Order, lines: list[OrderLine]) -> Money:
    """Return what the quote's own lowered total took off the units that cost as agreed, to the minor unit."""
    found = Money.zero(state.currency)
    for line in lines:
        quoted = state.quote.line(line.number)
        if quoted is None or line.override is not None:
            continue
        taken = sum((each.amount.amount for each in quoted.discounts if each.offer == TOTAL_OVERRIDE), Decimal(0))
        share = EXACT.divide(EXACT.multiply(taken, line.to_bill), line.ordered)
        found += Money(share, state.currency).round()
    return found


def _margin(line: OrderLine, amounts: Amounts, facts: Facts) -> Margin | Problem | None:
    """Return the line's margin at ``amounts``, or that the book blocks it; None where the book has no bands."""
    bounds = facts.of(OverrideFacts)
    if bounds.margin is None:
        return None
    unknown = LineCosts(line.number, FloorCosts(None, None))
    known = next((each for each in bounds.lines if each.line == line.number), unknown)
    if known.costs.margin is None:
        return NO_MARGIN
    unit_cost = Money(known.costs.margin, line.currency)
    margin = bounds.margin.judge(amounts.net.amount, line.to_bill, unit_cost, known.deductions, bounds.rounding)
    unit_net = Money(EXACT.divide(amounts.net.amount, line.to_bill), line.currency).round(bounds.rounding)
    path = f"lines[{line.number}]"
    blocked = bounds.margin.refusal(margin, line.item, unit_net, bounds.rounding, path, deductions=known.deductions)
    return margin if blocked is None else blocked


def _share(state: Order, line: OrderLine, taken: Money, before: Money, subtotal: Money, facts: Facts) -> TotalShare:
    units = line.to_bill
    first, price = line.first_share(units), _shown(state, line)
    agreed = first.gross if state.prices_include_tax else first.net
    reason = "" if facts.reason is None else facts.reason.code
    steps: list[Step] = [AGREED.step(agreed, quantity=f"{units:f}")]
    if line.override is not None:
        steps.append(EARLIER.step(price - agreed, reason=line.override.reason))
    steps.append(TOTAL_LOWERED.step(-taken, before=before, after=subtotal, actor=facts.actor.id, reason=reason))
    standing = line.total_share
    return TotalShare(
        before=line.priced if standing is None else standing.before,
        units_from=line.priced_from if standing is None else standing.units_from,
        taken=taken,
        total_before=before,
        total=subtotal,
        reason=reason,
        by=facts.actor.id,
        approved_by="" if facts.approver is None else facts.approver.id,
        at=facts.now,
        explanation=Explanation(f"line {line.number}", price - taken, tuple(steps)),
    )


OVERRIDE_TOTAL: Final = Operation(
    command=OverrideTotal,
    decide=decide,
    guard=guard,
    events=(TotalOverridden, TotalRestored, PaymentRequested),
    needs=(OverrideFacts, OrderTax),
    reason_required=True,
    capabilities=("A08", "A11", "E17"),
)
