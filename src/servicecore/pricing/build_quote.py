"""Build a quote in two pure steps around the tax engine: price the cart, then finish with the engine's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Final

from attrs import evolve

from servicecore.errors import InvalidValue
from servicecore.kernel.clock import zone
from servicecore.kernel.explain import ROUNDED, TRAIL, NotApplied, StepKind, Trail
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, exact_decimal, trusted_money
from servicecore.kernel.operations import Refusal, refuse
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.added_lines import AddedLines
from servicecore.pricing.agreed_prices import NOTHING_AGREED, AgreedPrices
from servicecore.pricing.apply_coupons import apply_coupons, beyond_budgets
from servicecore.pricing.best_price import BestPriceSolver
from servicecore.pricing.block_margins import blocked_by_margin
from servicecore.pricing.book import TaxSettings
from servicecore.pricing.cart import Cart
from servicecore.pricing.charge_cart import charge_cart, check_personalisations
from servicecore.pricing.check_tax_quote import check_tax_quote, tax_by_key
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupon_usage import NEVER_USED, CouponUsage
from servicecore.pricing.customer_taxes import CustomerTaxes
from servicecore.pricing.deductions import NO_DEDUCTION, Deducted, deducted
from servicecore.pricing.delivery_modes import check_modes
from servicecore.pricing.draft import DraftQuote, QuoteWork
from servicecore.pricing.issued_coupons import NONE_ISSUED, IssuedCoupons
from servicecore.pricing.line_in_progress import MONEY_DIGITS
from servicecore.pricing.lower_total import lower_total
from servicecore.pricing.margin import NO_MARGIN
from servicecore.pricing.price_lines import price_lines
from servicecore.pricing.promotions.apply_offers import apply_offers
from servicecore.pricing.promotions.apply_to_shipping import apply_to_shipping
from servicecore.pricing.promotions.asked import OfferOutcome
from servicecore.pricing.promotions.broken_part import BrokenPart
from servicecore.pricing.promotions.customer_history import NO_HISTORY, CustomerHistory
from servicecore.pricing.promotions.scene import Lines, Scene
from servicecore.pricing.quote import Quote, QuoteCharge, QuoteLine
from servicecore.pricing.read_source_codes import NO_SOURCES, CartSources
from servicecore.pricing.read_typed_codes import NOTHING_TYPED, read_typed_codes
from servicecore.pricing.rounding_policy import SubtotalFrom
from servicecore.pricing.tax_rates import TaxRates
from servicecore.pricing.taxes import TaxableLine, TaxQuote, TaxRequest

LINES_TOTAL: Final = StepKind(
    "pricing.lines_total",
    en="{count} lines",
    it="{count} righe",
    de="{count} Zeilen",
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

# A line has many fields and a quote many lines: these are the constructor's own means, without its ceremony.
_new: Final = object.__new__
_set_fields: Final[Callable[[QuoteLine, dict[str, object]], None]] = vars(QuoteLine)["__dict__"].__set__
_set_draft: Final[Callable[[DraftQuote, dict[str, object]], None]] = vars(DraftQuote)["__dict__"].__set__
_set_quote: Final[Callable[[Quote, dict[str, object]], None]] = vars(Quote)["__dict__"].__set__


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


def finish_quote(draft: DraftQuote, tax_quote: TaxQuote) -> Quote | Refusal:
    """Return the quote with the tax engine's answer; or what is wrong with the answer.

    Problems: those of ``check_tax_quote``; ``override.below_floor`` and ``margin.blocked`` where prices contain tax.
    """
    problems = check_tax_quote(draft.tax_request, tax_quote)
    if problems:
        return refuse(*problems)
    taxes = tax_by_key(tax_quote)
    lines = _taxed(draft.lines, taxes)
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
    total, trail = _total(draft, charges, tax_quote)
    margin = None
    if draft.margin_policy is not None:
        contained = draft.tax_request.prices_include_tax
        margin = draft.margin_policy.judge_order(lines, draft.cart.currency, contains_tax=contained)
    made = _new(Quote)
    _set_quote(
        made,
        {
            "id": draft.id,
            "cart": draft.cart,
            "at": draft.at,
            "book": draft.book,
            "lines": lines,
            "charges": charges,
            "subtotal": draft.subtotal,
            "tax": tax_quote.total,
            "total": total,
            "tax_quote": tax_quote,
            "not_applied": draft.not_applied,
            "best_price": draft.best_price,
            "tax_rates": draft.tax_rates,
            "margin": margin,
            "prices_include_tax": draft.tax_request.prices_include_tax,
            TRAIL: trail,
        },
    )
    return made


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
    charges: tuple[QuoteCharge, ...] = ()
    if book.charges or cart.charge_overrides or cart.added_charges:
        charged = charge_cart(book, cart, scene.lines, subtotal, facts)
        if charged.problems:
            return Refusal(charged.problems)
        charges = charged.charges
    if outcome.shipping:
        combination, rounding = book.offers.combination, settings.rounding.line
        shipped = apply_to_shipping(outcome.shipping, scene, charges, combination, rounding)
        charges, not_applied = shipped.charges, (*not_applied, *shipped.not_applied)
        lines_total = _lines_total(scene.lines, exact=exact)
        subtotal = trusted_money(rounders.subtotal(lines_total), cart.currency)
    taken = _deductions(book, scene)
    lines = _quote_lines(scene.lines, book, zero, dict(taken))
    on = date.fromordinal(scene.day)
    tax_request = _tax_request(cart, on, lines, charges, settings.tax)
    customer = facts.maybe(CustomerTaxes)
    if customer is not None:
        tax_request = customer.put_into(tax_request)
    made = _new(DraftQuote)
    _set_draft(
        made,
        {
            "id": quote_id,
            "cart": cart,
            "at": facts.now,
            "on": on,
            "book": book.version,
            "lines": lines,
            "charges": charges,
            "lines_total": lines_total,
            "subtotal": subtotal,
            "subtotal_rounding": settings.rounding.subtotal,
            "tax_request": tax_request,
            "not_applied": not_applied,
            "margin_policy": settings.margin,
            "deductions": taken,
            "floors": tuple([(line.number, line.floor) for line in scene.lines if line.floor is not None]),
            "unit_rounding": settings.rounding.unit_price,
            "work": QuoteWork(outcome.tested),
            "best_price": outcome.best_price,
            "tax_rates": facts.maybe(TaxRates) if book.states_tax else None,
        },
    )
    return made


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


def _quote_lines(
    lines: Lines, book: CompiledBook, zero: Money, deductions: Mapping[int, Deducted]
) -> tuple[QuoteLine, ...]:
    policy, category, currency = book.book.margin, book.book.tax.default_category, zero.currency
    rounding = {"rounding": book.book.rounding.line.name}
    made: list[QuoteLine] = []
    for line in lines:
        item, trail, gross_amount, net_amount, exact = line.item, line.trail, line.gross, line.net, line.exact
        # The gross is the largest amount of a line: where it has room, the others have.
        money = trusted_money if gross_amount.adjusted() < MONEY_DIGITS else Money
        net = money(net_amount, currency)
        # Most lines need no rounding and no second price: equal amounts share one object.
        net_exact = net
        if net_amount != exact:
            net_exact = money(exact, currency)
            trail.notes.append((ROUNDED, EXACT.subtract(net_amount, exact), rounding))
        list_price = money(line.list_price, currency) if line.list_money is None else line.list_money
        margin = NO_MARGIN
        if policy is not None:
            unit_cost = None if line.unit_cost is None else line.one * line.unit_cost
            taken = deductions.get(line.number, NO_DEDUCTION)
            margin = policy.judge(net_amount, line.quantity, unit_cost, taken, book.book.rounding.unit_price)
        quoted = _new(QuoteLine)
        _set_fields(
            quoted,
            {
                "number": line.cart_line.number,
                "item": item.id,
                "description": item.name,
                "quantity": line.quantity,
                "unit": line.unit,
                "list_price": list_price,
                "unit_price": list_price if line.unit_price == line.list_price else money(line.unit_price, currency),
                "gross": net if gross_amount == net_amount else money(gross_amount, currency),
                "discounts": line.discounts,
                "net": net,
                "net_exact": net_exact,
                "tax": zero,
                "margin": margin,
                "tax_category": item.tax_category or category,
                "overridden": line.cart_line.override is not None,
                TRAIL: trail,
            },
        )
        made.append(quoted)
    return tuple(made)


def _tax_request(
    cart: Cart, on: date, lines: tuple[QuoteLine, ...], charges: tuple[QuoteCharge, ...], settings: TaxSettings
) -> TaxRequest:
    taxable = [TaxableLine(f"line:{line.number}", line.tax_category, line.net) for line in lines]
    taxable.extend([TaxableLine(each.key, each.tax_category, each.amount) for each in charges if each.tax_category])
    included = settings.prices_include_tax
    return TaxRequest(
        cart.currency, tuple(taxable), on, cart.ship_to_country, cart.ship_to_region, included, cart.customer
    )


def _taxed(lines: tuple[QuoteLine, ...], taxes: Mapping[str, Money]) -> tuple[QuoteLine, ...]:
    made: list[QuoteLine] = []
    for line in lines:
        tax = taxes.get(f"line:{line.number}")
        if tax is None or not tax.amount:
            made.append(line)
            continue
        # The copies take an unread explanation along unread, which evolve would not.
        taxed = _new(QuoteLine)
        _set_fields(taxed, {**line.__dict__, "tax": tax})
        made.append(taxed)
    return tuple(made)


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
    made = _new(QuoteLine)
    margin = policy.judge(net, line.quantity, line.margin.unit_cost, deductions, draft.unit_rounding)
    _set_fields(made, {**line.__dict__, "margin": margin})
    return made


def _total(draft: DraftQuote, charges: tuple[QuoteCharge, ...], tax_quote: TaxQuote) -> tuple[Money, Trail]:
    trail = Trail()
    trail.note(LINES_TOTAL, draft.lines_total, count=len(draft.lines))
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
        trail.note(TAX_TOTAL, tax.amount, engine=tax_quote.engine)
    return total, trail
