"""Match a competitor's price after the invoice: give back the difference for billed units."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.explain import Explanation
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import holds_against
from servicecore.orders.line import MatchedPart, OrderLine
from servicecore.orders.line_quantities import unknown_line
from servicecore.orders.match_amounts import a_unit, credit_for, first_price, never_matched
from servicecore.orders.operations.refund_return import unsettled_takings
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.price_match_credits import PriceMatchCredit
from servicecore.orders.quantities import NONE, as_optional_quantity, plus
from servicecore.orders.settlement import purse, to_pay_back
from servicecore.pricing.price_match import CompetitorPrice, PriceMatchFacts, PriceMatchPolicy
from servicecore.pricing.price_match.terms import NOT_LOWER, Terms, check_floor, read_terms

LINE_NOT_INVOICED: Final = ProblemKind(
    "price_match.line_not_invoiced",
    en="no unit of line {value} was invoiced; accepted: {accepted}",
    it="nessuna unità della riga {value} è stata fatturata; valori ammessi: {accepted}",
    de="von Zeile {value} wurde keine Einheit fakturiert; zulässig: {accepted}",
)
QUANTITY_UNAVAILABLE: Final = ProblemKind(
    "price_match.qty_unavailable",
    en="{value} units of line {line} cannot be matched; accepted: {accepted}",
    it="non si possono adeguare {value} unità della riga {line}; valori ammessi: {accepted}",
    de="{value} Einheiten der Zeile {line} sind nicht abgleichbar; zulässig: {accepted}",
)
WINDOW_OVER: Final = ProblemKind(
    "price_match.window_over",
    en="the units were invoiced at {value}; accepted: {accepted}",
    it="le unità sono state fatturate il {value}; valori ammessi: {accepted}",
    de="die Einheiten wurden am {value} fakturiert; zulässig: {accepted}",
)
MAX_EXCEEDED: Final = ProblemKind(
    "credit.max_exceeded",
    en="with {value} the order would get more credit than it may; accepted: {accepted}",
    it="con {value} l'ordine supererebbe il credito ammesso; valori ammessi: {accepted}",
    de="mit {value} bekäme der Auftrag mehr Gutschrift als er darf; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class MatchPrice(Command):
    """Give back the difference to a competitor's price for billed units; the reason comes with the command.

    Attributes:
        order: id of the order.
        line: number of the line.
        quantity: how many billed units, above 0; None takes all that are neither back nor matched.
        price: the competitor's, in the order's currency; None where a record is named.
        price_match: id of an approved record; empty where the price is given.
        to_account: whether the credit stays on the customer's account; None takes the policy's.
        note: free text.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    name: ClassVar[str] = "orders.match_price"
    target: ClassVar[str] = "order"

    order: str
    line: int
    quantity: Decimal | None = field(default=None, converter=as_optional_quantity)
    price: CompetitorPrice | None = None
    price_match: str = ""
    to_account: bool | None = None
    note: str = ""


