"""Advertise a price: what the units that somebody looks at would cost, given what is in the cart already."""

from __future__ import annotations

from decimal import Decimal

from attrs import evolve, frozen

from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.operations import Refusal, refuse
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.price_cart import price_cart


@frozen
class AdvertisedPrice:
    """What some units add to a cart.

    Attributes:
        each: for one unit, exact: ``added`` divided by the units.
        added: to the sub-total of the cart, before charges and tax beyond the prices; below 0 where the units make
            other goods cheaper than they cost themselves.
        units: how many.

    """

    each: Money
    added: Money
    units: Decimal


def advertise_price(
    book: CompiledBook, cart: Cart, item: str, facts: Facts, *, units: Decimal | int = 1
) -> AdvertisedPrice | Refusal:
    """Return what the last ``units`` of ``item`` cost in ``cart``, which has them already.

    It is the cart's sub-total less that of the cart without them, so that quantity breaks, sets and thresholds that
    they reach count. The units are taken from the last lines of the item, in those lines' unit.

    Problems: those of a quote; ``value.not_accepted`` where the cart has fewer units.

    Raises:
        InvalidValue: ``value.wrong_type``, naming the argument; ``value.not_accepted`` for units that are no number.

    """
    wanted = exact_decimal(units, "units")
    must_be(item, str, "item")
    held = sum([line.quantity for line in must_be(cart, Cart, "cart").lines if line.item == item], Decimal(0))
    if not 0 < wanted <= held:
        return refuse(NOT_ACCEPTED.at("units", value=wanted, accepted=f"above 0, and at most the {held} in the cart"))
    after = price_cart(book, cart, facts, "advertised")
    if isinstance(after, Refusal):
        return after
    added = after.subtotal
    left = _without(cart, item, wanted)
    if left:
        before = price_cart(book, evolve(cart, lines=left), facts, "advertised")
        if isinstance(before, Refusal):
            return before
        added -= before.subtotal
    each = EXACT.divide(added.amount, wanted).quantize(Decimal(1).scaleb(-20), None, EXACT)
    return AdvertisedPrice(Money(each.normalize(EXACT), cart.currency), added, wanted)


def _without(cart: Cart, item: str, units: Decimal) -> tuple[CartLine, ...]:
    kept: list[CartLine] = []
    for line in reversed(cart.lines):
        taken = min(units, line.quantity) if line.item == item else Decimal(0)
        units = EXACT.subtract(units, taken)
        if taken < line.quantity:
            kept.append(evolve(line, quantity=EXACT.subtract(line.quantity, taken)) if taken else line)
    return tuple(reversed(kept))
