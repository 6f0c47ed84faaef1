"""What a customer did before: the orders behind first-order offers and limits per customer."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import states_found
from servicecore.orders import ORDER, RECORDED_ORDER, LastingDiscounts, Order, lasting_discounts
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.promotions.offer_codes import PastOrder
from servicecore.pricing.quote import Discount


@frozen
class OrdersBefore:
    """The orders of a customer, recorded ones of other systems included.

    Attributes:
        orders: with those of their codes that no counter of the customer knows.
        uncounted: by offer id, how often they used it as far as no counter knows: those of earlier releases, and of
            offers that had no limit for each customer then.

    """

    orders: tuple[PastOrder, ...]
    uncounted: tuple[tuple[str, int], ...]

    @property
    def number(self) -> int:
        """Return how many were not canceled."""
        return sum(1 for each in self.orders if not each.cancelled)


def orders_before(runtime: Runtime, customer: str, before: Order | None = None) -> OrdersBefore:
    """Return what ``customer`` ordered, every order of the customer is read; ``before`` leaves only older ones.

    An order uses each offer and each code of which something of it still has what it took off; of one that was
    canceled whole all codes are named.
    """
    orders: list[PastOrder] = []
    uses: Counter[str] = Counter()
    for order in states_found(runtime, ORDER, "customer", customer):
        if before is not None and (order.id == before.id or order.placed_at > before.placed_at):
            continue
        orders.append(_past(order))
        uses.update(_uncounted(order))
    orders.extend(PastOrder() for _order in states_found(runtime, RECORDED_ORDER, "customer", customer))
    return OrdersBefore(tuple(orders), tuple(sorted(uses.items())))


def _past(order: Order) -> PastOrder:
    counted = {each.code for each in order.quote.offer_uses if each.code_uses_before is not None}
    codes = dict.fromkeys(each.code for each in order.quote.given if each.code and each.code not in counted)
    if codes and not order.is_canceled:
        lasting = lasting_discounts(order).codes
        codes = {code: None for code in codes if normalised(code) in lasting}
    return PastOrder(tuple(codes), cancelled=order.is_canceled)


def _uncounted(order: Order) -> dict[str, int]:
    quote = order.quote
    counted = {each.offer for each in quote.offer_uses if each.uses_before is not None}
    found = [each for each in quote.given if each.offer not in counted]
    if not found:
        return {}
    lasting, times = lasting_discounts(order), {each.offer: each.times for each in quote.offer_uses}
    kept = (each for each in found if _lasts(each, lasting))
    return {each.offer: times.get(each.offer, 1) for each in kept}


def _lasts(given: Discount | PromisedReward, lasting: LastingDiscounts) -> bool:
    return normalised(given.code) in lasting.codes if given.code else given.offer in lasting.offers
