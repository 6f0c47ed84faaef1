"""Record a mailing: copies of a catalogue with a source code went to a customer."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.customers.customer import Customer
from servicecore.customers.mailings import Mailing
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import local_date
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation


@frozen(field_transformer=checked_fields)
class RecordMailing(Command):
    """Record that copies with a source code went to a customer: from then on the code is targeted at it (A05, CC 5.3).

    Attributes:
        customer: the customer's id.
        mailing: the code, the day and the number of copies; what is recorded already changes nothing.

    """

    name: ClassVar[str] = "customers.record_mailing"
    target: ClassVar[str] = "customer"
    customer: str
    mailing: Mailing


@frozen
class MailingRecorded(Event[Customer]):
    """Copies with a source code went to a customer."""

    type_name: ClassVar[str] = "customers.mailing_recorded"
    mailing: Mailing

    def apply(self, state: Customer) -> Customer:
        """Return the customer with one more mailing."""
        return evolve(state, mailings=(*state.mailings, self.mailing))


def decide(state: Customer, command: RecordMailing, facts: Facts) -> Decision[Customer]:
    """Record the mailing, of today where no day is given, unless it is recorded."""
    mailed_on = command.mailing.mailed_on or local_date(facts.now, state.zone or "UTC")
    mailing = evolve(command.mailing, mailed_on=mailed_on)
    return () if mailing in state.mailings else (MailingRecorded(mailing),)


RECORD_MAILING: Final = Operation(
    command=RecordMailing, decide=decide, events=(MailingRecorded,), capabilities=("C01", "A05")
)
