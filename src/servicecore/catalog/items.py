"""Items: what is sold, with what pricing has to know of it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT

_FINEST: Final = Decimal(1).scaleb(-20)


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


def _price_unit(value: object) -> Decimal:
    unit = exact_decimal(value, "price_unit")
    if unit <= 0:
        raise NOT_ACCEPTED.error("price_unit", value=unit, accepted="a quantity above 0")
    return unit


def _not_negative(_self: object, attribute: object, value: Money | None) -> None:
    if value is not None and value.amount < 0:
        path = getattr(attribute, "name", "amount")
        raise NOT_ACCEPTED.error(path, value=value, accepted="an amount of 0 or more")


@frozen(field_transformer=checked_fields)
class Item:
    """One thing that is sold.

    Attributes:
        id: the item's number.
        name: as people call it.
        unit: the unit that it is counted and priced in.
        tax_category: for the tax engine; empty means the price book's default.
        categories: all categories that it belongs to, ancestors included, nearest first.
        base_price: price of ``price_unit`` units where no list has one; each currency for itself.
        cost: cost of one unit where no cost history has one.
        attributes: pairs of name and value that conditions and searches can test.
        discountable: whether offers may lower its price; a price set by hand always may (CC 7.2).
        coupons_allowed: whether coupons may (CC 11.1).
        active: whether it can still be sold.
        lowest_price: below which no promotion, offer or coupon takes one unit; a price set by hand may go lower.
        base_price_includes_tax: whether ``base_price`` contains tax; None is as the price book says, which is without
            tax unless it says otherwise. A quote converts a price of the other convention (CC 7.1).
        price_unit: for how many units ``base_price`` is, above 0: 10.00 for 50 screws is 0.20 each (CC 7.1).

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    name: str
    unit: str = field(default="each", validator=lambda _self, _attribute, value: check_id(value, "unit") and None)
    tax_category: str = ""
    categories: tuple[str, ...] = field(converter=_names, default=())
    base_price: Money | None = field(default=None, validator=_not_negative)
    cost: Money | None = field(default=None, validator=_not_negative)
    attributes: tuple[tuple[str, str], ...] = ()
    discountable: bool = True
    coupons_allowed: bool = True
    active: bool = True
    lowest_price: Money | None = field(default=None, validator=_not_negative)
    base_price_includes_tax: bool | None = field(default=None)
    price_unit: Decimal = field(converter=_price_unit, default=Decimal(1))

    @base_price_includes_tax.validator
    def _check_base_price_includes_tax(self, _attribute: object, value: bool | None) -> None:
        if value is not None and self.base_price is None:
            raise NOT_ACCEPTED.error("base_price_includes_tax", value=value, accepted="none without a base_price")

    @price_unit.validator
    def _check_price_unit(self, _attribute: object, value: Decimal) -> None:
        if value != 1 and self.base_price is None:
            raise NOT_ACCEPTED.error("price_unit", value=value, accepted="1 without a base_price")

    @property
    def base_unit_price(self) -> Money | None:
        """Return what one unit costs by ``base_price``, to 20 decimals where it cannot be stated in full."""
        if self.base_price is None or self.price_unit == 1:
            return self.base_price
        each = EXACT.divide(self.base_price.amount, self.price_unit)
        kept = each.quantize(_FINEST, context=EXACT)
        return Money(each if kept == each else kept, self.base_price.currency)
