from __future__ import annotations

from datetime import timedelta

from tests.billing.gift_cards.counter import NOW, Counter, eur

from servicecore.billing import AddGiftCardFunds, LockGiftCard, ReserveGiftCard, VoidGiftCard
from servicecore.kernel.money import Money


def test_funds_raise_the_balance_once_a_key() -> None:
    counter = Counter()
    assert counter.do(AddGiftCardFunds("card-1", eur("20.50"), "p-1")) == "ok"
    assert counter.do(AddGiftCardFunds("card-1", eur("20.50"), "p-1")) == "nothing"
    assert counter.do(AddGiftCardFunds("card-1", eur("20.51"), "p-1")) == "gift_card.key_reused"
    assert counter.money == ("50.50", "0.00", "50.50")


def test_a_key_of_a_reservation_is_no_key_for_funds() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("1.00"), "k-1"))
    assert counter.do(AddGiftCardFunds("card-1", eur("1.00"), "k-1")) == "gift_card.key_reused"


def test_funds_are_above_zero_in_the_currency_of_the_card() -> None:
    counter = Counter()
    assert counter.do(AddGiftCardFunds("card-1", eur("0"), "p-1")) == "gift_card.wrong_amount"
    assert counter.do(AddGiftCardFunds("card-1", eur("1.005"), "p-1")) == "gift_card.wrong_amount"
    assert counter.do(AddGiftCardFunds("card-1", Money("1", "USD"), "p-1")) == "gift_card.currency_mismatch"


def test_a_locked_card_takes_funds_a_voided_or_expired_one_does_not() -> None:
    locked, voided, expired = Counter(), Counter(), Counter(expires_at=NOW + timedelta(days=1))
    locked.do(LockGiftCard("card-1"))
    voided.do(VoidGiftCard("card-1"))
    expired.wait(days=1)
    funds = AddGiftCardFunds("card-1", eur("5.00"), "p-1")
    assert [each.do(funds) for each in (locked, voided, expired)] == ["ok", "gift_card.voided", "gift_card.expired"]
