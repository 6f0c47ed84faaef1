"""Offers and codes that an order used and that no counter of its customer knows, to find it by (A12, E12)."""

from __future__ import annotations

from collections.abc import Iterator

from servicecore.orders.order import Order
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.quote import Discount, Quote


def used_offer(customer: str, offer: str) -> str:
    """Return what orders of ``customer`` that used ``offer`` have in the index ``uncounted``; ids have no line end."""
    return f"offer\n{customer}\n{offer}"


def used_code(customer: str, code: str) -> str:
    """Return what orders of ``customer`` that used ``code`` have in the index ``uncounted``, in any spelling of it."""
    return f"code\n{customer}\n{normalised(code)}"


def uncounted(order: Order) -> Iterator[str]:
    """Yield what the order has in the index ``uncounted``, whether or not something of it still has the discount."""
    customer, quote = order.customer, order.quote
    yield from (used_offer(customer, each.offer) for each in uncounted_gifts(quote))
    yield from (used_code(customer, code) for code in uncounted_codes(quote))


def uncounted_gifts(quote: Quote) -> tuple[Discount | PromisedReward, ...]:
    """Return what offers give that no counter of the customer knows: in earlier releases, or without a limit."""
    counted = {each.offer for each in quote.offer_uses if each.uses_before is not None}
    return tuple(each for each in quote.given if each.offer not in counted)


def uncounted_codes(quote: Quote) -> tuple[str, ...]:
    """Return the codes that give something, as the quote names them, without those that a counter knows."""
    counted = {each.code for each in quote.offer_uses if each.code_uses_before is not None}
    return tuple(dict.fromkeys(each.code for each in quote.given if each.code and each.code not in counted))
