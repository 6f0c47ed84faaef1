"""The total of an order lowered by hand: spread over what is left to bill, bounded, taken back, kept in changes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.billing import PaymentOperation
from servicecore.customers import TaxExemption
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money, sum_money
from servicecore.orders import (
    Amounts,
    ApplyHold,
    CancelLine,
    Card,
    ExemptFromTax,
    GiftCardSale,
    HoldType,
    InvoiceShipment,
    LineCosts,
    LineQuantity,
    MatchOpenPrice,
    Order,
    OrderLine,
    OrderPolicy,
    OverrideFacts,
    OverridePrice,
    OverrideTotal,
    PlaceOrder,
    RestorePrice,
    RestoreTotal,
    ShipLines,
    lasting_discounts,
    open_payment_requests,
)
from servicecore.pricing import (
    MarginEnforcement,
    MarginLevel,
    MarginPolicy,
    OverridePermission,
    OverridePolicy,
)
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.price_match import CompetitorPrice, PriceMatchPolicy
from servicecore.pricing.quote import Discount, Quote
from servicecore.storage.codec import JsonCodec

LIMITS = OverrideFacts(
    OverridePolicy(
        (
            OverridePermission("agent", None, total_discount_percent=Decimal(10)),
            OverridePermission("supervisor", None, total_discount_percent=None),
        ),
        ("loyalty", "damage", "other"),
    )
)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def placed(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> Callable[..., Any]:
    def place(*lines: tuple[str, str, str], policy: OrderPolicy | None = None, **changes: Any) -> Any:
        desk = make_desk(policy or OrderPolicy())
        desk.limits = LIMITS
        desk.place(make_quote(*lines, **changes))
        return desk

    return place


def nets(order: Order) -> list[Money]:
    return [line.billable.net for line in order.lines]


def test_what_comes_off_is_spread_by_what_the_lines_cost_to_the_cent(placed: Callable[..., Any]) -> None:
    """10.00 off 100.00: 33.33 has 3.333, 33.34 has 3.334, 33.33 has 3.333; the odd cent goes to the largest rest."""
    desk = placed(("1", "33.33", "7.33"), ("2", "33.34", "7.33"), ("1", "33.33", "7.33"))
    order = desk.do(OverrideTotal("order-1", eur("90.00")), reason="loyalty")
    assert nets(order) == [eur("30.00"), eur("30.00"), eur("30.00")]
    assert [line.billable.tax for line in order.lines] == [eur("6.60")] * 3
    share = order.lines[1].total_share
    assert (share.taken, share.total_before, share.total) == (eur("3.34"), eur("100.00"), eur("90.00"))
    assert (share.reason, share.by, share.approved_by, share.at) == ("loyalty", "agent-1", "", desk.now)
    assert [str(step.delta) for step in share.explanation.steps] == ["33.34 EUR", "-3.34 EUR"]
    assert "90.00" in share.explanation.text("it")


def test_only_what_is_left_to_bill_is_lowered(placed: Callable[..., Any]) -> None:
    """One of three at 10.00 is billed; 20.00 and 20.00 are left, and 36.00 takes 2.00 off each."""
    desk = placed(("3", "30.00", "6.60"), ("1", "20.00", "4.40"), charges=(("freight", "5.00", "0.00"),))
    desk.answer()
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    before = desk.do(InvoiceShipment("order-1"))
    order = desk.do(OverrideTotal("order-1", eur("36.00")), reason="loyalty")
    assert nets(order) == [eur("28.00"), eur("18.00")]
    assert order.charges == before.charges
    assert order.lines[0].billed == before.lines[0].billed


def test_the_limit_is_measured_by_what_was_agreed_however_often_it_is_lowered(placed: Callable[..., Any]) -> None:
    """CC 8.1: the agent lowers by 10 percent at most; twice 6 percent is 11.64 of what was agreed."""
    desk = placed(("1", "100.00", "0.00"))
    desk.do(OverrideTotal("order-1", eur("94.00")), reason="loyalty")
    over = OverrideTotal("order-1", eur("88.36"))
    assert desk.refused(over, reason="loyalty") == ("override.approval_required",)
    assert desk.said(over, reason="loyalty")[0].startswith("subtotal: 88.36 EUR is beyond what agent-1 may do")
    order = desk.do(over, reason="loyalty", approver="supervisor")
    assert (order.lines[0].billable.net, order.lines[0].total_share.taken) == (eur("88.36"), eur("11.64"))
    assert order.lines[0].total_share.approved_by == "supervisor-2"
    assert desk.refused(over, role="agent", reason="mood") == (
        "override.reason_required",
        "override.approval_required",
    )
    assert desk.refused(over) == ("authority.reason_required",)


def test_what_the_quote_lowered_by_hand_counts_towards_the_limit(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """200.00 came down to 190.00 in the quote: 180.00 is 10 percent below 200.00, and 179.99 is more."""
    quote = make_quote(("2", "190.00", "0.00"))
    (line,) = quote.lines
    lowered = Discount("total_override", eur("10.00"))
    desk = make_desk()
    desk.limits = LIMITS
    desk.place(evolve(quote, lines=(evolve(line, discounts=(lowered,)),)))
    over = OverrideTotal("order-1", eur("179.99"))
    assert desk.refused(over, reason="loyalty") == ("override.approval_required",)
    desk.do(OverrideTotal("order-1", eur("180.00")), reason="loyalty")
    desk.do(CancelLine("order-1", 1, Decimal(1)), reason="other")  # 95.00 is left of 100.00
    assert desk.refused(OverrideTotal("order-1", eur("89.99")), reason="loyalty") == ("override.approval_required",)
    assert nets(desk.do(OverrideTotal("order-1", eur("90.00")), reason="loyalty")) == [eur("90.00")]


def test_a_lowered_total_is_taken_back_with_the_tax_of_then(placed: Callable[..., Any]) -> None:
    """CC 8.3: by its own command, or by asking for the first figure; tax 5.00 where the engine would say 6.60."""
    desk = placed(("3", "30.00", "5.00"), ("1", "10.00", "1.00"))
    first = desk.order
    assert desk.refused(RestoreTotal("order-1")) == ("orders.not_overridden",)
    for back in (RestoreTotal("order-1"), OverrideTotal("order-1", eur("40.00"))):
        desk.do(OverrideTotal("order-1", eur("36.00")), reason="loyalty")
        order = desk.do(back, reason="loyalty")
        assert [line.agreed for line in order.lines] == [line.agreed for line in first.lines]
        assert [line.total_share for line in order.lines] == [None, None]
        assert order.billable == first.billable
    assert [event.type_name for event in desk.history].count("orders.total_restored") == 2
    count = len(desk.history)
    desk.do(OverrideTotal("order-1", eur("40.00")), reason="loyalty")
    assert len(desk.history) == count


def test_another_total_takes_the_place_of_the_one_before(placed: Callable[..., Any]) -> None:
    """38.00, then 39.00 of 40.00: 1.00 off in all, not off what was left."""
    desk = placed(("1", "30.00", "0.00"), ("1", "10.00", "0.00"))
    desk.do(OverrideTotal("order-1", eur("38.00")), reason="loyalty")
    order = desk.do(OverrideTotal("order-1", eur("39.00")), reason="damage")
    assert nets(order) == [eur("29.25"), eur("9.75")]
    assert [line.total_share.reason for line in order.lines] == ["damage", "damage"]


def test_a_price_set_by_hand_is_what_the_total_starts_from_and_comes_back_with_it(placed: Callable[..., Any]) -> None:
    """20.00 set to 18.00, then 18.00 and 10.00 lowered to 26.60: 5 percent; restored they are 18.00 and 10.00."""
    desk = placed(("2", "20.00", "0.00"), ("1", "10.00", "0.00"))
    desk.do(OverridePrice("order-1", 1, eur("9.00")), reason="damage")
    order = desk.do(OverrideTotal("order-1", eur("26.60")), reason="loyalty")
    assert nets(order) == [eur("17.10"), eur("9.50")]
    assert [str(each.delta) for each in order.lines[0].total_share.explanation.steps] == [
        "20.00 EUR",
        "-2.00 EUR",
        "-0.90 EUR",
    ]
    order = desk.do(RestoreTotal("order-1"))
    assert nets(order) == [eur("18.00"), eur("10.00")]
    assert order.lines[0].override.reason == "damage"
    assert nets(desk.do(RestorePrice("order-1", 1))) == [eur("20.00"), eur("10.00")]


def test_a_price_set_or_restored_for_a_line_stands_in_the_place_of_its_share(placed: Callable[..., Any]) -> None:
    desk = placed(("1", "10.00", "0.00"), ("1", "10.00", "0.00"), ("1", "10.00", "0.00"))
    desk.do(OverrideTotal("order-1", eur("27.00")), reason="loyalty")
    order = desk.do(OverridePrice("order-1", 1, eur("8.00")), reason="damage")
    assert [each.total_share is None for each in order.lines] == [True, False, False]
    assert [str(each.delta) for each in order.lines[0].override.explanation.steps] == ["10.00 EUR", "-2.00 EUR"]
    desk.do(OverridePrice("order-1", 2, eur("10.00")), reason="damage")
    order = desk.do(RestorePrice("order-1", 3))
    assert nets(order) == [eur("8.00"), eur("10.00"), eur("10.00")]
    assert [each.override is None for each in order.lines] == [False, True, True]
    assert desk.refused(RestoreTotal("order-1")) == ("orders.not_overridden",)
    assert desk.refused(RestorePrice("order-1", 3)) == ("orders.not_overridden",)


def test_a_competitors_price_is_explained_from_the_lowered_one(placed: Callable[..., Any]) -> None:
    """10.00 lowered to 9.00, and matched at 7.00."""
    desk = placed(("1", "10.00", "0.00"))
    desk.matching = (PriceMatchPolicy(open_units=True), *desk.matching[1:])
    desk.do(OverrideTotal("order-1", eur("9.00")), reason="loyalty")
    order = desk.do(
        MatchOpenPrice("order-1", 1, CompetitorPrice("rival", eur("7.00"))), reason="other", approver="supervisor"
    )
    assert [str(each.delta) for each in order.lines[0].override.explanation.steps] == [
        "10.00 EUR",
        "-1.00 EUR",
        "-2.00 EUR",
    ]


def test_discounts_belong_to_the_order_as_before(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """Unlike a price set by hand, a lowered total comes off after every offer and code: their use stays."""
    quote = make_quote(("1", "10.00", "0.00"))
    (line,) = quote.lines
    desk = make_desk()
    desk.limits = LIMITS
    desk.place(evolve(quote, lines=(evolve(line, discounts=(Discount("tenth", eur("1.00")),)),)))
    order = desk.do(OverrideTotal("order-1", eur("9.00")), reason="loyalty")
    assert lasting_discounts(order).offers == {"tenth"}


def test_authorisations_follow_the_total(placed: Callable[..., Any]) -> None:
    """At 0.00 nothing is needed; restored the 12.20 are asked for again."""
    desk = placed(("1", "10.00", "2.20"))
    desk.answer()
    (less,) = open_payment_requests(desk.do(OverrideTotal("order-1", eur("0")), "supervisor", "loyalty"))
    assert less.request.operation is PaymentOperation.VOID
    desk.answer()
    (more,) = open_payment_requests(desk.do(RestoreTotal("order-1")))
    assert (more.request.operation, more.request.amount) == (PaymentOperation.AUTHORIZE, eur("12.20"))


def test_tax_in_the_prices_is_in_the_total(placed: Callable[..., Any]) -> None:
    """Two at 12.20 with 2.20 in each lowered to 21.96: 10.98 with 1.98 in it each."""
    lines = (("1", "12.20", "2.20"), ("1", "12.20", "2.20"))
    desk = placed(*lines, total=eur("24.40"), prices_include_tax=True)
    order = desk.do(OverrideTotal("order-1", eur("21.96")), reason="loyalty")
    assert [line.billable for line in order.lines] == [Amounts(eur("9.00"), eur("1.98"))] * 2
    assert order.billable == eur("21.96")


def test_an_order_that_was_exempted_since_is_restored_without_tax(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote(("1", "10.00", "2.20"), ("1", "10.00", "2.20"))
    desk = make_desk()
    desk.limits = LIMITS
    desk.place(evolve(quote, cart=evolve(quote.cart, ship_to_country="IT")))
    desk.do(OverrideTotal("order-1", eur("18.00")), reason="loyalty")
    exempted = desk.do(ExemptFromTax("order-1", TaxExemption("EX-1", "IT")))
    assert [line.total_share.taken for line in exempted.lines] == [eur("1.00"), eur("1.00")]
    assert [line.billable for line in exempted.lines] == [Amounts(eur("9.00"), eur("0.00"))] * 2
    order = desk.do(RestoreTotal("order-1"))
    assert [line.billable for line in order.lines] == [Amounts(eur("10.00"), eur("0.00"))] * 2


def test_a_gift_card_keeps_its_price(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    """50.00 of card and 10.00 of goods: all of what comes off 60.00 comes off the goods, 50.00 at least stay."""
    desk = make_desk(OrderPolicy(gift_card_items=("ITEM-1",)))
    desk.limits = LIMITS
    quote = make_quote(("1", "50.00", "0.00"), ("1", "10.00", "0.00"))
    desk.do(PlaceOrder(quote, (Card("tok_1"),), gift_cards=(GiftCardSale(1),)))
    below = OverrideTotal("order-1", eur("49.99"))
    assert desk.refused(below, "supervisor", "loyalty") == ("value.not_accepted",)
    assert "50.00 EUR to 60.00 EUR" in desk.said(below, "supervisor", "loyalty")[0]
    order = desk.do(OverrideTotal("order-1", eur("54.00")), reason="loyalty")
    assert nets(order) == [eur("50.00"), eur("4.00")]


def test_a_total_that_cannot_be_is_refused(placed: Callable[..., Any]) -> None:
    kind = HoldType("packing", blocks=("orders.override_total", "orders.restore_total"), on_lines=True)
    desk = placed(("1", "10.00", "0.00"), ("1", "10.00", "0.00"), policy=OrderPolicy(hold_types=(kind,)))
    ask = OverrideTotal("order-1", eur("19.00"))
    assert desk.refused(evolve(ask, subtotal=eur("20.01")), reason="loyalty") == ("value.not_accepted",)
    assert desk.refused(evolve(ask, subtotal=Money("19.00", "USD")), reason="loyalty") == ("money.currency_mismatch",)
    for wrong in ("-1", "18.995"):
        with pytest.raises(InvalidValue, match="subtotal"):
            OverrideTotal("order-1", eur(wrong))
    desk.do(ask, reason="loyalty")
    desk.do(ApplyHold("order-1", "packing", line=1), reason="other")
    assert desk.refused(ask, reason="loyalty") == ("orders.on_hold",)
    assert desk.refused(RestoreTotal("order-1")) == ("orders.on_hold",)
    desk.do(CancelLine("order-1", 1), reason="other")
    desk.do(CancelLine("order-1", 2), reason="other")
    assert desk.refused(ask, reason="loyalty") == ("orders.nothing_to_bill",)
    assert desk.refused(RestoreTotal("order-1")) == ("orders.nothing_to_bill",)


def test_margins_of_the_lines_alert_or_block(placed: Callable[..., Any]) -> None:
    """A11: cost 8.00 a unit; at 9.00 the margin is 12.5 percent, where 35 are acceptable and 13 questionable."""
    desk = placed(("2", "20.00", "0.00"), ("1", "20.00", "0.00"))
    bands = MarginPolicy(Decimal(35), Decimal(13))
    costs = (LineCosts(1, FloorCosts(None, Decimal(8))),)
    desk.limits = evolve(LIMITS, margin=bands, lines=costs)
    order = desk.do(OverrideTotal("order-1", eur("36.00")), reason="loyalty")
    margin, unknown = (line.total_share.margin for line in order.lines)
    assert (margin.level, margin.percent) == (MarginLevel.ERROR, Decimal("12.5000"))
    assert unknown.level is MarginLevel.UNKNOWN_COST
    desk.limits = evolve(desk.limits, margin=evolve(bands, enforcement=MarginEnforcement.BLOCK))
    assert desk.refused(OverrideTotal("order-1", eur("36.00")), reason="loyalty") == ("margin.blocked",)
    assert desk.do(OverrideTotal("order-1", eur("36.16")), reason="loyalty").billable == eur("44.12")


class Twins:
    """Two orders with one story, of which only the first has its total lowered."""

    def __init__(self, make_desk: Callable[..., Any], quote: Quote) -> None:
        self.desks = [make_desk(OrderPolicy(ship_only_covered=False, authorize_at_submit=False)) for _ in range(2)]
        for desk in self.desks:
            desk.limits = LIMITS
            desk.place(quote)

    @property
    def order(self) -> Order:
        return cast("Order", self.desks[0].order)

    def both(self, *commands: Any) -> None:
        for desk in self.desks:
            for command in commands:
                desk.do(command, role="supervisor", reason="other")

    def ship(self, line: OrderLine, part: int) -> None:
        if line.open:
            units = LineQuantity(line.number, Decimal(1 + part % int(line.open)))
            self.both(ShipLines("order-1", (units,)), InvoiceShipment("order-1"))

    def cancel(self, line: OrderLine, part: int) -> None:
        if line.open:
            self.both(CancelLine("order-1", line.number, Decimal(1 + part % int(line.open))))

    def price(self, line: OrderLine, part: int) -> None:
        if line.to_bill:
            self.both(OverridePrice("order-1", line.number, Money.from_minor(part, "EUR")))

    def lower(self, _line: OrderLine, part: int) -> None:
        """What all units left cost is what was asked; no line is below 0 or above what it was."""
        if not any(line.to_bill for line in self.order.lines):
            return
        whole = sum_money((line.without_total.net for line in self.order.lines), "EUR")
        wanted = Money.from_minor(whole.to_minor() * part // 100, "EUR")
        order = self.desks[0].do(OverrideTotal("order-1", wanted), role="supervisor", reason="loyalty")
        prices = [line.next_share(line.to_bill).net for line in order.lines]
        assert sum_money(prices, "EUR") == wanted
        for line, price in zip(order.lines, prices, strict=True):
            assert 0 <= price.to_minor() <= line.without_total.net.to_minor()

    def restore(self, _line: OrderLine, _part: int) -> None:
        """What is left costs what it does in the twin, to the cent; from here on they have one story again."""
        if not any(line.total_share and line.to_bill for line in self.order.lines):
            return
        first, twin = self.desks
        order = first.do(RestoreTotal("order-1"))
        for line, other in zip(order.lines, twin.order.lines, strict=True):
            assert line.next_share(line.to_bill) == other.next_share(other.to_bill)
        twin.order, twin.history = order, list(first.history)


STEPS = (Twins.ship, Twins.cancel, Twins.price, Twins.lower, Twins.lower, Twins.restore)


@settings(max_examples=50)
@given(
    lines=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5000)), min_size=1, max_size=3),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2), st.integers(0, 100)), max_size=9),
)
def test_whatever_happens_the_figures_add_up_and_a_restored_total_leaves_no_trace(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    lines: list[tuple[int, int]],
    steps: list[tuple[Callable[[Twins, OrderLine, int], None], int, int]],
) -> None:
    """What is billed never changes, all invoices are in the end what the order costs, and all of it can be stored."""
    quote = make_quote(*((str(count), str(Decimal(net) / 100), "0.00") for count, net in lines))
    twins = Twins(make_desk, quote)
    for step, place, part in steps:
        billed = [line.billed for line in twins.order.lines]
        step(twins, twins.order.lines[place % len(lines)], part)
        for line, before in zip(twins.order.lines, billed, strict=True):
            assert line.billed[: len(before)] == before
    desk = twins.desks[0]
    if twins.order.open:
        desk.do(ShipLines("order-1"))
        desk.do(InvoiceShipment("order-1"))
    assert sum_money((each.total for each in twins.order.invoices), "EUR") == twins.order.billable
    codec = JsonCodec()
    assert codec.decode(Order, codec.encode(twins.order)) == twins.order
    for event in desk.history:
        assert codec.decode(type(event), codec.encode(event)) == event
