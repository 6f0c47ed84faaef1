"""Record a certificate that frees a customer from tax."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.customers.customer import Customer
from servicecore.customers.exemptions import TaxExemption
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import local_date
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind

EXPIRED_CERTIFICATE: Final = ProblemKind(
    "customers.expired_certificate",
    en="the certificate {value} ended on {ended}; accepted: {accepted}",
    it="il certificato {value} è scaduto il {ended}; valori ammessi: {accepted}",
    de="die Bescheinigung {value} ist am {ended} abgelaufen; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RecordExemption(Command):
    """Record a tax certificate; it replaces the one of the same jurisdiction (C01).

    Attributes:
        customer: the customer's id.
        exemption: the certificate, valid today or later on the customer's calendar.

    """

    name: ClassVar[str] = "customers.record_exemption"
    target: ClassVar[str] = "customer"
    customer: str
    exemption: TaxExemption


@frozen
class ExemptionRecorded(Event[Customer]):
    """A tax certificate was recorded."""

    type_name: ClassVar[str] = "customers.exemption_recorded"
    exemption: TaxExemption

    def apply(self, state: Customer) -> Customer:
        """Return the customer with the certificate in the place of that of its jurisdiction."""
        kept = (each for each in state.exemptions if each.jurisdiction != self.exemption.jurisdiction)
        return evolve(state, exemptions=(*kept, self.exemption))


def decide(state: Customer, command: RecordExemption, facts: Facts) -> Decision[Customer]:
    """Record the certificate, unless it has ended (``customers.expired_certificate``)."""
    ended = command.exemption.valid_until
    today = local_date(facts.now, state.zone or "UTC")
    if ended is not None and ended < today:
        certificate = command.exemption.certificate
        accepted = f"one valid on {today} or later"
        return refuse(
            EXPIRED_CERTIFICATE.at("exemption.valid_until", value=certificate, ended=ended, accepted=accepted)
        )
    return (ExemptionRecorded(command.exemption),)


RECORD_EXEMPTION: Final = Operation(
    command=RecordExemption, decide=decide, events=(ExemptionRecorded,), capabilities=("C01",)
)
