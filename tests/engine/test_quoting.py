"""Quotes through the desk: rights, limits, the tax engine, and installations without tax."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore import customers, orders, pricing
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
    with pytest.raises(Refused) as nowhere:
        shop.agent.quote(evolve(shop.cart(2), ship_to_country=""))
    said = nowhere.value.problems[0].text("it")
    assert "un luogo sconosciuto non ha aliquote nella tabella; valori ammessi: IT" in said
    assert said.endswith("valori ammessi: un motore che conosca il caso")


def test_a_tax_engine_that_nobody_has_refuses_the_quote(open_shop: Any) -> None:
    shop = open_shop(tax_engine="nowhere")
    assert refused(lambda: shop.agent.quote(shop.cart())) == ["pricing.no_tax_quote"]


def test_a_tax_engine_that_could_not_be_loaded_says_why(open_shop: Any) -> None:
    wrong = PluginSettings(plugins={"rate-table": {"rates": [], "rounding": "sometimes"}})
    shop = open_shop(tax_engine="rate-table", plugin_settings=wrong)
    with pytest.raises(Refused) as caught:
        shop.agent.quote(shop.cart())
    told = caught.value.problems[0]
    assert "a plugin that loads; rate-table does not: " in told.text()
    assert "rounding" in told.text()
    assert "un plugin che si carica; rate-table non si carica: " in told.text("it")


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


def test_a_recorded_certificate_frees_the_quote_and_what_changes_on_the_order(open_shop: Any) -> None:
    """E22: the customer's certificate for IT is in the store, not in the table; other customers and places pay."""
    rates = PluginSettings(
        plugins={"rate-table": {"rates": [{"country": "IT", "rate": "0.22"}, {"country": "FR", "rate": "0.20"}]}}
    )
    shop = open_shop(tax_engine="rate-table", plugin_settings=rates)
    cart = evolve(shop.cart(2), ship_to_country="IT")
    shop.agent.execute(customers.RegisterCustomer("Rossi", id=cart.customer))
    assert shop.agent.quote(cart).tax == Money("1.98", "EUR")
    exemption = customers.TaxExemption("EX-1", "IT")
    shop.agent.execute(customers.RecordExemption(cart.customer, exemption))
    free = shop.agent.quote(cart)
    assert (free.tax, [line.exemption for line in free.tax_quote.lines]) == (Money("0.00", "EUR"), ["EX-1"])
    assert shop.agent.quote(evolve(cart, ship_to_country="FR")).tax == Money("1.80", "EUR")
    assert shop.agent.quote(evolve(cart, customer="C-2")).tax == Money("1.98", "EUR")
    card = orders.Card("tok_1")
    order = shop.agent.execute(orders.PlaceOrder(quote=free, tenders=(card,))).id
    shop.agent.execute(orders.OverridePrice(order, 1, Money("4.20", "EUR")), reason="loyalty")
    assert shop.agent.get(order).billable == Money("8.40", "EUR")


class CountedHost:
    """The host, and every tax request that it was asked."""

    def __init__(self, host: Any) -> None:
        self.host = host
        self.asked: list[pricing.TaxRequest] = []

    def quote_tax(self, engine: str, request: pricing.TaxRequest) -> Any:
        self.asked.append(request)
        return self.host.quote_tax(engine, request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.host, name)


def row_of_tea(shop: Any, *, includes_tax: bool) -> CountedHost:
    """Put a row of 5.49 for tea into the book, with or without tax, and count what the tax engine is asked."""
    book = shop.core.book().book
    amount = Money("5.49", "EUR")
    rows = (pricing.PriceRow("tea", amount, includes_tax=includes_tax),)
    shop.core.use_book(evolve(book, version="gross", lists=(pricing.PriceList("web", rows),)))
    host = CountedHost(shop.core.runtime.host)
    shop.core.runtime = evolve(shop.core.runtime, host=host)
    return host


ITALY = PluginSettings(plugins={"rate-table": {"rates": [{"country": "IT", "rate": "0.22"}]}})


