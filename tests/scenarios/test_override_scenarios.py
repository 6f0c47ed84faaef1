"""Figures set by hand on an order, as an agent and a manager do it, on the public API only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore import Actor, Money, Refused, billing, orders, pricing
from servicecore.catalog import Item


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def _order(centre: Any, **book: Any) -> str:
    """Order 3 teas at 4.50 and a pot at 20.00, with a freight of 5.00 where the book has it."""
    centre.core.use_book(evolve(centre.core.book().book, version="2", **book))
    lines = (pricing.CartLine("tea", Decimal(3)), pricing.CartLine("pot", Decimal(1)))
    quote = centre.agent.quote(pricing.Cart(customer="C-1", currency="EUR", lines=lines))
    card = orders.Card(token="tok_1")  # noqa: S106 - a made-up token
    return str(centre.agent.execute(orders.PlaceOrder(quote=quote, tenders=(card,))).id)


FREIGHT = pricing.AutoCharge("freight", "EUR", (pricing.ChargeTier(5),))


def test_a_price_is_lowered_by_hand_and_restored(centre: Any) -> None:
    """A08 E17: 10 percent is the agent's limit; the manager approves more; the list says 4.50 again in the end."""
    order = _order(centre)
    centre.agent.execute(orders.OverridePrice(order, 1, euro("4.05")), reason="loyalty")
    assert centre.get(order).billable == euro("32.15")
    with pytest.raises(Refused) as caught:
        centre.agent.execute(orders.OverridePrice(order, 1, euro("3.00")), reason="loyalty")
    assert [each.code for each in caught.value.problems] == ["authority.approval_required"]
    ada = Actor("ada", roles={"manager"})
    centre.agent.execute(orders.OverridePrice(order, 1, euro("3.00")), reason="loyalty", approved_by=ada)
    line = centre.get(order).line(1)
    assert (line.override.original, line.override.price, line.override.approved_by) == (
        euro("13.50"),
        euro("9.00"),
        "ada",
    )
    centre.agent.execute(orders.RestorePrice(order, 1))
    assert centre.get(order).billable == euro("33.50")
    assert centre.events(order)[-2:] == ["orders.price_overridden", "orders.price_restored"]


def test_the_total_of_an_order_is_lowered_by_hand_and_restored(centre: Any) -> None:
    """A08 E17: 33.50 come down to 30.00 with the manager's approval; a tea is canceled, a code waits, it is undone.

    3 teas of 13.50 bear 1.41 of the 3.50, the pot of 20.00 bears 2.09: 12.09 and 17.91. A canceled tea takes 4.03.
    """
    tenth = pricing.CouponTier(euro("0.00"), Decimal(10), pricing.CouponValue.PERCENT)
    order = _order(centre, charges=(FREIGHT,), coupons=(pricing.Coupon("TENTH", ("TENTH",), tiers=(tenth,)),))
    lower = orders.OverrideTotal(order, euro("30.00"))
    with pytest.raises(Refused) as caught:
        centre.agent.execute(lower, reason="damage")
    assert [each.code for each in caught.value.problems] == ["authority.approval_required"]
    receipt = centre.agent.preview(lower, reason="damage", approved_by=Actor("ada", roles={"manager"}))
    assert {each.name: each.delta for each in receipt.figures}["total"] == euro("-3.50")
    centre.agent.execute(lower, reason="damage", approved_by=Actor("ada", roles={"manager"}))
    assert [line.billable.net for line in centre.get(order).lines] == [euro("12.09"), euro("17.91")]
    share = centre.get(order).line(1).total_share
    assert (share.taken, share.reason, share.by, share.approved_by) == (euro("1.41"), "damage", "agent-7", "ada")
    centre.agent.execute(orders.CancelLine(order, 1, Decimal(1)), reason="customer_request")
    assert centre.get(order).billable == euro("30.97")  # 8.06, 17.91 and the freight
    (refused,) = {each.code for each in centre.agent.check(orders.AddCoupon(order, "TENTH"))}
    assert refused == "orders.not_repriceable"
    centre.agent.execute(orders.RestoreTotal(order))
    assert centre.get(order).billable == euro("34.00")  # 2 teas, the pot and the freight as agreed
    assert centre.events(order)[-1] == "orders.total_restored"


