from __future__ import annotations

from tests.billing.gift_cards.counter import Counter, eur

from servicecore.billing import LockGiftCard, PayByGiftCard, ReserveGiftCard, UnlockGiftCard


def test_an_unlocked_card_is_used_again() -> None:
    counter = Counter()
    counter.do(LockGiftCard("card-1"))
    assert counter.do(UnlockGiftCard("card-1")) == "ok"
    assert counter.do(PayByGiftCard("card-1", eur("30.00"), "k-1")) == "ok"


def test_unlocking_a_card_in_use_keeps_what_is_reserved() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("20.00"), "r-1", "order-1"))
    assert counter.do(UnlockGiftCard("card-1")) == "ok"
    assert counter.do(PayByGiftCard("card-1", eur("10.01"), "k-1", "order-2")) == "gift_card.insufficient"
    assert counter.do(PayByGiftCard("card-1", eur("10.00"), "k-1", "order-2")) == "ok"
    assert counter.do(PayByGiftCard("card-1", eur("20.00"), "k-2", "order-1", "r-1")) == "ok"


def test_a_card_that_is_not_locked_says_so() -> None:
    assert Counter().do(UnlockGiftCard("card-1")) == "gift_card.not_locked"
