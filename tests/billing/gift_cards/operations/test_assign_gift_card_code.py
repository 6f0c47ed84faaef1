from __future__ import annotations

from tests.billing.gift_cards.counter import NUMBER, Counter, eur

from servicecore.billing import AssignGiftCardCode, GiftCardCode, PayByGiftCard, VoidGiftCard

OTHER = GiftCardCode.read("AAAA-BBBB-CCCC-DDDD")


def test_a_card_without_a_number_cannot_be_used_and_with_one_it_can() -> None:
    counter = Counter(code=None)
    pay = PayByGiftCard("card-1", eur("1.00"), "k-1")
    assert counter.do(pay) == "gift_card.no_number"
    assert counter.do(AssignGiftCardCode("card-1", GiftCardCode.read(NUMBER))) == "ok"
    assert counter.do(pay) == "ok"


def test_another_number_takes_the_place_of_a_lost_one() -> None:
    counter = Counter()
    assert counter.do(AssignGiftCardCode("card-1", OTHER)) == "ok"
    assert counter.state.code == OTHER
    assert counter.do(AssignGiftCardCode("card-1", OTHER)) == "nothing"


def test_a_voided_card_gets_none() -> None:
    counter = Counter()
    counter.do(VoidGiftCard("card-1"))
    assert counter.do(AssignGiftCardCode("card-1", OTHER)) == "gift_card.voided"
