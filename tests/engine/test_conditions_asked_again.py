"""A plugin's condition that looks back is asked again when its offer is ordered: other orders may have moved it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.conftest import Shop, euro, tea_book
from tests.offer_orders import NOT_NOW, AcmePlugin, ordered, refusals

from servicecore import orders, pricing
from servicecore.customers import RegisterCustomer
from servicecore.errors import Refused
from servicecore.plugins.api import (
    L,
    PluginCondition,
    Problem,
    Situation,
)
from servicecore.pricing import redemptions
from servicecore.pricing.promotions import OfferLimits
from servicecore.pricing.promotions.conditions import AllOf, AnyOf, InChannel, Not, NthOrder
from servicecore.storage.memory import MemoryStore


@frozen
class After(PluginCondition):
    """The customer has so many orders, and no more than ``most``; the offer was used fewer than ``uses`` times."""

    plugin: ClassVar[str] = "acme"
    looks_back: ClassVar[bool] = True
    least: int = 0
    most: int = 99
    uses: int = 99
    flag: str = ""

    def keep(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        customer = situation.customer
        if FAILING:
            raise RuntimeError("down")
        flagged = not self.flag or self.flag in customer.flags
        if self.least <= customer.orders_before <= self.most and situation.uses_before < self.uses and flagged:
            return lines
        return NOT_NOW.at("customer", value=customer.orders_before, accepted=f"{self.least} to {self.most}")


@frozen
class Blind(PluginCondition):
    """It does not look back."""

    plugin: ClassVar[str] = "acme"

    def keep(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        del situation
        return lines


FAILING: list[bool] = []


def book(*conditions: Any, **more: Any) -> pricing.PriceBook:
    offer = pricing.Offer("BACK", pricing.PercentOff(Decimal(10)), conditions=conditions, **more)
    return tea_book(offers=(offer,), overrides=more.pop("overrides", pricing.OverridePolicy()))


@pytest.fixture
def open_with(open_shop: Callable[..., Shop]) -> Callable[..., Shop]:
    def open_one(*conditions: Any, **more: Any) -> Shop:
        return open_shop(plugins=(AcmePlugin((After, Blind)),), book=book(*conditions, **more))

    return open_one


def quote(shop: Shop, customer: str = "C-1", teas: int = 2, **more: Any) -> pricing.Quote:
    cart = pricing.Cart(customer, "EUR", (pricing.CartLine("tea", Decimal(teas)),), **more)
    return shop.agent.quote(cart)


def place(shop: Shop, offered: pricing.Quote | None = None) -> str:
    return ordered(shop.agent, quote(shop) if offered is None else offered)


def test_it_knows_what_the_customer_did_whatever_other_offers_ask(open_with: Any) -> None:
    shop = open_with(After(least=1))
    assert not quote(shop).discount
    place(shop)
    offered = quote(shop)
    assert str(offered.discount.amount) == "0.90"
    assert (offered.offer_uses[0].orders_before, offered.offer_uses[0].uses_before) == (1, 0)
    assert shop.agent.replay_quote(offered) == offered


def test_of_two_open_carts_one_is_the_second_order(open_with: Any) -> None:
    """For exactly one order before, alone and inside of others: the second cart would be the third order."""
    once = After(least=1, most=1)
    for condition in (once, AllOf((once,)), AnyOf((InChannel("web"), once)), Not(Not(once))):
        shop = open_with(condition)
        place(shop)
        first, second = quote(shop), quote(shop, teas=3)
        assert first.discount
        assert second.discount
        order = place(shop, first)
        assert refusals(shop, second) == ["offer.condition_changed"]
        assert not quote(shop).discount
        shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
        place(shop, second)


def test_a_condition_that_says_the_same_lets_every_open_cart_pass(open_with: Any) -> None:
    shop = open_with(After(least=1))
    place(shop)
    for each in [quote(shop) for _ in range(3)]:
        place(shop, each)
    assert shop.core.count("order") == 4


def test_the_uses_of_its_own_offer_are_counted_for_it(open_with: Any) -> None:
    shop = open_with(After(uses=2))
    quotes = [quote(shop) for _ in range(3)]
    place(shop, quotes[0])
    order = place(shop, quotes[1])
    assert refusals(shop, quotes[2]) == ["offer.condition_changed"]
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    place(shop, quotes[2])


def test_a_customer_whose_flags_changed_is_asked_again(open_with: Any) -> None:
    """For everybody but the staff: a stranger turns out to be staff before ordering."""
    shop = open_with(Not(After(flag="staff")))
    offered = quote(shop, "C-9")
    assert offered.discount
    shop.manager.execute(RegisterCustomer("Mia", id="C-9", groups=("staff",)))
    assert refusals(shop, offered) == ["offer.condition_changed"]


def test_what_is_reserved_is_not_asked_again_and_counts_as_an_order_for_others(open_with: Any) -> None:
    shop = open_with(After(most=0))
    first, late = quote(shop), quote(shop, teas=3)
    shop.agent.execute(redemptions.ReserveCoupons(first))
    assert not quote(shop).discount
    assert refusals(shop, late) == ["offer.condition_changed"]
    with pytest.raises(Refused):
        shop.agent.execute(redemptions.ReserveCoupons(late))
    place(shop, quote(shop))
    place(shop, first)


def test_what_was_allowed_when_it_was_quoted_is_not_asked_again(open_with: Any) -> None:
    """A manager approved the price of the pot; the agent who orders could not set it."""
    shop = open_with(After(least=0), target=pricing.Target(items=("tea",)))
    lines = (
        pricing.CartLine("tea", Decimal(2)),
        pricing.CartLine("pot", Decimal(1), override=pricing.PriceOverride(euro("5.00"), "damage")),
    )
    offered = shop.manager.quote(pricing.Cart("C-1", "EUR", lines))
    assert str(offered.discount.amount) == "0.90"
    with pytest.raises(Refused):
        shop.agent.quote(pricing.Cart("C-1", "EUR", lines))
    place(shop, offered)


def test_a_condition_that_fails_when_it_is_asked_again_refuses_the_order(open_with: Any) -> None:
    shop = open_with(After())
    offered = quote(shop)
    FAILING.append(True)
    try:
        assert refusals(shop, offered) == ["pricing.broken_offer_part"]
    finally:
        FAILING.clear()
    place(shop, offered)


def test_how_much_is_left_is_said_by_the_limit_and_not_by_the_condition(open_with: Any) -> None:
    shop = open_with(After(), limits=OfferLimits(total=1))
    first, second = quote(shop), quote(shop, "C-2")
    place(shop, first)
    assert refusals(shop, second) == ["offer.limit_reached"]


def test_a_condition_that_does_not_look_back_asks_and_counts_nothing(open_with: Any) -> None:
    shop = open_with(Blind())
    offered = quote(shop)
    assert (bool(offered.discount), offered.offer_uses) == (True, ())
    place(shop, offered)
    assert shop.core.count("redemption") == 0


def test_a_number_that_a_later_order_holds_is_passed_over_alike_by_quotes_and_orders(open_shop: Any) -> None:
    """The first of two orders is canceled: the second one holds number 2, so a fresh quote is the third, and passes."""
    conditions = (AnyOf((NthOrder(2), NthOrder(3))),)
    shop = open_shop(book=book(*conditions))
    first = place(shop)
    place(shop)
    shop.agent.execute(orders.CancelOrder(first), reason="customer_request")
    offered = quote(shop)
    assert offered.discount
    assert offered.offer_uses[0].orders_before == 2
    place(shop, offered)


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(1, 4),
    steps=st.lists(
        st.tuples(st.sampled_from(("quote", "order", "reserve", "release", "cancel")), st.integers(0, 5)), max_size=14
    ),
)
def test_a_plugin_that_knows_the_number_of_an_order_is_like_the_condition_that_does(
    n: int, steps: list[tuple[str, int]]
) -> None:
    """The same is quoted, ordered and refused in a shop with `NthOrder` and in one where a plugin says the same."""
    told = []
    for condition in (NthOrder(n), After(least=n - 1, most=n - 1)):
        shop = Shop(MemoryStore(), plugins=(AcmePlugin((After, Blind)),), book=book(condition))
        quotes, placed, said = [quote(shop)], list[str](), list[str]()
        for what, which in steps:
            one = quotes[which % len(quotes)]
            try:
                if what == "quote":
                    quotes.append(quote(shop))
                    said.append(str(quotes[-1].discount))
                elif what == "order" and one.id not in {shop.order(each).quote.id for each in placed}:
                    placed.append(place(shop, one))
                    said.append("ordered")
                elif what == "reserve" and one.id not in {shop.order(each).quote.id for each in placed}:
                    shop.agent.execute(redemptions.ReserveCoupons(one))
                    said.append("reserved")
                elif what == "release":
                    shop.agent.execute(redemptions.ReleaseCoupons(one.id))
                    said.append("released")
                elif what == "cancel" and placed:
                    canceled = placed.pop(which % len(placed))
                    quotes = [each for each in quotes if each.id != shop.order(canceled).quote.id] or [quote(shop)]
                    shop.agent.execute(orders.CancelOrder(canceled), reason="customer_request")
                    said.append("canceled")
            except Refused:
                said.append("refused")
            except LookupError:
                said.append("unknown")
        shop.core.close()
        told.append(said)
    assert told[0] == told[1]


@pytest.mark.parametrize(("most", "passing"), [(1, 2), (99, 8)])
def test_carts_that_race_are_asked_one_after_another(open_shop: Any, tmp_path: Path, most: int, passing: int) -> None:
    """Eight at once: two may be the first or second order; where all may, nobody is refused for coming at once."""
    url = f"sqlite:///{tmp_path / 'shop.db'}?synchronous=off&timeout=60"
    shop = open_shop(url, plugins=(AcmePlugin((After, Blind)),), book=book(After(most=most)))
    quotes = [quote(shop) for _ in range(8)]

    def run(offered: pricing.Quote) -> str:
        try:
            return place(shop, offered) and "done"
        except Refused as refused:
            return refused.problems[0].code

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(run, quotes))
    assert outcomes == ["done"] * passing + ["offer.condition_changed"] * (8 - passing)
    assert tuple(shop.core.verify()) == ()


@pytest.mark.parametrize("moment", ["decide.redeeming", "execute.change_of"])
@pytest.mark.parametrize(("most", "outcomes"), [(99, []), (0, ["offer.condition_changed"])])
def test_a_number_that_is_taken_while_an_order_is_judged_has_it_judged_anew(
    open_with: Any, monkeypatch: Any, moment: str, most: int, outcomes: list[str]
) -> None:
    """Another cart is ordered after this one was asked again, or after its counters were looked at."""
    shop = open_with(After(most=most))
    mine, waiting = quote(shop), [quote(shop)]
    module, name = moment.split(".")
    asked = getattr(import_module(f"servicecore.engine.{module}"), name)

    def interrupted(*arguments: Any) -> Any:
        if waiting:
            place(shop, waiting.pop())
        return asked(*arguments)

    monkeypatch.setattr(f"servicecore.engine.{moment}", interrupted)
    told = []
    try:
        place(shop, mine)
    except Refused as refused:
        told = [each.code for each in refused.problems]
    assert told == outcomes
    assert shop.core.count("order") == 2 - len(outcomes)
