"""Charges of an order when a code comes or goes: they follow what the goods cost, and nothing else moves them."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicecore import orders, pricing
from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.orders.recharging import charge_codes
from servicecore.orders.repricing import code_discounts
from servicecore.plugins.settings import PluginSettings
from servicecore.pricing import (
    AutoCharge,
    ChargeCategory,
    ChargeKind,
    ChargeLevel,
    ChargeTier,
    Coupon,
    CouponTier,
    CouponValue,
    Exclusivity,
    Offer,
    OfferTrigger,
    PercentOff,
    ValueAtLeast,
)
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.redemptions import used_codes
from servicecore.storage.codec import JsonCodec

FREE_FROM_100 = (ChargeTier("9.95", to_amount=100), ChargeTier(0, from_amount=100))


def euro(amount: str | int) -> Money:
    return Money(Decimal(amount).quantize(Decimal("0.01")), "EUR")


def freight(*tiers: ChargeTier, **more: Any) -> AutoCharge:
    return AutoCharge("freight", "EUR", tiers or FREE_FROM_100, category=ChargeCategory.SHIPPING, **more)


def tenth(percent: int = 10) -> Coupon:
    return Coupon("TENTH", ("TENTH",), tiers=(CouponTier(euro(0), Decimal(percent), CouponValue.PERCENT),))


FREE_DELIVERY = Offer("FREE", PercentOff(100, scope=Scope.SHIPPING), trigger=OfferTrigger.CODE)
POST = Coupon("POST", ("POST",), offer="FREE")


def book(*charges: AutoCharge, offers: tuple[Offer, ...] = (), **more: Any) -> pricing.PriceBook:
    items = (Item("tea", "Tea", base_price=euro(10)), Item("pot", "Pot", base_price=euro(25)))
    coupons = (tenth(more.pop("percent", 10)), *((POST,) if FREE_DELIVERY in offers else ()))
    return pricing.PriceBook("shop", "9", items, charges=charges, offers=offers, coupons=coupons, **more)


def cart(teas: int, *codes: str, pots: int = 0, **more: Any) -> pricing.Cart:
    lines = [pricing.CartLine("tea", teas, **more.pop("line", {}))]
    lines += [pricing.CartLine("pot", pots)] if pots else []
    return pricing.Cart("C-1", "EUR", tuple(lines), codes=codes, **more)


def placed(shop: Any, in_force: pricing.PriceBook, asked: pricing.Cart) -> str:
    shop.core.use_book(in_force)
    quote = shop.agent.quote(asked)
    return str(shop.agent.execute(orders.PlaceOrder(quote, (orders.OnAccount(),))).id)


def charges(shop: Any, order: str) -> list[tuple[str, str]]:
    return [(each.id, f"{each.billable.net.amount:.2f}") for each in shop.order(order).charges]


def add(shop: Any, order: str, code: str = "TENTH") -> list[tuple[str, str]]:
    shop.agent.execute(orders.AddCoupon(order, code))
    return charges(shop, order)


def remove(shop: Any, order: str, code: str = "TENTH") -> list[tuple[str, str]]:
    shop.agent.execute(orders.RemoveCoupon(order, code))
    return charges(shop, order)


def test_a_tier_of_the_order_follows_the_code(shop: Any) -> None:
    """11 x 10.00 travel free from 100.00 on; less a tenth they are 99.00 and 9.95 of freight, and 110.00 again."""
    order = placed(shop, book(freight()), cart(11))
    assert charges(shop, order) == [("freight", "0.00")]
    preview = shop.agent.preview(orders.AddCoupon(order, "TENTH")).figures
    assert [str(each.after) for each in preview if each.name == "total"] == ["108.95 EUR"]
    assert add(shop, order) == [("freight", "9.95")]
    assert shop.order(order).billable == euro("108.95")
    assert remove(shop, order) == [("freight", "0.00")]
    assert shop.order(order).billable == euro("110.00")


def test_a_percentage_of_the_goods_follows_the_code(shop: Any) -> None:
    """5 % of 100.00, then of 90.00."""
    order = placed(shop, book(freight(ChargeTier(5, ChargeKind.PERCENT))), cart(10))
    assert add(shop, order) == [("freight", "4.50")]
    assert remove(shop, order) == [("freight", "5.00")]


def test_a_charge_begins_and_ends_where_tiers_have_gaps(shop: Any) -> None:
    """Below 100.00 there is a small-order charge, from there on none: it comes with the code and costs 0 after it."""
    small = AutoCharge("small", "EUR", (ChargeTier(4, to_amount=100),))
    order = placed(shop, book(small), cart(11))
    assert charges(shop, order) == []
    assert add(shop, order) == [("small", "4.00")]
    assert remove(shop, order) == [("small", "0.00")]
    assert add(shop, order) == [("small", "4.00")]


def test_the_charge_of_a_line_follows_what_the_line_costs(shop: Any) -> None:
    """Insurance is 10 % of each line: 3.00 of 30.00 and 5.00 of 50.00, then 2.70 and 4.50."""
    tier = ChargeTier(10, ChargeKind.PERCENT)
    order = placed(shop, book(AutoCharge("insured", "EUR", (tier,), level=ChargeLevel.LINE)), cart(3, pots=2))
    assert charges(shop, order) == [("insured", "3.00"), ("insured", "5.00")]
    assert add(shop, order) == [("insured", "2.70"), ("insured", "4.50")]


def test_units_that_are_billed_keep_their_share_of_a_charge_for_each_unit(shop: Any) -> None:
    """Wrapping is 1.00 a unit up to 30.00 a line and free above: 3 x 10.00 pay nothing, 27.00 less 2 billed pay 1."""
    tiers = (ChargeTier(1, ChargeKind.PER_UNIT, to_amount=30), ChargeTier(0, ChargeKind.PER_UNIT, from_amount=30))
    order = placed(shop, book(AutoCharge("wrap", "EUR", tiers, level=ChargeLevel.LINE)), cart(3))
    assert charges(shop, order) == [("wrap", "0.00")]
    shop.agent.execute(orders.ShipLines(order, (orders.LineQuantity(1, Decimal(2)),)))
    shop.agent.execute(orders.InvoiceShipment(order))
    assert add(shop, order) == [("wrap", "1.00")]
    shop.agent.execute(orders.ShipLines(order))
    shop.agent.execute(orders.InvoiceShipment(order))
    assert [str(invoice.total) for invoice in shop.order(order).invoices] == ["20.00 EUR", "10.00 EUR"]


def test_the_charge_of_a_delivery_mode_follows_the_code(shop: Any) -> None:
    """By air 25.00 below 100.00 and 15.00 from there on; the mode is the cart's, or one of its group."""
    air = freight(ChargeTier(25, to_amount=100), ChargeTier(15, from_amount=100), code="f", delivery_mode="AIR")
    quick = freight(ChargeTier(30, to_amount=100), ChargeTier(20, from_amount=100), code="f", delivery_group="quick")
    modes = (pricing.DeliveryMode("AIR"), pricing.DeliveryMode("COURIER", group="quick"))
    rules = book(air, evolve(quick, id="quick"), delivery_modes=modes)
    for mode, before, after in (("AIR", "15.00", "25.00"), ("COURIER", "20.00", "30.00")):
        order = placed(shop, rules, cart(10, delivery_mode=mode))
        assert [amount for _id, amount in charges(shop, order)] == [before]
        assert [amount for _id, amount in add(shop, order)] == [after]


