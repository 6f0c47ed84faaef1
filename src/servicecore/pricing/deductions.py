"""What leaves a price again before it is a margin: royalty, broker's fee, rebate (CC 9)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.catalog.items import Item
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.cart import Cart

_ALL: Final = Decimal(100)
_NOTHING: Final = Decimal(0)


class DeductionKind(Enum):
    """Whom a part of the price goes to: the owner of a right, a broker, or the customer later on."""

    ROYALTY = "royalty"
    BROKER = "broker"
    REBATE = "rebate"


def _percent(value: object) -> Decimal:
    percent = exact_decimal(value, "percent")
    if not 0 <= percent < _ALL:
        raise NOT_ACCEPTED.error("percent", value=percent, accepted="0 to below 100")
    return percent


@frozen(field_transformer=checked_fields)
class MarginDeduction:
    """A part of the price that the margin of a line is counted without; it changes no price (A11, CC 9).

    Attributes:
        kind: what it is.
        percent: of the line's net without tax, 0 to below 100.
        per_unit: for each of the item's own unit, 0 or more; only carts in its currency; None for none.
        products: ids or categories of the only items; empty for all.
        customer: the only customer; empty for all.
        customer_group: empty for all.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    kind: DeductionKind
    percent: Decimal = field(converter=_percent, default=_NOTHING)
    per_unit: Money | None = field(default=None)
    products: tuple[str, ...] = ()
    customer: str = ""
    customer_group: str = ""

    @per_unit.validator
    def _check_per_unit(self, _attribute: object, value: Money | None) -> None:
        if value is not None and value.amount < 0:
            raise NOT_ACCEPTED.error("per_unit", value=value, accepted="0 or more")

    def fits(self, cart: Cart, item: Item) -> bool:
        """Return whether it is taken off ``item`` in ``cart``."""
        return (
            (not self.customer or self.customer == cart.customer)
            and (not self.customer_group or self.customer_group in cart.customer_groups)
            and (not self.products or item.id in self.products or not set(item.categories).isdisjoint(self.products))
        )


@frozen
class Deducted:
    """All deductions of a line together.

    Attributes:
        percent: of the net without tax.
        per_unit: for each unit of the line, in the cart's currency.

    """

    percent: Decimal = _NOTHING
    per_unit: Decimal = _NOTHING

    def of(self, net: Decimal, quantity: Decimal) -> Decimal:
        """Return what is deducted from a line's ``net`` of ``quantity`` units, exact."""
        share = EXACT.multiply(net, self.percent).scaleb(-2, EXACT)
        return EXACT.add(share, EXACT.multiply(self.per_unit, quantity))


NO_DEDUCTION: Final = Deducted()
"""Nothing leaves the price."""


def deducted(deductions: Iterable[MarginDeduction], cart: Cart, item: Item, own_units_per_unit: Decimal) -> Deducted:
    """Return what leaves the price of ``item``, of which one unit of the line is ``own_units_per_unit`` own units."""
    percent, per_unit = _NOTHING, _NOTHING
    for each in deductions:
        if each.fits(cart, item):
            percent = EXACT.add(percent, each.percent)
            if each.per_unit is not None and each.per_unit.currency == cart.currency:
                per_unit = EXACT.add(per_unit, EXACT.multiply(each.per_unit.amount, own_units_per_unit))
    return Deducted(percent, per_unit)
