"""Coupons, told through the public API: campaigns, their codes, and what becomes of a use."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from tests.scenarios.conftest import euro

from servicecore import Refused, customers, orders, pricing
from servicecore.pricing import campaigns, redemptions


def spring(**changes: Any) -> pricing.Coupon:
    tier = pricing.CouponTier(euro("0"), Decimal(10), pricing.CouponValue.PERCENT)
    return pricing.Coupon("SPRING", **({"tiers": (tier,)} | changes))


def run_campaign(centre: Any, *codes: str, customers_of_codes: tuple[str, ...] = (), **changes: Any) -> str:
    """Create, fill and activate a campaign; return the id of its batch."""
    desk = centre.manager
    desk.execute(campaigns.CreateCampaign(campaigns.CampaignTerms(spring(**changes), description="Spring letters")))
    batch = str(desk.execute(campaigns.IssueCodes("SPRING", codes, customers=customers_of_codes)).id)
    desk.execute(campaigns.ActivateCampaign("SPRING"))
    return batch


def quote(centre: Any, *codes: str, customer: str = "C-1", quantity: int = 2, **changes: Any) -> pricing.Quote:
    lines = (pricing.CartLine("tea", Decimal(quantity)),)
    found = centre.agent.quote(pricing.Cart(customer=customer, currency="EUR", lines=lines, codes=codes, **changes))
    assert isinstance(found, pricing.Quote)
    return found


def place(centre: Any, offered: pricing.Quote) -> str:
    return str(centre.agent.execute(orders.PlaceOrder(quote=offered, tenders=(orders.OnAccount(),))).id)


def reasons(offered: pricing.Quote) -> dict[str, str]:
    return {each.rule: each.reason.code for each in offered.not_applied}


def refusals(desk: Any, command: Any, **more: Any) -> list[str]:
    return [problem.code for problem in desk.check(command, **more)]


def test_a_campaign_from_draft_to_void(centre: Any) -> None:
    """A12: a draft is changed, activated, frozen and voided; its code works while it is active, in any spelling."""
    desk = centre.manager
    terms = campaigns.CampaignTerms(spring(), number="2026/1", redemption_rate=Decimal("2.5"))
    desk.execute(campaigns.CreateCampaign(terms))
    assert centre.get("SPRING").state is pricing.CouponState.DRAFT
    desk.execute(campaigns.IssueCodes("SPRING", ("Spring-10",)))
    assert reasons(quote(centre, "spring-10")) == {"SPRING-10": "coupon.not_active"}
    tenth = spring(valid_until=date(2026, 3, 31))
    desk.execute(campaigns.ChangeCampaign("SPRING", campaigns.CampaignTerms(tenth)))
    desk.execute(campaigns.ActivateCampaign("SPRING"))
    assert refusals(desk, campaigns.ChangeCampaign("SPRING", terms)) == ["coupon.frozen"]
    assert quote(centre, " spring -10").discount == euro("0.90")
    order = place(centre, quote(centre, "SPRING-10"))
    desk.execute(campaigns.VoidCampaign("SPRING"), reason="mistake")
    assert reasons(quote(centre, "SPRING-10")) == {"SPRING-10": "coupon.voided"}
    assert centre.get(order).billable == euro("8.10")
    assert refusals(desk, campaigns.ActivateCampaign("SPRING")) == ["coupon.frozen"]


def test_codes_of_a_batch_are_personal_or_void(centre: Any) -> None:
    """A12: a code given to a customer is refused to others; a void code is refused to all; the third works."""
    desk = centre.manager
    batch = run_campaign(centre, "A-1", "A-2", "A-3")
    known = centre.core.coupon_code("a-1")
    assert (known.campaign.id, known.batch.id) == ("SPRING", batch)
    desk.execute(campaigns.AssignCode(batch, "a-1", "C-1"))
    desk.execute(campaigns.VoidCode(batch, "a-2"), reason="lost")
    assert reasons(quote(centre, "A-1", customer="C-2")) == {"A-1": "coupon.customer_not_listed"}
    assert reasons(quote(centre, "A-1")) == {}
    assert reasons(quote(centre, "A-2")) == {"A-2": "coupon.voided"}
    assert reasons(quote(centre, "A-3", customer="C-2")) == {}
    assert reasons(quote(centre, "A-4")) == {"A-4": "coupon.unknown"}
    assert refusals(desk, campaigns.AssignCode(batch, "A-4", "C-1")) == ["coupon.not_in_batch"]
    assert refusals(desk, campaigns.AssignCode(batch, "A-1", "C-2")) == ["coupon.already_assigned"]
    assert refusals(desk, campaigns.IssueCodes("SPRING", ("a-3",))) == ["coupon.code_taken"]
    assert list(centre.core.issued_codes("SPRING")) == ["A-1", "A-2", "A-3"]


def test_a_code_that_is_voided_after_the_quote_is_not_ordered_with(centre: Any) -> None:
    """A12: a void code or campaign works for no order and no reservation that comes later; what is held stays."""
    desk = centre.manager
    batch = run_campaign(centre, "A-1", "A-2")
    lost, held, late = quote(centre, "A-1"), quote(centre, "A-2"), quote(centre, "A-2", customer="C-2")
    desk.execute(campaigns.VoidCode(batch, "a-1"), reason="lost")
    assert refusals(centre.agent, orders.PlaceOrder(quote=lost, tenders=(orders.OnAccount(),))) == ["coupon.voided"]
    centre.agent.execute(redemptions.ReserveCoupons(held))
    desk.execute(campaigns.VoidCampaign("SPRING"), reason="mistake")
    assert refusals(centre.agent, redemptions.ReserveCoupons(late)) == ["coupon.voided"]
    assert refusals(centre.agent, orders.PlaceOrder(quote=late, tenders=(orders.OnAccount(),))) == ["coupon.voided"]
    assert centre.get(place(centre, held)).billable == held.total
    plain = place(centre, quote(centre))
    assert refusals(centre.agent, orders.AddCoupon(plain, "A-2")) == ["coupon.voided"]


def test_the_last_use_is_reserved_while_the_customer_pays(centre: Any) -> None:
    """A12: a reservation keeps the last use from others until it is ordered, released, or lapses by itself."""
    run_campaign(centre, "LAST", limit=1)
    first, second = quote(centre, "LAST"), quote(centre, "LAST", customer="C-2")
    reserving = redemptions.ReserveCoupons(first, hold_for=timedelta(minutes=10))
    held = centre.agent.execute(reserving, key="checkout-1").id
    assert centre.agent.execute(reserving, key="checkout-1").repeated
    assert refusals(centre.agent, redemptions.ReserveCoupons(second)) == ["coupon.limit_reached"]
    with pytest.raises(Refused):
        place(centre, second)
    centre.agent.execute(redemptions.ReleaseCoupons(held))
    centre.agent.execute(redemptions.ReserveCoupons(second))
    centre.clock.move_to(centre.clock.now() + timedelta(minutes=30))
    assert centre.core.run_due().failures == ()
    assert centre.get(second.id, "redemption").status is redemptions.RedemptionStatus.EXPIRED
    order = place(centre, first)
    assert centre.get(first.id, "redemption").order == order
    assert centre.events(first.id, "redemption") == [
        "pricing.coupons_reserved",
        "pricing.coupons_released",
        "pricing.coupons_consumed",
    ]


def test_a_use_is_given_back_with_the_order_or_by_hand(centre: Any) -> None:
    """A12: a canceled order gives its use back; a second time there is nothing to give; by hand it takes a right."""
    run_campaign(centre, "ONCE", one_time=True)
    offered = quote(centre, "ONCE")
    order = place(centre, offered)
    assert reasons(quote(centre, "once")) == {"ONCE": "coupon.already_redeemed"}
    assert refusals(centre.agent, redemptions.GiveBackCoupons(offered.id)) == ["authority.not_permitted"]
    centre.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert refusals(centre.manager, redemptions.GiveBackCoupons(offered.id)) == ["coupon.not_reserved"]
    assert reasons(quote(centre, "once")) == {}
    again = quote(centre, "ONCE")
    place(centre, again)
    centre.manager.execute(redemptions.GiveBackCoupons(again.id))
    assert reasons(quote(centre, "once")) == {}


def test_an_order_without_its_use_is_changed_and_canceled_like_any_other(centre: Any) -> None:
    """A12, E12: a code that was taken off, or a use that was given back by hand, never keeps an order from its end."""
    run_campaign(centre, "ONCE", "TWICE", one_time=True)
    first = place(centre, quote(centre, "ONCE"))
    centre.agent.execute(orders.RemoveCoupon(first, "ONCE"))
    centre.agent.execute(orders.CancelOrder(first), reason="customer_request")
    assert centre.get(first).is_canceled
    offered = quote(centre, "TWICE")
    second = place(centre, offered)
    centre.manager.execute(redemptions.GiveBackCoupons(offered.id))
    centre.agent.execute(orders.RemoveCoupon(second, "TWICE"))
    centre.agent.execute(orders.CancelLine(second, 1), reason="customer_request")
    assert centre.get(second).is_canceled
    assert reasons(quote(centre, "ONCE")) == reasons(quote(centre, "TWICE")) == {}


def test_units_keep_what_a_code_gave_when_others_are_canceled(centre: Any) -> None:
    """E12: 10 teas at 4.50 are 45.00, from which on a tenth goes off; of 40.50 four teas keep 16.20 (CC 6.5)."""
    tier = pricing.CouponTier(euro("45"), Decimal(10), pricing.CouponValue.PERCENT)
    run_campaign(centre, "MANY", tiers=(tier,))
    order = place(centre, quote(centre, "MANY", quantity=10))
    assert centre.get(order).billable == euro("40.50")
    centre.agent.execute(orders.CancelLine(order, 1, Decimal(6)), reason="customer_request")
    assert centre.get(order).billable == euro("16.20")
    assert reasons(quote(centre, "MANY", quantity=4)) == {"MANY": "coupon.minimum_not_met"}


def test_one_customer_under_many_names_has_one_limit(centre: Any) -> None:
    """A12: a limit for each customer holds in other letters, as a guest, and after the login (property 35)."""
    run_campaign(centre, "MINE", limit_per_customer=1)
    points = customers.ContactPoints(emails=("anna@example.org",))
    centre.agent.execute(customers.RegisterCustomer("Anna", id="C-9", points=points))
    place(centre, quote(centre, "MINE", customer="guest-7", attributes=(("email", " Anna@Example.ORG"),)))
    for name in ("C-9", "c-9", "ANNA@example.org", "guest-7"):
        assert reasons(quote(centre, "MINE", customer=name)) == {"MINE": "coupon.limit_reached"}, name
    assert reasons(quote(centre, "MINE", customer="C-8")) == {}


def test_a_used_code_is_issued_anew(centre: Any) -> None:
    """A12: with automatic reissue the customer has a fresh one-time code after each order, and nobody else has it."""
    desk = centre.manager
    terms = campaigns.CampaignTerms(spring(one_time=True), auto_reissue=True)
    desk.execute(campaigns.CreateCampaign(terms))
    desk.execute(campaigns.IssueCodes("SPRING", ("FIRST",), customers=("C-1",)))
    desk.execute(campaigns.ActivateCampaign("SPRING"))
    place(centre, quote(centre, "FIRST"))
    first, fresh = centre.core.issued_codes("SPRING")
    assert first == "FIRST"
    assert reasons(quote(centre, "FIRST")) == {"FIRST": "coupon.already_redeemed"}
    assert reasons(quote(centre, fresh)) == {}
    assert reasons(quote(centre, fresh, customer="C-2")) == {fresh: "coupon.customer_not_listed"}


def total(centre: Any, order: str) -> str:
    return str(centre.get(order).billable.amount)


def test_a_code_is_added_to_an_order_and_removed_again(centre: Any) -> None:
    """E12: the preview shows the delta, the use is counted with the order, and what was added comes off as it came."""
    run_campaign(centre, "LATE", limit=1)
    order = place(centre, quote(centre, quantity=3))
    adding = orders.AddCoupon(order, " late ")
    delta = {
        each.name: (str(each.before.amount), str(each.after.amount)) for each in centre.agent.preview(adding).figures
    }
    assert delta["total"] == ("13.50", "12.15")
    assert centre.core.count("redemption") == 0
    centre.agent.execute(adding)
    assert total(centre, order) == "12.15"
    assert reasons(quote(centre, "LATE")) == {"LATE": "coupon.limit_reached"}
    assert refusals(centre.agent, adding) == ["orders.code_on_order"]
    assert refusals(centre.agent, orders.AddCoupon(order, "nothing")) == ["coupon.unknown"]
    centre.agent.execute(orders.RemoveCoupon(order, "late"))
    assert total(centre, order) == "13.50"
    assert reasons(quote(centre, "LATE")) == {}
    assert refusals(centre.agent, orders.RemoveCoupon(order, "late")) == ["orders.code_not_on_order"]


def test_only_what_is_open_has_the_code(centre: Any) -> None:
    """E12: of three units one was sent and billed at 4.50; the two open ones cost 9.00 less 10 % = 8.10."""
    run_campaign(centre, "LATE")
    order = place(centre, quote(centre, quantity=3))
    centre.agent.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(1)),)))
    centre.agent.execute(orders.InvoiceShipment(order))
    centre.agent.execute(orders.AddCoupon(order, "LATE"))
    assert total(centre, order) == "12.60"
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    assert [str(invoice.total.amount) for invoice in centre.get(order).invoices] == ["4.50", "8.10"]


def test_units_that_were_sent_are_billed_before_a_code_comes(centre: Any) -> None:
    """E12: what was sent keeps its price, so a code waits until the shipment is billed; a price set by hand stands."""
    run_campaign(centre, "LATE")
    order = place(centre, quote(centre, quantity=3))
    centre.agent.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(1)),)))
    assert refusals(centre.agent, orders.AddCoupon(order, "LATE")) == ["orders.not_repriceable"]
    other = place(centre, quote(centre, "LATE", quantity=3))
    centre.manager.execute(orders.OverridePrice(other, 1, euro("4.00")), reason="price_match")
    assert refusals(centre.agent, orders.RemoveCoupon(other, "LATE")) == ["orders.not_repriceable"]
    assert total(centre, other) == "12.00"
    centre.manager.execute(orders.RestorePrice(other, 1), reason="mistake")
    assert total(centre, other) == "12.15"


def test_a_code_of_the_quote_is_removed_from_the_order(centre: Any) -> None:
    """E12: the order was placed with the code; without it the open units cost the full price, and its use is back."""
    run_campaign(centre, "EARLY", one_time=True)
    order = place(centre, quote(centre, "EARLY", quantity=3))
    assert total(centre, order) == "12.15"
    centre.agent.execute(orders.RemoveCoupon(order, "EARLY"))
    assert total(centre, order) == "13.50"
    assert reasons(quote(centre, "EARLY")) == {}
    centre.agent.execute(orders.AddCoupon(order, "EARLY"))
    assert total(centre, order) == "12.15"
    centre.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert reasons(quote(centre, "EARLY")) == {}


def test_an_exclusive_code_is_refused_beside_another(centre: Any) -> None:
    """E12: nothing may be added after an exclusive coupon, and it is not added after another."""
    run_campaign(centre, "ONE")
    desk = centre.manager
    alone = campaigns.CampaignTerms(pricing.Coupon("ALONE", tiers=spring().tiers, exclusive=True))
    desk.execute(campaigns.CreateCampaign(alone))
    desk.execute(campaigns.IssueCodes("ALONE", ("SOLO",)))
    desk.execute(campaigns.ActivateCampaign("ALONE"))
    first = place(centre, quote(centre))
    centre.agent.execute(orders.AddCoupon(first, "SOLO"))
    assert refusals(centre.agent, orders.AddCoupon(first, "ONE")) == ["coupon.exclusive_conflict"]
    second = place(centre, quote(centre, "ONE"))
    assert refusals(centre.agent, orders.AddCoupon(second, "SOLO")) == ["coupon.exclusive_conflict"]


def test_freight_follows_the_codes_of_an_order(centre: Any) -> None:
    """E12 E17: 22.50 of teas travel free; with the code they are 20.25 and pay 5.00, which the manager waives."""
    tiers = (pricing.ChargeTier(5, to_amount=22), pricing.ChargeTier(0, from_amount=22))
    freight = pricing.AutoCharge("freight", "EUR", tiers)
    centre.core.use_book(evolve(centre.core.book().book, version="2", charges=(freight,)))
    run_campaign(centre, "LATE")
    order = place(centre, quote(centre, quantity=5))
    assert total(centre, order) == "22.50"
    centre.agent.execute(orders.AddCoupon(order, "LATE"))
    assert total(centre, order) == "25.25"
    centre.agent.execute(orders.RemoveCoupon(order, "LATE"))
    assert total(centre, order) == "22.50"
    centre.agent.execute(orders.AddCoupon(order, "LATE"))
    centre.manager.execute(orders.OverrideCharge(order, "freight", euro("0.00")), reason="loyalty")
    centre.agent.execute(orders.RemoveCoupon(order, "LATE"))
    centre.agent.execute(orders.AddCoupon(order, "LATE"))
    assert total(centre, order) == "20.25"
    assert centre.events(order)[-2:] == ["orders.coupon_removed", "orders.coupon_added"]
