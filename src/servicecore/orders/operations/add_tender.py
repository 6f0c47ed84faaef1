"""Add a tender to an order: another card after a decline, or a second one to share the amount."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.billing import Tender
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem
from servicecore.orders.holds import holds_against
from servicecore.orders.order import Order
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.tender_checks import check_tender


@frozen(field_transformer=checked_fields)
class AddTender(Command):
    """Add a tender; nothing is asked of it before the payment is authorised (specs: orders 3.3).

    Attributes:
        order: id of the order.
        tender: the card or account.

    """

    name: ClassVar[str] = "orders.add_tender"
    target: ClassVar[str] = "order"

    order: str
    tender: Tender


@frozen
class TenderAdded(Event[Order]):
    """An order can be paid with one tender more."""

    type_name: ClassVar[str] = "orders.tender_added"

    tender: Tender

    def apply(self, state: Order) -> Order:
        """Return the order with the tender after those that it had."""
        return evolve(state, tenders=(*state.tenders, self.tender))


def guard(state: Order, facts: Facts) -> tuple[Problem, ...]:
    """Return the holds that stop it."""
    return holds_against(state.holds, AddTender.name, facts.of(OrderPolicy), facts.now)


def decide(state: Order, command: AddTender, facts: Facts) -> Decision[Order]:
    """Refuse a limit in another currency; a tender without a gateway gets the one of its kind."""
    problems = check_tender(command.tender, state.currency, "tender")
    if problems:
        return refuse(*problems)
    gateway = command.tender.gateway or facts.of(OrderPolicy).gateway_for(command.tender.kind)
    return (TenderAdded(evolve(command.tender, gateway=gateway)),)


ADD_TENDER: Final = Operation(
    command=AddTender,
    decide=decide,
    guard=guard,
    events=(TenderAdded,),
    capabilities=("A09", "E07"),
)
