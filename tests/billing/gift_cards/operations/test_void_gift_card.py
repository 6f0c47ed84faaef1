from __future__ import annotations

from tests.billing.gift_cards.counter import Counter, eur

from servicecore.billing import (
    CardEntryKind,
    PayByGiftCard,
    RefundToGiftCard,
    ReleaseGiftCard,
    ReserveGiftCard,
    VoidGiftCard,
)

VOID = VoidGiftCard("card-1")


def test_an_unused_card_is_voided_with_all_that_is_on_it() -> None:
    counter = Counter()
    assert counter.do(VOID) == "ok"
    assert (counter.state.status.value, counter.money) == ("voided", ("0.00", "0.00", "0.00"))
    assert counter.state.total(CardEntryKind.VOID) == eur("30.00")
    assert counter.do(VOID) == "gift_card.voided"
    assert counter.do(PayByGiftCard("card-1", eur("1.00"), "k-1")) == "gift_card.voided"


def test_a_used_card_is_not_voided_even_where_all_came_back() -> None:
    counter = Counter()
    counter.do(PayByGiftCard("card-1", eur("1.00"), "k-1"))
    counter.do(RefundToGiftCard("card-1", eur("1.00"), "f-1", "k-1"))
    assert counter.do(VOID) == "gift_card.already_used"


def test_a_card_in_use_is_voided_only_after_the_release() -> None:
    counter = Counter()
    counter.do(ReserveGiftCard("card-1", eur("1.00"), "r-1", "order-1"))
    assert counter.do(VOID) == "gift_card.locked"
    counter.do(ReleaseGiftCard("card-1", "r-1", "v-1"))
    assert counter.do(VOID) == "ok"
