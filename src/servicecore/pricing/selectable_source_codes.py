"""The source codes that may be chosen on a day; what is not valid does not appear (A05, CC 5.3)."""

from __future__ import annotations

from datetime import date

from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.sources import SourceCode


def selectable_source_codes(book: CompiledBook, day: date) -> tuple[SourceCode, ...]:
    """Return the source codes that an order may carry on ``day``, in the order of the book.

    Codes that are not yet or no longer valid are left out; a cart that carries one is refused
    (``pricing.source_code_inactive``).
    """
    number = day.toordinal()
    return tuple([source.code for source in book.sources.values() if source.is_valid_on(number)])
