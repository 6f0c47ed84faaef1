"""Facts about offers that look back: how often they were used, and what their customer did before (A12, E12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from servicecore.customers import Customer
from servicecore.engine.coupon_facts import names_of
from servicecore.engine.customer_history import AskedHistory, OrdersBefore, orders_before
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import state_in
from servicecore.kernel.clock import zone
from servicecore.kernel.money import Money
from servicecore.orders import Order
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.issued_coupons import NONE_ISSUED, IssuedCoupons
from servicecore.pricing.offers_looking_back import offers_looking_back
from servicecore.pricing.promotions.customer_history import CustomerHistory
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_codes import LimitedCode
from servicecore.pricing.promotions.offer_usage import OfferCount, OfferUsage
from servicecore.pricing.redemptions import REDEMPTION
from servicecore.pricing.redemptions.offer_counters import (
    code_counter,
    customer_code_counters,
    customer_counters,
    money_counter,
    order_number_counters,
    uses_counter,
)
from servicecore.storage.ports import Reader


def offer_facts(
    runtime: Runtime,
    book: CompiledBook,
    cart: Cart,
    customer: Customer | None,
    now: datetime,
    issued: IssuedCoupons = NONE_ISSUED,
    *,
    before: Order | None = None,
) -> tuple[object, ...]:
    """Return what a quote of ``cart`` has to know of what orders used; nothing is read where no offer asks for it.

    However many offers the book has, counters are read only of those that the cart may get and that have limits; and
    however many orders the customer has, only those are read that used such an offer without a counter.

    Args:
        runtime: of the installation.
        book: the prices.
        cart: what is asked.
        customer: the cart's, as stored; None where none is.
        now: the instant of the quote.
        issued: the coupons of codes that the book does not have itself.
        before: the order that the cart changes; only older ones are before it.

    """
    offers = offers_looking_back(book, cart, now.astimezone(zone(book.book.zone)).toordinal(), issued)
    if not offers:
        return ()
    codes = book.offers.limited_codes(cart.codes)
    asked = any(each.asks_history for each in offers) or any(each.code.uses_per_customer is not None for each in codes)
    past = orders_before(runtime, cart.customer, _asked(offers, codes), before) if asked else None
    known: list[object] = []
    with runtime.store.reading() as reader:
        if past is not None:
            known.append(_history(reader, cart, customer, offers, codes, past, runtime=runtime, before=before))
        counts = tuple([_count(reader, each, cart.currency) for each in offers if each.limits.counted])
        counts += tuple([_count_code(reader, each) for each in codes if each.code.uses_total is not None])
    if counts:
        known.append(OfferUsage(counts))
    return tuple(known)


def _asked(offers: Iterable[Offer], codes: Iterable[LimitedCode]) -> AskedHistory:
    """Return what has to be known of the customer's orders for what a quote may get of ``offers`` and ``codes``."""
    return AskedHistory(
        number=any(each.counts_orders for each in offers),
        offers=tuple([each.id for each in offers if each.counts_customer]),
        codes=tuple([each.key for each in codes if each.code.uses_per_customer is not None]),
        everything=any(each.asked_again for each in offers),
    )


def _history(
    reader: Reader,
    cart: Cart,
    customer: Customer | None,
    offers: Iterable[Offer],
    codes: Iterable[LimitedCode],
    past: OrdersBefore,
    *,
    runtime: Runtime,
    before: Order | None,
) -> CustomerHistory:
    """Return what the customer did before the order ``before``, or before a new one."""
    of_customer = [each for each in offers if each.counts_customer]
    codes_of_customer = [each for each in codes if each.code.uses_per_customer is not None]
    numbered = any(each.counts_orders for each in offers)
    names: tuple[str, ...] = ()
    if of_customer or codes_of_customer or numbered:
        names = (cart.customer, *names_of(reader, cart, customer))
    uses = dict(past.uncounted)
    for each in of_customer:
        counted = max([reader.counter(counter) for counter in customer_counters(each.id, names)])
        uses[each.id] = uses.get(each.id, 0) + counted
    code_uses = [
        (each.offer, each.key, max(map(reader.counter, customer_code_counters(each.offer, each.key, names))))
        for each in codes_of_customer
    ]
    number = order_number(runtime, reader, past, names, before) if numbered else None
    flags = () if customer is None else customer.groups
    return CustomerHistory(past.orders, flags, tuple(sorted(uses.items())), code_uses=tuple(code_uses), number=number)


def order_number(
    runtime: Runtime, reader: Reader, past: OrdersBefore, names: tuple[str, ...], order: Order | None
) -> int:
    """Return which of a customer's orders ``order`` is, or a new one where it is None.

    An order that holds a number has that one until all of it is canceled. Any other comes after those that are before
    it, and passes over the numbers that others hold: an order that is being paid is one before it.
    """
    held = None
    if order is not None:
        redemption = state_in(runtime, reader, REDEMPTION, order.quote.id)
        held = None if redemption is None else redemption.order_number
    return first_free(reader, past.number + 1, names) if held is None else held


def first_free(reader: Reader, number: int, names: tuple[str, ...]) -> int:
    """Return the first number of a customer's order, from ``number`` on, that no order or reservation holds."""
    while any(reader.counter(each) for each in order_number_counters(number, names)):
        number += 1
    return number


def _count(reader: Reader, offer: Offer, currency: str) -> OfferCount:
    limits = offer.limits
    used = 0 if limits.most_uses is None else reader.counter(uses_counter(offer.id))
    spent: tuple[Money, ...] = ()
    if limits.most_money(currency) is not None:
        spent = (Money.from_minor(reader.counter(money_counter(offer.id, currency)), currency),)
    return OfferCount(offer.id, used, spent)


def _count_code(reader: Reader, code: LimitedCode) -> OfferCount:
    return OfferCount(code.offer, reader.counter(code_counter(code.offer, code.key)), code=code.key)
