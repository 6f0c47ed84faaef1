from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve

from servicecore.billing import Card, OnAccount, PaymentOperation, PaymentStatus, TenderKind
from servicecore.kernel.money import Money


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_tenders_are_authorized_in_charging_order_up_to_their_limits(make_till: Callable[..., Any]) -> None:
    # Vector payment_method_order/ibm-3: 100.00 on a limit of 40.00 and none gives 40.00 and 60.00.
    till = make_till(Card("m3", max_amount=eur("40.00")), Card("m4"))
    assert till.save(till.purse.authorize(eur("100.00"))) == [(0, eur("40.00")), (1, eur("60.00"))]


def test_what_no_tender_can_take_is_said(make_till: Callable[..., Any]) -> None:
    # Vector payment_method_order/ibm-4: 60.00 stay uncovered.
    plan = make_till(Card("m3", max_amount=eur("40.00"))).purse.authorize(eur("100.00"))
    assert ([each.amount for each in plan.intents], plan.unplanned) == ([eur("40.00")], eur("60.00"))


def test_a_named_tender_is_used_alone(make_till: Callable[..., Any]) -> None:
    till = make_till(Card("a"), Card("b", max_amount=eur("5.00")))
    plan = till.purse.authorize(eur("7.00"), 1)
    assert ([each.tender for each in plan.intents], plan.unplanned) == ([1], eur("2.00"))


def test_captures_come_from_the_account_first_and_from_the_oldest_authorization(make_till: Callable[..., Any]) -> None:
    till = make_till(Card("a", max_amount=eur("30.00")), OnAccount(max_amount=eur("20.00")))
    till.settle(till.purse.authorize(eur("50.00")))
    assert till.save(till.purse.capture(eur("35.00"))) == [(1, eur("20.00")), (0, eur("15.00"))]
    assert [each.follows for each in till.ledger.transactions] == [0, 0, 1, 2]


def test_refunds_of_one_tender_come_from_its_latest_capture(make_till: Callable[..., Any]) -> None:
    till = make_till()
    till.settle(till.purse.authorize(eur("50.00")))
    till.settle(till.purse.capture(eur("30.00")))
    till.settle(till.purse.capture(eur("20.00")))
    plan = till.purse.refund(eur("25.00"))
    assert [(each.follows, each.amount) for each in plan.intents] == [(3, eur("20.00")), (2, eur("5.00"))]


def test_a_refund_in_the_preferred_order_and_only_to_eligible_tenders(make_till: Callable[..., Any]) -> None:
    # Vectors refund_amounts/so-10 and so-12: 10.00 over 5.00 and 5.00, the account preferred, or the account alone.
    for refundable, expected, left in (
        (True, [(1, eur("5.00")), (0, eur("5.00"))], eur("0.00")),
        (False, [(1, eur("5.00"))], eur("5.00")),
    ):
        card = Card("card", max_amount=eur("5.00"), refundable=refundable)
        till = make_till(card, OnAccount(max_amount=eur("5.00"), refund_priority=-1))
        till.settle(till.purse.authorize(eur("10.00")))
        till.settle(till.purse.capture(eur("10.00")))
        plan = till.purse.refund(eur("10.00"))
        assert ([(each.tender, each.amount) for each in plan.intents], plan.unplanned) == (expected, left)


def test_the_last_tender_in_charging_order_is_voided_first_and_only_as_a_whole(make_till: Callable[..., Any]) -> None:
    # 60.00 and 40.00 set aside. 61.00 needed: neither can go. 60.00: the second. 39.00: the second, 21.00 stay spare.
    till = make_till(Card("a", max_amount=eur("60.00")), Card("b"))
    till.settle(till.purse.authorize(eur("100.00")))
    for needed, voided, spare in (
        ("61.00", [], "39.00"),
        ("60.00", [1], "0.00"),
        ("39.00", [1], "21.00"),
        ("40.00", [1], "20.00"),
        ("0.00", [1, 0], "0.00"),
        ("200.00", [], "0.00"),
    ):
        plan = till.purse.void(eur(needed))
        assert ([each.tender for each in plan.intents], plan.unplanned) == (voided, eur(spare)), needed


