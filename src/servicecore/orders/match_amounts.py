"""What a price match gives for units of an order line, and which lines it leaves alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from servicecore.kernel.allocation import allocate
from servicecore.kernel.explain import Step, StepKind
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.orders.gift_card_sales import PRICE_FIXED
from servicecore.orders.line import Amounts, OrderLine
from servicecore.orders.order import Order
from servicecore.pricing.price_match import worksheet
from servicecore.pricing.price_match.terms import Terms

PARENT_ONLY: Final = ProblemKind(
    "price_match.parent_only",
    en="line {value} is a component of a bundle; accepted: {accepted}",
    it="la riga {value} è un componente di un pacchetto; valori ammessi: {accepted}",
    de="Zeile {value} ist Bestandteil eines Pakets; zulässig: {accepted}",
)
CREDIT_TAX: Final = StepKind(
    "orders.price_match_tax",
    en="tax recorded for what is given",
    it="imposta registrata per quanto concesso",
    de="für das Gewährte erfasste Steuer",
)


def credit_for(amounts: Amounts, quantity: Decimal, terms: Terms) -> tuple[Amounts, tuple[Step, ...]]:
    """Return what following ``terms`` gives for units that cost ``amounts``, with the steps that sum to it with tax.

    The tax on it is in the proportion of the tax on ``amounts``; neither net nor tax exceeds theirs.

    Raises:
        InvalidValue: a price beyond what money holds.

    """
    with_tax = terms.price.includes_tax
    sheet = worksheet(amounts.gross if with_tax else amounts.net, quantity, terms.price, terms.percent)
    if with_tax:
        weights = [amounts.net.amount, amounts.tax.amount]
        net, tax = allocate(sheet.credit, weights, keys=["net", "tax"]).shares
        return Amounts(net, tax), sheet.explanation.steps
    tax = _share_of_tax(sheet.credit, amounts)
    steps = (*sheet.explanation.steps, CREDIT_TAX.step(tax)) if tax else sheet.explanation.steps
    return Amounts(sheet.credit, tax), steps


def first_price(line: OrderLine) -> Money:
    """Return what a unit of ``line`` cost without tax as agreed at first, exact: what limits in percent start from."""
    return a_unit((line.first_agreed or line.agreed).net, line.ordered)


def a_unit(amount: Money, quantity: Decimal) -> Money:
    """Return the exact amount of one of ``quantity`` units, for comparisons."""
    return Money(EXACT.divide(amount.amount, quantity), amount.currency)


def _share_of_tax(credit: Money, amounts: Amounts) -> Money:
    if not amounts.tax or not amounts.net:
        return Money.zero(credit.currency)
    exact = EXACT.divide(EXACT.multiply(amounts.tax.amount, credit.amount), amounts.net.amount)
    return Money(exact, credit.currency).round()


def never_matched(state: Order, line: OrderLine, path: str) -> tuple[Problem, ...]:
    """Return why the line follows no competitor's price, whatever that is; empty where it may.

    ``gift_card.price_fixed`` for a gift card, which is worth its price; ``price_match.parent_only`` for a component of
    a bundle, whose own line alone can be matched (OR 4).
    """
    if line.component_of:
        return (PARENT_ONLY.at(path, value=line.number, accepted=f"the line of the bundle, {line.component_of}"),)
    if all(sale.line != line.number for sale in state.gift_cards):
        return ()
    price = line.agreed.gross
    return (PRICE_FIXED.at(path, list_price=price, value="a competitor's price", accepted="the value of the card"),)
