"""Postal addresses of customers, and what each is for."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from servicecore.customers.countries import check_country
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id


class AddressKind(Enum):
    """What an address is for: invoices, or goods."""

    BILL_TO = "bill_to"
    SHIP_TO = "ship_to"


def _country(value: object) -> str:
    return check_country(value)


@frozen(field_transformer=checked_fields)
class Address:
    """A postal address, as it is printed.

    Attributes:
        name: of the recipient.
        street: street and house number.
        city: town.
        country: ISO 3166 alpha-2 code in capitals.
        postal_code: as written in the country; empty where there is none.
        region: state or province; empty where it is not part of an address.
        extra: further lines: floor, care of.
        county: county or district, where taxes follow it; not printed.

    Raises:
        InvalidValue: ``customers.unknown_country``, ``value.wrong_type``, ``value.not_accepted``.

    """

    name: str = field(validator=lambda _self, _attribute, value: check_id(value, "name") and None)
    street: str = field(validator=lambda _self, _attribute, value: check_id(value, "street") and None)
    city: str = field(validator=lambda _self, _attribute, value: check_id(value, "city") and None)
    country: str = field(converter=_country)
    postal_code: str = ""
    region: str = ""
    extra: tuple[str, ...] = ()
    county: str = ""


@frozen(field_transformer=checked_fields)
class CustomerAddress:
    """An address in a customer's book.

    Attributes:
        kind: what it is for.
        address: where it is.
        label: tells several of one kind apart: ``warehouse``; the one without a label is the usual one.
        tax_group: code of the tax group that tax engines are told of; empty for none (A18).
        tax_group_by_hand: whether somebody set it; then no search changes it.

    """

    kind: AddressKind
    address: Address
    label: str = ""
    tax_group: str = ""
    tax_group_by_hand: bool = False
