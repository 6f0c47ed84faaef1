"""Quantity breaks: for all units or graduated, for a line or for what the cart has of an item or a category."""

from __future__ import annotations

from collections.abc import Mapping
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
    BreakPricing,
    BreakQuantity,
    CartLine,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
    compile_book,
    with_price_row,
)

GRADUATED = BreakPricing.GRADUATED


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS = (
    Item("RED", "Red shirt", categories=("shirts",), base_price=_eur(7)),
    Item("BLUE", "Blue shirt", categories=("shirts",), base_price=_eur(7)),
    Item("CAP", "Cap", base_price=_eur(7)),
)


def _row(item: str, amount: str | int, least: str | int, **more: Any) -> PriceRow:
    return PriceRow(item, _eur(amount), min_quantity=least, **more)


def _book(*rows: PriceRow, **more: Any) -> PriceBook:
    conversions = (Conversion("box", "each", 6),)
    return PriceBook("b", "1", items=ITEMS, lists=(PriceList("list", rows, **more),), conversions=conversions)


def _nets(desk: Any, book: PriceBook, *lines: tuple[str, str | int]) -> list[Decimal]:
    cart = desk.cart(*(CartLine(item, quantity) for item, quantity in lines))
    nets: list[Decimal] = [line.net.amount for line in desk.quote(book, cart).lines]
    return nets


@pytest.mark.parametrize(
    ("quantity", "net"),
    [
        (9, "45.00"),  # 9 x 5.00
        (10, "50.00"),  # 10 x 5.00: nothing lies beyond the break yet
        (14, "66.00"),  # 10 x 5.00 + 4 x 4.00
        (25, "105.00"),  # 10 x 5.00 + 10 x 4.00 + 5 x 3.00
        ("10.5", "52.00"),  # 10 x 5.00 + 0.5 x 4.00
    ],
)
def test_a_graduated_break_prices_what_lies_beyond_it(desk: Any, quantity: str | int, net: str) -> None:
    book = _book(_row("CAP", 5, 1), _row("CAP", 4, 10), _row("CAP", 3, 20), breaks=GRADUATED)
    assert _nets(desk, book, ("CAP", quantity)) == [Decimal(net)]


def test_the_explanation_names_every_part_and_sums_to_the_line(desk: Any) -> None:
    book = _book(_row("CAP", 5, 1), _row("CAP", 4, 10), breaks=GRADUATED)
    line = desk.quote(book, desk.cart(CartLine("CAP", 14))).lines[0]
    assert line.explanation.steps[0].text() == "graduated prices of list: 10 x 5 + 4 x 4"
    assert line.explanation.steps[0].delta == _eur("66.00")
    assert (line.unit_price * 14).round() == _eur("66.00")  # the average, 4.714285...


def test_a_graduated_agreement_takes_the_place_of_the_list_price(desk: Any) -> None:
    """The list price of 7 stays shown: 14 x 7 = 98; the agreement is 10 x 5 + 4 x 4 = 66."""
    book = _book(_row("CAP", 5, 1), _row("CAP", 4, 10), breaks=GRADUATED, type=PriceListType.SALE)
    line = desk.quote(book, desk.cart(CartLine("CAP", 14))).lines[0]
    assert (line.list_price, line.net) == (_eur(7), _eur("66.00"))
    assert [step.delta for step in line.explanation.steps] == [_eur(98), _eur(-32)]


def test_parts_may_be_formulas_on_the_list_price(desk: Any) -> None:
    """7 from the item; 10 at 7 x 0.9 = 6.30 and 2 at 7 x 0.5 = 3.50 make 70.00."""
    rows = tuple(
        PriceRow("CAP", formula=PriceFormula(multiplier=factor), currency="EUR", min_quantity=least)
        for factor, least in (("0.9", 1), ("0.5", 10))
    )
    assert _nets(desk, _book(*rows, breaks=GRADUATED, type=PriceListType.SALE), ("CAP", 12)) == [Decimal("70.00")]


