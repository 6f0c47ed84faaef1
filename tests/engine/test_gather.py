"""Facts that are gathered before a decision: what the fraud rules get to know of an order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore import Actor, orders, pricing
from servicecore.customers import Address, AddressKind, CustomerAddress, RegisterCustomer
from servicecore.engine.gather import gather
from servicecore.engine.quoting import quote_facts
from servicecore.kernel.money import Money
from servicecore.orders import FraudAssessment, FraudSignal
from servicecore.orders.operations.override_price import OVERRIDE_PRICE
from servicecore.orders.operations.override_total import OVERRIDE_TOTAL
from servicecore.pricing.deductions import Deducted
from servicecore.pricing.override_permission import FloorCosts


def assessed(shop: Any, command: orders.PlaceOrder, monkeypatch: Any, score: int = 0) -> Any:
    """Execute ``command`` and return what the fraud rules were told."""
    told: list[Any] = []

    def assess(request: Any) -> FraudAssessment:
        told.append(request)
        return FraudAssessment((FraudSignal("test", score, "because"),)) if score else FraudAssessment()

    monkeypatch.setattr(shop.core.runtime.host, "assess", assess)
    shop.agent.execute(command)
    return told[-1]


def test_the_rules_learn_who_orders_what_and_how_it_is_paid(shop: Any, monkeypatch: Any) -> None:
    """13.50: 10.00 by card, what is left, 3.50, on account."""
    address = Address("Rossi", "Via Roma 1", "Torino", "IT")
    shop.agent.execute(
        RegisterCustomer(customer_name="Rossi", id="C-1", addresses=(CustomerAddress(AddressKind.BILL_TO, address),))
    )
    shop.clock.advance(timedelta(days=9, hours=23))
    shop.place(1)
    card = orders.Card(token="tok_1", max_amount=Money("10.00", "EUR"))  # noqa: S106 - a made-up token
    placing = orders.PlaceOrder(quote=shop.agent.quote(shop.cart(3)), tenders=(card, orders.OnAccount()))
    told = assessed(shop, placing, monkeypatch)
    assert (told.customer, told.total, told.orders_before) == ("C-1", Money("13.50", "EUR"), 1)
    assert (told.customer_age_days, told.bill_to_country) == (9, "IT")
    assert [(each.kind, each.gateway, each.amount) for each in told.tenders] == [
        ("card", "scripted", Money("10.00", "EUR")),
        ("on_account", "manual", Money("3.50", "EUR")),
    ]
    assert [(line.item, line.quantity) for line in told.lines] == [("tea", 3)]


def test_a_stranger_has_no_age_and_no_address(shop: Any, monkeypatch: Any) -> None:
    told = assessed(shop, shop.placing(), monkeypatch)
    assert (told.customer_age_days, told.bill_to_country, told.orders_before) == (0, "", 0)


def test_a_high_score_holds_the_order(shop: Any, monkeypatch: Any) -> None:
    assessed(shop, shop.placing(), monkeypatch, score=90)
    (order,) = shop.core.find("order", "hold", "fraud")
    assert [problem.code for problem in shop.agent.check(orders.ShipLines(order))] == ["orders.on_hold"]


def test_a_lowered_total_is_judged_by_the_costs_of_every_line_left(shop: Any) -> None:
    """A11: the tea costs 4.00 and 10 percent of its price is a royalty; without bands no cost is looked up."""
    order = shop.order(shop.place(1))
    command = orders.OverrideTotal(order.id, Money("4.00", "EUR"))
    book = shop.core.book().book
    items = tuple(evolve(each, cost=Money("4.00", "EUR")) for each in book.items)
    royalty = pricing.MarginDeduction(pricing.DeductionKind.ROYALTY, percent=Decimal(10))
    priced = evolve(book, version="2", items=items, deductions=(royalty,))
    found = []
    for each in (priced, evolve(priced, version="3", margin=pricing.MarginPolicy(Decimal(20), Decimal(10)))):
        shop.core.use_book(each)
        facts = quote_facts(shop.core.runtime, shop.core.book(), order.quote.cart, Actor("agent-7", roles={"agent"}))
        limits, _tax = gather(shop.core.runtime, OVERRIDE_TOTAL, order, command, facts)
        assert isinstance(limits, orders.OverrideFacts)
        found.append(limits.lines)
    costs = FloorCosts(Decimal("4.00"), Decimal("4.00"))
    assert found == [(), (orders.LineCosts(1, costs, Deducted(percent=Decimal(10))),)]


@pytest.mark.parametrize(("listed", "asked"), [("food", "food"), ("", "standard")])
def test_a_line_without_a_tax_category_takes_the_catalogues(shop: Any, listed: str, asked: str) -> None:
    """It stands neither on the line nor in the quote; the catalogue says it, or the book's default does."""
    order = shop.order(shop.place(1))
    bare = evolve(order, lines=(evolve(order.lines[0], tax_category="", number=7),))
    book = shop.core.book().book
    items = tuple(evolve(each, tax_category=listed) for each in book.items)
    shop.core.use_book(evolve(book, version="2", items=items))
    command = orders.OverridePrice(order.id, 7, Money("4.00", "EUR"))
    runtime = shop.core.runtime
    facts = quote_facts(runtime, shop.core.book(), order.quote.cart, Actor("agent-7", roles={"agent"}))
    *_others, tax = gather(runtime, OVERRIDE_PRICE, bare, command, facts)
    assert isinstance(tax, orders.OrderTax)
    assert tax.request is not None
    assert [(each.key, each.category) for each in tax.request.lines] == [("line:7", asked)]
