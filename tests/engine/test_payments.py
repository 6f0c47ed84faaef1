"""Money movement: intents before calls, doubts settled by asking, and never money twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from servicecore import orders
from servicecore.billing import PaymentOutcome, PaymentStatus
from servicecore.engine.execute import execute
from servicecore.engine.payments import reconcile
from servicecore.engine.requests import Request
from servicecore.plugins.builtin.scripted_gateway import Fault


def statuses(shop: Any, order: str) -> list[str]:
    return [each.status.value for each in shop.order(order).ledger.transactions]


def test_an_approved_card_is_authorised_at_submit_and_captured_with_the_invoice(shop: Any) -> None:
    order = shop.place(3, card=True)
    assert statuses(shop, order) == ["approved"]
    shop.agent.execute(orders.ShipLines(order))
    shop.agent.execute(orders.InvoiceShipment(order))
    assert str(shop.order(order).ledger.captured()) == "13.50 EUR"
    assert str(shop.gateway.server.balance("EUR")) == "13.50 EUR"


def test_a_soft_decline_leaves_the_order_uncovered_and_another_try_gets_a_new_key(shop: Any) -> None:
    shop.gateway.script(Fault.DECLINE_SOFT)
    order = shop.place(3, card=True)
    assert statuses(shop, order) == ["declined"]
    declined = shop.order(order).ledger.transactions[0]
    assert declined.decline is not None
    assert declined.decline.soft
    assert shop.core.find("order", "payment", "failed_auth") == (order,)
    shop.agent.execute(orders.AuthorizePayment(order))
    assert statuses(shop, order) == ["declined", "approved"]
    keys = [each.key for each in shop.order(order).ledger.transactions]
    assert len(set(keys)) == 2


def test_a_lost_answer_blocks_and_is_settled_by_asking_exactly_once(shop: Any) -> None:
    shop.gateway.script(Fault.LOSE_ANSWER)
    order = shop.place(3, card=True)
    assert statuses(shop, order) == ["unknown"]
    assert [problem.code for problem in shop.agent.check(orders.AuthorizePayment(order))] == [
        "orders.nothing_to_authorize"
    ]
    first = shop.core.run_due()
    assert first.payments == 1
    assert statuses(shop, order) == ["approved"]
    assert shop.events(order).count("orders.payment_requested") == 1
    before = shop.snapshot()
    assert shop.core.run_due().payments == 0
    assert shop.snapshot() == before


def test_an_order_in_doubt_stays_open_as_long_as_the_gateway_is_silent(shop: Any) -> None:
    shop.gateway.script(Fault.LOSE_ANSWER)
    order = shop.place(3, card=True)
    shop.gateway.script_queries(Fault.UNAVAILABLE)
    before = shop.snapshot()
    report = shop.core.run_due()
    assert (report.payments, report.failures) == (0, ())
    assert shop.snapshot() == before
    assert shop.core.run_due().payments == 1
    assert statuses(shop, order) == ["approved"]


def test_a_request_that_was_certainly_not_sent_is_noted_and_may_be_tried_again(shop: Any) -> None:
    shop.gateway.script(Fault.UNAVAILABLE)
    order = shop.place(3, card=True)
    assert statuses(shop, order) == ["not_sent"]
    shop.agent.execute(orders.AuthorizePayment(order))
    assert statuses(shop, order) == ["not_sent", "approved"]


def test_an_intent_whose_process_died_before_the_call_is_sent_later_under_its_key(shop: Any) -> None:
    """The order is placed by the engine alone, as if the process had died right after the commit."""
    receipt = execute(shop.core.runtime, Request(shop.placing(3, card=True), shop.agent.actor))
    order = receipt.id
    assert statuses(shop, order) == ["requested"]
    (waiting,) = orders.open_payment_requests(shop.order(order))

    shop.agent.execute(orders.AddNote(order, "another command does not send it: it may be on its way"))
    assert statuses(shop, order) == ["requested"]

    assert shop.core.run_due().payments == 1
    assert statuses(shop, order) == ["approved"]
    assert shop.order(order).ledger.transactions[0].key == waiting.key


def test_an_intent_whose_process_died_after_the_call_is_not_sent_again(shop: Any) -> None:
    order = execute(shop.core.runtime, Request(shop.placing(3, card=True), shop.agent.actor)).id
    (waiting,) = orders.open_payment_requests(shop.order(order))
    shop.core.runtime.host.pay(waiting.gateway, waiting.request)  # the answer dies with the process
    calls = [call.operation for call in shop.core.runtime.host.calls]
    assert reconcile(shop.core.runtime).settled == 1
    fresh = [call.operation for call in shop.core.runtime.host.calls][len(calls) :]
    assert fresh == ["gateway.query scripted"]
    assert statuses(shop, order) == ["approved"]


def test_an_authorisation_that_is_found_after_the_cancellation_is_voided_at_once(shop: Any) -> None:
    shop.gateway.script(Fault.LOSE_ANSWER)
    order = shop.place(3, card=True)
    shop.agent.execute(orders.CancelOrder(order), reason="customer_request")
    shop.core.run_due()
    ledger = shop.order(order).ledger
    assert [(each.operation.value, each.status.value) for each in ledger.transactions] == [
        ("authorize", "approved"),
        ("void", "approved"),
    ]


def test_an_order_that_cannot_be_read_does_not_keep_the_others_in_doubt(shop: Any, monkeypatch: Any) -> None:
    shop.gateway.script(Fault.LOSE_ANSWER, Fault.LOSE_ANSWER)
    broken, sound = shop.place(3, card=True), shop.place(3, card=True)
    real = shop.core.runtime.host.query_payment

    def query(gateway: str, key: str, request: Any = None) -> Any:
        if broken in key:
            raise ZeroDivisionError("a bug")
        return real(gateway, key, request)

    monkeypatch.setattr(shop.core.runtime.host, "query_payment", query)
    report = shop.core.run_due()
    assert [(failure.kind, failure.id) for failure in report.failures] == [("order", broken)]
    assert "ZeroDivisionError" in report.failures[0].reason
    assert (statuses(shop, broken), statuses(shop, sound)) == (["unknown"], ["approved"])


@pytest.mark.parametrize("fault", [Fault.WRONG_CURRENCY, Fault.OVER_AMOUNT, Fault.NONSENSE, Fault.RAISE])
def test_an_answer_that_makes_no_sense_is_a_doubt_and_no_payment(shop: Any, fault: Fault) -> None:
    shop.gateway.script(fault)
    order = shop.place(3, card=True)
    assert statuses(shop, order) == ["unknown"]
    assert not shop.order(order).ledger.authorized()
    shop.core.run_due()
    assert statuses(shop, order)[0] == PaymentStatus.APPROVED.value
    shop.clock.advance(timedelta(days=1))
    assert shop.core.run_due().payments == 0


def test_a_later_answer_that_contradicts_a_settled_one_changes_nothing(shop: Any, monkeypatch: Any) -> None:
    shop.gateway.script(Fault.LOSE_ANSWER)
    order = shop.place(3, card=True)
    real = shop.core.runtime.host.query_payment

    def query(_gateway: str, key: str, _request: Any = None) -> PaymentOutcome:
        """Another process settles the payment while this one asks."""
        monkeypatch.setattr(shop.core.runtime.host, "query_payment", real)
        assert reconcile(shop.core.runtime).settled == 1
        return PaymentOutcome(key, PaymentStatus.DECLINED)

    monkeypatch.setattr(shop.core.runtime.host, "query_payment", query)
    assert shop.core.run_due().failures == ()
    assert statuses(shop, order) == ["approved"]
