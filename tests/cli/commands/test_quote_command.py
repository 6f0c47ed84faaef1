"""Quote: a cart from a file, priced with the store's book or with a book from a file, and what is wrong with either."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

Run = Callable[..., Any]

CART = """
customer: C-1
currency: EUR
channel: shop
ship_to_country: IT
lines:
  - {item: tea, quantity: "12"}
  - {item: pot, quantity: "1"}
"""
BOOK = """
id: small
version: "3"
items:
  - {id: tea, name: Green tea, base_price: {amount: "4.50", currency: EUR}, cost: {amount: "2.00", currency: EUR}}
margin: {acceptable_percent: "100", questionable_percent: "10"}
"""


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_book_of_the_store_prices_the_cart(run: Run, tea_store: str) -> None:
    """12 x 4.20 (from 10) + 20.00 = 70.40, no freight from 30, tax 5.04 + 2.00 = 7.04."""
    quote = run("quote", write("cart.yaml", CART), "--store", tea_store, "--json").json
    assert [line["unit_price"]["amount"] for line in quote["lines"]] == ["4.20", "20.00"]
    assert [quote[each]["amount"] for each in ("subtotal", "tax", "total")] == ["70.40", "7.04", "77.44"]


@pytest.mark.parametrize(
    ("locale", "words", "total"),
    [("en", "list price", "total"), ("it", "prezzo di listino", "totale"), ("de", "Listenpreis", "Gesamtbetrag")],
)
def test_people_read_the_table_and_the_steps(run: Run, tea_store: str, locale: str, words: str, total: str) -> None:
    answer = run("quote", write("cart.yaml", CART), "--store", tea_store, "--locale", locale)
    assert answer.code == 0
    assert words in answer.out
    assert f"77.44 EUR  = {total}\n" in answer.out
    assert [line for line in answer.out.splitlines() if len(line) > 80] == []


def test_a_book_file_prices_without_a_store_and_without_tax(run: Run) -> None:
    """3 x 4.50 = 13.50; the margin is 2.50 on a cost of 2.00, 125 %."""
    cart = write(
        "cart.json", json.dumps({"customer": "C", "currency": "EUR", "lines": [{"item": "tea", "quantity": "3"}]})
    )
    book = write("book.yaml", BOOK)
    quote = run("quote", cart, "--book", book, "--json").json
    assert (quote["total"]["amount"], quote["book"]) == ("13.50", "small@3")
    assert Decimal(quote["tax"]["amount"]) == 0
    assert quote["lines"][0]["margin"]["percent"].startswith("125")
    assert "125.0 %" in run("quote", cart, "--book", book).out
    assert not list(Path.cwd().glob("*.db"))


def test_the_role_decides_how_far_an_override_may_go(run: Run) -> None:
    """30 % below the price is more than an agent's 10 % and within a supervisor's 30 %."""
    lines = [
        {
            "item": "tea",
            "quantity": "1",
            "override": {"unit_price": {"amount": "3.15", "currency": "EUR"}, "reason": "loyalty"},
        }
    ]
    cart = write("cart.json", json.dumps({"customer": "C", "currency": "EUR", "lines": lines}))
    book = write("book.yaml", BOOK)
    refused = run("quote", cart, "--book", book, "--json", "--locale", "it")
    assert refused.code == 1
    (problem,) = refused.json["error"]["problems"]
    assert problem["path"] == "lines[0].override.approver"
    assert "supera il limite" in problem["text"]
    assert run("quote", cart, "--book", book, "--role", "supervisor", "--json").json["total"]["amount"] == "3.15"


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"quantty": "3"}, "quantty", "value.unknown_field"),
        ({"customer": None}, "customer", "boundary.wrong_field"),
        ({"currency": "EURO"}, "currency", "money.unknown_currency"),
        ({"lines": [{"item": "tea", "quantity": "-1"}]}, "lines[0].quantity", ""),
        ({"lines": [{"item": "tea"}]}, "lines[0].quantity", "value.missing_field"),
        ({"lines": [{"item": "coffee", "quantity": "1"}]}, "lines[0].item", ""),
    ],
    ids=["unknown field", "null", "unknown currency", "negative quantity", "missing field", "unknown item"],
)
def test_a_cart_that_is_wrong_is_refused_with_field_and_value(
    run: Run, change: dict[str, Any], path: str, code: str
) -> None:
    plain = {"customer": "C", "currency": "EUR", "lines": [{"item": "tea", "quantity": "1"}], **change}
    answer = run("quote", write("cart.json", json.dumps(plain)), "--book", write("book.yaml", BOOK), "--json")
    assert answer.code == 1
    problems = answer.json["error"]["problems"]
    assert path in [each["path"] for each in problems]
    assert all("accepted" in each["params"] for each in problems)
    if code:
        assert code in [each["code"] for each in problems]


def test_a_refused_file_is_named(run: Run) -> None:
    cart = write("cart.yaml", CART)
    answer = run("quote", cart, "--book", write("book.yaml", "{id: small}"))
    assert answer.code == 1
    assert answer.err.splitlines() == [
        "servicecore: book.yaml is refused",
        "  version: 'version' is missing; accepted: a value; the field has no default",
    ]


@pytest.mark.parametrize(
    "content", [b"lines: [", b"\xff\xfe\x00", b"{a: b: c}"], ids=["open list", "no text", "broken map"]
)
def test_a_file_that_cannot_be_parsed_is_refused(run: Run, content: bytes) -> None:
    Path("cart.yaml").write_bytes(content)
    answer = run("quote", "cart.yaml", "--book", write("book.yaml", BOOK), "--json")
    assert answer.code == 1
    assert "cart.yaml cannot be read" in answer.json["error"]["message"]


def test_a_file_that_is_not_there_is_a_wrong_argument(run: Run) -> None:
    answer = run("quote", "nowhere.yaml", "--json")
    assert answer.code == 2
    assert "nowhere.yaml" in answer.json["error"]["message"]


def test_floats_never_become_money(run: Run) -> None:
    """A number with a point in a file is read as the text that was written."""
    text = BOOK.replace('"4.50"', "4.50")
    cart = write("cart.yaml", "customer: C\ncurrency: EUR\nlines: [{item: tea, quantity: 0.1}]")
    assert yaml.safe_load(text)["items"][0]["base_price"]["amount"] == 4.5
    quote = run("quote", cart, "--book", write("book.yaml", text), "--json").json
    assert (quote["lines"][0]["quantity"], quote["lines"][0]["unit_price"]["amount"]) == ("0.1", "4.50")
