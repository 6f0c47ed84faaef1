from __future__ import annotations

from datetime import timedelta

from tests.billing.gift_cards.counter import NOW, Counter, eur

from servicecore.billing import ExpireGiftCard, ExtendGiftCard, PayByGiftCard, VoidGiftCard

DAY = timedelta(days=1)


def test_an_expired_card_that_is_extended_is_used_again() -> None:
    counter = Counter(expires_at=NOW + DAY)
    counter.wait(days=1)
    counter.do(ExpireGiftCard("card-1"))
    pay = PayByGiftCard("card-1", eur("30.00"), "k-1")
    assert counter.do(pay) == "gift_card.expired"
    assert counter.do(ExtendGiftCard("card-1", NOW + 2 * DAY)) == "ok"
    assert counter.do(pay) == "ok"


def test_an_expiry_only_moves_later() -> None:
    counter = Counter(expires_at=NOW + 5 * DAY)
    assert counter.do(ExtendGiftCard("card-1", NOW + 5 * DAY)) == "gift_card.expired"
    assert counter.do(ExtendGiftCard("card-1")) == "ok"
    assert counter.do(ExtendGiftCard("card-1", NOW + 9 * DAY)) == "gift_card.expired"


def test_a_voided_card_is_not_extended() -> None:
    counter = Counter(expires_at=NOW + DAY)
    counter.do(VoidGiftCard("card-1"))
    assert counter.do(ExtendGiftCard("card-1")) == "gift_card.voided"
