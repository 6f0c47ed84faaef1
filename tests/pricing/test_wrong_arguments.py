"""The pure functions that developers call refuse an argument of another type by its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import repeat
from typing import Any

import pytest

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.authority import Actor, Authority
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.pricing import (
    Cart,
    CartLine,
    DraftQuote,
    PriceBook,
    Quote,
    TaxLine,
    TaxQuote,
    TaxRequest,
    advertise_price,
    book_problems,
    compile_book,
    finish_quote,
    price_cart,
    price_details,
    quote_many,
    replay_quote,
)

COMPILED = compile_book(PriceBook("b", "1", items=(Item("A", "Lamp", base_price=Money(10, "EUR")),)))
CART = Cart("C", "EUR", (CartLine("A", Decimal(1)),))
FACTS = Facts(now=datetime(2026, 3, 2, tzinfo=UTC), actor=Actor("agent"), authority=Authority())


def _untaxed(request: TaxRequest) -> TaxQuote:
    zero = Money.zero(request.currency)
    lines = tuple(TaxLine(each.key, "", each.category, Decimal(0), each.amount, zero) for each in request.lines)
    return TaxQuote("none", lines, zero)


def _draft() -> DraftQuote:
    draft = price_cart(COMPILED, CART, FACTS, "Q")
    assert isinstance(draft, DraftQuote)
    return draft


def _quote() -> Quote:
    draft = _draft()
    quote = finish_quote(draft, _untaxed(draft.tax_request))
    assert isinstance(quote, Quote)
    return quote


def _first(*given: Any) -> Any:
    book, carts, facts, tax = given
    return next(quote_many(book, carts, facts, tax))


CALLS: list[tuple[str, Callable[[Any], object]]] = [
    ("book", compile_book),
    ("book", book_problems),
    ("book", lambda wrong: price_cart(wrong, CART, FACTS, "Q")),
    ("cart", lambda wrong: price_cart(COMPILED, wrong, FACTS, "Q")),
    ("facts", lambda wrong: price_cart(COMPILED, CART, wrong, "Q")),
    ("quote_id", lambda wrong: price_cart(COMPILED, CART, FACTS, wrong)),
    ("draft", lambda wrong: finish_quote(wrong, _untaxed(_draft().tax_request))),
    ("tax_quote", lambda wrong: finish_quote(_draft(), wrong)),
    ("book", lambda wrong: price_details(wrong, _quote(), 1, FACTS)),
    ("quote", lambda wrong: price_details(COMPILED, wrong, 1, FACTS)),
    ("number", lambda wrong: price_details(COMPILED, _quote(), wrong, FACTS)),
    ("facts", lambda wrong: price_details(COMPILED, _quote(), 1, wrong)),
    ("book", lambda wrong: advertise_price(wrong, CART, "A", FACTS)),
    ("cart", lambda wrong: advertise_price(COMPILED, wrong, "A", FACTS)),
    ("item", lambda wrong: advertise_price(COMPILED, CART, wrong, FACTS)),
    ("facts", lambda wrong: advertise_price(COMPILED, CART, "A", wrong)),
    ("book", lambda wrong: replay_quote(wrong, _quote(), FACTS)),
    ("quote", lambda wrong: replay_quote(COMPILED, wrong, FACTS)),
    ("facts", lambda wrong: replay_quote(COMPILED, _quote(), wrong)),
    ("book", lambda wrong: quote_many(wrong, (), FACTS, _untaxed)),
    ("carts", lambda wrong: quote_many(COMPILED, wrong, FACTS, _untaxed)),
    ("facts", lambda wrong: quote_many(COMPILED, (), wrong, _untaxed)),
    ("tax", lambda wrong: quote_many(COMPILED, (), FACTS, wrong)),
    ("carts[0]", lambda wrong: _first(COMPILED, [wrong], FACTS, _untaxed)),
    ("carts[0][0]", lambda wrong: _first(COMPILED, [(wrong, CART)], FACTS, _untaxed)),
    ("carts[0][1]", lambda wrong: _first(COMPILED, [("Q", wrong)], FACTS, _untaxed)),
    ("tax_quote", lambda wrong: _first(COMPILED, [("Q", CART)], FACTS, lambda _request: wrong)),
]


@pytest.mark.parametrize("wrong", [None, 5.5])
@pytest.mark.parametrize(("path", "call"), CALLS)
def test_an_argument_of_another_type_is_named_with_what_is_accepted(
    path: str, call: Callable[[Any], object], wrong: Any
) -> None:
    with pytest.raises(InvalidValue) as refused:
        call(wrong)
    problem = refused.value.problem
    assert (problem.code, problem.path, problem.param("value")) == ("value.wrong_type", path, repr(wrong))
    assert problem.param("accepted")


def test_carts_before_a_wrong_one_are_quoted() -> None:
    pairs: Any = [*repeat(("Q", CART), 2), ("Q", "cart")]
    quotes = quote_many(COMPILED, pairs, FACTS, _untaxed)
    assert [next(quotes), next(quotes)] == [_quote()] * 2
    with pytest.raises(InvalidValue, match=r"carts\[2\]\[1\]"):
        next(quotes)


def test_what_a_tax_function_raises_is_not_taken_for_a_wrong_cart() -> None:
    def broken(_request: TaxRequest) -> TaxQuote:
        raise TypeError("of the function itself")

    with pytest.raises(TypeError, match="of the function itself"):
        next(quote_many(COMPILED, [("Q", CART)], FACTS, broken))
