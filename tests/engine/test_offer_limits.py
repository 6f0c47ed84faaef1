"""Limits of automatic offers: counted with the order or not at all, read only where a cart may get such an offer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.engine.conftest import euro, tea_book
from tests.engine.test_coupon_facts import CountingStore
from tests.offer_orders import counter, ordered, placing, refusals

from servicecore import orders, pricing
from servicecore.customers import RegisterCustomer
from servicecore.customers.contact_points import ContactPoints
from servicecore.errors import Refused
from servicecore.pricing import redemptions
from servicecore.pricing.promotions import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.conditions import InChannel, Not, NthOrder, UsesPerCustomer


def book(version: str = "1", **more: Any) -> pricing.PriceBook:
    """Tea at 4.50, pots at 20.00, and a tenth off tea as ``more`` says."""
    offer = pricing.Offer("TEN", pricing.PercentOff(10), target=pricing.Target(items=("tea",)), **more)
    return tea_book(version, offers=(offer,))


def used(shop: Any, name: str = "offer-uses:TEN") -> int:
    return counter(shop, name)


def spent(shop: Any) -> int:
    return used(shop, "money:EUR:offer-uses:TEN")


def cart(quantity: int = 2, customer: str = "C-1", **more: Any) -> pricing.Cart:
    return pricing.Cart(customer, "EUR", (pricing.CartLine("tea", Decimal(quantity)),), **more)


def quote(shop: Any, *args: Any, **more: Any) -> pricing.Quote:
    found = shop.agent.quote(cart(*args, **more))
    assert isinstance(found, pricing.Quote)
    return found


def place(shop: Any, *args: Any, **more: Any) -> str:
    return ordered(shop.agent, quote(shop, *args, **more))


LIMITS = {
    "total": (OfferLimits(total=3, used=1), "offer.limit_reached", "up to 2 with this order, or a new quote"),
    "uses": (
        OfferLimits(budget=Budget(Measure.COUNT, Decimal(3), Decimal(1))),
        "offer.limit_reached",
        "up to 2 with this order, or a new quote",
    ),
    "money": (
        OfferLimits(budget=Budget(Measure.AMOUNT, Decimal("3.00"), Decimal("0.80"))),
        "offer.budget_reached",
        "up to 0.40 EUR, or a new quote",
    ),
    "customer": (
        OfferLimits(per_customer=2),
        "offer.customer_limit_reached",
        "up to 2 with this order, or a new quote",
    ),
}


@pytest.mark.parametrize(("limits", "code", "accepted"), LIMITS.values(), ids=LIMITS)
def test_the_last_use_is_gone_for_the_quote_that_came_too_late(
    open_shop: Any, limits: OfferLimits, code: str, accepted: str
) -> None:
    """Two teas are 9.00, a tenth of it 0.90: two such orders fit into each of the limits, a third does not."""
    shop = open_shop(book=book(limits=limits))
    quotes = [quote(shop) for _ in range(3)]
    assert [str(each.discount.amount) for each in quotes] == ["0.90"] * 3
    for each in quotes[:2]:
        shop.agent.execute(placing(each))
    assert refusals(shop, quotes[2]) == [code]
    (problem,) = shop.agent.check(placing(quotes[2]))
    assert dict(problem.params)["offer"] == "TEN"
    assert dict(problem.params)["accepted"] == accepted
    later = quote(shop)
    assert not later.discount
    shop.agent.execute(placing(later))
    assert shop.core.count("redemption") == 2


def test_an_offer_without_limits_writes_nothing_and_reads_nothing(open_shop: Any) -> None:
    shop = open_shop(CountingStore(), book=book())
    place(shop)
    assert shop.core.count("redemption") == 0
    assert quote(shop).offer_uses == ()
    assert (shop.store.asked["counter"], shop.store.asked["book"]) == (0, 2)


def test_counters_are_read_of_the_limited_offers_that_a_cart_may_get(open_shop: Any) -> None:
    """Three hundred offers without limits, three hundred with one for pots: a cart of tea reads one counter."""
    pots, tea = pricing.Target(items=("pot",)), pricing.Target(items=("tea",))
    tenth, limits = pricing.PercentOff(10), OfferLimits(total=5)
    offers = [
        pricing.Offer("TEN", tenth, target=tea, limits=limits),
        *(pricing.Offer(f"FREE-{number}", tenth, target=tea) for number in range(300)),
        *(pricing.Offer(f"POT-{number}", tenth, target=pots, limits=limits) for number in range(300)),
        pricing.Offer("WEB", tenth, conditions=(InChannel("web"),), limits=limits),
    ]
    shop = open_shop(CountingStore(), book=tea_book(offers=tuple(offers)))
    quote(shop)
    assert shop.store.asked["counter"] == 1
    assert shop.store.asked["find"] == 0
    shop.store.asked.clear()
    quote(shop, channel="web")
    assert shop.store.asked["counter"] == 2


def test_an_order_counts_uses_and_money_and_gives_them_back(open_shop: Any) -> None:
    limits = OfferLimits(total=9, per_customer=5, budget=Budget(Measure.AMOUNT, Decimal(100)))
    shop = open_shop(book=book(limits=limits))
    order = place(shop, 3)
    counters = {each.counter: each.amount for each in shop.agent.get(shop.order(order).quote.id, "redemption").uses}
    assert counters == {"offer-uses:TEN": 1, "money:EUR:offer-uses:TEN": 135, "customer-uses:TEN\nC-1": 1}
    assert (used(shop), spent(shop), used(shop, "customer-uses:TEN\nC-1")) == (1, 135, 1)
    assert shop.core.find("redemption", "offer", "TEN") == (shop.order(order).quote.id,)
    shop.agent.execute(orders.CancelLine(order, 1, Decimal(1)), reason="customer_request")
    assert used(shop) == 1
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert (used(shop), spent(shop), used(shop, "customer-uses:TEN\nC-1")) == (0, 0, 0)


def test_an_offer_that_keeps_its_uses_keeps_them_when_the_order_is_canceled(open_shop: Any) -> None:
    shop = open_shop(book=book(limits=OfferLimits(total=1, given_back=False)))
    order = place(shop)
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert used(shop) == 1
    assert not quote(shop).discount


def test_each_application_of_an_order_is_a_use(open_shop: Any) -> None:
    """Three teas for 10.00 instead of 13.50, as often as they fit: seven teas use it twice, and one use is left."""
    three = pricing.Offer("TEN", pricing.Bundle(3, price=euro("10.00")), limits=OfferLimits(total=3, per_customer=3))
    repeats = pricing.Combination(repeat=True, unit_use=pricing.promotions.UnitUse.SPENT)
    shop = open_shop(book=tea_book(offers=(three,), combination=repeats))
    assert quote(shop, 7).offer_uses[0].times == 2
    place(shop, 7)
    assert used(shop) == used(shop, "customer-uses:TEN\nC-1") == 2
    assert quote(shop, 7).discount == euro("3.50")
    assert quote(shop, 7).offer_uses[0].times == 1


def test_a_budget_of_uses_bounds_the_applications_to_one_cart(open_shop: Any) -> None:
    """Three for 10.00 instead of 13.50, and two uses for nine teas, however the budget is asked."""
    limits = OfferLimits(budget=Budget(Measure.COUNT, Decimal(2)))
    three = pricing.Offer("TEN", pricing.Bundle(3, price=euro("10.00")), limits=limits)
    for check in pricing.promotions.BudgetCheck:
        repeats = pricing.Combination(repeat=True, unit_use=pricing.promotions.UnitUse.SPENT, budget_check=check)
        shop = open_shop(book=tea_book(offers=(three,), combination=repeats))
        assert quote(shop, 9).discount == euro("7.00")
        place(shop, 9)
        assert used(shop) == 2


def test_what_is_given_is_never_more_than_the_budget_has_left_by_a_cent(open_shop: Any) -> None:
    """A tenth of two teas on a line of their own is 0.45 each: 0.90 does not fit into 0.89, and nothing is given."""
    shop = open_shop(book=book(limits=OfferLimits(budget=Budget(Measure.AMOUNT, Decimal("0.89")))))
    late = quote(shop)
    assert not late.discount
    assert [each.reason.code for each in late.not_applied] == ["pricing.offer_budget"]
    assert quote(shop, 1).discount == euro("0.45")


def test_shares_of_lines_that_fit_each_alone_do_not_pass_the_budget_together(open_shop: Any) -> None:
    """0.45 and 0.45 fit into 0.50 each, and 0.90 does not: the offer is refused, and the order is not."""
    limits = OfferLimits(budget=Budget(Measure.AMOUNT, Decimal("0.50")))
    offer = pricing.Offer("TEN", pricing.PercentOff(10), limits=limits)
    each_share = pricing.Combination(budget_check=pricing.promotions.BudgetCheck.EACH_SHARE)
    shop = open_shop(book=tea_book(offers=(offer,), combination=each_share))
    lines = tuple(pricing.CartLine("tea", Decimal(1)) for _ in range(2))
    offered = shop.agent.quote(pricing.Cart("C-1", "EUR", lines))
    assert not offered.discount
    assert [each.reason.code for each in offered.not_applied] == ["pricing.offer_budget"]


def test_a_reservation_holds_the_last_use_of_an_offer(open_shop: Any) -> None:
    shop = open_shop(book=book(limits=OfferLimits(total=1)))
    first, second = quote(shop), quote(shop, customer="C-2")
    held = shop.agent.execute(redemptions.ReserveCoupons(first)).id
    assert refusals(shop, second) == ["offer.limit_reached"]
    assert not quote(shop, customer="C-2").discount
    shop.agent.execute(placing(first))
    assert shop.agent.get(held, "redemption").status is redemptions.RedemptionStatus.CONSUMED
    assert used(shop) == 1


def test_a_limit_per_customer_holds_under_every_name(open_shop: Any) -> None:
    shop = open_shop(book=book(limits=OfferLimits(per_customer=1)))
    points = ContactPoints(emails=("anna@example.org",))
    shop.manager.execute(RegisterCustomer("Anna", id="C-9", points=points))
    place(shop, customer="guest-7", attributes=(("email", " Anna@Example.ORG"),))
    assert not quote(shop, customer="C-9").discount
    assert quote(shop, customer="C-8").discount


def test_orders_of_an_earlier_release_count_for_a_customer(open_shop: Any) -> None:
    """An order whose quote does not say what it used is one use, also for the order that was quoted before it."""
    shop = open_shop(book=book())
    place(shop)
    shop.core.use_book(book("2", limits=OfferLimits(per_customer=2)))
    first, second = quote(shop), quote(shop)
    assert first.offer_uses[0].uses_before == 1
    shop.agent.execute(placing(first))
    assert refusals(shop, second) == ["offer.customer_limit_reached"]
    assert not quote(shop).discount


def test_the_limits_are_those_of_the_book_in_force(open_shop: Any) -> None:
    shop = open_shop(book=book(limits=OfferLimits(total=1)))
    quotes = [quote(shop) for _ in range(3)]
    shop.agent.execute(placing(quotes[0]))
    shop.core.use_book(book("2", limits=OfferLimits(total=2)))
    shop.agent.execute(placing(quotes[1]))
    shop.core.use_book(tea_book("3"))
    shop.agent.execute(placing(quotes[2]))
    assert used(shop) == 2


def first_order(version: str = "1", *conditions: Any, **more: Any) -> pricing.PriceBook:
    return book(version, conditions=conditions or (NthOrder(1),), **more)


def test_of_two_open_carts_one_is_the_first_order(open_shop: Any) -> None:
    shop = open_shop(book=first_order())
    first, second = quote(shop), quote(shop, 3)
    order = str(shop.agent.execute(placing(first)).id)
    assert refusals(shop, second) == ["offer.order_number_taken"]
    assert not quote(shop, 3).discount
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert shop.agent.check(placing(second)) == ()
    assert quote(shop, 3).discount


def test_an_order_without_an_offer_takes_the_first_place_too(open_shop: Any) -> None:
    shop = open_shop(book=first_order())
    first = quote(shop)
    shop.agent.execute(placing(shop.agent.quote(shop.cart(item="pot"))))
    assert refusals(shop, first) == ["offer.order_number_taken"]


def test_two_offers_for_a_first_order_are_for_one_order(open_shop: Any) -> None:
    tea, pot = (
        pricing.Offer(each, pricing.PercentOff(10), target=pricing.Target(items=(each,)), conditions=(NthOrder(1),))
        for each in ("tea", "pot")
    )
    shop = open_shop(book=tea_book(offers=(tea, pot)))
    lines = (pricing.CartLine("tea", Decimal(1)), pricing.CartLine("pot", Decimal(1)))
    both, one = shop.agent.quote(pricing.Cart("C-1", "EUR", lines)), shop.agent.quote(shop.cart(item="pot"))
    assert len(both.offer_uses) == 2
    shop.agent.execute(placing(both))
    assert used(shop, "order-number:C-1\n1") == 1
    assert refusals(shop, one) == ["offer.order_number_taken"]


def test_the_count_settles_a_race_of_first_orders(open_shop: Any, monkeypatch: Any) -> None:
    """Even where both were judged as the first, the place is taken once, in the order's transaction."""
    shop = open_shop(book=first_order())
    first, second = quote(shop), quote(shop)
    shop.agent.execute(placing(first))
    standing = redemptions.OfferStanding(shop.core.book().book.offers, ("C-1",))
    for module in ("redeeming.offer_standing", "offer_standing.offer_standing"):
        monkeypatch.setattr(f"servicecore.engine.{module}", lambda *_arguments: standing)
    assert refusals(shop, second) == ["offer.order_number_taken"]
    monkeypatch.setattr("servicecore.engine.decide.check_uses", lambda _reader, _events: ())
    with pytest.raises(Refused) as caught:
        shop.agent.execute(placing(second))
    assert [each.code for each in caught.value.problems] == ["offer.order_number_taken"]


