from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.billing.gift_cards.counter import NOW, NUMBER, Counter, eur

from servicecore.billing import GIFT_CARD, GiftCardCode, GiftCardPolicy, GiftCardRecipient, IssueGiftCard
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money


def test_a_card_begins_with_its_funds_in_its_currency() -> None:
    counter = Counter("50.00", customer="C-1", source="order-1/shipment/1/2")
    assert counter.money == ("50.00", "0.00", "50.00")
    assert (counter.state.id, counter.state.currency, counter.state.status.value) == ("card-1", "EUR", "active")
    assert counter.state.expires_at is None


def test_it_is_found_by_the_digest_of_its_number_and_alone_has_it() -> None:
    code = GiftCardCode.read(NUMBER)
    state = Counter(source="order-1/shipment/1/2").state
    assert dict(GIFT_CARD.indexes(state))["code"] == (code.digest,)
    assert GIFT_CARD.claims(state) == (f"gift-card-code:{code.digest}", "gift-card-source:order-1/shipment/1/2")
    assert GIFT_CARD.claims(Counter(code=None).state) == ()


def test_it_is_found_by_whom_it_is_for() -> None:
    anna = GiftCardRecipient("Anna Bianchi", "anna@example.org", "Marta")
    assert dict(GIFT_CARD.indexes(Counter(recipient=anna).state))["recipient"] == ("Anna Bianchi", "anna@example.org")
    assert dict(GIFT_CARD.indexes(Counter().state))["recipient"] == ()


def test_the_policy_says_how_long_it_lasts_unless_the_card_does() -> None:
    year = GiftCardPolicy(valid_for=timedelta(days=365))
    assert Counter(policy=year).state.expires_at == NOW + timedelta(days=365)
    assert Counter(policy=year, expires_at=NOW + timedelta(days=1)).state.expires_at == NOW + timedelta(days=1)


@pytest.mark.parametrize("amount", [eur("0"), eur("-1"), eur("0.001"), Money("1.5", "JPY")])
def test_an_amount_that_nobody_can_pay_is_refused(amount: Money) -> None:
    counter = Counter()
    counter.card = None
    assert counter.do(IssueGiftCard(amount)) == "gift_card.wrong_amount"


def test_an_expiry_that_is_over_or_has_no_zone_is_refused() -> None:
    counter = Counter()
    counter.card = None
    assert counter.do(IssueGiftCard(eur("1"), expires_at=NOW)) == "gift_card.expired"
    with pytest.raises(InvalidValue, match="expires_at"):
        IssueGiftCard(eur("1"), expires_at=datetime(2030, 1, 1))  # noqa: DTZ001 - the naive instant is the point


def test_a_source_is_made_of_ids() -> None:
    with pytest.raises(InvalidValue, match="source"):
        IssueGiftCard(eur("1"), source="order-1//2")
    with pytest.raises(InvalidValue, match="id"):
        IssueGiftCard(eur("1"), id=" ")
