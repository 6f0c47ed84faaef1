"""What a quote says that it uses of limited offers: applications, and the money that lines and charges show."""

from __future__ import annotations

import pytest

from servicecore.kernel.money import Money
from servicecore.pricing import CustomerHistory, OfferCount, OfferUsage, OfferUse, PastOrder
from servicecore.testing.pricing import quote_from

BOOK = """
id: shop
version: "1"
items:
  - {id: TEA, name: Tea, base_price: 10.00 EUR}
charges:
  - {id: freight, currency: EUR, category: shipping, tiers: [{value: 5}]}
offers:
  - id: TENTH
    benefits: [{type: PercentOff, percent: 10, scope: SCOPE}]
    limits: LIMITS
"""


def book(scope: str, limits: str = "{total: 5}") -> str:
    return BOOK.replace("SCOPE", scope).replace("LIMITS", limits)


@pytest.mark.parametrize(("scope", "amount"), [("lines", "2.00"), ("shipping", "0.50"), ("lines_and_shipping", "2.50")])
def test_goods_and_shipping_together_are_one_use(scope: str, amount: str) -> None:
    """A tenth off 20.00 and off 5.00."""
    assert quote_from(book(scope), ("TEA", 2)).offer_uses == (OfferUse("TENTH", 1, Money(amount, "EUR")),)


def test_benefits_on_goods_and_on_shipping_are_applied_at_once_and_share_the_budget() -> None:
    """2.00 and 0.50 fit into 2.50, and not into 2.49: then neither is given, though each alone would fit."""
    both = book("lines", "{budget: {measure: amount, limit: 2.50}}").replace(
        "scope: lines}", "scope: lines}, {type: PercentOff, percent: 10, scope: shipping}"
    )
    assert quote_from(both, ("TEA", 2)).offer_uses == (OfferUse("TENTH", 1, Money("2.50", "EUR")),)
    late = quote_from(both.replace("2.50}", "2.49}"), ("TEA", 2))
    assert (late.offer_uses, str(late.total)) == ((), "25.00 EUR")
    assert [each.reason.code for each in late.not_applied] == ["pricing.offer_budget"]


def test_what_orders_used_comes_on_top_of_what_the_book_says() -> None:
    """Three of five are used elsewhere, one by orders here; then another one, and nothing is left."""
    limited = book("lines", "{total: 5, used: 3, budget: {measure: amount, limit: 9, used: 1}}")
    one = OfferUsage((OfferCount("TENTH", 1, (Money("6.00", "EUR"), Money("99.00", "USD"))),))
    two = OfferUsage((OfferCount("TENTH", 2, (Money("6.00", "EUR"),)),))
    spent = OfferUsage((OfferCount("TENTH", 1, (Money("6.01", "EUR"),)),))
    assert [bool(quote_from(limited, ("TEA", 2), facts=(each,)).discount) for each in (one, two, spent)] == [
        True,
        False,
        False,
    ]


def test_a_use_says_what_was_before_where_that_matters() -> None:
    history = CustomerHistory((PastOrder(), PastOrder(cancelled=True)), offer_uses=(("TENTH", 2),))
    counted = book("lines", "{per_customer: 3}") + "    conditions: [{type: NthOrder, n: 2}]\n"
    (use,) = quote_from(counted, ("TEA", 1), facts=(history,)).offer_uses
    assert (use.uses_before, use.orders_before) == (2, 1)


def test_an_offer_without_a_limit_over_orders_says_nothing() -> None:
    assert quote_from(book("lines", "{per_basket: 1}"), ("TEA", 1)).offer_uses == ()
