from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AnyOf,
    AutoCharge,
    CartContains,
    CartLine,
    ChargeKind,
    ChargeLevel,
    ChargeTier,
    Counted,
    HasAttribute,
    HasFlag,
    InChannel,
    InCustomerGroup,
    IsCustomer,
    Not,
    NthOrder,
    Offer,
    PercentOff,
    PriceBook,
    QuantityBetween,
    ShippedBy,
    Target,
    UsesPerCustomer,
    ValueAtLeast,
)

TIERS = (
    ChargeTier("5.95", to_amount=50),
    ChargeTier("7.95", from_amount=50, to_amount=100),
    ChargeTier(0, from_amount=100),
)


def _charged(desk: Any, value: str, *charges: AutoCharge, **cart: Any) -> dict[str, str]:
    item = Item("A", "Thing", base_price=Money(Decimal(value), "EUR"))
    quote = desk.quote(PriceBook("b", "1", items=(item,), charges=charges), desk.cart(CartLine("A", 1), **cart))
    assert quote.total == quote.subtotal + sum((each.amount for each in quote.charges), quote.tax)
    return {each.id: str(each.amount.amount) for each in quote.charges}


@pytest.mark.parametrize(
    ("value", "amount"), [("49.99", "5.95"), ("50.00", "7.95"), ("99.99", "7.95"), ("100.00", "0.00")]
)
def test_a_tier_begins_at_its_amount_and_ends_before_the_next(desk: Any, value: str, amount: str) -> None:
    assert _charged(desk, value, AutoCharge("freight", "EUR", TIERS)) == {"freight": amount}


@pytest.mark.parametrize(("value", "amount"), [("99.99", "9.95"), ("100.00", "5.00"), ("240.00", "12.00")])
def test_tiers_mix_amounts_and_percentages(desk: Any, value: str, amount: str) -> None:
    tiers = (ChargeTier("9.95", to_amount=100), ChargeTier(5, ChargeKind.PERCENT, 100))
    assert _charged(desk, value, AutoCharge("freight", "EUR", tiers)) == {"freight": amount}


def test_a_charge_per_unit_counts_units_and_a_gap_charges_nothing(desk: Any) -> None:
    each = AutoCharge("wrap", "EUR", (ChargeTier("0.75", ChargeKind.PER_UNIT),))
    gap = AutoCharge("gap", "EUR", (ChargeTier(9, from_amount=500),))
    item = Item("A", "Thing", base_price=Money(Decimal(1), "EUR"))
    book = PriceBook("b", "1", items=(item,), charges=(each, gap))
    quote = desk.quote(book, desk.cart(CartLine("A", 3)))
    assert [(charge.id, str(charge.amount)) for charge in quote.charges] == [("wrap", "2.25 EUR")]


CASH = HasAttribute("payment", values=("cash",))
HEAVY = QuantityBetween(3, target=Target(categories=("heavy",)), counted=Counted.TOGETHER)


@pytest.mark.parametrize(
    ("condition", "cart"),
    [
        (CASH, {"attributes": (("payment", "cash"),)}),
        (ShippedBy(("AIR",)), {"delivery_mode": "AIR"}),
        (InCustomerGroup(("trade",)), {"customer_groups": ("trade",)}),
        (Not(InChannel(("web",))), {"channel": "phone"}),
        (AnyOf((CASH, InChannel(("shop",)))), {"channel": "shop"}),
        (ValueAtLeast(Money("50.00", "EUR")), None),
        (CartContains(Target(items=("A",))), None),
        (ValueAtLeast(Money("50.01", "EUR")), False),
        (CartContains(Target(items=("B",))), False),
        (IsCustomer(("C2",)), False),
    ],
)
def test_the_conditions_of_offers_decide_whether_the_order_is_charged(desk: Any, condition: Any, cart: Any) -> None:
    """A thing at 50.00: with what each condition asks for it is charged 2.00, without it is not."""
    charge = AutoCharge("extra", "EUR", (ChargeTier(2),), conditions=(condition,))
    if isinstance(cart, dict):
        assert _charged(desk, "50.00", charge, channel="web") == {}
        cart = {"channel": "web", **cart}
    assert _charged(desk, "50.00", charge, **(cart or {})) == ({} if cart is False else {"extra": "2.00"})


