"""Price matches as a call centre lives them, on the public API only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore import Money, Refused, billing, orders, pricing
from servicecore.pricing.price_match import (
    ApprovePriceMatch,
    ChangePriceMatch,
    CompetitorPrice,
    CreatePriceMatch,
    PriceMatchStatus,
    RejectPriceMatch,
)


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


RIVAL = CompetitorPrice("rival", euro("4.10"))


def test_the_difference_to_a_recorded_price_is_given_back_after_the_invoice(centre: Any) -> None:
    """A10 E27: 3 teas at 4.50 were paid; 4.10 elsewhere gives 1.20 back; a returned tea gets 4.10 only."""
    order = centre.delivered(3)
    record = centre.agent.execute(CreatePriceMatch("tea", RIVAL, description="leaflet")).id
    command = orders.MatchPrice(order, line=1, price_match=record)
    with pytest.raises(Refused) as caught:
        centre.agent.execute(command, reason="competitor_price")
    assert [problem.code for problem in caught.value.problems] == ["price_match.not_approved"]
    with pytest.raises(Refused) as caught:
        centre.agent.execute(ApprovePriceMatch(record))
    assert [problem.code for problem in caught.value.problems] == ["authority.not_permitted"]
    centre.manager.execute(ApprovePriceMatch(record))

    preview = centre.agent.preview(command, reason="competitor_price")
    assert {each.name: each.after for each in preview.figures}["granted"] == euro("1.20")
    assert centre.get(order).granted == euro("0.00")
    centre.agent.execute(command, reason="competitor_price")
    assert centre.get(order).ledger.refunded() == euro("1.20")
    assert centre.core.find("order", "price_match", record) == (order,)

    number = centre.returned(order, 1)
    centre.agent.execute(orders.RefundReturn(order, returned=number))
    assert centre.get(order).ledger.refunded() == euro("5.30")
    memos = centre.documents("order", order, billing.InvoiceKind.CREDIT_MEMO)
    assert sorted(each.total for each in memos) == [euro("1.20"), euro("4.10")]
    (invoice,) = centre.documents("order", order, billing.InvoiceKind.SHIPMENT)
    assert invoice.total == euro("13.50")
    assert {each.corrects for each in memos} == {invoice.id}
    assert [each.status for each in memos] == [billing.InvoiceStatus.PAID] * 2


def test_a_set_is_matched_as_a_whole(centre: Any) -> None:
    """A10 E27: the pot came in a set with the tea; 18.50 elsewhere for the set gives 1.50 back, the tea nothing."""
    lines = (
        pricing.CartLine("pot", Decimal(1), number=1),
        pricing.CartLine("tea", Decimal(1), number=2, component_of=1),
    )
    quote = centre.agent.quote(pricing.Cart(customer="C-1", currency="EUR", lines=lines))
    order = centre.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    rival = CompetitorPrice("rival", euro("18.50"))
    with pytest.raises(Refused) as caught:
        centre.agent.execute(orders.MatchPrice(order, line=2, price=RIVAL), reason="competitor_price")
    assert [problem.code for problem in caught.value.problems] == ["price_match.parent_only"]
    centre.agent.execute(orders.MatchPrice(order, line=1, price=rival), reason="competitor_price")
    assert centre.get(order).granted == euro("1.50")


def test_records_are_changed_rejected_and_searched(centre: Any) -> None:
    """A10 E27: records are found by item, competitor, status and expiry; a lapse is noted when it is due."""
    until = centre.clock.now() + timedelta(days=7)
    first = centre.agent.execute(CreatePriceMatch("tea", RIVAL, expires_at=until)).id
    other = CompetitorPrice("outlet", euro("18.00"))
    second = centre.agent.execute(CreatePriceMatch("pot", other)).id
    centre.agent.execute(ChangePriceMatch(second, min_quantity=Decimal(2)))
    centre.manager.execute(RejectPriceMatch(second), reason="other")
    centre.manager.execute(ApprovePriceMatch(first))

    def found(**by: Any) -> list[str]:
        return [each.id for each in centre.core.price_matches(**by)]

    assert found() == sorted([first, second])
    assert found(item="tea") == found(competitor="rival") == found(expires_by=until) == [first]
    assert found(status=PriceMatchStatus.REJECTED) == [second]
    assert found(item="pot", competitor="rival") == []
    centre.clock.move_to(until)
    assert found(status=PriceMatchStatus.EXPIRED) == [first]
    assert [each.status for each in centre.core.price_matches(item="tea")] == [PriceMatchStatus.EXPIRED]
    assert found(status=PriceMatchStatus.APPROVED) == []
    assert centre.core.run_due().events == 1
    assert centre.events(first)[-1] == "pricing.price_match_expired"
    order = centre.delivered(1)
    problems = centre.agent.check(orders.MatchPrice(order, 1, price_match=first), reason="competitor_price")
    assert [problem.code for problem in problems] == ["price_match.expired"]
    assert orders.MatchPrice.name in {task.name for task in centre.agent.allowed(order) if task.possible}


def test_a_credit_can_stay_on_the_customers_account(centre: Any) -> None:
    """A10: 0.40 off each of three teas stays on the account: its credit memo is open, the card gets nothing."""
    order = centre.delivered(3)
    centre.agent.execute(orders.MatchPrice(order, 1, price=RIVAL, to_account=True), reason="goodwill")
    assert centre.get(order).ledger.refunded() == euro("0.00")
    (memo,) = centre.documents("order", order, billing.InvoiceKind.CREDIT_MEMO)
    assert (memo.total, memo.open) == (euro("1.20"), euro("1.20"))
    number = centre.returned(order, 1)
    centre.agent.execute(orders.RefundReturn(order, returned=number))
    assert centre.get(order).ledger.refunded() == euro("4.10")
    memos = centre.documents("order", order, billing.InvoiceKind.CREDIT_MEMO)
    assert sorted((each.total, each.open) for each in memos) == [
        (euro("1.20"), euro("1.20")),
        (euro("4.10"), euro("0.00")),
    ]


def test_what_was_not_billed_yet_is_lowered_where_the_policy_allows_it(centre: Any) -> None:
    """A10 E27: one of three teas is billed at 4.50; the other two go to the recorded 4.10; the bill says 8.20."""
    order = centre.order(3)
    centre.agent.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(1)),)))
    centre.agent.execute(orders.InvoiceShipment(order))
    record = centre.agent.execute(CreatePriceMatch("tea", RIVAL)).id
    centre.manager.execute(ApprovePriceMatch(record))
    centre.agent.execute(orders.MatchOpenPrice(order, 1, price_match=record), reason="competitor_price")
    assert centre.core.find("order", "price_match", record) == (order,)
    assert "rival: 4.10 EUR" in centre.get(order).lines[0].override.explanation.text()
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    invoices = centre.documents("order", order, billing.InvoiceKind.SHIPMENT)
    assert sorted(each.total for each in invoices) == [euro("4.50"), euro("8.20")]
