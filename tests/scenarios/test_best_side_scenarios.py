"""The lines or the order, whichever gives the customer more, on the public API only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from servicecore import Actor, Money, ServiceCore, Settings, orders, pricing
from servicecore.boundary.price_books import load_price_book

BOOK = """\
id: shop
version: "1"
items:
  - {id: TEA, name: Tea, base_price: 10.00 EUR}
  - {id: CARD, name: Card, base_price: 1.00 EUR}
offers:
  - id: TENTH
    benefits: [{type: PercentOff, percent: 10}]
  - id: FIVE
    benefits: [{type: AmountOff, amount: 5.00 EUR, on_order: true}]
    conditions: [{type: ValueAtLeast, minimum: 40.00 EUR}]
  - id: GREETING
    benefits: [{type: AddItem, item: CARD, unit_price: 1.00 EUR, per_units: 4}]
  - id: SPRING
    trigger: code
    codes: [{code: SPRING}]
    benefits: [{type: PercentOff, percent: 5}]
combination: {selection: best_side}
"""


@pytest.fixture
def agent(tmp_path: Path) -> Any:
    file = tmp_path / "shop.yaml"
    file.write_text(BOOK, encoding="utf-8")
    core = ServiceCore.open("memory:", settings=Settings(tax_engine="none"), book=load_price_book(file), autoload=False)
    with core:
        yield core.acting_as(Actor("agent-7", roles={"agent"}))


def asked(agent: Any, teas: int, *codes: str) -> Any:
    lines = [pricing.CartLine("TEA", teas)]
    return agent.quote(pricing.Cart(customer="C-1", currency="EUR", lines=lines, codes=codes))


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def test_the_cart_gets_the_better_side_and_says_what_the_other_would_have_given(agent: Any) -> None:
    """A07: 4 teas: a tenth is 4.00, five off the order more; with the code 5 % of 36.00 come to it, 5.80 in all."""
    quote = asked(agent, 4)
    assert (quote.total, [line.item for line in quote.lines]) == (euro("35.00"), ["TEA", "CARD"])
    (told,) = quote.not_applied
    assert (told.rule, told.reason.code) == ("TENTH", "pricing.offer_lost")
    for locale, word in (("en", "loses to the offer"), ("it", "cede all'offerta"), ("de", "unterliegt dem Angebot")):
        said = told.reason.text(locale)
        assert word in said
        assert all(each in said for each in ("FIVE", "4", "5"))
    quote = asked(agent, 4, "spring")
    assert (quote.total, quote.lines[-1].item) == (euro("34.20"), "CARD")
    assert [each.rule for each in quote.not_applied] == ["FIVE"]
    for line in quote.lines:
        assert line.explanation.figure == line.net


def test_a_side_whose_conditions_fail_is_told_so_and_the_order_is_placed_at_the_other(agent: Any) -> None:
    """A07: 3 teas are worth less than 40.00, so the tenth stays."""
    quote = asked(agent, 3)
    assert quote.total == euro("27.00")
    assert {each.rule: each.reason.code for each in quote.not_applied}["FIVE"] == "pricing.condition_value"
    order = agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),)))
    assert order.id
