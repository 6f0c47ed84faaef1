"""Record what became of a payment request."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.billing import PaymentOperation, PaymentOutcome, PaymentStatus
from servicecore.billing.transactions import Answer, read_outcome
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.settlement import plan_voids

UNKNOWN_PAYMENT: Final = ProblemKind(
    "orders.unknown_payment",
    en="the order has no payment {value}; accepted: {accepted}",
    it="l'ordine non ha il pagamento {value}; valori ammessi: {accepted}",
    de="der Auftrag hat keine Zahlung {value}; zulässig: {accepted}",
)
PAYMENT_SETTLED: Final = ProblemKind(
    "orders.payment_settled",
    en="payment {key} is settled as {settled}, the gateway now says {value}; accepted: {accepted}",
    it="il pagamento {key} è chiuso come {settled}, ora il gateway dice {value}; valori ammessi: {accepted}",
    de="Zahlung {key} ist als {settled} abgeschlossen, das Gateway meldet jetzt {value}; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RecordPaymentOutcome(Command):
    """Record what a gateway answered, or that nobody knows.

    Attributes:
        order: id of the order.
        outcome: of one of its payment requests.

    """

    name: ClassVar[str] = "orders.record_payment_outcome"
    target: ClassVar[str] = "order"

    order: str
    outcome: PaymentOutcome


@frozen
class PaymentAnswered(Event[Order]):
    """A payment transaction has an answer; an open answer may be followed by another."""

    type_name: ClassVar[str] = "orders.payment_answered"

    key: str
    answer: Answer
    at: datetime

    def apply(self, state: Order) -> Order:
        """Return the order with the transaction answered."""
        return evolve(state, ledger=state.ledger.with_answer(self.key, self.answer))


def decide(state: Order, command: RecordPaymentOutcome, facts: Facts) -> Decision[Order]:
    """Refuse an answer to nothing and one that contradicts a final one; a repeated answer changes nothing.

    An authorisation that arrives after the order ceased to need it is voided at once.
    """
    outcome = command.outcome
    transaction = state.ledger.find(outcome.key)
    if transaction is None:
        keys = ", ".join(each.key for each in state.ledger.unsettled())
        return refuse(UNKNOWN_PAYMENT.at("outcome.key", value=outcome.key, accepted=keys or "none, nothing is open"))
    answer = read_outcome(transaction, outcome)
    if answer.on(transaction) == transaction or (not transaction.is_open and _tells_less(answer, transaction.status)):
        return ()
    if not transaction.is_open:
        settled = f"{transaction.status.value} {transaction.approved}"
        value = f"{answer.status.value} {answer.approved}"
        accepted = "the same answer again; correct a difference with the gateway by hand"
        return refuse(
            PAYMENT_SETTLED.at("outcome", key=transaction.key, settled=settled, value=value, accepted=accepted)
        )
    answered = PaymentAnswered(transaction.key, answer, facts.now)
    if transaction.operation is not PaymentOperation.AUTHORIZE or answer.status is not PaymentStatus.APPROVED:
        return (answered,)
    return (answered, *requested(plan_voids(answered.apply(state), facts.of(OrderPolicy), facts.now)))


def _tells_less(answer: Answer, settled: PaymentStatus) -> bool:
    return answer.status in {
        PaymentStatus.UNKNOWN,
        PaymentStatus.PENDING,
        PaymentStatus.ACTION_REQUIRED,
    } or (answer.status is settled and settled is not PaymentStatus.APPROVED)


RECORD_PAYMENT_OUTCOME: Final = Operation(
    command=RecordPaymentOutcome,
    decide=decide,
    events=(PaymentAnswered, PaymentRequested),
    capabilities=("F05",),
    automatic=True,
)
