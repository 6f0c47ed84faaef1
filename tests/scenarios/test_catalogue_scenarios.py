"""Goods from several catalogues in one call, on the public API only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from tests.scenarios.conftest import euro

from servicecore import Refused, orders, pricing
from servicecore.customers import Mailing, RecordMailing, RegisterCustomer


def test_one_order_from_two_catalogues(centre: Any) -> None:
    """A05 E01: one tea is from the spring catalogue, a tenth cheaper and with a free pot, the other from none."""
    spring = pricing.Catalogue("SPRING", price_groups=("spring",), free_products=(pricing.FreeProduct("pot"),))
    offer = pricing.Offer("TEN", pricing.PercentOff(10), conditions=(pricing.InCustomerGroup(("spring",)),))
    book = evolve(
        centre.core.book().book,
        version="2",
        offers=(offer,),
        catalogues=(spring,),
        source_codes=(pricing.SourceCode("SP-1", "SPRING"),),
    )
    centre.core.use_book(book)
    lines = (pricing.CartLine("tea", Decimal(10), source_code="sp-1"), pricing.CartLine("tea", Decimal(10)))
    quote = centre.agent.quote(pricing.Cart(customer="C-1", currency="EUR", lines=lines))
    assert [(line.item, line.net) for line in quote.lines] == [
        ("tea", euro("40.50")),
        ("tea", euro("45.00")),
        ("pot", euro("0.00")),
    ]
    order = centre.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id
    assert centre.get(order).billable == euro("85.50")


def test_an_exchange_keeps_the_prices_of_the_catalogue_that_ended(centre: Any) -> None:
    """A05 E26: the tea came from a catalogue that is over; the one sent in its place costs a tenth less too."""
    tenth = pricing.Offer("TEN", pricing.PercentOff(10), conditions=(pricing.InCustomerGroup(("spring",)),))
    over = pricing.SourceCode("SP-1", "SPRING", valid_until=centre.clock.now().date() - timedelta(days=1))
    book = evolve(
        centre.core.book().book,
        version="2",
        offers=(tenth,),
        catalogues=(pricing.Catalogue("SPRING", price_groups=("spring",)),),
        source_codes=(over,),
        exchanges=pricing.ExchangePolicy(allow_expired=True),
    )
    centre.core.use_book(book)
    line = pricing.CartLine("tea", Decimal(10))
    again = pricing.Cart(customer="C-1", currency="EUR", lines=(line,), source_code="SP-1", exchange=True)
    assert centre.agent.quote(again).total == euro("40.50")
    assert pricing.selectable_source_codes(centre.core.book(), centre.clock.now().date()) == ()
    with pytest.raises(Refused) as refused:
        centre.agent.quote(evolve(again, exchange=False))
    assert [each.code for each in refused.value.problems] == ["pricing.source_code_inactive"]


def test_a_buyer_asks_whether_pots_can_be_sold_at_a_gain(centre: Any) -> None:
    """A11: pots cost 20.00, regulars pay 18.00; bought at 15.00, the dear price is fine and the cheap one is not."""
    regulars = pricing.PriceList("regulars", (pricing.PriceRow("pot", euro("18.00"), customer_group="regular"),))
    policy = pricing.MarginPolicy(acceptable_percent=25, questionable_percent=10)
    centre.core.use_book(evolve(centre.core.book().book, version="2", lists=(regulars,), margin=policy))

    def level(outlook: pricing.SalesOutlook) -> str:
        judged = pricing.judge_purchase(centre.core.book(), "pot", euro("15.00"), centre.clock.now().date(), outlook)
        assert isinstance(judged, pricing.Margin)
        return judged.level.value

    assert level(pricing.SalesOutlook.OPTIMISTIC) == "ok"
    assert level(pricing.SalesOutlook.PESSIMISTIC) == "warning"


def test_the_page_of_the_catalogue_is_weighed_after_the_season(centre: Any) -> None:
    """A05: the pot had half of a page of 60.00 and sold for 20.00, which was a loss; the tea paid for its part."""
    quote = centre.agent.quote(
        pricing.Cart("C-1", "EUR", (pricing.CartLine("pot", Decimal(1)), pricing.CartLine("tea", Decimal(20))))
    )
    centre.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),)))
    page = pricing.CataloguePage("7", euro("60.00"), (pricing.PageSpace("pot", 50), pricing.PageSpace("tea", 40)))
    sales = {line.item: line.net for line in quote.lines}
    assert [(each.item, each.contribution) for each in pricing.analyse_space([page], sales).results] == [
        ("pot", euro("-10.00")),
        ("tea", euro("66.00")),
    ]


def test_what_two_source_codes_brought(centre: Any) -> None:
    """A05: ten teas from the spring code and a pot from the line's own; two teas came back, one order was canceled.

    The spring code was mailed to the customer, the winter code was not.
    """
    codes = tuple(pricing.SourceCode(name, "K") for name in ("SP-1", "WI-1"))
    book = evolve(
        centre.core.book().book, version="2", catalogues=(pricing.Catalogue("K"),), source_codes=codes, offers=()
    )
    centre.core.use_book(book)

    caller = centre.agent.execute(RegisterCustomer(customer_name="Rossi")).id
    centre.agent.execute(RecordMailing(caller, Mailing("SP-1")))
    assert [each.id for each in centre.agent.source_codes()] == ["SP-1", "WI-1"]
    assert [each.id for each in centre.agent.source_codes(targeted=caller)] == ["SP-1"]

    def ordered() -> str:
        lines = (pricing.CartLine("tea", Decimal(10)), pricing.CartLine("pot", Decimal(1), source_code="WI-1"))
        quote = centre.agent.quote(pricing.Cart("C-1", "EUR", lines, source_code="SP-1"))
        placed = centre.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),)))
        return str(placed.id)

    first, _second, third = ordered(), ordered(), ordered()
    centre.agent.execute(orders.CancelOrder(third), reason="customer_request")
    centre.agent.execute(orders.ShipLines(first))
    centre.agent.execute(orders.InvoiceShipment(first))
    centre.returned(first, 2)
    plan = pricing.SourceCodePlan("SP-1", euro("100.00"), euro("20.00"), quantity_mailed=80)
    none = euro("0.00")
    spring, winter = centre.manager.source_code_results([plan], {"SP-1": euro("25.00"), "WI-1": none})
    assert (spring.orders, spring.revenue, spring.returned) == (2, euro("45.00"), euro("9.00"))
    assert (spring.revenue_deviation, spring.cost_deviation) == (euro("-55.00"), euro("5.00"))
    assert spring.response_percent == Decimal("2.5")
    assert (winter.code, winter.orders, winter.revenue, winter.returned) == ("WI-1", 2, euro("20.00"), euro("0.00"))
