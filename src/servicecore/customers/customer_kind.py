"""The customer as a kind of thing with a history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from servicecore.customers.contact_points import email_key, name_keys, phone_key
from servicecore.customers.customer import Customer
from servicecore.customers.operations.add_contact import ADD_CONTACT
from servicecore.customers.operations.change_address import CHANGE_ADDRESS
from servicecore.customers.operations.change_contact_points import CHANGE_CONTACT_POINTS
from servicecore.customers.operations.record_exemption import RECORD_EXEMPTION
from servicecore.customers.operations.record_mailing import RECORD_MAILING
from servicecore.customers.operations.register_customer import REGISTER_CUSTOMER
from servicecore.customers.operations.set_tax_group import SET_TAX_GROUP
from servicecore.kernel.operations import AggregateKind


def _indexes(customer: Customer) -> Mapping[str, tuple[str, ...]]:
    people = [each for each in customer.contacts if each.active]
    points = [customer.points, *(each.points for each in people)]
    return {
        "name": name_keys(customer.name, *(each.name for each in people)),
        "email": tuple(dict.fromkeys(email_key(email) for each in points for email in each.emails)),
        "phone": tuple(dict.fromkeys(phone_key(phone) for each in points for phone in each.phones)),
        "group": customer.groups,
        "parent": (customer.parent,) if customer.parent else (),
    }


CUSTOMER: Final = AggregateKind(
    name="customer",
    state=Customer,
    operations=(
        REGISTER_CUSTOMER,
        CHANGE_ADDRESS,
        ADD_CONTACT,
        CHANGE_CONTACT_POINTS,
        RECORD_EXEMPTION,
        RECORD_MAILING,
        SET_TAX_GROUP,
    ),
    indexes=_indexes,
    found_by=("name", "email", "phone", "group", "parent"),
)
"""Customers: found by the words of their names, e-mail, telephone, group and parent account."""
