"""The quote as a value: whether its explanations were read or not, it is the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve, fields
from attrs.exceptions import FrozenInstanceError

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    CartLine,
    DraftQuote,
    Offer,
    PercentOff,
    PriceBook,
    Quote,
    QuoteLine,
    RoundingPolicy,
    TaxLine,
    TaxQuote,
    finish_quote,
)

BOOK = PriceBook(
    "b",
    "1",
    items=(Item("A", "Lamp", base_price=Money("9.99", "EUR")),),
    offers=(Offer("o", PercentOff("7")),),
    rounding=RoundingPolicy(),
)


def given(made: object, cls: type) -> set[str]:
    """Return the fields that ``made`` has, its explanation not asked for."""
    return {each.name for each in fields(cls) if each.name != "explanation" and hasattr(made, each.name)}


def is_read(made: Quote | QuoteLine) -> bool:
    """Return whether the explanation was made already."""
    slot: Any = vars(type(made))["explanation"].slot
    try:
        slot.__get__(made, type(made))
    except AttributeError:
        return False
    return True


@pytest.mark.parametrize("tax", [None, "untaxed"])
def test_a_line_made_by_pricing_has_every_field_of_the_constructor(desk: Any, tax: str | None) -> None:
    draft: DraftQuote = desk.draft(BOOK, desk.cart(CartLine("A", 3)))
    quote: Quote = desk.quote(BOOK, desk.cart(CartLine("A", 3)))
    line = quote.lines[0] if tax is None else draft.lines[0]
    assert given(line, QuoteLine) == {each.name for each in fields(QuoteLine)} - {"explanation"}
    assert type(line) is QuoteLine
    with pytest.raises(FrozenInstanceError):
        line.number = 2  # type: ignore[misc]


def test_a_draft_made_by_pricing_has_every_field_of_the_constructor(desk: Any) -> None:
    draft: DraftQuote = desk.draft(BOOK, desk.cart(CartLine("A", 3)))
    assert given(draft, DraftQuote) == {each.name for each in fields(DraftQuote)}
    assert evolve(draft, id="Q1") == draft
    request = draft.tax_request
    assert evolve(request) == request
    assert [evolve(each) for each in request.lines] == list(request.lines)


def test_a_quote_made_by_pricing_has_every_field_of_the_constructor(desk: Any) -> None:
    quote: Quote = desk.quote(BOOK, desk.cart(CartLine("A", 3)))
    assert given(quote, Quote) == {each.name for each in fields(Quote)} - {"explanation"}


def test_reading_an_explanation_changes_nothing_that_can_be_compared(desk: Any) -> None:
    cart = desk.cart(CartLine("A", 3))
    unread: Quote = desk.quote(BOOK, cart)
    read: Quote = desk.quote(BOOK, cart)
    text = read.explain("de")
    assert is_read(read.lines[0])
    assert not is_read(unread.lines[0])
    line = read.lines[0]
    rebuilt = QuoteLine(*[getattr(line, each.name) for each in fields(QuoteLine)])
    assert rebuilt == unread.lines[0] == line
    assert evolve(read, id="Q1") == unread
    assert unread.explain("de") == text


def test_the_lines_of_a_draft_and_of_its_quote_explain_the_same(desk: Any) -> None:
    """29.97 less 7 percent, 2.0979, is 27.8721; rounded 27.87."""
    draft: DraftQuote = desk.draft(BOOK, desk.cart(CartLine("A", 3)))
    quote: Quote = desk.quote(BOOK, desk.cart(CartLine("A", 3)))
    assert draft.lines[0].explanation == quote.lines[0].explanation
    deltas = [str(step.delta.amount) for step in quote.lines[0].explanation.steps]
    assert deltas == ["29.97", "-2.0979", "-0.0021"]


def test_a_quote_is_the_same_whether_the_lines_of_its_draft_were_read_or_put_in_by_hand(desk: Any) -> None:
    cart = desk.cart(CartLine("A", 3), CartLine("A", 1))
    unread: DraftQuote = desk.draft(BOOK, cart)
    read: DraftQuote = desk.draft(BOOK, cart)
    put_in = evolve(unread, lines=read.lines)
    cents = Money("0.10", "EUR")
    asked = read.tax_request.lines
    answers = tuple([TaxLine(each.key, "IT", each.category, Decimal(0), each.amount, cents) for each in asked])
    tax = TaxQuote("by hand", answers, cents + cents)
    quotes = [finish_quote(draft, tax) for draft in (unread, read, put_in, unread)]
    assert all(each == quotes[0] for each in quotes)
    assert isinstance(quotes[0], Quote)
    assert [line.tax for line in quotes[0].lines] == [cents, cents]
    assert len({each.explain("it") for each in quotes if isinstance(each, Quote)}) == 1
