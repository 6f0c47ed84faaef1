"""What a customer did before: the orders behind first-order offers and limits per customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from servicecore.customers import CUSTOMER
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state, states_found
from servicecore.orders import ORDER, RECORDED_ORDER, Order
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.promotions.customer_history import CustomerHistory
from servicecore.pricing.promotions.offer_codes import PastOrder
from servicecore.pricing.quote import Quote


def customer_history(runtime: Runtime, book: CompiledBook, cart: Cart) -> tuple[CustomerHistory, ...]:
    """Return the fact what the cart's customer did before; nothing where no offer of the book asks for it.

    Every order of the customer is read, recorded ones of other systems included. An order uses each offer once that
    lowered a line or a charge of it; one that was canceled whole uses none. Flags are the groups of the account.
    """
    if not book.offers.asks_history:
        return ()
    orders: list[PastOrder] = []
    uses: Counter[str] = Counter()
    for order in states_found(runtime, ORDER, "customer", cart.customer):
        orders.append(_past(order))
        if not order.is_canceled:
            uses.update(_offers(order.quote))
    orders.extend(PastOrder() for _order in states_found(runtime, RECORDED_ORDER, "customer", cart.customer))
    account = find_state(runtime, CUSTOMER, cart.customer)
    flags = () if account is None else account.groups
    return (CustomerHistory(tuple(orders), flags, tuple(sorted(uses.items()))),)


def _past(order: Order) -> PastOrder:
    codes = dict.fromkeys(each.code for each in _discounts(order.quote) if each.code)
    return PastOrder(tuple(codes), cancelled=order.is_canceled)


def _offers(quote: Quote) -> set[str]:
    return {each.offer for each in _discounts(quote)}


def _discounts(quote: Quote) -> Iterator[Any]:
    for line in quote.lines:
        yield from line.discounts
    for charge in quote.charges:
        yield from charge.discounts
