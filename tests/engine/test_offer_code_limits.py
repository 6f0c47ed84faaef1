"""Limits of an offer's own codes: counted with the order or not at all, like the limits of the offer itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from tests.engine.conftest import euro, tea_book
from tests.engine.test_coupon_facts import CountingStore
from tests.offer_orders import counter, ordered, placing, refusals

from servicecore import orders, pricing
from servicecore.customers import RegisterCustomer
from servicecore.customers.contact_points import ContactPoints
from servicecore.kernel.problems import Problem
from servicecore.pricing import redemptions
from servicecore.pricing.promotions import CodeMatch, OfferLimits, UnitUse
from servicecore.pricing.promotions.conditions import NthOrder

USES = "offer-code-uses:TEN\nMAY"


def book(version: str = "1", codes: Any = None, **more: Any) -> pricing.PriceBook:
    """Tea at 4.50, and a tenth off it with the code May, as ``codes`` say."""
    own = codes if isinstance(codes, tuple) else (pricing.OfferCode("May", **(codes or {})),)
    combination = more.pop("combination", pricing.Combination())
    tenth = pricing.PercentOff(Decimal(10))
    tea = pricing.Target(items=("tea",))
    more = {"benefits": tenth, "target": tea, **more}
    offer = pricing.Offer("TEN", trigger=pricing.OfferTrigger.CODE, codes=own, **more)
    return tea_book(version, offers=(offer,), combination=combination)


def counted(shop: Any, name: str = USES) -> int:
    return counter(shop, name)


def quote(shop: Any, customer: str = "C-1", *codes: str, teas: int = 2, **more: Any) -> pricing.Quote:
    lines = (pricing.CartLine("tea", Decimal(teas)),)
    found = shop.agent.quote(pricing.Cart(customer, "EUR", lines, codes=codes or ("may",), **more))
    assert isinstance(found, pricing.Quote)
    return found


def place(shop: Any, *args: Any, **more: Any) -> str:
    return ordered(shop.agent, quote(shop, *args, **more))


def sentences(shop: Any, offered: pricing.Quote) -> list[str]:
    return refusals(shop, offered, Problem.text)


def reasons(offered: pricing.Quote) -> list[tuple[str, str]]:
    return [(each.rule, each.reason.code) for each in offered.not_applied]


@pytest.mark.parametrize(
    ("limits", "said", "later"),
    [
        (
            {"uses_total": 3, "used": 1},
            "the code MAY of the offer TEN was used 2 times",
            "pricing.offer_code_limit",
        ),
        (
            {"uses_per_customer": 2},
            "the customer used the code MAY of the offer TEN 2 times",
            "pricing.offer_code_customer_limit",
        ),
    ],
    ids=["everybody", "customer"],
)
def test_the_last_use_is_gone_for_the_quote_that_came_too_late(
    open_shop: Any, limits: dict[str, int], said: str, later: str
) -> None:
    """Three carts stand open and two uses are left: the third order is refused, and a new quote says why."""
    shop = open_shop(book=book(codes=limits))
    quotes = [quote(shop) for _ in range(3)]
    assert [str(each.discount.amount) for each in quotes] == ["0.90"] * 3
    for each in quotes[:2]:
        shop.agent.execute(placing(each))
    accepted = "accepted: up to 2 with this order, or a new quote"
    assert sentences(shop, quotes[2]) == [f"quote.offer_uses: {said}; {accepted}"]
    late = quote(shop)
    assert not late.discount
    assert reasons(late) == [("MAY", later)]
    shop.agent.execute(placing(late))
    assert shop.core.count("redemption") == 2


def test_a_code_without_limits_reads_and_writes_nothing(open_shop: Any) -> None:
    shop = open_shop(CountingStore(), book=book())
    place(shop)
    assert shop.core.count("redemption") == 0
    assert quote(shop).offer_uses == ()
    assert shop.store.asked["counter"] == 0


def test_only_the_counters_of_the_codes_typed_are_read(open_shop: Any) -> None:
    """A hundred codes, each for one order: a cart without any reads nothing, one with a code reads its counter."""
    codes = tuple(pricing.OfferCode(f"C-{number}", uses_total=1) for number in range(100))
    shop = open_shop(CountingStore(), book=book(codes=(*codes, pricing.OfferCode("FREE"))))
    quote(shop, "C-1", "nothing")
    quote(shop, "C-1", "free")
    assert (shop.store.asked["counter"], shop.store.asked["find"]) == (0, 0)
    quote(shop, "C-1", "c-7")
    assert (shop.store.asked["counter"], shop.store.asked["find"]) == (1, 0)


def test_each_code_of_an_offer_has_uses_of_its_own(open_shop: Any) -> None:
    codes = (pricing.OfferCode("ONE", uses_total=1), pricing.OfferCode("TWO", uses_total=1))
    shop = open_shop(book=book(codes=codes))
    place(shop, "C-1", "one")
    assert not quote(shop, "C-2", "one").discount
    place(shop, "C-2", "two")
    assert counted(shop, "offer-code-uses:TEN\nONE") == counted(shop, "offer-code-uses:TEN\nTWO") == 1


def test_the_first_code_of_an_offer_counts_and_the_second_is_named(open_shop: Any) -> None:
    """Two codes of one offer bring it once: the use of the first is taken, and the other stays whole."""
    codes = (pricing.OfferCode("ONE", uses_total=1), pricing.OfferCode("TWO", uses_total=1))
    shop = open_shop(book=book(codes=codes))
    both = quote(shop, "C-1", "two", "one")
    assert [each.code for each in both.lines[0].discounts] == ["TWO"]
    assert reasons(both) == [("ONE", "pricing.offer_released_already")]
    shop.agent.execute(placing(both))
    assert counted(shop, "offer-code-uses:TEN\nONE") == 0
    assert [each.code for each in quote(shop, "C-1", "two", "one").lines[0].discounts] == ["ONE"]


def test_an_order_is_one_use_of_a_code_however_often_its_offer_was_applied(open_shop: Any) -> None:
    """Three teas for 10.00, twice: two applications of the offer, and one use of the code."""
    repeats = pricing.Combination(repeat=True, unit_use=UnitUse.SPENT)
    shop = open_shop(
        book=book(
            codes={"uses_total": 2},
            benefits=pricing.Bundle(3, price=euro("10.00")),
            limits=OfferLimits(total=9),
            combination=repeats,
        )
    )
    place(shop, teas=7)
    assert (counted(shop, "offer-uses:TEN"), counted(shop)) == (2, 1)


def test_what_an_order_used_comes_back_with_its_cancellation_unless_the_code_keeps_it(open_shop: Any) -> None:
    for releases, left in ((True, 0), (False, 1)):
        shop = open_shop(book=book(codes={"uses_total": 1, "uses_per_customer": 1, "cancel_releases_use": releases}))
        order = place(shop)
        assert counted(shop) == counted(shop, "customer-code-uses:TEN\nC-1\nMAY") == 1
        assert shop.core.find("redemption", "code", "MAY") == (shop.order(order).quote.id,)
        shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
        assert counted(shop) == counted(shop, "customer-code-uses:TEN\nC-1\nMAY") == left
        assert bool(quote(shop).discount) is releases
        assert bool(quote(shop, "C-2").discount) is releases


def test_a_code_that_is_removed_gives_its_use_back(open_shop: Any) -> None:
    for way in CodeMatch:
        shop = open_shop(book=book(codes={"uses_total": 1}, combination=pricing.Combination(code_match=way)))
        order = place(shop, "C-1", "May")
        assert not quote(shop, "C-2", "May").discount
        shop.agent.execute(orders.RemoveCoupon(order, "may"))
        assert quote(shop, "C-2", "May").discount


def test_a_reservation_holds_the_last_use_until_it_is_ordered_released_or_lapsed(open_shop: Any) -> None:
    shop = open_shop(book=book(codes={"uses_total": 1}))
    first, second = quote(shop), quote(shop, "C-2")
    held = shop.agent.execute(redemptions.ReserveCoupons(first)).id
    assert [each.split(":")[0] for each in sentences(shop, second)] == ["quote.offer_uses"]
    assert not quote(shop, "C-2").discount
    shop.agent.execute(redemptions.ReleaseCoupons(held))
    assert counted(shop) == 0
    other = quote(shop, "C-3")
    shop.agent.execute(redemptions.ReserveCoupons(other))
    shop.clock.move_to(shop.clock.now() + redemptions.ReserveCoupons(other).hold_for)
    shop.core.run_due()
    assert counted(shop) == 0
    last = quote(shop, "C-4")
    shop.agent.execute(redemptions.ReserveCoupons(last))
    shop.agent.execute(placing(last))
    assert counted(shop) == 1


def test_a_limit_for_each_customer_holds_under_every_name(open_shop: Any) -> None:
    shop = open_shop(book=book(codes={"uses_per_customer": 1}))
    points = ContactPoints(emails=("anna@example.org",))
    shop.manager.execute(RegisterCustomer("Anna", id="C-9", points=points))
    place(shop, "guest-7", attributes=(("email", " Anna@Example.ORG"),))
    assert not quote(shop, "C-9").discount
    assert quote(shop, "C-8").discount


def test_a_limit_that_came_later_counts_the_customers_orders_of_before(open_shop: Any) -> None:
    """An order from before the limit is one use of the customer, also for the order that was quoted before it."""
    shop = open_shop(book=book())
    place(shop)
    canceled = place(shop)
    shop.agent.execute(orders.CancelOrder(canceled), reason="customer_request")
    shop.core.use_book(book("2", codes={"uses_per_customer": 2}))
    first, second = quote(shop), quote(shop)
    assert first.offer_uses[0].code_uses_before == 1
    shop.agent.execute(placing(first))
    assert [each.split(" used ")[0] for each in sentences(shop, second)] == ["quote.offer_uses: the customer"]
    assert not quote(shop).discount


def test_the_limits_are_those_of_the_book_in_force(open_shop: Any) -> None:
    shop = open_shop(book=book(codes={"uses_total": 1}))
    quotes = [quote(shop) for _ in range(4)]
    shop.agent.execute(placing(quotes[0]))
    shop.core.use_book(book("2", codes={"uses_total": 2}))
    shop.agent.execute(placing(quotes[1]))
    assert len(sentences(shop, quotes[2])) == 1
    shop.core.use_book(book("3"))
    shop.agent.execute(placing(quotes[2]))
    shop.core.use_book(tea_book("4"))
    shop.agent.execute(placing(quotes[3]))
    assert counted(shop) == 2


@pytest.mark.parametrize(
    "codes", [{"uses_total": 4}, {"uses_per_customer": 4}, {"uses_total": 4, "uses_per_customer": 4}]
)
@pytest.mark.parametrize("more", [{}, {"conditions": (NthOrder(2),)}], ids=["", "second order"])
def test_a_quote_with_a_limited_code_is_replayed_alike(
    open_shop: Any, codes: dict[str, int], more: dict[str, Any]
) -> None:
    shop = open_shop(book=book(codes=codes, **more))
    place(shop)
    offered = quote(shop)
    assert offered.discount
    codec = shop.core.runtime.journal.codec
    again = shop.agent.replay_quote(codec.decode(pricing.Quote, codec.encode(offered)))
    assert codec.encode(again) == codec.encode(offered)


@pytest.mark.parametrize("limits", [OfferLimits(), OfferLimits(total=5, per_customer=5)], ids=["code", "offer too"])
def test_a_quote_of_an_earlier_release_is_read_replayed_and_ordered(open_shop: Any, limits: OfferLimits) -> None:
    """It says nothing of its code: what it does not say is not made up, and its order is counted as far as it goes."""
    shop = open_shop(book=book(codes={"uses_total": 4, "uses_per_customer": 4}, limits=limits))
    offered = quote(shop)
    codec = shop.core.runtime.journal.codec
    uses = tuple(evolve(each, code_uses_before=None) for each in offered.offer_uses) if limits.counted else ()
    plain = codec.to_object(codec.encode(evolve(offered, offer_uses=uses)))
    for each in plain.get("offer_uses", ()):
        each.pop("code_uses_before", None)
    old = codec.from_plain(pricing.Quote, plain)
    assert old.offer_uses == uses
    assert shop.agent.replay_quote(old) == old
    shop.agent.execute(placing(old))
    assert counted(shop) == bool(limits.counted)
    assert quote(shop).offer_uses[0].code_uses_before == 1
