"""Finish a quote: put the tax engine's answer into a draft, and add everything up."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import evolve

from servicecore.kernel.blank import blank_class
from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.explain import ROUNDED, StepKind, Trail
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal, refuse
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.block_margins import blocked_by_margin
from servicecore.pricing.check_tax_quote import check_tax_quote, tax_by_key
from servicecore.pricing.deductions import NO_DEDUCTION, Deducted
from servicecore.pricing.draft import DraftQuote
from servicecore.pricing.quote import Quote, QuoteCharge, QuoteLine
from servicecore.pricing.quote_lines import copied_line
from servicecore.pricing.taxes import TaxQuote

LINES_TOTAL: Final = StepKind(
    "pricing.lines_total",
    en="lines: {count}",
    it="righe: {count}",
    de="Zeilen: {count}",
)
CHARGE_TOTAL: Final = StepKind(
    "pricing.charge_total",
    en="charge {charge}",
    it="spesa {charge}",
    de="Zuschlag {charge}",
)
TAX_TOTAL: Final = StepKind(
    "pricing.tax_total",
    en="tax by {engine}",
    it="imposta secondo {engine}",
    de="Steuer laut {engine}",
)
TAX_INCLUDED: Final = StepKind(
    "pricing.tax_included",
    en="of it {tax} tax by {engine}, contained in the prices",
    it="di cui {tax} di imposta secondo {engine}, inclusa nei prezzi",
    de="davon {tax} Steuer laut {engine}, in den Preisen enthalten",
)

_BlankQuote: Final = blank_class(Quote)


def finish_quote(draft: DraftQuote, tax_quote: TaxQuote) -> Quote | Refusal:
    """Return the quote with the tax engine's answer; or what is wrong with the answer.

    Problems: those of ``check_tax_quote``; ``override.below_floor`` and ``margin.blocked`` where prices contain tax.

    Raises:
        InvalidValue: ``value.wrong_type``, naming the argument.

    """
    must_be(draft, DraftQuote, "draft")
    must_be(tax_quote, TaxQuote, "tax_quote")
    problems = check_tax_quote(draft.tax_request, tax_quote)
    if problems:
        return refuse(*problems)
    taxes = tax_by_key(tax_quote)
    lines = draft.lines_with(taxes)
    if draft.tax_request.prices_include_tax:
        deductions = dict(draft.deductions)
        lines = tuple([_with_margin(line, draft, deductions.get(line.number, NO_DEDUCTION)) for line in lines])
        blocked = (*_below_floors(draft, lines), *blocked_by_margin(draft, lines))
        if blocked:
            return Refusal(blocked)
    charges = draft.charges
    if charges:
        zero = Money.zero(draft.cart.currency)
        charges = tuple([evolve(each, tax=taxes.get(each.key, zero)) for each in charges])
    total, trail = _total(draft, len(lines), charges, tax_quote)
    margin = None
    if draft.margin_policy is not None:
        contained = draft.tax_request.prices_include_tax
        margin = draft.margin_policy.judge_order(lines, draft.cart.currency, contains_tax=contained)
    made = _BlankQuote()
    made.id = draft.id
    made.cart = draft.cart
    made.at = draft.at
    made.book = draft.book
    made.lines = lines
    made.charges = charges
    made.subtotal = draft.subtotal
    made.tax = tax_quote.total
    made.total = total
    made.tax_quote = tax_quote
    made.not_applied = draft.not_applied
    made.margin = margin
    made.prices_include_tax = draft.tax_request.prices_include_tax
    made.best_price = draft.best_price
    made.tax_rates = draft.tax_rates
    made.offer_uses = draft.offer_uses
    made.rewards = draft.rewards
    made._trail = trail  # noqa: SLF001 - what its explanation is made of
    made.__class__ = Quote
    quote: Quote = made
    return quote


def _below_floors(draft: DraftQuote, lines: tuple[QuoteLine, ...]) -> list[Problem]:
    floors = dict(draft.floors)
    problems: list[Problem] = []
    for line in lines:
        floor = floors.get(line.number)
        if floor is None:
            continue
        unit_net = line.unit_price
        if line.net:
            share = EXACT.divide((line.net - line.tax).amount, line.net.amount)
            unit_net = Money(EXACT.multiply(line.unit_price.amount, share), unit_net.currency).round(
                draft.unit_rounding
            )
        problem = floor.refusal(unit_net)
        problems.extend(() if problem is None else (problem,))
    return problems


def _with_margin(line: QuoteLine, draft: DraftQuote, deductions: Deducted) -> QuoteLine:
    policy = draft.margin_policy
    if policy is None:
        return line
    net = (line.net - line.tax).amount
    margin = policy.judge(net, line.quantity, line.margin.unit_cost, deductions, draft.unit_rounding)
    return copied_line(line, line.tax, margin)


def _total(draft: DraftQuote, count: int, charges: tuple[QuoteCharge, ...], tax_quote: TaxQuote) -> tuple[Money, Trail]:
    trail = Trail()
    notes = trail.notes
    notes.append((LINES_TOTAL, draft.lines_total, {"count": count}))
    rounded = EXACT.subtract(draft.subtotal.amount, draft.lines_total)
    if rounded:
        trail.note(ROUNDED, rounded, rounding=draft.subtotal_rounding.name)
    total = draft.subtotal
    for charge in charges:
        total += charge.amount
        trail.note(CHARGE_TOTAL, charge.amount.amount, charge=charge.id)
    tax = tax_quote.total
    if draft.tax_request.prices_include_tax:
        trail.note(TAX_INCLUDED, Decimal(0), tax=tax, engine=tax_quote.engine)
    else:
        total += tax
        notes.append((TAX_TOTAL, tax.amount, {"engine": tax_quote.engine}))
    return total, trail
