"""A line while its price is being made: changed step by step inside one quote, and never seen outside of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import ClassVar, Final

from attrs import define

from servicecore.catalog.items import Item
from servicecore.kernel.blank import blank_class
from servicecore.kernel.explain import StepKind, Trail
from servicecore.kernel.money import Money, trusted_money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.cart import CartLine
from servicecore.pricing.price_floor import PriceFloor
from servicecore.pricing.quote import Discount

MONEY_DIGITS: Final = 30
"""How many digits before the point money has no room for."""

_NOTHING: Final = Decimal(0)
_FINEST: Final = Decimal(1).scaleb(-20)
_multiply: Final = EXACT.multiply
_subtract: Final = EXACT.subtract
_quantize: Final = EXACT.quantize
_BlankDiscount: Final = blank_class(Discount)


def bounded(exact: Decimal) -> Decimal:
    """Return ``exact`` to 20 decimals, so that however many percentages compound, the sums stay exact.

    What is beyond the range of money is returned as it is: money refuses it.
    """
    if exact.adjusted() >= MONEY_DIGITS:
        return exact
    kept = _quantize(exact, _FINEST)
    return exact if kept == exact else kept


@define(eq=False, weakref_slot=False, init=False)
class LineInProgress(Trail):
    """One line on its way from list price to net.

    It is the one thing here that is not frozen: a copy of the line for every step that touches it would cost more
    than the step. ``price_cart`` makes it and forgets it; what the trail notes sums to ``exact`` at every moment.

    Attributes:
        cart_line: what was asked.
        item: the catalogue's item.
        quantity: in ``unit``.
        unit: unit of measure of the line.
        own_quantity: the quantity in the item's own unit.
        one: 1 of the cart's currency, which makes money of exact decimals.
        round_line: rounds a line's amount.
        index: its place in the cart, from 0.
        list_money: price of one unit before everything; None before it was found.
        list_price: the same as an exact number.
        unit_price: exact price of one unit that is charged.
        unit_cost: exact cost of one ``unit``; None where unknown.
        lowest: exact price of one ``unit`` below which neither promotions nor offers nor coupons go; 0 for none.
        gross: unit price times quantity, rounded.
        exact: the net so far, not rounded.
        net: the net so far, rounded.
        open_to_offers: whether offers and coupons may touch it.
        taken: whether an exclusive offer holds it.
        floor: lowest price behind its override, to be compared once the tax is known; None for none.
        discounts: what offers and coupons took off, in order.

    """

    shipping: ClassVar[bool] = False
    cart_line: CartLine
    item: Item
    quantity: Decimal
    unit: str
    own_quantity: Decimal
    one: Money
    round_line: Callable[[Decimal], Decimal]
    index: int
    list_money: Money | None
    list_price: Decimal
    unit_price: Decimal
    unit_cost: Decimal | None
    lowest: Decimal
    gross: Decimal
    exact: Decimal
    net: Decimal
    open_to_offers: bool
    taken: bool
    floor: PriceFloor | None
    discounts: tuple[Discount, ...]

    def __init__(  # noqa: PLR0917 - a keyword for each would cost every line of every quote
        self,
        cart_line: CartLine,
        item: Item,
        quantity: Decimal,
        unit: str,
        own_quantity: Decimal,
        one: Money,
        round_line: Callable[[Decimal], Decimal],
        index: int,
    ) -> None:
        # Written out: there is one for each line of every quote, and defaults and factories take longer.
        self.notes = []
        self.not_applied = ()
        self.cart_line = cart_line
        self.item = item
        self.quantity = quantity
        self.unit = unit
        self.own_quantity = own_quantity
        self.one = one
        self.round_line = round_line
        self.index = index
        self.list_money = self.unit_cost = self.floor = None
        self.list_price = self.unit_price = self.lowest = self.gross = self.exact = self.net = _NOTHING
        self.open_to_offers = True
        self.taken = False
        self.discounts = ()

    @property
    def id(self) -> str:
        """Return the number, as a basket names the line."""
        return str(self.cart_line.number)

    @property
    def number(self) -> int:
        """Return the cart line's number."""
        return self.cart_line.number

    @property
    def room(self) -> Decimal:
        """Return what may still be taken off the net, 0 or more."""
        if not self.lowest:
            return self.net
        return max(_subtract(self.net, _multiply(self.lowest, self.quantity)), _NOTHING)

    @property
    def item_id(self) -> str:
        """Return the item's id."""
        return self.item.id

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the item's categories."""
        return self.item.categories

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """Return the pairs of the cart line."""
        return self.cart_line.attributes

    @property
    def item_attributes(self) -> tuple[tuple[str, str], ...]:
        """Return the pairs of the item."""
        return self.item.attributes

    @property
    def discounted(self) -> bool:
        """Return whether an agreement or a sale lowered the unit price below the list price."""
        return self.unit_price < self.list_price

    @property
    def lowered(self) -> bool:
        """Return whether an offer lowered it."""
        return bool(self.discounts)

    @property
    def path(self) -> str:
        """Return what problems call it: ``lines[0]``."""
        return f"lines[{self.index}]"

    def set_unit_price(self, unit_price: Decimal, whole: Decimal | None = None) -> None:
        """Charge ``unit_price`` for one unit, or ``whole`` for all, of which it is the average.

        What offers took off before is forgotten.
        """
        self.unit_price = unit_price
        exact = _multiply(unit_price, self.quantity) if whole is None else whole
        rounded = self.round_line(exact)
        # What rounding leaves as it is has few decimals already.
        if rounded != exact:
            exact = bounded(exact)
            rounded = self.round_line(exact)
        self.exact = exact
        self.gross = self.net = rounded

    def give_away(self, kind: StepKind, /, **params: object) -> None:
        """Charge nothing for the line, as a step of ``kind`` says; its list price stays shown."""
        self.notes.append((kind, _subtract(_NOTHING, self.exact), params))
        self.set_unit_price(_NOTHING)

    def take_off(self, exact: Decimal, offer: str, code: str, kind: StepKind, params: Mapping[str, object]) -> None:
        """Take ``exact`` (not rounded, at most what is left) off the line; the net is rounded afresh."""
        before, net_before = self.exact, self.net
        left = _subtract(before, bounded(exact))
        net = self.round_line(left)
        self.notes.append((kind, _subtract(left, before), params))
        self.exact = left
        self.net = net
        if net != net_before:
            self._lowered_by(offer, _subtract(net_before, net), code)

    def take_off_share(
        self, share: Decimal, offer: str, code: str, kind: StepKind, params: Mapping[str, object]
    ) -> None:
        """Take ``share``, a rounded part of an amount split over lines, off the line, and nothing but it."""
        before = self.net
        net = _subtract(before, share)
        left = _subtract(self.exact, share) if net else net
        self.notes.append((kind, _subtract(left, self.exact), params))
        if net != before:
            self._lowered_by(offer, _subtract(before, net), code)
        self.exact = left
        self.net = net

    def _lowered_by(self, offer: str, amount: Decimal, code: str) -> None:
        discount = _BlankDiscount()
        discount.offer = offer
        discount.amount = trusted_money(amount, self.one.currency)
        discount.code = code
        discount.__class__ = Discount
        self.discounts = (*self.discounts, discount) if self.discounts else (discount,)
