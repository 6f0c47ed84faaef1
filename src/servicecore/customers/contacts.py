"""The people who speak for a customer."""

from __future__ import annotations

from attrs import field, frozen

from servicecore.customers.contact_points import ContactPoints
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id


@frozen(field_transformer=checked_fields)
class Contact:
    """A person at a customer (SD 1.1).

    Attributes:
        id: unique within the customer.
        name: as it is written.
        points: how the person is reached.
        role: what the person does there: ``purchasing``; free text.
        locale: language of letters: ``it``, ``de_CH``; empty means the customer's.
        active: whether the person still speaks for the customer.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    name: str = field(validator=lambda _self, _attribute, value: check_id(value, "name") and None)
    points: ContactPoints = field(factory=ContactPoints)
    role: str = ""
    locale: str = ""
    active: bool = True
