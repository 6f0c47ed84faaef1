"""The basket: what offers look at, every line and shipping method with its price before offers."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT

_NONE: Final = Decimal(0)


class Scope(Enum):
    """What a benefit touches: the goods, the shipping methods, or both together."""

    LINES = "lines"
    SHIPPING = "shipping"
    LINES_AND_SHIPPING = "lines_and_shipping"


def _exact(value: object) -> Decimal:
    return exact_decimal(value, "basket")


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "basket")


@frozen
class BasketLine:
    """One line of goods, or one shipping method.

    Attributes:
        id: stable within the basket; results name it.
        item_id: the item's id; for shipping the method's.
        quantity: whole for everything that counts units; 0 or more.
        unit_price: of one unit before offers, in the basket's currency.
        lowest_unit_price: below which no offer may go where the settings heed it.
        list_price: of one unit before catalogue promotions; None where there was none.
        open_to_offers: whether offers may touch it.
        shipping: whether it is a shipping method.
        tax_rate: percent, for splits by value with tax.
        attributes: pairs of dotted path and value; a path may have several values.
        item_attributes: the same of its item.
        categories: of its item, ancestors included.
        own_units: units of the item's own for each one of ``quantity``.
        counts: whether conditions count it; None where offers may touch it.
        groups: of a shipping method, groups as whose member the customer has it brought; None for the customer's own.
        unit: unit of measure that ``quantity`` is in; empty where nobody says.

    Raises:
        InvalidValue: ``value.not_accepted`` for a negative figure.

    """

    id: str
    item_id: str
    quantity: Decimal = field(converter=_exact, default=Decimal(1))
    unit_price: Decimal = field(converter=_exact, default=_NONE)
    lowest_unit_price: Decimal = field(converter=_exact, default=_NONE)
    list_price: Decimal | None = field(converter=_optional, default=None)
    open_to_offers: bool = True
    shipping: bool = False
    tax_rate: Decimal = field(converter=_exact, default=_NONE)
    attributes: tuple[tuple[str, str], ...] = ()
    item_attributes: tuple[tuple[str, str], ...] = ()
    categories: tuple[str, ...] = ()
    own_units: Decimal = field(converter=_exact, default=Decimal(1))
    counts: bool | None = None
    groups: tuple[str, ...] | None = None
    unit: str = ""

    @quantity.validator
    @unit_price.validator
    @lowest_unit_price.validator
    def _check(self, attribute: object, value: Decimal) -> None:
        if value < 0:
            raise NOT_ACCEPTED.error(getattr(attribute, "name", "line"), value=value, accepted="0 or more")

    @property
    def value(self) -> Decimal:
        """Return unit price times quantity, exact."""
        return EXACT.multiply(self.unit_price, self.quantity)

    @property
    def discounted(self) -> bool:
        """Return whether a catalogue promotion lowered the unit price."""
        return self.list_price is not None and self.list_price > self.unit_price

    @property
    def lowered(self) -> bool:
        """Return False: what offers did is on the bench."""
        return False


@frozen
class BasketCustomer:
    """Who buys.

    Attributes:
        id: the customer's id; empty where nobody is logged in.
        guest: whether the customer is named but has no account.
        groups: groups that the customer belongs to.
        flags: marks such as ``staff``.
        orders_before: orders placed before this one, cancelled ones left out.
        offer_uses: by offer id, how often the customer used it before.
        groups_by_line: by line id, the groups that count on lines with a source code of their own (CC 5.3).

    """

    id: str = ""
    guest: bool = False
    groups: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    orders_before: int = 0
    offer_uses: tuple[tuple[str, int], ...] = ()
    groups_by_line: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def groups_on(self, line: str) -> tuple[str, ...]:
        """Return the groups that count on the line with the id ``line``."""
        return next((groups for name, groups in self.groups_by_line if name == line), self.groups)

    def uses_of(self, offer: str) -> int:
        """Return how often the customer used the offer."""
        return sum(times for name, times in self.offer_uses if name == offer)


@frozen
class Basket:
    """What is bought, where and by whom.

    Attributes:
        currency: ISO 4217 of every amount.
        lines: goods and shipping methods, each id once.
        customer: who buys.
        channel: sales channel; empty where unknown.
        attributes: pairs of dotted path and value of the cart.
        codes: as typed, in order.
        direct: ids of offers that somebody applies by name.
        ignore_automatic: whether only codes and direct offers count.
        shipped_by: shipping methods that were chosen and are no lines of the basket.

    """

    currency: str = field(validator=lambda _self, _attribute, value: currency_digits(value) and None)
    lines: tuple[BasketLine, ...] = field()
    customer: BasketCustomer = BasketCustomer()
    channel: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    ignore_automatic: bool = False
    shipped_by: tuple[str, ...] = ()

    @lines.validator
    def _check_lines(self, _attribute: object, value: tuple[BasketLine, ...]) -> None:
        if len({line.id for line in value}) != len(value):
            raise NOT_ACCEPTED.error("lines", value=[line.id for line in value], accepted="each id once")
