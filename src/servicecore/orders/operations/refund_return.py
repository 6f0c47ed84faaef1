"""Refund returned units: what was billed for them with its tax, less a fee, to the tenders that paid."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.events import Event
from servicecore.kernel.explain import Explanation, Step, StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import holds_against
from servicecore.orders.operations.receive_return import unknown_return
from servicecore.orders.order import InvoicedLine, Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.quantities import minus, plus
from servicecore.orders.returns import Refund, Return
from servicecore.orders.settlement import purse, to_pay_back

PAID: Final = StepKind(
    "orders.refund_paid",
    en="paid for {quantity} of line {line} after discounts",
    it="pagato per {quantity} della riga {line} dopo gli sconti",
    de="bezahlt für {quantity} der Zeile {line} nach Rabatten",
)
TAX: Final = StepKind(
    "orders.refund_tax",
    en="tax recorded for {quantity} of line {line}",
    it="imposta registrata per {quantity} della riga {line}",
    de="für {quantity} der Zeile {line} erfasste Steuer",
)
TAKEN_BACK: Final = StepKind(
    "orders.refund_match_taken_back",
    en="credit of a price match for {quantity} of line {line}, taken back",
    it="credito per corrispondenza di prezzo di {quantity} della riga {line}, ripreso",
    de="Gutschrift aus Preisabgleich für {quantity} der Zeile {line}, zurückgenommen",
)
FEE: Final = StepKind("orders.refund_fee", en="return fee", it="spese di reso", de="Rücksendegebühr")

NOT_INVOICED: Final = ProblemKind(
    "orders.not_invoiced",
    en="{value} units of line {line} are to be refunded; accepted: {accepted}",
    it="sono da rimborsare {value} unità della riga {line}; valori ammessi: {accepted}",
    de="{value} Einheiten der Zeile {line} sind zu erstatten; zulässig: {accepted}",
)
WRONG_FEE: Final = ProblemKind(
    "orders.wrong_fee",
    en="{value} is no fee for this refund; accepted: {accepted}",
    it="{value} non è una spesa valida per questo rimborso; valori ammessi: {accepted}",
    de="{value} ist keine Gebühr für diese Erstattung; zulässig: {accepted}",
)
PAYMENT_UNSETTLED: Final = ProblemKind(
    "orders.payment_unsettled",
    en="the result of payment {value} is not known; accepted: {accepted}",
    it="l'esito del pagamento {value} non è noto; valori ammessi: {accepted}",
    de="das Ergebnis der Zahlung {value} ist nicht bekannt; zulässig: {accepted}",
)


@frozen
class RefundReturn(Command):
    """Refund all units of a return that arrived and were not refunded yet.

    Attributes:
        order: id of the order.
        returned: number of the return.
        fee: kept back, in the order's currency, at most what was paid; None keeps nothing.

    """

    name: ClassVar[str] = "orders.refund_return"
    target: ClassVar[str] = "order"

    order: str
    returned: int
    fee: Money | None = None


@frozen
class ReturnRefunded(Event[Order]):
    """A refund was granted; what was paid of it goes back by the payments requested with it."""

    type_name: ClassVar[str] = "orders.return_refunded"

    returned: int
    lines: tuple[InvoicedLine, ...]
    refund: Refund

    def apply(self, state: Order) -> Order:
        """Return the order with the units marked as refunded."""
        found = state.find_return(self.returned)
        if found is None:
            return state
        for each in self.lines:
            line = state.line(each.line)
            if line is not None:
                state = state.with_line(evolve(line, refunded=plus(line.refunded, each.quantity)))
        quantities = {each.line: each.quantity for each in self.lines}
        lines = tuple(
            evolve(each, refunded=plus(each.refunded, quantities[each.line])) if each.line in quantities else each
            for each in found.lines
        )
        return state.with_return(evolve(found, lines=lines, refunds=(*found.refunds, self.refund)))


def _refundable(state: Order) -> tuple[Return, ...]:
    return tuple(each for each in state.returns if any(line.to_refund for line in each.lines))


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, payments in doubt, and that nothing is to be refunded, where that is so."""
    problems = list(holds_against(state.holds, RefundReturn.name, facts.of(OrderPolicy), facts.now))
    problems.extend(unsettled_takings(state))
    if not _refundable(state):
        problems.append(unknown_return(state, 0, ()))
    return tuple(problems)


