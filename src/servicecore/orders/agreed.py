"""What was agreed: a quote's amounts brought onto lines and charges so that they sum to its total to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from servicecore.kernel.allocation import allocate
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.line import Amounts, OrderLine
from servicecore.orders.order import before_tax
from servicecore.orders.order_charge import OrderCharge
from servicecore.pricing.quote import Quote, QuoteCharge

NOT_PAYABLE: Final = ProblemKind(
    "orders.not_payable",
    en="{value} cannot be charged; accepted: {accepted}",
    it="{value} non può essere addebitato; valori ammessi: {accepted}",
    de="{value} kann nicht berechnet werden; zulässig: {accepted}",
)
INCONSISTENT_QUOTE: Final = ProblemKind(
    "orders.inconsistent_quote",
    en="the quote's total is {value}; accepted: {accepted}",
    it="il totale del preventivo è {value}; valori ammessi: {accepted}",
    de="die Summe des Angebots ist {value}; zulässig: {accepted}",
)


INCONSISTENT_LINES: Final = ProblemKind(
    "orders.inconsistent_lines",
    en="the quote's lines say {value}; accepted: {accepted}",
    it="le righe del preventivo indicano {value}; valori ammessi: {accepted}",
    de="die Zeilen des Angebots sagen {value}; zulässig: {accepted}",
)


@frozen
class Agreement:
    """The lines and charges of an order, summing to the quote's total exactly."""

    lines: tuple[OrderLine, ...]
    charges: tuple[OrderCharge, ...]


def check_payable(quote: Quote) -> tuple[Problem, ...]:
    """Return why the quote's amounts cannot be charged; empty where they can.

    Sub-total, charges, tax and total have to be whole minor units and not below 0, and add up, with the tax on top
    of the prices or contained in them (``orders.not_payable``, ``orders.inconsistent_quote``,
    ``orders.inconsistent_lines``).
    """
    named = [
        *((f"lines[{line.number}].net", line.net_exact) for line in quote.lines),
        *((f"lines[{line.number}].tax", line.tax) for line in quote.lines),
    ]
    rounded = [
        *((f"charges[{charge.id}].amount", charge.amount) for charge in quote.charges),
        *((f"charges[{charge.id}].tax", charge.tax) for charge in quote.charges),
        ("subtotal", quote.subtotal),
        ("tax", quote.tax),
        ("total", quote.total),
    ]
    for path, amount in (*named, *rounded):
        if amount.currency != quote.currency:
            return (NOT_PAYABLE.at(f"quote.{path}", value=amount, accepted=f"an amount in {quote.currency}"),)
    problems = list(_check_lines(quote))
    problems += [
        NOT_PAYABLE.at(f"quote.{path}", value=amount, accepted="0 or more")
        for path, amount in (*named, *rounded)
        if amount.amount < 0
    ]
    problems.extend(
        NOT_PAYABLE.at(
            f"quote.{path}", value=amount.amount, accepted=f"an amount in whole minor units of {amount.currency}"
        )
        for path, amount in rounded
        if not amount.is_rounded()
    )
    untaxed = before_tax(quote)
    if quote.total not in (untaxed, untaxed + quote.tax):
        accepted = f"sub-total and charges {untaxed}, with or without the tax {quote.tax}"
        problems.append(INCONSISTENT_QUOTE.at("quote.total", value=quote.total, accepted=accepted))
    return tuple(problems)


def agree(quote: Quote) -> Agreement:
    """Return lines and charges of a quote that passed `check_payable`.

    Where the book rounds once per document, the sub-total is spread over the lines by their exact amounts, and the
    document's tax over lines and charges by theirs, largest remainder first (house rule on splitting money).
    """
    keys = [f"line:{line.number}" for line in quote.lines] + [f"charge:{place}" for place in range(len(quote.charges))]
    prices = _spread(
        quote.subtotal,
        [line.net for line in quote.lines],
        [line.net_exact for line in quote.lines],
        keys[: len(quote.lines)],
    )
    prices += tuple(charge.amount for charge in quote.charges)
    stated = [*(line.tax for line in quote.lines), *(charge.tax for charge in quote.charges)]
    taxes = _spread(quote.tax, stated, stated if any(stated) else prices, keys)
    contained = quote.total == before_tax(quote)
    amounts = tuple(Amounts(price - tax if contained else price, tax) for price, tax in zip(prices, taxes, strict=True))
    bundles = {line.number: line.component_of for line in quote.cart.lines if line.component_of}
    lines = tuple(
        OrderLine(
            line.number,
            line.item,
            line.description,
            line.unit,
            line.quantity,
            each,
            tax_category=line.tax_category,
            component_of=bundles.get(line.number, 0),
        )
        for line, each in zip(quote.lines, amounts[: len(quote.lines)], strict=True)
    )
    charges = tuple(
        _order_charge(charge, each) for charge, each in zip(quote.charges, amounts[len(quote.lines) :], strict=True)
    )
    return Agreement(lines, charges)


def _order_charge(charge: QuoteCharge, amounts: Amounts) -> OrderCharge:
    return OrderCharge(
        charge.id,
        amounts,
        charge.line,
        charge.per_unit,
        charge.category,
        charge.tax_category,
        refundable=charge.refundable,
    )


def _check_lines(quote: Quote) -> tuple[Problem, ...]:
    numbers = [line.number for line in quote.lines]
    if not numbers or min(numbers) < 1 or len(set(numbers)) != len(numbers):
        return (INCONSISTENT_LINES.at("quote.lines", value=numbers, accepted="numbers from 1, each once"),)
    return tuple(
        INCONSISTENT_LINES.at(f"quote.lines[{line.number}].quantity", value=line.quantity, accepted="above 0")
        for line in quote.lines
        if not line.quantity.is_finite() or line.quantity <= 0
    )


def _spread(amount: Money, stated: Sequence[Money], weights: Sequence[Money], keys: Sequence[str]) -> tuple[Money, ...]:
    if sum_money(stated, amount.currency) == amount and all(each.is_rounded() for each in stated):
        return tuple(stated)
    return allocate(amount, [each.amount for each in weights], keys=keys).shares
