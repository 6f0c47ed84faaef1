"""Change the e-mail addresses and telephone numbers of a customer or of one of its contacts."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.customers.contact_points import ContactPoints
from servicecore.customers.customer import Customer
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind

UNKNOWN_CONTACT: Final = ProblemKind(
    "customers.unknown_contact",
    en="the customer has no contact {value}; accepted: {accepted}",
    it="il cliente non ha un contatto {value}; valori ammessi: {accepted}",
    de="der Kunde hat keinen Kontakt {value}; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ChangeContactPoints(Command):
    """Set how a customer, or one of its contacts, is reached; it replaces all that was known (C01).

    Attributes:
        customer: the customer's id.
        points: e-mail addresses and telephone numbers, the preferred one first.
        contact: id of the contact; empty for the customer itself.

    """

    name: ClassVar[str] = "customers.change_contact_points"
    target: ClassVar[str] = "customer"
    customer: str
    points: ContactPoints
    contact: str = ""


@frozen
class ContactPointsChanged(Event[Customer]):
    """The contact points of the customer (``contact`` empty) or of a contact are new."""

    type_name: ClassVar[str] = "customers.contact_points_changed"
    points: ContactPoints
    contact: str = ""

    def apply(self, state: Customer) -> Customer:
        """Return the customer with the new contact points."""
        if not self.contact:
            return evolve(state, points=self.points)
        contacts = (evolve(each, points=self.points) if each.id == self.contact else each for each in state.contacts)
        return evolve(state, contacts=tuple(contacts))


def decide(state: Customer, command: ChangeContactPoints, _facts: Facts) -> Decision[Customer]:
    """Change them where there is such a contact (``customers.unknown_contact``); nothing new makes no event."""
    known = state.points
    if command.contact:
        contact = state.contact(command.contact)
        if contact is None:
            accepted = ", ".join(each.id for each in state.contacts) or "none"
            return refuse(UNKNOWN_CONTACT.at("contact", value=command.contact, accepted=accepted))
        known = contact.points
    return () if known == command.points else (ContactPointsChanged(command.points, command.contact),)


CHANGE_CONTACT_POINTS: Final = Operation(
    command=ChangeContactPoints, decide=decide, events=(ContactPointsChanged,), capabilities=("C01",)
)
