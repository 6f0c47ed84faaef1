"""Change a customer's address."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.customers.addresses import Address, AddressKind, CustomerAddress
from servicecore.customers.customer import Customer, with_address
from servicecore.customers.operations.set_tax_group import TaxGroupAssigned, TaxGroupMissed, search
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind

SAME_ADDRESS: Final = ProblemKind(
    "customers.same_address",
    en="{value} is the address already; accepted: {accepted}",
    it="{value} è già l'indirizzo; valori ammessi: {accepted}",
    de="{value} ist bereits die Adresse; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ChangeAddress(Command):
    """Put an address in the place of the one of its kind and label, or add it (C01; CC 24).

    The old one stays in the history; addresses of open orders are not touched.

    Attributes:
        customer: the customer's id.
        kind: what the address is for.
        address: the new one.
        label: which one of several; empty for the usual one.

    """

    name: ClassVar[str] = "customers.change_address"
    target: ClassVar[str] = "customer"
    customer: str
    kind: AddressKind
    address: Address
    label: str = ""


@frozen
class AddressChanged(Event[Customer]):
    """An address was added or took the place of another; ``replaced`` is the old one."""

    type_name: ClassVar[str] = "customers.address_changed"
    changed: CustomerAddress
    replaced: Address | None = None

    def apply(self, state: Customer) -> Customer:
        """Return the customer with the new address."""
        return evolve(state, addresses=with_address(state.addresses, self.changed))


def decide(state: Customer, command: ChangeAddress, facts: Facts) -> Decision[Customer]:
    """Change the address, unless it is the same (``customers.same_address``), and look for its tax group (CC 16)."""
    old = state.address(command.kind, command.label)
    if old == command.address:
        shown = f"{old.street}, {old.city}"
        return refuse(SAME_ADDRESS.at("address", value=shown, accepted="an address that differs"))
    entry = state.entry(command.kind, command.label)
    if entry is None:
        changed = CustomerAddress(command.kind, command.address, command.label)
    else:
        changed = evolve(entry, address=command.address)
    return (AddressChanged(changed, old), *search(changed, facts))


CHANGE_ADDRESS: Final = Operation(
    command=ChangeAddress,
    decide=decide,
    events=(AddressChanged, TaxGroupAssigned, TaxGroupMissed),
    capabilities=("C01", "A18"),
)
