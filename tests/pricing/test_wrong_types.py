"""Parts of price books and carts that are given something of another type: a problem, never a wrong total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_type_hints

import attrs
import pytest

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AmountOff,
    AutoCharge,
    BuyGet,
    Cart,
    CartLine,
    ChargeTier,
    Combination,
    Coupon,
    CouponTier,
    CouponValue,
    Offer,
    PercentOff,
    PriceBook,
    PriceList,
    PriceOverride,
    PriceRow,
)

TEN = PercentOff(Decimal(10))
TIER = CouponTier(Money(0, "EUR"), Decimal(10), CouponValue.PERCENT)


class Wrong:
    """Belongs nowhere."""


def _within(hint: object) -> Iterator[object]:
    yield hint
    for each in get_args(hint):
        yield from _within(each)


def _classes(cls: type, seen: dict[type, dict[str, Any]]) -> dict[type, dict[str, Any]]:
    """Return all attrs classes that values of ``cls`` are made of, with the types of their fields."""
    if cls not in seen:
        seen[cls] = get_type_hints(cls)
        for hint in list(seen[cls].values()):
            for each in _within(hint):
                if isinstance(each, type) and attrs.has(each) and each.__module__.startswith("servicecore"):
                    _classes(each, seen)
    return seen


def _fields() -> Iterator[tuple[type, attrs.Attribute[Any]]]:
    for cls, hints in _classes(Cart, _classes(PriceBook, {})).items():
        for each in attrs.fields(cls):
            kinds = [kind for kind in _within(hints[each.name]) if isinstance(kind, type)]
            named = any(kind in {Money, int, bool, Decimal} or issubclass(kind, Enum) for kind in kinds)
            if each.init and (named or str(each.type).startswith("tuple[")):
                yield cls, each


FIELDS = [pytest.param(each[1], id=f"{each[0].__name__}.{each[1].name}") for each in _fields()]


def test_there_are_many() -> None:
    assert len(FIELDS) > 200


@pytest.mark.parametrize("given", FIELDS)
def test_every_figure_word_and_row_is_checked(given: attrs.Attribute[Any]) -> None:
    value: Any = Wrong()
    convert: Any = given.converter or (lambda each: given.validator and given.validator(object(), given, each))
    with pytest.raises(InvalidValue) as refused:
        convert(value)
    assert refused.value.problem.param("value")
    assert refused.value.problem.param("accepted")


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (lambda any_: AmountOff(any_(5)), "amount"),
        (lambda any_: AmountOff(any_("5.00 EUR")), "amount"),
        (lambda any_: PriceRow("A", any_(Decimal(5))), "amount"),
        (lambda any_: PriceList("l", (), mode=any_("lowest")), "mode"),
        (lambda any_: Offer("o", TEN, exclusive=any_("cart")), "exclusive"),
        (lambda any_: Offer("o", any_("ten percent")), "benefits[0]"),
        (lambda any_: AmountOff(Money(5, "EUR"), spread=any_("across")), "spread"),
        (lambda any_: PercentOff(Decimal(5), on_order=any_("no")), "on_order"),
        (lambda any_: Offer("o", any_(None)), "benefits[0]"),
        (lambda any_: Offer("o", TEN, valid_from=any_("2026-01-01")), "valid_from"),
        (lambda any_: Offer("o", TEN, valid_until=any_("2026-01-01")), "valid_until"),
        (lambda any_: Offer("o", TEN, priority=any_("high")), "priority"),
        (lambda any_: Combination(any_("best_single")), "selection"),
        (lambda any_: BuyGet(Decimal(1), Decimal(1), any_(33.3)), "percent"),
        (lambda any_: AutoCharge("c", "EUR", (ChargeTier(Decimal(5), any_("percent")),)), "kind"),
        (lambda any_: PriceOverride(any_(None), "r"), "unit_price"),
        (lambda any_: PriceBook("b", "1", any_(Item("A", "A"))), "items"),
        (lambda any_: PriceBook("b", "1", order_completion=any_("no")), "order_completion"),
        (lambda any_: Cart("C", "EUR", any_(None)), "lines"),
        (lambda any_: Cart("C", "EUR", any_(CartLine("A", Decimal(1)))), "lines"),
    ],
)
def test_a_wrong_type_is_named_with_its_field(build: Any, path: str) -> None:
    def anything(value: Any) -> Any:
        return value

    with pytest.raises(InvalidValue) as refused:
        build(anything)
    problem = refused.value.problem
    assert problem.path == path
    assert problem.param("value")
    assert problem.param("accepted")


def test_one_code_given_as_a_text_is_that_code(desk: Any) -> None:
    """Before, it was a row of its letters, each of which was a code."""
    code: Any = "SPRING10"
    coupon = Coupon("c", code, tiers=(TIER,))
    book = PriceBook("b", "1", (Item("A", "A", base_price=Money("10.00", "EUR")),), coupons=(coupon,))
    assert desk.quote(book, desk.cart(CartLine("A", 1), codes=["spring10"])).lines[0].net == Money("9.00", "EUR")
    assert desk.quote(book, desk.cart(CartLine("A", 1), codes=["S"])).lines[0].net == Money("10.00", "EUR")


def test_rows_given_as_lists_are_kept_as_tuples() -> None:
    items: Any = [Item("A", "A")]
    assert PriceBook("b", "1", items).items == tuple(items)
