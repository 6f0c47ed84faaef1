from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from servicecore.billing import unit_share
from servicecore.kernel.money import Money


def shares(total: str, parts: list[str], currency: str = "EUR") -> list[str]:
    amount = Money(Decimal(total), currency)
    of = sum((Decimal(part) for part in parts), Decimal(0))
    start, found = Decimal(0), []
    for part in parts:
        end = start + Decimal(part)
        found.append(str(unit_share(amount, start, end, of)))
        start = end
    return found


def test_units_of_a_line_by_hand() -> None:
    # 290.00 for 3: 96.67, 193.33, 290.00. 1.67 for 2: 0.835 goes up. 1000 yen for 3: 333, 667, 1000.
    assert shares("290.00", ["1", "1", "1"]) == ["96.67 EUR", "96.66 EUR", "96.67 EUR"]
    assert shares("1.67", ["1", "1"]) == ["0.84 EUR", "0.83 EUR"]
    assert shares("1000", ["1", "1", "1"], "JPY") == ["333 JPY", "334 JPY", "333 JPY"]
    assert shares("0.70", ["2", "1"]) == ["0.47 EUR", "0.23 EUR"]


def test_parts_of_units_are_shared_too() -> None:
    # 10.00 for 2.5 kg is 4.00 a kg: 0.25 kg cost 1.00.
    assert shares("10.00", ["0.25", "1", "1.25"]) == ["1.00 EUR", "4.00 EUR", "5.00 EUR"]


@given(
    cents=st.integers(0, 10**9),
    parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=12),
    decimals=st.integers(0, 6),
)
def test_the_parts_of_any_split_sum_to_the_total_and_stay_within_a_cent_of_their_proportion(
    cents: int, parts: list[int], decimals: int
) -> None:
    total = Money.from_minor(cents, "EUR")
    of = sum(parts)
    start, found = 0, []
    for part in parts:
        bounds = [Decimal(each).scaleb(-decimals) for each in (start, start + part, of)]
        found.append(unit_share(total, *bounds).to_minor())
        start += part
    assert sum(found) == cents
    for part, share in zip(parts, found, strict=True):
        assert share >= 0
        assert abs(share - Fraction(cents * part, of)) <= 1
