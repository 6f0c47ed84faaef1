"""Coupon uses: counted in the transaction that places the order, given back in the one that cancels all of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from attrs import frozen

from servicecore.engine.runtime import Runtime
from servicecore.kernel.events import Event
from servicecore.kernel.problems import Problem
from servicecore.orders import Order, OrderPlaced
from servicecore.pricing.cart import Cart
from servicecore.pricing.check_coupon import LIMIT_REACHED
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupons import Coupon, CouponUsage, UsageCount, normalised
from servicecore.pricing.quote import Quote
from servicecore.storage.ports import Reader, Transaction


def coupon_usage(runtime: Runtime, book: CompiledBook, cart: Cart) -> tuple[CouponUsage, ...]:
    """Return how often the coupons of the typed codes were used, as a fact for the quote; reserves nothing."""
    typed = {normalised(code) for code in cart.codes}
    known = sorted((code, book.coupons[code]) for code in typed if code in book.coupons)
    if not known:
        return ()
    counts: list[UsageCount] = []
    with runtime.store.reading() as reader:
        for code, coupon in known:
            for counter, count in _counters(coupon, code, cart.customer):
                counts.append(UsageCount(coupon.id, reader.counter(counter), **count))
    return (CouponUsage(tuple(dict.fromkeys(counts))),)


@frozen
class CouponUse:
    """One counter that placing an order adds to, with the limit that it may not pass."""

    coupon: str
    counter: str
    limit: int | None


def coupon_uses(runtime: Runtime, events: tuple[Event[Any], ...]) -> tuple[CouponUse, ...]:
    """Return what ``reserve`` has to count for ``events``; empty where no order is placed with a code."""
    quotes = [event.quote for event in events if isinstance(event, OrderPlaced)]
    codes = [(code, quote.cart.customer) for quote in quotes for code in used_codes(quote)]
    if not codes:
        return ()
    coupons = runtime.books.current().coupons
    return tuple(
        CouponUse(coupons[code].id, counter, _limit(coupons[code], count))
        for code, customer in codes
        if code in coupons
        for counter, count in _counters(coupons[code], code, customer)
    )


def check_uses(reader: Reader, uses: tuple[CouponUse, ...]) -> tuple[Problem, ...]:
    """Return which coupons cannot be used any more as things stand (``coupon.limit_reached``)."""
    wanted: Counter[str] = Counter()
    problems: list[Problem] = []
    for use in uses:
        count = reader.counter(use.counter)
        wanted[use.counter] += 1
        if use.limit is not None and count + wanted[use.counter] > use.limit:
            problems.append(_reached(use, count))
    return tuple(problems)


def reserve(transaction: Transaction, order: str, uses: tuple[CouponUse, ...]) -> tuple[Problem, ...]:
    """Count the coupons of an order that is being placed; return why one cannot be used any more.

    Each count is one conditional write in the order's own transaction: of two orders that want the last use, one is
    refused (``coupon.limit_reached``) and leaves nothing behind.
    """
    refused = [use for use in uses if transaction.add(use.counter, 1, limit=use.limit) is None]
    if uses and not refused:
        transaction.put(_counted(order), json.dumps([use.counter for use in uses]))
    return tuple(_reached(use, transaction.counter(use.counter)) for use in refused)


def give_back(transaction: Transaction, before: Any, after: Any) -> None:
    """Take the coupons of an order off their counters when a change cancels the last of it (CC 11.2 rule 6).

    Exactly what was counted for the order goes back, whatever the price book has become; an order whose units were
    sent used its coupons for good.
    """
    if not isinstance(before, Order) or before.is_canceled or not after.is_canceled:
        return
    counted = transaction.get(_counted(before.id))
    for counter in json.loads(counted or "[]"):
        transaction.add(counter, -1)


def used_codes(quote: Quote) -> tuple[str, ...]:
    """Return the codes that took something off a line of ``quote``, normalised, sorted."""
    return tuple(sorted({normalised(each.code) for line in quote.lines for each in line.discounts if each.code}))


def _reached(use: CouponUse, count: int) -> Problem:
    return LIMIT_REACHED.at("quote.cart.codes", coupon=use.coupon, value=count, accepted=f"below {use.limit}")


def _counted(order: str) -> str:
    return f"coupons-of:{order}"


def _counters(coupon: Coupon, code: str, customer: str) -> tuple[tuple[str, dict[str, str]], ...]:
    return (
        (f"coupon:{coupon.id}", {}),
        (f"coupon:{coupon.id}:code:{code}", {"code": code}),
        (f"coupon:{coupon.id}:customer:{customer}", {"customer": customer}),
    )


def _limit(coupon: Coupon, count: dict[str, str]) -> int | None:
    if "code" in count:
        limits = [each for each in (coupon.limit_per_code, 1 if coupon.one_time else None) if each is not None]
        return min(limits, default=None)
    return coupon.limit_per_customer if "customer" in count else coupon.limit
