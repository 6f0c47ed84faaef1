"""The cart: what a customer wants to buy, before it has a price."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind
from servicecore.pricing.charge_overrides import AddedCharge, ChargeOverride
from servicecore.pricing.personalisation import Personalisation
from servicecore.pricing.total_override import TotalOverride

EMPTY_CART: Final = ProblemKind(
    "pricing.empty_cart",
    en="the cart has no line; accepted: {accepted}",
    it="il carrello non ha righe; valori ammessi: {accepted}",
    de="der Warenkorb hat keine Zeile; zulässig: {accepted}",
)


def _text_tuple(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


def _quantity(value: object) -> Decimal:
    quantity = exact_decimal(value, "quantity")
    if quantity <= 0:
        raise NOT_ACCEPTED.error("quantity", value=quantity, accepted="a quantity above 0")
    return quantity


def _line_number(_self: object, _attribute: object, value: int) -> None:
    if value < 0:
        raise NOT_ACCEPTED.error("number", value=repr(value), accepted="a whole number of 0 or more")


@frozen(field_transformer=checked_fields)
class PriceOverride:
    """A unit price that somebody set by hand; the original stays in the explanation (A08).

    Attributes:
        unit_price: the new price of one unit; 0 is a value.
        reason: reason code, required.

    """

    unit_price: Money
    reason: str


@frozen(field_transformer=checked_fields)
class CartLine:
    """One line of a cart.

    Attributes:
        item: the item's id in the catalogue.
        quantity: in ``unit``, above 0.
        unit: unit of measure; empty means the item's own.
        number: the line's stable number, 1 for the first; 0 lets the cart number it.
        offers: ids of offers that are applied to this line by name, where their conditions hold.
        override: a price set by hand.
        attributes: further pairs of name and value that conditions can test.
        delivery_mode: code of the mode that brings it; empty means the cart's (CC 3.1).
        personalisations: what is done to its goods, such as gift wrap.
        source_code: of the catalogue that it was ordered from; empty means the cart's (CC 5.3).
        component_of: number of the line whose bundle it is a part of; 0 for none. It is priced, sent and returned as
            any other line; only the bundle's own line can follow a competitor's price (OR 4).

    """

    item: str
    quantity: Decimal = field(converter=_quantity)
    unit: str = ""
    number: int = field(default=0, validator=_line_number)
    offers: tuple[str, ...] = field(converter=_text_tuple, default=())
    override: PriceOverride | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    delivery_mode: str = ""
    personalisations: tuple[Personalisation, ...] = ()
    source_code: str = ""
    component_of: int = 0


def _numbered(given: Iterable[CartLine]) -> tuple[CartLine, ...]:
    lines = tuple(given)
    if not lines:
        raise EMPTY_CART.error("lines", accepted="at least one line")
    taken = {line.number for line in lines if line.number}
    if len(taken) != sum(1 for line in lines if line.number):
        numbers = ", ".join(str(line.number) for line in lines)
        raise NOT_ACCEPTED.error("lines", value=numbers, accepted="each line number once")
    free = (number for number in range(1, 2 * len(lines) + 1) if number not in taken)
    return tuple(line if line.number else _with_number(line, next(free)) for line in lines)


def _with_number(line: CartLine, number: int) -> CartLine:
    return CartLine(
        line.item,
        line.quantity,
        line.unit,
        number,
        line.offers,
        line.override,
        line.attributes,
        line.delivery_mode,
        line.personalisations,
        line.source_code,
        line.component_of,
    )


def _check_components(_self: object, _attribute: object, lines: tuple[CartLine, ...]) -> None:
    """Refuse a component of a line that is not in the cart, or is a component itself."""
    components = [line for line in lines if line.component_of]
    if not components:
        return
    bundles = [line.number for line in lines if not line.component_of]
    for line in components:
        if line.component_of not in bundles:
            accepted = f"the number of a line that is no component: {', '.join(str(each) for each in bundles) or '-'}"
            path = f"lines[{lines.index(line)}].component_of"
            raise NOT_ACCEPTED.error(path, value=line.component_of, accepted=accepted)


@frozen(field_transformer=checked_fields)
class Cart:
    """What a customer wants to buy.

    Attributes:
        customer: the customer's id.
        currency: ISO 4217; required, never implied.
        lines: at least one.
        codes: coupon codes as typed, in order.
        channel: the sales channel, such as ``online``; price lists and offers may ask for it.
        customer_groups: groups that the customer belongs to.
        ship_to_country: ISO 3166 code of the delivery, for tax; empty where unknown.
        ship_to_region: state or province, for tax.
        attributes: further pairs of name and value that conditions can test.
        delivery_mode: code of the mode that brings lines which name none; empty where nobody chose (CC 3.1).
        charge_overrides: amounts of charges that were set by hand; they survive every calculation (CC 3.2).
        added_charges: charges that somebody adds by hand.
        total_override: the sub-total that the lines are brought down to by hand.
        source_code: of the catalogue that the customer orders from, as printed; empty for none (CC 5.3).
        offers: ids of offers that are applied to the cart by name, where their conditions hold.
        exchange: whether it exchanges goods of an earlier order, whose source codes it then carries, as the book's
            `ExchangePolicy` says (CC 5.3).

    Raises:
        InvalidValue: ``pricing.empty_cart``, ``money.unknown_currency``, ``value.not_accepted``.

    """

    customer: str = field(validator=lambda _self, _attribute, value: check_id(value, "customer") and None)
    currency: str = field(validator=lambda _self, _attribute, value: currency_digits(value) and None)
    lines: tuple[CartLine, ...] = field(converter=_numbered, validator=_check_components)
    codes: tuple[str, ...] = field(converter=_text_tuple, default=())
    channel: str = ""
    customer_groups: tuple[str, ...] = field(converter=_text_tuple, default=())
    ship_to_country: str = ""
    ship_to_region: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    delivery_mode: str = ""
    charge_overrides: tuple[ChargeOverride, ...] = ()
    added_charges: tuple[AddedCharge, ...] = ()
    total_override: TotalOverride | None = None
    offers: tuple[str, ...] = field(converter=_text_tuple, default=())
    source_code: str = ""
    exchange: bool = False

    def mode_of(self, line: CartLine) -> str:
        """Return the code of the delivery mode of ``line``: its own, else the cart's; empty where nobody chose."""
        return line.delivery_mode or self.delivery_mode