def test_an_offer_on_shipping_ends_where_the_code_takes_the_goods_below_its_minimum(shop: Any) -> None:
    """Goods of 100.00 travel free, those of 90.00 for 9.95."""
    hundred = Offer("HUNDRED", PercentOff(100, scope=Scope.SHIPPING), conditions=(ValueAtLeast(euro(100)),))
    order = placed(shop, book(freight(ChargeTier("9.95")), offers=(hundred,)), cart(10))
    assert charges(shop, order) == [("freight", "0.00")]
    assert add(shop, order) == [("freight", "9.95")]
    assert remove(shop, order) == [("freight", "0.00")]


def test_a_code_for_free_delivery_comes_goes_and_is_counted(shop: Any) -> None:
    """It lowers the freight alone; it is on the order then, beside a code that lowers goods."""
    rules = book(freight(ChargeTier("9.95")), offers=(FREE_DELIVERY,))
    rules = evolve(rules, coupons=(tenth(), evolve(POST, limit=1)))
    order = placed(shop, rules, cart(10))
    assert add(shop, order, "POST") == [("freight", "0.00")]
    assert [each.code for each in shop.agent.check(orders.AddCoupon(order, "POST"))] == ["orders.code_on_order"]
    assert shop.agent.quote(cart(1, "POST")).not_applied[0].reason.code == "coupon.limit_reached"
    assert add(shop, order) == [("freight", "0.00")]
    assert remove(shop, order, "POST") == [("freight", "9.95")]
    assert shop.agent.quote(cart(1, "POST")).not_applied == ()
    assert [each.code for each in shop.agent.check(orders.RemoveCoupon(order, "POST"))] == ["orders.code_not_on_order"]
    assert remove(shop, order) == [("freight", "9.95")]


