from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.billing import Card, OnAccount, TenderKind
from servicecore.billing.tenders import charging_order, refund_order
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money


def test_kinds_are_charged_in_sequence_and_equals_as_they_were_given() -> None:
    # Vector payment_method_order/ibm-1: card, account, card gives account, card, card.
    tenders = (Card("card1"), OnAccount(), Card("card2"))
    assert [index for index, _ in charging_order(tenders)] == [1, 0, 2]
    assert [index for index, _ in charging_order(tenders, (TenderKind.CARD, TenderKind.ON_ACCOUNT))] == [0, 2, 1]
    assert [index for index, _ in charging_order(tenders, (TenderKind.CARD,))] == [0, 2, 1]


def test_refunds_go_by_priority_then_to_the_tender_charged_last() -> None:
    tenders = (Card("a"), Card("b", refund_priority=-1), Card("c"), OnAccount(), Card("d", refundable=False))
    assert [index for index, _ in refund_order(tenders)] == [1, 2, 0, 3]


@pytest.mark.parametrize("token", ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "", " tok"])
def test_a_card_number_or_no_token_never_enters(token: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        Card(token)
    assert "4111" not in str(caught.value)


@pytest.mark.parametrize("limit", ["0", "-0.01"])
def test_a_limit_is_above_zero(limit: str) -> None:
    with pytest.raises(InvalidValue):
        Card("tok", max_amount=Money(Decimal(limit), "EUR"))
    with pytest.raises(InvalidValue):
        OnAccount(max_amount=Money(Decimal(limit), "EUR"))


@given(st.lists(st.builds(Card, st.just("tok"), refund_priority=st.integers(-2, 2), refundable=st.booleans())))
def test_every_refundable_tender_has_one_place(tenders: list[Card]) -> None:
    places = [index for index, _ in refund_order(tenders)]
    assert sorted(places) == [index for index, tender in enumerate(tenders) if tender.refundable]
    priorities = [tenders[index].refund_priority for index in places]
    assert priorities == sorted(priorities)
