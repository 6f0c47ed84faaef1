"""The lines of a quote: made of the lines in progress, with the tax once it is known, and what the tax is asked of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from servicecore.kernel.blank import blank_class
from servicecore.kernel.explain import ROUNDED
from servicecore.kernel.money import Money, trusted_money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.book import TaxSettings
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.deductions import NO_DEDUCTION, Deducted
from servicecore.pricing.line_in_progress import MONEY_DIGITS
from servicecore.pricing.margin import NO_MARGIN
from servicecore.pricing.promotions.scene import Lines
from servicecore.pricing.quote import Margin, QuoteCharge, QuoteLine
from servicecore.pricing.taxes import TaxableLine, TaxRequest

# A line has many fields and a quote many lines: their constructors' ceremony would cost more than their sums.
_BlankLine: Final = blank_class(QuoteLine)
_BlankTaxable: Final = blank_class(TaxableLine)


def quote_lines(
    lines: Lines, book: CompiledBook, zero: Money, deductions: Mapping[int, Deducted]
) -> tuple[QuoteLine, ...]:
    """Return ``lines`` as a quote shows them, their tax still ``zero``; ``deductions`` are by line number."""
    settings = book.book
    policy, category, currency = settings.margin, settings.tax.default_category, zero.currency
    made: list[QuoteLine] = []
    for line in lines:
        cart_line, item, gross_amount, net_amount = line.cart_line, line.item, line.gross, line.net
        exact, list_amount, unit_amount = line.exact, line.list_price, line.unit_price
        # The gross is the largest amount of a line: where it has room, the others have.
        money = trusted_money if gross_amount.adjusted() < MONEY_DIGITS else Money
        net = money(net_amount, currency)
        # Most lines need no rounding and no second price: equal amounts share one object.
        net_exact = net
        if net_amount is not exact and net_amount != exact:
            net_exact = money(exact, currency)
            rounded = {"rounding": settings.rounding.line.name}
            line.notes.append((ROUNDED, EXACT.subtract(net_amount, exact), rounded))
        list_price = money(list_amount, currency) if line.list_money is None else line.list_money
        margin = NO_MARGIN
        if policy is not None:
            unit_cost = None if line.unit_cost is None else line.one * line.unit_cost
            taken = deductions.get(cart_line.number, NO_DEDUCTION)
            margin = policy.judge(net_amount, line.quantity, unit_cost, taken, settings.rounding.unit_price)
        same_price = unit_amount is list_amount or unit_amount == list_amount
        same_net = gross_amount is net_amount or gross_amount == net_amount
        quoted = _BlankLine()
        quoted.number = cart_line.number
        quoted.item = item.id
        quoted.description = item.name
        quoted.quantity = line.quantity
        quoted.unit = line.unit
        quoted.list_price = list_price
        quoted.unit_price = list_price if same_price else money(unit_amount, currency)
        quoted.gross = net if same_net else money(gross_amount, currency)
        quoted.discounts = line.discounts
        quoted.net = net
        quoted.net_exact = net_exact
        quoted.tax = zero
        quoted.margin = margin
        quoted.tax_category = item.tax_category or category
        quoted.overridden = cart_line.override is not None
        quoted._trail = line  # noqa: SLF001 - what its explanation is made of
        quoted.__class__ = QuoteLine
        made.append(quoted)
    return tuple(made)


def tax_request(
    cart: Cart, on: date, lines: Iterable[QuoteLine], charges: Iterable[QuoteCharge], settings: TaxSettings
) -> TaxRequest:
    """Return what the tax engine is asked: every line, and every charge that has a tax category."""
    taxable: list[TaxableLine] = []
    for line in lines:
        asked = _BlankTaxable()
        asked.key = f"line:{line.number}"
        asked.category = line.tax_category
        asked.amount = line.net
        asked.__class__ = TaxableLine
        taxable.append(asked)
    taxable.extend([TaxableLine(each.key, each.tax_category, each.amount) for each in charges if each.tax_category])
    included = settings.prices_include_tax
    return TaxRequest(
        cart.currency, tuple(taxable), on, cart.ship_to_country, cart.ship_to_region, included, cart.customer
    )


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
