"""Facts about offers that look back: how often they were used, and what their customer did before (A12, E12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from attrs import evolve

from servicecore.customers import Customer
from servicecore.engine.coupon_facts import customer_names, names_of
from servicecore.engine.customer_history import OrdersBefore, orders_before
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.kernel.clock import zone
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command
from servicecore.orders import Order, PlaceOrder
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.issued_coupons import NONE_ISSUED, IssuedCoupons
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.offers_looking_back import offers_looking_back
from servicecore.pricing.promotions.customer_history import CustomerHistory
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_codes import LimitedCode, PastOrder
from servicecore.pricing.promotions.offer_usage import OfferCount, OfferUsage
from servicecore.pricing.redemptions import REDEMPTION, OfferStanding, RedemptionStatus, ReserveCoupons
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

    However many offers the book has, counters are read only of those that the cart may get and that have limits.

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
    past = orders_before(runtime, cart.customer, before) if asked else None
    known: list[object] = []
    with runtime.store.reading() as reader:
        if past is not None:
            known.append(_history(reader, cart, customer, offers, codes, past, numbered=before is None))
        counts = tuple([_count(reader, each, cart.currency) for each in offers if each.limits.counted])
        counts += tuple([_count_code(reader, each) for each in codes if each.code.uses_total is not None])
    if counts:
        known.append(OfferUsage(counts))
    return tuple(known)


def offer_standing(
    runtime: Runtime, cart: Cart, uses: tuple[OfferUse, ...], before: Order | None = None
) -> OfferStanding:
    """Return how the offers stand now that a quote of ``cart`` used; nothing is read where it used none."""
    if not uses:
        return OfferStanding()
    found = runtime.books.find()
    by_id = {} if found is None else found.offers.by_id
    offers = tuple([by_id[each.offer] for each in uses if each.offer in by_id])
    codes = () if found is None else found.offers.limited_codes([each.code for each in uses if each.code])
    past = OrdersBefore((), ())
    names: tuple[str, ...] = ()
    if any(each.looks_at_customer for each in uses):
        past = orders_before(runtime, cart.customer, before)
        with runtime.store.reading() as reader:
            names = customer_names(runtime, reader, cart)
    with_codes = tuple([each for each in past.orders if each.codes])
    return OfferStanding(offers, (cart.customer, *names), past.number, past.uncounted, codes=codes, past=with_codes)


def standing_of(runtime: Runtime, _state: Any, command: Command, _facts: Facts) -> OfferStanding:
    """Return how the offers of the quote that ``command`` orders or reserves stand.

    Whether the quote's uses are reserved is read only where they were overtaken otherwise.
    """
    if not isinstance(command, PlaceOrder | ReserveCoupons):
        return OfferStanding()
    quote = command.quote
    standing = offer_standing(runtime, quote.cart, quote.offer_uses)
    if not standing.overtaken(quote.offer_uses):
        return standing
    redemption = find_state(runtime, REDEMPTION, quote.id)
    return evolve(standing, reserved=redemption is not None and redemption.status is RedemptionStatus.RESERVED)


def _history(
    reader: Reader,
    cart: Cart,
    customer: Customer | None,
    offers: Iterable[Offer],
    codes: Iterable[LimitedCode],
    past: OrdersBefore,
    *,
    numbered: bool,
) -> CustomerHistory:
    """Return what the customer did; where orders are ``numbered``, one that is being paid is an order before, too."""
    of_customer = [each for each in offers if each.counts_customer]
    codes_of_customer = [each for each in codes if each.code.uses_per_customer is not None]
    numbered = numbered and any(each.order_numbers for each in offers)
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
    orders, number = past.orders, past.number + 1
    while numbered and any(reader.counter(each) for each in order_number_counters(number, names)):
        orders, number = (*orders, PastOrder()), number + 1
    flags = () if customer is None else customer.groups
    return CustomerHistory(orders, flags, tuple(sorted(uses.items())), code_uses=tuple(code_uses))


def _count(reader: Reader, offer: Offer, currency: str) -> OfferCount:
    limits = offer.limits
    used = 0 if limits.most_uses is None else reader.counter(uses_counter(offer.id))
    spent: tuple[Money, ...] = ()
    if limits.most_money(currency) is not None:
        spent = (Money.from_minor(reader.counter(money_counter(offer.id, currency)), currency),)
    return OfferCount(offer.id, used, spent)


def _count_code(reader: Reader, code: LimitedCode) -> OfferCount:
    return OfferCount(code.offer, reader.counter(code_counter(code.offer, code.key)), code=code.key)
