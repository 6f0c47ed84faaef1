"""Compare a price with what it is made of: the markup, the margin and the amount between them (CC 7.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.money import CURRENCY_MISMATCH, Money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import bounded

_ALL: Final = Decimal(100)


@frozen
class PriceComparison:
    """How a price stands to its basis: a cost, a base price, a current price.

    Attributes:
        markup_percent: of the basis, to 20 decimals; None where the basis is 0.
        margin_percent: of the price, to 20 decimals; None where the price is 0.
        amount: price less basis; may be below 0.

    """

    markup_percent: Decimal | None
    margin_percent: Decimal | None
    amount: Money


def compare_prices(basis: Money, price: Money) -> PriceComparison:
    """Return by which markup, which margin and which amount ``price`` is made of ``basis``.

    `PriceFormula.by_markup`, ``by_margin`` and ``by_amount`` make the price of it again: a cost of 10.00 and a price of
    15.00 are a markup of 50 %, a margin of 33.3 % and 5.00.

    Raises:
        InvalidValue: ``money.currency_mismatch``.

    """
    if basis.currency != price.currency:
        raise CURRENCY_MISMATCH.error("price", value=price, other=basis.currency)
    amount = price - basis

    def percent_of(whole: Money) -> Decimal | None:
        return bounded(EXACT.divide(EXACT.multiply(amount.amount, _ALL), whole.amount)) if whole else None

    return PriceComparison(percent_of(basis), percent_of(price), amount)
