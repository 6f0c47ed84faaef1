"""Redeeming: what an order's events do to the uses of its codes and offers, counted in the order's transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from attrs import frozen

from servicecore.engine.coupon_facts import coupons_by_code, customer_names
from servicecore.engine.offer_standing import offer_standing
from servicecore.engine.runtime import Runtime
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import sum_money
from servicecore.kernel.operations import Command
from servicecore.kernel.problems import Problem
from servicecore.orders import (
    ChargeOverridden,
    ChargeRemoved,
    ChargeRestored,
    CouponAdded,
    CouponRemoved,
    LineCanceled,
    OpenPriceMatched,
    Order,
    OrderPlaced,
    PriceOverridden,
    PriceRestored,
    lasting_discounts,
)
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.coupon_usage import CouponUsage
from servicecore.pricing.quote import Quote
from servicecore.pricing.redemptions import (
    REDEMPTION,
    ConsumeCoupons,
    CountedUse,
    CountingEvent,
    FollowOrder,
    GiveBackCoupons,
    OfferStanding,
    RedeemCoupons,
    count_codes,
    used_codes,
    uses_of,
    voided_codes,
)
from servicecore.storage.ports import Document, Reader, Transaction

Events: TypeAlias = "Iterable[Event[Any]]"


_FOLLOWED: Final = (
    LineCanceled,
    PriceOverridden,
    OpenPriceMatched,
    PriceRestored,
    ChargeOverridden,
    ChargeRemoved,
    ChargeRestored,
)
"""Events after which an order may have less, or more again, of what offers and codes took off."""


@frozen
class Redeeming:
    """What has to be done to the redemption of an order.

    Attributes:
        command: what.
        redemption: as it was read to choose the command; None where there is none yet.

    """

    command: Command
    redemption: Document | None


def redeeming(runtime: Runtime, order: str, before: Any, events: Events, after: Any, facts: Facts) -> Redeeming | None:
    """Return what has to be done to the redemption of an order beside ``events``; None for nothing.

    A placed order consumes what its codes and limited offers use up, and so does a code that is added; a code that is
    removed and an order that is canceled give it back, and so does what leaves nothing that an offer or a code
    lowered, until it is restored. A placed order takes the number that ``facts`` judged it by: by now another order
    may have that number, and this one would pass as the next.

    The redemption is read once; what is written is refused where another one is stored by then.
    """
    for event in events:
        if isinstance(event, OrderPlaced):
            quote = event.quote
            counts = bool(used_codes(quote) or quote.offer_uses)
            return _consume_quote(runtime, order, quote, facts) if counts else None
        if isinstance(event, CouponAdded):
            return _consume(runtime, order, after.quote, _uses_of_added(runtime, after, event))
        if isinstance(event, CouponRemoved):
            return _change(runtime, GiveBackCoupons(after.quote.id, (event.code,)))
    if _is_canceled_now(before, after):
        return _change(runtime, GiveBackCoupons(after.quote.id))
    if any(isinstance(each, _FOLLOWED) for each in events):
        return _follow(runtime, before, after)
    return None


def _follow(runtime: Runtime, before: Order, after: Order) -> Redeeming | None:
    """Return that the redemption follows what ``after`` has of offers and codes, where that has changed."""
    was, lasting = lasting_discounts(before), lasting_discounts(after)
    counted = {each.offer for each in after.quote.offer_uses if not each.code}
    if was.codes == lasting.codes and was.offers & counted == lasting.offers & counted:
        return None
    codes, offers = tuple(sorted(lasting.codes)), tuple(sorted(lasting.offers))
    return _change(runtime, FollowOrder(after.quote.id, codes, offers))


def check_uses(reader: Reader, events: Events) -> tuple[Problem, ...]:
    """Return which uses that ``events`` take are not to be had any more, as things stand."""
    wanted: Counter[str] = Counter()
    problems: list[Problem] = []
    for use in _taken(events):
        count = reader.counter(use.counter)
        wanted[use.counter] += use.amount
        if use.limit is not None and count + wanted[use.counter] > use.limit:
            problems.append(use.beyond(count))
    return tuple(dict.fromkeys(problems))


def count_uses(transaction: Transaction, events: Events) -> tuple[Problem, ...]:
    """Take and give back what ``events`` say; return why something cannot be taken: then nothing may be written.

    Each count is one conditional write, all of them in the order of the counters' names, in the transaction of what
    they are for: of two that want the last use one is refused and leaves nothing behind, and no two wait for each
    other.
    """
    events = [event for event in events if isinstance(event, CountingEvent)]
    if not events:
        return ()
    changes = [(use.counter, use.amount, use) for use in _taken(events)]
    changes += [(use.counter, -use.amount, use) for use in _returned(events)]
    problems: list[Problem] = []
    for counter, amount, use in sorted(changes, key=lambda each: (each[0], each[1])):
        limit = use.limit if amount > 0 else None
        if transaction.add(counter, amount, limit=limit) is None:
            problems.append(use.beyond(transaction.counter(counter)))
    return tuple(dict.fromkeys(problems))


def give_back_kept(transaction: Transaction, before: Any, after: Any) -> None:
    """Take the codes of an order that an earlier release counted off their counters, when all of it is canceled."""
    if _is_canceled_now(before, after):
        for counter in json.loads(transaction.get(f"coupons-of:{before.id}") or "[]"):
            transaction.add(counter, -1)


def _is_canceled_now(before: Any, after: Any) -> bool:
    """Return whether ``after`` is an order that was canceled whole, and was not ``before``."""
    if not isinstance(after, Order) or not isinstance(before, Order) or after.lines is before.lines:
        return False
    return after.is_canceled and not before.is_canceled


def _consume_quote(runtime: Runtime, order: str, quote: Quote, facts: Facts) -> Redeeming | None:
    """Return what takes what the codes and limited offers of ``quote`` use up, as codes and limits stand now."""
    offered = facts.of(OfferStanding).count(quote.offer_uses)
    codes = used_codes(quote)
    if not codes:
        return _consume(runtime, order, quote, offered)
    book = runtime.books.current()
    with runtime.store.reading() as reader:
        coupons = dict(coupons_by_code(runtime, reader, book, codes))
        names = customer_names(runtime, reader, quote.cart)
    uses = (*uses_of(quote, coupons, CouponUsage((), names)), *offered)
    return _consume(runtime, order, quote, uses, voided_codes(codes, coupons))


def _uses_of_added(runtime: Runtime, order: Order, event: CouponAdded) -> tuple[CountedUse, ...]:
    quote = order.quote
    offered = offer_standing(runtime, quote.cart, event.offer_uses, order).count(event.offer_uses)
    book = runtime.books.current()
    with runtime.store.reading() as reader:
        coupons = dict(coupons_by_code(runtime, reader, book, (event.code,)))
        names = customer_names(runtime, reader, quote.cart)
    taken = [each.amount for each in event.discounts if each.code == event.code]
    if event.off_charges is not None:
        taken.append(event.off_charges)
    taken.extend(each.amount for each in event.rewards or () if normalised(each.code) == event.code)
    given = sum_money(taken, quote.currency)
    customers = (quote.cart.customer, *names)
    return (*count_codes({event.code: given}, coupons, customers, quote.cart.channel), *offered)


def _consume(
    runtime: Runtime, order: str, quote: Quote, uses: tuple[CountedUse, ...], voided: tuple[tuple[str, str], ...] = ()
) -> Redeeming | None:
    found = runtime.store.load(REDEMPTION.name, quote.id)
    if found is not None:
        return Redeeming(ConsumeCoupons(quote.id, order, uses, voided), found)
    return Redeeming(RedeemCoupons(quote.id, order, quote.cart.customer, uses, voided), None) if uses else None


def _change(runtime: Runtime, command: Command) -> Redeeming | None:
    """Return ``command`` for the redemption that is stored; None where there is none."""
    found = runtime.store.load(REDEMPTION.name, command.target_id())
    return None if found is None else Redeeming(command, found)


def _taken(events: Events) -> list[CountedUse]:
    uses = (use for event in events if isinstance(event, CountingEvent) for use in event.taken)
    return sorted(uses, key=lambda each: each.counter)


def _returned(events: Events) -> list[CountedUse]:
    return [use for event in events if isinstance(event, CountingEvent) for use in event.returned]
