"""A quote that is ordered at once is never refused for what its offers use, and no limit is passed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.conftest import Shop, euro, tea_book

from servicecore import orders, pricing
from servicecore.pricing import Budget, Measure, NthOrder, OfferLimits, Selection, UsesPerCustomer
from servicecore.pricing.promotions import BudgetCheck, UnitUse
from servicecore.storage.memory import MemoryStore

_BENEFITS = (
    pricing.PercentOff(Decimal("7.5")),
    pricing.AmountOff(euro("1.37")),
    pricing.Bundle(3, price=euro("10.00")),
    pricing.CheapestFree(),
    pricing.BuyGet(Decimal(2), Decimal(1), Decimal(50)),
)
_MONEY = st.integers(0, 1500).map(lambda cents: Budget(Measure.AMOUNT, Decimal(cents).scaleb(-2)))
_USES = st.integers(0, 6).map(lambda most: Budget(Measure.COUNT, Decimal(most)))


@st.composite
def books(draw: Any) -> pricing.PriceBook:
    selection = draw(st.sampled_from(Selection))
    combination = pricing.Combination(
        selection=selection,
        repeat=draw(st.booleans()),
        unit_use=UnitUse.SPENT,
        budget_check=draw(st.sampled_from(BudgetCheck)),
    )
    offers = []
    for number in range(draw(st.integers(1, 3))):
        limits = OfferLimits(
            total=draw(st.none() | st.integers(0, 6)),
            used=draw(st.integers(0, 2)),
            per_customer=draw(st.none() | st.integers(0, 4)),
            budget=draw(st.none() | _MONEY | _USES),
        )
        condition = draw(st.none() | st.sampled_from((NthOrder(1), NthOrder(2), UsesPerCustomer(2))))
        conditions = () if condition is None else (condition,)
        benefit = draw(st.sampled_from(_BENEFITS))
        released: dict[str, Any] = {}
        if draw(st.booleans()):
            most, each = draw(st.none() | st.integers(0, 3)), draw(st.none() | st.integers(0, 2))
            code = pricing.OfferCode(f"Code-{number}", uses_total=most, uses_per_customer=each)
            released = {"trigger": pricing.OfferTrigger.CODE, "codes": (code,)}
        offers.append(
            pricing.Offer(f"O{number}", benefit, limits=limits, conditions=conditions, priority=number, **released)
        )
    return tea_book(offers=tuple(offers), combination=combination)


@settings(max_examples=60)
@given(
    book=books(),
    carts=st.lists(
        st.tuples(st.sampled_from(("C-1", "C-2")), st.lists(st.sampled_from(("tea", "pot")), min_size=1, max_size=3)),
        min_size=1,
        max_size=5,
    ),
    units=st.integers(1, 7),
)
def test_a_fresh_quote_is_ordered_and_no_limit_is_passed(
    book: pricing.PriceBook, carts: list[tuple[str, list[str]]], units: int
) -> None:
    shop = Shop(MemoryStore(), book=book)
    times = dict.fromkeys((each.id for each in book.offers), 0)
    given = {each.id: Decimal(0) for each in book.offers}
    by_customer: dict[tuple[str, str], int] = {}
    typed = tuple(each.codes[0].code.lower() for each in book.offers if each.codes)
    of_codes: list[tuple[str, str]] = []
    for customer, items in carts:
        lines = tuple(pricing.CartLine(item, Decimal(units)) for item in items)
        quote = shop.agent.quote(pricing.Cart(customer, "EUR", lines, codes=typed))
        shop.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),)))
        for use in quote.offer_uses:
            times[use.offer] += use.times
            by_customer[use.offer, customer] = by_customer.get((use.offer, customer), 0) + use.times
        of_codes += {(each.offer, customer) for line in quote.lines for each in line.discounts if each.code}
        for line in quote.lines:
            for each in line.discounts:
                given[each.offer] += each.amount.amount
    for offer in book.offers:
        limits = offer.limits
        if limits.total is not None:
            assert times[offer.id] <= max(limits.total - limits.used, 0)
        if limits.budget is not None:
            spent = given[offer.id] if limits.budget.measure is Measure.AMOUNT else times[offer.id]
            assert spent <= limits.budget.limit
        if limits.per_customer is not None:
            assert all(by_customer.get((offer.id, each), 0) <= limits.per_customer for each in ("C-1", "C-2"))
        for code in offer.codes:
            own = [customer for name, customer in of_codes if name == offer.id]
            assert code.uses_total is None or len(own) <= code.uses_total
            assert code.uses_per_customer is None or all(own.count(each) <= code.uses_per_customer for each in own)
    assert tuple(shop.core.verify()) == ()
    shop.core.close()
