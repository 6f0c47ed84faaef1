from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import (
    CartLine,
    OverridePermission,
    OverridePolicy,
    PriceBook,
    RoundingPolicy,
    SubtotalFrom,
    TotalOverride,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


BOOK = PriceBook(
    "b",
    "1",
    items=(Item("A", "A", base_price=_eur(150)), Item("B", "B", base_price=_eur(50), discountable=False)),
    overrides=OverridePolicy(
        (
            OverridePermission("clerk", total_discount_percent=Decimal(10)),
            OverridePermission("boss", total_discount_percent=None),
        )
    ),
)


def _cart(desk: Any, subtotal: str, reason: str = "loyal", currency: str = "EUR") -> Any:
    override = TotalOverride(Money(Decimal(subtotal), currency), reason)
    return desk.cart(CartLine("A", 1), CartLine("B", 1), total_override=override)


def test_a_total_of_200_goes_down_by_10_percent_and_no_further(desk: Any) -> None:
    """A08, vector override-total-discount."""
    quote = desk.quote(BOOK, _cart(desk, "180.00"))
    assert quote.subtotal == _eur(180)
    assert [line.net for line in quote.lines] == [_eur(135), _eur(45)]
    assert [[each.offer for each in line.discounts] for line in quote.lines] == [["total_override"]] * 2
    assert "200.00" in quote.lines[0].explanation.text("de")
    assert desk.codes(BOOK, _cart(desk, "179.99")) == [("override.approval_required", "total_override.subtotal")]
    assert desk.quote(BOOK, _cart(desk, "0"), desk.facts(approver="boss")).total == _eur(0)


def test_the_total_is_never_raised_and_never_without_a_reason(desk: Any) -> None:
    boss = desk.facts(role="boss")
    assert desk.codes(BOOK, _cart(desk, "200.01"), boss) == [("value.not_accepted", "total_override.subtotal")]
    assert desk.codes(BOOK, _cart(desk, "190", " "), boss) == [("override.reason_required", "total_override.reason")]
    assert desk.codes(BOOK, _cart(desk, "190", currency="USD"), boss)[0][0] == "money.currency_mismatch"
    assert desk.quote(BOOK, _cart(desk, "200")).lines[0].discounts == ()
    for wrong in ("-1", "1.005"):
        with pytest.raises(InvalidValue):
            TotalOverride(_eur(wrong), "loyal")


def test_nothing_is_allowed_to_a_role_that_says_nothing(desk: Any) -> None:
    """0 is nothing allowed (CC 8.2), also where the book leaves it to the roles' own limits."""
    nothing = evolve(BOOK, overrides=OverridePolicy((OverridePermission("clerk"),)))
    assert desk.codes(nothing, _cart(desk, "199.99"))[0][0] == "override.approval_required"
    own = evolve(BOOK, overrides=OverridePolicy())
    assert desk.codes(own, _cart(desk, "199.99"))[0][0] == "authority.approval_required"
    assert desk.codes(nothing, _cart(desk, "199.99"), desk.facts(role="guest"))[0][0] == "authority.not_permitted"


@given(
    prices=st.lists(st.integers(0, 99999), min_size=1, max_size=5),
    part=st.fractions(0, 1),
    exact=st.booleans(),
)
def test_the_lines_sum_to_the_total_that_was_asked(desk: Any, prices: list[int], part: Any, exact: bool) -> None:
    """Properties 1, 3 and 4: to the cent, no line below 0 or above its price, steps sum to every net."""
    items = tuple(Item(f"I{at}", "x", base_price=_eur(str(Decimal(each) / 100))) for at, each in enumerate(prices))
    rounding = RoundingPolicy(subtotal_from=SubtotalFrom.EXACT_LINES if exact else SubtotalFrom.ROUNDED_LINES)
    book = evolve(BOOK, items=items, rounding=rounding)
    wanted = int(sum(prices) * part)
    lines = (CartLine(each.id, 1) for each in items)
    cart = desk.cart(*lines, total_override=TotalOverride(_eur(str(Decimal(wanted) / 100)), "loyal"))
    quote = desk.quote(book, cart, desk.facts(role="boss"))
    assert quote.subtotal.to_minor() == wanted == sum(line.net.to_minor() for line in quote.lines)
    for line, price in zip(quote.lines, prices, strict=True):
        assert 0 <= line.net.to_minor() <= price
        assert sum(step.delta.to_minor() for step in line.explanation.steps) == line.net.to_minor()