def test_a_charge_of_lines_is_made_for_those_that_its_conditions_leave(desk: Any) -> None:
    """Of two, three and four units the lines of three and more; the others are charged nothing."""
    items = tuple(Item(name, name, categories=("heavy",), base_price=Money("1.00", "EUR")) for name in "ABC")
    each = QuantityBetween(3, counted=Counted.EACH_LINE)
    lift = AutoCharge("lift", "EUR", (ChargeTier(5),), level=ChargeLevel.LINE, conditions=(each,))
    lines = [CartLine(name, units) for name, units in zip("ABC", (2, 3, 4), strict=True)]
    quote = desk.quote(PriceBook("b", "1", items=items, charges=(lift,)), desk.cart(*lines))
    assert [(charge.line, str(charge.amount.amount)) for charge in quote.charges] == [(2, "5.00"), (3, "5.00")]
    of_a = AutoCharge("lift", "EUR", (ChargeTier(5),), level=ChargeLevel.LINE, products=("A",), conditions=(each,))
    assert desk.quote(PriceBook("b", "1", items=items, charges=(of_a,)), desk.cart(*lines)).charges == ()
    whole = AutoCharge("crane", "EUR", (ChargeTier(9),), conditions=(HEAVY,))
    assert [each.id for each in desk.quote(PriceBook("b", "1", items, charges=(whole,)), desk.cart(*lines)).charges]


def test_conditions_look_at_what_the_offers_left_and_win_within_a_code(desk: Any) -> None:
    """50.00 less a tenth are 45.00: too little for 50.00, and enough for 45.00."""
    rich = (ValueAtLeast(Money("45.00", "EUR")),)
    charges = (
        AutoCharge("a", "EUR", (ChargeTier(8),), code="freight"),
        AutoCharge("b", "EUR", (ChargeTier(1),), code="freight", conditions=rich),
        AutoCharge("c", "EUR", (ChargeTier(2),), conditions=(ValueAtLeast(Money("50.00", "EUR")),)),
    )
    item = Item("A", "Thing", base_price=Money("50.00", "EUR"))
    book = PriceBook("b", "1", items=(item,), charges=charges, offers=(Offer("TENTH", PercentOff(10)),))
    assert [each.id for each in desk.quote(book, desk.cart(CartLine("A", 1))).charges] == ["b"]


@pytest.mark.parametrize("condition", [NthOrder(1), UsesPerCustomer(1), HasFlag("staff"), AnyOf((NthOrder(2),))])
def test_a_condition_on_what_the_customer_did_before_is_refused(condition: Any) -> None:
    with pytest.raises(InvalidValue) as caught:
        AutoCharge("x", "EUR", (ChargeTier(1),), conditions=(CASH, condition))
    assert caught.value.problem.path == "conditions[1]"
    assert "customer" in caught.value.problem.text()
    assert "Kunde" in caught.value.problem.text("de")


@given(units=st.integers(1, 9), least=st.integers(1, 9), price=st.integers(1, 900), holds=st.booleans())
def test_a_charge_with_conditions_is_the_charge_without_or_none(
    desk: Any, units: int, least: int, price: int, holds: bool
) -> None:
    item = Item("A", "Thing", base_price=Money.from_minor(price, "EUR"))
    bare = AutoCharge("x", "EUR", TIERS)
    book = PriceBook("b", "1", items=(item,), charges=(bare,))
    wanted = (QuantityBetween(least), CASH)
    cart = desk.cart(CartLine("A", units), attributes=(("payment", "cash" if holds else "card"),))
    found = desk.quote(evolve(book, charges=(evolve(bare, conditions=wanted),)), cart).charges
    assert found == (desk.quote(book, cart).charges if holds and units >= least else ())


