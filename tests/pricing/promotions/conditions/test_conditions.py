"""Each condition through a whole quote: whether the offer applies, and what the first failing one says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.quantity import Conversion
from servicecore.pricing import (
    AllOf,
    AmountOff,
    AnyOf,
    AttributeOf,
    CartContains,
    CartLine,
    Counted,
    HasAttribute,
    InChannel,
    InCustomerGroup,
    IsCustomer,
    Not,
    Offer,
    PercentOff,
    PriceBook,
    QuantityBetween,
    Target,
    ValueAtLeast,
)
from servicecore.pricing.promotions.conditions import AnyCondition


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS = (
    Item("A", "Apple", base_price=_eur(10), categories=("fruit", "food"), attributes=(("colour", "red"),)),
    Item("B", "Bread", base_price=_eur(4), categories=("food",)),
)


def _lowered(desk: Any, condition: AnyCondition, *lines: CartLine, **cart: Any) -> tuple[list[int], list[str]]:
    book = PriceBook("b", "1", items=ITEMS, offers=(Offer("o", PercentOff(10), conditions=(condition,)),))
    quote = desk.quote(book, desk.cart(*lines, **cart))
    codes = [each.reason.code.removeprefix("pricing.condition_") for each in quote.not_applied]
    return [line.number for line in quote.lines if line.discounts], codes


def test_each_line_is_counted_for_itself_or_all_together(desk: Any) -> None:
    lines = (CartLine("A", 3), CartLine("B", 5))
    assert _lowered(desk, QuantityBetween(4), *lines) == ([2], [])
    assert _lowered(desk, QuantityBetween(4, 4), *lines) == ([], ["quantity"])
    assert _lowered(desk, QuantityBetween(8, counted=Counted.TOGETHER), *lines) == ([1, 2], [])
    assert _lowered(desk, QuantityBetween(9, counted=Counted.TOGETHER), *lines) == ([], ["quantity"])
    with pytest.raises(InvalidValue):
        QuantityBetween(5, 4)


def test_all_lines_of_an_item_are_counted_together_and_the_lines_of_items_outside_stay(desk: Any) -> None:
    """Two and two apples are four, whatever the three breads are."""
    lines = (CartLine("A", 2), CartLine("B", 3), CartLine("A", 2))
    four = QuantityBetween(4, counted=Counted.EACH_ITEM)
    assert _lowered(desk, four, *lines) == ([1, 3], [])
    assert _lowered(desk, QuantityBetween(3, 3, Counted.EACH_ITEM), *lines) == ([2], [])
    assert _lowered(desk, QuantityBetween(5, counted=Counted.EACH_ITEM), *lines) == ([], ["quantity"])
    assert _lowered(desk, QuantityBetween(4), *lines) == ([], ["quantity"])
    of_bread = QuantityBetween(4, counted=Counted.EACH_ITEM, target=Target(items=("B",)))
    assert _lowered(desk, of_bread, *lines) == ([], ["quantity"])


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 5)), min_size=1, max_size=5),
    st.integers(1, 9),
    st.integers(0, 9),
)
def test_splitting_a_line_changes_nothing_for_what_counts_items(
    desk: Any, rows: list[tuple[str, int]], least: int, more: int
) -> None:
    """Of each item, on however many lines, all or none, as its units say."""
    found, refused = _lowered(
        desk, QuantityBetween(least, least + more, Counted.EACH_ITEM), *[CartLine(item, units) for item, units in rows]
    )
    totals = {name: sum(units for item, units in rows if item == name) for name in "AB"}
    expected = [n for n, (item, _units) in enumerate(rows, 1) if least <= totals[item] <= least + more]
    assert (found, refused) == (expected, [] if expected else ["quantity"])


def test_three_thirds_of_a_pack_are_one(desk: Any) -> None:
    pack = Item("PACK", "Pack", unit="pack", base_price=_eur(3))
    condition = QuantityBetween(1, counted=Counted.TOGETHER)
    book = PriceBook(
        "b",
        "1",
        items=(pack,),
        offers=(Offer("o", PercentOff(10), conditions=(condition,)),),
        conversions=(Conversion("each", "pack", 1, per=3),),
    )
    quote = desk.quote(book, desk.cart(*[CartLine("PACK", 1, "each")] * 3))
    assert [line.net for line in quote.lines] == [_eur("0.90")] * 3
    assert quote.not_applied == ()


@pytest.mark.parametrize(
    ("minimum", "strict", "applies"),
    [("38.00", False, True), ("38.00", True, False), ("37.99", True, True), ("38.01", False, False)],
)
def test_the_value_reaches_or_passes_its_minimum(desk: Any, minimum: str, strict: bool, applies: bool) -> None:
    """Property 24: three apples and two breads are 38.00."""
    found = _lowered(desk, ValueAtLeast(_eur(minimum), strict), CartLine("A", 3), CartLine("B", 2))
    assert found == (([1, 2], []) if applies else ([], ["value_above" if strict else "value"]))


def test_the_value_may_be_that_of_other_lines(desk: Any) -> None:
    fruit = ValueAtLeast(_eur(30), target=Target(categories=("fruit",)))
    assert _lowered(desk, fruit, CartLine("A", 3), CartLine("B", 1)) == ([1, 2], [])
    assert _lowered(desk, fruit, CartLine("A", 2), CartLine("B", 9)) == ([], ["value"])


def test_channel_group_and_customer(desk: Any) -> None:
    line = CartLine("A", 1)
    assert _lowered(desk, InChannel(("web", "app")), line, channel="app") == ([1], [])
    assert _lowered(desk, InCustomerGroup(("gold",)), line, customer_groups=("new", "gold")) == ([1], [])
    assert _lowered(desk, IsCustomer(("C1",)), line) == ([1], [])
    for condition in (InChannel(("web",)), InCustomerGroup(("gold",)), IsCustomer(("C9",))):
        assert _lowered(desk, condition, line) == ([], [])  # the index knows that they cannot apply


def test_what_else_lies_in_the_cart(desk: Any) -> None:
    two_breads = CartContains(Target(("B",)), 2)
    assert _lowered(desk, two_breads, CartLine("A", 1), CartLine("B", 2)) == ([1, 2], [])
    assert _lowered(desk, two_breads, CartLine("A", 1), CartLine("B", 1)) == ([], ["contains"])


def test_attributes_of_cart_line_and_item(desk: Any) -> None:
    red = HasAttribute("colour", ("red",), AttributeOf.ITEM)
    assert _lowered(desk, red, CartLine("A", 1), CartLine("B", 1)) == ([1], [])
    assert _lowered(desk, red, CartLine("B", 1)) == ([], ["attribute"])
    gift = HasAttribute("gift", ("yes",), AttributeOf.LINE)
    assert _lowered(desk, gift, CartLine("A", 1), CartLine("B", 1, attributes=(("gift", "yes"),))) == ([2], [])
    phone = HasAttribute("origin", ("phone", "mail"))
    assert _lowered(desk, phone, CartLine("A", 1), attributes=(("origin", "mail"),)) == ([1], [])
    assert _lowered(desk, AnyOf((phone, gift)), CartLine("A", 1)) == ([], ["attribute"])


def test_all_any_and_not(desk: Any) -> None:
    lines = (CartLine("A", 3), CartLine("B", 5))
    some, many = QuantityBetween(3), QuantityBetween(4)
    assert _lowered(desk, AllOf((some, many)), *lines) == ([2], [])
    assert _lowered(desk, AnyOf((many, HasAttribute("colour", ("red",), AttributeOf.ITEM))), *lines) == ([1, 2], [])
    assert _lowered(desk, Not(many), *lines) == ([1], [])
    assert _lowered(desk, Not(some), *lines) == ([], ["excludes"])
    assert _lowered(desk, AllOf((many, InChannel(("web",)))), *lines, channel="web") == ([2], [])
    for empty in (AllOf, AnyOf):
        with pytest.raises(InvalidValue):
            empty(())


def test_an_exclusion_beats_an_inclusion(desk: Any) -> None:
    target = Target(categories=("food",), excluded_items=("B",))
    book = PriceBook("b", "1", items=ITEMS, offers=(Offer("o", PercentOff(10), target=target),))
    quote = desk.quote(book, desk.cart(CartLine("A", 1), CartLine("B", 1)))
    assert [bool(line.discounts) for line in quote.lines] == [True, False]


@pytest.mark.parametrize(
    "build",
    [
        lambda: InChannel(("",)),
        lambda: HasAttribute("colour", ()),
        lambda: CartContains(Target(), 0),
        lambda: ValueAtLeast(_eur(-1)),
        lambda: PercentOff("100.01"),
        lambda: PercentOff(-1),
        lambda: PercentOff(0.5),
        lambda: AmountOff(_eur(-1)),
        lambda: Offer("o", PercentOff(1), valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1)),
    ],
)
def test_parts_that_make_no_sense_are_refused(build: Any) -> None:
    with pytest.raises(InvalidValue):
        build()


_leaves = st.one_of(
    st.builds(QuantityBetween, st.integers(0, 4), counted=st.sampled_from(Counted)),
    st.builds(ValueAtLeast, st.integers(0, 60).map(_eur)),
    st.builds(InChannel, st.sampled_from((("web",), ("web", "shop"), ("app",)))),
    st.builds(CartContains, st.sampled_from((Target(("A",)), Target(("B",)), Target())), st.integers(1, 4)),
)
_trees = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=5,
)


@given(
    condition=_trees,
    quantities=st.tuples(st.integers(1, 5), st.integers(0, 5)),
    channel=st.sampled_from(("web", "app")),
)
def test_the_index_never_hides_an_offer_that_applies(
    desk: Any, condition: AnyCondition, quantities: tuple[int, int], channel: str
) -> None:
    """The same offer asked for by name skips the index; both ways lower the same lines."""
    from servicecore.pricing import OfferTrigger

    lines = [("A", quantities[0])] + ([("B", quantities[1])] if quantities[1] else [])
    found = _lowered(desk, condition, *(CartLine(item, count) for item, count in lines), channel=channel)[0]
    direct = Offer("o", PercentOff(10), trigger=OfferTrigger.DIRECT, conditions=(condition,))
    book = PriceBook("b", "1", items=ITEMS, offers=(direct,))
    named = desk.cart(*(CartLine(item, count, offers=("o",)) for item, count in lines), channel=channel)
    assert found == [line.number for line in desk.quote(book, named).lines if line.discounts]