def test_a_row_with_tax_in_a_book_without_is_converted_by_the_rate_of_the_place(open_shop: Any) -> None:
    """5.49 / 1.22 = 4.50; two are 9.00, and 1.98 tax. The engine is asked once for the rate, once for the tax."""
    shop = open_shop(tax_engine="rate-table", plugin_settings=ITALY)
    host = row_of_tea(shop, includes_tax=True)
    quote = shop.agent.quote(evolve(shop.cart(2), ship_to_country="IT"))
    assert (quote.lines[0].unit_price, quote.tax, quote.total) == (
        Money("4.50", "EUR"),
        Money("1.98", "EUR"),
        Money("10.98", "EUR"),
    )
    assert [[str(line.amount) for line in each.lines] for each in host.asked] == [["1.00 EUR"], ["9.00 EUR"]]
    assert quote.tax_rates == pricing.TaxRates("rate-table", (("standard", Decimal("0.22")),))
    assert shop.agent.advertise(quote.cart, "tea").added == Money("4.50", "EUR")
    del host.asked[:]
    assert shop.agent.replay_quote(quote) == quote
    assert host.asked == []


def test_rows_of_the_books_own_convention_ask_no_engine_for_a_rate(open_shop: Any) -> None:
    shop = open_shop(tax_engine="rate-table", plugin_settings=ITALY)
    host = row_of_tea(shop, includes_tax=False)
    assert shop.agent.quote(evolve(shop.cart(2), ship_to_country="IT")).subtotal == Money("10.98", "EUR")
    assert len(host.asked) == 1


def test_an_exempt_customer_pays_the_net_of_a_row_with_tax(open_shop: Any) -> None:
    """What 5.49 contains is the tax of the place, 0.99: the customer pays 4.50, and no tax."""
    shop = open_shop(tax_engine="rate-table", plugin_settings=ITALY)
    row_of_tea(shop, includes_tax=True)
    cart = evolve(shop.cart(1), ship_to_country="IT")
    shop.agent.execute(customers.RegisterCustomer("Rossi", id=cart.customer))
    shop.agent.execute(customers.RecordExemption(cart.customer, customers.TaxExemption("EX-1", "IT")))
    quote = shop.agent.quote(cart)
    assert (quote.total, quote.tax) == (Money("4.50", "EUR"), Money("0.00", "EUR"))


def test_without_a_rate_the_engine_and_its_reason_are_named(open_shop: Any) -> None:
    shop = open_shop(tax_engine="rate-table", plugin_settings=ITALY)
    row_of_tea(shop, includes_tax=True)
    abroad = evolve(shop.cart(1), ship_to_country="DE")
    with pytest.raises(Refused, match="rate-table") as caught:
        shop.agent.quote(abroad)
    assert [each.code for each in caught.value.problems] == ["pricing.missing_tax_rate"]
    assert "DE" in (caught.value.problems[0].param("reason") or "")


def test_an_installation_without_tax_cannot_convert(shop: Any) -> None:
    row_of_tea(shop, includes_tax=True)
    with pytest.raises(Refused, match="charges no tax") as caught:
        shop.agent.quote(shop.cart())
    assert [each.code for each in caught.value.problems] == ["pricing.missing_tax_rate"]
    guest = shop.core.acting_as(Actor("guest"))
    assert refused(lambda: guest.quote(shop.cart())) == ["authority.not_permitted"]


def test_a_price_set_by_hand_on_an_order_is_taxed_where_it_goes(open_shop: Any) -> None:
    """2 at 4.20 are 8.40, and 22 percent of it 1.85; an engine that is gone refuses the change."""
    rates = PluginSettings(plugins={"rate-table": {"rates": [{"country": "IT", "rate": "0.22"}]}})
    shop = open_shop(tax_engine="rate-table", plugin_settings=rates)
    quote = shop.agent.quote(evolve(shop.cart(2), ship_to_country="IT"))
    order = shop.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.Card("tok_1"),))).id
    shop.agent.execute(orders.OverridePrice(order, 1, Money("4.20", "EUR")), reason="loyalty")
    assert shop.agent.get(order).billable == Money("10.25", "EUR")
    shop.core.runtime = evolve(shop.core.runtime, settings=evolve(shop.core.runtime.settings, tax_engine="nowhere"))
    command = orders.OverridePrice(order, 1, Money("4.10", "EUR"))
    assert refused(lambda: shop.agent.execute(command, reason="loyalty")) == ["orders.no_tax_quote"]
