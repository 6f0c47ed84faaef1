"""Repricing an order for a code: its open units at their agreed prices, with the code or without, and their tax."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, frozen

from servicecore.customers import CUSTOMER, Customer
from servicecore.engine.coupon_facts import coupon_facts, coupons_by_code
from servicecore.engine.offer_facts import offer_facts
from servicecore.engine.quoting import NO_TAX, ask_tax
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import state_in
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Command, Refusal
from servicecore.kernel.problems import Problem
from servicecore.orders import AddCoupon, Order, RemoveCoupon, lasting_discounts
from servicecore.orders.line import OrderLine
from servicecore.orders.quantities import minus
from servicecore.orders.recharging import changed_charges, charge_codes, remaining
from servicecore.orders.repricing import (
    RepricedOrder,
    code_discounts,
    open_price,
    remaining_price,
    repriceable,
)
from servicecore.orders.retax import tax_request
from servicecore.plugins.requests import TaxFailure
from servicecore.pricing.agreed_charges import AgreedCharges, agreed_charges
from servicecore.pricing.agreed_prices import AgreedPrices, book_of_agreed
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.check_coupon import EXCLUSIVE_CONFLICT, OFFER_MISSING, UNKNOWN, beyond_order
from servicecore.pricing.compile import compile_book
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.coupons import Coupon
from servicecore.pricing.customer_taxes import CustomerTaxes
from servicecore.pricing.draft import DraftQuote
from servicecore.pricing.finish_quote import finish_quote
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.promotions.apply_to_shipping import NO_SHIPPING
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.promotions.offer import Exclusivity
from servicecore.pricing.taxes import TaxableLine


def repriced_order(runtime: Runtime, state: Any, command: Command, facts: Facts) -> RepricedOrder:
    """Return what the open units and the charges of an order cost with the code added or removed, or why not."""
    if not isinstance(state, Order) or not isinstance(command, (AddCoupon, RemoveCoupon)) or not repriceable(state):
        return RepricedOrder()
    book = runtime.books.current()
    with runtime.store.reading() as reader:
        codes = sorted({each.code for each in code_discounts(state)} | {*charge_codes(state), command.code})
        coupons = dict(coupons_by_code(runtime, reader, book, codes))
        customer = state_in(runtime, reader, CUSTOMER, state.customer)
    exclusive = tuple(code for code, coupon in coupons.items() if coupon.exclusive)
    coupon = coupons.get(command.code)
    if isinstance(command, RemoveCoupon):
        repriced = _Repricing(runtime, state, customer, book, facts, command.code, None, coupons).quoted()
    elif coupon is None:
        return RepricedOrder(problems=(UNKNOWN.at("code", value=command.code, accepted="a printed code"),))
    elif coupon.offer and coupon.offer not in book.offers.by_id:
        accepted = "an offer of the price book in force"
        problem = OFFER_MISSING.at("code", coupon=coupon.id, value=coupon.offer, accepted=accepted)
        return RepricedOrder(problems=(problem,))
    elif (conflict := _conflict(coupon, command.code, state, book, coupons)) is not None:
        return RepricedOrder(problems=(evolve(conflict, path="code"),))
    else:
        repriced = _Repricing(runtime, state, customer, book, facts, command.code, coupon, coupons).quoted()
    alone = _alone_among_offers(state, book) if coupon is not None and coupon.offer else ()
    return evolve(repriced, exclusive=(*exclusive, *alone))


@frozen(eq=False)
class _Repricing:
    """One code that comes to an order, or goes from it.

    Attributes:
        runtime: the installation.
        order: as it stands.
        customer: of the order, as stored; None where none is.
        book: in force.
        facts: of the command.
        code: that comes or goes.
        coupon: of the code that comes; None for one that goes.
        coupons: of the codes on the order, and of this one.

    """

    runtime: Runtime
    order: Order
    customer: Customer | None
    book: CompiledBook
    facts: Facts
    code: str
    coupon: Coupon | None
    coupons: Mapping[str, Coupon]

    def quoted(self) -> RepricedOrder:
        """Return the open units, and the charges that change, at their new prices and taxed; or why that cannot be."""
        order, coupon = self.order, self.coupon
        cart = _cart(order, () if coupon is None else (self.code,))
        coupons = () if coupon is None else (evolve(coupon, codes=(self.code,)),)
        agreed = compile_book(book_of_agreed(self.book.book, cart, coupons))
        used = offer_facts(self.runtime, agreed, cart, self.customer, self.facts.now, before=order)
        draft = self._priced(agreed, cart, used)
        if isinstance(draft, Refusal):
            return RepricedOrder(problems=draft.problems)
        refused = () if coupon is None else tuple(evolve(each.reason, path="code") for each in draft.not_applied)
        freed = self._frees_shipping()
        told = tuple(each for each in refused if not freed or each.code != NO_SHIPPING.code)
        if told:
            return RepricedOrder(problems=told[:1])
        before = self._charged({}, charge_codes(order), used)
        after = self._charged({line.number: line.net for line in draft.lines}, self._codes_after(), used)
        if isinstance(before, Refusal) or isinstance(after, Refusal):
            failed = before if isinstance(before, Refusal) else after
            return RepricedOrder(problems=failed.problems if isinstance(failed, Refusal) else ())
        changed = changed_charges(order, before.charges, after.charges)
        taken = [each.amount for charge in changed for each in charge.discounts if each.offer == freed]
        lowered = sum_money(taken, order.currency) if taken else None
        if freed and lowered is None and not any(line.discount for line in draft.lines):
            reasons = tuple(evolve(each.reason, path="code") for each in after.not_applied if each.rule == freed)
            return RepricedOrder(problems=(*reasons, *refused)[:1])
        uses = draft.offer_uses
        if lowered is not None:
            uses += tuple(evolve(each, code=self.code) for each in after.offer_uses if each.offer == freed)
        return self._taxed(evolve(draft, charges=changed, offer_uses=_together(uses)), lowered=lowered)

    def _priced(self, agreed: CompiledBook, cart: Cart, used: tuple[object, ...]) -> DraftQuote | Refusal:
        prices = AgreedPrices(_prices(self.order, self.code if self.coupon is None else ""))
        known = (*coupon_facts(self.runtime, self.book, cart, self.customer), *used)
        return price_cart(agreed, cart, self.facts.with_facts(prices, *known), self.order.quote.id)

    def _charged(
        self, changed: Mapping[int, Money], codes: tuple[str, ...], used: tuple[object, ...]
    ) -> AgreedCharges | Refusal:
        """Return what rules charge where open units of the lines ``changed`` cost what it says."""
        order, book = self.order, self.book
        lines = remaining(order)
        if not book.charges or not lines:
            return AgreedCharges((), ())
        prices = []
        for line in lines:
            price = remaining_price(order, line)
            if line.number in changed:
                price = price - open_price(order, line) + changed[line.number]
            prices.append((line.number, price))
        agreed = AgreedPrices(tuple(prices), _before_discounts(order, lines))
        goods = any(not each.code for line in order.quote.lines for each in line.discounts)
        released = {_released(code, self.book, self.coupons) for code in codes} - {""}
        facts = self.facts.with_facts(*used)
        alone = self._alone(coming=bool(changed))
        cart = _whole_cart(order, lines)
        return agreed_charges(book, cart, agreed, facts, released=released, lowered=goods, alone=alone)

    def _alone(self, *, coming: bool) -> str:
        """Return what on the goods tolerates nothing else in the cart, with the code coming or gone, or before."""
        codes = {each.code for each in code_discounts(self.order)}
        if coming:
            codes = codes - {self.code} if self.coupon is None else codes | {self.code}
        offers = _alone_among_offers(self.order, self.book)
        coupons = (coupon.id for code, coupon in self.coupons.items() if code in codes and coupon.exclusive)
        return next(iter((*offers, *coupons)), "")

    def _codes_after(self) -> tuple[str, ...]:
        codes = tuple(code for code in charge_codes(self.order) if code != self.code)
        return codes if self.coupon is None else (*codes, self.code)

    def _frees_shipping(self) -> str:
        """Return the id of the offer that the code that comes releases, where that lowers charges for delivery."""
        offer = None if self.coupon is None else self.book.offers.by_id.get(self.coupon.offer)
        if offer is None or not any(each.scope is Scope.SHIPPING for each in offer.benefits):
            return ""
        return offer.id

    def _taxed(self, draft: DraftQuote, *, lowered: Money | None) -> RepricedOrder:
        order = self.order
        taxable = tuple(TaxableLine(each.key, each.tax_category, each.amount) for each in draft.charges)
        taxable = tuple(each for each in taxable if each.category)
        request = tax_request(order, (*draft.tax_request.lines, *taxable), draft.on)
        draft = evolve(draft, tax_request=CustomerTaxes(self.customer).put_into(request))
        answer = ask_tax(self.runtime, draft.tax_request)
        if isinstance(answer, TaxFailure):
            accepted = "an engine that knows the case"
            problem = NO_TAX.at("tax", value=answer.engine, reason=answer.told, accepted=accepted)
            return RepricedOrder(problems=(problem,))
        quote = finish_quote(draft, answer)
        if isinstance(quote, Refusal):
            return RepricedOrder(problems=quote.problems)
        return RepricedOrder(quote, lowered=lowered)


def _conflict(
    coupon: Coupon, code: str, order: Order, book: CompiledBook, coupons: Mapping[str, Coupon]
) -> Problem | None:
    """Return what keeps ``code`` away from the codes that the order has: its coupon's limit, or that of one offer."""
    others = [each for each in lasting_discounts(order).codes if each != code]
    same = sum(1 for each in others if each in coupons and coupons[each].id == coupon.id)
    beyond = beyond_order(coupon, same)
    if beyond is not None or not coupon.offer:
        return beyond
    released = sorted(each for each in others if _released(each, book, coupons) == coupon.offer)
    if not released:
        return None
    return EXCLUSIVE_CONFLICT.at("code", value=coupon.id, other=released[0], accepted="one of the two")


