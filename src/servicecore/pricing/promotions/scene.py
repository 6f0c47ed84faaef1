"""The scene of a quote: its cart, day and lines, as offers and coupons see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

from attrs import field, frozen

from servicecore.kernel.money import Money
from servicecore.pricing.cart import Cart
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.basket import BasketCustomer
from servicecore.pricing.promotions.combination import ValueSeen
from servicecore.pricing.promotions.customer_history import NO_HISTORY, CustomerHistory
from servicecore.pricing.promotions.offer_usage import NEVER_USED, OfferUsage
from servicecore.pricing.promotions.situation import Situation
from servicecore.pricing.promotions.target import EVERYTHING, Target

Lines: TypeAlias = tuple[LineInProgress, ...]


@frozen(eq=False)
class Scene(Situation[LineInProgress]):
    """Cart, day and customer of the quote, and its lines as priced so far.

    Attributes:
        cart: what was asked.
        day: civil day of the quote in the book's zone, as a number of days.
        lines: every line of the cart.
        one: 1 of the cart's currency.
        history: what the customer did before.
        usage: what orders before used of limited offers.
        line_groups: by line id, the groups that count on lines with a source code of their own.
        plain: whether no line names offers, is closed to them or has a lowest price; False where nobody looked.
        by_item: a line of each item, the last one where it stands on several.

    """

    cart: Cart
    day: int
    lines: Lines
    one: Money
    history: CustomerHistory = NO_HISTORY
    usage: OfferUsage = NEVER_USED
    line_groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    plain: bool = False
    by_item: Mapping[str, LineInProgress] = field(init=False)
    _customer: BasketCustomer | None = field(init=False, default=None)

    @by_item.default
    def _index_lines(self) -> Mapping[str, LineInProgress]:
        return {line.item.id: line for line in self.lines}

    @property
    def currency(self) -> str:
        """Return the ISO 4217 code of every amount."""
        return self.cart.currency

    @property
    def channel(self) -> str:
        """Return the cart's channel."""
        return self.cart.channel

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """Return the cart's pairs of name and value."""
        return self.cart.attributes

    @property
    def uses_before(self) -> int:
        """Return 0: a scene is no offer's own."""
        return 0

    @property
    def shipping_methods(self) -> tuple[str, ...]:
        """Return the delivery modes of the cart and of its lines, each once."""
        cart = self.cart
        modes = dict.fromkeys([cart.delivery_mode, *(cart.mode_of(line) for line in cart.lines)])
        return tuple([mode for mode in modes if mode])

    @property
    def customer(self) -> BasketCustomer:
        """Return the cart's customer, with what the history says."""
        customer = self._customer
        if customer is None:
            cart, history = self.cart, self.history
            groups, flags = cart.customer_groups, history.flags
            customer = BasketCustomer(
                cart.customer,
                history.guest,
                groups,
                flags,
                history.orders_before,
                history.offer_uses,
                self.line_groups,
            )
            object.__setattr__(self, "_customer", customer)
        return customer

    @property
    def groups(self) -> Iterable[str]:
        """Return the groups that count for the cart, or for one of its lines."""
        if not self.line_groups:
            return self.cart.customer_groups
        return {*self.cart.customer_groups, *(each for _line, groups in self.line_groups for each in groups)}

    @property
    def categories(self) -> set[str]:
        """Return the categories of the cart's items, ancestors included."""
        return {each for line in self.lines for each in line.item.categories}

    def counted(self, target: Target) -> Lines:
        """Return the lines of ``target``, whether offers may touch them or not."""
        if target is EVERYTHING:
            return self.lines
        item = target.only_item
        if not item or len(self.by_item) < len(self.lines):
            return target.pick(self.lines)
        line = self.by_item.get(item)
        return () if line is None else (line,)

    def units(self, line: LineInProgress) -> Decimal:
        """Return the line's quantity in the item's own unit."""
        return line.own_quantity

    def worth(self, line: LineInProgress, seen: ValueSeen | None = None) -> Decimal:
        """Return the line's net so far, or before offers."""
        return line.gross if seen is ValueSeen.ORIGINAL else line.net
