"""Strategies for carts and visits, drawn with a taste for a book."""

from __future__ import annotations

from decimal import Decimal

from attrs import evolve
from hypothesis import strategies as st

from servicecore.pricing import Cart, CartLine, PriceOverride
from servicecore.testing.pricing.amounts import amounts
from servicecore.testing.pricing.calendars import instants
from servicecore.testing.pricing.taste import ANYBODY, Goods, Taste
from servicecore.testing.pricing.visit import Visit

UNKNOWN_CODE = "NO-SUCH-CODE"


@st.composite
def carts(
    draw: st.DrawFn, taste: Taste, *, most_lines: int = 4, codes: bool = True, named: bool = True, by_hand: bool = False
) -> Cart:
    """Draw a cart of what the book sells, at quantities near its breaks.

    Args:
        draw: given by Hypothesis.
        taste: of the book.
        most_lines: how many lines at most.
        codes: whether coupon codes are typed.
        named: whether lines name offers.
        by_hand: whether prices are set by hand.

    """
    currency, goods = draw(st.sampled_from(taste.goods))
    customer, channel, group = draw(st.sampled_from(goods)).contexts[0]
    if (customer, channel, group) == (ANYBODY, "", "") or draw(st.booleans()):
        customer = draw(st.sampled_from((ANYBODY, *taste.customers)))
        channel = draw(st.sampled_from(("", *taste.channels)))
        group = draw(st.sampled_from(("", *taste.groups)))
    line = lines(taste, goods, currency, named=named, by_hand=by_hand)
    attributes = draw(_pairs(taste.cart_attributes))
    return Cart(
        customer=customer,
        currency=currency,
        lines=draw(st.lists(line, min_size=1, max_size=most_lines)),
        codes=draw(typed_codes(taste)) if codes and taste.codes else (),
        channel=channel,
        customer_groups=(group,) if group else (),
        attributes=attributes,
        delivery_mode=draw(st.sampled_from(("", *taste.delivery_modes))),
    )


@st.composite
def lines(
    draw: st.DrawFn,
    taste: Taste,
    goods: tuple[Goods, ...],
    currency: str,
    *,
    named: bool = True,
    by_hand: bool = False,
) -> CartLine:
    """Draw one line of ``goods``; see ``carts``."""
    chosen = draw(st.sampled_from(goods))
    line = CartLine(chosen.item, draw(st.sampled_from(chosen.quantities)))
    if named and taste.direct and draw(st.booleans()):
        line = evolve(line, offers=(draw(st.sampled_from(taste.direct)),))
    if taste.line_attributes:
        line = evolve(line, attributes=draw(_pairs(taste.line_attributes)))
    if by_hand and draw(st.booleans()):
        line = evolve(line, override=PriceOverride(draw(amounts(currency)), "loyalty"))
    return line


def visits(
    taste: Taste, *, most_lines: int = 4, codes: bool = True, named: bool = True, by_hand: bool = False
) -> st.SearchStrategy[Visit]:
    """Return carts with the instant of their quote; see ``carts``."""
    drawn = carts(taste, most_lines=most_lines, codes=codes, named=named, by_hand=by_hand)
    return st.builds(Visit, drawn, instants(taste))


def typed_codes(taste: Taste) -> st.SearchStrategy[tuple[str, ...]]:
    """Return codes as people type them: of the book or unknown, in any case, with blanks, twice."""
    code = st.sampled_from((*taste.codes, UNKNOWN_CODE))
    typed = st.one_of(code, code.map(str.lower), code.map(lambda each: f" {each[:3]} {each[3:]}"))
    return st.lists(typed, max_size=3).map(tuple)


def _pairs(known: tuple[tuple[str, str], ...]) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    if not known:
        return st.just(())
    return st.lists(st.sampled_from(known), max_size=2, unique_by=lambda pair: pair[0]).map(tuple)


def copies(cart: Cart, times: int) -> Cart:
    """Return the cart with every quantity ``times`` as much."""
    return evolve(cart, lines=tuple(evolve(each, quantity=each.quantity * Decimal(times)) for each in cart.lines))
