"""The payment server in memory, against a plain list of movements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from servicecore.plugins.api import Decline, Money, PaymentOperation, PaymentRequest, PaymentResult, PaymentStatus
from servicecore.plugins.builtin.fake_server import FakePaymentServer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AUTHORIZE, CAPTURE, CHARGE = PaymentOperation.AUTHORIZE, PaymentOperation.CAPTURE, PaymentOperation.CHARGE
VOID, REFUND = PaymentOperation.VOID, PaymentOperation.REFUND


class Shop:
    """Sends requests with running keys."""

    def __init__(self) -> None:
        self.server = FakePaymentServer()
        self.sent = 0

    def send(self, operation: PaymentOperation, euros: str, ref: str = "", now: datetime = NOW) -> PaymentResult:
        self.sent += 1
        request = PaymentRequest(f"k{self.sent}", operation, Money(euros, "EUR"), "t", ref)
        return self.server.handle(request, now)


def code(result: PaymentResult) -> str:
    return "" if result.decline is None else result.decline.code


def test_capture_stops_at_what_was_authorised_and_refund_at_what_was_captured() -> None:
    shop = Shop()
    ref = shop.send(AUTHORIZE, "100.00").gateway_ref
    first = shop.send(CAPTURE, "60.00", ref)
    assert code(shop.send(CAPTURE, "40.01", ref)) == "beyond_authorisation"
    assert code(shop.send(CAPTURE, "40.00", ref)) == ""
    assert code(shop.send(REFUND, "99.99", first.gateway_ref)) == ""
    assert code(shop.send(REFUND, "0.02", ref)) == "beyond_capture"
    assert shop.server.balance("EUR") == Money("0.01", "EUR")
    assert shop.server.balance("USD") == Money.zero("USD")


def test_a_void_ends_the_authorisation_and_comes_too_late_after_a_capture() -> None:
    shop = Shop()
    ref = shop.send(AUTHORIZE, "10.00").gateway_ref
    assert code(shop.send(VOID, "10.00", ref)) == ""
    assert code(shop.send(CAPTURE, "10.00", ref)) == "voided"
    assert code(shop.send(REFUND, "10.00", ref)) == "beyond_capture"
    other = shop.send(CHARGE, "10.00").gateway_ref
    assert code(shop.send(VOID, "10.00", other)) == "not_voidable"


def test_an_authorisation_lapses_after_seven_days() -> None:
    shop = Shop()
    result = shop.send(AUTHORIZE, "10.00")
    assert result.expires_at == NOW + timedelta(days=7)
    ref = result.gateway_ref
    assert code(shop.send(CAPTURE, "1.00", ref, NOW + timedelta(days=7) - timedelta(seconds=1))) == ""
    assert code(shop.send(CAPTURE, "1.00", ref, NOW + timedelta(days=7))) == "expired"


def test_the_same_key_moves_money_once_and_another_request_under_it_is_declined() -> None:
    shop = Shop()
    request = PaymentRequest("k", CHARGE, Money("10.00", "EUR"), "t")
    first = shop.server.handle(request, NOW)
    assert shop.server.handle(evolve(request, attempt=2), NOW) == first
    assert code(shop.server.handle(evolve(request, amount=Money("99.00", "EUR")), NOW)) == "key_reused"
    assert shop.server.balance("EUR") == Money("10.00", "EUR")
    assert shop.server.answer_to("k") == first


def test_what_refers_to_nothing_or_to_another_currency_is_declined() -> None:
    shop = Shop()
    ref = shop.send(AUTHORIZE, "10.00").gateway_ref
    assert code(shop.send(CAPTURE, "10.00", "nowhere")) == "unknown_reference"
    other = PaymentRequest("usd", CAPTURE, Money("10.00", "USD"), "t", ref)
    assert code(shop.server.handle(other, NOW)) == "wrong_currency"


@pytest.mark.parametrize("decline", [None, Decline("refused", soft=False)])
def test_a_pending_request_is_decided_once(decline: Decline | None) -> None:
    server = FakePaymentServer()
    request = PaymentRequest("k", CHARGE, Money("10.00", "EUR"), "t")
    assert server.hold_back(request).status is PaymentStatus.PENDING
    assert server.balance("EUR") == Money.zero("EUR")
    server.settle("k", NOW, decline)
    server.settle("k", NOW)
    settled = server.answer_to("k")
    assert settled is not None
    assert settled.status is (PaymentStatus.APPROVED if decline is None else PaymentStatus.DECLINED)
    assert server.balance("EUR") == Money("10.00" if decline is None else "0.00", "EUR")
