"""Quoting: price the cart, ask the tax engine outside of any transaction, and finish the quote."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from servicecore.customers import CUSTOMER
from servicecore.engine.coupon_facts import coupon_facts
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.kernel.authority import Actor, Reason
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal, refuse
from servicecore.kernel.problems import ProblemKind
from servicecore.plugins.requests import TaxFailure
from servicecore.pricing.build_quote import finish_quote, price_cart
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.customer_taxes import CustomerTaxes
from servicecore.pricing.quote import Quote
from servicecore.pricing.taxes import TaxLine, TaxQuote, TaxRequest

UNTAXED: Final = "none"
"""Name of the setting for installations that charge no tax."""
RIGHT: Final = "pricing.quote"
NO_TAX: Final = ProblemKind(
    "pricing.no_tax_quote",
    en="tax engine {value} gave no quote: {reason}; accepted: {accepted}",
    it="il motore fiscale {value} non ha dato un calcolo: {reason}; valori ammessi: {accepted}",
    de="das Steuermodul {value} gab keine Berechnung: {reason}; zulässig: {accepted}",
)


def build_quote(
    runtime: Runtime,
    book: CompiledBook,
    cart: Cart,
    actor: Actor,
    approver: Actor | None = None,
    *,
    reason: Reason | None = None,
) -> Quote | Refusal:
    """Return the quote of ``cart`` at this instant, or every problem.

    A tax engine that does not answer refuses the quote (``pricing.no_tax_quote``): no tax is not an answer.
    """
    facts = quote_facts(runtime, book, cart, actor, approver, reason=reason)
    denied = facts.authority.check_right(actor, RIGHT)
    if denied is not None:
        return refuse(denied)
    draft = price_cart(book, cart, facts, runtime.ids.next("quote"))
    if isinstance(draft, Refusal):
        return draft
    answer = ask_tax(runtime, draft.tax_request)
    if isinstance(answer, TaxFailure):
        return refuse(
            NO_TAX.at("tax", value=answer.engine, reason=answer.reason, accepted="an engine that knows the case")
        )
    return finish_quote(draft, answer)


def quote_facts(
    runtime: Runtime,
    book: CompiledBook,
    cart: Cart,
    actor: Actor,
    approver: Actor | None = None,
    *,
    reason: Reason | None = None,
) -> Facts:
    """Return what a quote of ``cart`` has to know beside the price book."""
    return Facts(
        now=runtime.clock.now(),
        actor=actor,
        authority=runtime.settings.authority,
        approver=approver,
        reason=reason,
        others=(*runtime.settings.policies, *coupon_facts(runtime, book, cart), customer_taxes(runtime, cart.customer)),
    )


def customer_taxes(runtime: Runtime, customer: str) -> CustomerTaxes:
    """Return what taxes follow from the customer called ``customer``, stored or not."""
    return CustomerTaxes(find_state(runtime, CUSTOMER, customer))


def ask_tax(runtime: Runtime, request: TaxRequest) -> TaxQuote | TaxFailure:
    """Return the configured tax engine's answer; with the engine ``none`` every line is exempt, and says so."""
    engine = runtime.settings.tax_engine
    if engine != UNTAXED:
        return runtime.host.quote_tax(engine, request)
    zero = Money.zero(request.currency)
    return TaxQuote(
        engine=UNTAXED,
        lines=tuple(
            TaxLine(line.key, "", line.category, Decimal(0), line.amount, zero, "the installation charges no tax")
            for line in request.lines
        ),
        total=zero,
    )
