"""The source codes that may be chosen on a day; what is not valid does not appear (A05, CC 5.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.sources import SourceCode


def selectable_source_codes(
    book: CompiledBook, day: date, mailed: Iterable[str] | None = None
) -> tuple[SourceCode, ...]:
    """Return the source codes that an order may carry on ``day``, in the order of the book.

    Codes that are not yet or no longer valid are left out; a cart that carries one is refused
    (``pricing.source_code_inactive``).

    Args:
        book: the price book.
        day: civil day of the order.
        mailed: the codes that were mailed to a customer (`customers.Customer.source_codes`): only these are returned,
            the *targeted* ones; None returns all. They are compared without blanks and case.

    """
    number = day.toordinal()
    targeted = None if mailed is None else {normalised(code) for code in mailed}
    return tuple(
        [
            source.code
            for name, source in book.sources.items()
            if source.is_valid_on(number) and (targeted is None or name in targeted)
        ]
    )
