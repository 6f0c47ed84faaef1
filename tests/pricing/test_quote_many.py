"""Many carts are quoted one by one, as each for itself, and none is kept."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from decimal import Decimal
from itertools import count, islice
from typing import Any

from servicecore.catalog import Item
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    Cart,
    CartLine,
    Offer,
    PercentOff,
    PriceBook,
    Quote,
    TaxLine,
    TaxQuote,
    TaxRequest,
    compile_book,
    quote_many,
)

ITEM = Item("A", "Lamp", base_price=Money(Decimal(10), "EUR"))
BOOK = PriceBook("b", "1", items=(ITEM,), offers=(Offer("o", PercentOff(5)),))


def _untaxed(request: TaxRequest) -> TaxQuote:
    zero = Money.zero(request.currency)
    lines = tuple(TaxLine(each.key, "IT", each.category, Decimal(0), each.amount, zero) for each in request.lines)
    return TaxQuote("none", lines, sum_money((line.amount for line in lines), request.currency))


def _carts() -> Iterator[tuple[str, Cart]]:
    for number in count(1):
        yield f"Q{number}", Cart("C1", "EUR", (CartLine("A" if number % 3 else "nothing", number),))


def test_each_cart_is_quoted_as_for_itself_and_refusals_stay_in_order(desk: Any) -> None:
    quotes = list(islice(quote_many(compile_book(BOOK), _carts(), desk.facts(), _untaxed), 6))
    assert [isinstance(each, Refusal) for each in quotes] == [False, False, True, False, False, True]
    assert [(each.id, each.total) for each in quotes if isinstance(each, Quote)] == [
        (f"Q{number}", Money(Decimal("9.5") * number, "EUR")) for number in (1, 2, 4, 5)
    ]


def test_no_cart_is_read_ahead_and_no_quote_is_kept(desk: Any) -> None:
    """Without the cycle collector: a quote goes as soon as nobody holds it, so memory is flat over any number."""
    read = 0

    def counted() -> Iterator[tuple[str, Cart]]:
        nonlocal read
        for each in _carts():
            read += 1
            yield each

    alive: weakref.WeakSet[Quote] = weakref.WeakSet()
    lines: weakref.WeakSet[object] = weakref.WeakSet()
    gc.disable()
    try:
        for place, each in enumerate(islice(quote_many(compile_book(BOOK), counted(), desk.facts(), _untaxed), 200), 1):
            assert read == place
            if isinstance(each, Quote):
                alive.add(each)
                lines.add(each.lines[0])
            assert len(alive) <= 2
            assert len(lines) <= 2
    finally:
        gc.enable()