def test_the_offer_that_a_code_for_free_delivery_releases_is_counted(shop: Any) -> None:
    """It is there for one order: the second one has it once the first gave it back."""
    once = evolve(FREE_DELIVERY, limits=pricing.OfferLimits(total=1))
    rules = evolve(book(freight(ChargeTier("9.95")), offers=(once,)), coupons=(POST,))
    first, second = (placed(shop, rules, cart(2)) for _ in range(2))
    assert add(shop, first, "POST") == [("freight", "0.00")]
    assert [each.path for each in shop.agent.check(orders.AddCoupon(second, "POST"))] == ["code"]
    remove(shop, first, "POST")
    assert add(shop, second, "POST") == [("freight", "0.00")]


def test_what_a_code_frees_of_the_delivery_counts_against_its_budget(shop: Any) -> None:
    """Of a budget of 19.90 two orders free 9.95 each, one quoted with the code, one given it later; a third none."""
    budget = evolve(POST, budgets=(pricing.CouponBudget(euro("19.90")),))
    rules = evolve(book(freight(ChargeTier("9.95")), offers=(FREE_DELIVERY,)), coupons=(budget,))
    placed(shop, rules, cart(2, "POST"))
    second, third = (placed(shop, rules, cart(2)) for _ in range(2))
    assert add(shop, second, "POST") == [("freight", "0.00")]
    assert [each.code for each in shop.agent.check(orders.AddCoupon(third, "POST"))] == ["coupon.budget_reached"]
    assert remove(shop, second, "POST") == [("freight", "9.95")]
    assert add(shop, third, "POST") == [("freight", "0.00")]


def test_only_what_is_freed_of_units_that_are_not_billed_counts_against_the_budget(shop: Any) -> None:
    """4 teas travel for 1.20 each; one is billed, so the code frees 3.60 of the 4.80."""
    parcel = freight(ChargeTier("1.20", ChargeKind.PER_UNIT), level=ChargeLevel.LINE)
    for most, refused in (("3.60", []), ("3.59", ["coupon.budget_reached"])):
        budget = evolve(POST, id=f"POST{most}", codes=(f"POST{most}",), budgets=(pricing.CouponBudget(euro(most)),))
        rules = evolve(book(parcel, offers=(FREE_DELIVERY,)), coupons=(budget,))
        order = placed(shop, rules, cart(4))
        shop.agent.execute(orders.ShipLines(order, (orders.LineQuantity(1, Decimal(1)),)))
        shop.agent.execute(orders.InvoiceShipment(order))
        assert [each.code for each in shop.agent.check(orders.AddCoupon(order, f"POST{most}"))] == refused


def test_a_code_for_free_delivery_of_the_quote_goes(shop: Any) -> None:
    order = placed(shop, book(freight(ChargeTier("9.95")), offers=(FREE_DELIVERY,)), cart(2, "POST"))
    assert charges(shop, order) == [("freight", "0.00")]
    assert remove(shop, order, "POST") == [("freight", "9.95")]
    assert add(shop, order, "POST") == [("freight", "0.00")]


