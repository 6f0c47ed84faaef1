"""Rows that state their price with tax or without it: a quote converts the other to the book's own convention."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.problems import Problem
from servicecore.kernel.quantity import Conversion
from servicecore.pricing import (
    BreakPricing,
    CartLine,
    FormulaBasis,
    Offer,
    PercentOff,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceOverride,
    PriceRow,
    Quote,
    TaxRates,
    TaxSettings,
    compile_book,
    price_cart,
    rate_categories,
    replay_quote,
    with_price_row,
)
from servicecore.pricing.lint import lint_book
from servicecore.pricing.look_up_price import PriceAnswer, PriceQuery, TaxPreference, look_up_price

GROSS, NET = True, False
RATES = TaxRates("flat", (("books", "0.04"), ("standard", "0.22")))
ITEMS = (
    Item("LAMP", "Lamp", cost=Money("4.00", "EUR"), categories=("light",)),
    Item("BOOK", "Book", tax_category="books"),
)
ONE_LAMP = CartLine("LAMP", 1)


def row(amount: str | Decimal, includes_tax: bool | None = None, item: str = "LAMP", **more: Any) -> PriceRow:
    return PriceRow(item, Money(Decimal(amount), "EUR"), includes_tax=includes_tax, **more)


def book_of(*lists: PriceList, gross: bool = False, **more: Any) -> PriceBook:
    conversions = (Conversion("box", "each", 12),)
    return PriceBook("b", "1", ITEMS, lists, tax=TaxSettings(gross), conversions=conversions, **more)


def listed(*rows: PriceRow, **more: Any) -> PriceList:
    return PriceList("web", rows, **more)


def quoted(desk: Any, book: PriceBook, *lines: CartLine, rates: TaxRates = RATES) -> Quote:
    quote = desk.quote(book, desk.cart(*lines), desk.facts(others=(rates,)))
    assert isinstance(quote, Quote)
    return quote


def nets(desk: Any, book: PriceBook, *lines: CartLine) -> list[str]:
    return [str(line.net.amount) for line in quoted(desk, book, *lines).lines]


def steps(quote: Quote) -> list[tuple[str, str]]:
    return [(step.text(), str(step.delta.amount)) for step in quote.lines[0].explanation.steps]


def test_a_gross_row_loses_its_tax_in_a_net_book_and_says_so(desk: Any) -> None:
    """12.20 contains 22 % of 10.00; two are 20.00 and 4.40 tax, 24.40 as the row says."""
    quote = quoted(desk, book_of(listed(row("12.20", GROSS))), CartLine("LAMP", 2))
    line = quote.lines[0]
    assert (line.list_price, line.unit_price, line.net, line.tax, quote.total) == tuple(
        Money(each, "EUR") for each in ("10.00", "10.00", "20.00", "4.40", "24.40")
    )
    assert steps(quote) == [
        ("list price 12.20 EUR of web, times 2", "24.40"),
        ("10.00 EUR without the 22 % tax of category standard by flat, which 12.20 EUR contains", "-4.40"),
    ]


def test_a_net_row_gains_its_tax_in_a_gross_book_and_says_so(desk: Any) -> None:
    """10.00 and 22 % are 12.20; in it 2.20 tax."""
    quote = quoted(desk, book_of(listed(row("10.00", NET)), gross=True), ONE_LAMP)
    assert (quote.lines[0].net, quote.tax, quote.total) == tuple(
        Money(each, "EUR") for each in ("12.20", "2.20", "12.20")
    )
    assert steps(quote)[1] == (
        "12.20 EUR with the 22 % tax of category standard by flat, which 10.00 EUR does not contain",
        "2.20",
    )


def test_the_rate_is_that_of_the_items_tax_category_and_prices_are_rounded_as_unit_prices(desk: Any) -> None:
    """9.99 / 1.22 = 8.1885..., 9.99 / 1.04 = 9.6057..."""
    book = book_of(listed(row("9.99", GROSS), row("9.99", GROSS, "BOOK")))
    assert nets(desk, book, ONE_LAMP, CartLine("BOOK", 1, number=2)) == ["8.19", "9.61"]


@pytest.mark.parametrize("states", [None, NET])
def test_a_row_of_the_books_own_convention_needs_no_rate(desk: Any, states: bool | None) -> None:
    book = book_of(listed(row("12.20", states)))
    assert [str(line.net) for line in desk.quote(book, desk.cart(ONE_LAMP)).lines] == ["12.20 EUR"]
    assert rate_categories(compile_book(book), desk.cart(ONE_LAMP)) == ()


def test_breaks_for_all_units_compare_quantities_alone(desk: Any) -> None:
    """9 cost 9 x 10.00; 10 cost 10 x 9.00."""
    book = book_of(listed(row("12.20", GROSS), row("9.00", NET, min_quantity=10)))
    assert nets(desk, book, CartLine("LAMP", 9)) == ["90.00"]
    assert nets(desk, book, CartLine("LAMP", 10)) == ["90.00"]


def test_graduated_parts_are_converted_each_and_shown_as_they_are_stated(desk: Any) -> None:
    """10 at 12.20 with tax are 10 x 10.00, 2 at 9.00 without are 18.00: 118.00; as stated 122.00 + 18.00 = 140.00."""
    rows = (row("12.20", GROSS), row("9.00", min_quantity=10))
    book = book_of(listed(*rows, breaks=BreakPricing.GRADUATED))
    quote = quoted(desk, book, CartLine("LAMP", 12))
    assert str(quote.lines[0].net) == "118.00 EUR"
    assert steps(quote)[0] == ("graduated prices of web: 10 x 12.20 + 2 x 9.00", "140.00")
    assert Decimal(steps(quote)[1][1]) == Decimal("-22.00")


def test_the_lowest_price_is_the_lowest_in_the_books_convention(desk: Any) -> None:
    """11.90 with tax is 9.75 without, less than 10.00."""
    book = book_of(listed(row("10.00"), row("11.90", GROSS), mode=PriceMode.LOWEST))
    assert nets(desk, book, ONE_LAMP) == ["9.75"]


def test_an_agreement_is_converted_and_explained(desk: Any) -> None:
    """From 10.00 to the agreed 11.00 with tax, which is 9.02 without."""
    book = book_of(listed(row("10.00")), PriceList("trade", (row("11.00", GROSS),), type=PriceListType.SALE))
    quote = quoted(desk, book, ONE_LAMP)
    assert [delta for _text, delta in steps(quote)] == ["10.00", "1.00", "-1.98"]
    assert steps(quote)[1][0] == "price 11.00 EUR of the list trade"
    assert (str(quote.lines[0].list_price), str(quote.lines[0].net)) == ("10.00 EUR", "9.02 EUR")


def test_an_agreement_of_graduated_prices_is_converted(desk: Any) -> None:
    """2 x 10.00 and 1 x 5.00 without tax, from 24.40 and 6.10 with it."""
    rows = (row("12.20", GROSS), row("6.10", GROSS, min_quantity=2))
    trade = PriceList("trade", rows, type=PriceListType.SALE, breaks=BreakPricing.GRADUATED)
    quote = quoted(desk, book_of(listed(row("12.00")), trade), CartLine("LAMP", 3))
    assert (str(quote.lines[0].net), [delta for _text, delta in steps(quote)]) == (
        "25.00 EUR",
        ["36.00", "-5.50", "-5.50"],
    )


def test_a_formula_on_cost_may_be_without_tax_in_a_gross_book(desk: Any) -> None:
    """4.00 x 1.5 = 6.00, with 22 % 7.32."""
    formula = PriceFormula(FormulaBasis.COST, multiplier="1.5")
    book = book_of(listed(PriceRow("LAMP", formula=formula, currency="EUR", includes_tax=NET)), gross=True)
    assert nets(desk, book, ONE_LAMP) == ["7.32"]


def test_a_formula_on_the_list_price_is_in_the_books_convention(desk: Any) -> None:
    """90 % of the 10.00 that 12.20 is without tax; a formula that states a convention of its own is refused."""
    tenth = PriceFormula(multiplier="0.9")
    trade = PriceList("trade", (PriceRow("LAMP", formula=tenth, currency="EUR"),), type=PriceListType.SALE)
    assert nets(desk, book_of(listed(row("12.20", GROSS)), trade), ONE_LAMP) == ["9.00"]
    with pytest.raises(InvalidValue, match="includes_tax") as caught:
        PriceRow("LAMP", formula=tenth, currency="EUR", includes_tax=GROSS)
    assert caught.value.problem.code == "value.not_accepted"


def test_a_box_is_twelve_converted_prices(desk: Any) -> None:
    """0.99 with tax is 0.81 without; twelve are 9.72, in pieces or as a box. A price of the box itself is 12.20."""
    book = book_of(listed(row("0.99", GROSS)))
    assert nets(desk, book, CartLine("LAMP", 1, "box")) == nets(desk, book, CartLine("LAMP", 12)) == ["9.72"]
    boxed = steps(quoted(desk, book, CartLine("LAMP", 1, "box")))
    assert boxed[0] == ("list price 11.88 EUR of web, times 1", "11.88")
    assert boxed[1][1] == "-2.16"
    by_box = book_of(listed(row("14.884", GROSS, unit="box")))
    assert nets(desk, by_box, CartLine("LAMP", 1, "box")) == ["12.20"]


@pytest.mark.parametrize("type_", [PriceListType.BASE, PriceListType.SALE])
@pytest.mark.parametrize("mode", [PriceMode.MOST_SPECIFIC, PriceMode.LOWEST])
@pytest.mark.parametrize("rates", [(), (TaxRates("none", reason="the installation charges no tax"),)])
def test_without_a_rate_there_is_no_price(
    desk: Any, type_: PriceListType, mode: PriceMode, rates: tuple[TaxRates, ...]
) -> None:
    """Also where another row would be the lowest: whether it is cannot be told."""
    special = listed(row("12.20", GROSS, category="light"), row("5.00"), type=type_, mode=mode)
    book = book_of(special, PriceList("shop", (row("10.00"),), priority=-1))
    draft = price_cart(compile_book(book), desk.cart(ONE_LAMP), desk.facts(others=rates), "Q")
    assert isinstance(draft, Refusal)
    assert [(each.code, each.path) for each in draft.problems] == [("pricing.missing_tax_rate", "lines[0].item")]
    text = draft.problems[0].text()
    for named in ("LAMP", "web", "includes_tax true", "engine none", "category standard", "a tax engine with a rate"):
        assert named in text, text
    assert "charges no tax" in text or not rates


def test_a_graduated_part_without_a_rate_refuses_the_whole(desk: Any) -> None:
    rows = (row("9.00"), row("12.20", GROSS, min_quantity=10))
    book = book_of(listed(*rows, breaks=BreakPricing.GRADUATED))
    assert desk.codes(book, desk.cart(CartLine("LAMP", 12))) == [("pricing.missing_tax_rate", "lines[0].item")]
    assert [str(line.net) for line in desk.quote(book, desk.cart(CartLine("LAMP", 9))).lines] == ["81.00 EUR"]


def test_limits_of_overrides_hold_against_the_converted_price(desk: Any) -> None:
    """A clerk may go 10 % below 10.00, not below 12.20: 9.00 and no cent less."""
    book = book_of(listed(row("12.20", GROSS)))

    def at(amount: str) -> CartLine:
        return CartLine("LAMP", 1, override=PriceOverride(Money(amount, "EUR"), "scratched"))

    assert nets(desk, book, at("9.00")) == ["9.00"]
    facts = desk.facts(others=(RATES,))
    assert desk.codes(book, desk.cart(at("8.99")), facts)[0][0] == "authority.approval_required"


def test_only_categories_of_items_with_rows_of_the_other_convention_are_asked_for(desk: Any) -> None:
    book = book_of(listed(row("5.00"), row("5.00", GROSS, "BOOK"), row("6.00", NET, currency="EUR", channel="shop")))
    compiled, lamp, both = compile_book(book), (ONE_LAMP,), (ONE_LAMP, CartLine("BOOK", 1, number=2))
    assert rate_categories(compiled, desk.cart(*lamp)) == ()
    assert rate_categories(compiled, desk.cart(*both)) == ("books",)
    assert rate_categories(compiled, desk.cart(*both, currency="CHF")) == ()
    changed = with_price_row(compiled, "web", row("7.00", GROSS, "", category="light"), "2")
    assert rate_categories(changed, desk.cart(*both)) == ("books", "standard")
    plain = with_price_row(compile_book(book_of(listed(row("5.00")))), "web", row("5.00", GROSS, "BOOK"), "2")
    assert rate_categories(plain, desk.cart(*both)) == ("books",)


def own_price(amount: str, includes_tax: bool | None, *, gross: bool, **more: Any) -> PriceBook:
    """Return a book whose lamp has a price of its own, which says whether it contains tax."""
    lamp = evolve(ITEMS[0], base_price=Money(amount, "EUR"), base_price_includes_tax=includes_tax)
    return evolve(book_of(gross=gross, **more), items=(lamp, ITEMS[1]))


def test_an_items_own_price_with_tax_is_converted_like_a_row(desk: Any) -> None:
    """12.20 with 22 % is 10.00 without; two are 20.00 and 4.40 tax. A box of 12 is 120.00."""
    book = own_price("12.20", GROSS, gross=False)
    quote = quoted(desk, book, CartLine("LAMP", 2))
    assert (str(quote.subtotal), str(quote.tax), str(quote.total)) == ("20.00 EUR", "4.40 EUR", "24.40 EUR")
    assert steps(quote) == [
        ("list price 12.20 EUR of item LAMP, times 2", "24.40"),
        ("10.00 EUR without the 22 % tax of category standard by flat, which 12.20 EUR contains", "-4.40"),
    ]
    assert nets(desk, book, CartLine("LAMP", 1, unit="box")) == ["120.00"]
    assert replay_quote(compile_book(book), quote, desk.facts()) == quote


def test_an_items_own_price_without_tax_gains_it_in_a_book_with_tax(desk: Any) -> None:
    """10.00 and 22 % are 12.20, in it 2.20 tax."""
    quote = quoted(desk, own_price("10.00", NET, gross=True), ONE_LAMP)
    assert (str(quote.lines[0].net), str(quote.tax), str(quote.total)) == ("12.20 EUR", "2.20 EUR", "12.20 EUR")


def test_an_items_own_price_is_the_books_unless_it_says_so(desk: Any) -> None:
    """Also a price that says what the book says is taken as it stands, and no rate is asked for."""
    for gross in (True, False):
        for states in (None, gross):
            book = own_price("12.20", states, gross=gross)
            assert rate_categories(compile_book(book), desk.cart(ONE_LAMP)) == ()
            assert [str(line.net) for line in desk.quote(book, desk.cart(ONE_LAMP)).lines] == ["12.20 EUR"]


def test_a_rate_is_asked_for_an_item_whose_own_price_is_of_the_other_convention(desk: Any) -> None:
    compiled = compile_book(own_price("12.20", GROSS, gross=False))
    assert rate_categories(compiled, desk.cart(ONE_LAMP)) == ("standard",)
    assert rate_categories(compiled, desk.cart(CartLine("BOOK", 1))) == ()
    assert rate_categories(compiled, desk.cart(ONE_LAMP, currency="CHF")) == ()
    facts = desk.facts(others=(TaxRates("none", reason="no rate of it"),))
    assert desk.codes(own_price("12.20", GROSS, gross=False), desk.cart(ONE_LAMP), facts) == [
        ("pricing.missing_tax_rate", "lines[0].item")
    ]


@pytest.mark.parametrize("states", [None, True, False])
def test_an_items_own_price_is_looked_up_as_it_is_stated(*, states: bool | None) -> None:
    answer = _looked_up(own_price("12.20", states, gross=True))
    assert isinstance(answer, PriceAnswer)
    assert (str(answer.price.amount), answer.price.includes_tax) == ("12.20 EUR", states is not False)


def test_the_linter_leaves_own_prices_of_the_other_convention_alone() -> None:
    """4.50 with tax may be less than the cost of 4.00 without it: no rate, no finding; without tax it is 0.50 more."""
    cheap = own_price("3.99", None, gross=False)
    assert [each.code for each in lint_book(cheap)].count("lint.below_cost") == 1
    stated = own_price("3.99", GROSS, gross=False)
    assert [each.code for each in lint_book(stated)].count("lint.below_cost") == 0


def test_a_quote_keeps_its_rates_for_the_replay(desk: Any) -> None:
    book = book_of(listed(row("12.20", GROSS)))
    quote = quoted(desk, book, ONE_LAMP)
    assert quote.tax_rates == RATES
    assert replay_quote(compile_book(book), quote, desk.facts()) == quote
    other = TaxRates("flat", (("standard", Decimal("0.10")),))
    assert replay_quote(compile_book(book), quote, desk.facts(others=(other,))) == quote
    assert quoted(desk, book_of(listed(row("10.00"))), ONE_LAMP).tax_rates is None


def test_a_rate_below_0_is_refused() -> None:
    with pytest.raises(InvalidValue, match="standard"):
        TaxRates("flat", (("standard", Decimal("-0.01")),))


def _looked_up(book: PriceBook, quantity: int = 1, **asked: Any) -> PriceAnswer | Problem | None:
    return look_up_price(compile_book(book), PriceQuery("LAMP", "EUR", 740000, quantity=quantity, **asked))


@pytest.mark.parametrize("gross", [True, False])
@pytest.mark.parametrize("states", [None, True, False])
def test_a_looked_up_price_is_as_its_row_states_it(gross: bool, states: bool | None) -> None:
    answer = _looked_up(book_of(listed(row("12.20", states)), gross=gross))
    assert isinstance(answer, PriceAnswer)
    assert str(answer.price.amount) == "12.20 EUR"
    assert answer.price.includes_tax is (gross if states is None else states)


def test_what_a_row_states_beats_preferences_and_a_formula_is_as_the_list_price() -> None:
    tenth = PriceFormula(multiplier="0.9")
    trade = PriceList("trade", (PriceRow("LAMP", formula=tenth, currency="EUR"),), type=PriceListType.SALE)
    net = (TaxPreference("currency", "EUR", includes_tax=False),)
    answer = _looked_up(book_of(listed(row("12.20", GROSS)), trade), tax_preferences=net)
    assert isinstance(answer, PriceAnswer)
    assert answer.original is not None
    assert (answer.original.includes_tax, answer.price.includes_tax) == (True, True)
    assert str(answer.price.amount) == "10.98 EUR"


def test_a_graduated_price_stated_both_ways_cannot_be_looked_up() -> None:
    rows = (row("12.20", GROSS), row("9.00", min_quantity=10))
    mixed = book_of(listed(*rows, breaks=BreakPricing.GRADUATED))
    answer = _looked_up(mixed, 12)
    assert isinstance(answer, Problem)
    assert answer.code == "pricing.mixed_tax"
    alike = book_of(listed(*(evolve(each, includes_tax=True) for each in rows), breaks=BreakPricing.GRADUATED))
    found = _looked_up(alike, 12)
    assert isinstance(found, PriceAnswer)
    assert found.price.includes_tax
    trade = listed(*rows, breaks=BreakPricing.GRADUATED, type=PriceListType.SALE)
    assert isinstance(_looked_up(book_of(trade), 12), Problem)


def _rounded(exact: Fraction) -> Decimal:
    """Round half up to cents, by integers."""
    return Decimal(int(exact * 100 + Fraction(1, 2))) / 100


cents = st.integers(1, 100_000).map(lambda number: Decimal(number) / 100)
quantities = st.integers(1, 400).map(lambda number: Decimal(number) / 4)
rates = st.integers(0, 3_000).map(lambda number: Decimal(number) / 10_000)


@given(
    prices=st.lists(st.tuples(cents, st.sampled_from([None, True, False])), min_size=1, max_size=3),
    rate=rates,
    gross=st.booleans(),
    quantity=st.integers(1, 30),
    ways=st.fixed_dictionaries(
        {
            "breaks": st.sampled_from(BreakPricing),
            "mode": st.sampled_from([PriceMode.MOST_SPECIFIC, PriceMode.LOWEST]),
            "type": st.sampled_from([PriceListType.BASE, PriceListType.SALE, PriceListType.OVERRIDE]),
        }
    ),
    percent=st.integers(0, 50),
)
def test_a_quote_is_that_of_the_book_whose_rows_were_converted_by_hand(
    desk: Any,
    *,
    prices: list[tuple[Decimal, bool | None]],
    rate: Decimal,
    gross: bool,
    quantity: int,
    ways: dict[str, Any],
    percent: int,
) -> None:
    """In whatever way the rows state their prices, every figure is the one of rows in the book's own convention."""
    factor = Fraction(rate) + 1

    def by_hand(amount: Decimal, states: bool | None) -> Decimal:
        if states is None or states is gross:
            return amount
        return _rounded(Fraction(amount) * factor if gross else Fraction(amount) / factor)

    mixed = [row(amount, states, min_quantity=10 * at) for at, (amount, states) in enumerate(prices)]
    alike = [row(by_hand(amount, states), min_quantity=10 * at) for at, (amount, states) in enumerate(prices)]
    base = PriceList("shop", (row("500.00"),), priority=-1, mode=ways["mode"], breaks=ways["breaks"])
    offers = (Offer("SALE", PercentOff(percent)),)
    quotes = [
        quoted(
            desk,
            book_of(listed(*rows, **ways), base, gross=gross, offers=offers),
            CartLine("LAMP", quantity),
            rates=TaxRates("flat", (("standard", rate),)),
        )
        for rows in (mixed, alike)
    ]
    one, other = (
        (each.lines[0].list_price, each.lines[0].unit_price, each.lines[0].net, each.tax, each.total) for each in quotes
    )
    assert one == other


