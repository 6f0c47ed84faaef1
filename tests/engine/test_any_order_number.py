"""Whatever is ordered, reserved, canceled and added: an order has one number of its customer, and no two have one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import define
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.engine.conftest import Shop, tea_book

from servicecore import orders, pricing
from servicecore.pricing import NthOrder, redemptions
from servicecore.storage.memory import MemoryStore

HOLD = timedelta(hours=1)
NUMBERS = (1, 2, 3)
ANOTHER_NUMBER = {"pricing.condition_first_order", "pricing.condition_order_number"}


@define
class Placed:
    """An order: the number that it holds, or None, and the codes that were added to it."""

    id: str
    held: int | None
    codes: set[int]


def book() -> pricing.PriceBook:
    """A tenth off the tea of a customer's first and second order; a code for the first, second and third each."""
    tea, tenth = pricing.Target(items=("tea",)), pricing.PercentOff(Decimal(10))
    own = [pricing.Offer(f"TEA-{n}", tenth, target=tea, conditions=(NthOrder(n),)) for n in (1, 2)]
    coded = [
        pricing.Offer(f"CODE-{n}", tenth, trigger=pricing.OfferTrigger.CODE, conditions=(NthOrder(n),)) for n in NUMBERS
    ]
    coupons = tuple(pricing.Coupon(f"N{n}", (f"N{n}",), offer=f"CODE-{n}") for n in NUMBERS)
    return tea_book(offers=(*own, *coded), coupons=coupons)


class OrderNumbers(RuleBasedStateMachine):
    """Property 33 for the numbers of orders.

    The model knows the orders in the order in which they were placed, and which number each holds. An order holds one
    from when it first gets an offer for it until all of it is canceled. Which number another one has is how many older
    ones there are, and one more; numbers that others hold are passed over.
    """

    @initialize()
    def open(self) -> None:
        self.shop = Shop(MemoryStore(), book=book())
        self.placed: list[Placed] = []
        self.quotes: list[tuple[pricing.Quote, int | None]] = []
        self.reserved: dict[str, int] = {}

    def taken(self, besides: Placed | None = None) -> set[int]:
        held = {each.held for each in self.placed if each is not besides and each.held is not None}
        return held | set(self.reserved.values())

    def free(self, older: int, besides: Placed | None = None) -> int:
        number = older + 1
        while number in self.taken(besides):
            number += 1
        return number

    def number(self, order: Placed) -> int:
        return order.held or self.free(self.placed.index(order), order)

    @rule(item=st.sampled_from(["tea", "pot"]))
    def ask(self, item: str) -> None:
        quote = self.shop.agent.quote(self.shop.cart(1, item=item))
        number = self.free(len(self.placed))
        wanted = number if item == "tea" and number in {1, 2} else None
        assert [each.offer for each in quote.offer_uses] == ([] if wanted is None else [f"TEA-{wanted}"])
        self.quotes.append((quote, wanted))

    @precondition(lambda self: self.quotes)
    @rule(data=st.data())
    def reserve(self, data: Any) -> None:
        quote, wanted = data.draw(st.sampled_from(self.quotes))
        if wanted is None or quote.id in self.reserved:
            return
        passes = wanted == self.free(len(self.placed))
        found = self.shop.agent.check(redemptions.ReserveCoupons(quote, hold_for=HOLD))
        assert [each.code for each in found] == ([] if passes else ["offer.order_number_taken"])
        if passes:
            self.shop.agent.execute(redemptions.ReserveCoupons(quote, hold_for=HOLD))
            self.reserved[quote.id] = wanted

    @precondition(lambda self: self.quotes)
    @rule(data=st.data())
    def order(self, data: Any) -> None:
        at = data.draw(st.integers(0, len(self.quotes) - 1))
        quote, wanted = self.quotes.pop(at)
        passes = wanted is None or quote.id in self.reserved or wanted == self.free(len(self.placed))
        command = orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))
        found = self.shop.agent.check(command)
        assert [each.code for each in found] == ([] if passes else ["offer.order_number_taken"])
        if passes:
            self.shop.clock.advance(timedelta(seconds=1))
            self.placed.append(Placed(self.shop.agent.execute(command).id, wanted, set()))
            self.reserved.pop(quote.id, None)

    @precondition(lambda self: self.placed)
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        order = data.draw(st.sampled_from(self.placed))
        self.shop.manager.execute(orders.CancelOrder(order.id), reason="customer_request")
        self.placed.remove(order)

    @precondition(lambda self: self.placed)
    @rule(data=st.data(), code=st.sampled_from(NUMBERS))
    def add(self, data: Any, code: int) -> None:
        order = data.draw(st.sampled_from(self.placed))
        if code in order.codes:
            return
        number = self.number(order)
        command = orders.AddCoupon(order.id, f"N{code}")
        found = {each.code for each in self.shop.agent.check(command)}
        assert found == set() if number == code else found <= ANOTHER_NUMBER and found
        if not found:
            self.shop.agent.execute(command)
            order.held = number
            order.codes.add(code)

    @precondition(lambda self: any(each.codes for each in self.placed))
    @rule(data=st.data())
    def remove(self, data: Any) -> None:
        order = data.draw(st.sampled_from([each for each in self.placed if each.codes]))
        code = data.draw(st.sampled_from(sorted(order.codes)))
        self.shop.agent.execute(orders.RemoveCoupon(order.id, f"N{code}"))
        order.codes.remove(code)

    @invariant()
    def counters_are_the_numbers_that_are_held(self) -> None:
        if not hasattr(self, "shop"):
            return
        with self.shop.core.runtime.store.reading() as reader:
            held = {n for n in range(1, 9) if reader.counter(f"order-number:C-1\n{n}")}
        numbers = [each.held for each in self.placed if each.held is not None] + list(self.reserved.values())
        assert held == set(numbers)
        assert len(numbers) == len(set(numbers))

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            assert tuple(self.shop.core.verify()) == ()
            self.shop.core.close()


