from __future__ import annotations

from datetime import timedelta

import pytest
from tests.billing.gift_cards.counter import NOW, Counter, eur

from servicecore.billing import CardLock, GiftCardPolicy, PayByGiftCard, ReserveGiftCard
from servicecore.kernel.money import Money

SHARED = GiftCardPolicy(locks_in_use=False)


def test_what_is_reserved_is_not_available_and_still_on_the_card() -> None:
    counter = Counter()
    assert counter.do(ReserveGiftCard("card-1", eur("12.34"), "k-1", "order-1")) == "ok"
    assert counter.money == ("30.00", "12.34", "17.66")


def test_the_same_key_reserves_once() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("12.00"), "k-1", "order-1"))
    assert counter.do(ReserveGiftCard("card-1", eur("12.00"), "k-1", "order-1")) == "nothing"
    assert counter.do(ReserveGiftCard("card-1", eur("11.00"), "k-1", "order-1")) == "gift_card.key_reused"
    assert counter.do(ReserveGiftCard("card-1", eur("12.00"), "k-1", "order-2")) == "gift_card.key_reused"


def test_a_card_in_use_is_locked_for_everything_else_until_the_posting() -> None:
    """CC 12.7: order 1 may come back to the card, order 2 waits until the payment is posted."""
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("10.00"), "k-1", "order-1"))
    other = ReserveGiftCard("card-1", eur("5.00"), "k-2", "order-2")
    assert counter.do(other) == "gift_card.locked"
    assert "order-1" in counter.problems[0].text()
    assert counter.do(ReserveGiftCard("card-1", eur("5.00"), "k-3", "order-1")) == "ok"
    assert counter.do(PayByGiftCard("card-1", eur("10.00"), "k-4", "order-1", "k-1")) == "ok"
    assert counter.do(other) == "gift_card.locked"
    assert counter.do(PayByGiftCard("card-1", eur("5.00"), "k-5", "order-1", "k-3")) == "ok"
    assert counter.do(other) == "ok"


def test_a_second_reservation_of_the_document_leaves_the_lock_as_it_was() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("10.00"), "k-1", "order-1"))
    counter.wait(hours=1)
    counter.do(ReserveGiftCard("card-1", eur("5.00"), "k-2", "order-1"))
    assert counter.state.lock == CardLock("order-1", NOW)


def test_by_policy_several_documents_share_a_balance() -> None:
    counter = Counter(policy=SHARED)
    assert counter.do(ReserveGiftCard("card-1", eur("20.00"), "k-1", "order-1")) == "ok"
    assert counter.do(ReserveGiftCard("card-1", eur("10.01"), "k-2", "order-2")) == "gift_card.insufficient"
    assert counter.problems[0].param("accepted") == "10.00 EUR"
    assert counter.do(ReserveGiftCard("card-1", eur("10.00"), "k-2", "order-2")) == "ok"
    assert counter.do(ReserveGiftCard("card-1", eur("0.01"), "k-3", "order-3")) == "gift_card.zero_balance"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (Money("5", "USD"), "gift_card.currency_mismatch"),
        (eur("0"), "gift_card.wrong_amount"),
        (eur("-1"), "gift_card.wrong_amount"),
        (eur("30.01"), "gift_card.insufficient"),
    ],
)
def test_what_the_card_cannot_give_is_refused(amount: Money, code: str) -> None:
    counter = Counter()
    assert counter.do(ReserveGiftCard("card-1", amount, "k-1")) == code
    assert counter.money == ("30.00", "0.00", "30.00")


def test_a_reservation_lapses_at_its_instant_and_the_lock_with_it() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("30.00"), "k-1", "order-1", NOW + timedelta(days=2)))
    counter.wait(days=2, microseconds=-1)
    assert counter.do(ReserveGiftCard("card-1", eur("30.00"), "k-2", "order-2")) == "gift_card.locked"
    counter.wait(microseconds=1)
    assert counter.do(ReserveGiftCard("card-1", eur("30.00"), "k-2", "order-2")) == "ok"
    assert counter.told == ["reservation_lapsed", "reserved"]


def test_a_reservation_that_is_over_at_once_is_refused() -> None:
    assert Counter().do(ReserveGiftCard("card-1", eur("1.00"), "k-1", expires_at=NOW)) == "gift_card.wrong_amount"
