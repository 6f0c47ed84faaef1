"""Source codes of an installation: who may choose which, and what their orders brought (A05, CC 5.3, 5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from servicecore import Actor, Money, ServiceCore, Settings, orders, pricing
from servicecore.catalog import Item
from servicecore.customers import Mailing, RecordMailing, RegisterCustomer
from servicecore.errors import InvalidValue, NotFound
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.ids import CountingIds

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MANAGER = Actor("m", roles=frozenset({"manager"}))


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


@pytest.fixture
def core() -> Iterator[ServiceCore]:
    codes = (
        pricing.SourceCode("SP 1", "K"),
        pricing.SourceCode("SP-2", "K"),
        pricing.SourceCode("OLD", "K", valid_until=date(2026, 3, 1)),
    )
    items = (Item("tea", "Tea", base_price=euro("4.50")),)
    book = pricing.PriceBook("shop", "1", items, catalogues=(pricing.Catalogue("K"),), source_codes=codes)
    settings = Settings(tax_engine="none")
    clock = FixedClock(NOW)
    with ServiceCore.open(
        "memory:", settings=settings, book=book, autoload=False, clock=clock, ids=CountingIds()
    ) as it:
        yield it


def place(core: ServiceCore, code: str = "", of_line: str = "") -> str:
    desk = core.acting_as(MANAGER)
    lines = (pricing.CartLine("tea", Decimal(2)), pricing.CartLine("tea", Decimal(1), source_code=of_line))
    quote = desk.quote(pricing.Cart("C-1", "EUR", lines, source_code=code))
    order = desk.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id
    desk.execute(orders.ShipLines(order))
    desk.execute(orders.InvoiceShipment(order))
    return order


def test_the_codes_of_today_are_all_or_those_that_were_mailed_to_a_customer(core: ServiceCore) -> None:
    """The code is compared without blanks and case; one that ended is not offered to whom it was mailed either."""
    desk = core.acting_as(MANAGER)
    known = desk.execute(RegisterCustomer(customer_name="Rossi")).id
    assert [each.id for each in desk.source_codes()] == ["SP 1", "SP-2"]
    assert desk.source_codes(targeted=known) == ()
    for code in ("sp1", "OLD", "ELSEWHERE"):
        desk.execute(RecordMailing(known, Mailing(code)))
    assert [each.id for each in desk.source_codes(targeted=known)] == ["SP 1"]
    with pytest.raises(NotFound):
        desk.source_codes(targeted="C-unknown")


def test_an_order_is_found_by_its_codes_and_those_of_its_lines(core: ServiceCore) -> None:
    first, second, _none = place(core, "sp1"), place(core, "SP 1", "SP-2"), place(core)
    assert core.find("order", "source_code", "SP1") == (first, second)
    assert core.find("order", "source_code", "SP-2") == (second,)


def test_results_read_only_the_orders_that_carry_the_codes(core: ServiceCore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two orders of 13.50 with the code, one with another code on a line of 4.50; 40 without any are not read."""
    wanted = [place(core, "SP 1"), place(core, "SP 1", "SP-2")]
    for _ in range(40):
        place(core)
    place(core, "SP-2")
    read: list[str] = []
    journal = type(core.runtime.journal)
    original = journal.read_state

    def counting(self: object, kind: object, document: object) -> object:
        read.append(document.id)  # type: ignore[attr-defined]
        return original(self, kind, document)  # type: ignore[arg-type]

    monkeypatch.setattr(journal, "read_state", counting)
    desk = core.acting_as(MANAGER)
    plan = pricing.SourceCodePlan("sp1", euro("30.00"), euro("5.00"), quantity_mailed=100)
    (result,) = desk.source_code_results([plan], {"SP1": euro("6.00")})
    assert sorted(read) == sorted(wanted)
    assert (result.orders, result.revenue, result.cost) == (2, euro("22.50"), euro("6.00"))
    assert result.response_percent == Decimal(2)
    (spent,) = desk.source_code_results([], {"SP-2": euro("1.00")})
    assert (spent.code, spent.orders, spent.revenue) == ("SP-2", 2, euro("18.00"))
    with pytest.raises(InvalidValue):
        desk.source_code_results([plan, plan])
