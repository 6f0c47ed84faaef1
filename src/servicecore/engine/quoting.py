"""Quoting: price the cart, ask the tax engine outside of any transaction, and finish the quote."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from typing import Final

from servicecore.customers import CUSTOMER
from servicecore.engine.coupon_facts import coupon_facts, issued_in
from servicecore.engine.offer_facts import offer_facts
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.kernel.authority import Actor, Reason
from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.clock import zone
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal, refuse
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.plugins.requests import TaxFailure
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.customer_taxes import CustomerTaxes
from servicecore.pricing.finish_quote import finish_quote
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.quote import Quote
from servicecore.pricing.rate_categories import rate_categories
from servicecore.pricing.tax_rates import TaxRates
from servicecore.pricing.taxes import TaxableLine, TaxLine, TaxQuote, TaxRequest

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

    Rows of the other convention are converted by the tax engine's rates (``pricing.missing_tax_rate``).
    A tax engine that does not answer refuses the quote (``pricing.no_tax_quote``): no tax is not an answer.
    """
    if approver is not None:
        must_be(approver, Actor, "approved_by")
    facts = quote_facts(runtime, book, cart, actor, approver, reason=reason)
    denied = facts.authority.check_right(actor, RIGHT)
    if denied is not None:
        return refuse(denied)
    facts = with_tax_rates(runtime, book, cart, facts)
    draft = price_cart(book, cart, facts, runtime.ids.next("quote"))
    if isinstance(draft, Refusal):
        return draft
    answer = ask_tax(runtime, draft.tax_request)
    if isinstance(answer, TaxFailure):
        return refuse(
            NO_TAX.at("tax", value=answer.engine, reason=answer.told, accepted="an engine that knows the case")
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
    """Return what a quote of ``cart`` has to know beside the price book; its customer is read once."""
    now = runtime.clock.now()
    customer = find_state(runtime, CUSTOMER, must_be(cart, Cart, "cart").customer)
    coupons = coupon_facts(runtime, book, cart, customer)
    return Facts(
        now=now,
        actor=actor,
        authority=runtime.settings.authority,
        approver=approver,
        reason=reason,
        others=(
            *runtime.settings.policies,
            *coupons,
            *offer_facts(runtime, book, cart, customer, now, issued_in(coupons)),
            CustomerTaxes(customer),
        ),
    )


def with_tax_rates(runtime: Runtime, book: CompiledBook, cart: Cart, facts: Facts) -> Facts:
    """Return ``facts`` with the `TaxRates` that rows of ``cart``'s items are converted by, where there are such rows.

    The tax engine is asked once, for the amount 1 of each category, without customer, certificate and tax group: what
    a price contains is the tax of the place, also where the customer is exempt from it.
    """
    categories = rate_categories(book, cart)
    if not categories:
        return facts
    if runtime.settings.tax_engine == UNTAXED:
        return facts.with_facts(TaxRates(UNTAXED, reason="the installation charges no tax"))
    one = Money(Decimal(1), cart.currency)
    lines = tuple(TaxableLine(f"line:{number}", each, one) for number, each in enumerate(categories, 1))
    on = facts.now.astimezone(zone(book.book.zone)).date()
    answer = ask_tax(runtime, TaxRequest(cart.currency, lines, on, cart.ship_to_country, cart.ship_to_region))
    if isinstance(answer, TaxFailure):
        return facts.with_facts(TaxRates(answer.engine, reason=answer.reason))
    rates = tuple(
        (line.category, reduce(EXACT.add, [each.rate for each in answer.lines if each.key == line.key], Decimal(0)))
        for line in lines
    )
    return facts.with_facts(TaxRates(answer.engine, rates))


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
