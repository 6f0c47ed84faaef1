"""Splitting money: what is pinned by hand, what a brute-force oracle says, and what must always hold."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.allocation import (
    Allocation,
    Remainder,
    ZeroWeights,
    allocate,
    part_of_units,
    split_units,
)
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.rounding import RoundingMode

CENT_STRATEGIES = [each for each in Remainder if each is not Remainder.EXACT]

amounts = st.integers(-100_000, 100_000)
weight_lists = st.lists(st.integers(0, 500), min_size=1, max_size=7)


def eur(text: str) -> Money:
    return Money(text, "EUR")


def cents(allocation: Allocation) -> list[int]:
    return [share.to_minor() for share in allocation.shares]


def test_largest_remainder_gives_the_odd_cents_to_the_largest_fractions() -> None:
    # 0.93 over 10,20,10,30,50,20,10,40 of 190: 4.89 9.79 4.89 14.68 24.47 9.79 4.89 19.58; six cents are left
    split = allocate(eur("0.93"), [10, 20, 10, 30, 50, 20, 10, 40])
    assert cents(split) == [5, 10, 5, 15, 24, 10, 5, 19]
    assert split.unused == eur("0")


def test_ties_go_by_key_and_not_by_position() -> None:
    assert cents(allocate(eur("0.02"), [1, 1, 1], keys=["c", "a", "b"])) == [0, 1, 1]
    assert cents(allocate(eur("0.02"), [1, 1, 1], keys=["a", "c", "b"])) == [1, 0, 1]


def test_ties_without_keys_go_to_the_first() -> None:
    assert cents(allocate(eur("0.02"), [1, 1, 1])) == [1, 1, 0]


@pytest.mark.parametrize(
    ("remainder", "expected"),
    [
        # 1.00 over 1,1,1,4: 14.28 14.28 14.28 57.14 cents; cut off they sum to 99
        (Remainder.FIRST_LINES, [15, 14, 14, 57]),
        (Remainder.REVERSED, [14, 14, 14, 58]),
        (Remainder.LAST_LINE, [14, 14, 14, 58]),
        (Remainder.HALF_DOWN_FIRST, [15, 14, 14, 57]),
        (Remainder.LARGEST, [15, 14, 14, 57]),
    ],
)
def test_each_strategy_places_the_odd_cent(remainder: Remainder, expected: list[int]) -> None:
    assert cents(allocate(eur("1"), [1, 1, 1, 4], remainder=remainder)) == expected


def test_half_down_takes_back_from_the_first_lines_what_rounding_gave_too_much() -> None:
    # 0.05 over 3,3,3,1: 1.5 1.5 1.5 0.5 -> half down 1 1 1 0 = 3, two missing; 0.08 over 7,7,6: 2.8 2.8 2.4 = 3 3 2
    assert cents(allocate(eur("0.05"), [3, 3, 3, 1], remainder=Remainder.HALF_DOWN_FIRST)) == [2, 2, 1, 0]
    assert cents(allocate(eur("0.08"), [7, 7, 6], remainder=Remainder.HALF_DOWN_FIRST)) == [3, 3, 2]
    # 0.05 over 1,1,1: 1.67 each -> 2 2 2 = 6, one too many
    assert cents(allocate(eur("0.05"), [1, 1, 1], remainder=Remainder.HALF_DOWN_FIRST)) == [1, 2, 2]


def test_what_caps_cut_off_is_split_half_down_again_and_the_others_keep_what_they_had() -> None:
    # 56.65 over 50.00, 33.33 and 29.97: 25.00 16.665 14.985 -> 25.00 16.66 14.98, and the missing cent to the first;
    # the third has no room, so that its 14.98 go over 50.00 and 33.33: 8.988 5.992 -> 8.99 5.99
    caps = [None, None, eur("0")]
    split = allocate(eur("56.65"), [5000, 3333, 2997], caps=caps, remainder=Remainder.HALF_DOWN_FIRST)
    assert cents(split) == [2501 + 899, 1666 + 599, 0]


@pytest.mark.parametrize(
    ("remainder", "closed", "expected"),
    [
        (Remainder.LARGEST, 1, [1, 0, 1]),
        (Remainder.FIRST_LINES, 1, [1, 0, 1]),
        (Remainder.REVERSED, 2, [1, 1, 0]),
        (Remainder.LAST_LINE, 0, [0, 1, 1]),
        (Remainder.EXACT, 1, [1, 0, 1]),
    ],
)
def test_other_strategies_split_all_of_it_anew_over_the_lines_without_the_full_ones(
    remainder: Remainder, closed: int, expected: list[int]
) -> None:
    """0.02 over three lines of which one may have nothing is 0.01 for each of the two others."""
    caps = [eur("0") if place == closed else None for place in range(3)]
    assert cents(allocate(eur("0.02"), [1, 1, 1], caps=caps, remainder=remainder)) == expected


def test_a_line_full_to_the_cent_takes_no_part_in_what_other_caps_cut_off() -> None:
    # 0.09 over 1,1,2,3: 1.29 1.29 2.57 3.86 -> 1 1 3 4; the fourth is full, the third's 3 go over the first two
    # alone: 1.5 each -> 1 1, and the missing cent to the first
    caps = [None, None, eur("0"), eur("0.04")]
    assert cents(allocate(eur("0.09"), [1, 1, 2, 3], caps=caps, remainder=Remainder.HALF_DOWN_FIRST)) == [3, 2, 0, 4]
    # 0.12 over four: 3 each; 2 and 3 are cut off, and 5 over the others are 2.5 each -> 2 2, the missing cent first
    caps = [eur("0.01"), eur("0"), None, None]
    assert cents(allocate(eur("0.12"), [1] * 4, caps=caps, remainder=Remainder.HALF_DOWN_FIRST)) == [1, 0, 6, 5]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        # 0.10 over 3,9,5,3 of 20: 1.5 4.5 2.5 and the rest
        (RoundingMode.HALF_UP, [2, 5, 3, 0]),
        (RoundingMode.HALF_EVEN, [2, 4, 2, 2]),
        (RoundingMode.HALF_DOWN, [1, 4, 2, 3]),
        (RoundingMode.DOWN, [1, 4, 2, 3]),
        (RoundingMode.UP, [2, 5, 3, 0]),
    ],
)
def test_the_last_line_takes_what_the_rounded_shares_leave(mode: RoundingMode, expected: list[int]) -> None:
    split = allocate(eur("0.10"), [3, 9, 5, 3], remainder=Remainder.LAST_LINE, share_mode=mode)
    assert cents(split) == expected


def test_rounding_up_leaves_whole_shares_alone_and_lifts_the_smallest_fraction() -> None:
    up = {"remainder": Remainder.LAST_LINE, "share_mode": RoundingMode.UP}
    assert cents(allocate(eur("0.10"), [5, 5], **up)) == [5, 5]  # type: ignore[arg-type]
    assert cents(allocate(eur("0.10"), [1, 8], **up)) == [2, 8]  # type: ignore[arg-type]


def test_one_unit_more_or_less_may_reach_the_cap_or_zero_but_not_go_beyond() -> None:
    # 0.02 over 1,1,1: 0.67 each -> half down 1 1 1, one too many, and the first may go down to nothing
    assert cents(allocate(eur("0.02"), [1, 1, 1], remainder=Remainder.HALF_DOWN_FIRST)) == [0, 1, 1]
    caps = [eur("0.01"), eur("0.01"), eur("0.01")]
    assert cents(allocate(eur("0.02"), [1, 1, 1], caps=caps, remainder=Remainder.FIRST_LINES)) == [1, 1, 0]


def test_what_the_last_line_cannot_take_goes_backwards_up_to_each_cap() -> None:
    # 0.08 over five: 1.6 each, cut off to 1 1 1 1 and 4 for the last, which takes 2
    split = allocate(
        eur("0.08"),
        [1] * 5,
        caps=[eur("0.02")] * 5,
        remainder=Remainder.LAST_LINE,
        share_mode=RoundingMode.DOWN,
    )
    assert cents(split) == [1, 1, 2, 2, 2]


def test_exact_keeps_fractions_of_the_minor_unit_and_still_sums() -> None:
    split = allocate(eur("10"), [1, 1, 1], remainder=Remainder.EXACT)
    assert split.shares[1].amount == Decimal("3.3333333333333333333333")
    assert sum_money(split.shares, "EUR") == eur("10")
    assert allocate(eur("0.125"), [1, 3], remainder=Remainder.EXACT).shares == (eur("0.03125"), eur("0.09375"))


def test_caps_spread_what_they_cut_off_and_return_what_nobody_can_take() -> None:
    # 25 over 50 and 60 with room 5 and 15: 11.36 is cut to 5, then 20 meets the room of 15, 5 are left
    split = allocate(eur("-25"), [50, 60], caps=[eur("5"), eur("15")])
    assert split == Allocation((eur("-5"), eur("-15")), eur("-5"))
    # 30 over 1,1,1 with 4 at most for the first: 26 over two
    assert allocate(eur("30"), [1, 1, 1], caps=[eur("4"), None, None]).shares == (eur("4"), eur("13"), eur("13"))


def test_a_cap_between_two_minor_units_counts_as_the_lower_one() -> None:
    assert allocate(eur("1"), [1], caps=[eur("0.555")]) == Allocation((eur("0.55"),), eur("0.45"))


def test_a_line_of_weight_zero_takes_no_part_even_where_others_are_full() -> None:
    assert allocate(eur("5"), [1, 0], caps=[eur("3"), eur("9")]) == Allocation((eur("3"), eur("0")), eur("2"))


def test_zero_weights_split_equally_or_not_at_all() -> None:
    assert cents(allocate(eur("0.10"), [0, 0])) == [5, 5]
    assert allocate(eur("0.10"), [0, 0], zero_weights=ZeroWeights.NONE).unused == eur("0.10")
    assert allocate(eur("0.10"), []) == Allocation((), eur("0.10"))


def test_minor_units_are_the_currencys_own_unless_said_otherwise() -> None:
    assert allocate(Money("100", "JPY"), [1, 1, 1]).shares == tuple(Money(n, "JPY") for n in (34, 33, 33))
    assert allocate(Money("1", "KWD"), [1, 1, 1]).shares == tuple(Money(n, "KWD") for n in ("0.334", "0.333", "0.333"))
    assert allocate(eur("0.0001"), [1, 1], rounding_digits=4).shares == (eur("0.0001"), eur("0"))


def test_the_last_line_takes_the_difference_even_where_its_exact_share_is_its_cap() -> None:
    """10 cents by 5, 7, 8: exactly 2.5, 3.5, 4. The first two round up to 3 and 4, and the last takes 3 of its 4."""
    capped = allocate(eur("0.10"), [5, 7, 8], caps=[None, None, eur("0.04")], remainder=Remainder.LAST_LINE)
    assert cents(capped) == [3, 4, 3]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weights": [1, -1]}, "weights[1]: -1 is not accepted; accepted: 0 or more"),
        ({"keys": ["a"]}, "keys: ['a'] is not accepted; accepted: 2 keys, each once"),
        ({"keys": ["a", "a"]}, "keys: ['a', 'a'] is not accepted; accepted: 2 keys, each once"),
        ({"caps": [eur("1")]}, "caps: 1 is not accepted; accepted: 2 caps"),
        ({"caps": [eur("1"), eur("-1")]}, "caps[1]: -1.00 EUR is not accepted; accepted: 0 or more"),
        (
            {"caps": [eur("1"), Money(1, "USD")]},
            "caps[1]: 1.00 USD cannot be combined with EUR; accepted: amounts in one currency",
        ),
        (
            {"amount": eur("0.001")},
            "amount: 0.001 EUR is not accepted; accepted: an amount rounded to 2 decimals",
        ),
    ],
)
def test_what_cannot_be_split_is_refused_with_its_place(change: dict[str, object], said: str) -> None:
    arguments: dict[str, object] = {"amount": eur("1"), "weights": [1, 1], **change}
    with pytest.raises(InvalidValue) as refused:
        allocate(**arguments)  # type: ignore[arg-type]
    assert refused.value.problem.text() == said


def test_a_weight_that_is_no_number_is_refused_by_its_name() -> None:
    with pytest.raises(InvalidValue) as refused:
        allocate(eur("1"), [1, 0.5])  # type: ignore[list-item]
    assert refused.value.problem.path == "weights"


def test_a_line_at_its_cap_leaves_the_unit_over_to_the_next() -> None:
    """10 cents by 8, 5, 7: exactly 4, 2.5, 3.5, cut off 4, 2, 3. The one left over is not for who has all it may."""
    shares = allocate(eur("0.10"), [8, 5, 7], remainder=Remainder.FIRST_LINES)
    assert cents(shares) == [5, 2, 3]
    capped = allocate(eur("0.10"), [8, 5, 7], caps=[eur("0.04"), None, None], remainder=Remainder.FIRST_LINES)
    assert cents(capped) == [4, 3, 3]


def oracle(total: int, weights: list[int]) -> set[tuple[int, ...]]:
    """All splits with the least sum of squared distances from the exact shares: the largest remainder's."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    choices = product(*((int(share), int(share) + 1) for share in exact))
    splits = [choice for choice in choices if sum(choice) == total]
    distance = {split: sum((a - b) ** 2 for a, b in zip(split, exact, strict=True)) for split in splits}
    return {split for split in splits if distance[split] == min(distance.values())}