OrderNumbers.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestOrderNumbers = OrderNumbers.TestCase


def ordered(shop: Any, item: str) -> str:
    shop.clock.advance(timedelta(seconds=1))
    command = orders.PlaceOrder(quote=shop.agent.quote(shop.cart(1, item=item)), tenders=(orders.OnAccount(),))
    return str(shop.agent.execute(command).id)


def test_a_code_passes_over_the_number_that_an_earlier_order_holds(open_shop: Any) -> None:
    """The second order got its offer as the second; with the first canceled, the third is not the second yet."""
    shop = open_shop(book=book())
    first, _second, third = ordered(shop, "tea"), ordered(shop, "tea"), ordered(shop, "pot")
    shop.manager.execute(orders.CancelOrder(first), reason="customer_request")
    (refused,) = shop.agent.check(orders.AddCoupon(third, "N2"))
    assert (refused.code, refused.param("value"), refused.param("accepted")) == (
        "pricing.condition_order_number",
        "3",
        "2",
    )
    shop.agent.execute(orders.AddCoupon(third, "N3"))


def test_an_order_that_got_an_offer_by_its_number_gets_none_of_another_number(open_shop: Any) -> None:
    """The second order is not the first as well when that one is canceled; and it keeps its number without its code."""
    shop = open_shop(book=book())
    first, second = ordered(shop, "pot"), ordered(shop, "pot")
    shop.agent.execute(orders.AddCoupon(second, "N2"))
    shop.manager.execute(orders.CancelOrder(first), reason="customer_request")
    for _ in range(2):
        assert [each.code for each in shop.agent.check(orders.AddCoupon(second, "N1"))] == [
            "pricing.condition_first_order"
        ]
        if shop.agent.check(orders.RemoveCoupon(second, "N2")) == ():
            shop.agent.execute(orders.RemoveCoupon(second, "N2"))
    assert [each.offer for each in shop.agent.quote(shop.cart(1)).offer_uses] == []
