"""Refund returned units: what was billed for them and their charges, less a fee, to the tenders that paid."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import holds_against
from servicecore.orders.operations.receive_return import unknown_return
from servicecore.orders.order import InvoicedLine, Order
from servicecore.orders.override_facts import OverrideFacts
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.quantities import minus, plus
from servicecore.orders.refund_amounts import ReturnCredit, return_credit
from servicecore.orders.returns import CreditOverride, Refund, RefundedCharge, Return
from servicecore.orders.settlement import purse, to_pay_back

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
WRONG_CREDIT: Final = ProblemKind(
    "orders.wrong_credit",
    en="{value} is no credit for this return; accepted: {accepted}",
    it="{value} non è un credito valido per questo reso; valori ammessi: {accepted}",
    de="{value} ist keine Gutschrift für diese Retoure; zulässig: {accepted}",
)
PAYMENT_UNSETTLED: Final = ProblemKind(
    "orders.payment_unsettled",
    en="the result of payment {value} is not known; accepted: {accepted}",
    it="l'esito del pagamento {value} non è noto; valori ammessi: {accepted}",
    de="das Ergebnis der Zahlung {value} ist nicht bekannt; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RefundReturn(Command):
    """Refund all units of a return that arrived and were not refunded yet.

    Attributes:
        order: id of the order.
        returned: number of the return.
        fee: kept back, in the order's currency, at most what was paid; None keeps nothing.
        credit: what the customer gets in the place of the computed credit, with tax, in whole minor units: 0 to what
            was invoiced for the order and not granted back yet. It needs a reason, and is bounded by the override
            policy (CC 8.1). None takes the computed one.

    """

    name: ClassVar[str] = "orders.refund_return"
    target: ClassVar[str] = "order"

    order: str
    returned: int
    fee: Money | None = None
    credit: Money | None = None


@frozen
class ReturnRefunded(Event[Order]):
    """A refund was granted; what was paid of it goes back by the payments requested with it.

    Attributes:
        returned: number of the return.
        lines: the units with what was paid for them.
        refund: what was granted.
        charges: what came back with the units of charges for each of them.

    """

    type_name: ClassVar[str] = "orders.return_refunded"

    returned: int
    lines: tuple[InvoicedLine, ...]
    refund: Refund
    charges: tuple[RefundedCharge, ...] = ()

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
    return (PAYMENT_UNSETTLED.at(value=keys, accepted="a settled payment; ask the gateway first"),)


def decide(state: Order, command: RefundReturn, facts: Facts) -> Decision[Order]:
    """Grant what was billed for the units; pay back what of it was taken, the rest lowers what is due.

    A charge for each unit of a line comes back with its units, unless it is not refundable. What a price match gave
    for them is taken back with it: they get back the matched price only (CC 10).

    Refuses units that were not invoiced, a fee above the refund, a credit set by hand that the override policy does
    not allow to actor or approver (``override.approval_required``, ``override.reason_required``), and an amount
    beyond the actor's limit ``orders.refund_amount`` without a second person's approval (specs: orders 8).
    """
    waiting = {each.number: each for each in _refundable(state)}
    found = waiting.get(command.returned)
    if found is None:
        return refuse(unknown_return(state, command.returned, waiting.values()))
    problems = _check_invoiced(state, found)
    if problems:
        return refuse(*problems)
    computed = return_credit(state, found)
    fee = command.fee if command.fee is not None else Money.zero(state.currency)
    if fee.currency != state.currency or not (fee.is_rounded() and 0 <= fee.amount <= computed.paid.amount):
        return refuse(WRONG_FEE.at("fee", value=fee, accepted=f"0 to {computed.paid}"))
    override = None if command.credit is None else _override(computed, computed.less(fee), command.credit, facts)
    if isinstance(override, tuple):
        return refuse(*override)
    refund = computed.refund(fee, override, facts.now)
    problem = facts.check_limit(command.name, "orders.refund_amount", refund.amount.amount)
    if problem is not None:
        return refuse(problem)
    granted = ReturnRefunded(found.number, computed.lines, refund, computed.charges)
    after = granted.apply(state)
    plan = purse(after, facts.of(OrderPolicy), facts.now).refund(min(refund.amount, to_pay_back(after)))
    return (granted, *requested(plan))


def _override(
    computed: ReturnCredit, before: Money, credit: Money, facts: Facts
) -> CreditOverride | tuple[Problem, ...] | None:
    """Return who sets ``credit`` in the place of ``before``; None where it is no other, or why it may not be set."""
    left = computed.left
    if credit.currency != left.currency or not (credit.is_rounded() and 0 <= credit.amount <= left.amount):
        return (WRONG_CREDIT.at("credit", value=credit, accepted=f"0 to {left}, in whole minor units"),)
    if credit == before:
        return None
    reason = "" if facts.reason is None else facts.reason.code
    problems = [
        *facts.of(OrderPolicy).check_reason(RefundReturn.name, facts.reason),
        *facts.of(OverrideFacts).policy.credit_refusals(before, credit, reason, facts),
    ]
    if problems:
        return tuple(problems)
    return CreditOverride(before, credit, reason, facts.actor.id, "" if facts.approver is None else facts.approver.id)


def _check_invoiced(state: Order, found: Return) -> tuple[Problem, ...]:
    problems = []
    for each in found.lines:
        line = state.line(each.line)
        if line is not None and each.to_refund > (most := minus(line.invoiced, line.refunded)):
            accepted = f"at most {most:f}, invoice the shipment first"
            problems.append(
                NOT_INVOICED.at(f"lines[{each.line}]", value=each.to_refund, line=each.line, accepted=accepted)
            )
    return tuple(problems)


REFUND_RETURN: Final = Operation(
    command=RefundReturn,
    decide=decide,
    guard=guard,
    events=(ReturnRefunded, PaymentRequested),
    needs=(OverrideFacts,),
    capabilities=("A08", "A16", "E26"),
)
