from __future__ import annotations

from decimal import Decimal

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.money import Money
from servicecore.orders import Amounts, BilledPart, OrderLine


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
