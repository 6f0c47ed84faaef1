"""Price details of a line: the waterfall, the agreements with a reason against each, margin, charges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel.test_html import Page

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.pricing import (
    AutoCharge,
    CartLine,
    ChargeTier,
    DeductionKind,
    MarginDeduction,
    MarginPolicy,
    Offer,
    PercentOff,
    PriceBook,
    PriceDetails,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceOverride,
    PriceRow,
    compile_book,
    price_details,
)
from servicecore.pricing.price_lists import PriceMode, RowRule
from servicecore.pricing.quantity_breaks import BreakPricing


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def details_of(desk: Any, book: PriceBook, *lines: CartLine, role: str = "clerk", **cart: Any) -> PriceDetails:
    """Return the details of the first line, quoted for customer C-1."""
    quote = desk.quote(book, desk.cart(*lines, **{"customer": "C-1", **cart}), desk.facts(role))
    details = price_details(compile_book(book), quote, 1, desk.facts(role))
    assert isinstance(details, PriceDetails)
    return details


def row(amount: str, **fields: Any) -> PriceRow:
    return PriceRow("tea", eur(amount), **fields)


TEA = Item("tea", "Tea", base_price=eur("5.00"), cost=eur("3.00"))


def lists() -> Iterator[PriceList]:
    yield PriceList("base", (row("4.80"), row("4.50", min_quantity=Decimal(10)), row("4.70", channel="web")))
    yield PriceList(
        "deals",
        (
            row("4.20", customer="C-1"),
            row("4.40", customer_group="gold"),
            row("4.10", valid_until=date(2026, 1, 14)),
            row("4.00", rules=(RowRule("region", ("north", "south")),)),
            row("3.90", max_quantity=Decimal(1)),
            row("3.00", customer="C-9"),
            PriceRow(formula=PriceFormula(multiplier=Decimal("0.9")), currency="EUR"),
        ),
        type=PriceListType.SALE,
    )


def test_every_agreement_has_its_reason_and_the_one_that_counts_has_none(desk: Any) -> None:
    """3 teas: 4.80 of the base list, 4.20 agreed with the customer; the row of another customer is not looked at."""
    book = PriceBook("shop", "1", items=(TEA,), lists=tuple(lists()))
    details = details_of(desk, book, CartLine("tea", Decimal(3)), attributes=(("region", "west"),))
    told = {
        (each.price_list, str(each.row.amount)): each.rejected.text("en") if each.rejected else "applied"
        for each in details.agreements
    }
    assert told == {
        ("base", "4.80 EUR"): "applied",
        ("base", "4.50 EUR"): "base: it is not for quantity 3; accepted: 10 or more",
        ("base", "4.70 EUR"): "base: it is not for channel -; accepted: web",
        ("deals", "4.20 EUR"): "applied",
        ("deals", "4.40 EUR"): "deals: it is not for customer_group -; accepted: gold",
        ("deals", "4.10 EUR"): "deals: it is not for day 2026-01-15; accepted: - to 2026-01-14",
        ("deals", "4.00 EUR"): "deals: it is not for region west; accepted: north, south",
        ("deals", "3.90 EUR"): "deals: it is not for quantity 3; accepted: 1 or less",
        ("deals", "None"): "deals: the price comes from base, deals; accepted: the best row that fits",
    }


def test_the_waterfall_goes_from_nothing_to_the_net_and_names_what_made_each_step(desk: Any) -> None:
    """14.40 of the list, 12.60 agreed; a code that nobody knows took nothing off."""
    book = PriceBook("shop", "1", items=(TEA,), lists=tuple(lists()))
    details = details_of(desk, book, CartLine("tea", Decimal(3)), codes=("NOPE",))
    shown = [(each.kind, each.id, each.before, each.after) for each in details.steps]
    assert shown == [
        ("pricing.list_price", "base", eur("0.00"), eur("14.40")),
        ("pricing.agreed_price", "deals", eur("14.40"), eur("12.60")),
        ("pricing.not_applied", "NOPE", eur("12.60"), eur("12.60")),
    ]
    assert details.steps[-1].rejected is not None
    assert details.steps[1].text("it").startswith("prezzo 4.20 EUR dal listino deals")
    assert details.steps[-1].text("de") != details.steps[-1].text("en") != ""


def test_margin_profit_and_charges_stand_beside_it(desk: Any) -> None:
    """3 x 5.00 at a cost of 3.00: 6.00 are left, 66.67 percent on cost; freight is of the whole document."""
    charge = AutoCharge("freight", "EUR", (ChargeTier(Decimal(4)),))
    book = PriceBook("shop", "1", items=(TEA,), charges=(charge,), margin=MarginPolicy(Decimal(30), Decimal(10)))
    details = details_of(desk, book, CartLine("tea", Decimal(3)))
    assert details.profit == eur("6.00")
    assert details.margin.percent == Decimal("66.6666")
    assert [each.id for each in details.charges] == ["freight"]


def test_the_profit_is_what_is_left_after_royalty_and_rebate(desk: Any) -> None:
    """15.00 less 10 % royalty and 0.20 rebate a tea, less 9.00 cost: 3.90; as the margin counts it (CC 9)."""
    deductions = (
        MarginDeduction(DeductionKind.ROYALTY, Decimal(10)),
        MarginDeduction(DeductionKind.REBATE, per_unit=eur("0.20")),
        MarginDeduction(DeductionKind.BROKER, Decimal(50), customer="C-9"),
    )
    policy = MarginPolicy(Decimal(30), Decimal(10))
    book = PriceBook("shop", "1", items=(TEA,), margin=policy, deductions=deductions)
    details = details_of(desk, book, CartLine("tea", Decimal(3)))
    assert [(each.kind.value, each.amount) for each in details.deductions] == [
        ("royalty", eur("1.50")),
        ("rebate", eur("0.60")),
    ]
    assert details.margin.deducted == eur("2.10")
    assert details.profit == eur("3.90")


def test_an_override_leaves_the_price_that_it_replaced(desk: Any) -> None:
    book = PriceBook("shop", "1", items=(TEA,), lists=tuple(lists()))
    line = CartLine("tea", Decimal(1), override=PriceOverride(eur("4.75"), "loyalty"))
    details = details_of(desk, book, line, role="boss")
    assert [each.after for each in details.steps] == [eur("4.80"), eur("4.20"), eur("4.75")]
    assert [str(each.row.amount) for each in details.agreements if each.applied] == ["4.80 EUR", "4.20 EUR"]


def test_under_the_lowest_price_one_row_counts_and_the_others_lost(desk: Any) -> None:
    both = PriceList("base", (row("4.80"), row("4.60", channel="web")), mode=PriceMode.LOWEST)
    details = details_of(
        desk, PriceBook("shop", "1", items=(TEA,), lists=(both,)), CartLine("tea", Decimal(1)), channel="web"
    )
    assert {str(each.row.amount): each.applied for each in details.agreements} == {"4.80 EUR": False, "4.60 EUR": True}


def test_of_graduated_prices_every_row_that_prices_a_part_counts(desk: Any) -> None:
    """14 units: 10 at 5.00, 4 at 4.00, none at 3.00."""
    rows = (
        row("5.00", min_quantity=Decimal(1)),
        row("4.00", min_quantity=Decimal(10)),
        row("3.00", min_quantity=Decimal(20)),
    )
    graduated = PriceList("steps", rows, breaks=BreakPricing.GRADUATED)
    book = PriceBook("shop", "1", items=(TEA,), lists=(graduated,))
    details = details_of(desk, book, CartLine("tea", Decimal(14)))
    assert [each.applied for each in sorted(details.agreements, key=lambda each: each.row.min_quantity)] == [
        True,
        True,
        False,
    ]


def test_a_line_that_is_not_there_is_refused(desk: Any) -> None:
    book = PriceBook("shop", "1", items=(TEA,))
    quote = desk.quote(book, desk.cart(CartLine("tea", Decimal(1))))
    problem = price_details(compile_book(book), quote, 7, desk.facts())
    assert isinstance(problem, Problem)
    assert (problem.code, problem.param("accepted")) == ("pricing.no_such_line", "1")


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(1, 999),
            st.integers(0, 6),
            st.sampled_from(["", "web"]),
            st.sampled_from([PriceListType.BASE, PriceListType.SALE, PriceListType.OVERRIDE]),
        ),
        max_size=6,
    ),
    quantity=st.integers(1, 8),
    mode=st.sampled_from(list(PriceMode)),
    channel=st.sampled_from(["", "web"]),
)
def test_steps_sum_to_the_net_and_as_many_rows_count_as_price_steps_come_from_lists(
    desk: Any, rows: list[tuple[int, int, str, PriceListType]], quantity: int, mode: PriceMode, channel: str
) -> None:
    """Whatever the lists hold: each step goes on where the one before stopped, and every row has its answer."""
    made = tuple(
        PriceList(
            f"l{place}",
            (row(str(Decimal(cents) / 100), min_quantity=Decimal(least), channel=only),),
            type=type_,
            mode=mode,
        )
        for place, (cents, least, only, type_) in enumerate(rows)
    )
    book = PriceBook("shop", "1", items=(TEA,), lists=made)
    details = details_of(desk, book, CartLine("tea", Decimal(quantity)), channel=channel)
    amount = eur("0")
    for step in details.steps:
        assert step.before == amount
        amount = step.after
    assert amount == details.net
    assert len(details.agreements) == len(rows)
    of_lists = [step for step in details.steps if step.applied is not None and step.id.startswith("l")]
    assert [each.price_list for each in details.agreements if each.applied] == [step.id for step in of_lists]


def test_a_notebook_shows_the_waterfall_and_every_row_with_its_reason(desk: Any) -> None:
    book = PriceBook("shop", "1", items=(TEA,), lists=tuple(lists()))
    details = details_of(desk, book, CartLine("tea", Decimal(3)))
    page = Page(details._repr_html_())
    assert page.summaries == ["tea: 12.60 EUR", "price rows considered"]
    assert page.rows[2][:3] == ["14.40 EUR", "12.60 EUR", "deals"]
    told = {(row[1], row[0]): row[2] for row in page.rows[4:]}
    assert told["deals", "4.20 EUR"] == "stands"
    assert told["base", "4.50 EUR"] == "base: it is not for quantity 3; accepted: 10 or more"
    assert told["deals", "list * 0.9"].startswith("deals: the price comes from")
    assert Page(details.html("de")).summaries[1] == "geprüfte Preiszeilen"


def test_an_offer_is_named_by_the_step_that_it_made(desk: Any) -> None:
    """10 % off 15.00: 13.50; the step is the offer's."""
    book = PriceBook("shop", "1", items=(TEA,), offers=(Offer("ten", PercentOff(Decimal(10))),))
    details = details_of(desk, book, CartLine("tea", Decimal(3)))
    assert [(each.id, each.after) for each in details.steps] == [("item tea", eur("15.00")), ("ten", eur("13.50"))]
    assert [(each.offer, each.amount) for each in details.discounts] == [("ten", eur("1.50"))]