def test_an_edited_order_keeps_the_prices_that_nobody_touched(centre: Any) -> None:
    """E17 A08: prices double in the shop; the order's pot is edited, and its teas still cost 4.50."""
    order = _order(centre)
    dear = tuple(
        Item(each.id, each.name, base_price=euro(str(each.base_price.amount * 2)))
        for each in centre.core.book().book.items
    )
    centre.core.use_book(evolve(centre.core.book().book, version="3", items=dear))
    centre.manager.execute(orders.OverridePrice(order, 2, euro("19.00")), reason="damage")
    assert [line.billable.net for line in centre.get(order).lines] == [euro("13.50"), euro("19.00")]
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    assert centre.get(order).invoiced == centre.get(order).ledger.captured() == euro("32.50")


def test_charges_of_an_order_are_managed(centre: Any) -> None:
    """E17 A08: gift wrap is added for each tea, the freight is lowered, restored and taken off."""
    order = _order(centre, charges=(FREIGHT,))
    wrap = orders.AddCharge(order, "gift wrap", euro("0.50"), line=1, per_unit=True)
    centre.manager.execute(wrap, reason="gift")
    assert centre.get(order).billable == euro("40.00")
    centre.manager.execute(orders.OverrideCharge(order, "freight", euro("2.00")), reason="delay")
    assert centre.get(order).billable == euro("37.00")
    assert centre.get(order).charge("freight").original.net == euro("5.00")
    centre.agent.execute(orders.RestoreCharge(order, "freight"))
    with pytest.raises(Refused):
        centre.agent.execute(orders.RemoveCharge(order, "freight"), reason="delay")
    centre.manager.execute(orders.RemoveCharge(order, "freight"), reason="delay")
    centre.agent.execute(orders.CancelLine(order, 1, Decimal(1)), reason="customer_request")
    assert centre.get(order).billable == euro("30.00")  # 2 teas, their wrap, the pot
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    assert centre.get(order).invoiced == euro("30.00")


def test_a_preview_shows_what_a_change_costs(centre: Any) -> None:
    """A08 E17: looking changes nothing, and names the difference."""
    order = _order(centre, charges=(FREIGHT,))
    preview = centre.manager.preview(orders.OverrideCharge(order, "freight", euro("9.00")), reason="express")
    changes = {each.name: each.delta for each in preview.figures}
    assert changes["total"] == euro("4.00")
    assert centre.get(order).billable == euro("38.50")


def test_an_override_on_an_order_tells_its_margin(centre: Any) -> None:
    """A11 A08 E17: the tea costs 4.00; at 4.05 its margin is 1.25 percent, and the history keeps the alert."""
    bands = pricing.MarginPolicy(Decimal(20), Decimal(10))
    items = (Item("tea", "Tea", base_price=euro("4.50"), cost=euro("4.00")), Item("pot", "Pot", base_price=euro("20")))
    order = _order(centre, margin=bands, items=items)
    centre.agent.execute(orders.OverridePrice(order, 1, euro("4.05")), reason="loyalty")
    margin = centre.get(order).line(1).override.margin
    assert (margin.level, margin.percent, margin.suggested) == (
        pricing.MarginLevel.ERROR,
        Decimal("1.2500"),
        euro("4.80"),
    )


def test_a_return_gives_back_what_was_done_to_its_units(centre: Any) -> None:
    """A08 E17 E26: a wrapped tea comes back for 5.00, wrap included; 6.00 for the second takes the manager."""
    order = _order(centre, charges=(FREIGHT,))
    wrap = orders.AddCharge(order, "gift wrap", euro("0.50"), line=1, per_unit=True)
    centre.manager.execute(wrap, reason="gift")
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    centre.agent.execute(orders.RefundReturn(order, returned=centre.returned(order)))
    second = orders.RefundReturn(order, returned=centre.returned(order), credit=euro("6.00"))
    with pytest.raises(Refused) as caught:
        centre.agent.execute(second, reason="goodwill")
    assert [each.code for each in caught.value.problems] == ["authority.approval_required"]
    centre.agent.execute(second, reason="goodwill", approved_by=Actor("ada", roles={"manager"}))
    refunds = [each.refunds[0] for each in centre.get(order).returns]
    assert [each.amount for each in refunds] == [euro("5.00"), euro("6.00")]
    assert (refunds[1].override.computed, refunds[1].override.approved_by) == (euro("5.00"), "ada")
    memos = centre.documents("order", order, billing.InvoiceKind.CREDIT_MEMO)
    assert sorted(str(each.total) for each in memos) == ["5.00 EUR", "6.00 EUR"]
    assert [(each.id, each.net, each.line) for each in max(memos, key=lambda memo: memo.total).charges] == [
        ("gift wrap", euro("0.50"), 1),
        ("return-credit", euro("1.00"), 0),
    ]
    assert centre.get(order).ledger.refunded() == euro("11.00")
