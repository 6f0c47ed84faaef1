"""Price a cart: the first of the two pure steps of a quote; the tax engine answers between them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Final

from attrs import evolve

from servicecore.errors import InvalidValue
from servicecore.kernel.blank import blank_class
from servicecore.kernel.clock import zone
from servicecore.kernel.explain import NotApplied
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, exact_decimal, trusted_money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.added_lines import AddedLines
from servicecore.pricing.agreed_prices import NOTHING_AGREED, AgreedPrices
from servicecore.pricing.apply_coupons import apply_coupons, beyond_budgets
from servicecore.pricing.best_price import BestPriceSolver
from servicecore.pricing.block_margins import blocked_by_margin
from servicecore.pricing.cart import Cart
from servicecore.pricing.charge_cart import charge_cart, check_personalisations
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupon_usage import NEVER_USED, CouponUsage
from servicecore.pricing.customer_taxes import CustomerTaxes
from servicecore.pricing.deductions import Deducted, deducted
from servicecore.pricing.delivery_modes import check_modes
from servicecore.pricing.draft import DraftQuote, QuoteWork
from servicecore.pricing.issued_coupons import NONE_ISSUED, IssuedCoupons
from servicecore.pricing.lower_total import lower_total
from servicecore.pricing.price_lines import price_lines
from servicecore.pricing.promotions.apply_offers import apply_offers
from servicecore.pricing.promotions.apply_to_shipping import apply_to_shipping
from servicecore.pricing.promotions.asked import OfferOutcome
from servicecore.pricing.promotions.broken_part import BrokenPart
from servicecore.pricing.promotions.customer_history import NO_HISTORY, CustomerHistory
from servicecore.pricing.promotions.scene import Lines, Scene
from servicecore.pricing.quote import QuoteCharge
from servicecore.pricing.quote_lines import quote_lines, tax_request
from servicecore.pricing.read_source_codes import NO_SOURCES, CartSources
from servicecore.pricing.read_typed_codes import NOTHING_TYPED, read_typed_codes
from servicecore.pricing.rounding_policy import SubtotalFrom
from servicecore.pricing.tax_rates import TaxRates

_BlankDraft: Final = blank_class(DraftQuote)


def price_cart(book: CompiledBook, cart: Cart, facts: Facts, quote_id: str) -> DraftQuote | Refusal:
    """Return the cart with every price, offer, coupon and charge, and the tax request; or every problem found.

    Pure: the same book, cart and facts give an equal draft. Prices hold for the civil day of ``facts.now`` in the
    book's zone. `CouponUsage` is taken from the facts where there is one, and `TaxRates`, which the categories of
    ``rate_categories`` are needed of.

    Problems: those of ``price_lines``, of overrides, of ``check_modes`` and of ``charge_cart``,
    ``pricing.unknown_personalisation``, ``margin.blocked``, ``pricing.broken_offer_part`` for a plugin's part that
    fails, ``value.not_accepted`` for a quantity that makes an amount beyond what money holds.
    """
    try:
        return _price(book, cart, facts, quote_id)
    except BrokenPart as broken:
        return Refusal((broken.problem,))
    except InvalidValue as invalid:
        return Refusal((invalid.problem.under("lines"),))


def _price(
    book: CompiledBook, cart: Cart, facts: Facts, quote_id: str, over: tuple[NotApplied, ...] = ()
) -> DraftQuote | Refusal:
    """Price the cart; ``over`` are codes that were found to give more than their budgets have left."""
    day = facts.now.astimezone(zone(book.book.zone)).toordinal()
    rounders = book.rounders(cart.currency)
    priced = price_lines(book, cart, day, rounders, facts)
    if priced.problems:
        return Refusal(priced.problems)
    problems: list[Problem] = []
    if book.book.delivery_modes:
        problems += check_modes(book.book.delivery_modes, cart, [line.item for line in priced.lines])
    if [line for line in cart.lines if line.personalisations]:
        problems += check_personalisations(book, cart, priced.lines)
    if problems:
        return Refusal(tuple(problems))
    (facts.maybe(AgreedPrices) or NOTHING_AGREED).lock(priced.lines)
    asked = _with_price_groups(cart, priced.sources)
    scene = Scene(asked, day, priced.lines, rounders.one, facts.maybe(CustomerHistory) or NO_HISTORY)
    usage = facts.maybe(CouponUsage) or NEVER_USED
    codes = read_typed_codes(book, scene, usage, facts.maybe(IssuedCoupons) or NONE_ISSUED, over)
    solver = facts.maybe(BestPriceSolver)
    outcome = apply_offers(
        book.offers,
        scene,
        codes.offers,
        rounders.line_digits,
        book.book.rounding.line,
        None if solver is None else solver.solver,
    )
    not_applied = outcome.not_applied
    if codes is not NOTHING_TYPED:
        beyond = beyond_budgets(codes.coupons, scene, usage)
        if beyond:
            return _price(book, cart, facts, quote_id, (*over, *beyond))
        dropped = apply_coupons(codes.coupons, scene, usage, rounders.line_digits)
        not_applied = (*codes.refused, *not_applied, *dropped)
        not_applied = (*not_applied, *codes.repeats(not_applied))
    if priced.sources is not NO_SOURCES or outcome.added:
        added = AddedLines(book, cart, rounders)
        added.add_free_products(priced)
        added.add_gifts(outcome.added)
        if added.problems:
            return Refusal(tuple(added.problems))
        scene = evolve(scene, cart=cart, lines=(*scene.lines, *added.lines))
    draft = _draft(book, scene, facts, quote_id, not_applied, outcome)
    if isinstance(draft, Refusal):
        return draft
    blocked = () if book.book.tax.prices_include_tax else blocked_by_margin(draft, draft.lines)
    return Refusal(blocked) if blocked else draft


def _with_price_groups(cart: Cart, sources: CartSources) -> Cart:
    """Return the cart as offers see it: with the price groups of the catalogue that it is ordered from."""
    groups = () if sources.header is None else sources.header.catalogue.price_groups
    return evolve(cart, customer_groups=(*cart.customer_groups, *groups)) if groups else cart


def _draft(
    book: CompiledBook,
    scene: Scene,
    facts: Facts,
    quote_id: str,
    not_applied: tuple[NotApplied, ...],
    outcome: OfferOutcome,
) -> DraftQuote | Refusal:
    cart, settings = scene.cart, book.book
    rounders = book.rounders(cart.currency)
    zero = rounders.zero
    exact = settings.rounding.subtotal_from is SubtotalFrom.EXACT_LINES
    lines_total = _lines_total(scene.lines, exact=exact)
    subtotal = trusted_money(rounders.subtotal(exact_decimal(lines_total)), cart.currency)
    if cart.total_override is not None:
        digits = rounders.line_digits
        refused = lower_total(cart.total_override, subtotal, scene.lines, digits, settings.overrides, facts)
        if refused:
            return Refusal(tuple(refused))
        lines_total = _lines_total(scene.lines, exact=exact)
        subtotal = trusted_money(rounders.subtotal(lines_total), cart.currency)
    charges = _charges(book, scene, subtotal, facts)
    if isinstance(charges, Refusal):
        return charges
    if outcome.shipping:
        combination, rounding = book.offers.combination, settings.rounding.line
        shipped = apply_to_shipping(outcome.shipping, scene, charges, combination, rounding)
        charges, not_applied = shipped.charges, (*not_applied, *shipped.not_applied)
        lines_total = _lines_total(scene.lines, exact=exact)
        subtotal = trusted_money(rounders.subtotal(lines_total), cart.currency)
    taken = _deductions(book, scene)
    lines = quote_lines(scene.lines, book, zero, dict(taken))
    on = date.fromordinal(scene.day)
    request = tax_request(cart, on, lines, charges, settings.tax)
    customer = facts.maybe(CustomerTaxes)
    if customer is not None:
        request = customer.put_into(request)
    made = _BlankDraft()
    made.id = quote_id
    made.cart = cart
    made.at = facts.now
    made.on = on
    made.book = book.version
    made.lines = lines
    made.charges = charges
    made.lines_total = lines_total
    made.subtotal = subtotal
    made.subtotal_rounding = settings.rounding.subtotal
    made.tax_request = request
    made.not_applied = not_applied
    made.margin_policy = settings.margin
    made.deductions = taken
    made.floors = tuple([(line.number, line.floor) for line in scene.lines if line.floor is not None])
    made.unit_rounding = settings.rounding.unit_price
    made.work = QuoteWork(outcome.tested)
    made.best_price = outcome.best_price
    made.tax_rates = facts.maybe(TaxRates) if book.states_tax else None
    made.__class__ = DraftQuote
    draft: DraftQuote = made
    return draft


def _charges(book: CompiledBook, scene: Scene, subtotal: Money, facts: Facts) -> tuple[QuoteCharge, ...] | Refusal:
    cart = scene.cart
    if not (book.charges or cart.charge_overrides or cart.added_charges):
        return ()
    charged = charge_cart(book, cart, scene.lines, subtotal, facts)
    return Refusal(charged.problems) if charged.problems else charged.charges


def _lines_total(lines: Lines, *, exact: bool) -> Decimal:
    return _sum([line.exact for line in lines] if exact else [line.net for line in lines])


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, numbers, Decimal(0))


def _deductions(book: CompiledBook, scene: Scene) -> tuple[tuple[int, Deducted], ...]:
    deductions = book.book.deductions
    if book.book.margin is None or not deductions:
        return ()
    return tuple(
        (line.number, deducted(deductions, scene.cart, line.item, EXACT.divide(line.own_quantity, line.quantity)))
        for line in scene.lines
    )