@given(amount=cents, states=st.sampled_from([None, True, False]), rate=rates, gross=st.booleans(), units=quantities)
def test_an_items_own_price_is_that_of_a_row_for_everybody(
    desk: Any, *, amount: Decimal, states: bool | None, rate: Decimal, gross: bool, units: Decimal
) -> None:
    """Whether the item states its price or a list does, every figure of the quote is the same."""
    known = TaxRates("flat", (("standard", rate),))
    books = (
        own_price(str(amount), states, gross=gross),
        book_of(listed(row(amount, states)), gross=gross),
    )
    for unit in ("each", "box"):
        one, other = (quoted(desk, book, CartLine("LAMP", units, unit=unit), rates=known) for book in books)
        assert (one.lines[0].unit_price, one.subtotal, one.tax) == (
            other.lines[0].unit_price,
            other.subtotal,
            other.tax,
        )


@given(cents, rates)
def test_a_net_price_comes_back_from_its_gross(desk: Any, net: Decimal, rate: Decimal) -> None:
    """Rounding the gross price moves it by half a cent at most, which is less than half a cent of the net price."""
    known = TaxRates("flat", (("standard", rate),))
    with_tax = quoted(desk, book_of(listed(row(net, NET)), gross=True), ONE_LAMP, rates=known).lines[0].unit_price
    assert with_tax.amount == (net * (1 + rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    back = quoted(desk, book_of(listed(row(with_tax.amount, GROSS))), ONE_LAMP, rates=known).lines[0].unit_price
    assert back.amount == net


@given(st.integers(1, 20_000), st.integers(1, 40), st.integers(0, 100))
def test_property_31_a_percentage_off_gross_prices_is_that_off_net_prices(
    desk: Any, steps_of_5: int, quantity: int, percent: int
) -> None:
    """At 25 % a gross price in steps of 5 cents has a net one in whole cents; lines agree within one cent."""
    quarter = evolve(desk, rate=Decimal("0.25"))
    known = TaxRates("flat", (("standard", Decimal("0.25")),))
    rows = listed(row(Decimal(steps_of_5) * 5 / 100, GROSS))
    offers = (Offer("SALE", PercentOff(percent)),)
    line = CartLine("LAMP", quantity)
    gross = quoted(quarter, book_of(rows, gross=True, offers=offers), line, rates=known).lines[0]
    net = quoted(quarter, book_of(rows, offers=offers), line, rates=known).lines[0]
    assert abs(gross.net.amount - (net.net + net.tax).amount) <= Decimal("0.01")
