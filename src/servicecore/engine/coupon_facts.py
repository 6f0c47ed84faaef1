"""Facts about coupons: what the typed codes are, how often they were used, and under which names by the customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from servicecore.customers import CUSTOMER, Customer
from servicecore.customers.contact_points import email_key
from servicecore.engine.coupon_codes import issued_code
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import state_in
from servicecore.kernel.money import Money
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupon_limits import LimitScope, UsageKey, normalised
from servicecore.pricing.coupon_usage import CouponUsage, UsageCount
from servicecore.pricing.coupons import Coupon
from servicecore.pricing.issued_coupons import NONE_ISSUED, IssuedCoupons
from servicecore.storage.ports import Reader

_MOST_ACCOUNTS: Final = 20


def coupon_facts(runtime: Runtime, book: CompiledBook, cart: Cart, customer: Customer | None) -> tuple[object, ...]:
    """Return what a quote of ``cart`` has to know of the codes typed; nothing is read where none was typed.

    However many codes there are in the store, only those typed are looked up. Nothing is reserved. ``customer`` is
    the cart's, as stored; None where none is.
    """
    typed = sorted({normalised(code) for code in cart.codes} - {""})
    if not typed:
        return ()
    with runtime.store.reading() as reader:
        coupons = coupons_by_code(runtime, reader, book, typed)
        names = names_of(reader, cart, customer)
        counts = {
            key: _count(reader, key, coupon, cart.currency)
            for code, coupon in coupons
            for key in coupon.usage_keys(code, (cart.customer, *names), cart.channel)
        }
    issued = tuple((code, coupon) for code, coupon in coupons if code not in book.coupons)
    return (CouponUsage(tuple(counts.values()), names), *((IssuedCoupons(issued),) if issued else ()))


def issued_in(facts: Iterable[object]) -> IssuedCoupons:
    """Return the coupons of codes that the book does not have itself, out of ``facts``."""
    return next((each for each in facts if isinstance(each, IssuedCoupons)), NONE_ISSUED)


def coupons_by_code(
    runtime: Runtime, reader: Reader, book: CompiledBook, codes: Iterable[str]
) -> tuple[tuple[str, Coupon], ...]:
    """Return the coupon of each normalised code that is known, of the price book or of a campaign."""
    found: list[tuple[str, Coupon]] = []
    for code in codes:
        coupon = book.coupons.get(code)
        if coupon is None:
            issued = issued_code(runtime, reader, code)
            coupon = None if issued is None else issued.coupon
        if coupon is not None:
            found.append((code, coupon))
    return tuple(found)


def customer_names(runtime: Runtime, reader: Reader, cart: Cart) -> tuple[str, ...]:
    """Return the ``names_of`` the cart's customer, who is read."""
    return names_of(reader, cart, state_in(runtime, reader, CUSTOMER, cart.customer))


def names_of(reader: Reader, cart: Cart, customer: Customer | None) -> tuple[str, ...]:
    """Return what the cart's customer is known as besides its id: e-mail addresses, and the accounts that have them.

    The addresses are the account's own, the cart's attribute ``email`` (of a guest), and the customer itself where it
    is one. So a limit for each customer is not passed by ordering as a guest, or in other letters (property 35).
    """
    emails = [value for name, value in cart.attributes if name == "email" and value]
    if "@" in cart.customer:
        emails.append(cart.customer)
    emails += () if customer is None else customer.points.emails
    names: list[str] = []
    for email in dict.fromkeys(email_key("".join(each.split())) for each in emails):
        names.append(normalised(email))
        names += [normalised(each) for each in reader.find(CUSTOMER.name, "email", email, limit=_MOST_ACCOUNTS)]
    own = normalised(cart.customer)
    return tuple(dict.fromkeys(each for each in names if each != own))


def _count(reader: Reader, key: UsageKey, coupon: Coupon, currency: str) -> UsageCount:
    spent: tuple[Money, ...] = ()
    if coupon.budget(key.scope, currency) is not None:
        spent = (Money.from_minor(reader.counter(key.money_counter(currency)), currency),)
    return UsageCount(
        coupon=key.owner,
        used=reader.counter(key.counter),
        code=key.name if key.scope is LimitScope.CODE else "",
        customer=key.name if key.scope is LimitScope.CUSTOMER else "",
        channel=key.name if key.scope is LimitScope.CHANNEL else "",
        scope=key.scope if key.scope in {LimitScope.OFFER, LimitScope.CHANNEL} else LimitScope.COUPON,
        spent=spent,
    )
