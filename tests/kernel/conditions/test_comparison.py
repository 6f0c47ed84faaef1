"""What comparisons hold for, by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from servicecore.kernel.conditions import (
    Compare,
    Compiled,
    Condition,
    Measure,
    Measured,
    Operator,
    Quantified,
    Quantifier,
    compile_condition,
)
from servicecore.kernel.money import Money

CART = {
    "customer.group": "gold",
    "customer.flags": ("vip", "staff"),
    "customer.nobody": None,
    "guest": False,
    "total": Money("99.90", "EUR"),
    "weight": Decimal("2.50"),
    "day": date(2026, 7, 1),
    "at": datetime(2026, 7, 1, 12, tzinfo=UTC),
    "lines": (
        {"sku": "A", "quantity": Decimal(2), "value": Money("20.00", "EUR")},
        {"sku": "B", "quantity": Decimal("0.5"), "value": Money("79.90", "EUR")},
        {"sku": "C"},
    ),
    "mixed": ({"value": Money(1, "EUR")}, {"value": Money(1, "USD")}),
    "empty": (),
}


def compiled(condition: Condition) -> Compiled:
    made = compile_condition(condition)
    assert isinstance(made, Compiled)
    return made


@pytest.mark.parametrize(
    ("path", "op", "values", "holds"),
    [
        ("customer.group", "eq", ["gold"], True),
        ("customer.group", "eq", ["Gold"], False),
        ("customer.group", "ne", ["gold"], False),
        ("customer.group", "in", ["silver", "gold"], True),
        ("customer.group", "not_in", ["silver", "gold"], False),
        ("customer.group", "exists", [], True),
        ("customer.group", "gt", ["fold"], True),
        ("customer.flags", "eq", ["staff"], True),
        ("customer.flags", "ne", ["staff"], False),
        ("customer.flags", "contains_any", ["x", "vip"], True),
        ("customer.flags", "contains_any", ["x"], False),
        # no value: only the opposites hold
        ("customer.nobody", "exists", [], False),
        ("unheard.of", "eq", ["x"], False),
        ("unheard.of", "ne", ["x"], True),
        ("unheard.of", "not_in", ["x"], True),
        ("unheard.of", "lt", [1], False),
        ("empty", "exists", [], False),
        # numbers are numbers however written, and flags are none
        ("weight", "eq", [Decimal("2.5")], True),
        ("weight", "gte", [Decimal("2.50")], True),
        ("weight", "gt", [Decimal("2.5")], False),
        ("weight", "lt", [3], True),
        ("weight", "lte", [2], False),
        ("guest", "eq", [False], True),
        ("guest", "eq", [0], False),
        ("guest", "lt", [1], False),
        # amounts in one currency only
        ("total", "gte", [Money("99.9", "EUR")], True),
        ("total", "gt", [Money("99.90", "EUR")], False),
        ("total", "gte", [Money(1, "USD")], False),
        ("total", "lt", [Money(1, "USD")], False),
        ("total", "gte", [1], False),
        ("total", "ne", [Money("99.90", "USD")], True),
        # a day is no instant
        ("day", "eq", [date(2026, 7, 1)], True),
        ("day", "lt", [date(2026, 7, 2)], True),
        ("day", "lte", [datetime(2026, 7, 2, tzinfo=UTC)], False),
        ("at", "gte", [datetime(2026, 7, 1, 12, tzinfo=UTC)], True),
        ("weight", "eq", ["2.5"], False),
    ],
)
def test_a_comparison_holds_for_values_of_its_own_kind(path: str, op: str, values: list[object], holds: bool) -> None:
    condition = compiled(Compare(path, Operator(op), values))
    assert condition.holds(CART) is holds
    assert condition.explain(CART).holds is holds


B_LINE = Compare("sku", Operator.EQ, ["B"])


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Quantified("lines", Quantifier.ANY, B_LINE), True),
        (Quantified("lines", Quantifier.ALL, B_LINE), False),
        (Quantified("empty", Quantifier.ANY, B_LINE), False),
        (Quantified("empty", Quantifier.ALL, B_LINE), True),
        (Quantified("unheard_of", Quantifier.ALL, B_LINE), True),
        # the element is all that a quantifier's condition sees
        (Quantified("lines", Quantifier.ANY, Compare("customer.group", Operator.EXISTS)), False),
        (Measure("lines", Measured.COUNT, Operator.EQ, 3), True),
        (Measure("lines", Measured.COUNT, Operator.GTE, 2, where=B_LINE), False),
        (Measure("lines", Measured.COUNT, Operator.EQ, 1, where=B_LINE), True),
        (Measure("empty", Measured.COUNT, Operator.EQ, 0), True),
        # 2 + 0.5, the line without a quantity adds nothing
        (Measure("lines", Measured.SUM, Operator.EQ, Decimal("2.5"), of="quantity"), True),
        (Measure("lines", Measured.SUM, Operator.GT, 2, of="quantity", where=B_LINE), False),
        (Measure("lines", Measured.SUM, Operator.EQ, Money("99.90", "EUR"), of="value"), True),
        (Measure("empty", Measured.SUM, Operator.EQ, Money(0, "EUR"), of="value"), True),
        # what cannot be summed is in no order and equal to nothing
        (Measure("lines", Measured.SUM, Operator.GTE, 0, of="value"), False),
        (Measure("lines", Measured.SUM, Operator.GTE, Money(0, "EUR"), of="sku"), False),
        (Measure("mixed", Measured.SUM, Operator.GTE, Money(0, "EUR"), of="value"), False),
        (Measure("mixed", Measured.SUM, Operator.NE, Money(0, "EUR"), of="value"), True),
    ],
)
def test_collections_are_quantified_and_measured(condition: Condition, holds: bool) -> None:
    made = compiled(condition)
    assert made.holds(CART) is holds
    assert made.explain(CART).holds is holds