def test_a_quantity_below_the_lowest_break_is_priced_elsewhere(desk: Any) -> None:
    book = _book(_row("CAP", 5, 5), _row("CAP", 4, 10), breaks=GRADUATED)
    assert _nets(desk, book, ("CAP", 4)) == [Decimal(28)]  # 4 x 7, the item's own price
    assert _nets(desk, book, ("CAP", 5)) == [Decimal(25)]


def test_a_part_that_no_row_prices_leaves_the_list_out(desk: Any) -> None:
    """One row ends at 5 and the next begins at 8: 10 units have no price in this list."""
    book = _book(_row("CAP", 5, 1, max_quantity=5), _row("CAP", 4, 8), breaks=GRADUATED)
    assert _nets(desk, book, ("CAP", 10)) == [Decimal(70)]


def test_lines_in_another_unit_reach_the_breaks_in_the_items_own(desk: Any) -> None:
    """2 boxes are 12 each: 10 x 5 + 2 x 4 = 58."""
    book = _book(_row("CAP", 5, 1), _row("CAP", 4, 10), breaks=GRADUATED)
    cart = desk.cart(CartLine("CAP", 2, "box"))
    assert desk.quote(book, cart).lines[0].net == _eur(58)


@pytest.mark.parametrize(
    ("counted", "nets"),
    [
        (BreakQuantity.LINE, ["42", "42", "28"]),  # 6 and 6 and 4 stay below 10
        (BreakQuantity.ITEM, ["42", "42", "28"]),
        (BreakQuantity.CATEGORY, ["36", "36", "28"]),  # 12 shirts reach 10; the cap is none
    ],
)
def test_quantities_of_a_category_count_together(desk: Any, counted: BreakQuantity, nets: list[str]) -> None:
    rows = (_row("", 7, 0, category="shirts"), _row("", 6, 10, category="shirts"))
    book = _book(*rows, counted=counted)
    assert _nets(desk, book, ("RED", 6), ("BLUE", 6), ("CAP", 4)) == [Decimal(each) for each in nets]


def test_lines_of_one_item_count_together(desk: Any) -> None:
    book = _book(_row("RED", 6, 10), counted=BreakQuantity.ITEM)
    assert _nets(desk, book, ("RED", 6), ("BLUE", 6), ("RED", 4)) == [Decimal(36), Decimal(42), Decimal(24)]


def test_three_thirds_of_a_pack_reach_the_break_of_one(desk: Any) -> None:
    """Three lines of a piece each are one pack: 3 pieces of 2.40 a pack are 0.80 each."""
    pack = Item("PACK", "Pack", unit="pack", base_price=_eur(3))
    rows = (_row("PACK", "2.40", 1),)
    book = PriceBook(
        "b",
        "1",
        items=(pack,),
        lists=(PriceList("list", rows, counted=BreakQuantity.ITEM),),
        conversions=(Conversion("each", "pack", 1, per=3),),
    )
    quote = desk.quote(book, desk.cart(*[CartLine("PACK", 1, "each")] * 3))
    assert [line.net for line in quote.lines] == [_eur("0.80")] * 3


def test_a_third_is_the_same_quantity_by_itself_and_as_a_sum(desk: Any) -> None:
    """One list counts the line, the other the item: of one line both are a third of a pack, 3.00 / 3 = 1.00."""
    rows = (_row("PACK", 3, 0),), (_row("PACK", 2, 5),)
    counted = (BreakQuantity.LINE, BreakQuantity.ITEM)
    book = PriceBook(
        "b",
        "1",
        items=(Item("PACK", "Pack", unit="pack", base_price=_eur(9)),),
        lists=tuple(
            PriceList(name, row, breaks=GRADUATED, counted=each)
            for name, row, each in zip("ab", rows, counted, strict=True)
        ),
        conversions=(Conversion("each", "pack", 1, per=3),),
    )
    assert desk.quote(book, desk.cart(CartLine("PACK", 1, "each"))).lines[0].net == _eur(1)


