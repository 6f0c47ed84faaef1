"""Set the tax group of a customer's address by hand, or let the rules find it (A18)."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.customers.addresses import AddressKind, CustomerAddress
from servicecore.customers.customer import Customer, with_address
from servicecore.customers.policy import CustomerPolicy
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind

UNKNOWN_ADDRESS: Final = ProblemKind(
    "customers.unknown_address",
    en="the customer has no address {value}; accepted: {accepted}",
    it="il cliente non ha un indirizzo {value}; valori ammessi: {accepted}",
    de="der Kunde hat keine Adresse {value}; zulässig: {accepted}",
)
UNKNOWN_TAX_GROUP: Final = ProblemKind(
    "customers.unknown_tax_group",
    en="there is no tax group {value}; accepted: {accepted}",
    it="non esiste il gruppo fiscale {value}; valori ammessi: {accepted}",
    de="die Steuergruppe {value} gibt es nicht; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class SetTaxGroup(Command):
    """Set the tax group of an address by hand; no search overwrites it (A18, CC 16).

    Attributes:
        customer: the customer's id.
        kind: of the address.
        tax_group: code of a group; empty gives it back to the rules, which look at once.
        label: which one of several; empty for the usual one.

    """

    name: ClassVar[str] = "customers.set_tax_group"
    target: ClassVar[str] = "customer"
    customer: str
    kind: AddressKind
    tax_group: str
    label: str = ""


@frozen
class TaxGroupAssigned(Event[Customer]):
    """An address has a tax group; ``others`` are those that the same rule found too.

    ``priority`` is that of the rule, 0 where somebody set the group by hand or gave it back to the rules.
    """

    type_name: ClassVar[str] = "customers.tax_group_assigned"
    kind: AddressKind
    label: str
    tax_group: str
    priority: int = 0
    others: tuple[str, ...] = ()
    by_hand: bool = False

    def apply(self, state: Customer) -> Customer:
        """Return the customer with the group on the address."""
        entry = state.entry(self.kind, self.label)
        if entry is None:
            return state
        changed = evolve(entry, tax_group=self.tax_group, tax_group_by_hand=self.by_hand)
        return evolve(state, addresses=with_address(state.addresses, changed))


@frozen
class TaxGroupMissed(Event[Customer]):
    """No tax group is for an address (``tax_group.not_found``); it keeps the one that it had."""

    type_name: ClassVar[str] = "customers.tax_group_missed"
    kind: AddressKind
    label: str

    def apply(self, state: Customer) -> Customer:
        """Return the customer as it is."""
        return state


def search(entry: CustomerAddress, facts: Facts) -> tuple[TaxGroupAssigned | TaxGroupMissed, ...]:
    """Return what the rules find for a new or changed address; nothing for a group that was set by hand."""
    rules = (facts.maybe(CustomerPolicy) or CustomerPolicy()).tax_groups
    if entry.tax_group_by_hand or not rules.rules:
        return ()
    found = rules.find(entry.address)
    if not found.group:
        return (TaxGroupMissed(entry.kind, entry.label),) if rules.display_warnings else ()
    if found.group == entry.tax_group and not found.others:
        return ()
    return (TaxGroupAssigned(entry.kind, entry.label, found.group, found.priority, found.others),)


def decide(state: Customer, command: SetTaxGroup, facts: Facts) -> Decision[Customer]:
    """Refuse addresses and groups that are not there (``customers.unknown_address``, ``.unknown_tax_group``)."""
    entry = state.entry(command.kind, command.label)
    if entry is None:
        known = ", ".join(_named(each.kind, each.label) for each in state.addresses) or "none"
        value = _named(command.kind, command.label)
        return refuse(UNKNOWN_ADDRESS.at("kind", value=value, accepted=known))
    if not command.tax_group:
        freed = TaxGroupAssigned(command.kind, command.label, "")
        found = search(evolve(entry, tax_group="", tax_group_by_hand=False), facts)
        return (freed, *found) if entry.tax_group or entry.tax_group_by_hand else found
    groups = (facts.maybe(CustomerPolicy) or CustomerPolicy()).tax_groups.groups
    if groups and command.tax_group not in {each.code for each in groups}:
        codes = ", ".join(each.code for each in groups)
        return refuse(UNKNOWN_TAX_GROUP.at("tax_group", value=command.tax_group, accepted=codes))
    if (entry.tax_group, entry.tax_group_by_hand) == (command.tax_group, True):
        return ()
    return (TaxGroupAssigned(command.kind, command.label, command.tax_group, by_hand=True),)


def _named(kind: AddressKind, label: str) -> str:
    return f"{kind.value} {label}".strip()


SET_TAX_GROUP: Final = Operation(
    command=SetTaxGroup, decide=decide, events=(TaxGroupAssigned, TaxGroupMissed), capabilities=("C01", "A18")
)
