from __future__ import annotations

from decimal import Decimal

import pytest

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money


@pytest.mark.parametrize(
    ("arguments", "code", "path"),
    [
        ({"id": ""}, "value.not_accepted", "id"),
        ({"id": 7}, "value.wrong_type", "id"),
        ({"id": "A", "unit": " box"}, "value.not_accepted", "unit"),
        ({"id": "A", "base_price": Money(Decimal(-1), "EUR")}, "value.not_accepted", "base_price"),
        ({"id": "A", "cost": Money(Decimal("-0.01"), "EUR")}, "value.not_accepted", "cost"),
        ({"id": "A", "base_price_includes_tax": False}, "value.not_accepted", "base_price_includes_tax"),
    ],
)
def test_an_item_that_cannot_be_sold_is_refused_with_its_field(
    arguments: dict[str, object], code: str, path: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        Item(**{"name": "Lamp", **arguments})  # type: ignore[arg-type]
    assert (refused.value.problem.code, refused.value.problem.path) == (code, path)


def test_a_price_of_zero_is_a_price() -> None:
    assert Item("A", "Gift", base_price=Money(Decimal(0), "EUR")).base_price == Money(Decimal(0), "EUR")
