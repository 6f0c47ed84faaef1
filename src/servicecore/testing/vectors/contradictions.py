"""Pricing vectors whose own figures contradict each other: no price engine can meet them, so they are refused."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

BEYOND_ITS_WORTH: Final = "a line is expected to lose more than it is worth"
DO_NOT_ADD_UP: Final = "the items less their discount are not what is expected to be left of them"

_ELSEWHERE: Final = ("shipping", "surcharges", "catalogue_promotions")
_ZERO: Final = Decimal(0)


def contradiction(vector: Mapping[str, Any]) -> str:
    """Return how the figures of a vector of carts contradict each other, or an empty text.

    Only carts whose goods are all that there is, at stated prices, are looked at.
    """
    given, expected = vector.get("input", {}), vector.get("expected", {})
    lines = given.get("lines") if isinstance(given, Mapping) else None
    if vector.get("kind") != "cart_promotions" or not lines or any(given.get(name) for name in _ELSEWHERE):
        return ""
    worth = {line["id"]: _worth(line) for line in lines}
    for name, figures in expected.get("lines", {}).items():
        if Decimal(figures.get("discount", 0)) > worth.get(name, _ZERO):
            return BEYOND_ITS_WORTH
    totals = expected.get("totals", {})
    if "added_lines" in expected or not {"discount", "items_after_discount"} <= totals.keys():
        return ""
    left = sum(worth.values(), _ZERO) - Decimal(totals["discount"])
    return "" if left == Decimal(totals["items_after_discount"]) else DO_NOT_ADD_UP


def _worth(line: Mapping[str, Any]) -> Decimal:
    price = line.get("override_unit_price", line.get("unit_price"))
    return Decimal(line["line_value"]) if price is None else Decimal(price) * Decimal(line["quantity"])