@given(st.integers(0, 300), st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_largest_remainder_is_among_the_closest_of_all_splits(total: int, weights: list[int]) -> None:
    assert tuple(cents(allocate(Money.from_minor(total, "EUR"), weights))) in oracle(total, weights)


@given(amounts, weight_lists, st.sampled_from(list(Remainder)), st.data())
def test_shares_and_unused_sum_to_the_amount_and_stay_within_the_caps(
    total: int, weights: list[int], remainder: Remainder, data: st.DataObject
) -> None:
    limits = data.draw(st.lists(st.none() | st.integers(0, 30_000), min_size=len(weights), max_size=len(weights)))
    caps = [None if limit is None else Money.from_minor(limit, "EUR") for limit in limits]
    amount = Money.from_minor(total, "EUR")
    split = allocate(amount, weights, caps=caps, remainder=remainder)
    assert sum_money(split.shares, "EUR") + split.unused == amount
    for share, cap, weight in zip(split.shares, caps, weights, strict=True):
        assert share.amount * total >= 0
        assert cap is None or abs(share) <= cap
        assert weight or not any(weights) or not share
    if split.unused:
        open_lines = [cap is None or abs(share) < cap for share, cap in zip(split.shares, caps, strict=True)]
        weighty = [weight > 0 or not any(weights) for weight in weights]
        assert not any(a and b for a, b in zip(open_lines, weighty, strict=True))


@given(amounts, weight_lists, st.sampled_from([Remainder.LARGEST, Remainder.FIRST_LINES, Remainder.REVERSED]))
def test_no_share_is_a_minor_unit_away_from_the_exact_one(total: int, weights: list[int], remainder: Remainder) -> None:
    split = allocate(Money.from_minor(total, "EUR"), weights, remainder=remainder)
    parts = weights if any(weights) else [1] * len(weights)
    for share, part in zip(cents(split), parts, strict=True):
        assert abs(share - Fraction(total * part, sum(parts))) <= 1


@given(amounts, weight_lists, st.sampled_from(list(Remainder)))
def test_a_negative_amount_is_split_as_the_mirror_image(total: int, weights: list[int], remainder: Remainder) -> None:
    there = allocate(Money.from_minor(total, "EUR"), weights, remainder=remainder)
    back = allocate(Money.from_minor(-total, "EUR"), weights, remainder=remainder)
    assert [-share for share in there.shares] == list(back.shares)


@given(amounts, weight_lists, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_lines_changes_nothing_where_they_have_keys(
    total: int, weights: list[int], random: object, capped: bool
) -> None:
    amount = Money.from_minor(total, "EUR")
    lines = [(f"L{index}", weight, Money(weight, "EUR") if capped else None) for index, weight in enumerate(weights)]
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def by_key(rows: list[tuple[str, int, Money | None]]) -> dict[str, Money]:
        keys, parts, caps = zip(*rows, strict=True)
        return dict(zip(keys, allocate(amount, parts, keys=keys, caps=caps).shares, strict=True))

    assert by_key(lines) == by_key(shuffled)


@given(
    amounts,
    st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 6)), min_size=1, max_size=5),
    st.data(),
)
def test_order_to_line_to_unit_returned_in_any_parts_gives_back_what_was_paid(
    total: int, lines: list[tuple[int, int]], data: st.DataObject
) -> None:
    paid = Money.from_minor(total, "EUR")
    split = allocate(paid, [net for net, _quantity in lines], keys=[f"L{n}" for n in range(len(lines))])
    returned = Money.zero("EUR")
    for share, (_net, quantity) in zip(split.shares, lines, strict=True):
        gone = 0
        units = split_units(share, quantity)
        while gone < quantity:
            count = data.draw(st.integers(1, quantity - gone))
            part = part_of_units(share, quantity, count, before=gone)
            assert part == sum_money(units.shares[gone : gone + count], "EUR")
            returned += part
            gone += count
    assert returned == paid


