from __future__ import annotations

from tests.billing.gift_cards.counter import Counter, eur

from servicecore.billing import LockGiftCard, PayByGiftCard, ReserveGiftCard


def test_nothing_new_is_paid_with_a_locked_card() -> None:
    counter = Counter()
    assert counter.do(LockGiftCard("card-1")) == "ok"
    assert counter.state.status.value == "locked"
    assert counter.do(PayByGiftCard("card-1", eur("1.00"), "k-1")) == "gift_card.locked"
    assert counter.do(ReserveGiftCard("card-1", eur("1.00"), "k-1")) == "gift_card.locked"
    assert counter.do(LockGiftCard("card-1")) == "gift_card.locked"


def test_a_lock_by_hand_outlives_the_payment_that_was_under_way() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("10.00"), "r-1", "order-1"))
    assert counter.do(LockGiftCard("card-1")) == "ok"
    counter.do(PayByGiftCard("card-1", eur("10.00"), "k-1", "order-1", "r-1"))
    assert counter.state.status.value == "locked"
