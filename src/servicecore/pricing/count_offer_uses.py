"""Count what a quote uses of offers whose uses orders count, in the money that it really gives (A12, E12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.money import sum_money
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.promotions.asked import AskedOffer
from servicecore.pricing.promotions.basket import BasketCustomer
from servicecore.pricing.promotions.selection.run import BUDGET_EXCEEDED
from servicecore.pricing.quote import Discount


def count_offer_uses(
    counted: Iterable[AskedOffer],
    times: Mapping[str, int],
    given: Iterable[Discount | PromisedReward],
    customer: BasketCustomer,
    currency: str,
) -> tuple[OfferUse, ...]:
    """Return the uses of those of ``counted`` that took something off or promise something, in their order.

    Args:
        counted: offers whose uses orders count.
        times: how often each was applied; once where it is not named.
        given: all that the quote takes off lines and charges, and promises.
        customer: with what is known of orders before.
        currency: of the quote.

    """
    known = tuple(given)
    uses: list[OfferUse] = []
    for asked in counted:
        offer = asked.offer
        amounts = [each.amount for each in known if each.offer == offer.id and each.code == asked.code]
        if amounts:
            uses.append(
                OfferUse(
                    offer.id,
                    times.get(offer.id, 1),
                    sum_money(amounts, currency),
                    asked.code,
                    customer.uses_of(offer.id) if offer.counts_customer else None,
                    customer.orders_before if offer.counts_orders else None,
                    None if asked.by is None else asked.by.uses_before,
                )
            )
    return tuple(uses)


def overspent(counted: Iterable[AskedOffer], uses: Iterable[OfferUse]) -> tuple[NotApplied, ...]:
    """Return the offers that would give more money than their budgets have left (``pricing.offer_budget``)."""
    given = {(each.offer, each.code): each.amount for each in uses}
    found: list[NotApplied] = []
    for asked in counted:
        amount = given.get((asked.offer.id, asked.code))
        left = None if amount is None else asked.offer.limits.most_money(amount.currency)
        if amount is not None and left is not None and amount.round() > left:
            problem = BUDGET_EXCEEDED.at("limits.budget", value=amount, accepted=f"up to {left}")
            found.append(NotApplied(asked.name, problem))
    return tuple(found)
