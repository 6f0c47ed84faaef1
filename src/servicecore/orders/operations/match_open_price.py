"""Match a competitor's price before the invoice: lower the price of what is neither billed nor canceled."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.explain import Explanation, Step, StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, Refusal, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import Rounding
from servicecore.orders.charge_checks import NOTHING_TO_BILL, held, nothing_to_bill
from servicecore.orders.line import Amounts, LineOverride, OrderLine
from servicecore.orders.line_quantities import unknown_line
from servicecore.orders.match_amounts import a_unit, credit_for, first_price, never_matched
from servicecore.orders.operations.override_price import AGREED
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.settlement import plan_change
from servicecore.pricing.price_match import CompetitorPrice, PriceMatchFacts, PriceMatchPolicy
from servicecore.pricing.price_match.terms import NOT_LOWER, Terms, check_floor, read_terms

OPEN_UNITS_OFF: Final = ProblemKind(
    "price_match.open_units_off",
    en="units that were not billed are matched: {value}; accepted: {accepted}",
    it="adeguamento di unità non fatturate: {value}; valori ammessi: {accepted}",
    de="Abgleich nicht fakturierter Einheiten: {value}; zulässig: {accepted}",
)
EARLIER: Final = StepKind(
    "orders.earlier_override",
    en="price set by hand before: {reason}",
    it="prezzo fissato a mano in precedenza: {reason}",
    de="zuvor von Hand gesetzter Preis: {reason}",
)
MATCHED: Final = StepKind(
    "orders.price_matched",
    en="lowered to {percent} % of the difference to {competitor}: {price} a unit",
    it="ridotto del {percent} % della differenza rispetto a {competitor}: {price} l'unità",
    de="gesenkt um {percent} % der Differenz zu {competitor}: {price} je Einheit",
)

_SHOWN: Final = Rounding(digits=4)


@frozen(field_transformer=checked_fields)
class MatchOpenPrice(Command):
    """Lower the price of a line's units that are neither invoiced nor canceled; the reason comes with the command.

    Attributes:
        order: id of the order.
        line: number of the line.
        price: the competitor's, in the order's currency; None where a record is named.
        price_match: id of an approved record; empty where the price is given.

    """

    name: ClassVar[str] = "orders.match_open_price"
    target: ClassVar[str] = "order"

    order: str
    line: int
    price: CompetitorPrice | None = None
    price_match: str = ""


@frozen
class OpenPriceMatched(Event[Order]):
    """What is left of a line was lowered to a competitor's price: its units that were neither invoiced nor canceled."""

    type_name: ClassVar[str] = "orders.open_price_matched"

    line: int
    amounts: Amounts
    override: LineOverride

    def apply(self, state: Order) -> Order:
        """Return the order with the new price."""
        line = state.line(self.line)
        return state if line is None else state.with_line(line.with_price(self.amounts, self.override))


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, that the policy does not allow it, and that nothing is left to bill."""
    problems = [*held(state, MatchOpenPrice.name, 0, facts), *nothing_to_bill(state)]
    if not facts.of(PriceMatchPolicy).open_units:
        problems.append(OPEN_UNITS_OFF.at("", value="off", accepted="the policy's open_units, or a credit afterwards"))
    return tuple(problems)


def decide(state: Order, command: MatchOpenPrice, facts: Facts) -> Decision[Order]:
    """Refuse prices that are not lower, and prices below the floor without an approval (pricing property 41).

    The tax is lowered in proportion; every other line, and what was invoiced, keeps its price.
    """
    line = state.line(command.line)
    if line is None:
        return refuse(unknown_line(state.lines, command.line, "line"))
    policy = facts.of(OrderPolicy)
    problems = [*policy.check_reason(command.name, facts.reason), *held(state, command.name, line.number, facts)]
    if not line.to_bill:
        problems.append(NOTHING_TO_BILL.at("line", value=0, accepted="a line with units that are neither"))
    problems.extend(never_matched(state, line, "line"))
    if problems:
        return Refusal(tuple(dict.fromkeys(problems)))
    terms = read_terms(command.price, command.price_match, line.item, line.ordered, state.currency, facts)
    if not isinstance(terms, Terms):
        return refuse(*terms)
    before = line.next_share(line.to_bill)
    try:
        credit, _steps = credit_for(before, line.to_bill, terms)
    except InvalidValue as invalid:
        return refuse(invalid.problem.under("price"))
    if not credit.gross:
        return refuse(NOT_LOWER.at("price.unit_price", value=terms.price.net, accepted="a price below ours"))
    after = before - credit
    problems = list(check_floor(first_price(line), a_unit(after.net, line.to_bill), line.item, facts))
    if problems:
        return refuse(*problems)
    matched = OpenPriceMatched(line.number, after, _override(state, line, before, after, terms, facts))
    changed = matched.apply(state)
    return (matched, *requested(plan_change(state, changed, policy, facts.now)))


def _override(
    state: Order, line: OrderLine, before: Amounts, after: Amounts, terms: Terms, facts: Facts
) -> LineOverride:
    def shown(amounts: Amounts) -> Money:
        return amounts.gross if state.prices_include_tax else amounts.net

    quantity = line.to_bill
    original, price = shown(line.first_share(quantity)), shown(after)
    steps: list[Step] = [AGREED.step(original, quantity=f"{quantity:f}")]
    earlier = line.total_share or line.override
    if earlier is not None:
        steps.append(EARLIER.step(shown(before) - original, reason=earlier.reason))
    matched = {"competitor": terms.price.competitor, "price": terms.price.net, "percent": f"{terms.percent:f}"}
    steps.append(MATCHED.step(price - shown(before), **matched))
    return LineOverride(
        unit_price=a_unit(price, quantity).round(_SHOWN),
        quantity=quantity,
        original=original,
        price=price,
        reason="" if facts.reason is None else facts.reason.code,
        by=facts.actor.id,
        approved_by="" if facts.approver is None else facts.approver.id,
        at=facts.now,
        explanation=Explanation(f"line {line.number}", price, tuple(steps)),
        price_match=terms.record,
        billed_before=line.billed_before_override,
    )


MATCH_OPEN_PRICE: Final = Operation(
    command=MatchOpenPrice,
    decide=decide,
    guard=guard,
    events=(OpenPriceMatched, PaymentRequested),
    needs=(PriceMatchFacts,),
    reason_required=True,
    capabilities=("A10", "E27"),
)
