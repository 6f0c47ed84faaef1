"""Repricing an order for a code: its open units at their agreed prices, with the code or without, and their tax."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from servicecore.engine.coupon_facts import coupon_facts, coupons_by_code
from servicecore.engine.offer_facts import offer_facts
from servicecore.engine.quoting import NO_TAX, ask_tax, customer_taxes
from servicecore.engine.runtime import Runtime
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Refusal
from servicecore.orders import AddCoupon, Order, RemoveCoupon
from servicecore.orders.repricing import RepricedOrder, code_discounts, open_price, repriceable
from servicecore.orders.retax import tax_request
from servicecore.plugins.requests import TaxFailure
from servicecore.pricing.agreed_prices import AgreedPrices, book_of_agreed
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.check_coupon import OFFER_MISSING, UNKNOWN
from servicecore.pricing.compile import compile_book
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupons import Coupon
from servicecore.pricing.finish_quote import finish_quote
from servicecore.pricing.price_cart import price_cart


def repriced_order(runtime: Runtime, state: Any, command: Command, facts: Facts) -> RepricedOrder:
    """Return what the open units of an order cost with the code added or removed, or why that cannot be."""
    if not isinstance(state, Order) or not isinstance(command, (AddCoupon, RemoveCoupon)) or not repriceable(state):
        return RepricedOrder()
    book = runtime.books.current()
    with runtime.store.reading() as reader:
        codes = sorted({each.code for each in code_discounts(state)} | {command.code})
        coupons = dict(coupons_by_code(runtime, reader, book, codes))
    exclusive = tuple(code for code, coupon in coupons.items() if coupon.exclusive)
    if isinstance(command, RemoveCoupon):
        return evolve(_quoted(runtime, state, book, command.code, None, facts), exclusive=exclusive)
    coupon = coupons.get(command.code)
    if coupon is None:
        return RepricedOrder(problems=(UNKNOWN.at("code", value=command.code, accepted="a printed code"),))
    if coupon.offer and coupon.offer not in {offer.id for offer in book.book.offers}:
        accepted = "an offer of the price book in force"
        problem = OFFER_MISSING.at("code", coupon=coupon.id, value=coupon.offer, accepted=accepted)
        return RepricedOrder(problems=(problem,))
    return evolve(_quoted(runtime, state, book, command.code, coupon, facts), exclusive=exclusive)


def _quoted(
    runtime: Runtime, order: Order, book: CompiledBook, code: str, coupon: Coupon | None, facts: Facts
) -> RepricedOrder:
    prices = _prices(order, "" if coupon is not None else code)
    cart = _cart(order, (code,) if coupon is not None else ())
    coupons = () if coupon is None else (evolve(coupon, codes=(code,)),)
    agreed = compile_book(book_of_agreed(book.book, cart, coupons))
    known = coupon_facts(runtime, book, cart)
    known += offer_facts(runtime, agreed, cart, facts.now, before=order)
    draft = price_cart(agreed, cart, facts.with_facts(AgreedPrices(prices), *known), order.quote.id)
    if isinstance(draft, Refusal):
        return RepricedOrder(problems=draft.problems)
    refused = tuple(evolve(each.reason, path="code") for each in draft.not_applied if coupon is not None)
    if refused:
        return RepricedOrder(problems=refused[:1])
    request = tax_request(order, draft.tax_request.lines, draft.on)
    draft = evolve(draft, tax_request=customer_taxes(runtime, order.customer).put_into(request))
    answer = ask_tax(runtime, draft.tax_request)
    if isinstance(answer, TaxFailure):
        accepted = "an engine that knows the case"
        problem = NO_TAX.at("tax", value=answer.engine, reason=answer.reason, accepted=accepted)
        return RepricedOrder(problems=(problem,))
    quote = finish_quote(draft, answer)
    return RepricedOrder(problems=quote.problems) if isinstance(quote, Refusal) else RepricedOrder(quote)


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
