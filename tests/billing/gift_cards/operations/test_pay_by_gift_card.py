from __future__ import annotations

from datetime import timedelta

from tests.billing.gift_cards.counter import NOW, Counter, eur

from servicecore.billing import LockGiftCard, PayByGiftCard, ReleaseGiftCard, ReserveGiftCard
from servicecore.kernel.money import Money


def test_a_direct_payment_takes_up_to_the_balance_and_no_cent_more() -> None:
    """The vector gift-card-redeem: 30.00 of 30.00 passes, 30.01 does not, and an empty card says so itself."""
    assert Counter().do(PayByGiftCard("card-1", eur("30.01"), "k-1")) == "gift_card.insufficient"
    counter = Counter()
    assert counter.do(PayByGiftCard("card-1", eur("30.00"), "k-1")) == "ok"
    assert counter.state.status.value == "exhausted"
    assert counter.do(PayByGiftCard("card-1", eur("1.00"), "k-2")) == "gift_card.zero_balance"


def test_the_same_key_pays_once() -> None:
    counter = Counter()
    counter.do(PayByGiftCard("card-1", eur("10.00"), "k-1", "order-1"))
    counter.wait(hours=1)
    assert counter.do(PayByGiftCard("card-1", eur("10.00"), "k-1", "order-1")) == "nothing"
    assert counter.do(PayByGiftCard("card-1", eur("10.00"), "k-1", "order-2")) == "gift_card.key_reused"
    assert counter.money == ("20.00", "0.00", "20.00")


def test_a_reservation_is_paid_in_parts_and_no_further() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("20.00"), "r-1", "order-1"))
    assert counter.do(PayByGiftCard("card-1", eur("12.00"), "k-1", "order-1", "r-1")) == "ok"
    assert counter.money == ("18.00", "8.00", "10.00")
    assert counter.do(PayByGiftCard("card-1", eur("8.01"), "k-2", "order-1", "r-1")) == "gift_card.reservation_ended"
    assert counter.do(PayByGiftCard("card-1", eur("8.00"), "k-2", "order-1", "r-1")) == "ok"
    assert counter.money == ("10.00", "0.00", "10.00")


def test_what_was_reserved_is_paid_although_the_card_was_locked_or_expired_since() -> None:
    counter = Counter(expires_at=NOW + timedelta(days=1))
    counter.do(ReserveGiftCard("card-1", eur("20.00"), "r-1", "order-1"))
    counter.do(LockGiftCard("card-1"))
    counter.wait(days=2)
    assert counter.do(PayByGiftCard("card-1", eur("20.00"), "k-1", "order-1", "r-1")) == "ok"
    assert counter.do(PayByGiftCard("card-1", eur("1.00"), "k-2", "order-1")) == "gift_card.expired"


def test_nothing_is_paid_out_of_a_reservation_that_never_was_or_ended() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("20.00"), "r-1", "order-1"))
    pay = PayByGiftCard("card-1", eur("1.00"), "k-1", "order-1", "r-2")
    assert counter.do(pay) == "gift_card.reservation_ended"
    assert counter.problems[0].param("accepted") == "r-1"
    counter.do(ReleaseGiftCard("card-1", "r-1", "v-1"))
    assert counter.do(PayByGiftCard("card-1", eur("1.00"), "k-1", "order-1", "r-1")) == "gift_card.reservation_ended"
    wrong = PayByGiftCard("card-1", Money("1", "USD"), "k-1", "order-1", "r-1")
    assert counter.do(wrong) == "gift_card.currency_mismatch"
