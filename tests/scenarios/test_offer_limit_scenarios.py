"""Limited offers without a code, told through the public API: who gets the last one, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from attrs import frozen
from tests.offer_orders import NOT_NOW, AcmePlugin, placing, refused_codes
from tests.scenarios.conftest import euro

from servicecore import Actor, ServiceCore, Settings, orders, pricing
from servicecore.catalog import Item
from servicecore.plugins.api import (
    L,
    PluginCondition,
    Problem,
    Situation,
)
from servicecore.pricing import redemptions


@frozen
class NewHere(PluginCondition):
    """The customer ordered less than ``orders`` times."""

    plugin: ClassVar[str] = "acme"
    looks_back: ClassVar[bool] = True
    orders: int

    def keep(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        before = situation.customer.orders_before
        return lines if before < self.orders else NOT_NOW.at("customer", value=before, accepted=f"below {self.orders}")


def open_sale(centre: Any, *offers: pricing.Offer) -> None:
    items = (Item("tea", "Green tea", base_price=euro("4.50")), Item("pot", "Tea pot", base_price=euro("20.00")))
    centre.core.use_book(pricing.PriceBook(id="shop", version="sale", items=items, offers=offers))


def quote(centre: Any, customer: str, item: str = "pot", *codes: str) -> pricing.Quote:
    found = centre.agent.quote(pricing.Cart(customer, "EUR", (pricing.CartLine(item, Decimal(1)),), codes=codes))
    assert isinstance(found, pricing.Quote)
    return found


def test_the_last_of_two_launch_prices(centre: Any) -> None:
    """A12, E12: three callers are offered a quarter off, two may have it; one cancels, and the third gets it."""
    limits = pricing.OfferLimits(total=2, per_customer=1)
    open_sale(centre, pricing.Offer("LAUNCH", pricing.PercentOff(Decimal(25)), limits=limits))
    anna, bruno, carla = (quote(centre, each) for each in ("anna", "bruno", "carla"))
    assert [str(each.total.amount) for each in (anna, bruno, carla)] == ["15.00"] * 3
    first = centre.agent.execute(placing(anna)).id
    assert quote(centre, "anna").discount == euro("0")
    held = centre.agent.execute(redemptions.ReserveCoupons(bruno, hold_for=timedelta(minutes=10))).id
    assert refused_codes(centre.agent, carla) == ["offer.limit_reached"]
    assert quote(centre, "carla").total == euro("20.00")
    centre.agent.execute(placing(bruno))
    assert centre.get(held, "redemption").status is redemptions.RedemptionStatus.CONSUMED
    centre.agent.execute(orders.CancelOrder(first), reason="customer_request")
    centre.agent.execute(placing(carla))
    assert centre.core.find("redemption", "offer", "LAUNCH") == tuple(sorted((bruno.id, carla.id)))
    centre.manager.execute(redemptions.GiveBackCoupons(carla.id))
    assert quote(centre, "dora").total == euro("15.00")


def test_one_first_order_of_two_open_carts(centre: Any) -> None:
    """A12, E12: two carts of one caller are both quoted as the first order; one is, and the other is quoted anew."""
    welcome = pricing.Offer("WELCOME", pricing.PercentOff(Decimal(10)), conditions=(pricing.NthOrder(1),))
    open_sale(centre, welcome)
    by_phone, on_the_web = quote(centre, "anna"), quote(centre, "anna", "tea")
    assert (by_phone.total, on_the_web.total) == (euro("18.00"), euro("4.05"))
    first = centre.agent.execute(placing(by_phone)).id
    assert refused_codes(centre.agent, on_the_web) == ["offer.order_number_taken"]
    assert quote(centre, "anna", "tea").total == euro("4.50")
    centre.agent.execute(orders.CancelOrder(first), reason="customer_request")
    centre.agent.execute(placing(on_the_web))


def test_a_reserved_offer_is_free_again_when_nobody_orders(centre: Any) -> None:
    """A12: what is reserved and neither ordered nor released lapses; what is released is free at once."""
    limits = pricing.OfferLimits(budget=pricing.Budget(pricing.Measure.AMOUNT, Decimal(5)))
    open_sale(centre, pricing.Offer("LAUNCH", pricing.PercentOff(Decimal(25)), limits=limits))
    anna, bruno = quote(centre, "anna"), quote(centre, "bruno")
    held = centre.agent.execute(redemptions.ReserveCoupons(anna, hold_for=timedelta(minutes=10))).id
    assert [each.code for each in centre.agent.check(placing(bruno))] == ["offer.budget_reached"]
    centre.agent.execute(redemptions.ReleaseCoupons(held))
    centre.agent.execute(redemptions.ReserveCoupons(bruno, hold_for=timedelta(minutes=10)))
    assert [each.code for each in centre.agent.check(placing(anna))] == ["offer.budget_reached"]
    centre.clock.move_to(centre.clock.now() + timedelta(minutes=10))
    assert centre.core.run_due().failures == ()
    centre.agent.execute(placing(anna))


def test_the_last_use_of_a_code_that_an_offer_has_itself(centre: Any) -> None:
    """A12, E12: a letter's code works in two orders; three callers have it open, one cancels, one never orders."""
    code = pricing.OfferCode("Dear-Reader", uses_total=2, uses_per_customer=1)
    quarter = pricing.PercentOff(Decimal(25))
    open_sale(centre, pricing.Offer("LETTER", quarter, trigger=pricing.OfferTrigger.CODE, codes=(code,)))
    anna, bruno, carla = (quote(centre, each, "pot", "dear-reader") for each in ("anna", "bruno", "carla"))
    assert [str(each.total.amount) for each in (anna, bruno, carla)] == ["15.00"] * 3
    first = centre.agent.execute(placing(anna)).id
    again = quote(centre, "anna", "pot", "dear-reader")
    assert [each.reason.code for each in again.not_applied] == ["pricing.offer_code_customer_limit"]
    centre.agent.execute(redemptions.ReserveCoupons(bruno, hold_for=timedelta(minutes=10)))
    assert refused_codes(centre.agent, carla) == ["offer.code_limit_reached"]
    late = quote(centre, "carla", "pot", "dear-reader")
    assert [each.reason.code for each in late.not_applied] == ["pricing.offer_code_limit"]
    centre.clock.move_to(centre.clock.now() + timedelta(minutes=10))
    assert centre.core.run_due().failures == ()
    centre.agent.execute(placing(carla))
    assert refused_codes(centre.agent, bruno) == ["offer.code_limit_reached"]
    centre.agent.execute(orders.CancelOrder(first), reason="customer_request")
    centre.agent.execute(placing(bruno))
    assert centre.core.find("redemption", "code", "DEAR-READER") == tuple(sorted((bruno.id, carla.id)))