def test_a_code_that_frees_nothing_is_refused_with_its_reason(shop: Any) -> None:
    """There is no freight to free; or the goods are worth less than it asks for."""
    order = placed(shop, book(offers=(FREE_DELIVERY,)), cart(2))
    assert [each.code for each in shop.agent.check(orders.AddCoupon(order, "POST"))] == ["pricing.offer_no_shipping"]
    dear = evolve(FREE_DELIVERY, conditions=(ValueAtLeast(euro(100)),))
    rules = evolve(book(freight(ChargeTier("9.95"))), offers=(dear,), coupons=(POST,))
    order = placed(shop, rules, cart(2))
    (refused,) = shop.agent.check(orders.AddCoupon(order, "POST"))
    assert (refused.code, refused.path) == ("pricing.condition_value", "code")


@pytest.mark.parametrize("how", ["quoted", "overridden", "removed", "added", "billed", "restored"])
def test_what_somebody_decided_by_hand_or_was_billed_stays(shop: Any, how: str) -> None:
    """The rule would raise the freight from 0.00 to 9.95 with the code."""
    asked = cart(10)
    if how == "quoted":
        asked = evolve(asked, charge_overrides=(pricing.ChargeOverride("freight", euro(0), "loyalty"),))
    order = placed(shop, book(freight()), asked)
    expected = [("freight", "0.00")]
    if how in {"overridden", "restored"}:
        shop.manager.execute(orders.AddCharge(order, "rush", euro(3)), reason="haste")
        shop.manager.execute(orders.OverrideCharge(order, "rush", euro(2)), reason="haste")
        expected = [("freight", "9.95"), ("rush", "2.00")]
    elif how == "removed":
        shop.manager.execute(orders.RemoveCharge(order, "freight"), reason="haste")
        expected = []
    elif how == "added":
        shop.manager.execute(orders.AddCharge(order, "rush", euro(3)), reason="haste")
        expected = [("freight", "9.95"), ("rush", "3.00")]
    elif how == "billed":
        shop.agent.execute(orders.ShipLines(order, (orders.LineQuantity(1, Decimal(1)),)))
        shop.agent.execute(orders.InvoiceShipment(order))
    assert add(shop, order) == expected
    if how == "restored":
        shop.manager.execute(orders.OverrideCharge(order, "freight", euro(9)), reason="haste")
        assert remove(shop, order) == [("freight", "9.00"), ("rush", "2.00")]


def test_rules_that_changed_since_move_no_charge_that_the_code_does_not(shop: Any) -> None:
    """The freight was 3.00 and is 9.95 for orders of today: the code changes no tier, so 3.00 was agreed and stays."""
    order = placed(shop, book(freight(ChargeTier(3))), cart(5))
    shop.core.use_book(evolve(book(freight(ChargeTier("9.95"))), version="10"))
    assert add(shop, order) == [("freight", "3.00")]
    shop.core.use_book(evolve(book(), version="11"))
    assert remove(shop, order) == [("freight", "3.00")]


def test_what_earlier_releases_stored_of_codes_is_read(shop: Any) -> None:
    """They said nothing of charges: those of the order stay as they are, and the quote says which codes lower them."""
    codec = JsonCodec()
    rules = book(freight(ChargeTier("9.95")), offers=(FREE_DELIVERY,))
    order = placed(shop, rules, cart(10, "POST"))
    add(shop, order)
    event = list(shop.core.history(order))[-1].event
    stored = json.loads(codec.encode(event))
    del stored["charges"], stored["charge_codes"]
    old = codec.from_plain(orders.CouponAdded, stored)
    assert (old.charges, old.charge_codes) == ((), None)
    before = json.loads(codec.encode(shop.order(order)))
    del before["charge_codes"], before["removed_charges"]
    state = codec.from_plain(orders.Order, before)
    assert charge_codes(old.apply(state)) == ("POST",)
    assert old.apply(state).charges == state.charges


def test_what_a_code_costs_more_is_secured(shop: Any) -> None:
    """1.00 off 100.00 brings 9.95 of freight: 8.95 more are authorised."""
    shop.core.use_book(book(freight(), percent=1))
    card = orders.Card("tok_1")
    order = str(shop.agent.execute(orders.PlaceOrder(shop.agent.quote(cart(10)), (card,))).id)
    before = shop.order(order).ledger.authorized()
    add(shop, order)
    assert shop.order(order).ledger.authorized() - before == euro("8.95")


