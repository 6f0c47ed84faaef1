from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.billing.gift_cards.counter import NOW, Counter, eur

from servicecore.billing import LockGiftCard, PayByGiftCard, RefundToGiftCard
from servicecore.kernel.money import Money


def paid(**fields: Any) -> Counter:
    counter = Counter(**fields)
    counter.do(PayByGiftCard("card-1", eur("25.00"), "k-1", "order-1"))
    return counter


def test_a_refund_goes_back_to_the_same_card_and_never_beyond_the_payment() -> None:
    counter = paid()
    assert counter.do(RefundToGiftCard("card-1", eur("10.00"), "f-1", "k-1")) == "ok"
    assert counter.do(RefundToGiftCard("card-1", eur("15.01"), "f-2", "k-1")) == "gift_card.nothing_to_refund"
    assert counter.problems[0].param("accepted") == "at most 15.00 EUR"
    assert counter.do(RefundToGiftCard("card-1", eur("15.00"), "f-2", "k-1")) == "ok"
    assert counter.money == ("30.00", "0.00", "30.00")


@given(parts=st.lists(st.integers(1, 1_500), max_size=6))
def test_refunds_of_a_payment_sum_to_at_most_the_payment(parts: list[int]) -> None:
    counter, given_back = paid(), 0
    for number, cents in enumerate(parts):
        told = counter.do(RefundToGiftCard("card-1", Money.from_minor(cents, "EUR"), f"f-{number}", "k-1"))
        fits = given_back + cents <= 2_500
        assert told == ("ok" if fits else "gift_card.nothing_to_refund")
        given_back += cents if fits else 0
    assert counter.state.balance.to_minor() == 500 + given_back


def test_the_same_key_refunds_once() -> None:
    counter = paid()
    refund = RefundToGiftCard("card-1", eur("10.00"), "f-1", "k-1")
    assert [counter.do(refund), counter.do(refund)] == ["ok", "nothing"]
    assert counter.do(RefundToGiftCard("card-1", eur("9.00"), "f-1", "k-1")) == "gift_card.key_reused"


def test_only_a_payment_is_given_back() -> None:
    counter = paid()
    assert counter.do(RefundToGiftCard("card-1", eur("1.00"), "f-1", "k-2")) == "gift_card.nothing_to_refund"
    assert counter.problems[0].param("accepted") == "k-1"
    assert counter.do(RefundToGiftCard("card-1", eur("1.00"), "f-1", "")) == "gift_card.nothing_to_refund"


def test_a_locked_card_takes_a_refund_an_expired_one_does_not() -> None:
    locked, expired = paid(), paid(expires_at=NOW + timedelta(days=1))
    locked.do(LockGiftCard("card-1"))
    expired.wait(days=1)
    refund = RefundToGiftCard("card-1", eur("1.00"), "f-1", "k-1")
    assert [locked.do(refund), expired.do(refund)] == ["ok", "gift_card.expired"]
