from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.explain import Explanation
from servicecore.kernel.money import Money
from servicecore.orders import Amounts, BilledPart, LineOverride, MatchedPart, OrderLine, TotalShare


def amounts(net: str, tax: str) -> Amounts:
    return Amounts(Money(Decimal(net), "EUR"), Money(Decimal(tax), "EUR"))


def line(quantity: str, net: str, tax: str) -> OrderLine:
    return OrderLine(1, "P-1", "Pump", "each", Decimal(quantity), amounts(net, tax))


def test_bills_and_cancellations_take_places_in_one_row() -> None:
    # 3 units for 1.00: 0.33, 0.67, 1.00, so the first is 0.33, the second 0.34, the third 0.33, whoever takes it.
    start = line("3", "1.00", "0.10")
    first = start.next_share(Decimal(1))
    assert first == amounts("0.33", "0.03")
    canceled = start.with_cancellation(Decimal(1), first)
    second = canceled.next_share(Decimal(1))
    assert second == amounts("0.34", "0.04")
    billed = canceled.with_bill(BilledPart(1, Decimal(1), second))
    assert billed.next_share(Decimal(1)) == amounts("0.33", "0.03")
    assert [billed.invoiced, billed.canceled, billed.open] == [Decimal(1), Decimal(1), Decimal(2)]
    assert (billed.billable, billed.billed_amounts) == (amounts("0.67", "0.07"), amounts("0.34", "0.04"))


def test_refunds_walk_through_the_bills_in_order() -> None:
    # Bills of 2 units for 5.01 and 1 unit for 9.00. One unit back: 2.51 (half up); the next: 2.50; the third: 9.00.
    billed = line("3", "14.01", "0.00")
    billed = billed.with_bill(BilledPart(1, Decimal(2), amounts("5.01", "0.00")))
    billed = billed.with_bill(BilledPart(2, Decimal(1), amounts("9.00", "0.00")))
    assert billed.paid_share(Decimal(1)) == amounts("2.51", "0.00")
    assert billed.paid_share(Decimal("2.5")) == amounts("9.51", "0.00")
    assert billed.paid_share(Decimal(3)) == amounts("14.01", "0.00")


def by_hand(price: str) -> LineOverride:
    money = Money(Decimal(price), "EUR")
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return LineOverride(money, Decimal(2), money, money, "loyal", "mia", "", at, Explanation("price", money * 0, ()))


def begun() -> OrderLine:
    """Return 4 units for 10.02 and 2.20 tax: one billed for 2.51 and 0.55, one canceled for 2.50 and 0.55.

    The first units cost 2.505, 5.01, 7.515 and 10.02, so with halves rounded up 2.51, 2.50, 2.51 and 2.50.
    """
    billed = line("4", "10.02", "2.20").with_bill(BilledPart(1, Decimal(1), amounts("2.51", "0.55")))
    return billed.with_cancellation(Decimal(1), amounts("2.50", "0.55"))


def test_a_price_set_by_hand_is_for_the_units_that_are_left_and_shared_among_them() -> None:
    """1.01 and 0.22 for two units: 0.51 and 0.11, then 0.50 and 0.11. What is settled stays: 5.01 and 1.10."""
    override = by_hand("0.51")
    priced = begun().with_price(amounts("1.01", "0.22"), override)
    assert (priced.agreed, priced.override) == (amounts("6.02", "1.32"), override)
    assert [priced.next_share(Decimal(units)) for units in (1, 2)] == [amounts("0.51", "0.11"), amounts("1.01", "0.22")]
    third = priced.with_bill(BilledPart(2, Decimal(1), priced.next_share(Decimal(1))))
    assert third.next_share(Decimal(1)) == amounts("0.50", "0.11")
    again = third.with_price(amounts("9.00", "1.98"), None)
    assert (again.agreed, again.override) == (amounts("14.52", "3.19"), None)  # 2.51 + 2.50 + 0.51 + 9.00
    assert again.next_share(Decimal(1)) == amounts("9.00", "1.98")


def test_what_was_agreed_at_first_is_known_whatever_was_set_by_hand() -> None:
    """The third unit cost 2.51, the third and the fourth 5.01."""
    start = begun()
    once = start.with_price(amounts("1.01", "0.22"), by_hand("0.51"))
    twice = once.with_price(amounts("9.00", "1.98"), by_hand("4.50"))
    for state in (start, once, twice):
        assert state.first_share(Decimal(1)) == amounts("2.51", "0.55")
        assert state.first_share(Decimal(2)) == amounts("5.01", "1.10")
        assert state.first_units == Decimal(4)


def test_what_is_agreed_anew_counts_as_agreed_at_first() -> None:
    """3.01 for the two units that are left: 1.51 and 1.50; whatever was set by hand before is gone."""
    state = begun().with_price(amounts("1.01", "0.22"), by_hand("0.51")).with_agreed(amounts("3.01", "0.66"))
    assert (state.agreed, state.override, state.first_units) == (amounts("8.02", "1.76"), None, Decimal(2))
    assert state.first_share(Decimal(1)) == state.next_share(Decimal(1)) == amounts("1.51", "0.33")
    assert state.first_share(Decimal(2)) == state.next_share(Decimal(2)) == amounts("3.01", "0.66")
    last = state.with_bill(BilledPart(2, Decimal(1), amounts("1.51", "0.33")))
    assert last.first_share(Decimal(1)) == last.next_share(Decimal(1)) == amounts("1.50", "0.33")


