"""Where an order goes."""

from __future__ import annotations

from attrs import field, frozen

from servicecore.kernel.ids import check_id


@frozen
class ShipTo:
    """The delivery address of an order, as it is printed on the parcel.

    Attributes:
        name: of the recipient.
        street: street and house number.
        postal_code: as written in the country; empty where there is none.
        city: town.
        country: ISO 3166 alpha-2 code.
        region: state or province; empty where it is not part of an address.
        extra: further lines: floor, care of.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted``.

    """

    name: str = field(validator=lambda _self, _attribute, value: check_id(value, "name") and None)
    street: str = field(validator=lambda _self, _attribute, value: check_id(value, "street") and None)
    postal_code: str
    city: str = field(validator=lambda _self, _attribute, value: check_id(value, "city") and None)
    country: str = field(validator=lambda _self, _attribute, value: check_id(value, "country") and None)
    region: str = ""
    extra: tuple[str, ...] = ()
