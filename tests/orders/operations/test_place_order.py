from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.billing import PaymentOperation
from servicecore.kernel.money import Money
from servicecore.orders import (
    ORDER,
    Card,
    FraudAssessment,
    FraudSignal,
    OnAccount,
    OrderPaymentStatus,
    OrderPolicy,
    OrderStatus,
    PlaceOrder,
    open_payment_requests,
    order_status,
    payment_status,
    unsettled_payments,
)
from servicecore.pricing.quote import Margin, MarginLevel, Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_an_order_takes_the_quote_and_asks_for_the_authorization_of_its_total(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    # 2 x 10.00 + 5.00 = 25.00; tax 5.50; freight 4.00 + 0.88: 35.38 in all.
    order = desk.place(
        make_quote(("2", "20.00", "4.40"), ("1", "5.00", "1.10"), charges=(("freight", "4.00", "0.88"),))
    )
    assert order.billable == eur("35.38")
    assert order_status(order) is OrderStatus.OPEN
    assert payment_status(order) is OrderPaymentStatus.REQUESTED_AUTH
    (waits,) = open_payment_requests(order)
    assert (waits.gateway, waits.key, waits.request.operation, waits.request.amount, waits.request.token) == (
        "manual",
        "order-1/1",
        PaymentOperation.AUTHORIZE,
        eur("35.38"),
        "tok_1",
    )
    assert ORDER.indexes(order)["payment"] == ("requested_auth", "open")
    assert ORDER.claims(order) == ("quote:q-1",)
    order = desk.answer()
    assert payment_status(order) is OrderPaymentStatus.AUTHORIZED
    assert open_payment_requests(order) == ()
    assert ORDER.indexes(order)["payment"] == ("authorized",)


def test_several_tenders_are_charged_account_first_and_none_above_its_limit(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 100.00: the account takes its 40.00, the first card its 35.00, the second the remaining 25.00.
    desk = make_desk()
    order = desk.place(
        make_quote(("1", "100.00", "0.00")),
        Card("tok_1", max_amount=eur("35.00")),
        Card("tok_2", gateway="acme"),
        OnAccount(max_amount=eur("40.00")),
    )
    asked = [(each.gateway, each.request.token, each.request.amount) for each in open_payment_requests(order)]
    assert asked == [("manual", "", eur("40.00")), ("manual", "tok_1", eur("35.00")), ("acme", "tok_2", eur("25.00"))]


def test_tenders_that_cover_less_than_the_total_are_refused(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote(("1", "100.00", "0.00"))
    desk = make_desk()
    tenders = (Card("tok_1", max_amount=eur("60.00")), Card("tok_2", max_amount=eur("39.99")))
    assert desk.refused(PlaceOrder(quote=quote, tenders=tenders)) == ("orders.tenders_do_not_cover",)
    assert desk.refused(PlaceOrder(quote=quote, tenders=())) == ("orders.tenders_do_not_cover",)
    dollars = (Card("tok_1", max_amount=Money(Decimal(100), "USD")),)
    assert desk.refused(PlaceOrder(quote=quote, tenders=dollars)) == ("orders.tender_currency",)


def test_a_free_order_needs_no_tender(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    order = make_desk().do(PlaceOrder(quote=make_quote(("1", "0.00", "0.00")), tenders=()))
    assert open_payment_requests(order) == ()
    assert payment_status(order) is OrderPaymentStatus.NOT_APPLICABLE


def test_a_quote_is_valid_to_the_last_instant_of_its_time(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk(OrderPolicy(quote_valid_for=timedelta(days=2)))
    desk.now += timedelta(days=2)
    quote = make_quote()
    desk.now += timedelta(microseconds=1)
    assert desk.refused(PlaceOrder(quote=quote, tenders=(Card("t"),))) == ("orders.quote_expired",)
    desk.now -= timedelta(microseconds=1)
    desk.place(quote)


def test_a_fraud_score_at_the_threshold_or_a_silent_rule_puts_the_order_on_hold(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    signals = (FraudSignal("zip", 30, "the zip is listed"), FraudSignal("night", 20, "ordered at night"))
    held = make_desk(fraud=FraudAssessment(signals)).place(make_quote())
    assert [(hold.type, hold.note) for hold in held.holds] == [
        ("fraud", "zip 30: the zip is listed; night 20: ordered at night")
    ]
    assert ORDER.indexes(held)["hold"] == ("fraud",)
    assert make_desk(fraud=FraudAssessment(signals[:1])).place(make_quote()).holds == ()
    silent = make_desk(fraud=FraudAssessment((), ("score-service",))).place(make_quote())
    assert [hold.note for hold in silent.holds] == ["score-service: no answer"]


def test_a_margin_error_refuses_only_where_the_policy_blocks(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote()
    bad = evolve(quote.lines[0], margin=Margin(MarginLevel.ERROR, Decimal(-3), eur("10.30")))
    quote = evolve(quote, lines=(bad,))
    strict = make_desk(OrderPolicy(refuse_margin_errors=True))
    assert strict.refused(PlaceOrder(quote=quote, tenders=(Card("t"),))) == ("orders.margin_refused",)
    make_desk().place(quote)


def test_a_quote_that_does_not_add_up_or_cannot_be_charged_is_refused(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    wrong = make_quote(("1", "10.00", "2.20"), total=eur("12.30"))
    assert desk.refused(PlaceOrder(quote=wrong, tenders=(Card("t"),))) == ("orders.inconsistent_quote",)
    fine = make_quote(("1", "10.005", "0.00"))
    assert set(desk.refused(PlaceOrder(quote=fine, tenders=(Card("t"),)))) == {"orders.not_payable"}
    twice = make_quote()
    twice = evolve(twice, lines=twice.lines * 2, subtotal=eur("20"), total=eur("20"))
    assert "orders.inconsistent_lines" in desk.refused(PlaceOrder(quote=twice, tenders=(Card("t"),)))


def test_a_document_rounded_once_is_spread_over_its_lines(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # Three lines of 3.335 make 10.005, rounded once to 10.01 by the book: 3.34 + 3.34 + 3.33, and not 3 x 3.34.
    quote = make_quote(
        ("1", "3.335", "0.734"),
        ("1", "3.335", "0.734"),
        ("1", "3.335", "0.734"),
        subtotal=eur("10.01"),
        tax=eur("2.20"),
        total=eur("12.21"),
    )
    order = make_desk().place(quote)
    assert [line.agreed.net for line in order.lines] == [eur("3.34"), eur("3.34"), eur("3.33")]
    # 2.20 in thirds: 0.74 + 0.73 + 0.73.
    assert [line.agreed.tax for line in order.lines] == [eur("0.74"), eur("0.73"), eur("0.73")]


def test_prices_that_contain_the_tax_are_split_into_net_and_tax(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 12.20 with 22 % inside: 10.00 + 2.20; the customer pays 12.20.
    order = make_desk().place(make_quote(("1", "12.20", "2.20"), total=eur("12.20")))
    assert (order.lines[0].agreed.net, order.lines[0].agreed.tax) == (eur("10.00"), eur("2.20"))
    assert order.billable == eur("12.20")


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99_999), st.integers(0, 30)), min_size=1, max_size=6),
    freight=st.integers(0, 2_000),
)
def test_the_order_always_costs_the_quotes_total_to_the_cent(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    lines: list[tuple[int, int, int]],
    freight: int,
) -> None:
    """Prices of thousandths, rounded once per document, never lose or make a cent on the way to the lines."""
    stated = [
        (str(quantity), str(Decimal(net).scaleb(-3)), str(Decimal(net * rate).scaleb(-5)))
        for quantity, net, rate in lines
    ]
    subtotal = eur(str(sum((Decimal(net) for _, net, _ in stated), Decimal(0)))).round()
    tax = eur(str(sum((Decimal(each) for _, _, each in stated), Decimal(0)))).round()
    charge = eur(str(Decimal(freight).scaleb(-2)))
    quote = make_quote(
        *stated,
        charges=(("freight", str(charge.amount), "0.00"),),
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax + charge,
    )
    order = make_desk().place(quote)
    assert order.billable == quote.total
    assert all(line.agreed.net.is_rounded() and line.agreed.tax.is_rounded() for line in order.lines)
    assert sum((each.request.amount for each in unsettled_payments(order)), eur("0")) == quote.total
