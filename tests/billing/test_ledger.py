"""The ledger's balances by hand, and its two ceilings under whatever gateways answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.billing import Card, PaymentLedger, PaymentOperation, PaymentStatus
from servicecore.kernel.money import Money


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_balances_are_folded_from_the_transactions(make_till: Callable[..., Any]) -> None:
    # Authorised 100.00, captured 60.00, refunded 15.00: open 40.00, kept 45.00.
    till = make_till()
    till.settle(till.purse.authorize(eur("100.00")))
    till.settle(till.purse.capture(eur("60.00")))
    till.settle(till.purse.refund(eur("15.00")))
    ledger: PaymentLedger = till.ledger
    assert ledger.authorized() == eur("100.00")
    assert ledger.authorized_open(till.purse.now) == eur("40.00")
    assert (ledger.captured(), ledger.refunded(), ledger.kept()) == (eur("60.00"), eur("15.00"), eur("45.00"))
    assert [each.status for each in ledger.transactions] == [PaymentStatus.APPROVED] * 3
    assert [each.follows for each in ledger.transactions] == [0, 1, 2]


def test_what_is_under_way_takes_room_and_what_failed_gives_it_back(make_till: Callable[..., Any]) -> None:
    till = make_till()
    till.settle(till.purse.authorize(eur("100.00")))
    till.save(till.purse.capture(eur("60.00")))
    assert till.ledger.authorized_open(till.purse.now) == eur("40.00")
    assert till.ledger.capturing() == eur("60.00")
    till.answer(2, PaymentStatus.UNKNOWN)
    assert till.ledger.authorized_open(till.purse.now) == eur("40.00")
    till.answer(2, PaymentStatus.DECLINED)
    assert till.ledger.authorized_open(till.purse.now) == eur("100.00")
    assert till.ledger.unsettled() == ()


def test_a_refund_under_way_leaves_room_for_the_rest_only(make_till: Callable[..., Any]) -> None:
    # 60.00 captured; 45.00 on their way back, so of further 30.00 only 15.00 find a place.
    till = make_till()
    till.settle(till.purse.authorize(eur("60.00")))
    till.settle(till.purse.capture(eur("60.00")))
    assert till.save(till.purse.refund(eur("45.00"))) == [(0, eur("45.00"))]
    plan = till.purse.refund(eur("30.00"))
    assert ([each.amount for each in plan.intents], plan.unplanned) == ([eur("15.00")], eur("15.00"))


def test_an_authorization_counts_nothing_from_its_expiry_on(make_till: Callable[..., Any]) -> None:
    till = make_till()
    till.save(till.purse.authorize(eur("10.00")))
    till.answer(1, lasting=timedelta(days=7))
    end = till.purse.now + timedelta(days=7)
    assert till.ledger.authorized_open(end - timedelta(microseconds=1)) == eur("10.00")
    assert till.ledger.authorized_open(end) == eur("0")
    assert till.ledger.next_expiry() == end
    assert [each.number for each in till.ledger.expiring(end)] == [1]
    noted = till.ledger.with_expiry("order-1/1")
    assert (noted.next_expiry(), noted.expiring(end)) == (None, ())
    assert noted.authorized_open(till.purse.now) == eur("0")


def test_a_used_up_authorization_has_nothing_to_lapse(make_till: Callable[..., Any]) -> None:
    till = make_till()
    till.save(till.purse.authorize(eur("10.00")))
    till.answer(1, lasting=timedelta(days=7))
    till.settle(till.purse.capture(eur("10.00")))
    assert till.ledger.next_expiry() is None


def test_a_void_closes_what_is_open_unless_it_failed(make_till: Callable[..., Any]) -> None:
    till = make_till()
    till.settle(till.purse.authorize(eur("10.00")))
    till.save(till.purse.void(eur("0")))
    assert till.ledger.authorized_open(till.purse.now) == eur("0")
    till.answer(2, PaymentStatus.DECLINED)
    assert till.ledger.authorized_open(till.purse.now) == eur("10.00")
    till.settle(till.purse.void(eur("0")))
    assert till.ledger.authorized_open(till.purse.now) == eur("0")


moves = st.tuples(
    st.sampled_from(["authorize", "capture", "refund", "void", "answer", "answer", "wait"]),
    st.integers(1, 6_000),
    st.sampled_from([*PaymentStatus, PaymentStatus.APPROVED, PaymentStatus.APPROVED, PaymentStatus.APPROVED]),
    st.integers(1, 100),
)


@settings(max_examples=100, deadline=None)
@given(limits=st.lists(st.none() | st.integers(1, 4_000), min_size=1, max_size=3), steps=st.lists(moves, max_size=40))
def test_captured_never_exceeds_authorized_nor_refunded_captured(
    make_till: Callable[..., Any], limits: list[int | None], steps: list[tuple[str, int, PaymentStatus, int]]
) -> None:
    """Plans of any amount and answers of any kind and order: the ceilings hold on each tender and transaction."""
    tenders = tuple(
        Card(f"t{place}", max_amount=None if limit is None else Money.from_minor(limit, "EUR"))
        for place, limit in enumerate(limits)
    )
    till = make_till(*tenders)
    for what, cents, status, share in steps:
        amount = Money.from_minor(cents, "EUR")
        waiting = till.ledger.unsettled()
        if what == "wait":
            till.later(timedelta(hours=cents))
        elif what != "answer":
            plan = getattr(till.purse, what)(amount)
            if what != "void":
                assert sum((each.amount.amount for each in plan.intents), plan.unplanned.amount) == amount.amount
            till.save(plan)
        elif waiting:
            asked = waiting[cents % len(waiting)]
            part = Money.from_minor(max(asked.amount.to_minor() * share // 100, 1), "EUR")
            till.answer(asked.number, status, part if status is PaymentStatus.APPROVED else None, timedelta(days=30))
        check(till.ledger, tenders)


def check(ledger: PaymentLedger, tenders: tuple[Card, ...]) -> None:
    zero = Money.zero("EUR")
    for index, tender in enumerate(tenders):
        assert ledger.captured(index) + ledger.capturing(index) <= ledger.authorized(index)
        assert ledger.refunded(index) + ledger.refunding(index) <= ledger.captured(index)
        if tender.max_amount is not None:
            assert ledger.captured(index) + ledger.capturing(index) <= tender.max_amount
    for parent in ledger.transactions:
        taken = zero
        for child in ledger.transactions:
            if child.follows == parent.number and child.operation is not PaymentOperation.VOID:
                assert child.tender == parent.tender
                taken += child.approved + child.reserved
        assert taken <= parent.approved
    assert [each.number for each in ledger.transactions] == list(range(1, len(ledger.transactions) + 1))
