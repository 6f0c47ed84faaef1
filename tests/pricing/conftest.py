"""What every pricing test needs: a desk that quotes a cart from a book, with a flat tax."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from attrs import frozen

from servicecore.kernel.authority import Actor, Authority, Limit, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import sum_money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.problems import Problem
from servicecore.pricing import (
    Cart,
    CartLine,
    DraftQuote,
    PriceBook,
    Quote,
    TaxLine,
    TaxQuote,
    compile_book,
    finish_quote,
    price_cart,
)

AUTHORITY = Authority(
    (
        Role("clerk", ("pricing.*",), (Limit("pricing.override.below_price", Decimal(10)),)),
        Role("boss", ("pricing.*",), (Limit("pricing.override.below_price", None),)),
        Role("guest", ()),
    )
)


@frozen
class Desk:
    """Quotes carts on 15 January 2026 at noon UTC, taxed at 22 percent line by line."""

    now: datetime = datetime(2026, 1, 15, 12, tzinfo=UTC)
    rate: Decimal = Decimal("0.22")

    def facts(self, role: str = "clerk", approver: str = "", others: Sequence[object] = ()) -> Facts:
        second = Actor(f"the-{approver}", roles=(approver,)) if approver else None
        return Facts(self.now, Actor("mia", roles=(role,)), AUTHORITY, approver=second, others=tuple(others))

    def cart(self, *lines: CartLine, codes: Sequence[str] = (), **more: object) -> Cart:
        given = {"customer": "C1", "currency": "EUR", **more}
        return Cart(lines=lines, codes=tuple(codes), **given)  # type: ignore[arg-type]

    def draft(self, book: PriceBook, cart: Cart, facts: Facts | None = None) -> DraftQuote:
        answer = price_cart(compile_book(book), cart, facts or self.facts(), "Q1")
        assert isinstance(answer, DraftQuote), answer
        return answer

    def quote(self, book: PriceBook, cart: Cart, facts: Facts | None = None) -> Quote:
        draft = self.draft(book, cart, facts)
        answer = finish_quote(draft, self.tax(draft))
        assert isinstance(answer, Quote), answer
        return answer

    def problems(self, book: PriceBook, cart: Cart, facts: Facts | None = None) -> tuple[Problem, ...]:
        answer = price_cart(compile_book(book), cart, facts or self.facts(), "Q1")
        assert isinstance(answer, Refusal), answer
        return answer.problems

    def codes(self, book: PriceBook, cart: Cart, facts: Facts | None = None) -> list[tuple[str, str]]:
        return [(problem.code, problem.path) for problem in self.problems(book, cart, facts)]

    def said(self, book: PriceBook, cart: Cart, facts: Facts | None = None) -> list[str]:
        return [problem.text() for problem in self.problems(book, cart, facts)]

    def tax(self, draft: DraftQuote) -> TaxQuote:
        contained = draft.tax_request.prices_include_tax
        factor = self.rate / (1 + self.rate) if contained else self.rate
        lines = tuple(
            TaxLine(line.key, "IT", line.category, self.rate, line.amount, (line.amount * factor).round())
            for line in draft.tax_request.lines
        )
        return TaxQuote("flat", lines, sum_money((line.amount for line in lines), draft.cart.currency))


@pytest.fixture(scope="session")
def desk() -> Desk:
    return Desk()
