"""The quote as a value: whether its explanations were read or not, it is the same."""

from __future__ import annotations

from typing import Any

from attrs import evolve, fields

from servicecore.catalog import Item
from servicecore.kernel.explain import TRAIL
from servicecore.kernel.money import Money
from servicecore.pricing import CartLine, DraftQuote, Offer, PercentOff, PriceBook, Quote, QuoteLine, RoundingPolicy

BOOK = PriceBook(
    "b",
    "1",
    items=(Item("A", "Lamp", base_price=Money("9.99", "EUR")),),
    offers=(Offer("o", PercentOff("7")),),
    rounding=RoundingPolicy(),
)


def test_a_line_made_by_pricing_has_every_field_of_the_constructor(desk: Any) -> None:
    draft: DraftQuote = desk.draft(BOOK, desk.cart(CartLine("A", 3)))
    names = {each.name for each in fields(QuoteLine)}
    assert set(vars(draft.lines[0])) == names - {"explanation"} | {TRAIL}


def test_a_draft_made_by_pricing_has_every_field_of_the_constructor(desk: Any) -> None:
    draft: DraftQuote = desk.draft(BOOK, desk.cart(CartLine("A", 3)))
    assert set(vars(draft)) == {each.name for each in fields(DraftQuote)}
    assert evolve(draft, id="Q1") == draft


def test_a_quote_made_by_pricing_has_every_field_of_the_constructor(desk: Any) -> None:
    quote: Quote = desk.quote(BOOK, desk.cart(CartLine("A", 3)))
    names = {each.name for each in fields(Quote)}
    assert set(vars(quote)) == names - {"explanation"} | {TRAIL}


def test_reading_an_explanation_changes_nothing_that_can_be_compared(desk: Any) -> None:
    cart = desk.cart(CartLine("A", 3))
    unread: Quote = desk.quote(BOOK, cart)
    read: Quote = desk.quote(BOOK, cart)
    text = read.explain("de")
    assert "explanation" in vars(read.lines[0])
    assert "explanation" not in vars(unread.lines[0])
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
