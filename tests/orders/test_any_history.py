"""Random histories of an order: whatever people do and gateways answer, no unit and no cent is lost or made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import MethodType
from typing import Any, cast

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.billing import PaymentOutcome, PaymentResult, PaymentStatus
from servicecore.customers import Address
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Refusal, judge
from servicecore.orders import (
    ORDER,
    AddNote,
    AddTender,
    ApplyHold,
    AuthorizePayment,
    CancelLine,
    CancelOrder,
    CancelReturn,
    CapturePayment,
    Card,
    ChangeShipTo,
    ExpireDue,
    InvoicedLine,
    InvoiceShipment,
    LineQuantity,
    MatchOpenPrice,
    MatchPrice,
    OnAccount,
    Order,
    OrderPolicy,
    PayRefund,
    PlaceOrder,
    ReceivedLine,
    ReceiveReturn,
    RecordPaymentOutcome,
    RefundReturn,
    ReleaseHold,
    RequestReturn,
    ReturnRefunded,
    ShipLines,
    VoidAuthorization,
    order_rewards,
    summary,
    unsettled_payments,
)
from servicecore.pricing.price_match import CompetitorPrice, PriceMatchPolicy
from servicecore.pricing.promised_reward import PromisedReward, RewardedLine, RewardKind
from servicecore.pricing.quote import Quote
from servicecore.storage.codec import JsonCodec

ZERO = Decimal(0)
CODEC = JsonCodec()


def eur(cents: int) -> Money:
    return Money.from_minor(cents, "EUR")


def amount_of(*figures: Money) -> Money:
    return Money(sum((each.amount for each in figures), ZERO), "EUR")


quantities = st.sampled_from([Decimal(text) for text in ("1", "2", "3", "0.5", "1.25", "7", "0", "-1")])
numbers = st.integers(0, 3)
parts = st.lists(st.builds(LineQuantity, numbers, quantities), max_size=2)
received = st.lists(st.builds(ReceivedLine, numbers, quantities), max_size=2)
address = Address("A. Rossi", "Via Roma 1", "Milano", "IT", "20100")

new_cards = st.builds(Card, st.just("tok_9"), max_amount=st.integers(1, 900).map(eur))
prices = st.builds(CompetitorPrice, st.just("rival"), st.integers(0, 900).map(eur), includes_tax=st.booleans())
matching = st.builds(
    MatchPrice, st.just("order-1"), numbers, st.none() | quantities, prices, to_account=st.none() | st.booleans()
)
matching_open = st.builds(MatchOpenPrice, st.just("order-1"), numbers, prices)
commands = st.one_of(
    matching,
    matching_open,
    st.builds(ShipLines, st.just("order-1"), parts),
    st.just(ShipLines("order-1")),
    st.builds(InvoiceShipment, st.just("order-1"), numbers),
    st.just(InvoiceShipment("order-1")),
    st.builds(CancelLine, st.just("order-1"), numbers, st.none() | quantities),
    st.just(CancelOrder("order-1")),
    st.builds(RequestReturn, st.just("order-1"), parts),
    st.builds(ReceiveReturn, st.just("order-1"), numbers, received),
    st.builds(ReceiveReturn, st.just("order-1"), st.just(1)),
    st.builds(CancelReturn, st.just("order-1"), numbers),
    st.builds(RefundReturn, st.just("order-1"), numbers, st.none() | st.integers(-1, 400).map(eur)),
    st.just(PayRefund("order-1")),
    st.builds(AuthorizePayment, st.just("order-1"), st.none() | st.integers(-1, 2)),
    st.just(CapturePayment("order-1")),
    st.builds(
        AddTender, st.just("order-1"), st.builds(Card, st.just("tok_9"), max_amount=st.integers(1, 900).map(eur))
    ),
    st.just(VoidAuthorization("order-1")),
    st.just(ExpireDue("order-1")),
    st.builds(ApplyHold, st.just("order-1"), st.sampled_from(["fraud", "agent", "none"]), numbers),
    st.builds(ReleaseHold, st.just("order-1"), numbers),
    st.just(AddNote("order-1", "called back")),
    st.just(ChangeShipTo("order-1", address)),
)
approved = st.tuples(
    st.just(PaymentStatus.APPROVED), st.sampled_from([100, 100, 100, 60, 1]), st.sampled_from([None, 1, 40])
)
others = st.tuples(st.sampled_from(list(PaymentStatus)), st.just(100), st.none())


def scene(*parts: Any) -> st.SearchStrategy[list[Any]]:
    """Steps that follow each other in the life of an order, so that histories get far."""
    return st.tuples(*(part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts)).map(list)


answer = st.one_of(approved, approved, others)
units = st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(2)])
some = st.builds(LineQuantity, st.just(1), units).map(lambda each: [each])
FULL = [(PaymentStatus.APPROVED, 100, None)] * 3
SENT = [ShipLines("order-1"), InvoiceShipment("order-1")]
scenes = st.one_of(
    scene(approved, approved),
    scene(st.builds(ShipLines, st.just("order-1"), some), InvoiceShipment("order-1"), answer),
    scene(ShipLines("order-1"), InvoiceShipment("order-1"), answer, answer),
    scene(
        st.builds(RequestReturn, st.just("order-1"), some),
        st.builds(ReceiveReturn, st.just("order-1"), st.integers(1, 3)),
        st.builds(RefundReturn, st.just("order-1"), st.integers(1, 3), st.none() | st.integers(0, 400).map(eur)),
        answer,
    ),
    scene(st.builds(CancelLine, st.just("order-1"), st.just(1), units), answer),
    scene(matching, answer),
    scene(matching_open, answer),
    scene(AuthorizePayment("order-1"), answer, CapturePayment("order-1"), answer, PayRefund("order-1"), answer),
    scene(commands),
    scene(st.integers(1, 9)),
)


def answered(order: Order, desk: Any, step: tuple[PaymentStatus, int, int | None]) -> Command | None:
    """Answer the first open request: a status, how many hundredths of it, and the days until it lapses."""
    status, share, days = step
    waiting = unsettled_payments(order)
    if not waiting:
        return None
    request = waiting[0].request
    part = max(request.amount.to_minor() * share // 100, 1)
    result = PaymentResult(
        status,
        eur(part) if status is PaymentStatus.APPROVED else eur(0),
        gateway_ref=f"ref-{request.key}",
        expires_at=None if days is None else desk.now + timedelta(days=days),
    )
    return RecordPaymentOutcome("order-1", PaymentOutcome(request.key, status, result))


def refunded_lines(history: list[Any], number: int) -> list[InvoicedLine]:
    events = [event for event in history if isinstance(event, ReturnRefunded)]
    return [each for event in events for each in event.lines if each.line == number]


class Watched:
    """An order that notes which of its own fields are looked at, also by its properties and methods."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.seen: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name in {each.name for each in attrs.fields(Order)}:
            self.seen.add(name)
            return getattr(self.order, name)
        found = getattr(Order, name)
        return found.__get__(self) if isinstance(found, property) else MethodType(found, self)


