from __future__ import annotations

from tests.billing.gift_cards.counter import Counter, eur

from servicecore.billing import PayByGiftCard, ReleaseGiftCard, ReserveGiftCard


def test_what_is_left_of_a_reservation_is_available_again() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("20.00"), "r-1", "order-1"))
    counter.do(PayByGiftCard("card-1", eur("5.00"), "k-1", "order-1", "r-1"))
    assert counter.do(ReleaseGiftCard("card-1", "r-1", "v-1")) == "ok"
    assert counter.money == ("25.00", "0.00", "25.00")
    assert counter.state.lock is None
    assert counter.do(ReleaseGiftCard("card-1", "r-1", "v-2")) == "nothing"


def test_a_reservation_that_never_was_is_not_released() -> None:
    counter = Counter()
    assert counter.do(ReleaseGiftCard("card-1", "r-1", "v-1")) == "gift_card.reservation_ended"


def test_one_that_lapsed_is_noted_as_that() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("20.00"), "r-1", "order-1"))
    counter.wait(days=31)
    assert counter.do(ReleaseGiftCard("card-1", "r-1", "v-1")) == "ok"
    assert counter.told == ["reservation_lapsed"]
