"""Which offers a cart may get to which it matters what orders did before: a quote has to know that of them alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from servicecore.catalog.items import Item
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.issued_coupons import NONE_ISSUED, IssuedCoupons
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_codes import matched
from servicecore.pricing.read_source_codes import groups_by_line, read_source_codes, with_price_groups


@frozen(eq=False)
class _Asking:
    cart: Cart
    day: int
    by_item: Mapping[str, Item]
    groups: Iterable[str]

    @property
    def categories(self) -> set[str]:
        return {each for item in self.by_item.values() for each in item.categories}


def offers_looking_back(
    book: CompiledBook, cart: Cart, day: int, issued: IssuedCoupons = NONE_ISSUED
) -> tuple[Offer, ...]:
    """Return the offers that ``cart`` may get on ``day`` and that look at orders before, by id.

    Those that it cannot get are not looked at, however many there are, and neither are offers without such limits and
    conditions.

    Args:
        book: the prices.
        cart: what is asked.
        day: civil day, as a number of days.
        issued: the coupons of codes that the book does not have itself.

    """
    offers = book.offers
    if offers.looking_back is None:
        return ()
    groups: Iterable[str] = cart.customer_groups
    if cart.source_code or any(line.source_code for line in cart.lines):
        sources = read_source_codes(book.sources, cart, day)
        of_lines = [group for _line, own in groups_by_line(cart, sources) for group in own]
        cart = with_price_groups(cart, sources)
        groups = {*cart.customer_groups, *of_lines}
    items = {line.item: book.items[line.item] for line in cart.lines if line.item in book.items}
    found = {each.id: each for each in offers.looking_back.candidates(_Asking(cart, day, items, groups))}
    for name in _named(book, cart, issued):
        offer = offers.by_id.get(name)
        if offer is not None and offer.looks_back:
            found[name] = offer
    return tuple([found[name] for name in sorted(found)])


def _named(book: CompiledBook, cart: Cart, issued: IssuedCoupons) -> Iterable[str]:
    yield from cart.offers
    for line in cart.lines:
        yield from line.offers
    coupons = issued.beside(book.coupons)
    for typed in cart.codes:
        own = book.offers.by_code.get(matched(typed, book.book.combination.code_match))
        coupon = coupons.get(normalised(typed))
        if own is not None:
            yield own[0].id
        elif coupon is not None:
            yield coupon.offer
