"""What a customer did before: the orders behind first-order offers and limits per customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from servicecore.engine.filing_versions import is_behind
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import state_in, states_found
from servicecore.orders import ORDER, RECORDED_ORDER, LastingDiscounts, Order, lasting_discounts
from servicecore.orders.uncounted_uses import uncounted_codes, uncounted_gifts, used_code, used_offer
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.promotions.offer_codes import PastOrder
from servicecore.pricing.quote import Discount
from servicecore.storage.ports import Reader

_PAGE: Final = 1000


@frozen
class AskedHistory:
    """What somebody has to know of a customer's orders; of the others nothing is read.

    Attributes:
        number: whether it matters how many there are.
        offers: ids of those whose uses by the customer matter.
        codes: own codes of offers, whose uses by the customer matter.
        everything: whether nobody knows what matters, as with conditions of plugins.

    """

    number: bool = False
    offers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    everything: bool = False


@frozen
class OrdersBefore:
    """The orders of a customer, as far as they were asked for; recorded ones of other systems included.

    Attributes:
        orders: with those of their codes that no counter of the customer knows.
        uncounted: by offer id, how often they used it as far as no counter knows: those of earlier releases, and of
            offers that had no limit for each customer then.

    """

    orders: tuple[PastOrder, ...] = ()
    uncounted: tuple[tuple[str, int], ...] = ()

    @property
    def number(self) -> int:
        """Return how many were not canceled."""
        return sum(1 for each in self.orders if not each.cancelled)


def orders_before(runtime: Runtime, customer: str, asked: AskedHistory, before: Order | None = None) -> OrdersBefore:
    """Return what of ``customer``'s orders was ``asked`` for; ``before`` leaves only those older than that order.

    An order uses each offer and each code of which something of it still has what it took off; of one that was
    canceled whole all codes are named.

    How many orders there are is counted in the index; an order itself is read only where it used one of the offers or
    codes without a counter. All are read where that is not enough: for conditions of plugins, where the orders before
    another one are counted, and in a store whose orders are still filed by the rules of an earlier release.
    """
    if asked == _NOTHING:
        return OrdersBefore()
    if not asked.everything and not (asked.number and before is not None):
        with runtime.store.reading() as reader:
            if not is_behind(reader, ORDER):
                return _asked(runtime, reader, customer, asked, before)
    return _all(runtime, customer, before)


_NOTHING: Final = AskedHistory()


def _asked(runtime: Runtime, reader: Reader, customer: str, asked: AskedHistory, before: Order | None) -> OrdersBefore:
    keys = [used_offer(customer, each) for each in asked.offers] + [used_code(customer, each) for each in asked.codes]
    ids = sorted({each for key in keys for each in _found(reader, ORDER.name, "uncounted", key)})
    read = (state_in(runtime, reader, ORDER, each) for each in ids)
    found = _read(each for each in read if each is not None and _is_before(each, before))
    orders = found.orders
    if asked.number:
        counted = [_count(reader, name, "customer", customer) for name in (ORDER.name, RECORDED_ORDER.name)]
        number = sum(counted) - _count(reader, ORDER.name, "canceled", customer)
        orders += (PastOrder(),) * (number - found.number)
    return OrdersBefore(orders, tuple(each for each in found.uncounted if each[0] in asked.offers))


def _all(runtime: Runtime, customer: str, before: Order | None) -> OrdersBefore:
    placed = states_found(runtime, ORDER, "customer", customer)
    found = _read(each for each in placed if _is_before(each, before))
    recorded = tuple(PastOrder() for _order in states_found(runtime, RECORDED_ORDER, "customer", customer))
    return OrdersBefore(found.orders + recorded, found.uncounted)


def _read(placed: Iterable[Order]) -> OrdersBefore:
    orders: list[PastOrder] = []
    uses: Counter[str] = Counter()
    for order in placed:
        orders.append(_past(order))
        uses.update(_uncounted(order))
    return OrdersBefore(tuple(orders), tuple(sorted(uses.items())))


def _is_before(order: Order, other: Order | None) -> bool:
    return other is None or (order.id != other.id and order.placed_at <= other.placed_at)


def _found(reader: Reader, kind: str, index: str, value: str) -> Iterator[str]:
    after = ""
    while True:
        ids = reader.find(kind, index, value, after=after, limit=_PAGE)
        yield from ids
        if len(ids) < _PAGE:
            return
        after = ids[-1]


def _count(reader: Reader, kind: str, index: str, value: str) -> int:
    return sum(1 for _id in _found(reader, kind, index, value))


def _past(order: Order) -> PastOrder:
    codes = uncounted_codes(order.quote)
    if codes and not order.is_canceled:
        lasting = lasting_discounts(order).codes
        codes = tuple(code for code in codes if normalised(code) in lasting)
    return PastOrder(codes, cancelled=order.is_canceled)


def _uncounted(order: Order) -> dict[str, int]:
    found = uncounted_gifts(order.quote)
    if not found:
        return {}
    lasting, times = lasting_discounts(order), {each.offer: each.times for each in order.quote.offer_uses}
    kept = (each for each in found if _lasts(each, lasting))
    return {each.offer: times.get(each.offer, 1) for each in kept}


def _lasts(given: Discount | PromisedReward, lasting: LastingDiscounts) -> bool:
    return normalised(given.code) in lasting.codes if given.code else given.offer in lasting.offers