def test_a_first_order_that_is_being_paid_keeps_its_place(open_shop: Any) -> None:
    """A cart that is quoted meanwhile is the second order, and the reserved one stays the first."""
    shop = open_shop(book=first_order())
    first = quote(shop)
    held = shop.agent.execute(redemptions.ReserveCoupons(first)).id
    other = quote(shop, 3)
    assert not other.discount
    shop.agent.execute(placing(other))
    shop.agent.execute(placing(first))
    assert shop.agent.get(held, "redemption").status is redemptions.RedemptionStatus.CONSUMED


def test_a_condition_that_says_the_same_for_another_number_is_not_overtaken(open_shop: Any) -> None:
    """An offer from the second order on: two carts that stand open are the third and the fourth order, or so."""
    shop = open_shop(book=first_order("1", Not(NthOrder(1))))
    place(shop)
    quotes = [quote(shop) for _ in range(2)]
    for each in quotes:
        assert each.discount
        shop.agent.execute(placing(each))
    assert shop.core.count("redemption") == 0


def test_a_condition_on_uses_is_counted_like_a_limit(open_shop: Any) -> None:
    shop = open_shop(book=first_order("1", UsesPerCustomer(1)))
    first, second = quote(shop), quote(shop)
    shop.agent.execute(placing(first))
    assert refusals(shop, second) == ["offer.customer_limit_reached"]
    assert not quote(shop).discount