def unsettled_takings(state: Order) -> tuple[Problem, ...]:
    """Return the captures of which nobody knows yet whether they took money (``orders.payment_unsettled``)."""
    if not state.ledger.capturing():
        return ()
    keys = ", ".join(each.key for each in state.ledger.unsettled())
    return (PAYMENT_UNSETTLED.at("", value=keys, accepted="a settled payment; ask the gateway first"),)


def decide(state: Order, command: RefundReturn, facts: Facts) -> Decision[Order]:
    """Grant what was billed for the units; pay back what of it was taken, the rest lowers what is due.

    What a price match gave for them is taken back with it: they get back the matched price only (CC 10).

    Refuses units that were not invoiced, a fee above the refund, and an amount beyond the actor's limit
    ``orders.refund_amount`` without a second person's approval (specs: orders 8).
    """
    waiting = {each.number: each for each in _refundable(state)}
    found = waiting.get(command.returned)
    if found is None:
        return refuse(unknown_return(state, command.returned, waiting.values()))
    problems = _check_invoiced(state, found)
    if problems:
        return refuse(*problems)
    lines = tuple(
        InvoicedLine(each.line, each.to_refund, line.paid_share(each.to_refund))
        for each in found.lines
        for line in (state.line(each.line),)
        if line is not None and each.to_refund
    )
    paid = sum_money((each.amounts.gross for each in lines), state.currency)
    fee = command.fee if command.fee is not None else Money.zero(state.currency)
    if fee.currency != state.currency or not (fee.is_rounded() and 0 <= fee.amount <= paid.amount):
        return refuse(WRONG_FEE.at("fee", value=fee, accepted=f"0 to {paid}"))
    amount = paid - fee
    problem = facts.check_limit(command.name, "orders.refund_amount", amount.amount)
    if problem is not None:
        return refuse(problem)
    explanation = Explanation(f"refund of return {found.number}", amount, _steps(state, lines, fee))
    granted = ReturnRefunded(found.number, lines, Refund(amount, fee, facts.now, explanation))
    after = granted.apply(state)
    plan = purse(after, facts.of(OrderPolicy), facts.now).refund(min(amount, to_pay_back(after)))
    return (granted, *requested(plan))


def _check_invoiced(state: Order, found: Return) -> tuple[Problem, ...]:
    problems = []
    for each in found.lines:
        line = state.line(each.line)
        if line is None:
            continue
        most = minus(line.invoiced, line.refunded)
        if each.to_refund > most:
            accepted = f"at most {most:f}, invoice the shipment first"
            problems.append(
                NOT_INVOICED.at(f"lines[{each.line}]", value=each.to_refund, line=each.line, accepted=accepted)
            )
    return tuple(problems)


def _steps(state: Order, lines: tuple[InvoicedLine, ...], fee: Money) -> tuple[Step, ...]:
    steps = []
    for each in lines:
        line = state.line(each.line)
        named = {"quantity": f"{each.quantity:f}", "line": each.line}
        billed = each.amounts if line is None else line.billed_share(line.refunded, each.quantity)
        steps.append(PAID.step(billed.net, **named))
        if billed.tax:
            steps.append(TAX.step(billed.tax, **named))
        if billed != each.amounts:
            steps.append(TAKEN_BACK.step(each.amounts.gross - billed.gross, **named))
    if fee:
        steps.append(FEE.step(-fee))
    return tuple(steps)


REFUND_RETURN: Final = Operation(
    command=RefundReturn,
    decide=decide,
    guard=guard,
    events=(ReturnRefunded, PaymentRequested),
    capabilities=("A16", "E26"),
)