def test_the_use_of_an_order_that_has_nothing_of_the_offer_any_more(centre: Any) -> None:
    """E11, E12, E17: the lowered pot is canceled, or priced by hand and restored; a caller waits for the one use."""
    limits = pricing.OfferLimits(total=1)
    pots = pricing.Target(items=("pot",))
    open_sale(centre, pricing.Offer("LAUNCH", pricing.PercentOff(Decimal(25)), target=pots, limits=limits))
    lines = (pricing.CartLine("pot", Decimal(2)), pricing.CartLine("tea", Decimal(1)))
    both = centre.agent.quote(pricing.Cart("anna", "EUR", lines))
    bruno = quote(centre, "bruno")
    order = centre.agent.execute(placing(both)).id
    centre.agent.execute(orders.CancelLine(order, 1, Decimal(1)), reason="customer_request")
    assert refused_codes(centre.agent, bruno) == ["offer.limit_reached"]
    centre.manager.execute(orders.OverridePrice(order, 1, euro("18.00")), reason="damage")
    second = centre.agent.execute(placing(bruno)).id
    assert [each.code for each in centre.agent.check(orders.RestorePrice(order, 1))] == ["offer.limit_reached"]
    centre.agent.execute(orders.CancelLine(second, 1), reason="customer_request")
    centre.agent.execute(orders.RestorePrice(order, 1))
    assert centre.get(order).line(1).billable.net == euro("15.00")
    assert quote(centre, "carla").total == euro("20.00")
    centre.agent.execute(orders.CancelLine(order, 1), reason="customer_request")
    assert quote(centre, "carla").total == euro("15.00")


def test_a_condition_of_a_plugin_that_other_orders_moved() -> None:
    """A12, E12: a tenth off the first two orders, as a plugin says; a third cart stands open, and is quoted anew."""
    pot = Item("pot", "Tea pot", base_price=euro("20.00"))
    welcome = pricing.Offer("WELCOME", pricing.PercentOff(Decimal(10)), conditions=(NewHere(2),))
    book = pricing.PriceBook(id="shop", version="1", items=(pot,), offers=(welcome,))
    settings = Settings(tax_engine="none")
    with ServiceCore.open(
        "memory:", settings=settings, book=book, plugins=(AcmePlugin((NewHere,)),), autoload=False
    ) as core:
        agent = core.acting_as(Actor("agent-7", roles={"agent"}))
        cart = pricing.Cart("anna", "EUR", (pricing.CartLine("pot", Decimal(1)),))
        first, second, third = (agent.quote(cart) for _ in range(3))
        agent.execute(placing(first))
        canceled = agent.execute(placing(second)).id
        assert [each.code for each in agent.check(placing(third))] == ["offer.condition_changed"]
        late = agent.quote(cart)
        assert late.total == euro("20.00")
        assert [each.reason.code for each in late.not_applied] == ["acme.not_now"]
        agent.execute(orders.CancelOrder(canceled), reason="customer_request")
        agent.execute(placing(third))
