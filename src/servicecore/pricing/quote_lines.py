"""The lines of a quote: made of the lines in progress, with the tax once it is known, and what the tax is asked of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from servicecore.kernel.blank import blank_class
from servicecore.kernel.explain import ROUNDED
from servicecore.kernel.money import Money, exact_decimal, trusted_money
from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing.compiled_book import CompiledBook, Rounders
from servicecore.pricing.deductions import NO_DEDUCTION, Deducted
from servicecore.pricing.line_in_progress import MONEY_DIGITS
from servicecore.pricing.margin import NO_MARGIN, MarginPolicy
from servicecore.pricing.promotions.scene import Lines
from servicecore.pricing.quote import Margin, QuoteLine
from servicecore.pricing.taxes import TaxableLine, TaxRequest

# A line has many fields and a quote many lines: their constructors' ceremony would cost more than their sums.
_BlankLine: Final = blank_class(QuoteLine)
_BlankTaxable: Final = blank_class(TaxableLine)
_NOTHING: Final = Decimal(0)
_subtract: Final = EXACT.subtract


def settle_lines(lines: Lines, book: CompiledBook, rounders: Rounders) -> list[TaxableLine]:
    """Return what the tax engine is asked of ``lines``, which change no more; their rounding is noted as a step.

    Raises:
        InvalidValue: ``value.not_accepted`` for an amount beyond what money holds.

    """
    currency, rounding, category = rounders.one.currency, rounders.line_rounding, book.book.tax.default_category
    taxable: list[TaxableLine] = []
    for line in lines:
        net, exact = line.net, line.exact
        # The gross is the largest amount of a line: where it has room, the others have.
        if line.gross.adjusted() >= MONEY_DIGITS:
            for amount in (net, exact, line.list_price, line.unit_price, line.gross):
                exact_decimal(amount)
        if net is not exact and net != exact:
            line.notes.append((ROUNDED, _subtract(net, exact), rounding))
        asked = _BlankTaxable()
        asked.key = f"line:{line.cart_line.number}"
        asked.category = line.item.tax_category or category
        asked.amount = trusted_money(net, currency)
        asked.__class__ = TaxableLine
        taxable.append(asked)
    return taxable


def quote_lines(lines: Lines, request: TaxRequest, taxes: Mapping[str, Money]) -> tuple[QuoteLine, ...]:
    """Return settled ``lines``, which come first in ``request``, as a quote shows them; their margins are not judged.

    Args:
        lines: of the cart.
        request: what the tax engine is asked.
        taxes: by the key of the request.

    """
    currency = request.currency
    zero = trusted_money(_NOTHING, currency)
    made: list[QuoteLine] = []
    for line, asked in zip(lines, request.lines, strict=False):
        cart_line, item, net = line.cart_line, line.item, asked.amount
        net_amount, exact, gross_amount = line.net, line.exact, line.gross
        list_amount, unit_amount = line.list_price, line.unit_price
        list_price = trusted_money(list_amount, currency) if line.list_money is None else line.list_money
        # Most lines need no rounding and no second price: equal amounts share one object.
        same_price = unit_amount is list_amount or unit_amount == list_amount
        same_net = gross_amount is net_amount or gross_amount == net_amount
        same_exact = exact is net_amount or exact == net_amount
        tax = taxes.get(asked.key)
        quoted = _BlankLine()
        quoted.number = cart_line.number
        quoted.item = item.id
        quoted.description = item.name
        quoted.quantity = line.quantity
        quoted.unit = line.unit
        quoted.list_price = list_price
        quoted.unit_price = list_price if same_price else trusted_money(unit_amount, currency)
        quoted.gross = net if same_net else trusted_money(gross_amount, currency)
        quoted.discounts = line.discounts
        quoted.net = net
        quoted.net_exact = net if same_exact else trusted_money(exact, currency)
        quoted.tax = zero if tax is None or not tax.amount else tax
        quoted.margin = NO_MARGIN
        quoted.tax_category = asked.category
        quoted.overridden = cart_line.override is not None
        quoted._trail = line  # noqa: SLF001 - what its explanation is made of
        quoted.__class__ = QuoteLine
        made.append(quoted)
    return tuple(made)


def judged_lines(
    lines: Lines, quoted: Iterable[QuoteLine], policy: MarginPolicy, deductions: Mapping[int, Deducted], unit: Rounding
) -> tuple[QuoteLine, ...]:
    """Return the lines ``quoted`` of ``lines`` with the margins that ``policy`` finds.

    Args:
        lines: with their costs.
        quoted: the same, as a quote shows them.
        policy: of the book.
        deductions: by line number, what a margin is counted without.
        unit: the rounding of unit prices.

    """
    made: list[QuoteLine] = []
    for line, shown in zip(lines, quoted, strict=True):
        unit_cost = None if line.unit_cost is None else line.one * line.unit_cost
        taken = deductions.get(line.number, NO_DEDUCTION)
        made.append(copied_line(shown, shown.tax, policy.judge(line.net, line.quantity, unit_cost, taken, unit)))
    return tuple(made)


def taxed_lines(lines: tuple[QuoteLine, ...], taxes: Mapping[str, Money]) -> tuple[QuoteLine, ...]:
    """Return ``lines`` with their ``taxes``, by the key of the tax request."""
    made: list[QuoteLine] = []
    for line in lines:
        tax = taxes.get(f"line:{line.number}")
        made.append(line if tax is None or not tax.amount else copied_line(line, tax, line.margin))
    return tuple(made)


def copied_line(line: QuoteLine, tax: Money, margin: Margin) -> QuoteLine:
    """Return ``line`` with ``tax`` and ``margin``; an unread explanation goes along unread, which evolve would not."""
    copy = _BlankLine()
    copy.number = line.number
    copy.item = line.item
    copy.description = line.description
    copy.quantity = line.quantity
    copy.unit = line.unit
    copy.list_price = line.list_price
    copy.unit_price = line.unit_price
    copy.gross = line.gross
    copy.discounts = line.discounts
    copy.net = line.net
    copy.net_exact = line.net_exact
    copy.tax = tax
    copy.margin = margin
    copy.tax_category = line.tax_category
    copy.overridden = line.overridden
    try:
        copy._trail = line._trail  # noqa: SLF001 - what its explanation is made of
    except AttributeError:  # it was made by its constructor
        copy.explanation = line.explanation
    copy.__class__ = QuoteLine
    copied: QuoteLine = copy
    return copied
