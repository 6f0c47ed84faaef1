"""Invoice a shipment: bill its units and the charges that go with them, and take the money."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import holds_against
from servicecore.orders.line import BilledPart
from servicecore.orders.order import InvoicedLine, Order, OrderInvoice, Shipment
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.settlement import purse, to_capture

NOTHING_TO_INVOICE: Final = ProblemKind(
    "orders.nothing_to_invoice",
    en="shipment {value} is not to be invoiced; accepted: {accepted}",
    it="la spedizione {value} non è da fatturare; valori ammessi: {accepted}",
    de="Lieferung {value} ist nicht zu fakturieren; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class InvoiceShipment(Command):
    """Bill what was sent with one shipment.

    Attributes:
        order: id of the order.
        shipment: number of the shipment; 0 takes the earliest that was not invoiced.

    """

    name: ClassVar[str] = "orders.invoice_shipment"
    target: ClassVar[str] = "order"

    order: str
    shipment: int = 0


@frozen
class ShipmentInvoiced(Event[Order]):
    """A shipment was billed; the document is issued from this."""

    type_name: ClassVar[str] = "orders.shipment_invoiced"

    invoice: OrderInvoice

    def apply(self, state: Order) -> Order:
        """Return the order with one more invoice, its units marked as billed."""
        for each in self.invoice.lines:
            line = state.line(each.line)
            if line is not None:
                state = state.with_line(line.with_bill(BilledPart(self.invoice.number, each.quantity, each.amounts)))
        shipments = tuple(
            evolve(each, invoice=self.invoice.number) if each.number == self.invoice.shipment else each
            for each in state.shipments
        )
        return evolve(state, shipments=shipments, invoices=(*state.invoices, self.invoice))


def _waiting(state: Order) -> tuple[Shipment, ...]:
    return tuple(each for each in state.shipments if not each.invoice)


def _not_to_invoice(state: Order, number: int) -> Problem:
    waiting = ", ".join(str(each.number) for each in _waiting(state))
    return NOTHING_TO_INVOICE.at("shipment", value=number, accepted=waiting or "none, every shipment is invoiced")


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, and that no shipment waits for its invoice, where that is so."""
    problems = holds_against(state.holds, InvoiceShipment.name, facts.of(OrderPolicy), facts.now)
    return problems if _waiting(state) else (*problems, _not_to_invoice(state, 0))


def decide(state: Order, command: InvoiceShipment, facts: Facts) -> Decision[Order]:
    """Bill the shipment's units by their place in their lines, so that all invoices sum to what was agreed.

    Where no authorisation is open the invoice stands and its amount stays due.
    """
    policy = facts.of(OrderPolicy)
    waiting = _waiting(state)
    chosen = [each for each in waiting if command.shipment in (0, each.number)]
    if not chosen:
        return refuse(_not_to_invoice(state, command.shipment))
    shipment = chosen[0]
    lines = tuple(
        InvoicedLine(each.line, each.quantity, line.next_share(each.quantity))
        for each in shipment.lines
        for line in (state.line(each.line),)
        if line is not None
    )
    invoiced = ShipmentInvoiced(
        OrderInvoice(
            number=len(state.invoices) + 1,
            currency=state.currency,
            shipment=shipment.number,
            lines=lines,
            charges=state.charges_to_invoice(shipment.lines),
            at=facts.now,
        )
    )
    billed = invoiced.apply(state)
    if not policy.capture_at_invoice or holds_against(state.holds, "orders.capture_payment", policy, facts.now):
        return (invoiced,)
    return (invoiced, *requested(purse(billed, policy, facts.now).capture(to_capture(billed))))


INVOICE_SHIPMENT: Final = Operation(
    command=InvoiceShipment,
    decide=decide,
    guard=guard,
    events=(ShipmentInvoiced, PaymentRequested),
    capabilities=("E09", "E10"),
)