def _released(code: str, book: CompiledBook, coupons: Mapping[str, Coupon]) -> str:
    """Return the id of the offer that ``code`` releases; empty where it releases none."""
    coupon = coupons.get(code)
    if coupon is not None:
        return coupon.offer
    named = (offer.id for offer in book.book.offers for each in offer.codes if normalised(each.code) == code)
    return next(named, "")


def _alone_among_offers(order: Order, book: CompiledBook) -> tuple[str, ...]:
    """Return the offers that lowered goods of the order without a code and are exclusive in the cart."""
    named = dict.fromkeys(each.offer for line in order.quote.lines for each in line.discounts if not each.code)
    found = ((offer, book.offers.by_id.get(offer)) for offer in named)
    return tuple(name for name, offer in found if offer is not None and offer.exclusive is Exclusivity.CART)


def _prices(order: Order, removed: str) -> tuple[tuple[int, Money], ...]:
    """Return what the open units of each line cost; without what the code ``removed`` took off them."""
    back = dict.fromkeys((line.number for line in order.lines), Money.zero(order.currency))
    for each in code_discounts(order):
        line = order.line(each.line)
        if removed and each.code == removed and line is not None and line.open:
            back[each.line] += each.of_last(line.open)
    return tuple((line.number, open_price(order, line) + back[line.number]) for line in repriceable(order))


