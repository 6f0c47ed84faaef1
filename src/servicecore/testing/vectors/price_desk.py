"""Quotes for call-centre vectors: a made-up book, a cart of its items, and one who asks for the price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.catalog.items import Item
from servicecore.kernel.authority import Actor, Authority
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.rounding import Rounding
from servicecore.pricing import Cart, CartLine, DraftQuote, PriceBook, compile_book, price_cart
from servicecore.testing.vectors.verdict import NotSupported

CURRENCY: Final = "USD"
ANY_DAY: Final = date(2026, 1, 15)
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def money(amount: object) -> Money:
    """Return ``amount`` in the vectors' currency."""
    return Money(Decimal(str(amount)), CURRENCY)


def as_stated(figure: Decimal, wanted: Decimal) -> Decimal:
    """Return ``figure`` rounded half up to the decimals in which a vector states it."""
    exponent = wanted.as_tuple().exponent
    return Rounding(digits=-exponent if isinstance(exponent, int) else None).apply(figure, CURRENCY)


def asked(
    items: Iterable[Item],
    lines: Sequence[CartLine] = (),
    cart: Mapping[str, Any] = _NOTHING,
    day: date = ANY_DAY,
    **book: Any,
) -> DraftQuote | Refusal:
    """Return the quote of ``lines``, or of one of each of ``items``, or why it is refused."""
    items = tuple(items)
    wanted = tuple(lines) or tuple(CartLine(item.id, 1) for item in items)
    facts = Facts(datetime.combine(day, time(12), UTC), Actor("vector"), Authority())
    compiled = compile_book(PriceBook("vector", "1", items=items, **book))
    return price_cart(compiled, Cart("C", CURRENCY, wanted, **cart), facts, "Q")


def priced(
    items: Iterable[Item],
    lines: Sequence[CartLine] = (),
    cart: Mapping[str, Any] = _NOTHING,
    day: date = ANY_DAY,
    **book: Any,
) -> DraftQuote:
    """Return the quote that `asked` gives.

    Raises:
        NotSupported: it is refused.

    """
    draft = asked(items, lines, cart, day, **book)
    if isinstance(draft, Refusal):
        raise NotSupported(f"a cart that is refused: {draft.problems[0].text()}")
    return draft
