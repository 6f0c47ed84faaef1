"""Tax of what changes on an order: the request that the engine answers, and the answer brought onto amounts."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol, runtime_checkable

from attrs import frozen

from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.line import Amounts
from servicecore.orders.order import Order
from servicecore.pricing.check_tax_quote import check_tax_quote
from servicecore.pricing.taxes import TaxableLine, TaxQuote, TaxRequest

NO_TAX: Final = ProblemKind(
    "orders.no_tax_quote",
    en="tax engine {value} gave no quote: {reason}; accepted: {accepted}",
    it="il motore fiscale {value} non ha dato un calcolo: {reason}; valori ammessi: {accepted}",
    de="das Steuermodul {value} gab keine Berechnung: {reason}; zulässig: {accepted}",
)


@runtime_checkable
class Taxed(Protocol):
    """A command that changes what is taxed."""

    def taxable(self, state: Order) -> TaxableLine | None:
        """Return what has to be taxed anew if it is done; None for nothing, or where it will be refused anyway."""


@frozen
class OrderTax:
    """The tax engine's answer for what a command changes.

    Attributes:
        request: what was asked; None where nothing had to be.
        answer: the quote; None where there is none.
        engine: the engine's name.
        failure: why it gave none; empty where it did.

    """

    request: TaxRequest | None = None
    answer: TaxQuote | None = None
    engine: str = ""
    failure: str = ""


def tax_request(order: Order, taxable: TaxableLine, on: date) -> TaxRequest:
    """Return what the tax engine is asked for ``taxable``, sold where the order goes, on the civil day ``on``."""
    cart, ship_to = order.quote.cart, order.ship_to
    return TaxRequest(
        currency=order.currency,
        lines=(taxable,),
        on=on,
        country=cart.ship_to_country or (ship_to.country if ship_to is not None else ""),
        region=cart.ship_to_region or (ship_to.region if ship_to is not None else ""),
        prices_include_tax=order.prices_include_tax,
        customer=order.customer,
    )


def taxed(order: Order, price: Money, facts: Facts, *, untaxed: bool = False) -> Amounts | tuple[Problem, ...]:
    """Return ``price``, which contains tax or does not as the order's prices, as net and tax.

    ``untaxed`` tells that nothing had to be asked. Problems: ``orders.no_tax_quote``, those of ``check_tax_quote``.
    """
    tax = facts.of(OrderTax)
    if untaxed:
        return Amounts(price, Money.zero(price.currency))
    if tax.request is None or tax.answer is None:
        accepted = "an engine that knows the case"
        return (NO_TAX.at("tax", value=tax.engine, reason=tax.failure or "-", accepted=accepted),)
    problems = check_tax_quote(tax.request, tax.answer)
    if problems:
        return problems
    total = tax.answer.total
    return Amounts(price - total if order.prices_include_tax else price, total)