def _cart(order: Order, codes: tuple[str, ...]) -> Cart:
    asked = order.quote.cart
    by_number = {line.number: line for line in asked.lines}
    by_item = {line.item: line for line in asked.lines}
    lines = []
    for line in repriceable(order):
        origin = by_number.get(line.number) or by_item.get(line.item)
        attributes = () if origin is None else origin.attributes
        lines.append(CartLine(line.item, line.open, line.unit, line.number, attributes=attributes))
    return Cart(
        customer=asked.customer,
        currency=asked.currency,
        lines=tuple(lines),
        codes=codes,
        channel=asked.channel,
        customer_groups=asked.customer_groups,
        ship_to_country=asked.ship_to_country,
        ship_to_region=asked.ship_to_region,
        attributes=asked.attributes,
    )


def _together(uses: Iterable[OfferUse]) -> tuple[OfferUse, ...]:
    """Return each offer's use once: it was applied once where it lowered goods and charges."""
    found: dict[str, OfferUse] = {}
    for use in uses:
        before = found.get(use.offer)
        found[use.offer] = use if before is None else evolve(before, amount=before.amount + use.amount)
    return tuple(found.values())


def _whole_cart(order: Order, lines: Iterable[OrderLine]) -> Cart:
    """Return all that remains of the order, as it was asked."""
    asked = order.quote.cart
    by_number = {line.number: line for line in asked.lines}
    kept = []
    for line in lines:
        units, origin = minus(line.ordered, line.canceled), by_number.get(line.number)
        bare = CartLine(line.item, units, line.unit, line.number)
        kept.append(
            bare if origin is None else evolve(origin, item=line.item, quantity=units, unit=line.unit, component_of=0)
        )
    return evolve(asked, lines=tuple(kept))


def _before_discounts(order: Order, lines: Iterable[OrderLine]) -> tuple[tuple[int, Money], ...]:
    """Return what the lines that nobody priced by hand cost before offers and codes, as the quote says it."""
    found = []
    for line in lines:
        quoted = order.quote.line(line.number)
        if quoted is not None and line.override is None:
            units, price = minus(line.ordered, line.canceled), remaining_price(order, line)
            share = (quoted.gross * units).amount / quoted.quantity
            found.append((line.number, max(price, Money(share, order.currency).round())))
    return tuple(found)