def test_graduated_sums_give_each_line_its_share_of_every_part(desk: Any) -> None:
    """15 shirts: 10 at 7 and 5 at 4. RED has 6 of 15: 4 x 7 + 2 x 4 = 36; BLUE 9: 6 x 7 + 3 x 4 = 54; in any order."""
    rows = (_row("", 7, 0, category="shirts"), _row("", 4, 10, category="shirts"))
    book = _book(*rows, counted=BreakQuantity.CATEGORY, breaks=GRADUATED)
    assert _nets(desk, book, ("RED", 6), ("BLUE", 9)) == [Decimal(36), Decimal(54)]
    assert _nets(desk, book, ("BLUE", 9), ("RED", 6)) == [Decimal(54), Decimal(36)]


def test_a_changed_row_counts_as_in_the_book_compiled_afresh(desk: Any) -> None:
    book = _book(_row("CAP", 5, 1), _row("CAP", 4, 10), breaks=GRADUATED)
    changed = with_price_row(compile_book(book), "list", _row("CAP", 2, 20), "2")
    assert _nets(desk, changed.book, ("CAP", 25)) == [Decimal(100)]  # 10 x 5 + 10 x 4 + 5 x 2
    assert changed.prices.base[0].breaks is GRADUATED


@pytest.mark.parametrize(
    ("row", "counted", "path"),
    [
        (_row("CAP", 5, 1, unit="box"), BreakQuantity.ITEM, "rows[0].unit"),
        (_row("CAP", 5, 1), BreakQuantity.CATEGORY, "rows[0].category"),
    ],
)
def test_a_row_whose_break_nothing_can_reach_is_refused(row: PriceRow, counted: BreakQuantity, path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        PriceList("list", (row,), counted=counted)
    assert (refused.value.problem.code, refused.value.problem.path) == ("pricing.break_without_sum", path)


def test_lists_that_compete_price_their_breaks_alike() -> None:
    lists = (PriceList("a", (_row("CAP", 5, 1),)), PriceList("b", (_row("CAP", 4, 1),), breaks=GRADUATED))
    with pytest.raises(InvalidValue, match="graduated"):
        compile_book(PriceBook("b", "1", items=ITEMS, lists=lists))


_tiers = st.dictionaries(st.integers(1, 30), st.integers(0, 50), min_size=1, max_size=5)


def _unit_by_unit(tiers: Mapping[int, int], quantity: int) -> int:
    """What whole units cost when each is priced by itself: unit n lies beyond the breaks below n."""
    first = min(tiers)
    return sum(tiers[max([each for each in tiers if each < unit], default=first)] for unit in range(1, quantity + 1))


@given(tiers=_tiers, quantity=st.integers(1, 60), mode=st.sampled_from((PriceMode.MOST_SPECIFIC, PriceMode.MOST_RULES)))
def test_graduated_prices_are_those_of_units_counted_one_by_one(
    desk: Any, tiers: dict[int, int], quantity: int, mode: PriceMode
) -> None:
    """Property 20, against an oracle that counts units; under rules that ignore the break the lower amount counts."""
    book = _book(*(_row("CAP", amount, least) for least, amount in tiers.items()), breaks=GRADUATED, mode=mode)
    if quantity < min(tiers):
        expected = 7 * quantity
    elif mode is PriceMode.MOST_SPECIFIC:
        expected = _unit_by_unit(tiers, quantity)
    else:
        lowest = {least: min(amount for other, amount in tiers.items() if other <= least) for least in tiers}
        expected = _unit_by_unit(lowest, quantity)
    assert _nets(desk, book, ("CAP", quantity)) == [Decimal(expected)]


@given(tiers=_tiers, first=st.integers(1, 40), second=st.integers(1, 40))
def test_a_split_line_costs_the_same_where_the_item_is_counted(
    desk: Any, tiers: dict[int, int], first: int, second: int
) -> None:
    """Property 21 holds for every break that counts the item rather than the line."""
    rows = [_row("CAP", amount, least) for least, amount in tiers.items()]
    for breaks in BreakPricing:
        book = _book(*rows, counted=BreakQuantity.ITEM, breaks=breaks)
        (whole,) = _nets(desk, book, ("CAP", first + second))
        one, other = _nets(desk, book, ("CAP", first), ("CAP", second))
        assert abs(one + other - whole) <= Decimal("0.01")