@given(amounts, st.integers(1, 4000), st.data())
def test_parts_of_a_weighed_quantity_sum_to_the_line(total: int, grams: int, data: st.DataObject) -> None:
    quantity = Decimal(grams).scaleb(-3)
    amount = Money.from_minor(total, "EUR")
    first = Decimal(data.draw(st.integers(0, grams))).scaleb(-3)
    parts = [part_of_units(amount, quantity, first), part_of_units(amount, quantity, quantity - first, before=first)]
    assert parts[0] + parts[1] == amount
    assert abs(parts[0].amount - amount.amount * first / quantity) <= Decimal("0.01")


def test_units_of_a_line_carry_what_the_first_k_of_them_round_to() -> None:
    # 290 over 3: the first 96.67, the first two 193.33, all 290
    assert split_units(eur("290"), 3) == Allocation((eur("96.67"), eur("96.66"), eur("96.67")), eur("0"))
    # a tax of 0.70 on 3, two of them back, then one: 0.4667
    assert part_of_units(eur("0.70"), 3, 2) == eur("0.47")
    assert part_of_units(eur("0.70"), 3, 1, before=2) == eur("0.23")
    # a half goes up, also below zero: 0.01 over 2
    assert split_units(eur("0.01"), 2).shares == (eur("0.01"), eur("0"))
    assert split_units(eur("-0.01"), 2).shares == (eur("-0.01"), eur("0"))
    assert part_of_units(eur("1000000.01"), 1_000_000_000, 20) == eur("0.02")
    assert part_of_units(eur("1.00"), 3, Decimal("0.5"), before=Decimal("0.5")) == eur("0.16")  # 0.33 less 0.17
    assert part_of_units(eur("1.00"), Decimal("2.5"), 1) == eur("0.40")
    assert part_of_units(eur("1.00"), 3, 0, before=3) == eur("0")


