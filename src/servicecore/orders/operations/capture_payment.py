"""Capture what was invoiced and not taken yet."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.holds import holds_against
from servicecore.orders.order import Order
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.settlement import purse, to_capture

NOTHING_TO_CAPTURE: Final = ProblemKind(
    "orders.nothing_to_capture",
    en="{value} of the invoices is to be captured; accepted: {accepted}",
    it="delle fatture resta da incassare {value}; valori ammessi: {accepted}",
    de="von den Rechnungen sind {value} einzuziehen; zulässig: {accepted}",
)
NOT_AUTHORIZED: Final = ProblemKind(
    "orders.not_authorized",
    en="no authorisation is open for {value}; accepted: {accepted}",
    it="nessuna autorizzazione è aperta per {value}; valori ammessi: {accepted}",
    de="für {value} ist keine Autorisierung offen; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class CapturePayment(Command):
    """Capture from the open authorisations what the invoices ask for; what they cannot cover stays due.

    Attributes:
        order: id of the order.

    """

    name: ClassVar[str] = "orders.capture_payment"
    target: ClassVar[str] = "order"

    order: str


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, and that nothing is due, where that is so."""
    problems = holds_against(state.holds, CapturePayment.name, facts.of(OrderPolicy), facts.now)
    due = to_capture(state)
    if due:
        return problems
    return (*problems, NOTHING_TO_CAPTURE.at("", value=due, accepted="an order with an invoice that is not paid"))


def decide(state: Order, _command: CapturePayment, facts: Facts) -> Decision[Order]:
    """Refuse where no authorisation is open; else save the intents."""
    due = to_capture(state)
    plan = purse(state, facts.of(OrderPolicy), facts.now).capture(due)
    if not plan.intents:
        return refuse(NOT_AUTHORIZED.at("", value=due, accepted="authorise the payment first"))
    return requested(plan)


CAPTURE_PAYMENT: Final = Operation(
    command=CapturePayment,
    decide=decide,
    guard=guard,
    events=(PaymentRequested,),
    capabilities=("A09", "A14", "F05"),
)
