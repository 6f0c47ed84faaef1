"""Add a contact to a customer."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.customers.contacts import Contact
from servicecore.customers.customer import Customer
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind

CONTACT_EXISTS: Final = ProblemKind(
    "customers.contact_exists",
    en="the customer has a contact {value} already; accepted: {accepted}",
    it="il cliente ha già un contatto {value}; valori ammessi: {accepted}",
    de="der Kunde hat bereits einen Kontakt {value}; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class AddContact(Command):
    """Add a person who speaks for a customer (C01).

    Attributes:
        customer: the customer's id.
        contact: the person, with an id that is new within the customer.

    """

    name: ClassVar[str] = "customers.add_contact"
    target: ClassVar[str] = "customer"
    customer: str
    contact: Contact


@frozen
class ContactAdded(Event[Customer]):
    """A contact was added."""

    type_name: ClassVar[str] = "customers.contact_added"
    contact: Contact

    def apply(self, state: Customer) -> Customer:
        """Return the customer with one more contact."""
        return evolve(state, contacts=(*state.contacts, self.contact))


def decide(state: Customer, command: AddContact, _facts: Facts) -> Decision[Customer]:
    """Add the contact, unless its id is taken (``customers.contact_exists``)."""
    if state.contact(command.contact.id) is not None:
        return refuse(CONTACT_EXISTS.at("contact.id", value=command.contact.id, accepted="an id that is not in use"))
    return (ContactAdded(command.contact),)


ADD_CONTACT: Final = Operation(command=AddContact, decide=decide, events=(ContactAdded,), capabilities=("C01",))
