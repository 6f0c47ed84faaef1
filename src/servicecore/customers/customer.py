"""A customer: an account or a person, with addresses, contacts, groups and what letters and taxes need to know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum

from attrs import field, frozen

from servicecore.customers.addresses import Address, AddressKind, CustomerAddress
from servicecore.customers.contact_points import ContactPoints
from servicecore.customers.contacts import Contact
from servicecore.customers.exemptions import TaxExemption
from servicecore.customers.mailings import Mailing


class CustomerKind(Enum):
    """A customer buys and is invoiced; a prospect can be quoted only (SD 1.1)."""

    CUSTOMER = "customer"
    PROSPECT = "prospect"


@frozen
class Customer:
    """A customer and what is known of it (C01, SD 1.1).

    Attributes:
        id: the account number.
        name: of the company or person.
        registered_at: the instant since when it is known.
        kind: customer or prospect.
        parent: id of the account that it belongs to; empty where it stands alone.
        groups: names of the groups that prices, offers and charges ask for.
        locale: language and region of letters: ``it``, ``de_CH``.
        zone: IANA time zone of its dates; empty means the installation's.
        currency: ISO 4217 code of its quotes; empty means the channel's.
        points: how it is reached.
        addresses: its address book, each kind and label once.
        contacts: its people, each id once.
        exemptions: certificates, each jurisdiction once.
        mailings: copies of catalogues that went to it, in the order in which they were recorded.

    """

    id: str
    name: str
    registered_at: datetime
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
    mailings: tuple[Mailing, ...] = ()

    def address(self, kind: AddressKind, label: str = "") -> Address | None:
        """Return the address of that kind and label, or None."""
        entry = self.entry(kind, label)
        return None if entry is None else entry.address

    def entry(self, kind: AddressKind, label: str = "") -> CustomerAddress | None:
        """Return the entry of the address book of that kind and label, or None."""
        return next((each for each in self.addresses if (each.kind, each.label) == (kind, label)), None)

    def tax_group(self, country: str, region: str) -> str:
        """Return the tax group of the usual address of goods; empty where that is not in ``country`` and ``region``.

        An empty ``region`` asks for the country alone.
        """
        entry = self.entry(AddressKind.SHIP_TO) or self.entry(AddressKind.BILL_TO)
        if entry is None or entry.address.country != country or (region and entry.address.region != region):
            return ""
        return entry.tax_group

    def bill_to(self) -> Address | None:
        """Return the address of invoices, or None."""
        return self.address(AddressKind.BILL_TO)

    def ship_to(self, label: str = "") -> Address | None:
        """Return the address of goods with that label; the usual one is that of invoices where there is none."""
        found = self.address(AddressKind.SHIP_TO, label)
        return self.bill_to() if found is None and not label else found

    def contact(self, contact_id: str) -> Contact | None:
        """Return the contact with that id, or None."""
        return next((each for each in self.contacts if each.id == contact_id), None)

    @property
    def source_codes(self) -> tuple[str, ...]:
        """Return the source codes that were mailed to it, each once, as printed."""
        return tuple(dict.fromkeys(each.source_code for each in self.mailings))

    def exemption(self, jurisdiction: str, on: date) -> TaxExemption | None:
        """Return the certificate that frees it from tax in ``jurisdiction`` on the civil day ``on``, or None."""
        return next((each for each in self.exemptions if each.holds(jurisdiction, on)), None)


def with_address(addresses: Iterable[CustomerAddress], new: CustomerAddress) -> tuple[CustomerAddress, ...]:
    """Return ``addresses`` with ``new`` in the place of the one of its kind and label, or at the end."""
    kept = {(each.kind, each.label): each for each in addresses}
    kept[new.kind, new.label] = new
    return tuple(kept.values())