def test_charges_that_change_are_taxed_anew(open_shop: Callable[..., Any]) -> None:
    """At 22 % the 9.95 of freight bring 2.19 of tax, and the 99.00 of goods 21.78."""
    rates = {"rate-table": {"rates": [{"country": "IT", "rate": "0.22"}]}}
    taxed = open_shop(plugin_settings=PluginSettings(plugins=rates), tax_engine="rate-table")
    order = placed(taxed, book(freight(tax_category="standard")), cart(11, ship_to_country="IT"))
    add(taxed, order)
    found = taxed.order(order)
    assert [each.billable.tax for each in (*found.lines, *found.charges)] == [euro("21.78"), euro("2.19")]
    assert found.billable == euro("132.92")


tiers = st.lists(st.tuples(st.integers(1, 20), st.sampled_from(ChargeKind)), min_size=1, max_size=3).map(
    lambda given: tuple(
        ChargeTier(value, kind, 40 * at, 40 * (at + 1) if at + 1 < len(given) else None)
        for at, (value, kind) in enumerate(given)
    )
)
rules_for_charges = st.builds(
    lambda made, of_line, shipping: AutoCharge(
        "c",
        "EUR",
        made,
        level=ChargeLevel.LINE if of_line else ChargeLevel.ORDER,
        category=ChargeCategory.SHIPPING if shipping else ChargeCategory.OTHER,
    ),
    tiers,
    st.booleans(),
    st.booleans(),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # every example has a book and an order of its own
)
@given(
    rules=st.lists(rules_for_charges, min_size=1, max_size=3),
    minimum=st.integers(10, 150),
    percent=st.integers(1, 60),
    teas=st.integers(1, 9),
    pots=st.integers(0, 4),
    first=st.sampled_from([(), ("TENTH",), ("POST",), ("TENTH", "POST")]),
    changes=st.lists(st.sampled_from(["TENTH", "POST"]), min_size=1, max_size=4),
)
def test_charges_are_those_of_a_quote_with_the_codes_that_the_order_has(
    shop: Any,
    *,
    rules: list[AutoCharge],
    minimum: int,
    percent: int,
    teas: int,
    pots: int,
    first: tuple[str, ...],
    changes: list[str],
) -> None:
    """Whatever codes come and go, an order that nobody touched otherwise costs what a new one would (the oracle)."""
    named = tuple(evolve(rule, id=f"c{at}") for at, rule in enumerate(rules))
    own = Offer("OWN", PercentOff(50, scope=Scope.SHIPPING), conditions=(ValueAtLeast(euro(minimum)),))
    in_force = book(*named, offers=(FREE_DELIVERY, own), percent=percent)
    order = placed(shop, in_force, cart(teas, *first, pots=pots))
    on_order = {each for each in first if each in used_codes(shop.order(order).quote)}
    for code in changes:
        coming = code not in on_order
        command = orders.AddCoupon(order, code) if coming else orders.RemoveCoupon(order, code)
        if shop.agent.check(command):
            continue
        shop.agent.execute(command)
        on_order ^= {code}
        fresh = shop.agent.quote(cart(teas, *sorted(on_order), pots=pots))
        found = shop.order(order)
        wanted = {(each.id, each.line): each.amount for each in fresh.charges if each.amount}
        assert {each.place: each.billable.net for each in found.charges if each.billable.net} == wanted
        assert found.billable == fresh.total


