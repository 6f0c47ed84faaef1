"""Catalogue promotions: what they lower, in which order, and what they never do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.pricing.catalogue_promotions import (
    CatalogueItem,
    CataloguePrice,
    CataloguePromotion,
    CatalogueSelection,
    catalogue_price,
)

DAY = date(2026, 1, 15).toordinal()
SHIRT = CatalogueItem("red", Decimal(100), "shirt", ("tops", "clothes"))


def promotion(name: str, percent: int | None = None, **more: Any) -> CataloguePromotion:
    more.setdefault("products", ("shirt",))
    return CataloguePromotion(name, percent=None if percent is None else Decimal(percent), **more)


def price(*promotions: CataloguePromotion, item: CatalogueItem = SHIRT, channel: str = "web") -> CataloguePrice:
    return catalogue_price(item, promotions, "EUR", channel=channel, day=DAY)


def test_each_promotion_lowers_what_the_one_before_left() -> None:
    # 100 less 10 % is 90, less 20 % is 72, less 5 is 67
    got = price(promotion("a", 10, priority=2), promotion("c", amount=Decimal(5)), promotion("b", 20, priority=1))
    assert (got.amount, got.original_amount, got.promotions) == (Decimal(67), Decimal(100), ("a", "b", "c"))


def test_an_exclusive_one_of_the_highest_priority_stands_alone() -> None:
    got = price(promotion("a", 50, priority=9), promotion("b", 30, exclusive=True), promotion("c", 10, exclusive=True))
    assert (got.amount, got.promotions) == (Decimal(70), ("b",))


def test_it_starts_from_the_price_crossed_out_and_keeps_to_the_lowest_price() -> None:
    item = CatalogueItem("red", Decimal(100), "shirt", original_price=Decimal(120), lowest_price=Decimal(50))
    assert price(promotion("a", 10), item=item) == CataloguePrice(Decimal(108), Decimal(120), ("a",))
    assert price(promotion("a", 90), item=item).amount == Decimal(50)
    assert price(item=item) == CataloguePrice(Decimal(100), Decimal(120), ())


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({"variants": ("red",), "products": ()}, True),
        ({"variants": ("blue",), "products": ()}, False),
        ({"categories": ("clothes",), "products": ()}, True),
        ({"channels": ("web",)}, True),
        ({"channels": ("shop",)}, False),
        ({"channels": ()}, False),
        ({"valid_from": date(2026, 1, 15), "valid_until": date(2026, 1, 15)}, True),
        ({"valid_from": date(2026, 1, 16)}, False),
        ({"valid_until": date(2026, 1, 14)}, False),
        ({"products": ()}, False),
    ],
)
def test_scope_channel_and_days_decide(more: dict[str, Any], fits: bool) -> None:
    assert bool(price(promotion("a", 10, **more)).promotions) is fits


def test_a_price_is_rounded_half_up() -> None:
    # 20.25 less 15 % is 17.2125; 0.05 less 10 % is 0.045
    assert price(promotion("a", 15), item=CatalogueItem("x", "20.25", "shirt")).amount == Decimal("17.21")
    assert price(promotion("a", 10), item=CatalogueItem("x", "0.05", "shirt")).promotions == ()


@given(
    st.integers(0, 5000),
    st.integers(0, 5000),
    st.lists(st.tuples(st.integers(0, 100), st.booleans(), st.integers(0, 2)), max_size=4),
)
def test_a_price_never_rises_and_never_falls_below_the_lowest(
    cents: int, lowest: int, rows: list[tuple[int, bool, int]]
) -> None:
    whole, floor = Decimal(cents).scaleb(-2), Decimal(lowest).scaleb(-2)
    item = CatalogueItem("x", whole, "shirt", lowest_price=floor)
    promotions = [
        promotion(f"p{number}", percent, exclusive=exclusive, priority=priority)
        for number, (percent, exclusive, priority) in enumerate(rows)
    ]
    got = price(*promotions, item=item)
    assert min(whole, floor) <= got.amount <= whole
    assert (got.amount < whole) is bool(got.promotions)


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": None},
        {"percent": 10, "amount": Decimal(1)},
        {"percent": 101},
        {"percent": None, "amount": Decimal(-1)},
        {"percent": 5, "valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)},
    ],
)
def test_a_promotion_that_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        promotion("a", **wrong)


def best(*promotions: CataloguePromotion, item: CatalogueItem = SHIRT) -> CataloguePrice:
    return catalogue_price(item, promotions, "EUR", day=DAY, selection=CatalogueSelection.BEST)


def test_a_fixed_price_counts_only_where_it_is_lower() -> None:
    """CC 7.1: an adjustment never raises a price; in another currency it is not looked at."""
    assert price(promotion("a", price=Decimal("99.50"))).amount == Decimal("99.50")
    for dearer in ("100", "122"):
        assert price(promotion("a", price=Decimal(dearer))) == CataloguePrice(Decimal(100), Decimal(100), ())
    assert price(promotion("a", price=Decimal(1), currency="USD")).promotions == ()
    # after a tenth off, 89 lowers 90 and 91 does not
    assert price(promotion("a", 10), promotion("b", price=Decimal(89))).amount == Decimal(89)
    assert price(promotion("a", 10), promotion("b", price=Decimal(91))).promotions == ("a",)


def test_the_best_one_of_the_highest_priority_that_lowers_the_price_counts_alone() -> None:
    """CC 7.1: the largest reduction applies; a higher priority hides lower ones, but not if it lowers nothing."""
    ten, five, fixed = promotion("ten", 10), promotion("five", amount=Decimal(5)), promotion("fix", price=Decimal(88))
    assert best(ten, five, fixed) == CataloguePrice(Decimal(88), Decimal(100), ("fix",))
    assert best(ten, promotion("first", 5, priority=1)).promotions == ("first",)
    assert best(ten, promotion("dear", price=Decimal(120), priority=1)).promotions == ("ten",)
    assert best(promotion("one", 10), promotion("two", 10)).promotions == ("one",)
    assert best(promotion("dear", price=Decimal(120))) == CataloguePrice(Decimal(100), Decimal(100), ())


@given(
    start=st.integers(1, 200),
    drawn=st.lists(st.tuples(st.sampled_from(["percent", "amount", "price"]), st.integers(0, 90)), max_size=5),
)
def test_the_best_one_leaves_the_lowest_of_all_prices_that_one_alone_leaves(
    start: int, drawn: list[tuple[str, int]]
) -> None:
    item = CatalogueItem("red", Decimal(start), "shirt")
    promotions = [
        CataloguePromotion(
            f"p{n}",
            percent=Decimal(value) if kind == "percent" else None,
            amount=Decimal(value) if kind == "amount" else None,
            price=Decimal(value) if kind == "price" else None,
            products=("shirt",),
        )
        for n, (kind, value) in enumerate(drawn)
    ]
    cents = [start * 100]
    for kind, value in drawn:
        left = {"amount": start - value, "price": value}
        cents.append(start * (100 - value) if kind == "percent" else 100 * left[kind])
    assert best(*promotions, item=item).amount * 100 == max(0, min(cents))


@pytest.mark.parametrize(
    "figures",
    [{}, {"percent": 1, "price": Decimal(2)}, {"amount": Decimal(1), "price": Decimal(2)}, {"price": Decimal(-1)}],
)
def test_it_is_one_of_a_percentage_an_amount_and_a_price(figures: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        promotion("a", **figures)
