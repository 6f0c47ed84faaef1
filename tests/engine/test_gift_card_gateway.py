"""Orders paid by gift card: the same intents and answers as with any gateway, and every cent on the card's books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore import Money, billing, orders
from servicecore.billing import PaymentOperation, PaymentRequest, PaymentStatus
from servicecore.engine import gift_card_gateway
from servicecore.engine.execute import execute
from servicecore.engine.requests import SYSTEM, Request
from servicecore.storage.memory import MemoryStore
from servicecore.storage.ports import StoreUnavailable

CODE = billing.GiftCardCode.read("7KQ2-9XMP-4TRA-00BD")


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def issue(shop: Any, amount: str = "30.00", **fields: Any) -> str:
    fields.setdefault("code", CODE)
    return str(shop.manager.execute(billing.IssueGiftCard(euro(amount), **fields)).id)


def place(shop: Any, *tenders: orders.GiftCardTender | orders.Card, quantity: int = 3) -> str:
    quote = shop.agent.quote(shop.cart(quantity))
    return str(shop.agent.execute(orders.PlaceOrder(quote=quote, tenders=tenders)).id)


def transactions(shop: Any, order: str) -> list[str]:
    return [
        f"{each.operation.value} {each.status.value} {each.approved.round().amount}"
        for each in shop.order(order).ledger.transactions
    ]


def money(shop: Any, card: str) -> tuple[str, str]:
    state = shop.agent.get(card)
    return str(state.balance.round().amount), str(state.reserved.round().amount)


def deliver(shop: Any, order: str) -> None:
    shop.agent.execute(orders.ShipLines(order))
    shop.agent.execute(orders.InvoiceShipment(order))


def test_an_order_is_reserved_at_submit_and_paid_with_the_invoice(shop: Any) -> None:
    """13.50 of 30.00: set aside first, taken with the invoice, and the invoice is paid."""
    card = issue(shop)
    order = place(shop, orders.GiftCardTender(card))
    assert transactions(shop, order) == ["authorize approved 13.50"]
    assert money(shop, card) == ("30.00", "13.50")
    deliver(shop, order)
    assert transactions(shop, order)[1:] == ["capture approved 13.50"]
    assert money(shop, card) == ("16.50", "0.00")
    (invoice,) = shop.core.find("invoice", "order", order)
    assert shop.agent.get(invoice).status is billing.InvoiceStatus.PAID


def test_a_gift_card_and_a_card_share_an_order(shop: Any) -> None:
    """Gift cards are charged first, up to their limit; the card takes the rest."""
    gift = issue(shop, "10.00")
    card = orders.Card("tok_1")
    order = place(shop, card, orders.GiftCardTender(gift, max_amount=euro("10.00")))
    assert transactions(shop, order) == ["authorize approved 10.00", "authorize approved 3.50"]
    deliver(shop, order)
    assert money(shop, gift) == ("0.00", "0.00")
    assert shop.gateway.server.balance("EUR") == euro("3.50")


def test_a_refund_goes_back_to_the_same_gift_card(shop: Any) -> None:
    """CC 13: internal gift card, same card number."""
    card = issue(shop)
    order = place(shop, orders.GiftCardTender(card))
    deliver(shop, order)
    one = (orders.LineQuantity(1, Decimal(1)),)
    shop.agent.execute(orders.RequestReturn(order, lines=one), reason="unwanted")
    shop.agent.execute(orders.ReceiveReturn(order, returned=1))
    shop.agent.execute(orders.RefundReturn(order, returned=1))
    assert transactions(shop, order)[2:] == ["refund approved 4.50"]
    assert money(shop, card) == ("21.00", "0.00")


def test_a_canceled_order_gives_the_reservation_back_and_unlocks_the_card(shop: Any) -> None:
    card = issue(shop)
    order = place(shop, orders.GiftCardTender(card))
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert transactions(shop, order) == ["authorize approved 13.50", "void approved 13.50"]
    assert money(shop, card) == ("30.00", "0.00")
    assert shop.agent.get(card).status is billing.GiftCardStatus.ACTIVE


@pytest.mark.parametrize(
    ("amount", "code", "soft"),
    [("13.49", "gift_card.insufficient", True), ("13.50", "", False)],
)
def test_more_than_the_balance_is_declined_with_the_balance(shop: Any, amount: str, code: str, soft: bool) -> None:
    card = issue(shop, amount)
    order = place(shop, orders.GiftCardTender(card))
    (transaction,) = shop.order(order).ledger.transactions
    decline = transaction.decline
    assert (decline.code if decline else "") == code
    assert decline is None or (decline.soft is soft and "13.49 EUR" in decline.message)
    assert money(shop, card)[0] == amount


def test_a_declined_order_is_paid_once_there_are_funds(shop: Any) -> None:
    card = issue(shop, "5.00")
    order = place(shop, orders.GiftCardTender(card))
    shop.manager.execute(billing.AddGiftCardFunds(card, euro("10.00"), key="receipt-9"))
    shop.agent.execute(orders.AuthorizePayment(order))
    assert transactions(shop, order) == ["authorize declined 0.00", "authorize approved 13.50"]


def test_what_is_no_card_in_the_orders_currency_is_declined(shop: Any) -> None:
    dollars = shop.manager.execute(billing.IssueGiftCard(Money("50", "USD"), code=CODE)).id
    codes = []
    for card in (dollars, "no-such-card"):
        (transaction,) = shop.order(place(shop, orders.GiftCardTender(card))).ledger.transactions
        assert transaction.decline is not None
        assert not transaction.decline.soft
        codes.append(transaction.decline.code)
    assert codes == ["gift_card.currency_mismatch", "command.not_found"]


def test_a_reservation_that_lapses_leaves_the_order_uncovered(shop: Any) -> None:
    """Order and card note it at the same instant, and the card can be used for something else."""
    card = issue(shop)
    order = place(shop, orders.GiftCardTender(card))
    shop.clock.advance(timedelta(days=30))
    shop.core.run_due()
    assert "orders.authorization_expired" in shop.events(order)
    assert money(shop, card) == ("30.00", "0.00")
    shop.agent.execute(orders.AuthorizePayment(order))
    assert money(shop, card) == ("30.00", "13.50")


def request(card: str, operation: PaymentOperation, key: str, amount: str = "10.00", ref: str = "") -> PaymentRequest:
    return PaymentRequest(key, operation, euro(amount), card, gateway_ref=ref, order="order-9")


def test_an_old_key_gives_the_old_answer_even_after_the_card_is_empty(shop: Any) -> None:
    card = issue(shop)
    runtime = shop.core.runtime
    charge = request(card, PaymentOperation.CHARGE, "k-1", "30.00")
    first = gift_card_gateway.pay(runtime, charge)
    assert first.status is PaymentStatus.APPROVED
    assert gift_card_gateway.pay(runtime, charge) == first == gift_card_gateway.query(runtime, charge)
    assert money(shop, card) == ("0.00", "0.00")
    back = request(card, PaymentOperation.REFUND, "k-2", "12.00", ref="k-1")
    assert gift_card_gateway.query(runtime, back).status is PaymentStatus.NOT_SENT
    answers = [gift_card_gateway.pay(runtime, back) for _again in range(2)]
    assert answers[0] == answers[1]
    assert money(shop, card) == ("12.00", "0.00")


def test_a_refund_that_was_made_stays_made_after_the_card_expired(shop: Any) -> None:
    """A card that expired takes no refund, and still answers for one that it took."""
    card = issue(shop, expires_at=shop.clock.now() + timedelta(days=1))
    runtime = shop.core.runtime
    gift_card_gateway.pay(runtime, request(card, PaymentOperation.CHARGE, "k-1", "30.00"))
    back = request(card, PaymentOperation.REFUND, "k-2", "12.00", ref="k-1")
    first = gift_card_gateway.pay(runtime, back)
    shop.clock.advance(timedelta(days=1))
    assert gift_card_gateway.pay(runtime, back) == first
    late = gift_card_gateway.pay(runtime, request(card, PaymentOperation.REFUND, "k-3", "12.00", ref="k-1"))
    assert late.result is not None
    assert late.result.decline is not None
    assert late.result.decline.code == "gift_card.expired"


def test_a_void_of_what_lapsed_is_done_already(shop: Any) -> None:
    card = issue(shop)
    runtime = shop.core.runtime
    gift_card_gateway.pay(runtime, request(card, PaymentOperation.AUTHORIZE, "k-1"))
    void = request(card, PaymentOperation.VOID, "k-2", ref="k-1")
    assert gift_card_gateway.query(runtime, void).status is PaymentStatus.NOT_SENT
    shop.clock.advance(timedelta(days=31))
    assert gift_card_gateway.pay(runtime, void).status is PaymentStatus.APPROVED
    nothing = request(card, PaymentOperation.VOID, "k-3", ref="k-9")
    assert gift_card_gateway.pay(runtime, nothing).status is PaymentStatus.DECLINED


class FailingStore(MemoryStore):
    """A store that commits and then fails to say so, when it is told to."""

    fails = False

    def transaction(self) -> Any:
        if self.fails:
            raise StoreUnavailable("the database went away")
        return super().transaction()


def test_where_the_store_fails_nobody_knows_until_the_reconciler_asks(open_shop: Callable[..., Any]) -> None:
    """The intent stands; the next run asks the card, which never heard of it, and sends it again: once."""
    store = FailingStore()
    shop = open_shop(store)
    card = issue(shop)
    runtime = shop.core.runtime
    quote = shop.agent.quote(shop.cart(3))
    placing = orders.PlaceOrder(quote=quote, tenders=(orders.GiftCardTender(card),))
    order = execute(runtime, Request(placing, SYSTEM)).id
    asked = shop.order(order).ledger.transactions[0]
    store.fails = True
    outcome = gift_card_gateway.pay(runtime, request(card, PaymentOperation.AUTHORIZE, asked.key, "13.50"))
    assert outcome.status is PaymentStatus.UNKNOWN
    store.fails = False
    assert shop.core.run_due().payments == 1
    assert transactions(shop, order) == ["authorize approved 13.50"]
    assert money(shop, card) == ("30.00", "13.50")
    before = shop.snapshot()
    assert shop.core.run_due().payments == 0
    assert shop.snapshot() == before


def test_an_answer_that_was_never_recorded_is_settled_by_asking(shop: Any) -> None:
    """The process died between the card's transaction and the order's: the card knows, and nothing moves twice."""
    card = issue(shop)
    runtime = shop.core.runtime
    quote = shop.agent.quote(shop.cart(3))
    placing = orders.PlaceOrder(quote=quote, tenders=(orders.GiftCardTender(card),))
    order = execute(runtime, Request(placing, SYSTEM)).id
    (asked,) = orders.open_payment_requests(shop.order(order))
    gift_card_gateway.pay(runtime, asked.request)
    assert transactions(shop, order) == ["authorize requested 0.00"]
    assert shop.core.run_due().payments == 1
    assert transactions(shop, order) == ["authorize approved 13.50"]
    assert money(shop, card) == ("30.00", "13.50")


def test_an_external_gift_card_goes_to_its_own_gateway(open_shop: Callable[..., Any]) -> None:
    policy = orders.OrderPolicy(card_gateway="scripted", gift_card_gateway="scripted")
    shop = open_shop(orders=policy)
    order = place(shop, orders.GiftCardTender("gift_tok_1"))
    assert transactions(shop, order) == ["authorize approved 13.50"]
    assert shop.order(order).tenders[0].gateway == "scripted"
