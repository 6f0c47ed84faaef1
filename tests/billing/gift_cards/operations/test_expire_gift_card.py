from __future__ import annotations

from datetime import timedelta

from tests.billing.gift_cards.counter import NOW, Counter, eur

from servicecore.billing import GIFT_CARD, ExpireGiftCard, ReserveGiftCard, VoidGiftCard

DAY = timedelta(days=1)


def test_lapses_are_told_once_in_order_and_the_card_wakes_for_each() -> None:
    counter = Counter(expires_at=NOW + 3 * DAY)
    counter.do(ReserveGiftCard("card-1", eur("1.00"), "r-5", "order-1", NOW + 5 * DAY))
    counter.do(ReserveGiftCard("card-1", eur("2.00"), "r-2", "order-1", NOW + 2 * DAY))
    assert GIFT_CARD.next_wakeup(counter.state) == NOW + 2 * DAY
    counter.wait(days=4)
    assert counter.do(ExpireGiftCard("card-1")) == "ok"
    assert counter.told == ["reservation_lapsed", "expired"]
    assert GIFT_CARD.next_wakeup(counter.state) == NOW + 5 * DAY
    assert counter.do(ExpireGiftCard("card-1")) == "nothing"
    counter.wait(days=1)
    counter.do(ExpireGiftCard("card-1"))
    assert GIFT_CARD.next_wakeup(counter.state) is None
    assert counter.money == ("30.00", "0.00", "30.00")


def test_a_voided_card_never_wakes() -> None:
    counter = Counter(expires_at=NOW + DAY)
    counter.do(VoidGiftCard("card-1"))
    assert GIFT_CARD.next_wakeup(counter.state) is None
    counter.wait(days=2)
    assert counter.do(ExpireGiftCard("card-1")) == "nothing"
