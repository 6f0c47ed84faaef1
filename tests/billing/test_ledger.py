"""The ledger's balances by hand, and its two ceilings under whatever gateways answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.billing import Card, PaymentLedger, PaymentOperation, PaymentStatus
from servicecore.billing.transactions import PaymentTransaction
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


AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def moved(number: int, operation: PaymentOperation, tender: int, amount: str, **rest: Any) -> PaymentTransaction:
    """Return a transaction; approved in full unless a status says else, and its authorisation lapses after days."""
    days = rest.pop("days", None)
    status = rest.pop("status", PaymentStatus.APPROVED)
    return PaymentTransaction(
        number,
        f"key-{number}",
        operation,
        tender,
        eur(amount),
        AT,
        status=status,
        approved=eur(amount if status is PaymentStatus.APPROVED else "0"),
        expires_at=None if days is None else AT + timedelta(days=days),
        **rest,
    )


def two_tenders() -> PaymentLedger:
    """Return a ledger in which every amount stands for itself: no two sums of them are alike."""
    takes, gives, sets = PaymentOperation.CAPTURE, PaymentOperation.REFUND, PaymentOperation.AUTHORIZE
    return PaymentLedger(
        "EUR",
        (
            moved(1, sets, 0, "100", days=7),
            moved(2, takes, 0, "40", follows=1),
            moved(3, takes, 0, "10", follows=1, status=PaymentStatus.REQUESTED),
            moved(4, gives, 0, "5", follows=2),
            moved(5, gives, 0, "3", follows=2, status=PaymentStatus.PENDING),
            moved(6, sets, 1, "200", days=3),
            moved(7, PaymentOperation.CHARGE, 1, "70"),
            moved(8, sets, 1, "1000", status=PaymentStatus.UNKNOWN),
            moved(9, gives, 1, "8", follows=7),
            moved(10, takes, 1, "30", follows=6, status=PaymentStatus.DECLINED),
            moved(11, sets, 0, "7"),
        ),
    )


def test_each_tender_has_balances_of_its_own_and_the_document_their_sum() -> None:
    """Worked out by hand, of tender 0, of tender 1, and of both.

    Open on tender 0: 100 less 40 taken and 10 on the way, and 7: 57. On tender 1: 200, of which nothing was taken.
    Used: 40 + 10 + 57 = 107, and 70 + 200 + 1000 = 1270.
    """
    ledger = two_tenders()
    balances: dict[Callable[..., Money], tuple[str, str, str]] = {
        ledger.captured: ("40", "70", "110"),
        ledger.capturing: ("10", "0", "10"),
        ledger.refunded: ("5", "8", "13"),
        ledger.refunding: ("3", "0", "3"),
        ledger.authorized: ("107", "270", "377"),
        ledger.authorizing: ("0", "1000", "1000"),
        partial(ledger.authorized_open, AT): ("57", "200", "257"),
        partial(ledger.used, AT): ("107", "1270", "1377"),
    }
    for balance, expected in balances.items():
        assert (balance(0), balance(1), balance()) == tuple(eur(each) for each in expected), balance
    assert ledger.kept() == eur("94")  # 110 taken, 13 given back, 3 on their way back


def test_transactions_are_found_by_number_by_key_and_by_what_they_wait_for() -> None:
    ledger = two_tenders()
    assert ledger.find("key-4") is ledger.numbered(4) is ledger.transactions[3]
    assert ledger.find("key-12") is None
    assert ledger.numbered(12) is None
    assert [each.number for each in ledger.to_send()] == [3]
    assert [each.number for each in ledger.unsettled()] == [3, 5, 8]


def test_authorizations_lapse_in_the_order_of_their_instants() -> None:
    """Number 6 after three days, number 1 after seven; number 11 never does."""
    ledger = two_tenders()
    assert [each.number for each in ledger.expiring(AT + timedelta(days=3))] == [6]
    assert [each.number for each in ledger.expiring(AT + timedelta(days=7))] == [6, 1]
    assert ledger.next_expiry() == AT + timedelta(days=3)


def test_an_authorization_that_lapsed_when_it_was_made_is_still_to_be_noted() -> None:
    ledger = PaymentLedger("EUR", (moved(1, PaymentOperation.AUTHORIZE, 0, "10", days=0),))
    assert ledger.authorized_open(AT) == eur("0")
    assert [each.number for each in ledger.expiring(AT)] == [1]


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