def test_an_exclusive_code_and_offers_on_delivery_do_not_meet_on_an_order(shop: Any) -> None:
    """CC 11.2 rule 4: freight 9.95 that an offer freed keeps the code away; one that the code keeps away comes back."""
    free = Offer("FREE", PercentOff(100, scope=Scope.SHIPPING), conditions=(ValueAtLeast(euro(50)),))
    in_force = book(freight(ChargeTier("9.95")), offers=(free,))
    in_force = evolve(in_force, coupons=(evolve(in_force.coupons[0], exclusive=True),))
    freed = placed(shop, in_force, cart(5))
    assert charges(shop, freed) == [("freight", "0.00")]
    refused = shop.agent.check(orders.AddCoupon(freed, "TENTH"))
    assert [(each.code, each.param("other")) for each in refused] == [("coupon.exclusive_conflict", "FREE")]
    paid = placed(shop, in_force, cart(6, "TENTH"))
    assert charges(shop, paid) == [("freight", "9.95")]
    assert remove(shop, paid) == [("freight", "0.00")]
    assert shop.order(paid).billable == euro("60.00")


def test_a_code_that_frees_delivery_does_not_come_to_an_offer_that_is_exclusive_in_the_cart(shop: Any) -> None:
    """A coupon's own amount may stand beside the offer, what an offer gives may not."""
    alone = Offer("ALONE", PercentOff(10), exclusive=Exclusivity.CART)
    order = placed(shop, book(freight(ChargeTier("9.95")), offers=(alone, FREE_DELIVERY)), cart(5))
    refused = shop.agent.check(orders.AddCoupon(order, "POST"))
    assert [(each.code, each.param("other")) for each in refused] == [("coupon.exclusive_conflict", "ALONE")]
    assert shop.agent.check(orders.AddCoupon(order, "TENTH")) == ()


def test_codes_wait_until_a_lowered_total_is_restored(shop: Any) -> None:
    """10 x 10.00 at 95.00: no code comes or goes; restored, the tenth of 100.00 does."""
    order = placed(shop, book(), cart(10))
    lower = orders.OverrideTotal(order, euro("95.00"))
    shop.agent.execute(lower, reason="loyalty")
    (problem,) = shop.agent.check(orders.AddCoupon(order, "TENTH"))
    assert (problem.code, problem.text().split("; ")[-1]) == ("orders.not_repriceable", "restore the total first")
    shop.agent.execute(orders.RestoreTotal(order))
    add(shop, order)
    assert shop.order(order).billable == euro("90.00")
    shop.agent.execute(evolve(lower, subtotal=euro("89.00")), reason="loyalty")
    (problem,) = shop.agent.check(orders.RemoveCoupon(order, "TENTH"))
    assert problem.code == "orders.not_repriceable"
    assert {each.code for each in code_discounts(shop.order(order))} == {"TENTH"}


def coupon_orders(shop: Any, limit: int | None, **more: Any) -> str:
    """Order 10 teas with the first of three codes of one coupon that takes 5.00 off, or releases an offer."""
    tiers = () if "offer" in more else (CouponTier(euro(0), Decimal(5)),)
    coupon = Coupon("FIVE", ("F1", "F2", "F3"), tiers=tiers, limit_per_order=limit, **more)
    five = Offer("OFF", PercentOff(5), trigger=OfferTrigger.CODE)
    return placed(shop, evolve(book(), offers=(five,), coupons=(coupon,)), cart(10, "F1"))


def added(shop: Any, order: str, code: str) -> list[str]:
    return [each.code for each in shop.agent.check(orders.AddCoupon(order, code))]


def test_a_second_code_of_a_coupon_comes_to_an_order_only_where_the_coupon_lets_it(shop: Any) -> None:
    """100.00 less 5.00; with a limit of two less 10.00. A code that is gone makes room for another."""
    order = coupon_orders(shop, 1)
    assert added(shop, order, "F2") == ["coupon.limit_reached"]
    remove(shop, order, "F1")
    add(shop, order, "F2")
    assert shop.order(order).billable == euro(95)
    order = coupon_orders(shop, 2)
    add(shop, order, "F2")
    assert shop.order(order).billable == euro(90)
    assert added(shop, order, "F3") == ["coupon.limit_reached"]
    assert added(shop, coupon_orders(shop, None), "F3") == []


def test_two_codes_of_one_offer_never_stand_on_an_order(shop: Any) -> None:
    """As in a cart (`coupon.exclusive_conflict`), however many codes of the coupon an order may have."""
    assert added(shop, coupon_orders(shop, None, offer="OFF"), "F2") == ["coupon.exclusive_conflict"]
