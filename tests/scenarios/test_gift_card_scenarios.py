"""Gift cards from the sale to the last cent, each operation by its capability, on the public API only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore import Money, Refused, billing, orders, pricing
from servicecore.engine import draw_gift_card_number


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def issue(centre: Any, amount: str = "20.00", **fields: Any) -> str:
    fields.setdefault("code", billing.GiftCardCode.read(draw_gift_card_number()))
    return str(centre.manager.execute(billing.IssueGiftCard(euro(amount), **fields)).id)


def test_a_card_is_sold_with_an_order_mailed_and_taken_back_unused(centre: Any) -> None:
    """A13 A03 A16: issued with the invoice, numbered when it is mailed, voided before the money goes back."""
    anna = billing.GiftCardRecipient("Anna Bianchi", "anna@example.org", "Marta", "marta@example.org")
    cart = pricing.Cart(customer="C-1", currency="EUR", lines=(pricing.CartLine("gift-50", Decimal(1)),))
    placing = orders.PlaceOrder(
        quote=centre.agent.quote(cart),
        tenders=(orders.Card("tok_1"),),
        gift_cards=(orders.GiftCardSale(1, anna),),
    )
    order = centre.agent.execute(placing).id
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    (card,) = centre.core.find("gift_card", "status", "created")
    assert (centre.get(card).recipient, centre.get(card).balance) == (anna, euro("50.00"))
    number = draw_gift_card_number()
    centre.manager.execute(billing.AssignGiftCardCode(card, billing.GiftCardCode.read(number)))
    back = orders.RequestReturn(order, lines=(orders.LineQuantity(1, Decimal(1)),))
    assert [each.code for each in centre.agent.check(back, reason="unwanted")] == ["gift_card.not_voided"]
    centre.manager.execute(billing.VoidGiftCard(card), reason="withdrawal")
    centre.agent.execute(back, reason="unwanted")
    centre.agent.execute(orders.ReceiveReturn(order, returned=1))
    centre.agent.execute(orders.RefundReturn(order, returned=1))
    assert centre.gateway.server.balance("EUR") == euro("0.00")


def test_a_printed_card_is_issued_and_found_by_its_number(centre: Any) -> None:
    """A13: the number is on the card; the store has a digest of it, and shows four characters."""
    number = draw_gift_card_number()
    sale = billing.IssueGiftCard(euro("20.00"), code=billing.GiftCardCode.read(number), customer="C-1")
    card = centre.manager.execute(sale).id
    spoken = number.lower().replace("-", " ")
    assert centre.core.find("gift_card", "code", billing.GiftCardCode.read(spoken).digest) == (card,)
    assert centre.get(card).code.masked == f"**** {number[-4:]}"
    assert number not in repr(centre.core.history(card))
    assert number.replace("-", "") not in repr(tuple(centre.core.runtime.store.documents()))
    with pytest.raises(Refused) as refused:
        centre.manager.execute(sale)
    assert refused.value.problems[0].code == "command.claim_taken"


def test_an_email_card_gets_its_number_when_it_is_mailed_and_another_when_it_is_lost(centre: Any) -> None:
    """A13: without a number it cannot be used; the second number takes the place of the first."""
    anna = billing.GiftCardRecipient("Anna Bianchi", "anna@example.org", "Marta")
    card = issue(centre, code=None, recipient=anna)
    assert centre.get(card).status is billing.GiftCardStatus.CREATED
    numbers = [draw_gift_card_number() for _mail in range(2)]
    for number in numbers:
        centre.manager.execute(billing.AssignGiftCardCode(card, billing.GiftCardCode.read(number)))
    found = [centre.core.find("gift_card", "code", billing.GiftCardCode.read(each).digest) for each in numbers]
    assert found == [(), (card,)]


def test_funds_are_added_to_a_card(centre: Any) -> None:
    """A13: 10.00 more, once, however often the payment is told."""
    card = issue(centre)
    for _told in range(2):
        centre.manager.execute(billing.AddGiftCardFunds(card, euro("10.00"), key="receipt-1"))
    assert centre.get(card).balance == euro("30.00")


def test_an_order_is_paid_by_gift_card_and_card_and_comes_back(centre: Any) -> None:
    """A13 A09 A16: 10.00 of 13.50 from the gift card, the rest by card; one unit back, first to the card."""
    gift = issue(centre, "10.00")
    tenders = (orders.GiftCardTender(gift, max_amount=euro("10.00")), orders.Card("tok_1"))
    order = centre.order(3, tenders=tenders)
    assert centre.get(gift).available == euro("0.00")
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    assert centre.get(gift).status is billing.GiftCardStatus.EXHAUSTED
    assert centre.gateway.server.balance("EUR") == euro("3.50")
    number = centre.returned(order)
    centre.agent.execute(orders.RefundReturn(order, returned=number))
    assert (centre.gateway.server.balance("EUR"), centre.get(gift).balance) == (euro("0.00"), euro("1.00"))


def test_a_service_of_ones_own_reserves_pays_releases_and_refunds(centre: Any) -> None:
    """A13: whoever sells something else than orders uses the card by its own commands and keys."""
    card = issue(centre)
    desk = centre.manager
    desk.execute(billing.ReserveGiftCard(card, euro("15.00"), key="stay-1", document="booking-7"))
    desk.execute(
        billing.PayByGiftCard(card, euro("12.00"), key="stay-1/paid", document="booking-7", reservation="stay-1")
    )
    desk.execute(billing.ReleaseGiftCard(card, reservation="stay-1", key="stay-1/rest"))
    desk.execute(billing.RefundToGiftCard(card, euro("2.00"), key="stay-1/back", payment="stay-1/paid"))
    state = centre.get(card)
    assert (state.balance, state.reserved) == (euro("10.00"), euro("0.00"))


def test_a_lost_card_is_locked_and_unlocked_for_a_reason(centre: Any) -> None:
    """A13: the agent locks it at once; the repair is a manager's."""
    card = issue(centre)
    centre.agent.execute(billing.LockGiftCard(card), reason="lost")
    order = centre.order(3, tenders=(orders.GiftCardTender(card),))
    assert centre.get(order).ledger.transactions[0].decline.code == "gift_card.locked"
    assert [each.code for each in centre.agent.check(billing.UnlockGiftCard(card))] == [
        "authority.not_permitted",
        "authority.reason_required",
    ]
    centre.manager.execute(billing.UnlockGiftCard(card), reason="found_again")
    centre.agent.execute(orders.AuthorizePayment(order))
    assert centre.get(card).reserved == euro("13.50")


def test_a_card_expires_on_time_and_is_extended(centre: Any) -> None:
    """A13: noted by due work at its instant, also weeks later, and good again until the new one."""
    year = timedelta(days=365)
    card = issue(centre, expires_at=centre.clock.now() + year)
    centre.clock.advance(year + timedelta(weeks=3))
    centre.core.run_due()
    assert centre.get(card).status is billing.GiftCardStatus.EXPIRED
    centre.manager.execute(billing.ExtendGiftCard(card, centre.clock.now() + year), reason="goodwill")
    assert centre.get(card).status is billing.GiftCardStatus.ACTIVE


def test_only_an_unused_card_is_voided(centre: Any) -> None:
    """A13: a sale that was a mistake is taken back; a card that paid something stays."""
    unused, used = issue(centre), issue(centre)
    centre.manager.execute(billing.PayByGiftCard(used, euro("1.00"), key="k-1"))
    centre.manager.execute(billing.VoidGiftCard(unused), reason="mistake")
    assert centre.get(unused).balance == euro("0.00")
    with pytest.raises(Refused) as refused:
        centre.manager.execute(billing.VoidGiftCard(used), reason="mistake")
    assert refused.value.problems[0].code == "gift_card.already_used"
