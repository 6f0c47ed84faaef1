"""Authorise what is missing of an order's payment."""

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
from servicecore.orders.settlement import purse, to_secure

NOTHING_TO_AUTHORIZE: Final = ProblemKind(
    "orders.nothing_to_authorize",
    en="{value} is missing; accepted: {accepted}",
    it="manca {value}; valori ammessi: {accepted}",
    de="es fehlt {value}; zulässig: {accepted}",
)
UNKNOWN_TENDER: Final = ProblemKind(
    "orders.unknown_tender",
    en="there is no tender {value}; accepted: {accepted}",
    it="non esiste il mezzo di pagamento {value}; valori ammessi: {accepted}",
    de="ein Zahlungsmittel {value} gibt es nicht; zulässig: {accepted}",
)
TENDERS_EXHAUSTED: Final = ProblemKind(
    "orders.tenders_exhausted",
    en="the tenders have room for {value}; accepted: {accepted}",
    it="i mezzi di pagamento hanno spazio per {value}; valori ammessi: {accepted}",
    de="die Zahlungsmittel haben Raum für {value}; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class AuthorizePayment(Command):
    """Authorise all that is neither taken, set aside nor on its way yet.

    Attributes:
        order: id of the order.
        tender: index of the only tender to use; None takes all in charging order.

    """

    name: ClassVar[str] = "orders.authorize_payment"
    target: ClassVar[str] = "order"

    order: str
    tender: int | None = None


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it, and that nothing is missing, where that is so.

    A payment whose result is unknown counts as secured until it is settled, so it is never asked for twice.
    """
    problems = holds_against(state.holds, AuthorizePayment.name, facts.of(OrderPolicy), facts.now)
    missing = to_secure(state, facts.now)
    if missing:
        return problems
    waiting = ", ".join(each.key for each in state.ledger.unsettled())
    accepted = f"wait until {waiting} is settled" if waiting else "an order that is not covered"
    return (*problems, NOTHING_TO_AUTHORIZE.at("", value=missing, accepted=accepted))


def decide(state: Order, command: AuthorizePayment, facts: Facts) -> Decision[Order]:
    """Refuse where the tenders have no room for what is missing; else save the intents."""
    if command.tender is not None and not 0 <= command.tender < len(state.tenders):
        accepted = f"0 to {len(state.tenders) - 1}" if state.tenders else "none, the order has no tender"
        return refuse(UNKNOWN_TENDER.at("tender", value=command.tender, accepted=accepted))
    missing = to_secure(state, facts.now)
    plan = purse(state, facts.of(OrderPolicy), facts.now).authorize(missing, command.tender)
    if plan.unplanned:
        return refuse(TENDERS_EXHAUSTED.at("tender", value=missing - plan.unplanned, accepted=f"room for {missing}"))
    return requested(plan)


AUTHORIZE_PAYMENT: Final = Operation(
    command=AuthorizePayment,
    decide=decide,
    guard=guard,
    events=(PaymentRequested,),
    capabilities=("A09", "A14", "F05"),
)