@given(amounts, st.integers(1, 40))
def test_no_unit_is_a_minor_unit_away_from_its_exact_share(total: int, quantity: int) -> None:
    for share in cents(split_units(Money.from_minor(total, "EUR"), quantity)):
        assert abs(share - Fraction(total, quantity)) < 1


def test_the_context_of_the_embedding_program_changes_nothing() -> None:
    with decimal.localcontext(prec=3):
        assert cents(allocate(eur("12345.67"), [Decimal("12345.67"), 1])) == [1234467, 100]
        assert part_of_units(eur("12345.67"), Decimal("1234.567"), Decimal("1234.566")) == eur("12345.66")


def test_units_of_finer_amounts_are_split_to_the_decimals_asked_for() -> None:
    """0.0003 over 2 with four decimals: the first carries 1.5 of the fourth, rounded up to 2, the second the rest."""
    assert split_units(eur("0.0003"), 2, rounding_digits=4).shares == (eur("0.0002"), eur("0.0001"))
    assert part_of_units(eur("0.0003"), 2, 1, rounding_digits=4) == eur("0.0002")


@pytest.mark.parametrize(
    ("quantity", "count", "before", "said"),
    [
        (3, 2, 2, "count: 2 is not accepted; accepted: 0 to 1"),
        (3, -1, 2, "count: -1 is not accepted; accepted: 0 to 1"),
        (3, 1, -1, "before: -1 is not accepted; accepted: 0 to 3"),
        (3, 0, 4, "before: 4 is not accepted; accepted: 0 to 3"),
        (0, 0, 0, "quantity: 0 is not accepted; accepted: a quantity above 0"),
    ],
)
def test_units_that_the_line_does_not_have_are_refused(quantity: int, count: int, before: int, said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        part_of_units(eur("1.00"), quantity, count, before=before)
    assert refused.value.problem.text() == said


def test_a_line_without_units_cannot_be_split() -> None:
    with pytest.raises(InvalidValue) as refused:
        split_units(eur("1.00"), 0)
    assert refused.value.problem.text() == "quantity: 0 is not accepted; accepted: 1 or more"