def test_of_one_code_the_most_specific_counts_and_other_scopes_do_not(desk: Any) -> None:
    flat = ChargeTier(8)
    charges = (
        AutoCharge("all", "EUR", (flat,), code="freight"),
        AutoCharge("express", "EUR", (flat,), code="freight", delivery_mode="express"),
        AutoCharge("vip", "EUR", (ChargeTier(1),), code="freight", customer="C1"),
        AutoCharge("gold", "EUR", (flat,), code="freight", customer_group="gold"),
        AutoCharge("web", "EUR", (flat,), channel="web"),
        AutoCharge("dollars", "USD", (flat,)),
    )
    assert _charged(desk, "10", *charges) == {"vip": "1.00"}
    assert _charged(desk, "10", *charges, customer="C2", channel="web") == {"all": "8.00", "web": "8.00"}
    express = {"customer": "C2", "delivery_mode": "express"}
    assert _charged(desk, "10", *charges, **express) == {"express": "8.00"}
    assert _charged(desk, "10", *charges, **express, customer_groups=("gold",)) == {"gold": "8.00"}


def test_an_untaxed_charge_is_not_asked_of_the_tax_engine(desk: Any) -> None:
    item = Item("A", "Thing", base_price=Money(Decimal(10), "EUR"))
    charges = (
        AutoCharge("freight", "EUR", (ChargeTier(5),), tax_category="standard"),
        AutoCharge("deposit", "EUR", (ChargeTier(3),)),
    )
    quote = desk.quote(PriceBook("b", "1", items=(item,), charges=charges), desk.cart(CartLine("A", 1)))
    taxes = {charge.id: str(charge.tax.amount) for charge in quote.charges}
    assert taxes == {"deposit": "0", "freight": "1.10"}
    assert str(quote.total) == "21.30 EUR"  # 10.00 + 5.00 + 3.00 + 22 % of 15.00


@pytest.mark.parametrize(
    ("tiers", "code"),
    [
        ((ChargeTier(1, to_amount=50), ChargeTier(2, from_amount=49)), "config.tier_overlap"),
        ((ChargeTier(1), ChargeTier(2, from_amount=49)), "config.tier_overlap"),
        ((), "value.not_accepted"),
    ],
)
def test_overlapping_tiers_are_refused(tiers: tuple[ChargeTier, ...], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        AutoCharge("freight", "EUR", tiers)
    assert refused.value.problem.code == code


def test_tiers_stand_in_any_order() -> None:
    """7.95 from 50 on and 5.95 below do not overlap, whichever is written first."""
    dear, small = ChargeTier("7.95", from_amount=50), ChargeTier("5.95", to_amount=50)
    assert AutoCharge("freight", "EUR", (dear, small)) == AutoCharge("freight", "EUR", (small, dear))


def test_a_tier_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(InvalidValue):
        ChargeTier(1, from_amount=50, to_amount=50)
    with pytest.raises(InvalidValue):
        ChargeTier(-1)


@given(cents=st.integers(0, 20000), edges=st.lists(st.integers(1, 200), min_size=1, max_size=5, unique=True))
def test_exactly_one_tier_of_a_ladder_without_gaps_charges(desk: Any, cents: int, edges: list[int]) -> None:
    """The ladder's steps carry their own number as amount; counting the edges passed gives the same number."""
    bounds = [0, *sorted(edges), None]
    tiers = tuple(
        ChargeTier(step, from_amount=low, to_amount=high)
        for step, (low, high) in enumerate(pairwise(bounds))
        if low is not None
    )
    value = str(Decimal(cents) / 100)
    passed = sum(Decimal(edge) * 100 <= cents for edge in edges)
    assert Decimal(_charged(desk, value, AutoCharge("f", "EUR", tiers))["f"]) == passed


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ChargeKind.PERCENT, "config.negative_percent"),
        (ChargeKind.FIXED, "value.not_accepted"),
        (ChargeKind.PER_UNIT, "value.not_accepted"),
    ],
)
def test_a_tier_below_0_is_refused(kind: ChargeKind, code: str) -> None:
    """CC 3.2 and appendix B; a charge above the value itself is not for anybody to refuse."""
    with pytest.raises(InvalidValue) as refused:
        ChargeTier("-0.01", kind)
    problem = refused.value.problem
    assert (problem.code, problem.path, problem.param("accepted")) == (code, "value", "0 or more")
    assert ChargeTier(150, kind).value == 150
