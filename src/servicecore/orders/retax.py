"""Tax of what changes on an order: the request that the engine answers, and the answer brought onto amounts."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol, runtime_checkable

from attrs import frozen

from servicecore.customers import TaxExemption
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

    def taxable(self, state: Order) -> tuple[TaxableLine, ...]:
        """Return what has to be taxed anew if it is done; empty for nothing, or where it will be refused anyway."""


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
    failure: Problem | str = ""


def tax_request(
    order: Order, lines: tuple[TaxableLine, ...], on: date, exemption: TaxExemption | None = None
) -> TaxRequest:
    """Return what the tax engine is asked for ``lines``, sold where the order goes, on the civil day ``on``.

    ``exemption`` is asked for in the place of the order's own; one that does not hold there is left out.
    """
    cart, ship_to = order.quote.cart, order.ship_to
    country = cart.ship_to_country or (ship_to.country if ship_to is not None else "")
    region = cart.ship_to_region or (ship_to.region if ship_to is not None else "")
    certificate = exemption or order.exemption
    if certificate is not None and not certificate.holds(f"{country}-{region}" if region else country, on):
        certificate = None
    return TaxRequest(
        currency=order.currency,
        lines=lines,
        on=on,
        country=country,
        region=region,
        prices_include_tax=order.prices_include_tax,
        customer=order.customer,
        exemption="" if certificate is None else certificate.certificate,
        exemption_in="" if certificate is None else certificate.jurisdiction,
    )


def taxed(order: Order, price: Money, facts: Facts, *, untaxed: bool = False) -> Amounts | tuple[Problem, ...]:
    """Return ``price``, which contains tax or does not as the order's prices, as net and tax.

    ``untaxed`` tells that nothing had to be asked. Problems: ``orders.no_tax_quote``, those of ``check_tax_quote``.
    """
    if untaxed:
        return Amounts(price, Money.zero(price.currency))
    answer = answered(facts)
    if not isinstance(answer, TaxQuote):
        return answer
    return with_tax(order, price, answer.total)


def with_tax(order: Order, price: Money, tax: Money) -> Amounts:
    """Return ``price``, which contains ``tax`` or does not as the order's prices, as net and tax."""
    return Amounts(price - tax if order.prices_include_tax else price, tax)


def answered(facts: Facts) -> TaxQuote | tuple[Problem, ...]:
    """Return the engine's answer, checked; or ``orders.no_tax_quote`` and the problems of ``check_tax_quote``."""
    tax = facts.of(OrderTax)
    if tax.request is None or tax.answer is None:
        accepted = "an engine that knows the case"
        return (NO_TAX.at("tax", value=tax.engine, reason=tax.failure or "-", accepted=accepted),)
    return check_tax_quote(tax.request, tax.answer) or tax.answer
