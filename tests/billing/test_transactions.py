from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.billing import (
    Decline,
    PaymentOperation,
    PaymentOutcome,
    PaymentResult,
    PaymentStatus,
    PaymentTransaction,
)
from servicecore.billing.transactions import idempotency_key, read_outcome
from servicecore.kernel.money import Money

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def asked(operation: PaymentOperation = PaymentOperation.AUTHORIZE) -> PaymentTransaction:
    return PaymentTransaction(1, "order-1/1", operation, 0, eur("10.00"), NOW)


@given(document=st.text(min_size=1, max_size=100), numbers=st.tuples(st.integers(1, 9999), st.integers(1, 9999)))
def test_keys_are_stable_unique_and_at_most_64_characters(document: str, numbers: tuple[int, int]) -> None:
    first, second = numbers
    key = idempotency_key(document, first)
    assert len(key) <= 64
    assert key == idempotency_key(document, first)
    assert (key == idempotency_key(document, second)) == (first == second)


def test_two_long_documents_have_different_keys() -> None:
    assert idempotency_key("x" * 90 + "1", 1) != idempotency_key("x" * 90 + "2", 1)


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        (PaymentStatus.REQUESTED, True),
        (PaymentStatus.PENDING, True),
        (PaymentStatus.ACTION_REQUIRED, True),
        (PaymentStatus.UNKNOWN, True),
        (PaymentStatus.APPROVED, False),
        (PaymentStatus.DECLINED, False),
        (PaymentStatus.NOT_SENT, False),
    ],
)
def test_money_may_still_move_until_the_answer_is_final(status: PaymentStatus, is_open: bool) -> None:
    result = PaymentResult(status, eur("10.00") if status is PaymentStatus.APPROVED else eur("0"))
    outcome = PaymentOutcome("order-1/1", status, None if status is PaymentStatus.REQUESTED else result)
    after = read_outcome(asked(), outcome).on(asked())
    assert after.is_open is is_open
    assert after.reserved == (eur("10.00") if is_open else eur("0"))
    assert after.effect == (eur("0") if status in {PaymentStatus.DECLINED, PaymentStatus.NOT_SENT} else eur("10.00"))


def test_an_approval_for_less_is_taken_for_what_it_is() -> None:
    result = PaymentResult(PaymentStatus.APPROVED, eur("6.00"), "ref", expires_at=LATER)
    after = read_outcome(asked(), PaymentOutcome("order-1/1", PaymentStatus.APPROVED, result)).on(asked())
    assert (after.approved, after.gateway_ref, after.expires_at) == (eur("6.00"), "ref", LATER)


def test_only_authorizations_lapse_and_an_instant_without_zone_says_nothing() -> None:
    result = PaymentResult(PaymentStatus.APPROVED, eur("10.00"), "ref", expires_at=LATER)
    capture = asked(PaymentOperation.CAPTURE)
    assert read_outcome(capture, PaymentOutcome("k", PaymentStatus.APPROVED, result)).expires_at is None
    naive = PaymentResult(PaymentStatus.APPROVED, eur("10.00"), "ref", expires_at=LATER.replace(tzinfo=None))
    assert read_outcome(asked(), PaymentOutcome("k", PaymentStatus.APPROVED, naive)).expires_at is None


def test_a_void_is_done_whatever_amount_the_gateway_names() -> None:
    result = PaymentResult(PaymentStatus.APPROVED, eur("0"), "ref")
    answer = read_outcome(asked(PaymentOperation.VOID), PaymentOutcome("k", PaymentStatus.APPROVED, result))
    assert (answer.status, answer.approved) == (PaymentStatus.APPROVED, eur("10.00"))


def test_a_decline_keeps_its_code_and_only_a_decline_has_one() -> None:
    decline = Decline("expired_card", soft=False)
    declined = PaymentResult(PaymentStatus.DECLINED, eur("0"), decline=decline)
    assert read_outcome(asked(), PaymentOutcome("k", PaymentStatus.DECLINED, declined)).decline == decline
    pending = PaymentResult(PaymentStatus.PENDING, eur("0"), decline=decline)
    assert read_outcome(asked(), PaymentOutcome("k", PaymentStatus.PENDING, pending)).decline is None
