"""Quotes through the desk: rights, limits, the tax engine, and installations without tax."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore import pricing
from servicecore.errors import Refused
from servicecore.kernel.authority import Actor
from servicecore.kernel.money import Money
from servicecore.plugins.settings import PluginSettings


def refused(act: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        act()
    return [problem.code for problem in caught.value.problems]


def test_a_quote_changes_nothing(shop: Any) -> None:
    before = shop.snapshot()
    shop.agent.quote(shop.cart())
    assert shop.snapshot() == before


def test_without_the_right_there_is_no_quote(shop: Any) -> None:
    assert refused(lambda: shop.core.acting_as(Actor("guest")).quote(shop.cart())) == ["authority.not_permitted"]


def test_an_unknown_item_is_named(shop: Any) -> None:
    with pytest.raises(Refused) as caught:
        shop.agent.quote(shop.cart(item="coffee"))
    assert any(problem.param("value") and "coffee" in problem.text() for problem in caught.value.problems)


def test_the_engine_none_exempts_every_line_and_says_so(shop: Any) -> None:
    quote = shop.agent.quote(shop.cart(2))
    assert (quote.tax, quote.total) == (Money("0.00", "EUR"), Money("9.00", "EUR"))
    assert quote.tax_quote.engine == "none"
    assert {line.exemption for line in quote.tax_quote.lines} == {"the installation charges no tax"}


def test_the_rate_table_taxes_by_country(open_shop: Any) -> None:
    """9.00 at 22 % are 1.98, together 10.98."""
    rates = PluginSettings(plugins={"rate-table": {"rates": [{"country": "IT", "rate": "0.22"}]}})
    shop = open_shop(tax_engine="rate-table", plugin_settings=rates)
    quote = shop.agent.quote(evolve(shop.cart(2), ship_to_country="IT"))
    assert (quote.tax, quote.total) == (Money("1.98", "EUR"), Money("10.98", "EUR"))
    assert refused(lambda: shop.agent.quote(evolve(shop.cart(2), ship_to_country="DE"))) == ["pricing.no_tax_quote"]


def test_a_tax_engine_that_nobody_has_refuses_the_quote(open_shop: Any) -> None:
    shop = open_shop(tax_engine="nowhere")
    assert refused(lambda: shop.agent.quote(shop.cart())) == ["pricing.no_tax_quote"]


def test_an_override_below_the_limit_takes_a_second_person(shop: Any) -> None:
    """From 20.00 to 15.00 is 25 % down: beyond the agent's 10, within the supervisor's 30."""
    override = pricing.PriceOverride(Money("15.00", "EUR"), "complaint")
    line = pricing.CartLine("pot", Decimal(1), override=override)
    cart = pricing.Cart(customer="C-1", currency="EUR", lines=(line,))
    supervisor = Actor("supervisor-2", roles={"supervisor"})
    assert "authority.approval_required" in refused(lambda: shop.agent.quote(cart))
    assert "authority.approver_is_actor" in refused(lambda: shop.agent.quote(cart, approved_by=shop.agent.actor))
    assert shop.agent.quote(cart, approved_by=supervisor).total == Money("15.00", "EUR")
    assert shop.manager.quote(cart).total == Money("15.00", "EUR")


def test_the_price_of_one_more_is_advertised(shop: Any) -> None:
    """One costs 4.50: two of them 9.00, so the second adds 4.50; a third is not in the cart."""
    assert shop.agent.advertise(shop.cart(2), "tea").added == Money("4.50", "EUR")
    assert refused(lambda: shop.agent.advertise(shop.cart(2), "tea", 3)) == ["value.not_accepted"]
    nobody = shop.core.acting_as(Actor("guest"))
    assert refused(lambda: nobody.advertise(shop.cart(2), "tea")) == ["authority.not_permitted"]
