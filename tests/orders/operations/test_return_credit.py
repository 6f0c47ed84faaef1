"""What a return gives back beside the price of its units: charges for each unit, and a credit set by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.kernel.explain import Explanation, StepKind
from servicecore.kernel.money import Money, sum_money
from servicecore.orders import (
    AddCharge,
    Amounts,
    CancelLine,
    InvoiceShipment,
    LineQuantity,
    OnAccount,
    Order,
    OrderCharge,
    OrderPolicy,
    OverrideFacts,
    PlaceOrder,
    ReceivedLine,
    ReceiveReturn,
    RefundedCharge,
    RefundReturn,
    RequestReturn,
    ReturnRefunded,
    ShipLines,
)
from servicecore.pricing import OverridePermission, OverridePolicy, QuoteCharge
from servicecore.pricing.quote import Quote
from servicecore.storage.codec import JsonCodec

GIVEN = StepKind("test.given", en="given", it="dato", de="gegeben")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _charge(name: str, amount: str, tax: str = "0.00", **more: Any) -> QuoteCharge:
    money = eur(amount)
    told = Explanation(name, money, (GIVEN.step(money),))
    return QuoteCharge(name, money, eur(tax), "standard", told, line=1, **more)


def _quote(make_quote: Callable[..., Quote], units: str, net: str, *charges: QuoteCharge) -> Quote:
    plain = make_quote((units, net, "0.00"), charges=(("freight", "4.00", "0.00"),))
    more = sum_money((each.amount + each.tax for each in charges), "EUR")
    tax = sum_money((each.tax for each in charges), "EUR")
    return evolve(plain, charges=(*plain.charges, *charges), tax=tax, total=plain.total + more)


def _placed(make_desk: Callable[..., Any], quote: Quote) -> Any:
    desk = make_desk(OrderPolicy(authorize_at_submit=False, capture_at_invoice=False, ship_only_covered=False))
    desk.do(PlaceOrder(quote=quote, tenders=(OnAccount(),)))
    return desk


def _send(desk: Any, units: int | str) -> None:
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(units)),)))
    desk.do(InvoiceShipment("order-1"))


def _back(desk: Any, units: int | str) -> int:
    order = desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(units)),)), reason="unwanted")
    desk.do(ReceiveReturn("order-1", len(order.returns)))
    return len(order.returns)


def _refund(desk: Any, units: int | str) -> Any:
    order = desk.do(RefundReturn("order-1", _back(desk, units)), role="supervisor")
    return order.returns[-1].refunds[-1]


def _sent(make_desk: Callable[..., Any], quote: Quote, units: int) -> Any:
    desk = _placed(make_desk, quote)
    _send(desk, units)
    return desk


def test_a_charge_for_each_unit_comes_back_with_its_units(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """3 units at 10.00, engraved for 2.50 and 0.55 tax in all: 0.83 + 0.18, then 0.84 + 0.19 and 0.83 + 0.18.

    2.50 x 1/3 = 0.833, x 2/3 = 1.667, so 0.83, 0.84, 0.83; 0.55 x 1/3 = 0.183, x 2/3 = 0.367, so 0.18, 0.19, 0.18.
    The wrap of the line and the freight stay paid.
    """
    wrap, engraving = _charge("wrap", "3.00"), _charge("engraving", "2.50", "0.55", per_unit=True)
    desk = _sent(make_desk, _quote(make_quote, "3", "30.00", wrap, engraving), 3)
    refunds = [_refund(desk, 1) for _ in range(3)]
    assert [each.amount for each in refunds] == [eur("11.01"), eur("11.03"), eur("11.01")]
    assert [(step.rule, step.delta) for step in refunds[1].explanation.steps] == [
        ("orders.refund_paid", eur("10.00")),
        ("orders.refund_charge", eur("0.84")),
        ("orders.refund_charge_tax", eur("0.19")),
    ]
    assert desk.order.invoiced - desk.order.granted == eur("7.00")


def test_what_is_billed_with_several_invoices_comes_back_as_it_was_billed(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """A card at 1.00 is added once the first of 3 units is billed: that one brings 10.00, the others 11.22 each."""
    desk = _sent(make_desk, _quote(make_quote, "3", "30.00"), 1)
    card = AddCharge("order-1", "card", eur("1.00"), line=1, per_unit=True, tax_category="standard")
    desk.do(card, reason="gift")
    _send(desk, 2)
    assert [_refund(desk, 1).amount for _ in range(3)] == [eur("10.00"), eur("11.22"), eur("11.22")]


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_charge_that_is_not_refundable_stays_paid(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote], *, by_hand: bool
) -> None:
    """Names are stitched on for 2.00 a unit: the units come back for 10.00 each, the work does not."""
    names = () if by_hand else (_charge("names", "4.00", per_unit=True, refundable=False),)
    desk = _placed(make_desk, _quote(make_quote, "2", "20.00", *names))
    if by_hand:
        added = AddCharge("order-1", "names", eur("2.00"), line=1, per_unit=True, refundable=False)
        desk.do(added, reason="gift")
    _send(desk, 2)
    assert _refund(desk, 2).amount == eur("20.00")
    assert desk.history[-1].type_name == "orders.return_refunded"
    assert desk.history[-1].charges == ()


def test_every_line_and_charge_of_a_refund_is_told(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """Lines 1 and 3 of a return arrived, line 2 did not: 20.00 + 4.40 + 2.00 + 0.44 + 8.00 + 1.76 - 1.50 = 35.10.

    The card that line 1 has for nothing is no step.
    """
    plain = make_quote(("2", "20.00", "4.40"), ("1", "5.00", "1.10"), ("2", "8.00", "1.76"))
    card = _charge("card", "0.00", per_unit=True)
    engraving = _charge("engraving", "2.00", "0.44", per_unit=True)
    desk = _placed(
        make_desk,
        evolve(plain, charges=(card, engraving), tax=plain.tax + engraving.tax, total=plain.total + eur("2.44")),
    )
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    units = tuple(LineQuantity(line, Decimal(count)) for line, count in ((1, 2), (2, 1), (3, 2)))
    desk.do(RequestReturn("order-1", units), reason="unwanted")
    desk.do(ReceiveReturn("order-1", 1, tuple(ReceivedLine(line, Decimal(2)) for line in (1, 3))))
    refund = desk.do(RefundReturn("order-1", 1, eur("1.50")), role="supervisor").returns[0].refunds[0]
    assert refund.explanation.subject == "refund of return 1"
    assert [(step.text(), step.delta) for step in refund.explanation.steps] == [
        ("paid for 2 of line 1 after discounts", eur("20.00")),
        ("tax recorded for 2 of line 1", eur("4.40")),
        ("charge engraving for 2 of line 1", eur("2.00")),
        ("tax recorded for charge engraving for 2 of line 1", eur("0.44")),
        ("paid for 2 of line 3 after discounts", eur("8.00")),
        ("tax recorded for 2 of line 3", eur("1.76")),
        ("return fee", eur("-1.50")),
    ]
    assert (refund.amount, refund.fee) == (eur("35.10"), eur("1.50"))
    back = Amounts(eur("2.00"), eur("0.44"))
    assert desk.history[-1].charges == (RefundedCharge("engraving", 1, Decimal(2), back),)


def test_a_credit_set_by_hand_and_one_cut_to_what_is_left_say_so(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """104.00 were billed; 80.00 go back by hand for the first of two units at 50.00.

    The other would get 50.00 less a fee of 2.00, 48.00; 24.00 are left, which is 24.00 less.
    """
    desk = _sent(make_desk, _quote(make_quote, "2", "100.00"), 2)
    desk.limits = OverrideFacts(OverridePolicy((OverridePermission("agent", credit_increase_percent=None),)))
    desk.do(RefundReturn("order-1", _back(desk, 1), credit=eur("80.00")), reason="goodwill")
    raised = desk.order.returns[0].refunds[0].explanation.steps[-1]
    assert (raised.text(), raised.delta) == ("credit set to 80.00 EUR by agent-1: goodwill", eur("30.00"))
    cut = desk.do(RefundReturn("order-1", _back(desk, 1), eur("2.00")), role="supervisor").returns[1].refunds[0]
    told = ("credits of before leave 24.00 EUR of what was invoiced", eur("-24.00"))
    assert [(step.text(), step.delta) for step in cut.explanation.steps][-1] == told
    assert cut.amount == eur("24.00")


def test_what_earlier_releases_stored_is_read(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    """They did not say what came back of charges, who set a credit, nor whether a charge is refundable."""
    codec = JsonCodec()
    desk = _sent(make_desk, _quote(make_quote, "2", "20.00", _charge("names", "0.00", per_unit=True)), 2)
    _refund(desk, 1)
    event, charge = desk.history[-1], desk.order.charge("names", 1)
    stored, kept = json.loads(codec.encode(event)), json.loads(codec.encode(charge))
    del stored["charges"], stored["refund"]["override"], kept["refundable"]
    assert codec.from_plain(ReturnRefunded, stored) == event
    assert codec.from_plain(OrderCharge, kept) == charge


def test_a_credit_by_hand_is_bounded_by_the_permission(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """50.00 computed; agents go up to 55.00 and down to 47.50, a supervisor who approves as far as was billed.

    10 percent up and 5 down for agents, no limit for supervisors: 60.00 and 40.00 need one of them.
    """
    desk = _sent(make_desk, _quote(make_quote, "2", "100.00"), 2)
    number = _back(desk, 1)
    agent = OverridePermission("agent", credit_increase_percent=Decimal(10), credit_decrease_percent=Decimal(5))
    wide = OverridePermission("supervisor", credit_increase_percent=None, credit_decrease_percent=None)
    desk.limits = OverrideFacts(OverridePolicy((agent, wide)))
    for amount in ("55.01", "47.49"):
        command = RefundReturn("order-1", number, credit=eur(amount))
        assert desk.refused(command, reason="goodwill") == ("override.approval_required",)
        assert desk.refused(command, reason="goodwill", approver="agent") == ("override.approval_required",)
    assert desk.refused(RefundReturn("order-1", number, credit=eur("55.00"))) == ("override.reason_required",)
    for amount in ("104.01", "-0.01", "50.001"):
        command = RefundReturn("order-1", number, credit=eur(amount))
        assert desk.refused(command, reason="goodwill", role="supervisor") == ("orders.wrong_credit",)
    foreign = RefundReturn("order-1", number, credit=Money(Decimal(50), "USD"))
    assert desk.refused(foreign, reason="goodwill") == ("orders.wrong_credit",)
    order = desk.do(RefundReturn("order-1", number, credit=eur("60.00")), reason="goodwill", approver="supervisor")
    refund = order.returns[0].refunds[0]
    assert (refund.amount, refund.override.computed, refund.override.by) == (eur("60.00"), eur("50.00"), "agent-1")
    assert (refund.override.reason, refund.override.approved_by) == ("goodwill", "supervisor-2")
    assert [(step.rule, step.delta) for step in refund.explanation.steps] == [
        ("orders.refund_paid", eur("50.00")),
        ("orders.refund_credit_override", eur("10.00")),
    ]


@pytest.mark.parametrize("credit", ["0.00", "104.00"])
def test_a_credit_by_hand_goes_from_nothing_to_all_that_was_billed(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote], credit: str
) -> None:
    """100.00 and 4.00 freight were billed; nobody else approved it."""
    desk = _sent(make_desk, _quote(make_quote, "2", "100.00"), 2)
    free = OverridePermission("agent", credit_increase_percent=None, credit_decrease_percent=None)
    desk.limits = OverrideFacts(OverridePolicy((free,)))
    order = desk.do(RefundReturn("order-1", _back(desk, 1), credit=eur(credit)), reason="goodwill")
    refund = order.returns[0].refunds[0]
    assert (refund.amount, refund.override.credit, refund.override.approved_by) == (eur(credit), eur(credit), "")


@pytest.mark.parametrize(
    ("permission", "up", "down"),
    [
        (OverridePermission("agent"), False, False),
        (OverridePermission("agent", credit_increase_percent=None, credit_decrease_percent=None), True, True),
        (OverridePermission.from_ax("agent"), True, True),
        (OverridePermission.from_ax("agent", credit_increase=Decimal(20)), True, True),
        (OverridePermission.from_ax("agent", credit_increase=Decimal(19), credit_decrease=Decimal(19)), False, False),
        (OverridePermission("agent", credit_increase_percent=Decimal(20)), True, False),
    ],
    ids=["0 is nothing", "none is no limit", "AX 0 is any amount", "AX 20 up", "AX 19", "20 up, 0 down"],
)
def test_a_zero_means_nothing_here_and_any_amount_in_ax(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    permission: OverridePermission,
    *,
    up: bool,
    down: bool,
) -> None:
    """50.00 is to become 60.00 or 40.00, 20 percent up or down (CC 8.2)."""
    for amount, allowed in (("60.00", up), ("40.00", down), ("50.00", True)):
        desk = _sent(make_desk, _quote(make_quote, "2", "100.00"), 2)
        desk.limits = OverrideFacts(OverridePolicy((permission,)))
        command = RefundReturn("order-1", _back(desk, 1), credit=eur(amount))
        if allowed:
            assert desk.do(command, reason="goodwill").granted == eur(amount)
        else:
            assert desk.refused(command, reason="goodwill") == ("override.approval_required",)


def test_without_permissions_the_roles_own_limit_counts(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """No role has ``pricing.override.return_credit`` here, so nobody moves a credit; the computed one needs none."""
    desk = _sent(make_desk, _quote(make_quote, "2", "100.00"), 2)
    number = _back(desk, 1)
    command = RefundReturn("order-1", number, credit=eur("51.00"))
    assert desk.refused(command, reason="goodwill", role="supervisor") == ("authority.approval_required",)
    assert desk.do(RefundReturn("order-1", number, credit=eur("50.00"))).returns[0].refunds[0].override is None


def test_a_raised_credit_leaves_less_for_later_returns(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """104.00 were billed, freight included. The first of two units gets 80.00 by hand, so the other gets 24.00."""
    desk = _sent(make_desk, _quote(make_quote, "2", "100.00"), 2)
    desk.limits = OverrideFacts(OverridePolicy((OverridePermission("agent", credit_increase_percent=None),)))
    desk.do(RefundReturn("order-1", _back(desk, 1), credit=eur("80.00")), reason="goodwill")
    refund = _refund(desk, 1)
    assert refund.amount == eur("24.00")
    assert [(step.rule, step.delta) for step in refund.explanation.steps] == [
        ("orders.refund_paid", eur("50.00")),
        ("orders.refund_granted_before", eur("-26.00")),
    ]
    assert desk.order.granted == desk.order.invoiced


@settings(max_examples=120, deadline=None)
@given(
    ordered=st.integers(1, 9),
    amount=st.integers(0, 2_000),
    tax=st.integers(0, 500),
    steps=st.lists(st.tuples(st.sampled_from(["send", "cancel", "back"]), st.integers(1, 4)), max_size=14),
)
def test_any_returns_give_back_each_charge_once_and_all_of_it_where_everything_returns(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    ordered: int,
    amount: int,
    tax: int,
    steps: list[tuple[str, int]],
) -> None:
    """Billed, canceled and given back parts of a charge are never more than it was; together they are all of it."""
    net, gross = Money.from_minor(amount, "EUR"), Money.from_minor(amount + tax, "EUR")
    engraving = _charge("engraving", str(net.amount), str((gross - net).amount), per_unit=True)
    desk = _placed(make_desk, _quote(make_quote, str(ordered), "90.00", engraving))

    def given_back(order: Order) -> Money:
        assert order is desk.order
        events = [each for each in desk.history if isinstance(each, ReturnRefunded)]
        return sum_money((part.amounts.gross for each in events for part in each.charges), "EUR")

    def billed(order: Order) -> Money:
        charged = [each for invoice in order.invoices for each in invoice.charges if each.id == "engraving"]
        return sum_money((each.amounts.gross for each in charged), "EUR")

    for step, wanted in [*steps, ("send", ordered), ("back", ordered)]:
        line = desk.order.line(1)
        most = line.returnable if step == "back" else line.open
        units = min(Decimal(wanted), most)
        if not units:
            continue
        if step == "send":
            _send(desk, str(units))
        elif step == "cancel":
            desk.do(CancelLine("order-1", 1, units), reason="other")
        else:
            before = desk.order.line(1)
            refund = _refund(desk, str(units))
            own = before.paid_share(units).gross
            assert eur("0.00") <= refund.amount - own <= gross
        order = desk.order
        assert given_back(order) <= billed(order)
        assert billed(order) + order.charge("engraving", 1).canceled.gross <= gross
        assert order.granted <= order.invoiced
    order = desk.order
    if order.line(1).returnable == 0:
        assert given_back(order) == billed(order)
        assert billed(order) + order.charge("engraving", 1).canceled.gross == gross