@frozen
class PriceMatched(Event[Order]):
    """Billed units were lowered to a competitor's price: a credit was granted, the invoice stays as it is."""

    type_name: ClassVar[str] = "orders.price_matched"

    match: PriceMatchCredit

    def apply(self, state: Order) -> Order:
        """Return the order with one more credit, its units marked as matched."""
        match = self.match
        line = state.line(match.line)
        if line is not None:
            kept = line.billed_share(match.start, match.quantity) - match.credit
            state = state.with_line(line.with_match(MatchedPart(match.start, match.quantity, kept)))
        return evolve(state, price_matches=(*state.price_matches, match))


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, payments in doubt, and that no unit can be matched, where that is so."""
    problems = [
        *holds_against(state.holds, MatchPrice.name, facts.of(OrderPolicy), facts.now),
        *unsettled_takings(state),
    ]
    if not any(line.matchable for line in state.lines):
        numbers = ", ".join(str(line.number) for line in state.lines)
        problems.append(LINE_NOT_INVOICED.at("", value=numbers, accepted="an invoiced line that is not matched yet"))
    return tuple(problems)


def decide(state: Order, command: MatchPrice, facts: Facts) -> Decision[Order]:
    """Refuse units that were not billed, are back, or were matched; prices that are not lower; credits beyond caps.

    A part of a credit is never given: what exceeds the order's cap (``credit.max_exceeded``), the actor's limit
    ``orders.refund_amount`` or the floor of prices is refused, the latter two unless a second person approves
    (CC 10, pricing property 41).
    """
    line = state.line(command.line)
    if line is None:
        return refuse(unknown_line(state.lines, command.line, "line"))
    quantity = line.matchable if command.quantity is None else command.quantity
    held = [hold for hold in state.holds if hold.line]
    policy = facts.of(OrderPolicy)
    problems = [
        *policy.check_reason(command.name, facts.reason),
        *holds_against(held, command.name, policy, facts.now, (line.number,)),
        *never_matched(state, line, "line"),
        *_check_units(state, line, quantity, facts),
    ]
    if problems:
        return refuse(*problems)
    terms = read_terms(command.price, command.price_match, line.item, line.ordered, state.currency, facts)
    if not isinstance(terms, Terms):
        return refuse(*terms)
    try:
        match = _credit(state, line, quantity, terms, command, facts)
    except InvalidValue as invalid:
        return refuse(invalid.problem.under("price"))
    problems = list(_check_credit(state, line, match, facts))
    if problems:
        return refuse(*problems)
    matched = PriceMatched(match)
    if match.to_account:
        return (matched,)
    after = matched.apply(state)
    plan = purse(after, policy, facts.now).refund(min(match.amount, to_pay_back(after)))
    return (matched, *requested(plan))


def _check_units(state: Order, line: OrderLine, quantity: Decimal, facts: Facts) -> tuple[Problem, ...]:
    if not line.invoiced:
        return (LINE_NOT_INVOICED.at("line", value=line.number, accepted="a line with invoiced units"),)
    most = line.matchable
    if not NONE < quantity <= most:
        accepted = f"above 0 and at most {most:f}" if most else "none, all are back or matched"
        return (QUANTITY_UNAVAILABLE.at("quantity", value=f"{quantity:f}", line=line.number, accepted=accepted),)
    window = facts.of(PriceMatchPolicy).window
    billed = {invoice.number: invoice.at for invoice in state.invoices}
    start, end, before = line.match_start, plus(line.match_start, quantity), NONE
    for part in line.billed:
        after = plus(before, part.quantity)
        at = billed.get(part.invoice, facts.now)
        if max(start, before) < min(end, after) and facts.now - at > window:
            accepted = f"units invoiced from {(facts.now - window).isoformat()} on"
            return (WINDOW_OVER.at("quantity", value=at.isoformat(), accepted=accepted),)
        before = after
    return ()


def _credit(
    state: Order, line: OrderLine, quantity: Decimal, terms: Terms, command: MatchPrice, facts: Facts
) -> PriceMatchCredit:
    """Return the credit, its tax in the proportion of what was billed."""
    credit, steps = credit_for(line.billed_share(line.match_start, quantity), quantity, terms)
    policy = facts.of(PriceMatchPolicy)
    return PriceMatchCredit(
        number=len(state.price_matches) + 1,
        line=line.number,
        start=line.match_start,
        quantity=quantity,
        price=terms.price,
        percent=terms.percent,
        record=terms.record,
        credit=credit,
        to_account=policy.to_account if command.to_account is None else command.to_account,
        reason=facts.reason.code if facts.reason is not None else "",
        note=command.note,
        approved_by=facts.approver.id if facts.approver is not None else "",
        at=facts.now,
        explanation=Explanation(f"price match on line {line.number}", credit.gross, steps),
    )


def _check_credit(state: Order, line: OrderLine, match: PriceMatchCredit, facts: Facts) -> tuple[Problem, ...]:
    if not match.amount:
        return (NOT_LOWER.at("price.unit_price", value=match.price.net, accepted="a price below ours"),)
    problems: list[Problem] = []
    cap = facts.of(PriceMatchPolicy).cap(state.currency)
    if cap is not None and state.matched + match.amount > cap:
        left = max(cap - state.matched, Money.zero(state.currency))
        problems.append(MAX_EXCEEDED.at("price.unit_price", value=match.amount, accepted=f"at most {left}"))
    kept = line.billed_share(match.start, match.quantity).net - match.credit.net
    problems.extend(check_floor(first_price(line), a_unit(kept, match.quantity), line.item, facts))
    limit = facts.check_limit(MatchPrice.name, "orders.refund_amount", match.amount.amount)
    return tuple(problems) if limit is None else (*problems, limit)


MATCH_PRICE: Final = Operation(
    command=MatchPrice,
    decide=decide,
    guard=guard,
    events=(PriceMatched, PaymentRequested),
    needs=(PriceMatchFacts,),
    reason_required=True,
    capabilities=("A10", "E27"),
)
