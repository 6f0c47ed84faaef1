"""Register a customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.customers.addresses import CustomerAddress
from servicecore.customers.contact_points import ContactPoints
from servicecore.customers.contacts import Contact
from servicecore.customers.customer import Customer, CustomerKind
from servicecore.customers.exemptions import TaxExemption
from servicecore.customers.operations.set_tax_group import TaxGroupAssigned, TaxGroupMissed, search
from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import as_instant, zone
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.operations import Command, Decision, Operation, Refusal
from servicecore.kernel.problems import Problem, ProblemKind

REPEATED: Final = ProblemKind(
    "customers.repeated",
    en="{value} is given twice; accepted: {accepted}",
    it="{value} è indicato due volte; valori ammessi: {accepted}",
    de="{value} ist doppelt angegeben; zulässig: {accepted}",
)
OWN_PARENT: Final = ProblemKind(
    "customers.own_parent",
    en="{value} cannot belong to itself; accepted: {accepted}",
    it="{value} non può appartenere a se stesso; valori ammessi: {accepted}",
    de="{value} kann nicht zu sich selbst gehören; zulässig: {accepted}",
)


def _known_since(value: object) -> datetime | None:
    return None if value is None else as_instant(value, "known_since")


@frozen(field_transformer=checked_fields)
class RegisterCustomer(Command):
    """Register a customer or a prospect, with everything that is known already (C01, SD 1.1).

    Attributes:
        customer_name: of the company or person.
        id: the account number to take; empty for a new one.
        kind: customer or prospect.
        parent: id of the account that it belongs to.
        groups: groups that prices, offers and charges ask for.
        locale: language and region of letters.
        zone: IANA time zone; empty means the installation's.
        currency: ISO 4217 code; empty means the channel's.
        points: e-mail addresses and telephone numbers.
        addresses: each kind and label once; a tax group that comes with one counts as set by hand, others are searched.
        contacts: each id once.
        exemptions: each jurisdiction once.
        known_since: the instant since when it is known elsewhere; None means now.

    Raises:
        InvalidValue: ``time.naive_instant``.

    """

    name: ClassVar[str] = "customers.register_customer"
    target: ClassVar[str] = ""
    customer_name: str
    id: str = ""
    kind: CustomerKind = CustomerKind.CUSTOMER
    parent: str = ""
    groups: tuple[str, ...] = ()
    locale: str = "en"
    zone: str = ""
    currency: str = ""
    points: ContactPoints = field(factory=ContactPoints)
    addresses: tuple[CustomerAddress, ...] = ()
    contacts: tuple[Contact, ...] = ()
    exemptions: tuple[TaxExemption, ...] = ()
    known_since: datetime | None = field(converter=_known_since, default=None)


@frozen
class CustomerRegistered(CreatingEvent[Customer]):
    """A customer was registered."""

    type_name: ClassVar[str] = "customers.customer_registered"
    customer: Customer

    def create(self) -> Customer:
        """Return the customer."""
        return self.customer


def decide(_state: None, command: RegisterCustomer, facts: Facts) -> Decision[Customer]:
    """Register under the given id, or the one handed out; refuse what contradicts itself.

    Problem codes: ``customers.repeated``, ``customers.own_parent``, ``money.unknown_currency``,
    ``time.unknown_zone``, ``value.not_accepted``, ``value.wrong_type``.
    """
    identity = command.id or facts.new_id
    problems = (*_invalid(command, identity), *_repeated(command))
    if command.parent and command.parent == identity:
        problems += (OWN_PARENT.at("parent", value=identity, accepted="the id of another account"),)
    if problems:
        return Refusal(problems)
    customer = Customer(
        id=identity,
        name=command.customer_name,
        registered_at=command.known_since or facts.now,
        kind=command.kind,
        parent=command.parent,
        groups=command.groups,
        locale=command.locale,
        zone=command.zone,
        currency=command.currency,
        points=command.points,
        addresses=tuple(_kept(each) for each in command.addresses),
        contacts=command.contacts,
        exemptions=command.exemptions,
    )
    found = tuple(event for entry in customer.addresses for event in search(entry, facts))
    return (CustomerRegistered(customer), *found)


def _kept(entry: CustomerAddress) -> CustomerAddress:
    """Return the entry with a tax group that comes with it as one set by hand."""
    return evolve(entry, tax_group_by_hand=True) if entry.tax_group else entry


def _invalid(command: RegisterCustomer, identity: str) -> tuple[Problem, ...]:
    checks: list[Callable[[], object]] = [
        partial(check_id, identity, "id"),
        partial(check_id, command.customer_name, "customer_name"),
        partial(check_id, command.locale, "locale"),
    ]
    if command.zone:
        checks.append(partial(zone, command.zone))
    if command.currency:
        checks.append(partial(currency_digits, command.currency))
    problems = []
    for check in checks:
        try:
            check()
        except InvalidValue as invalid:
            problems.append(invalid.problem)
    return tuple(problems)


def _repeated(command: RegisterCustomer) -> tuple[Problem, ...]:
    listed = {
        "groups": command.groups,
        "addresses": tuple(f"{each.kind.value} {each.label}".strip() for each in command.addresses),
        "contacts": tuple(each.id for each in command.contacts),
        "exemptions": tuple(each.jurisdiction for each in command.exemptions),
    }
    return tuple(
        REPEATED.at(f"{field}[{index}]", value=value, accepted="each once")
        for field, values in listed.items()
        for index, value in enumerate(values)
        if value in values[:index]
    )


REGISTER_CUSTOMER: Final = Operation(
    command=RegisterCustomer,
    decide=decide,
    events=(CustomerRegistered, TaxGroupAssigned, TaxGroupMissed),
    capabilities=("C01", "A18"),
)
