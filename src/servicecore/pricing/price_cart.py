"""Price a cart: the first of the two pure steps of a quote; the tax engine answers between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Final

from attrs import evolve, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.blank import blank_class
from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.clock import zone
from servicecore.kernel.explain import NotApplied
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, exact_decimal, trusted_money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.added_lines import AddedLines
from servicecore.pricing.agreed_prices import NOTHING_AGREED, AgreedPrices
from servicecore.pricing.apply_coupons import CodesRead, apply_coupons, beyond_budgets
from servicecore.pricing.best_price import BestPriceSolver
from servicecore.pricing.block_margins import blocked_by_margin
from servicecore.pricing.cart import Cart
from servicecore.pricing.charge_cart import charge_cart, check_personalisations
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.count_offer_uses import count_offer_uses, overspent
from servicecore.pricing.coupon_usage import NEVER_USED, CouponUsage
from servicecore.pricing.customer_taxes import CustomerTaxes
from servicecore.pricing.deductions import Deducted, deducted
from servicecore.pricing.delivery_modes import check_modes
from servicecore.pricing.draft import DraftQuote, QuoteWork
from servicecore.pricing.issued_coupons import NONE_ISSUED, IssuedCoupons
from servicecore.pricing.lower_total import lower_total
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.price_floor import PriceFloor
from servicecore.pricing.price_lines import price_lines
from servicecore.pricing.promotions.apply_offers import apply_offers
from servicecore.pricing.promotions.apply_to_shipping import ShippingOutcome, apply_to_shipping
from servicecore.pricing.promotions.asked import OfferOutcome
from servicecore.pricing.promotions.broken_part import BrokenPart
from servicecore.pricing.promotions.customer_history import NO_HISTORY, CustomerHistory
from servicecore.pricing.promotions.offer_usage import NEVER_USED as NO_OFFER_USED
from servicecore.pricing.promotions.offer_usage import OfferUsage
from servicecore.pricing.promotions.promise_rewards import NO_REWARDS, Rewards, promise_rewards
from servicecore.pricing.promotions.scene import Lines, Scene
from servicecore.pricing.promotions.take_off import alone_in_cart
from servicecore.pricing.quote import Discount, QuoteCharge
from servicecore.pricing.quote_lines import judged_lines, settle_lines
from servicecore.pricing.read_source_codes import (
    NO_SOURCES,
    groups_by_line,
    with_exchange_source,
    with_price_groups,
)
from servicecore.pricing.read_typed_codes import NOTHING_TYPED, read_typed_codes
from servicecore.pricing.rounding_policy import SubtotalFrom
from servicecore.pricing.tax_rates import TaxRates
from servicecore.pricing.taxes import TaxableLine, TaxRequest

_BlankDraft: Final = blank_class(DraftQuote)
_BlankRequest: Final = blank_class(TaxRequest)


def price_cart(book: CompiledBook, cart: Cart, facts: Facts, quote_id: str) -> DraftQuote | Refusal:
    """Return the cart with every price, offer, coupon and charge, and the tax request; or every problem found.

    Pure: the same book, cart and facts give an equal draft. Prices hold for the civil day of ``facts.now`` in the
    book's zone. `CouponUsage` is taken from the facts where there is one, and `TaxRates`, which the categories of
    ``rate_categories`` are needed of.

    Problems: those of ``price_lines``, of overrides, of ``check_modes`` and of ``charge_cart``,
    ``pricing.unknown_personalisation``, ``margin.blocked``, ``pricing.broken_offer_part`` for a plugin's part that
    fails, ``value.not_accepted`` for a quantity that makes an amount beyond what money holds.

    Raises:
        InvalidValue: ``value.wrong_type``, naming the argument.

    """
    must_be(book, CompiledBook, "book")
    must_be(cart, Cart, "cart")
    must_be(facts, Facts, "facts")
    must_be(quote_id, str, "quote_id")
    try:
        return _price(book, cart, facts, quote_id)
    except BrokenPart as broken:
        return Refusal((broken.problem,))
    except InvalidValue as invalid:
        return Refusal((invalid.problem.under("lines"),))


@frozen
class _Beyond:
    """Codes and offers that were found to give more than their budgets have left, which is known at the end."""

    codes: tuple[NotApplied, ...] = ()
    offers: tuple[NotApplied, ...] = ()


_NOTHING_BEYOND: Final = _Beyond()


def _price(book: CompiledBook, cart: Cart, facts: Facts, quote_id: str) -> DraftQuote | Refusal:
    """Price the cart, and once more without what was found to be beyond its budget, until nothing is."""
    beyond = _NOTHING_BEYOND
    if cart.exchange:
        cart = with_exchange_source(book.book.exchanges, cart)
    while True:
        answer = _price_without(beyond, book, cart, facts, quote_id)
        if not isinstance(answer, _Beyond):
            return answer
        beyond = _Beyond((*beyond.codes, *answer.codes), (*beyond.offers, *answer.offers))


def _price_without(
    beyond: _Beyond, book: CompiledBook, cart: Cart, facts: Facts, quote_id: str
) -> DraftQuote | Refusal | _Beyond:
    day = facts.now.astimezone(zone(book.book.zone)).toordinal()
    rounders = book.rounders(cart.currency)
    priced = price_lines(book, cart, day, rounders, facts)
    if priced.problems:
        return Refusal(priced.problems)
    problems: list[Problem] = []
    if book.book.delivery_modes:
        problems += check_modes(book.book.delivery_modes, cart, [line.item for line in priced.lines])
    if not priced.plain and [line for line in cart.lines if line.personalisations]:
        problems += check_personalisations(book, cart, priced.lines)
    if problems:
        return Refusal(tuple(problems))
    (facts.maybe(AgreedPrices) or NOTHING_AGREED).lock(priced.lines)
    asked = with_price_groups(cart, priced.sources)
    history, used = facts.maybe(CustomerHistory) or NO_HISTORY, facts.maybe(OfferUsage) or NO_OFFER_USED
    of_lines = groups_by_line(cart, priced.sources) if priced.sources.lines else ()
    scene = Scene(asked, day, priced.lines, rounders.one, history, used, of_lines, priced.plain)
    usage = facts.maybe(CouponUsage) or NEVER_USED
    codes = read_typed_codes(book, scene, usage, facts.maybe(IssuedCoupons) or NONE_ISSUED, beyond.codes)
    solver = facts.maybe(BestPriceSolver)
    outcome = apply_offers(
        book.offers,
        scene,
        codes.offers,
        rounders.line_digits,
        book.book.rounding.line,
        None if solver is None else solver.solver,
        spent=beyond.offers,
    )
    not_applied = outcome.not_applied
    if codes is not NOTHING_TYPED:
        over = beyond_budgets(codes.coupons, scene, usage)
        if over:
            return _Beyond(codes=over)
        dropped = apply_coupons(codes.coupons, scene, usage, rounders.line_digits)
        not_applied = (*codes.refused, *not_applied, *dropped)
        not_applied = (*not_applied, *codes.repeats(not_applied))
    if priced.sources is not NO_SOURCES or outcome.added:
        added = AddedLines(book, cart, rounders)
        added.add_free_products(priced)
        added.add_gifts(outcome.added)
        if added.problems:
            return Refusal(tuple(added.problems))
        scene = evolve(scene, cart=cart, lines=(*scene.lines, *added.lines), plain=False)
    outcome = _holding(outcome, book, scene, codes.coupons)
    draft = _draft(book, scene, facts, quote_id, not_applied, outcome)
    return _settled(book, draft, scene, outcome, codes.coupons, usage)


def _holding(outcome: OfferOutcome, book: CompiledBook, scene: Scene, coupons: CodesRead) -> OfferOutcome:
    """Return ``outcome`` with what keeps offers on shipping away, where there are any."""
    if not outcome.shipping:
        return outcome
    return evolve(outcome, alone=alone_in_cart(scene.lines, book.offers.by_id, coupons.exclusive))


def _settled(
    book: CompiledBook,
    draft: DraftQuote | Refusal,
    scene: Scene,
    outcome: OfferOutcome,
    coupons: CodesRead,
    usage: CouponUsage,
) -> DraftQuote | Refusal | _Beyond:
    if isinstance(draft, Refusal):
        return draft
    later = outcome.shipping or draft.rewards
    over = beyond_budgets(coupons, scene, usage, (*_on_charges(draft.charges), *draft.rewards)) if later else ()
    return _Beyond(codes=over) if over else _judged(book, draft, scene, outcome)


def _judged(
    book: CompiledBook, draft: DraftQuote, scene: Scene, outcome: OfferOutcome
) -> DraftQuote | Refusal | _Beyond:
    more = overspent(outcome.counted, draft.offer_uses) if draft.offer_uses else ()
    if more:
        return _Beyond(offers=more)
    policy = draft.margin_policy
    if policy is None:
        return draft
    lines = judged_lines(scene.lines, draft.lines, policy, dict(draft.deductions), draft.unit_rounding)
    judged = evolve(draft, lines=lines)
    blocked = () if book.book.tax.prices_include_tax else blocked_by_margin(judged, lines)
    return Refusal(blocked) if blocked else judged


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
    shipped = _shipped(book, scene, charges, outcome)
    charges, not_applied = shipped.charges, (*not_applied, *shipped.not_applied)
    if outcome.shipping:
        lines_total = _lines_total(scene.lines, exact=exact)
        subtotal = trusted_money(rounders.subtotal(lines_total), cart.currency)
    rewards = _rewards(book, scene, outcome, shipped)
    not_applied = (*not_applied, *rewards.not_applied)
    request = _tax_request(book, scene, charges)
    customer = facts.maybe(CustomerTaxes)
    if customer is not None:
        request = customer.put_into(request)
    made = _BlankDraft()
    made.id = quote_id
    made.cart = cart
    made.at = facts.now
    made.on = request.on
    made.book = book.version
    made._priced = scene.lines  # noqa: SLF001 - what its lines are made of
    made.charges = charges
    made.lines_total = lines_total
    made.subtotal = subtotal
    made.subtotal_rounding = settings.rounding.subtotal
    made.tax_request = request
    made.not_applied = not_applied
    made.margin_policy = settings.margin
    made.deductions = _deductions(book, scene)
    made.floors = () if scene.plain else _floors(scene)
    made.unit_rounding = settings.rounding.unit_price
    made.work = QuoteWork(outcome.tested)
    made.best_price = outcome.best_price
    made.tax_rates = facts.maybe(TaxRates) if book.states_tax else None
    made.offer_uses = ()
    if outcome.counted:
        made.offer_uses = _uses(outcome, shipped, rewards, scene)
    made.rewards = rewards.promised
    made.__class__ = DraftQuote
    draft: DraftQuote = made
    return draft


def _tax_request(book: CompiledBook, scene: Scene, charges: tuple[QuoteCharge, ...]) -> TaxRequest:
    cart = scene.cart
    lines = settle_lines(scene.lines, book, book.rounders(cart.currency))
    if charges:
        lines.extend([TaxableLine(each.key, each.tax_category, each.amount) for each in charges if each.tax_category])
    made = _BlankRequest()
    made.currency = cart.currency
    made.lines = tuple(lines)
    made.on = date.fromordinal(scene.day)
    made.country = cart.ship_to_country
    made.region = cart.ship_to_region
    made.prices_include_tax = book.book.tax.prices_include_tax
    made.customer = cart.customer
    made.exemption = made.exemption_in = made.tax_group = ""
    made.__class__ = TaxRequest
    request: TaxRequest = made
    return request


def _floors(scene: Scene) -> tuple[tuple[int, PriceFloor], ...]:
    return tuple([(line.number, line.floor) for line in scene.lines if line.floor is not None])


def _charges(book: CompiledBook, scene: Scene, subtotal: Money, facts: Facts) -> tuple[QuoteCharge, ...] | Refusal:
    cart = scene.cart
    if not (book.charges or cart.charge_overrides or cart.added_charges):
        return ()
    charged = charge_cart(book, scene, subtotal, facts)
    return Refusal(charged.problems) if charged.problems else charged.charges


def _shipped(
    book: CompiledBook, scene: Scene, charges: tuple[QuoteCharge, ...], outcome: OfferOutcome
) -> ShippingOutcome:
    if not outcome.shipping:
        return ShippingOutcome(charges, ())
    combination, rounding = book.offers.combination, book.book.rounding.line
    return apply_to_shipping(outcome.shipping, scene, charges, combination, rounding, outcome.alone)


def _rewards(book: CompiledBook, scene: Scene, outcome: OfferOutcome, shipped: ShippingOutcome) -> Rewards:
    if not outcome.rewards:
        return NO_REWARDS
    times = _times(outcome.times, shipped.times)
    return promise_rewards(outcome.rewards, scene, book.offers, book.book.rounding.line, times)


def _times(*counted: Mapping[str, int]) -> dict[str, int]:
    """Return how often each offer was applied; one with several benefits was applied to all that they touch at once."""
    times: dict[str, int] = {}
    for each in counted:
        for offer, often in each.items():
            times[offer] = max(often, times.get(offer, 0))
    return times


def _uses(
    outcome: OfferOutcome,
    shipped: ShippingOutcome,
    rewards: Rewards,
    scene: Scene,
) -> tuple[OfferUse, ...]:
    times = _times(outcome.times, shipped.times, rewards.times)
    on_goods = [each for line in scene.lines for each in line.discounts]
    lowered = (*on_goods, *_on_charges(shipped.charges))
    return count_offer_uses(outcome.counted, times, (*lowered, *rewards.promised), scene.customer, scene.currency)


def _on_charges(charges: tuple[QuoteCharge, ...]) -> list[Discount]:
    return [each for charge in charges for each in charge.discounts]


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