def test_an_order_of_an_offer_that_a_code_releases_counts_and_gives_back_with_the_code(open_shop: Any) -> None:
    """The code comes to an order and goes again; its offer has a limit of its own."""
    offer = pricing.Offer("TEN", pricing.PercentOff(10), trigger=pricing.OfferTrigger.CODE, limits=OfferLimits(total=1))
    coupon = pricing.Coupon("MAY", codes=("MAY10",), offer="TEN")
    shop = open_shop(book=tea_book(offers=(offer,), coupons=(coupon,)))
    order = place(shop)
    late = quote(shop, codes=("may10",))
    shop.agent.execute(orders.AddCoupon(order, "may10"))
    assert used(shop) == used(shop, "coupon:MAY") == 1
    assert refusals(shop, late) == ["offer.limit_reached"]
    other = place(shop)
    assert [each.code for each in shop.agent.check(orders.AddCoupon(other, "may10"))] == ["pricing.offer_limit"]
    shop.agent.execute(orders.RemoveCoupon(order, "may10"))
    assert used(shop) == used(shop, "coupon:MAY") == 0
    shop.agent.execute(placing(late))
    assert used(shop) == 1


@pytest.mark.parametrize(
    "more", [{"limits": OfferLimits(per_customer=3)}, {"conditions": (NthOrder(2),)}], ids=["uses", "orders"]
)
def test_a_quote_that_knows_what_was_used_before_is_replayed_alike(open_shop: Any, more: dict[str, Any]) -> None:
    shop = open_shop(book=book(**more))
    place(shop)
    offered = quote(shop)
    assert offered.discount
    assert shop.agent.replay_quote(offered) == offered


def test_what_earlier_releases_stored_is_read_as_using_no_offer(open_shop: Any) -> None:
    """Quotes, uses and events without the fields of today."""
    shop = open_shop(book=book(limits=OfferLimits(total=3)))
    order = shop.order(place(shop))
    codec = shop.core.runtime.journal.codec
    redemption = shop.agent.get(order.quote.id, "redemption")
    for value, field in ((order.quote, "offer_uses"), (redemption.uses[0], "offer")):
        plain = codec.to_object(codec.encode(value))
        del plain[field]
        assert not getattr(codec.from_plain(type(value), plain), field)
    plain = codec.to_object(codec.encode(orders.CouponAdded("MAY10", (), (), order.placed_at)))
    del plain["offer_uses"]
    assert codec.from_plain(orders.CouponAdded, plain).offer_uses == ()