def share_of_total(before: Amounts, units_from: int) -> TotalShare:
    money = Money(Decimal("1.00"), "EUR")
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    told = Explanation("line 1", money * 0, ())
    return TotalShare(before, Decimal(units_from), money, money * 9, money * 8, "loyal", "mia", "", at, told)


def test_what_a_lowered_total_took_off_is_known_beside_what_the_units_cost_without_it() -> None:
    """The third and fourth of four units cost 2.51 and 2.50 without it, with 0.55 tax each; 4.00 together with it."""
    start = begun()
    share = share_of_total(start.priced, 0)
    lowered = start.with_price(amounts("4.00", "0.88"), None, share)
    assert (lowered.total_share, lowered.without_total) == (share, amounts("5.01", "1.10"))
    assert lowered.next_share(Decimal(2)) == amounts("4.00", "0.88")
    billed = lowered.with_bill(BilledPart(2, Decimal(1), lowered.next_share(Decimal(1))))
    assert (billed.without_total, billed.next_share(Decimal(1))) == (amounts("2.50", "0.55"), amounts("2.00", "0.44"))
    restored = billed.with_price(billed.without_total, None)
    assert (restored.total_share, restored.without_total) == (None, amounts("2.50", "0.55"))


def test_a_total_lowered_after_a_price_set_by_hand_stands_on_that_price() -> None:
    """1.01 and 0.22 were set by hand for the last two of four units: the fourth has 0.50 and 0.11 of them."""
    priced = begun().with_price(amounts("1.01", "0.22"), by_hand("0.51"))
    assert priced.priced == priced.without_total == amounts("1.01", "0.22")
    lowered = priced.with_price(amounts("0.90", "0.20"), priced.override, share_of_total(priced.priced, 2))
    assert lowered.without_total == amounts("1.01", "0.22")
    billed = lowered.with_bill(BilledPart(2, Decimal(1), lowered.next_share(Decimal(1))))
    assert (billed.without_total, billed.override) == (amounts("0.50", "0.11"), priced.override)


def test_cancellations_add_up() -> None:
    state = begun().with_cancellation(Decimal(2), amounts("5.01", "1.10"))
    assert (state.canceled, state.canceled_amounts, state.to_bill) == (Decimal(3), amounts("7.51", "1.65"), Decimal(0))


@pytest.mark.parametrize(
    ("refunded", "units", "net", "tax"),
    [
        (0, 1, "10.00", "2.20"),
        (0, 2, "17.51", "3.85"),
        (0, 3, "25.01", "5.50"),
        (0, 5, "42.01", "9.24"),
        (0, 6, "52.01", "11.44"),
        (1, 1, "7.51", "1.65"),
        (1, 2, "15.01", "3.30"),
        (2, 1, "7.50", "1.65"),
        (2, 2, "17.50", "3.85"),
        (3, 1, "10.00", "2.20"),
        (3, 3, "27.00", "5.94"),
        (4, 1, "7.00", "1.54"),
        (4, 2, "17.00", "3.74"),
        (5, 1, "10.00", "2.20"),
    ],
)
def test_matched_units_get_back_what_the_match_left_of_their_bill(
    refunded: int, units: int, net: str, tax: str
) -> None:
    """Six units were billed at 10.00 and 2.20. The second and third keep 15.01 and 3.30, the fifth 7.00 and 1.54.

    Of 15.01 the second unit has 7.51 (a half goes up), the third the other 7.50.
    """
    state = line("6", "60.00", "13.20").with_bill(BilledPart(1, Decimal(6), amounts("60.00", "13.20")))
    state = state.with_match(MatchedPart(Decimal(1), Decimal(2), amounts("15.01", "3.30")))
    state = state.with_match(MatchedPart(Decimal(4), Decimal(1), amounts("7.00", "1.54")))
    assert evolve(state, refunded=Decimal(refunded)).paid_share(Decimal(units)) == amounts(net, tax)


@given(
    bills=st.lists(st.tuples(st.integers(1, 20), st.integers(0, 5000)), min_size=1, max_size=5),
    cut=st.integers(0, 100),
    decimals=st.integers(0, 2),
)
def test_a_refund_cut_in_two_is_the_refund_in_one(bills: list[tuple[int, int]], cut: int, decimals: int) -> None:
    scaled = [Decimal(quantity).scaleb(-decimals) for quantity, _ in bills]
    state = line(str(sum(scaled)), "0.00", "0.00")
    for number, (quantity, (_, cents)) in enumerate(zip(scaled, bills, strict=True), 1):
        part = BilledPart(
            number, quantity, Amounts(Money.from_minor(cents, "EUR"), Money.from_minor(cents // 5, "EUR"))
        )
        state = state.with_bill(part)
    whole = state.invoiced
    first = whole * cut / 100
    rest = evolve(state, refunded=first).paid_share(whole - first)
    assert state.paid_share(first) + rest == state.billed_amounts
