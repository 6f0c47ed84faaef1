"""Why the total of an order is not lowered, and what is recorded where it is: whole sentences, figures by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal, judge
from servicecore.kernel.rounding import Rounding
from servicecore.orders import (
    ORDER,
    ApplyHold,
    CancelLine,
    Card,
    GiftCardSale,
    HoldType,
    InvoiceShipment,
    LineCosts,
    LineQuantity,
    OrderPolicy,
    OrderTax,
    OverrideFacts,
    OverridePrice,
    OverrideTotal,
    PlaceOrder,
    ReasonCodes,
    ShipLines,
    TotalOverridden,
    open_payment_requests,
)
from servicecore.pricing import MarginEnforcement, MarginPolicy, OverridePermission, OverridePolicy
from servicecore.pricing.deductions import Deducted
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.quote import Discount, Margin, MarginLevel, Quote
from servicecore.pricing.taxes import TaxableLine

AGENT = OverridePermission("agent", None, total_discount_percent=Decimal(10))
LIMITS = OverrideFacts(OverridePolicy((AGENT, OverridePermission("supervisor", None))))
WIDE = evolve(LIMITS, policy=OverridePolicy((evolve(AGENT, total_discount_percent=None),)))
BEYOND = (
    "subtotal: {} EUR is beyond what agent-1 may do; accepted: up to 10 percent below {} EUR, or more with a wider "
    "role's approval"
)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def total(amount: str) -> OverrideTotal:
    return OverrideTotal("order-1", eur(amount))


def lowered(desk: Any) -> list[int]:
    """Return the numbers of the lines that the last lowering changed."""
    events = [event for event in desk.history if isinstance(event, TotalOverridden)]
    return [each.line for each in events[-1].lines]


@pytest.fixture
def placed(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> Callable[..., Any]:
    def place(
        *lines: tuple[str, str, str],
        policy: OrderPolicy | None = None,
        limits: OverrideFacts = LIMITS,
        taken: dict[int, tuple[Discount, ...]] | None = None,
        **changes: Any,
    ) -> Any:
        desk = make_desk(policy or OrderPolicy())
        desk.limits = limits
        quote = make_quote(*lines, **changes)
        given = taken or {}
        desk.place(
            evolve(quote, lines=tuple(evolve(each, discounts=given.get(each.number, ())) for each in quote.lines))
        )
        return desk

    return place


def test_a_figure_that_cannot_be_is_named_with_what_could(placed: Callable[..., Any]) -> None:
    desk = placed(("1", "10.00", "0.00"), ("1", "10.00", "0.00"))
    assert desk.said(total("20.01"), reason="loyalty") == [
        "subtotal: 20.01 EUR is not accepted; accepted: 20.00 EUR or less"
    ]
    assert desk.said(OverrideTotal("order-1", Money(Decimal("19.00"), "USD")), reason="loyalty") == [
        "subtotal: 19.00 USD cannot be combined with EUR; accepted: amounts in one currency"
    ]
    assert desk.said(total("17.99"), reason="loyalty") == [
        BEYOND.format("17.99", "20.00"),
    ]


def test_a_reason_that_is_none_of_its_own_is_named_alone(placed: Callable[..., Any]) -> None:
    policy = OrderPolicy(reason_codes=(ReasonCodes("orders.override_total", ("loyalty", "damage")),))
    desk = placed(("1", "10.00", "0.00"), policy=policy)
    assert desk.said(total("99.00"), reason="mood") == [
        "reason: mood is no reason code for orders.override_total; accepted: loyalty, damage"
    ]
    assert desk.do(total("9.00"), reason="damage").lines[0].total_share.reason == "damage"


def test_every_hold_that_stops_it_is_named_with_its_line(placed: Callable[..., Any]) -> None:
    lines = HoldType("packing", blocks=("orders.override_total",), on_lines=True)
    desk = placed(("1", "10.00", "0.00"), ("1", "10.00", "0.00"), policy=OrderPolicy(hold_types=(lines,)))
    said = "orders.override_total is stopped by the hold packing (number {}); accepted: release it first"
    desk.do(ApplyHold("order-1", "packing", line=2), reason="other")
    desk.do(ApplyHold("order-1", "packing", line=1), reason="other")
    assert sorted(desk.said(total("99.00"), reason="loyalty")) == [
        f"lines[1]: {said.format(2)}",
        f"lines[2]: {said.format(1)}",
    ]
    desk.do(ApplyHold("order-1", "packing"), reason="other")
    assert desk.said(total("19.00"), reason="loyalty") == [said.format(3)]


def test_a_hold_on_a_line_that_has_nothing_left_to_bill_stops_nothing(placed: Callable[..., Any]) -> None:
    kind = HoldType("packing", blocks=("orders.override_total",), on_lines=True)
    desk = placed(("1", "10.00", "0.00"), ("1", "10.00", "0.00"), policy=OrderPolicy(hold_types=(kind,)))
    desk.do(CancelLine("order-1", 1), reason="other")
    desk.do(ApplyHold("order-1", "packing", line=1), reason="other")
    assert desk.do(total("9.00"), reason="loyalty").lines[1].total_share.taken == eur("1.00")


def test_the_tax_engine_is_asked_for_what_each_line_will_cost(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """10.00 off 50.00 of card, 30.00 and 10.00 of goods: 7.50 and 2.50; nothing is asked for what is refused."""
    desk = make_desk(OrderPolicy(gift_card_items=("ITEM-1",)))
    quote = make_quote(("1", "50.00", "0.00"), ("3", "30.00", "6.60"), ("1", "10.00", "2.20"))
    desk.do(PlaceOrder(quote, (Card("tok_1"),), gift_cards=(GiftCardSale(1),)))
    assert total("80.00").taxable(desk.order) == (
        TaxableLine("line:2", "standard", eur("22.50")),
        TaxableLine("line:3", "standard", eur("7.50")),
    )
    assert total("50.00").taxable(desk.order)[0].amount == eur("0.00")
    assert total("49.99").taxable(desk.order) == total("90.01").taxable(desk.order) == ()
    assert OverrideTotal("order-1", Money(Decimal("80.00"), "USD")).taxable(desk.order) == ()


def test_an_order_of_gift_cards_alone_is_not_lowered(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk(OrderPolicy(gift_card_items=("ITEM-1",)))
    desk.limits = WIDE
    desk.do(PlaceOrder(make_quote(("1", "50.00", "0.00")), (Card("tok_1"),), gift_cards=(GiftCardSale(1),)))
    assert total("50.00").taxable(desk.order) == ()
    assert desk.said(total("49.99"), reason="loyalty") == [
        "subtotal: 49.99 EUR is not accepted; accepted: 50.00 EUR to 50.00 EUR"
    ]
    count = len(desk.history)
    desk.do(total("50.00"), reason="loyalty")
    assert len(desk.history) == count


def test_without_an_answer_of_the_tax_engine_nothing_is_lowered(placed: Callable[..., Any]) -> None:
    desk = placed(("1", "10.00", "2.20"))
    facts = desk.facts(reason="loyalty").with_facts(OrderTax(engine="slow", failure="no answer in time"))
    answer = judge(ORDER, desk.order, total("9.50"), facts)
    assert isinstance(answer, Refusal)
    assert [each.text() for each in answer.problems] == [
        "tax: tax engine slow gave no quote: no answer in time; accepted: an engine that knows the case"
    ]


def test_who_may_not_go_so_far_is_told_that_before_anything_is_asked_of_the_tax_engine(
    placed: Callable[..., Any],
) -> None:
    desk = placed(("1", "10.00", "2.20"))
    facts = desk.facts(reason="loyalty").with_facts(OrderTax(engine="slow", failure="no answer in time"))
    answer = judge(ORDER, desk.order, total("8.99"), facts)
    assert isinstance(answer, Refusal)
    assert [each.text() for each in answer.problems] == [BEYOND.format("8.99", "10.00")]


def test_the_odd_cent_comes_off_the_lower_number_however_the_lines_stand(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote(("1", "10.00", "0.00"), ("1", "10.00", "0.00"))
    desk = make_desk()
    desk.limits = LIMITS
    desk.place(evolve(quote, lines=quote.lines[::-1]))
    order = desk.do(total("19.99"), reason="loyalty")
    assert [(line.number, line.billable.net) for line in order.lines] == [(2, eur("10.00")), (1, eur("9.99"))]


def test_a_total_lowered_twice_remembers_what_the_units_cost_before_the_first(placed: Callable[..., Any]) -> None:
    """One of 3 units at 30.00 is billed: 20.00 are left, lowered to 18.00, and to 19.00; 30.00 is for all three."""
    desk = placed(("3", "30.00", "0.00"))
    desk.answer()
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    desk.do(InvoiceShipment("order-1"))
    for amount, taken in (("18.00", "2.00"), ("19.00", "1.00")):
        share = desk.do(total(amount), reason="loyalty").lines[0].total_share
        assert (share.total_before, share.taken) == (eur("20.00"), eur(taken))
        assert (share.before.net, share.units_from) == (eur("30.00"), Decimal(0))
    assert desk.order.lines[0].without_total.net == eur("20.00")


def test_a_line_of_which_nothing_more_is_taken_costs_again_what_it_did(placed: Callable[..., Any]) -> None:
    """1.00 off 10.00 and 0.10 is 0.990 and 0.0099, so 0.99 and 0.01; one cent, or two, come off the first alone."""
    desk = placed(("1", "10.00", "0.00"), ("1", "0.10", "0.00"), limits=WIDE)
    order = desk.do(total("9.10"), reason="loyalty")
    assert [line.billable.net for line in order.lines] == [eur("9.01"), eur("0.09")]
    order = desk.do(total("10.09"), reason="loyalty")
    assert [line.billable.net for line in order.lines] == [eur("9.99"), eur("0.10")]
    assert [line.total_share is None for line in order.lines] == [False, True]
    assert lowered(desk) == [1, 2]
    order = desk.do(total("10.08"), reason="loyalty")
    assert [line.billable.net for line in order.lines] == [eur("9.98"), eur("0.10")]
    assert lowered(desk) == [1]


def test_the_limit_counts_what_the_quote_lowered_of_units_at_their_agreed_price(placed: Callable[..., Any]) -> None:
    """180.00 set by hand; 193.33 left of 290.00, with 6.67 of 10.00 lowered; 95.00 with 5.00: 480.00, of which 48.00.

    Other discounts, and what was lowered of a price that was set by hand since, count for nothing.
    """
    tenth = Discount("tenth", eur("20.00"))
    desk = placed(
        ("2", "190.00", "0.00"),
        ("3", "290.00", "0.00"),
        ("1", "95.00", "0.00"),
        taken={
            1: (Discount("total_override", eur("10.00")),),
            2: (tenth, Discount("total_override", eur("10.00"))),
            3: (Discount("total_override", eur("5.00")),),
        },
    )
    desk.do(OverridePrice("order-1", 1, eur("90.00")), reason="damage")
    desk.do(CancelLine("order-1", 2, Decimal(1)), reason="other")
    assert desk.said(total("431.99"), reason="loyalty") == [
        BEYOND.format("431.99", "480.00"),
    ]
    order = desk.do(total("432.00"), reason="loyalty")
    # what they cost is 468.33; 36.33 come off by 180.00, 193.33 and 95.00: 13.963, 14.997 and 7.369
    assert [line.total_share.taken for line in order.lines] == [eur("13.96"), eur("15.00"), eur("7.37")]
    assert [line.total_share.total_before for line in order.lines] == [eur("468.33")] * 3


def test_a_share_tells_every_step_from_what_was_agreed(placed: Callable[..., Any]) -> None:
    """Of 2 units at 20.00 with tax one is billed; the other, 10.00, was set to 9.00, and 0.90 of 19.00 makes 0.43."""
    desk = placed(
        ("2", "20.00", "3.60"), ("1", "10.00", "1.80"), total=eur("30.00"), prices_include_tax=True, limits=WIDE
    )
    desk.answer()
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    desk.do(InvoiceShipment("order-1"))
    desk.do(OverridePrice("order-1", 1, eur("9.00")), reason="damage")
    first, second = desk.do(total("18.10"), reason="loyalty").lines
    lowered = "share of the total lowered from 19.00 EUR to 18.10 EUR by agent-1: loyalty"
    told = first.total_share.explanation
    assert told.subject == "line 1"
    assert [(str(step.delta), step.text()) for step in told.steps] == [
        ("10.00 EUR", "1 units as agreed"),
        ("-1.00 EUR", "price set by hand before: damage"),
        ("-0.43 EUR", lowered),
    ]
    told = second.total_share.explanation
    assert told.subject == "line 2"
    assert [(str(step.delta), step.text()) for step in told.steps] == [
        ("10.00 EUR", "1 units as agreed"),
        ("-0.47 EUR", lowered),
    ]
    assert (first.total_share.units_from, second.total_share.units_from) == (Decimal(1), Decimal(0))


BANDS = MarginPolicy(Decimal(36), Decimal(13))
COSTS = (
    LineCosts(2, FloorCosts(None, Decimal(8)), Deducted(Decimal(10))),
    LineCosts(1, FloorCosts(None, Decimal(8))),
)


def test_every_line_whose_margin_the_book_blocks_is_named_with_its_lowest_price(placed: Callable[..., Any]) -> None:
    """Each 30.00 to 25.00 for 3 units: 8.3333 each. 8.00 * 1.13 is 9.04, and with 10 percent deducted 10.0444..."""
    block = evolve(BANDS, enforcement=MarginEnforcement.BLOCK)
    limits = evolve(WIDE, margin=block, lines=COSTS, rounding=Rounding(digits=4))
    desk = placed(("3", "30.00", "0.00"), ("3", "30.00", "0.00"), limits=limits)
    said = "lines[{0}]: at 8.3333 EUR a unit of ITEM-{0} the margin is not acceptable; accepted: {1} EUR or more"
    assert desk.said(total("50.00"), reason="loyalty") == [said.format(1, "9.04"), said.format(2, "10.0445")]


def test_the_margin_of_what_is_left_is_recorded_without_what_leaves_the_price_again(
    placed: Callable[..., Any],
) -> None:
    """Of 4 units 3 are left, 30.00 brought to 27.00, less 10 percent 24.30 at a cost of 24.00: 0.30 are 1.25 percent.

    8.00 * 1.36 / 0.9 is 12.0888... A line whose cost nobody knows has no margin.
    """
    limits = evolve(WIDE, margin=BANDS, lines=COSTS[:1], rounding=Rounding(digits=4))
    desk = placed(("1", "30.00", "0.00"), ("4", "40.00", "0.00"), limits=limits)
    desk.do(CancelLine("order-1", 2, Decimal(1)), reason="other")
    unknown, known = desk.do(total("54.00"), reason="loyalty").lines
    assert known.total_share.margin == Margin(
        MarginLevel.ERROR, Decimal("1.2500"), eur("8.00"), eur("2.70"), eur("12.0889")
    )
    assert unknown.total_share.margin == Margin(MarginLevel.UNKNOWN_COST, None, None)
    bare = placed(("1", "30.00", "0.00"), limits=evolve(WIDE, lines=COSTS))
    assert bare.do(total("27.00"), reason="loyalty").lines[0].total_share.margin is None


def test_a_total_raised_again_is_secured_where_the_authorisation_has_lapsed(placed: Callable[..., Any]) -> None:
    """9.00 and 1.98 tax brought back to 9.50 and 2.09: the authorised 12.20 hold for a week, then 0.61 are missing."""
    desk = placed(("1", "10.00", "2.20"), limits=WIDE)
    desk.answer(lasting=timedelta(days=7))
    desk.do(total("9.00"), reason="loyalty")
    assert open_payment_requests(desk.do(total("9.50"), reason="loyalty")) == ()
    desk.do(total("9.00"), reason="loyalty")
    desk.now += timedelta(days=8)
    (asked,) = open_payment_requests(desk.do(total("9.50"), reason="loyalty"))
    assert asked.request.amount == eur("0.61")
