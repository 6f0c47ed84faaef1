"""Record that an invoice was paid, in parts where need be."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.billing.invoice import Invoice, InvoicePayment
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

ALREADY_PAID: Final = ProblemKind(
    "billing.already_paid",
    en="{value} is open; accepted: {accepted}",
    it="resta aperto {value}; valori ammessi: {accepted}",
    de="offen sind {value}; zulässig: {accepted}",
)
WRONG_PAYMENT: Final = ProblemKind(
    "billing.wrong_payment",
    en="{value} cannot be booked on the invoice; accepted: {accepted}",
    it="{value} non può essere registrato sulla fattura; valori ammessi: {accepted}",
    de="{value} kann auf die Rechnung nicht gebucht werden; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RecordPayment(Command):
    """Book money on an invoice.

    Attributes:
        invoice: id of the invoice.
        amount: above 0, at most what is open, in the invoice's currency.
        reference: the payment's own reference; booking the same again changes nothing.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type`` for a reference that is none.

    """

    name: ClassVar[str] = "billing.record_payment"
    target: ClassVar[str] = "invoice"

    invoice: str
    amount: Money
    reference: str = field(validator=lambda _self, _attribute, value: check_id(value, "reference") and None)


@frozen
class PaymentRecorded(Event[Invoice]):
    """Money was booked on an invoice."""

    type_name: ClassVar[str] = "billing.payment_recorded"

    payment: InvoicePayment

    def apply(self, state: Invoice) -> Invoice:
        """Return the invoice with one more payment."""
        return evolve(state, payments=(*state.payments, self.payment))


def guard(state: Invoice, _facts: Facts) -> tuple[Problem, ...]:
    """Return that an invoice over nothing has nothing to be paid, where that is so."""
    if state.total:
        return ()
    return (ALREADY_PAID.at("", value=state.open, accepted="an invoice with an open amount"),)


def decide(state: Invoice, command: RecordPayment, facts: Facts) -> Decision[Invoice]:
    """Refuse what is beyond the open amount, and a reference that came with another amount before."""
    amount = command.amount
    before = next((each for each in state.payments if each.reference == command.reference), None)
    if before is not None:
        if before.amount == amount:
            return ()
        accepted = f"{before.amount} with this reference, or another reference"
        return refuse(WRONG_PAYMENT.at("amount", value=amount, accepted=accepted))
    if not state.open:
        return refuse(ALREADY_PAID.at("amount", value=state.open, accepted="an invoice with an open amount"))
    fits = amount.currency == state.currency and amount.is_rounded() and 0 < amount.amount <= state.open.amount
    if not fits:
        return refuse(WRONG_PAYMENT.at("amount", value=amount, accepted=f"above 0 and at most {state.open}"))
    return (PaymentRecorded(InvoicePayment(command.reference, amount, facts.now)),)


RECORD_PAYMENT: Final = Operation(
    command=RecordPayment,
    decide=decide,
    guard=guard,
    events=(PaymentRecorded,),
    capabilities=("A09", "E09"),
)