def test_an_authorization_with_a_capture_under_way_is_not_voided(make_till: Callable[..., Any]) -> None:
    till = make_till()
    till.settle(till.purse.authorize(eur("10.00")))
    till.save(till.purse.capture(eur("4.00")))
    assert till.purse.void(eur("0")).intents == ()
    till.answer(2, PaymentStatus.APPROVED)
    assert [each.amount for each in till.purse.void(eur("0")).intents] == [eur("6.00")]


def test_an_intent_says_what_is_done_under_which_key_and_when(make_till: Callable[..., Any]) -> None:
    """Authorised at once, captured an hour later, then half of it refunded; the second authorisation is voided."""
    till = make_till()
    began = till.purse.now
    till.settle(till.purse.authorize(eur("10.00")))
    till.later(timedelta(hours=1))
    till.settle(till.purse.capture(eur("10.00")))
    till.settle(till.purse.refund(eur("5.00")))
    till.settle(till.purse.authorize(eur("1.00")))
    till.settle(till.purse.void(eur("0")))
    assert [(each.operation, each.key, each.at - began) for each in till.ledger.transactions] == [
        (PaymentOperation.AUTHORIZE, "order-1/1", timedelta(0)),
        (PaymentOperation.CAPTURE, "order-1/2", timedelta(hours=1)),
        (PaymentOperation.REFUND, "order-1/3", timedelta(hours=1)),
        (PaymentOperation.AUTHORIZE, "order-1/4", timedelta(hours=1)),
        (PaymentOperation.VOID, "order-1/5", timedelta(hours=1)),
    ]


def test_the_installations_own_sequence_decides_who_is_charged_first_and_refunded_last(
    make_till: Callable[..., Any],
) -> None:
    """Cards before the account: 50.00 are 30.00 and 20.00; of 40.00 taken 30.00 are the card's, which is last back."""
    till = make_till(OnAccount(), Card("a", max_amount=eur("30.00")))
    till.purse = evolve(till.purse, sequence=(TenderKind.CARD, TenderKind.ON_ACCOUNT))
    assert till.settle(till.purse.authorize(eur("50.00"))) == [(1, eur("30.00")), (0, eur("20.00"))]
    assert till.settle(till.purse.capture(eur("40.00"))) == [(1, eur("30.00")), (0, eur("10.00"))]
    assert till.save(till.purse.refund(eur("15.00"))) == [(0, eur("10.00")), (1, eur("5.00"))]


def test_the_limit_of_a_tender_counts_what_stands_on_it_alone_and_has_not_lapsed(
    make_till: Callable[..., Any],
) -> None:
    """Of 40.00, 30.00 are set aside for a day beside 20.00 of the other card: 10.00 are left, after it 40.00."""
    till = make_till(Card("a", max_amount=eur("40.00")), Card("b", max_amount=eur("20.00")))
    for number, amount in ((1, "30.00"), (2, "20.00")):
        till.save(till.purse.authorize(eur(amount), number - 1))
        till.answer(number, lasting=timedelta(days=1))
    plan = till.purse.authorize(eur("100.00"))
    assert ([(each.tender, each.amount) for each in plan.intents], plan.unplanned) == (
        [(0, eur("10.00"))],
        eur("90.00"),
    )
    assert till.purse.capture(eur("60.00")).unplanned == eur("10.00")
    till.later(timedelta(days=1))
    plan = till.purse.authorize(eur("100.00"))
    assert ([(each.tender, each.amount) for each in plan.intents], plan.unplanned) == (
        [(0, eur("40.00")), (1, eur("20.00"))],
        eur("40.00"),
    )
    assert till.purse.capture(eur("60.00")).intents == ()


def test_a_tender_without_room_is_passed_over_and_a_cent_is_an_amount(make_till: Callable[..., Any]) -> None:
    till = make_till(Card("a", max_amount=eur("5.00")), Card("b"))
    till.settle(till.purse.authorize(eur("5.00")))
    assert till.save(till.purse.authorize(eur("0.01"))) == [(1, eur("0.01"))]
    assert till.purse.authorize(eur("0.00")).intents == ()
