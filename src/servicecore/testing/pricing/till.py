"""The till: quotes visits from a book or a variation of it, with a flat tax and somebody who may do everything."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import evolve, field, frozen
from hypothesis import reject

from servicecore.kernel.authority import Actor, Authority, Limit, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.rounding import EXACT
from servicecore.pricing import (
    CompiledBook,
    DraftQuote,
    PriceBook,
    Quote,
    TaxLine,
    TaxQuote,
    compile_book,
    finish_quote,
    price_cart,
)
from servicecore.pricing.overrides import DISCOUNT_LIMIT
from servicecore.testing.pricing.visit import Visit

RATE: Final = Decimal("0.22")
"""The till's tax as a fraction, line by line, half up."""
CLERK_PERCENT: Final = Decimal(10)
"""How many percent a clerk may go below a price by hand, where the book has no floors."""
AUTHORITY: Final = Authority(
    (
        Role("till", ("pricing.*",), (Limit(DISCOUNT_LIMIT, None),)),
        Role("clerk", ("pricing.*",), (Limit(DISCOUNT_LIMIT, CLERK_PERCENT),)),
    )
)
OWNER: Final = Actor("owner", roles=frozenset({"till"}))
LARGE: Final = 400
"""From so many items or rows on, variations of a book are made of the part that a cart can touch."""


@frozen(eq=False)
class Till:
    """Quotes visits.

    Attributes:
        book: the book under test.
        compiled: the same, compiled once.

    """

    book: PriceBook
    compiled: CompiledBook = field(init=False)

    @compiled.default
    def _compile(self) -> CompiledBook:
        return compile_book(self.book)

    def quote(
        self,
        visit: Visit,
        book: PriceBook | None = None,
        *,
        rate: Decimal = RATE,
        actor: Actor = OWNER,
        facts: tuple[object, ...] = (),
    ) -> Quote:
        """Return the quote of ``visit`` from ``book``, or from the book under test.

        A refused cart is no example: Hypothesis is told to draw another.
        """
        answer = self.answer(visit, book, rate=rate, actor=actor, facts=facts)
        if isinstance(answer, Refusal):
            reject()
        return answer

    def answer(
        self,
        visit: Visit,
        book: PriceBook | None = None,
        *,
        rate: Decimal = RATE,
        actor: Actor = OWNER,
        facts: tuple[object, ...] = (),
    ) -> Quote | Refusal:
        """Return the quote, or why it is refused."""
        draft = self.draft(visit, book, actor=actor, facts=facts)
        return draft if isinstance(draft, Refusal) else finish_quote(draft, flat_tax(draft, rate))

    def draft(
        self, visit: Visit, book: PriceBook | None = None, *, actor: Actor = OWNER, facts: tuple[object, ...] = ()
    ) -> DraftQuote | Refusal:
        """Return the quote before tax, or why it is refused."""
        compiled = self.compiled if book is None else compile_book(book)
        return price_cart(compiled, visit.cart, Facts(visit.at, actor, AUTHORITY, others=facts), "Q")

    def around(self, visit: Visit) -> PriceBook:
        """Return the book, or of a large one the part that ``visit`` can touch; variations are made of it."""
        book = self.book
        if len(book.items) + sum(len(each.rows) for each in book.lists) + len(book.costs) < LARGE:
            return book
        wanted = {line.item for line in visit.cart.lines}
        return evolve(
            book,
            items=tuple(item for item in book.items if item.id in wanted),
            lists=tuple(
                evolve(each, rows=tuple(row for row in each.rows if not row.item or row.item in wanted))
                for each in book.lists
            ),
            costs=tuple(row for row in book.costs if row.item in wanted),
        )


def flat_tax(draft: DraftQuote, rate: Decimal = RATE) -> TaxQuote:
    """Return a tax of ``rate`` on every amount of the draft, contained in the prices or on top, as it asks."""
    request = draft.tax_request
    lines = []
    for each in request.lines:
        exact = EXACT.multiply(each.amount.amount, rate)
        if request.prices_include_tax:
            exact = EXACT.divide(exact, EXACT.add(Decimal(1), rate))
        tax = Money(exact, request.currency).round()
        lines.append(TaxLine(each.key, "flat", each.category, rate, each.amount, tax))
    return TaxQuote("flat", tuple(lines), sum_money((line.amount for line in lines), request.currency))
