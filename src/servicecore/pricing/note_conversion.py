"""Note in a line's trail how a price that its row states in the other convention became one of the book's."""

from __future__ import annotations

from decimal import Decimal

from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.found_price import FoundPrice
from servicecore.pricing.line_in_progress import LineInProgress, bounded
from servicecore.pricing.price_index import PriceQuestion
from servicecore.pricing.row_taxes import TAX_PUT_IN, TAX_TAKEN_OUT, RowTaxes
from servicecore.pricing.tax_rates import MISSING_TAX_RATE


def stated_whole(line: LineInProgress, found: FoundPrice) -> Decimal:
    """Return what the whole of ``line`` costs as its row states the price; the line's exact amount has to be set."""
    if found.stated is None:
        return line.exact
    whole = found.whole_stated
    return exact_decimal(bounded(EXACT.multiply(found.stated, line.quantity) if whole is None else whole))


def note_conversion(line: LineInProgress, found: FoundPrice, taxes: RowTaxes, stated: Decimal) -> None:
    """Note the step from ``stated``, the whole line as the row states its price, to what the book charges for it."""
    if found.rate is None or found.stated is None:
        return
    currency = line.one.currency
    line.note(
        TAX_PUT_IN if taxes.settings.prices_include_tax else TAX_TAKEN_OUT,
        exact_decimal(EXACT.subtract(line.exact, stated)),
        price=Money(found.amount or Decimal(0), currency),
        before=Money(found.stated, currency),
        percent=f"{EXACT.scaleb(found.rate, 2).normalize(EXACT):f}",
        category=taxes.category(line.item),
        engine=taxes.rates.engine,
    )


def missing_rate(line: LineInProgress, found: FoundPrice, asked: PriceQuestion) -> Problem | None:
    """Return ``pricing.missing_tax_rate`` where the price of ``line`` cannot be converted, else None."""
    if not found.no_rate or asked.taxes is None:
        return None
    rates, category = asked.taxes.rates, asked.taxes.category(line.item)
    return MISSING_TAX_RATE.at(
        f"{line.path}.item",
        value=line.item.id,
        source=found.source,
        includes_tax=str(found.includes_tax).lower(),
        engine=rates.engine,
        category=category,
        reason=rates.reason or "no answer for it",
        accepted="a tax engine with a rate for the place and day of delivery, or rows in the book's own convention",
    )
