"""Prices of lists: breaks, validity, specificity, modes, formulas, units; against a scan written differently."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.quantity import Conversion
from servicecore.kernel.rounding import Rounding
from servicecore.pricing import (
    CartLine,
    CostRow,
    FormulaBasis,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
    QuantityBetween,
    compile_book,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


LAMP = Item("LAMP", "Lamp", categories=("desk", "light"), base_price=_eur(20))


def _book(
    *rows: PriceRow, kind: PriceListType = PriceListType.BASE, mode: PriceMode = PriceMode.MOST_SPECIFIC
) -> PriceBook:
    return PriceBook("b", "1", items=(LAMP,), lists=(PriceList("list", rows, kind, mode=mode),))


def _unit_price(desk: Any, book: PriceBook, quantity: str | int = 1, **cart: Any) -> Decimal:
    amount = desk.quote(book, desk.cart(CartLine("LAMP", quantity), **cart)).lines[0].unit_price.amount
    assert isinstance(amount, Decimal)
    return amount


@pytest.mark.parametrize(("quantity", "price"), [("9.99", 20), (10, 18), (49, 18), (50, 15), (1000, 15)])
def test_the_highest_break_reached_gives_the_price(desk: Any, quantity: str | int, price: int) -> None:
    rows = [PriceRow("LAMP", _eur(amount), min_quantity=minimum) for minimum, amount in ((10, 18), (50, 15), (0, 20))]
    assert _unit_price(desk, _book(*rows), quantity) == price


@pytest.mark.parametrize(("day", "price"), [("01-14", 20), ("01-15", 12), ("01-31", 12), ("02-01", 20)])
def test_both_days_of_a_validity_are_included(desk: Any, day: str, price: int) -> None:
    row = PriceRow("LAMP", _eur(12), valid_from=date(2026, 1, 15), valid_until=date(2026, 1, 31))
    late = evolve(desk, now=datetime.fromisoformat(f"2026-{day}T23:59:59+00:00"))
    assert _unit_price(late, _book(row)) == price


def test_the_day_is_that_of_the_books_zone(desk: Any) -> None:
    """At 23:30 UTC of 14 January it is 00:30 of the 15th in Rome."""
    row = PriceRow("LAMP", _eur(12), valid_from=date(2026, 1, 15))
    night = evolve(desk, now=datetime(2026, 1, 14, 23, 30, tzinfo=UTC))
    assert _unit_price(night, _book(row)) == 20
    assert _unit_price(night, evolve(_book(row), zone="Europe/Rome")) == 12


@pytest.mark.parametrize(
    ("cart", "price"),
    [
        ({"customer": "VIP"}, 11),
        ({"customer_groups": ("trade",), "channel": "web"}, 13),
        ({"customer_groups": ("trade",)}, 14),
        ({"channel": "web"}, 16),
        ({}, 17),
    ],
)
def test_the_row_that_names_most_wins(desk: Any, cart: dict[str, Any], price: int) -> None:
    rows = (
        PriceRow("LAMP", _eur(17)),
        PriceRow("LAMP", _eur(16), channel="web"),
        PriceRow("LAMP", _eur(14), customer_group="trade"),
        PriceRow("LAMP", _eur(13), customer_group="trade", channel="web"),
        PriceRow("LAMP", _eur(11), customer="VIP"),
        PriceRow("", _eur(5)),
        PriceRow(category="light", amount=_eur(4), currency="EUR"),
    )
    assert _unit_price(desk, _book(*rows), **cart) == price


def test_of_equal_rows_the_one_that_began_last_wins(desk: Any) -> None:
    rows = [PriceRow("LAMP", _eur(price), valid_from=date(2026, 1, day)) for day, price in ((1, 10), (9, 30), (5, 20))]
    assert _unit_price(desk, _book(*rows)) == 30


def test_an_agreement_counts_even_where_it_is_higher_and_the_list_price_stays_shown(desk: Any) -> None:
    book = _book(PriceRow("LAMP", _eur(25)), kind=PriceListType.SALE)
    line = desk.quote(book, desk.cart(CartLine("LAMP", 2))).lines[0]
    assert (line.list_price, line.unit_price, line.net) == (_eur(20), _eur(25), _eur(50))
    assert [step.rule for step in line.explanation.steps] == ["pricing.list_price", "pricing.agreed_price"]


def test_an_override_list_replaces_the_list_price_and_a_fallback_comes_last(desk: Any) -> None:
    lists = (
        PriceList("base", (PriceRow("LAMP", _eur(19)),)),
        PriceList("other", (PriceRow("LAMP", _eur(18)),), PriceListType.OVERRIDE),
        PriceList("last", (PriceRow("LAMP", _eur(99)),), PriceListType.FALLBACK),
    )
    book = PriceBook("b", "1", items=(LAMP,), lists=lists)
    assert _unit_price(desk, book) == 18
    assert _unit_price(desk, evolve(book, lists=lists[:1] + lists[2:])) == 19
    assert _unit_price(desk, evolve(book, lists=lists[2:])) == 20
    bare = evolve(book, lists=lists[2:], items=(evolve(LAMP, base_price=None),))
    assert _unit_price(desk, bare) == 99


def test_find_next_takes_the_lowest_agreement_and_first_match_the_first(desk: Any) -> None:
    """Two agreements of 12.00 and 10.00 over a base price of 15.00 (trade agreements, find next)."""
    rows = (PriceRow("LAMP", _eur(12)), PriceRow("LAMP", _eur(10)))
    assert _unit_price(desk, _book(*rows, kind=PriceListType.SALE, mode=PriceMode.LOWEST)) == 10
    assert _unit_price(desk, _book(*rows, kind=PriceListType.SALE, mode=PriceMode.FIRST_MATCH)) == 12


def test_the_higher_priority_wins_although_its_price_is_higher(desk: Any) -> None:
    lists = (
        PriceList("north", (PriceRow("LAMP", _eur(50)),), priority=0),
        PriceList("city", (PriceRow("LAMP", _eur(70), channel="city"),), priority=5),
    )
    book = PriceBook("b", "1", items=(LAMP,), lists=lists)
    assert _unit_price(desk, book, channel="city") == 70
    assert _unit_price(desk, book) == 50


def test_lists_of_one_priority_share_their_mode() -> None:
    lists = (PriceList("a", (), mode=PriceMode.LOWEST), PriceList("b", ()))
    with pytest.raises(InvalidValue, match=r"pricing|list b chooses"):
        compile_book(PriceBook("b", "1", lists=lists))


@pytest.mark.parametrize(
    ("formula", "price"),
    [
        (PriceFormula(FormulaBasis.COST, Decimal("1.5")), "15.00"),
        (PriceFormula(FormulaBasis.COST, divisor=Decimal("0.7")), "14.29"),
        (PriceFormula(FormulaBasis.COST, divisor=Decimal("0.7"), rounding=Rounding(digits=4)), "14.2857"),
        (PriceFormula(FormulaBasis.COST, amount=Decimal(5)), "15.00"),
        (PriceFormula(multiplier=Decimal("0.6")), "12.00"),
        (PriceFormula(amount=Decimal(-30)), "0.00"),
    ],
)
def test_formulas_compute_from_cost_or_list(desk: Any, formula: PriceFormula, price: str) -> None:
    """Cost 10, list 20: markup 50 % 15.00; margin 30 % 10 / 0.7 = 14.2857...; never below 0."""
    book = _book(PriceRow(formula=formula, currency="EUR"), kind=PriceListType.SALE)
    costs = (
        CostRow("LAMP", _eur(99), valid_until=date(2026, 1, 14)),
        CostRow("LAMP", _eur(10), valid_from=date(2026, 1, 15)),
    )
    assert str(_unit_price(desk, evolve(book, costs=costs))) == price


@pytest.mark.parametrize(
    ("wrong", "value", "accepted"),
    [
        (lambda: PriceFormula.by_margin(100), "100", "below 100"),
        (lambda: PriceFormula.by_margin("120.5"), "120.5", "below 100"),
        (lambda: PriceFormula.by_markup(-100), "-100", "above -100"),
    ],
)
def test_a_percentage_that_makes_no_price_is_refused_by_its_name(wrong: Any, value: str, accepted: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        wrong()
    problem = refused.value.problem
    assert (problem.path, problem.param("value"), problem.param("accepted")) == ("percent", value, accepted)


@pytest.mark.parametrize(("quantity", "price"), [(4, "12.00"), (5, "10.60")])
def test_the_percent_of_the_named_offer_lowers_the_multiplier_where_its_conditions_hold(
    desk: Any, quantity: int, price: str
) -> None:
    """20.00 * 0.60 = 12.00; from 5 units on 20.00 * (0.60 - 0.07) = 10.60, and 7 percent off the line on top."""
    formula = PriceFormula(multiplier=Decimal("0.60"), less_offer_percent=True)
    offer = Offer("bulk", PercentOff(7), trigger=OfferTrigger.DIRECT, conditions=(QuantityBetween(5),))
    book = evolve(_book(PriceRow(formula=formula, currency="EUR"), kind=PriceListType.SALE), offers=(offer,))
    line = desk.quote(book, desk.cart(CartLine("LAMP", quantity, offers=("bulk",)))).lines[0]
    assert line.unit_price == _eur(price)
    expected = {4: "48.00", 5: "49.29"}[quantity]  # 5 * 10.60 * 0.93 = 49.29
    assert line.net == _eur(expected)
    assert [each.rule for each in line.explanation.not_applied] == []


def test_a_price_per_piece_makes_a_price_per_box_and_a_box_price_comes_first(desk: Any) -> None:
    """12 to a box: 20.00 each is 240.00 a box; 2 boxes are 24 pieces and reach the break of 20 pieces at 18.00."""
    box = evolve(_book(), conversions=(Conversion("box", "each", 12),))
    two = desk.cart(CartLine("LAMP", 2, "box"))
    assert desk.quote(box, two).lines[0].unit_price == _eur(240)
    breaks = evolve(box, lists=_book(PriceRow("LAMP", _eur(18), min_quantity=20)).lists)
    assert desk.quote(breaks, two).lines[0].unit_price == _eur(216)
    own = evolve(box, lists=_book(PriceRow("LAMP", _eur(200), unit="box", min_quantity=2)).lists)
    assert desk.quote(own, two).lines[0].unit_price == _eur(200)


def test_what_cannot_be_priced_is_named_with_its_line(desk: Any) -> None:
    cost_less = _book(PriceRow(formula=PriceFormula(FormulaBasis.COST), currency="EUR"), kind=PriceListType.SALE)
    assert desk.codes(cost_less, desk.cart(CartLine("LAMP", 1))) == [("pricing.missing_cost", "lines[0].item")]
    cart = desk.cart(
        CartLine("LAMP", 1), CartLine("NONE", 1), CartLine("LAMP", 1, "box"), CartLine("LAMP", 1, offers=("x",))
    )
    assert desk.codes(_book(), cart) == [
        ("pricing.unknown_item", "lines[1].item"),
        ("quantity.unknown_conversion", "lines[2].unit"),
        ("pricing.unknown_offer", "lines[3].offers"),
    ]
    dollars = desk.cart(CartLine("LAMP", 1), currency="USD")
    assert desk.codes(_book(), dollars) == [("pricing.missing_price", "lines[0].item")]
    gone = evolve(_book(), items=(evolve(LAMP, active=False),))
    assert desk.codes(gone, desk.cart(CartLine("LAMP", 1))) == [("pricing.unknown_item", "lines[0].item")]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "pricing.amount_or_formula"),
        ({"amount": _eur(1), "formula": PriceFormula()}, "pricing.amount_or_formula"),
        ({"formula": PriceFormula()}, "money.unknown_currency"),
        ({"amount": _eur(1), "currency": "USD"}, "money.currency_mismatch"),
        ({"amount": _eur(-1)}, "value.not_accepted"),
        ({"amount": _eur(1), "min_quantity": -1}, "value.not_accepted"),
        ({"amount": _eur(1), "min_quantity": 1.5}, "value.wrong_type"),
        ({"amount": _eur(1), "valid_from": datetime(2026, 1, 1)}, "value.wrong_type"),  # noqa: DTZ001 - naive on purpose
        ({"amount": _eur(1), "valid_from": date(2026, 1, 2), "valid_until": date(2026, 1, 1)}, "value.not_accepted"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        PriceRow("LAMP", **arguments)
    assert refused.value.problem.code == code


def test_a_list_cannot_compute_the_list_price_from_itself() -> None:
    with pytest.raises(InvalidValue) as refused:
        PriceList("a", (PriceRow(formula=PriceFormula(), currency="EUR"),))
    assert refused.value.problem.code == "pricing.formula_without_list_price"
    with pytest.raises(InvalidValue):
        PriceFormula(divisor=Decimal(0))


_rows = st.builds(
    PriceRow,
    item=st.sampled_from(("LAMP", "", "OTHER")),
    amount=st.integers(1, 30).map(_eur),
    category=st.sampled_from(("", "light", "wood")),
    min_quantity=st.integers(0, 4),
    channel=st.sampled_from(("", "web")),
    customer_group=st.sampled_from(("", "trade")),
    customer=st.sampled_from(("", "C1", "C2")),
    valid_from=st.sampled_from((None, date(2026, 1, 15), date(2026, 1, 16))),
)


def _scan(rows: list[PriceRow], quantity: int, channel: str, groups: tuple[str, ...]) -> list[PriceRow]:
    """Every row that matches, found by asking each of its fields in turn."""
    wanted = {"item": {"", "LAMP"}, "category": {"", "light", "desk"}, "channel": {"", channel}, "customer": {"", "C1"}}
    found = [row for row in rows if all(getattr(row, name) in values for name, values in wanted.items())]
    found = [row for row in found if row.customer_group in {"", *groups} and row.min_quantity <= quantity]
    return [row for row in found if row.valid_from is None or row.valid_from <= date(2026, 1, 15)]


@given(
    rows=st.lists(_rows, max_size=8),
    quantity=st.integers(1, 5),
    channel=st.sampled_from(("web", "shop")),
    groups=st.sampled_from(((), ("trade",))),
    mode=st.sampled_from((PriceMode.MOST_SPECIFIC, PriceMode.LOWEST)),
)
def test_the_index_finds_what_a_scan_finds(
    desk: Any, rows: list[PriceRow], quantity: int, channel: str, groups: tuple[str, ...], mode: PriceMode
) -> None:
    """Property 26: no matching row names more than the winner; the lowest is the minimum; others change nothing."""
    book = evolve(_book(*rows, mode=mode), items=(evolve(LAMP, base_price=_eur(77)),))
    price = _unit_price(desk, book, quantity, channel=channel, customer_groups=groups)
    matching = _scan(rows, quantity, channel, groups)
    if not matching:
        assert price == 77
    elif mode is PriceMode.LOWEST:
        assert price == min(row.amount.amount for row in matching if row.amount)
    else:
        named = [sum(map(bool, (r.customer, r.item, r.customer_group, r.category, r.channel))) for r in matching]
        best = [row for row, count in zip(matching, named, strict=True) if count == max(named)]
        assert price in {row.amount.amount for row in best if row.amount}
    only = _book(*matching, mode=mode)
    assert _unit_price(desk, evolve(only, items=book.items), quantity, channel=channel, customer_groups=groups) == price


@given(
    amounts=st.lists(st.integers(1, 500), min_size=1, max_size=6), first=st.integers(1, 80), second=st.integers(1, 80)
)
def test_breaks_that_fall_never_raise_the_unit_price(desk: Any, amounts: list[int], first: int, second: int) -> None:
    """Property 19."""
    falling = sorted(amounts, reverse=True)
    rows = [PriceRow("LAMP", _eur(amount), min_quantity=10 * step) for step, amount in enumerate(falling)]
    less, more = sorted((first, second))
    assert _unit_price(desk, _book(*rows), more) <= _unit_price(desk, _book(*rows), less)


@given(rows=st.lists(_rows, min_size=1, max_size=6), quantity=st.integers(1, 5))
def test_taking_the_winning_row_away_gives_the_next_never_no_price(
    desk: Any, rows: list[PriceRow], quantity: int
) -> None:
    """Property 27."""
    left = list(rows)
    while left:
        price = _unit_price(desk, _book(*left), quantity)
        winner = next((row for row in _scan(left, quantity, "", ()) if row.amount and row.amount.amount == price), None)
        if winner is None:
            break
        left.remove(winner)
    assert _unit_price(desk, _book(*left), quantity) == 20


@given(rows=st.lists(_rows, max_size=5), dollars=st.lists(st.integers(1, 99), max_size=5))
def test_prices_in_one_currency_leave_the_others_alone(desk: Any, rows: list[PriceRow], dollars: list[int]) -> None:
    """Property 13."""
    foreign = [PriceRow("LAMP", Money(Decimal(each), "USD")) for each in dollars]
    assert _unit_price(desk, _book(*rows, *foreign)) == _unit_price(desk, _book(*rows))
