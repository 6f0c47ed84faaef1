"""Catalogues and source codes: what mailing an order came from, and what that gives its customer (A05, CC 5.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.pricing.validity import check_order, civil_date


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


def _quantity(value: object) -> Decimal:
    quantity = exact_decimal(value, "quantity")
    if quantity <= 0:
        raise NOT_ACCEPTED.error("quantity", value=quantity, accepted="above 0")
    return quantity


@frozen(field_transformer=checked_fields)
class FreeProduct:
    """What every order from a catalogue gets at the price of 0.

    Attributes:
        item: the item's id.
        quantity: in ``unit``, above 0.
        unit: unit of measure; empty means the item's own.

    """

    item: str
    quantity: Decimal = field(converter=_quantity, default=Decimal(1))
    unit: str = ""


@frozen(field_transformer=checked_fields)
class Catalogue:
    """A catalogue that customers order from.

    Attributes:
        id: the catalogue's number.
        name: as people call it.
        price_groups: customer groups whose prices and offers its customers get, beside their own.
        free_products: what every order from it gets for nothing.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    name: str = ""
    price_groups: tuple[str, ...] = field(converter=_texts, default=())
    free_products: tuple[FreeProduct, ...] = ()


@frozen(field_transformer=checked_fields)
class SourceCode:
    """A code printed in the copies of a catalogue that went to one segment of customers.

    Attributes:
        id: the code as printed; compared without blanks and case.
        catalogue: the catalogue's id.
        valid_from: first day on which an order may carry it, itself included; None is open.
        valid_until: last day, itself included; None is open.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    catalogue: str
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)

    def __attrs_post_init__(self) -> None:
        check_order(self.valid_from, self.valid_until)


class ExchangeSource(Enum):
    """Which source code an exchange carries: the configured one, or that of the order whose goods are exchanged."""

    DEFAULT = "default"
    ORIGINAL = "original"


@frozen(field_transformer=checked_fields)
class ExchangePolicy:
    """How carts that exchange goods of an earlier order (`Cart.exchange`) come to their source code (CC 5.3).

    Attributes:
        source: which code they carry.
        default: the code under ``ExchangeSource.DEFAULT``; empty for none.
        allow_expired: whether the code of the original order may have expired since.

    """

    source: ExchangeSource = ExchangeSource.ORIGINAL
    default: str = ""
    allow_expired: bool = False