def fields_that_file(order: Order) -> set[str]:
    watched = Watched(order)
    assert ORDER.filing(cast("Order", watched)) == ORDER.filing(order)
    return watched.seen


def rewards(lines: list[tuple[str, int, int]]) -> tuple[PromisedReward, ...]:
    """Return 100 points for all units alike, and a coupon."""
    rests_on = tuple(RewardedLine(str(number), Decimal(row[0]), Decimal(row[0])) for number, row in enumerate(lines, 1))
    told = (rests_on, Decimal(1), "", ZERO)
    points = PromisedReward("CLUB", RewardKind.POINTS, "club", Decimal(100), "EUR", *told)
    coupon = attrs.evolve(points, offer="NEXT", kind=RewardKind.COUPON, quantity=Decimal(1), step=ZERO)
    return (points, coupon)


def check_rewards(order: Order) -> None:
    points, coupon = order_rewards(order)
    ordered = sum((line.ordered for line in order.lines), ZERO)
    left = sum((max(line.ordered - line.canceled - line.returned, ZERO) for line in order.lines), ZERO)
    kept = sum((max(line.invoiced - line.returned, ZERO) for line in order.lines), ZERO)
    billed = sum((line.invoiced for line in order.lines), ZERO)
    assert (points.promised, points.earned) == (left * 100 // ordered, kept * 100 // ordered)
    assert points.taken_back + points.earned == billed * 100 // ordered
    complete = all(line.ordered == line.canceled + line.invoiced for line in order.lines)
    assert coupon.promised == bool(left)
    assert coupon.earned == bool(complete and kept)
    assert coupon.taken_back == bool(complete and billed and not kept)


def check(order: Order, total: Money, history: list[Any]) -> None:
    assert fields_that_file(order) <= set(ORDER.filed_by)
    ledger = order.ledger
    for line in order.lines:
        assert min(line.open, line.to_invoice, line.returnable, line.return_requested, line.to_refund) >= 0
        assert line.open + line.shipped + line.canceled == line.ordered
        assert line.returnable + line.return_requested + line.returned == line.shipped
        assert line.refunded <= line.invoiced
        announced = sum(
            (part.expected for each in order.returns for part in each.lines if part.line == line.number), ZERO
        )
        assert announced == line.return_requested
        if line.invoiced + line.canceled == line.ordered:
            assert line.billed_amounts + line.canceled_amounts == line.agreed
        kept = line.invoiced - line.refunded
        refunded = amount_of(*(each.amounts.gross for each in refunded_lines(history, line.number)))
        given = amount_of(*(each.amount for each in order.price_matches if each.line == line.number))
        assert amount_of(refunded, given, line.paid_share(kept).gross) == line.billed_amounts.gross
        assert all(part.kept.gross.amount >= 0 for part in line.matched)
    check_rewards(order)
    assert ledger.captured() <= ledger.authorized()
    assert ledger.refunded() + ledger.refunding() <= order.granted <= order.invoiced <= order.billable <= total
    assert ledger.kept() + ledger.capturing() <= order.invoiced
    for index, tender in enumerate(order.tenders):
        assert ledger.refunded(index) + ledger.refunding(index) <= ledger.captured(index)
        if tender.max_amount is not None:
            assert ledger.captured(index) + ledger.capturing(index) <= tender.max_amount
    for each in ledger.authorizations():
        assert ledger.open_amount(each, each.at) >= eur(0)
    shown = summary(order)
    assert shown.balance == amount_of(shown.total, -order.granted, -shown.captured, shown.refunded)
    keys = [each.key for each in ledger.transactions]
    assert len(set(keys)) == len(keys)


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(
        st.tuples(st.sampled_from(["1", "3", "7", "2.5"]), st.integers(0, 5000), st.integers(0, 900)),
        min_size=1,
        max_size=3,
    ),
    freight=st.integers(0, 700),
    limit=st.none() | st.integers(1, 5000),
    opening=st.sampled_from([[], FULL, [*FULL, *SENT], [*FULL, *SENT, *FULL]]),
    story=st.lists(scenes, min_size=5, max_size=14),
)
def test_any_history_keeps_every_unit_and_every_cent(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    *,
    lines: list[tuple[str, int, int]],
    freight: int,
    limit: int | None,
    opening: list[Any],
    story: list[list[Any]],
) -> None:
    quote = make_quote(
        *((quantity, str(eur(net).amount), str(eur(tax).amount)) for quantity, net, tax in lines),
        charges=(("freight", str(eur(freight).amount), "0.00"),),
        rewards=rewards(lines),
    )
    desk = make_desk(OrderPolicy(reason_codes=()))
    desk.matching = (PriceMatchPolicy(open_units=True), *desk.matching[1:])
    first = Card("tok_1", max_amount=None if limit is None else eur(limit))
    order = desk.do(PlaceOrder(quote=quote, tenders=(Card("tok_2"), first, OnAccount(max_amount=eur(900)))))
    check(order, quote.total, desk.history)
    for move in (*opening, *(step for each in story for step in each)):
        if isinstance(move, int):
            desk.now += timedelta(days=move)
            continue
        command = answered(order, desk, move) if isinstance(move, tuple) else move
        if command is None:
            continue
        role = "system" if isinstance(command, RecordPaymentOutcome) else "supervisor"
        decision = judge(ORDER, order, command, desk.facts(role, "other"))
        if isinstance(decision, Refusal):
            assert decision.problems
            continue
        order = desk.do(command, role=role, reason="other")
        check(order, quote.total, desk.history)
        if isinstance(command, ExpireDue):
            wakeup = ORDER.next_wakeup(order)
            assert wakeup is None or wakeup > desk.now
    assert CODEC.decode(Order, CODEC.encode(order)) == order
    for event in desk.history:
        assert CODEC.decode(type(event), CODEC.encode(event)) == event
