"""Quantities and units of measure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.quantity import Conversion, Quantity, UnitTable
from servicecore.kernel.rounding import RoundingMode

TABLE = UnitTable(
    (
        Conversion("case", "each", 12),
        Conversion("case", "each", 10, item="WINE"),
        Conversion("pallet", "case", 40),
        Conversion("each", "pack", 1, per=3),
        Conversion("kg", "g", 1000),
    )
)


@pytest.mark.parametrize(
    ("quantity", "to_unit", "item", "expected"),
    [
        (Quantity(2, "case"), "each", "", "24"),
        (Quantity(2, "case"), "each", "WINE", "20"),
        (Quantity(1, "pallet"), "each", "WINE", "400"),  # 40 cases of 10
        (Quantity(1, "pallet"), "each", "BEER", "480"),  # 40 cases of 12
        (Quantity(6, "each"), "case", "", "0.5"),
        (Quantity(9, "each"), "pack", "", "3"),
        (Quantity("1.25", "kg"), "g", "", "1250"),
        (Quantity(7, "unlisted"), "unlisted", "", "7"),
    ],
)
def test_conversion_follows_the_items_own_links_first(
    quantity: Quantity, to_unit: str, item: str, expected: str
) -> None:
    assert TABLE.convert(quantity, to_unit, item=item) == Quantity(expected, to_unit)


def test_what_no_decimal_writes_out_is_refused_unless_decimals_are_given() -> None:
    with pytest.raises(InvalidValue) as refused:
        TABLE.convert(Quantity(10, "each"), "pack")
    assert refused.value.problem.code == "quantity.inexact_conversion"
    assert TABLE.convert(Quantity(10, "each"), "pack", decimals=2) == Quantity("3.33", "pack")
    assert TABLE.convert(Quantity(10, "each"), "pack", decimals=0, mode=RoundingMode.UP) == Quantity(4, "pack")


def test_an_amount_for_later_sums_keeps_sixty_digits() -> None:
    """Two cases of wine are 20; ten pieces in packs of 3 are 3.33... to 60 digits."""
    assert TABLE.amount_in("each", Decimal(2), "case", "WINE") == 20
    packs = TABLE.amount_in("pack", Decimal(10), "each")
    assert packs == Decimal("3." + "3" * 59)
    with pytest.raises(InvalidValue, match="litre"):
        TABLE.amount_in("litre", Decimal(1), "each")


def test_unknown_conversions_name_the_units_that_can_be_reached() -> None:
    with pytest.raises(InvalidValue) as refused:
        TABLE.convert(Quantity(1, "kg"), "each")
    assert refused.value.problem.code == "quantity.unknown_conversion"
    assert refused.value.problem.param("accepted") == "g, kg"


def test_an_amount_in_an_unknown_unit_names_the_units_that_the_item_is_counted_in() -> None:
    with pytest.raises(InvalidValue) as refused:
        TABLE.amount_in("each", Decimal(1), "barrel", "WINE")
    assert refused.value.problem.param("value") == "barrel"
    assert refused.value.problem.param("accepted") == "case, each, pack, pallet"


def test_a_pair_of_units_is_given_once_for_an_item_whatever_its_direction() -> None:
    with pytest.raises(InvalidValue) as refused:
        UnitTable((Conversion("case", "each", 12), Conversion("each", "case", 1, per=10)))
    assert refused.value.problem.code == "quantity.conflicting_conversion"


def test_negative_quantities_and_floats_are_refused() -> None:
    for build, code in (
        (lambda: Quantity(-1, "each"), "quantity.negative"),
        (lambda: Quantity(1, "each") - Quantity(2, "each"), "quantity.negative"),
        (lambda: Quantity(1, "each") + Quantity(2, "case"), "quantity.unit_mismatch"),
        (lambda: Quantity(1.5, "each"), "value.wrong_type"),
        (lambda: Quantity(1, ""), "value.not_accepted"),
        (lambda: Conversion("a", "b", 0), "value.not_accepted"),
    ):
        with pytest.raises(InvalidValue) as refused:
            build()
        assert refused.value.problem.code == code


def test_quantities_of_one_unit_add_and_compare() -> None:
    assert Quantity("1.5", "kg") + Quantity("0.5", "kg") == Quantity(2, "kg")
    assert Quantity("1.5", "kg") * 2 == Quantity(3, "kg")
    assert Quantity(1, "kg") < Quantity(2, "kg") <= Quantity(2, "kg")
    assert Quantity(3, "kg") > Quantity(2, "kg") >= Quantity(2, "kg")
    assert not Quantity(2, "kg") < Quantity(2, "kg")
    assert not Quantity(2, "kg") > Quantity(2, "kg")
    assert not Quantity(0, "kg")
    assert str(Quantity("1E+1", "kg")) == "10 kg"


@given(st.integers(1, 10_000), st.integers(1, 50), st.integers(0, 1000))
def test_there_and_back_again_is_the_same_quantity(factor: int, per: int, count: int) -> None:
    table = UnitTable((Conversion("a", "b", factor, per=per),))
    start = Quantity(Decimal(count * per), "a")
    there = table.convert(start, "b")
    assert there.value == count * factor
    assert table.convert(there, "a") == start
